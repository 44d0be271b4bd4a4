import type { View } from '../../core/table.js';
import type { DomainConfig } from '../../domain/config.js';
import type { UserId } from '../../domain/ids.js';
import type { Message } from '../../domain/messages/messages.js';
import { banOf, silenceOf } from '../../domain/moderation/bans.js';
import { profileOf } from '../../domain/profiles/profiles.js';
import { isVisible } from '../../domain/status/status.js';
import type { Person } from '../../domain/users/person.js';
import { claimsOf, isGone, lastSeen, type User, users } from '../../domain/users/users.js';
import { uuidOf } from '../uuid.js';
import { dialectName } from './dialect-name.js';

/** Not seen for this long: `inactive` (section 4). */
const inactiveMs = 36 * 3_600_000;

/** What a shape needs to know of the chat it is made in. */
export interface Look {
  readonly config: DomainConfig;
  /** Trait → badge. */
  readonly badges: Readonly<Record<string, string>>;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  /** For somebody who may manage people: with `moderation_state` and `token_id`. */
  readonly manages: boolean;
}

/** Labels of the traits that stand for one, each once, sorted. */
export function badgesOf(traits: readonly string[], badges: Look['badges']): string[] {
  const labels = traits.flatMap((trait) => (Object.hasOwn(badges, trait) ? [badges[trait] as string] : []));
  return [...new Set(labels)].sort();
}

/** Somebody as a record has them (section 4). */
export function userShape(view: View, user: User, { config, badges, now, manages }: Look): object {
  const inactive = isAway(view, user.id, now);
  const before = known.get(user);
  const same = before?.from === badges && before.shape.inactive === inactive;
  const shape = same ? before.shape : shapeOf(view, user, config, badges, inactive);
  if (!same) known.set(user, { from: badges, shape });
  return manages ? { ...shape, ...managed(view, config, user, now) } : shape;
}

type Shape = Readonly<Record<string, unknown>> & { readonly inactive: boolean };

/** What records were last shown as. They are other objects once anything in them changes; a room of 1,000 people shows each to each who comes. */
const known = new WeakMap<User, { readonly from: Look['badges']; readonly shape: Shape }>();

function shapeOf(
  view: View,
  user: User,
  config: DomainConfig,
  badges: Look['badges'],
  inactive: boolean,
): Shape {
  const gone = isGone(user);
  return {
    id: uuidOf('user', user.id),
    profile: gone ? {} : profileOf(user),
    pretalx_id: null,
    deleted: gone,
    badges: gone ? [] : badgesOf(claimsOf(view, config, user).traits, badges),
    inactive,
  };
}

/** Whether somebody has not been seen for long, who is not here now or is invisible. */
function isAway(view: View, user: UserId, now: number): boolean {
  if (isVisible(view, user)) return false;
  const seen = view.get(lastSeen, user)?.at;
  return seen === undefined || now - seen > inactiveMs;
}

function managed(view: View, config: DomainConfig, user: User, now: number): object {
  return {
    moderation_state: moderationState(view, user.id, now),
    token_id: isGone(user) ? null : tokenId(config, user),
  };
}

/** What only those are shown who may manage people, of somebody as an event has them. */
export function managedPerson(view: View, config: DomainConfig, person: Person, now: number): object {
  return {
    moderation_state: moderationState(view, person.user, now),
    token_id: tokenId(config, person),
  };
}

/** Who somebody is where their tokens come from; guests are nobody there. */
function tokenId(config: DomainConfig, { provider, identity }: Pick<User, 'provider' | 'identity'>) {
  return config.guestProviders.includes(provider) ? null : identity;
}

/** `banned`, `silenced`, or empty. */
export function moderationState(view: View, user: UserId, now: number): string {
  if (banOf(view, 'user', user, dialectName, now) !== undefined) return 'banned';
  return silenceOf(view, user, now) === undefined ? '' : 'silenced';
}

/** Somebody who is there no more: their messages stay. */
export function goneShape(user: UserId, manages = false): object {
  return {
    id: uuidOf('user', user),
    profile: {},
    pretalx_id: null,
    deleted: true,
    badges: [],
    inactive: true,
    ...(manages ? { moderation_state: '', token_id: null } : {}),
  };
}

/** Somebody by id, also when they are there no more. */
export function anybodyShape(view: View, id: UserId, look: Look): object {
  const user = view.get(users, id);
  return user === undefined ? goneShape(id, look.manages) : userShape(view, user, look);
}

/** Somebody as an event has them. They are here just now. */
export function personShape(person: Person, badges: Look['badges'], managed: object = {}): object {
  return {
    id: uuidOf('user', person.user),
    profile: profileOf(person),
    pretalx_id: null,
    deleted: false,
    badges: badgesOf(person.traits, badges),
    inactive: false,
    ...managed,
  };
}

/** A time as ISO 8601 with an offset. */
export function isoTime(at: number): string {
  return new Date(at).toISOString().replace('Z', '+00:00');
}

/** Emoji → who reacted (section 7). */
export function reactionsShape({ reactions = [] }: Message): Record<string, string[]> {
  return Object.fromEntries(
    reactions.map(({ emoji, by }) => [emoji, by.map(({ user }) => uuidOf('user', user))]),
  );
}
