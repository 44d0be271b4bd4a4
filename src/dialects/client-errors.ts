/**
 * Why a client could not do what it was asked.
 *
 * - `not-connected`: there is no login at the moment; nothing was sent and nothing is kept.
 * - `closed`: the client was closed, or sent away by the server.
 * - `connection-lost`: no connection, and no further attempt. Of a request: lost while it was under way; whether it was done is not known.
 * - `credentials-failed`: the function that gives the credentials failed.
 * - `login-refused`: the server refused the login; the error says why.
 * - `name-invalid`: a name that a command cannot carry.
 * - `request-refused`: the server refused a request, in words.
 * - `rate-limited`: the server refused a request because there were too many of them.
 * - `no-answer`: the server did not answer a request in time; whether it was done is not known.
 */
export type ClientErrorCode =
  | 'not-connected'
  | 'closed'
  | 'connection-lost'
  | 'credentials-failed'
  | 'login-refused'
  | 'name-invalid'
  | 'request-refused'
  | 'rate-limited'
  | 'no-answer';

/** Something the client could not do; see the codes. */
export class ClientError extends Error {
  override readonly name: string = 'ClientError';
  readonly code: ClientErrorCode;

  constructor(code: ClientErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
