import { ClientError } from '../client-errors.js';

/** The server refused the login (section 3), or there is no such world. */
export class VenuelessLoginError extends ClientError {
  override readonly name = 'VenuelessLoginError';
  /** As the server says it: `auth.invalid_token`, `auth.expired_token`, `auth.missing_token`, `auth.denied`, `world.unknown_world` … */
  readonly reason: string;

  constructor(reason: string) {
    super('login-refused', `the server refused the login: ${reason}`);
    this.reason = reason;
  }
}

/** The server refused a request; the code of {@link ClientError} is `request-refused`. */
export class VenuelessRequestError extends ClientError {
  override readonly name = 'VenuelessRequestError';
  readonly action: string;
  /** What the server says: `chat.denied`, `protocol.denied` … */
  readonly reason: string;

  constructor(action: string, { code }: { readonly code: string }) {
    super('request-refused', `the server refused ${action}: ${code}`);
    this.action = action;
    this.reason = code;
  }
}
