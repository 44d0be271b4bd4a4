import type { User } from '../../domain/users/users.js';
import type { UserLookup } from '../user-lookup.js';
import { idOf } from './people.js';

/** Somebody's id in this protocol: decimal digits. */
export function sockchatIdOf(user: Pick<User, 'number'>): string {
  return idOf(user);
}

/** The user who has an id in this protocol; `undefined` if nobody does. `users`: `chat.users`. */
export function userOfSockchatId(users: UserLookup, id: string): User | undefined {
  return /^[1-9][0-9]{0,15}$/.test(id) ? users.byNumber(Number(id)) : undefined;
}
