import type { Tx } from '../../core/state.js';
import type { DomainConfig } from '../config.js';
import { nameIn } from '../profiles/profiles.js';
import type { Identity } from './identity.js';
import { freeHandle, isLeading, type User, wishedHandle } from './users.js';

/** The parts of a record that an identity decides anew each time; what it does not bring is not stored. */
export function identityChanges(
  identity: Partial<Identity>,
): Pick<User, 'colour' | 'rank' | 'roles' | 'traits' | 'permissions'> {
  return {
    ...(identity.colour === undefined ? {} : { colour: identity.colour }),
    ...(identity.rank === undefined ? {} : { rank: identity.rank }),
    ...(identity.roles === undefined ? {} : { roles: [...identity.roles] }),
    ...(identity.traits === undefined ? {} : { traits: [...identity.traits] }),
    ...(identity.permissions === undefined ? {} : { permissions: [...identity.permissions] }),
  };
}

/**
 * A profile that an identity brings, with the display name in it. That name holds while the user has no other, and follows when the
 * identity's changes.
 */
export function profileChanges(
  config: DomainConfig,
  { profile: before, displayName }: Pick<User, 'profile' | 'displayName'>,
  profile: Identity['profile'],
): Pick<User, 'profile' | 'displayName'> {
  const was = calledIn(config, before);
  const is = profile === undefined ? was : calledIn(config, profile);
  const follows = is !== was && (displayName === undefined || displayName === was);
  const called = follows ? is : displayName;
  const kept = profile === undefined || same(before, profile) ? before : profile;
  return {
    ...(called === undefined ? {} : { displayName: called }),
    ...(kept === undefined ? {} : { profile: kept }),
  };
}

/** The display name in a profile; one that is too long is cut, since nobody is kept out for that. */
function calledIn({ limits }: DomainConfig, profile: Identity['profile']): string | undefined {
  const name = nameIn(profile);
  return name === undefined ? undefined : [...name].slice(0, limits.displayNameLength).join('');
}

/**
 * The record with what the identity says now, the same object if nothing changes. A new name brings a new handle. `says`: a profile that auth
 * brings does not go over one that the user set themselves, one that the host gives does.
 */
export function applyIdentity(
  tx: Tx,
  config: DomainConfig,
  user: User,
  identity: Identity,
  says: 'auth' | 'host' = 'auth',
): User {
  const name = identity.unnamed ? user.name : identity.name;
  const unnamed = user.unnamed && identity.unnamed;
  const kept = name === user.name || user.private;
  const handle = kept ? user.handle : freeHandle(tx, wishedHandle({ name }), config, user.id);
  const next: User = {
    id: user.id,
    provider: user.provider,
    identity: user.identity,
    name,
    handle,
    ...(user.private ? { private: true } : {}),
    number: user.number,
    createdAt: user.createdAt,
    ...(unnamed ? { unnamed } : {}),
    ...(user.assigned === undefined ? {} : { assigned: user.assigned }),
    ...(user.guest === undefined ? {} : { guest: user.guest }),
    ...identityChanges(identity),
    ...profileChanges(config, user, user.ownProfile && says === 'auth' ? undefined : identity.profile),
    ...(user.ownProfile === undefined ? {} : { ownProfile: user.ownProfile }),
  };
  return same(user, next) ? user : next;
}

/** The record with what an identity says that logs in: nothing of it unless it is the leading one. */
export function heedIdentity(tx: Tx, config: DomainConfig, user: User, identity: Identity): User {
  return isLeading(tx, user, identity) ? applyIdentity(tx, config, user, identity) : user;
}

/** Whether two records say the same, in whatever order. */
function same(a: object | undefined, b: object): boolean {
  if (a === b) return true;
  const sorted = (of: object) =>
    JSON.stringify(Object.entries(of).sort(([one], [other]) => (one < other ? -1 : 1)));
  return a !== undefined && sorted(a) === sorted(b);
}
