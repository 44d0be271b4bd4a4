import type { UserId } from '../../domain/ids.js';
import type { User } from '../../domain/users/users.js';
import type { UserLookup } from '../user-lookup.js';
import { idOf } from '../uuid.js';
import { dialectName } from './dialect-name.js';
import { uuidOfPath, uuidOfUser } from './ids.js';

/** Somebody's id in this protocol: a UUID in lower case with hyphens. */
export function conclaveIdOf(user: Pick<User, 'id' | 'provider' | 'identity'>): string {
  return uuidOfUser({ user: user.id, provider: user.provider, identity: user.identity });
}

/** The user who has an id in this protocol, with hyphens or without; `undefined` if nobody does. `users`: `chat.users`. */
export function userOfConclaveId(users: UserLookup, id: string): User | undefined {
  const uuid = uuidOfPath(id);
  if (uuid === undefined) return undefined;
  const own = users.byIdentity(dialectName, uuid);
  if (own?.provider === dialectName) return own;
  const other = idOf('user', uuid);
  const found = other === undefined ? undefined : users.get(other as UserId);
  return found?.provider === dialectName ? undefined : found;
}
