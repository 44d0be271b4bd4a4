import type { View } from '../../core/table.js';
import type { PermissionSet } from '../access/permissions.js';
import type { UserId } from '../ids.js';
import { roleNamed } from '../roles/roles.js';
import { type ClaimsConfig, claimsOf, type User } from './users.js';

/** A user as others see them, at one moment. Events carry these; renderers read nothing else. */
export interface Person {
  readonly user: UserId;
  /** See {@link User.number}. */
  readonly number: number;
  readonly handle: string;
  /** A name chosen for now; worn by nobody else who is online. */
  readonly nick?: string;
  /** How they wish to be called where names are no keys. */
  readonly displayName?: string;
  /** See {@link User.unnamed}. */
  readonly unnamed?: true;
  /** Free JSON, see `Identity`; the same object until it changes. */
  readonly profile?: NonNullable<User['profile']>;
  /** Why they are away, if they are: plain text, empty if they did not say. At most `statusTextLength`. */
  readonly away?: string;
  readonly colour?: string;
  readonly rank: number;
  readonly can: PermissionSet;
  /** In the user's order. */
  readonly roles: readonly string[];
  readonly traits: readonly string[];
  /** The colour of the first role. */
  readonly roleColour?: string;
  /** `Identity.id` and `Identity.provider`. */
  readonly identity: string;
  readonly provider: string;
  /** In no list or event of other protocols than their own, see {@link User.private}. */
  readonly private?: true;
}

/** The author of a message as they were when they sent it; stored with the message. */
export interface Author {
  readonly user: UserId;
  readonly number: number;
  readonly handle: string;
  readonly nick?: string;
  readonly colour?: string;
  readonly rank: number;
  readonly can: PermissionSet;
}

export function personOf(
  view: View,
  config: ClaimsConfig,
  user: User,
  now: { readonly nick?: string | undefined; readonly away?: string | undefined } = {},
): Person {
  const { rank, can, roles, traits } = claimsOf(view, config, user);
  const [first] = roles;
  const roleColour = first === undefined ? undefined : roleNamed(view, first)?.colour;
  return {
    user: user.id,
    number: user.number,
    handle: user.handle,
    ...(now.nick === undefined ? {} : { nick: now.nick }),
    ...(user.displayName === undefined ? {} : { displayName: user.displayName }),
    ...(user.unnamed === undefined ? {} : { unnamed: user.unnamed }),
    ...(user.profile === undefined ? {} : { profile: user.profile }),
    ...(now.away === undefined ? {} : { away: now.away }),
    ...(user.colour === undefined ? {} : { colour: user.colour }),
    rank,
    can,
    roles,
    traits,
    ...(roleColour === undefined ? {} : { roleColour }),
    identity: user.identity,
    provider: user.provider,
    ...(user.private ? { private: true } : {}),
  };
}

/** Somebody as they are remembered where profiles would take too much room. */
export function withoutProfile(person: Person): Person {
  if (person.profile === undefined) return person;
  const { profile: _, ...rest } = person;
  return rest;
}

/** Whether somebody looks the same. Profiles may be long, and are the same object until they change. */
export function looksSame(one: Person, other: Person): boolean {
  return (
    one.profile === other.profile &&
    JSON.stringify(withoutProfile(one)) === JSON.stringify(withoutProfile(other))
  );
}

export function authorOf(person: Person): Author {
  return {
    user: person.user,
    number: person.number,
    handle: person.handle,
    ...(person.nick === undefined ? {} : { nick: person.nick }),
    ...(person.colour === undefined ? {} : { colour: person.colour }),
    rank: person.rank,
    can: person.can,
  };
}
