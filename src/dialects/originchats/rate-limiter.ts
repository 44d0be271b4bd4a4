import type { RateLimits } from './options.js';

/** Why something may not be sent now, and for how long. */
export interface Limited {
  readonly reason: string;
  readonly ms: number;
}

/** What `rate_limit_status` shows (section 6.6). */
export interface RateStatus {
  readonly messages_this_minute: number;
  readonly messages_per_minute_limit: number;
  readonly recent_messages: number;
  readonly burst_limit: number;
  readonly cooldown_remaining: number;
}

interface Account {
  /** Times of what was let through within the last minute, oldest first. */
  sent: number[];
  cooldownUntil: number;
}

const minute = 60_000;
const burstWindow = 10_000;

/** Counts messages, edits and typing notes per user (section 10). Time comes in from outside. */
export class RateLimiter {
  readonly #accounts = new Map<string, Account>();

  constructor(private readonly limits: RateLimits) {}

  get enabled(): boolean {
    return this.limits.enabled;
  }

  /** Counts one, or says why it may not be. */
  take(user: string, now: number): Limited | undefined {
    if (!this.limits.enabled) return undefined;
    const account = this.#account(user, now);
    const { messagesPerMinute, burst, cooldownSeconds } = this.limits;
    if (account.cooldownUntil > now) {
      const ms = account.cooldownUntil - now;
      return { reason: `You are in cooldown for ${(ms / 1000).toFixed(1)} more seconds`, ms };
    }
    if (account.sent.length >= messagesPerMinute) {
      const ms = (account.sent[account.sent.length - messagesPerMinute] as number) + minute - now;
      return { reason: `Rate limit exceeded. Wait ${(ms / 1000).toFixed(1)} seconds`, ms };
    }
    if (recent(account, now) >= burst) {
      account.cooldownUntil = now + cooldownSeconds * 1000;
      const reason = `Burst limit exceeded. You're in cooldown for ${cooldownSeconds} seconds`;
      return { reason, ms: cooldownSeconds * 1000 };
    }
    account.sent.push(now);
    return undefined;
  }

  status(user: string, now: number): RateStatus {
    const account = this.#account(user, now);
    return {
      messages_this_minute: account.sent.length,
      messages_per_minute_limit: this.limits.messagesPerMinute,
      recent_messages: recent(account, now),
      burst_limit: this.limits.burst,
      cooldown_remaining: Math.max(0, account.cooldownUntil - now) / 1000,
    };
  }

  reset(user: string): void {
    this.#accounts.delete(user);
  }

  /** Nobody of them is online any more; what they have sent in the last minute is remembered until then. */
  sweep(now: number): void {
    for (const [user, { sent, cooldownUntil }] of this.#accounts) {
      const last = sent[sent.length - 1];
      if (cooldownUntil <= now && (last === undefined || now - last >= minute)) this.#accounts.delete(user);
    }
  }

  #account(user: string, now: number): Account {
    let account = this.#accounts.get(user);
    if (account === undefined) {
      account = { sent: [], cooldownUntil: 0 };
      this.#accounts.set(user, account);
    }
    const { sent } = account;
    const from = sent.findIndex((at) => now - at < minute);
    if (from !== 0 && sent.length > 0) account.sent = from < 0 ? [] : sent.slice(from);
    return account;
  }
}

function recent({ sent }: Account, now: number): number {
  const from = sent.findIndex((at) => now - at < burstWindow);
  return from < 0 ? 0 : sent.length - from;
}
