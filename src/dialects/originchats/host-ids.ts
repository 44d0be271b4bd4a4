import { isGone, type User } from '../../domain/users/users.js';
import type { UserLookup } from '../user-lookup.js';

/** Somebody's id in this protocol: `Identity.id` of their main identity. */
export function originchatsIdOf(user: Pick<User, 'identity'>): string {
  return user.identity;
}

/** The user who has an id in this protocol; `undefined` if nobody does, or several from different providers. `users`: `chat.users`. */
export function userOfOriginchatsId(users: UserLookup, id: string): User | undefined {
  const found = users.withIdentityId(id).filter((user) => !isGone(user));
  return found.length === 1 ? found[0] : undefined;
}
