import type { Tx } from '../../core/state.js';
import type { DomainConfig } from '../config.js';
import { asUserId, nextId, tell } from '../rules.js';
import { identityChanges, profileChanges } from './apply.js';
import { guestMark, isGuest } from './guests.js';
import type { Identity } from './identity.js';
import { personOf } from './person.js';
import { claimNumber, freeHandle, type User, users, wishedHandle } from './users.js';

/** Makes the record of an identity that has none. */
export function createUser(tx: Tx, config: DomainConfig, identity: Identity): User {
  const user: User = {
    id: asUserId(nextId(tx)),
    provider: identity.provider,
    identity: identity.id,
    name: identity.name,
    handle: freeHandle(tx, wishedHandle(identity), config),
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
