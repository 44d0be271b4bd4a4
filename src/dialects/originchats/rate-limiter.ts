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
  /** Times of what was let through, oldest first; what comes before both windows is dropped now and then. */
  sent: number[];
  /** Where the last minute begins in them, and the last ten seconds. */
  minuteFrom: number;
  burstFrom: number;
  cooldownUntil: number;
}

const minute = 60_000;
const burstWindow = 10_000;

/** Counts messages, edits and typing notes per user (section 10). Time comes in from outside. */
export class RateLimiter {
  readonly #accounts = new Map<string, Account>();
  #sweptAt = 0;

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
    const { sent } = account;
    if (sent.length - account.minuteFrom >= messagesPerMinute) {
      const ms = (sent[sent.length - messagesPerMinute] as number) + minute - now;
      return { reason: `Rate limit exceeded. Wait ${(ms / 1000).toFixed(1)} seconds`, ms };
    }
    if (sent.length - account.burstFrom >= burst) {
      account.cooldownUntil = now + cooldownSeconds * 1000;
      const reason = `Burst limit exceeded. You're in cooldown for ${cooldownSeconds} seconds`;
      return { reason, ms: cooldownSeconds * 1000 };
    }
    sent.push(now);
    return undefined;
  }

  status(user: string, now: number): RateStatus {
    const account = this.#account(user, now);
    return {
      messages_this_minute: account.sent.length - account.minuteFrom,
      messages_per_minute_limit: this.limits.messagesPerMinute,
      recent_messages: account.sent.length - account.burstFrom,
      burst_limit: this.limits.burst,
      cooldown_remaining: Math.max(0, account.cooldownUntil - now) / 1000,
    };
  }

  reset(user: string): void {
    this.#accounts.delete(user);
  }

  /** Forgets who has sent nothing for a minute. Called for each connection in turn, and so looks through them once a minute only. */
  sweep(now: number): void {
    if (now - this.#sweptAt < minute) return;
    this.#sweptAt = now;
    for (const [user, { sent, cooldownUntil }] of this.#accounts) {
      const last = sent[sent.length - 1];
      if (cooldownUntil <= now && (last === undefined || now - last >= minute)) this.#accounts.delete(user);
    }
  }

  #account(user: string, now: number): Account {
    let account = this.#accounts.get(user);
    if (account === undefined) {
      account = { sent: [], minuteFrom: 0, burstFrom: 0, cooldownUntil: 0 };
      this.#accounts.set(user, account);
    }
    const { sent } = account;
    account.minuteFrom = beginning(sent, account.minuteFrom, now - minute);
    account.burstFrom = beginning(sent, account.burstFrom, now - burstWindow);
    // Half of it at least is dropped each time, so that the list stays short and nothing is moved about for each message.
    if (account.minuteFrom > 16 && account.minuteFrom * 2 > sent.length) {
      account.sent = sent.slice(account.minuteFrom);
      account.burstFrom -= account.minuteFrom;
      account.minuteFrom = 0;
    }
    return account;
  }
}

/** Walks on from where a window began to where it begins now: behind everything up to this time. */
function beginning(sent: readonly number[], from: number, upTo: number): number {
  let at = from;
  while (at < sent.length && (sent[at] as number) <= upTo) at += 1;
  return at;
}
