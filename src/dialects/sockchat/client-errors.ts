import { ClientError } from '../client-errors.js';
import type { AuthFailReason, OpenWord } from './packets.js';

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
