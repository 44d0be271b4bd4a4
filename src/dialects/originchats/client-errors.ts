import { ClientError } from '../client-errors.js';
import type { Frame } from './packets.js';

/**
 * Why a login was refused (sections 3.2 and 3.3).
 *
 * - `credentials`: validator, name or password are not right.
 * - `banned`
 * - `disabled`: the server does not let people in in this way.
 * - `name-taken`, `name-invalid`, `password-invalid`: of a registration.
 * - `unreachable`: the server could not ask the identity service; the client tries again by itself.
 * - `other`: in words only.
 */
export type LoginRefusal =
  | 'credentials'
  | 'banned'
  | 'disabled'
  | 'name-taken'
  | 'name-invalid'
  | 'password-invalid'
  | 'unreachable'
  | 'other';

/** Texts of `auth_error` and what they mean; the first that fits holds. */
const refusals: readonly (readonly [RegExp, LoginRefusal])[] = [
  [/banned/i, 'banned'],
  [/unreachable/i, 'unreachable'],
  [/already taken/i, 'name-taken'],
  [/^username (must|can)/i, 'name-invalid'],
  [/^password must/i, 'password-invalid'],
  // A server that does not know `login` answers as to anything before login.
  [/disabled|uses rotur|authentication required/i, 'disabled'],
  [/invalid (authentication|password)|user not found|required/i, 'credentials'],
];

/** The server refused the login. */
export class OriginChatsLoginError extends ClientError {
  override readonly name = 'OriginChatsLoginError';
  readonly reason: LoginRefusal;
  /** The server's own words. */
  readonly text: string;

  constructor(text: string) {
    super('login-refused', `the server refused the login: ${text}`);
    this.text = text;
    this.reason = refusals.find(([pattern]) => pattern.test(text))?.[1] ?? 'other';
  }
}

/** The server refused a request: `request-refused`, or `rate-limited`. */
export class RequestError extends ClientError {
  override readonly name = 'RequestError';
  readonly cmd: string;
  /** The server's own words; empty where it has none. */
  readonly text: string;
  /** With `rate-limited`: milliseconds until it is worth trying again. */
  readonly waitMs: number | undefined;

  /** @param answer - a frame `error` or `rate_limit` (sections 2 and 10). */
  constructor(cmd: string, answer: Frame) {
    const isLimit = answer.cmd === 'rate_limit';
    const words = isLimit ? answer.reason : answer.val;
    const text = typeof words === 'string' ? words : '';
    super(isLimit ? 'rate-limited' : 'request-refused', `the server refused ${cmd}: ${text}`);
    this.cmd = cmd;
    this.text = text;
    this.waitMs = isLimit && typeof answer.length === 'number' ? answer.length : undefined;
  }
}
