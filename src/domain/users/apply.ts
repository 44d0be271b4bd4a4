import type { Tx } from '../../core/state.js';
import type { DomainConfig } from '../config.js';
import type { Identity } from './identity.js';
import { freeHandle, type User, wishedHandle } from './users.js';

/** The parts of a record that an identity decides anew each time; what it does not bring is not stored. */
export function identityChanges(
  identity: Partial<Identity>,
): Pick<User, 'colour' | 'rank' | 'roles' | 'traits' | 'permissions' | 'profile'> {
  return {
    ...(identity.colour === undefined ? {} : { colour: identity.colour }),
    ...(identity.rank === undefined ? {} : { rank: identity.rank }),
    ...(identity.roles === undefined ? {} : { roles: [...identity.roles] }),
    ...(identity.traits === undefined ? {} : { traits: [...identity.traits] }),
    ...(identity.permissions === undefined ? {} : { permissions: [...identity.permissions] }),
    ...(identity.profile === undefined ? {} : { profile: identity.profile }),
  };
}

/** The record with what the identity says now, the same object if nothing changes. A new name brings a new handle. */
export function applyIdentity(tx: Tx, config: DomainConfig, user: User, identity: Identity): User {
  const renamed = identity.name !== user.name;
  const next: User = {
    id: user.id,
    provider: user.provider,
    identity: user.identity,
    name: identity.name,
    handle: renamed && !user.private ? freeHandle(tx, wishedHandle(identity), config, user.id) : user.handle,
    ...(user.private ? { private: true } : {}),
    number: user.number,
    createdAt: user.createdAt,
    ...(user.displayName === undefined ? {} : { displayName: user.displayName }),
    ...(user.assigned === undefined ? {} : { assigned: user.assigned }),
    ...(user.guest === undefined ? {} : { guest: user.guest }),
    ...identityChanges(identity),
  };
  return same(user, next) ? user : next;
}

function same(a: User, b: User): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
