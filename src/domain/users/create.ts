import type { Tx } from '../../core/state.js';
import type { DomainConfig } from '../config.js';
import { asUserId, nextId, tell } from '../rules.js';
import { identityChanges, profileChanges } from './apply.js';
import { guestMark, isGuest } from './guests.js';
import type { Identity } from './identity.js';
import { personOf } from './person.js';
import { claimNumber, freeHandle, type User, users, wishedHandle } from './users.js';

/** Makes the record of an identity that has none. `hidden`: a private one, see {@link User.private}. */
export function createUser(tx: Tx, config: DomainConfig, identity: Identity, hidden = false): User {
  const user: User = {
    id: asUserId(nextId(tx)),
    provider: identity.provider,
    identity: identity.id,
    name: identity.name,
    handle: hidden ? identity.name : freeHandle(tx, wishedHandle(identity), config),
    ...(hidden ? { private: true } : {}),
    number: claimNumber(tx, identity, isGuest(config, identity)),
    createdAt: tx.at,
    ...(identity.unnamed ? { unnamed: true } : {}),
    ...guestMark(config, identity, tx.at),
    ...identityChanges(identity),
    ...profileChanges(config, {}, identity.profile),
  };
  tx.put(users, user);
  tell(tx, 'user_join', { person: personOf(tx, config, user), identity });
  return user;
}

/** Lets a private user come among the others, under a handle of their own. The same record if they are there already. */
export function appear(tx: Tx, config: DomainConfig, user: User): User {
  if (!user.private) return user;
  const { private: _, ...rest } = user;
  const shown: User = { ...rest, handle: freeHandle(tx, wishedHandle(rest), config) };
  tx.put(users, shown);
  tell(tx, 'user_appear', { person: personOf(tx, config, shown) });
  return shown;
}
