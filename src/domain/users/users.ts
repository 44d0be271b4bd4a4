import { anyTable } from '../../core/command.js';
import type { Tx } from '../../core/state.js';
import { table, type View } from '../../core/table.js';
import { grantedByWorld, type WorldConfig } from '../access/grants.js';
import type { Claims } from '../access/may.js';
import { type PermissionSet, permissionSet } from '../access/permissions.js';
import type { DomainConfig } from '../config.js';
import type { UserId } from '../ids.js';
import { grantedBy, ownerRole } from '../roles/roles.js';
import { departureTables } from './departures.js';
import { type Identity, type IdentityRef, identityKey } from './identity.js';
import { leaderOf, links } from './links.js';
import { fold, looksLike, makeHandle, numbered, shape, skeleton } from './names.js';

/** A user's record. What the identity did not bring is left out and read from the defaults. */
export interface User {
  readonly id: UserId;
  readonly provider: string;
  /** `Identity.id`. */
  readonly identity: string;
  /** The name as the identity last gave it; the handle follows when it changes. */
  readonly name: string;
  /** Of a private user: the login as it was registered, worn by others too. */
  readonly handle: string;
  /** The name is a stopgap: they never said how they are called, and so has nobody else. */
  readonly unnamed?: true;
  /**
   * Known only to those who know the name in their own protocol: in no list, look-up or event of the others, and without a unique handle. Until the
   * first session.
   */
  readonly private?: true;
  /** How the user wishes to be called where names are no keys. */
  readonly displayName?: string;
  /** A positive integer, for protocols whose user ids are numbers. Never used for a different identity. */
  readonly number: number;
  readonly colour?: string;
  readonly rank?: number;
  /** As the identity last gave them. */
  readonly roles?: readonly string[];
  /** Roles that were given within the chat; they stand in place of the identity's. */
  readonly assigned?: readonly string[];
  readonly traits?: readonly string[];
  readonly permissions?: NonNullable<Identity['permissions']>;
  /** As the identity last gave it; one of their own is without `display_name`, which is in `displayName`. */
  readonly profile?: NonNullable<Identity['profile']>;
  /** They set their profile themselves: what identities bring does not go over it. */
  readonly ownProfile?: true;
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
  /** Of a guest who may be forgotten: the day they were last known to be here, in whole days since the Unix epoch. */
  readonly guest?: number;
  /** They left for good, and this much of the record stays for the sake of a ban until that ends, see `remains.ts`. */
  readonly left?: true;
}

export const users = table({
  name: 'users',
  class: 'resident',
  key: 'text',
  id: (user: User) => user.id,
  indexes: {
    identity: (user: User) => identityKey(user.provider, user.identity),
    outer: (user: User) => (user.private ? undefined : fold(user.identity)),
    fold: (user: User) => (user.private ? undefined : fold(user.handle)),
    skeleton: (user: User) => (user.private ? undefined : skeleton(user.handle)),
    shape: (user: User) => (user.private ? undefined : shape(user.handle)),
    number: (user: User) => (user.private ? undefined : user.number),
    unseen: (user: User) => (user.private || user.left ? 'unseen' : undefined),
    guests: (user: User) => (user.guest === undefined ? undefined : 'guest'),
    guestDay: (user: User) => user.guest,
    left: (user: User) => (user.left ? 'left' : undefined),
    owner: (user: User) => ((user.assigned ?? user.roles)?.includes(ownerRole) ? 'owner' : undefined),
  },
});

/** Which provider a number below 2^40 belongs to, kept when its user is gone: within a provider it always means the same identity. */
export const numbers = table({
  name: 'numbers',
  class: 'resident',
  key: 'text',
  id: (row: { readonly number: string; readonly provider: string }) => row.number,
});

export const counters = table({
  name: 'counters',
  class: 'resident',
  key: 'text',
  id: (row: { readonly name: string; readonly next: number }) => row.name,
});

/** When a user last had a session open: milliseconds since the Unix epoch. May lag by two seconds after a crash. */
export const lastSeen = table({
  name: 'last_seen',
  class: 'lazy',
  key: 'text',
  id: (row: { readonly user: UserId; readonly at: number }) => row.user,
});

export const userTables = [
  anyTable(users),
  anyTable(numbers),
  anyTable(counters),
  anyTable(lastSeen),
  anyTable(links),
  ...departureTables,
];

/** Numbers that the chat gives out itself start here. */
export const firstOwnNumber = 2 ** 40;

/** Who logs in by an identity: the user whose main one it is, or whom it is linked to. Nobody who has left for good. */
export function userOfIdentity(view: View, identity: IdentityRef): User | undefined {
  const record = recordOfIdentity(view, identity);
  return record?.left ? undefined : record;
}

/** The same with those who have left for good and are known because of a ban. */
export function recordOfIdentity(view: View, { provider, id }: IdentityRef): User | undefined {
  const key = identityKey(provider, id);
  const own = view.one(users, 'identity', key);
  const link = own === undefined ? view.one(links, 'identity', key) : undefined;
  return link === undefined ? own : view.get(users, link.user);
}

/** Whoever has this id, unless they are private: where other protocols look for somebody by it. */
export function publicUser(view: View, id: UserId): User | undefined {
  const user = view.get(users, id);
  return user?.private ? undefined : user;
}

/** Whether what an identity says of its user holds: of several only the leading one counts, by default the main one. */
export function isLeading(view: View, user: User, { provider, id }: IdentityRef): boolean {
  const leader = leaderOf(view, user.id) ?? user;
  return leader.provider === provider && leader.identity === id;
}

/** Whoever has this id and has not left for good. */
export function livingUser(view: View, id: UserId): User | undefined {
  const user = view.get(users, id);
  return user?.left ? undefined : user;
}

/** Whether somebody left for good: their record may still be there because of a ban. */
export function isGone(user: User | undefined): boolean {
  return user === undefined || user.left === true;
}

/** Whoever wears this handle or one that looks like it, other than `except`. */
export function wearerOf(view: View, handle: string, except?: UserId): User | undefined {
  const other = (user: User) => user.id !== except;
  return (
    view.by(users, 'skeleton', skeleton(handle)).find(other) ??
    view.by(users, 'shape', shape(handle)).find(other)
  );
}

type ServerNames = Pick<DomainConfig, 'botName' | 'reservedNames'>;

/** Whether a name is the server's own, or could be taken for it. */
export function isReserved({ botName, reservedNames }: ServerNames, name: string): boolean {
  return [botName, ...reservedNames].some((own) => looksLike(name, own));
}

/**
 * Whether a handle looks like one that somebody other than `except` wears, or like the server's own; or is an id of theirs, by which they would be
 * meant where names and ids stand in one place.
 */
export function isWorn(view: View, config: ServerNames, handle: string, except?: UserId): boolean {
  if (isReserved(config, handle) || wearerOf(view, handle, except) !== undefined) return true;
  return usersWithId(view, handle).some(({ id }) => id !== except);
}

/** Whose id a text is, in any case: their `Identity.id` or the chat's own. Nobody who is private. */
export function usersWithId(view: View, text: string): User[] {
  const folded = fold(text);
  const own = view.get(users, folded as UserId);
  const found = view.by(users, 'outer', folded);
  return own === undefined || own.private || found.includes(own) ? found : [...found, own];
}

/** What of a configuration claims depend on. */
export type ClaimsConfig = Pick<DomainConfig, 'defaults'> & WorldConfig;

/** What of a user claims depend on. */
type Claimant = {
  readonly [part in 'rank' | 'roles' | 'assigned' | 'traits' | 'permissions']?: User[part] | undefined;
};

/** A user's claims with the defaults filled in, and with what their roles grant, those of the configuration included. */
export function claimsOf(view: View, config: ClaimsConfig, user: Claimant): Claims {
  const { defaults } = config;
  const roles = user.assigned ?? user.roles ?? defaults.roles;
  const traits = user.traits ?? defaults.traits;
  const own = permissionSet(user.permissions ?? defaults.permissions);
  return {
    rank: user.rank ?? defaults.rank,
    roles,
    traits,
    can: (own | grantedBy(view, roles) | grantedByWorld(config, roles, traits)) as PermissionSet,
  };
}

/** The claims somebody would have once they are logged in as an identity, whether or not it is known yet. */
export function claimsOfIdentity(view: View, config: ClaimsConfig, identity: Identity): Claims {
  const known = userOfIdentity(view, identity);
  if (known !== undefined && !isLeading(view, known, identity)) return claimsOf(view, config, known);
  const { rank, roles, traits, permissions } = identity;
  return claimsOf(view, config, { rank, roles, assigned: known?.assigned, traits, permissions });
}

/** The handle a name would get if nobody else were there. */
export function wishedHandle(identity: Pick<Identity, 'name'>): string {
  return makeHandle(identity.name);
}

/** A handle nobody else wears: the wished one, or that with a number behind it. */
export function freeHandle(view: View, wished: string, config: ServerNames, except?: UserId): string {
  const taken = (handle: string) => isWorn(view, config, handle, except);
  if (!taken(wished)) return wished;
  // Thousands of guests may wish for the same name: look ahead in growing steps, then narrow down.
  let used = 1;
  let free = 2;
  while (taken(numbered(wished, free))) {
    used = free;
    free *= 2;
  }
  while (free - used > 1) {
    const middle = (used + free) >> 1;
    if (taken(numbered(wished, middle))) used = middle;
    else free = middle;
  }
  return numbered(wished, free);
}

/**
 * The stable integer of a new user: the identity's own where it is one and free, else from the chat's own series. Guests have one of the
 * series: whose number an own one is would have to be kept after they are forgotten.
 */
export function claimNumber(tx: Tx, identity: Pick<Identity, 'provider' | 'id'>, guest: boolean): number {
  if (!guest && /^[1-9][0-9]{0,12}$/.test(identity.id) && Number(identity.id) < firstOwnNumber) {
    const holder = tx.get(numbers, identity.id);
    if (holder === undefined) tx.put(numbers, { number: identity.id, provider: identity.provider });
    if (holder === undefined || holder.provider === identity.provider) return Number(identity.id);
  }
  const next = tx.get(counters, 'number')?.next ?? firstOwnNumber;
  tx.put(counters, { name: 'number', next: next + 1 });
  return next;
}
