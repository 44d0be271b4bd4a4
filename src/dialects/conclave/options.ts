import { ChatError } from '../../core/errors.js';
import type { GroupSettings } from '../../domain/groups/settings.js';
import { secondsOf } from './durations.js';

/** So much of something in a time. */
export interface RateLimit {
  /** How often, at least 1. */
  readonly count: number;
  /** In how many milliseconds, at least 1. */
  readonly ms: number;
}

/** What may be asked for only so often. What is left out has no limit. Beyond it: 429. */
export interface ConclaveRateLimits {
  /** Logins from one address; IPv6 by /64. */
  readonly login?: RateLimit;
  /** Registrations from one address; IPv6 by /64. */
  readonly registration?: RateLimit;
  /** Key packages of one user that are given out, for invitations too. */
  readonly keyPackages?: RateLimit;
}

/** What {@link conclave} takes (section 13). */
export interface ConclaveOptions {
  /** How long a token is good after it was last used, in seconds. Default 2,592,000: 30 days. */
  readonly tokenTtlSeconds?: number;
  /** How long an invitation waits for its answer, in seconds. Default 2,592,000: 30 days. */
  readonly inviteTtlSeconds?: number;
  /** How long messages are kept, whatever a group says: `-1`, `0` (both: as the group says) or such as `90d` (`s`, `h`, `d`, `w`, `m`: 30 days, `y`). Default `-1`. */
  readonly messageRetention?: string;
  /** How often what is over is cleaned up, such as `1h`; at least a second. Default `1h`. */
  readonly cleanupInterval?: string;
  /** Who may register: everybody, nobody, or whoever knows the token (letters, digits, `_` and `-`). Default `open`. */
  readonly registration?: 'open' | 'closed' | { readonly token: string };
  /** The header that brings the token. Another than `Authorization` brings it without `Bearer`. Default `Authorization`. */
  readonly authHeader?: string;
  /** Whoever has been in a group for longest becomes admin when its last admin goes. Default false. */
  readonly promoteSuccessor?: boolean;
  /** A group goes with its last member. Default false: it stays, and so does its name. */
  readonly dropEmptyGroups?: boolean;
  /** Event streams of one user at once, from 1. Default 100. Beyond it: 429. */
  readonly streamsPerUser?: number;
  /** Default: no limits. */
  readonly rateLimits?: ConclaveRateLimits;
}

/** Options with every default filled in. */
export interface ConclaveSettings {
  readonly registration: 'open' | 'closed' | { readonly token: string };
  /** As it is named in answers. */
  readonly authHeader: string;
  readonly rateLimits: ConclaveRateLimits;
  readonly streamsPerUser: number;
  readonly groups: Partial<GroupSettings>;
}

/** Checks options and fills in defaults. Throws `options-invalid`, naming the option and what it takes. */
export function settings(options: ConclaveOptions): ConclaveSettings {
  if (typeof options !== 'object' || options === null) throw invalid('takes an object of options');
  const {
    tokenTtlSeconds,
    inviteTtlSeconds,
    messageRetention,
    cleanupInterval,
    registration = 'open',
    authHeader = 'Authorization',
    promoteSuccessor,
    dropEmptyGroups,
    rateLimits = {},
    streamsPerUser = 100,
    ...rest
  } = options;
  for (const name of Object.keys(rest)) throw invalid(`has no option ${name}`);
  const isGate = registration === 'open' || registration === 'closed' || isToken(registration);
  need(isGate, 'registration', "'open', 'closed' or { token } of letters, digits, _ and -");
  const isHeader = typeof authHeader === 'string' && /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(authHeader);
  need(isHeader, 'authHeader', 'the name of a header');
  for (const [name, flag] of Object.entries({ promoteSuccessor, dropEmptyGroups }))
    need(flag === undefined || typeof flag === 'boolean', name, 'true or false');
  checkRates(rateLimits);
  need(isWhole(streamsPerUser), 'streamsPerUser', 'a whole number from 1');
  const retentionSeconds = duration(messageRetention, 'messageRetention');
  const cleanUp = duration(cleanupInterval, 'cleanupInterval');
  const groups = {
    tokenMs: milliseconds(tokenTtlSeconds, 'tokenTtlSeconds'),
    inviteMs: milliseconds(inviteTtlSeconds, 'inviteTtlSeconds'),
    retentionSeconds,
    cleanUpMs: cleanUp === undefined ? undefined : Math.max(1, cleanUp) * 1_000,
    promoteSuccessor,
    dropEmptyGroups,
  };
  return {
    registration,
    authHeader,
    rateLimits,
    streamsPerUser,
    // The chat's defaults hold for what is left out.
    groups: Object.fromEntries(Object.entries(groups).filter(([, value]) => value !== undefined)),
  };
}

function checkRates(rates: ConclaveRateLimits): void {
  need(isRecord(rates), 'rateLimits', 'an object');
  const { login, registration, keyPackages, ...rest } = rates;
  for (const name of Object.keys(rest)) throw invalid(`has no option rateLimits.${name}`);
  for (const [name, rate] of Object.entries({ login, registration, keyPackages })) {
    const fits = rate === undefined || (isRecord(rate) && isWhole(rate.count) && isWhole(rate.ms));
    need(fits, `rateLimits.${name}`, '{ count, ms }, both whole numbers from 1');
  }
}

function isToken(value: unknown): boolean {
  return isRecord(value) && typeof value.token === 'string' && /^[A-Za-z0-9_-]+$/.test(value.token);
}

function duration(text: string | undefined, name: string): number | undefined {
  const seconds = secondsOf(text);
  need(text === undefined || seconds !== undefined, name, '-1, 0, or a number with s, h, d, w, m or y');
  return seconds;
}

function milliseconds(seconds: number | undefined, name: string): number | undefined {
  need(seconds === undefined || isWhole(seconds), name, 'a whole number from 1');
  return seconds === undefined ? undefined : seconds * 1_000;
}

function isWhole(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 1 && Number(value) <= 2 ** 40;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function need(fits: boolean, name: string, takes: string): asserts fits {
  if (!fits) throw invalid(`${name} takes ${takes}`);
}

function invalid(message: string): ChatError {
  return new ChatError('options-invalid', `conclave: ${message}`);
}
