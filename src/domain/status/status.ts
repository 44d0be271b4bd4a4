import { anyTable } from '../../core/command.js';
import type { Tx } from '../../core/state.js';
import { table, type View } from '../../core/table.js';
import type { DomainConfig } from '../config.js';
import type { UserId } from '../ids.js';
import { online } from '../sessions/online.js';

/** How somebody would like to be seen (OriginChats, section 4). */
export const statusKinds = ['online', 'idle', 'dnd', 'offline', 'invisible'] as const;

/** One of {@link statusKinds}. */
export type StatusKind = (typeof statusKinds)[number];

/** How somebody is seen, and what they say about it. */
export interface Status {
  readonly status: StatusKind;
  /** May be empty. */
  readonly text: string;
}

/** What a user chose; kept while they are away. May lag by two seconds after a crash. */
export const statuses = table({
  name: 'statuses',
  class: 'lazy',
  key: 'text',
  id: (row: Status & { readonly user: UserId }) => row.user,
});

export const statusTables = [anyTable(statuses)];

/** What a user chose; `online` if they never did. */
export function chosenStatus(view: View, user: UserId): Status {
  const row = view.get(statuses, user);
  return row === undefined ? { status: 'online', text: '' } : { status: row.status, text: row.text };
}

/**
 * How a user is now: `offline` without a session, `idle` with the reason while they are away, else as they chose. `invisible` is for the user
 * alone; see {@link shownStatus}.
 */
export function statusOf(view: View, user: UserId): Status {
  const chosen = chosenStatus(view, user);
  const row = view.get(online, user);
  if (row === undefined) return { status: 'offline', text: chosen.text };
  const { away } = row.person;
  if (away === undefined || chosen.status === 'invisible') return chosen;
  return { status: 'idle', text: away };
}

/** Why somebody is away for having chosen `idle`; `undefined` if they chose otherwise. */
export function idleReason(view: View, user: UserId): string | undefined {
  const { status, text } = chosenStatus(view, user);
  return status === 'idle' ? text : undefined;
}

/** Somebody is back: if they chose `idle`, they are `online`. */
export function endIdle(tx: Tx, user: UserId): void {
  if (chosenStatus(tx, user).status === 'idle') tx.put(statuses, { user, status: 'online', text: '' });
}

/** Whether a text is longer than that of a status may be. */
export function isTooLong({ limits: { statusTextLength } }: DomainConfig, text: string): boolean {
  return text.length > statusTextLength && [...text].length > statusTextLength;
}

/** A status as others see it: who is invisible looks like somebody who is not there. */
export function shownStatus({ status, text }: Status): Status {
  return { status: status === 'invisible' ? 'offline' : status, text };
}

/** Whether others may know that a user is there. */
export function isVisible(view: View, user: UserId): boolean {
  return view.get(online, user) !== undefined && chosenStatus(view, user).status !== 'invisible';
}

/** Of who leaves for good nothing is kept. */
export function forgetStatus(tx: Tx, user: UserId): void {
  tx.remove(statuses, user);
}
