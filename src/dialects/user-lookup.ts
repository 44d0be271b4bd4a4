import type { UserId } from '../domain/ids.js';
import type { User } from '../domain/users/users.js';

/** Where dialects' functions for hosts look users up: `chat.users`. */
export interface UserLookup {
  /** A user by internal id. */
  get(user: UserId): User | undefined;
  /** The user of an identity. */
  byIdentity(provider: string, id: string): User | undefined;
  /** A user by their number. */
  byNumber(number: number): User | undefined;
  /** Everybody with this `Identity.id`, from whatever provider. */
  withIdentityId(id: string): User[];
}
