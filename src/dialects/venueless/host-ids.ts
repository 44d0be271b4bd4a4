import type { UserId } from '../../domain/ids.js';
import type { User } from '../../domain/users/users.js';
import type { UserLookup } from '../user-lookup.js';
import { idOf, uuidOf } from '../uuid.js';

/** Somebody's id in this protocol: a UUID in lower case with hyphens. */
export function venuelessIdOf(user: Pick<User, 'id'>): string {
  return uuidOf('user', user.id);
}

/** The user who has an id in this protocol; `undefined` if nobody does. `users`: `chat.users`. */
export function userOfVenuelessId(users: UserLookup, id: string): User | undefined {
  const own = idOf('user', id);
  return own === undefined ? undefined : users.get(own as UserId);
}
