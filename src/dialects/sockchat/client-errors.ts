import type { AuthFailReason, OpenWord } from './packets.js';

/**
 * Why a client could not do what it was asked.
 *
 * - `not-connected`: there is no login at the moment; nothing was sent and nothing is kept.
 * - `closed`: the client was closed, or sent away by the server.
 * - `connection-lost`: no connection, and no further attempt.
 * - `credentials-failed`: the function that gives the credentials failed.
 * - `login-refused`: see {@link LoginError}.
 * - `name-invalid`: a name that a command cannot carry.
 */
export type ClientErrorCode =
  | 'not-connected'
  | 'closed'
  | 'connection-lost'
  | 'credentials-failed'
  | 'login-refused'
  | 'name-invalid';

/** Something the client could not do; see the codes. */
export class ClientError extends Error {
  override readonly name: string = 'ClientError';
  readonly code: ClientErrorCode;

  constructor(code: ClientErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** The server refused the login (section 5 S1.n). */
export class LoginError extends ClientError {
  override readonly name = 'LoginError';
  readonly reason: OpenWord<AuthFailReason>;
  /** End of the ban with `joinfail`: null for none, undefined where the server has not said. */
  readonly until: Date | null | undefined;

  constructor(reason: OpenWord<AuthFailReason>, until: Date | null | undefined) {
    super('login-refused', `the server refused the login: ${reason}`);
    this.reason = reason;
    this.until = until;
  }
}
