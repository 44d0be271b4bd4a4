import { addressKey } from '../../core/address.js';
import { anyTable } from '../../core/command.js';
import type { Tx } from '../../core/state.js';
import { table, type View } from '../../core/table.js';
import { allows, type PermissionSet } from '../access/permissions.js';
import type { Actor } from '../events.js';
import type { UserId } from '../ids.js';
import { fold } from '../users/names.js';
import { users } from '../users/users.js';

/** A ban of a user or of an address. */
export interface Ban {
  readonly key: string;
  readonly kind: 'user' | 'address';
  /** The user's id, or what the address is held by: IPv6 by /64 (`addressKey`). */
  readonly subject: string;
  /** The user's handle when banned, or the address whole: what the list of bans shows. */
  readonly name: string;
  /** Milliseconds since the Unix epoch; `null` without end. */
  readonly until: number | null;
  /** Holds in this protocol only; everywhere if absent. */
  readonly dialect?: string;
  readonly by: Actor;
  readonly text?: string;
  readonly at: number;
  /** An id of the series: bans are listed in this order. */
  readonly given: number;
}

export const bans = table({
  name: 'bans',
  class: 'resident',
  key: 'text',
  id: (ban: Ban) => ban.key,
  indexes: {
    subject: (ban: Ban) => `${ban.kind}:${ban.subject}`,
    name: (ban: Ban) => fold(ban.name),
  },
});

/** A user who may read but not send. */
export interface Silence {
  readonly user: UserId;
  /** Milliseconds since the Unix epoch; `null` without end. */
  readonly until: number | null;
  readonly by: Actor;
  /** When it was given, in milliseconds since the Unix epoch. */
  readonly at: number;
}

export const silences = table({
  name: 'silences',
  class: 'resident',
  key: 'text',
  id: (row: Silence) => row.user,
});

export const moderationTables = [anyTable(bans), anyTable(silences)];

export function isOver(until: number | null, at: number): boolean {
  return until !== null && until <= at;
}

/** The ban that keeps a user or an address out of a dialect at a time; the longest if there are several. */
export function banOf(
  view: View,
  kind: Ban['kind'],
  subject: string,
  dialect: string,
  at: number,
): Ban | undefined {
  let found: Ban | undefined;
  for (const ban of view.by(bans, 'subject', `${kind}:${subjectOf(kind, subject)}`)) {
    if (isOver(ban.until, at) || (ban.dialect !== undefined && ban.dialect !== dialect)) continue;
    if (found === undefined || ban.until === null || (found.until !== null && ban.until > found.until))
      found = ban;
  }
  return found;
}

/** Whether any ban of a user is in force, in whatever dialect. */
export function isBannedAnywhere(view: View, user: UserId, at: number): boolean {
  return view.by(bans, 'subject', `user:${user}`).some((ban) => !isOver(ban.until, at));
}

/** Everybody whom a ban keeps out of a dialect at a time: for lists of many people. */
export function bannedFrom(view: View, dialect: string, at: number): ReadonlySet<string> {
  const found = new Set<string>();
  for (const ban of view.all(bans))
    if (ban.kind === 'user' && !isOver(ban.until, at) && (ban.dialect ?? dialect) === dialect)
      found.add(ban.subject);
  return found;
}

/** Whether a user is kept out of all dialects. */
export function isBannedEverywhere(view: View, user: UserId, at: number): boolean {
  return view
    .by(bans, 'subject', `user:${user}`)
    .some((ban) => ban.dialect === undefined && !isOver(ban.until, at));
}

/** Bans in force, users and addresses, in the order they were given. */
export function activeBans(view: View, at: number): Ban[] {
  return [...view.all(bans)].filter((ban) => !isOver(ban.until, at)).sort((a, b) => a.given - b.given);
}

/** Those of them that lists may show: who is private is in none. */
export function listedBans(view: View, at: number): Ban[] {
  const isListed = ({ kind, subject }: Ban) =>
    kind !== 'user' || !view.get(users, subject as UserId)?.private;
  return activeBans(view, at).filter(isListed);
}

export function putBan(tx: Tx, ban: Omit<Ban, 'key' | 'at' | 'given'>): void {
  const subject = subjectOf(ban.kind, ban.subject);
  tx.put(bans, {
    ...ban,
    subject,
    key: `${ban.kind}:${subject}:${ban.dialect ?? '*'}`,
    at: tx.at,
    given: tx.nextId(),
  });
}

/** Bans in force go over to another user; those of one who is there no more end. */
export function copyBans(tx: Tx, from: UserId, to: UserId): void {
  for (const ban of tx.by(bans, 'subject', `user:${from}`)) {
    if (!isOver(ban.until, tx.at)) putBan(tx, { ...ban, subject: to });
    if (tx.get(users, from) === undefined) tx.remove(bans, ban.key);
  }
}

/** What a ban is kept and looked up by. */
export function subjectOf(kind: Ban['kind'], subject: string): string {
  return kind === 'address' ? addressKey(subject) : subject;
}

/** The silence a user is under at a time, whether or not they may speak all the same. */
export function silenceOf(view: View, user: UserId, at: number): Silence | undefined {
  const silence = view.get(silences, user);
  return silence === undefined || isOver(silence.until, at) ? undefined : silence;
}

/** Silences in force, in the order they were given. */
export function activeSilences(view: View, at: number): Silence[] {
  return [...view.all(silences)]
    .filter(({ until }) => !isOver(until, at))
    .sort((a, b) => a.at - b.at || Number(a.user) - Number(b.user));
}

/**
 * Whether somebody who may do so much must keep quiet. Who may silence others is never silent (SharpChat), but who is banned and has
 * stayed connected is.
 */
export function isSilent(view: View, user: UserId, can: PermissionSet, at: number): boolean {
  if (isBannedEverywhere(view, user, at)) return true;
  return !allows(can, 'user.silence') && silenceOf(view, user, at) !== undefined;
}
