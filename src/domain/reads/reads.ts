import { anyTable } from '../../core/command.js';
import type { Tx } from '../../core/state.js';
import { table, type View } from '../../core/table.js';
import { type Channel, type ChannelFacts, channels, factsOf, visibleChannels } from '../channels/channels.js';
import type { DomainConfig } from '../config.js';
import type { ChannelId, MessageId, UserId } from '../ids.js';
import { type Latest, latest } from '../messages/messages.js';
import { threadsOf } from '../threads/threads.js';
import { type User, users } from '../users/users.js';

/** Channel → the newest message that somebody has read there. */
export type ReadMarks = Readonly<Record<ChannelId, MessageId>>;

/** How far one user has read. May lag by two seconds after a crash. */
export interface Read {
  readonly user: UserId;
  /** Those of channels that are gone stay until the next mark is set. */
  readonly marks: ReadMarks;
}

/** One row per user: 41 bytes of memory per mark with ten marks each, a row per mark takes 248. */
export const reads = table({
  name: 'reads',
  class: 'lazy',
  key: 'text',
  id: (row: Read) => row.user,
});

export const readTables = [anyTable(reads)];

const none: ReadMarks = {};

/** All marks of a user. */
export function marksOf(view: View, user: UserId): ReadMarks {
  return view.get(reads, user)?.marks ?? none;
}

/** How far a user has read in a channel. `undefined`: nothing yet. */
export function markIn(view: View, user: UserId, channel: ChannelId): MessageId | undefined {
  const marks = marksOf(view, user);
  return Object.hasOwn(marks, channel) ? marks[channel] : undefined;
}

/** Moves a mark, and lets go of those of channels that are gone. */
export function setMark(tx: Tx, user: UserId, channel: ChannelId, last: MessageId): void {
  const marks: Record<ChannelId, MessageId> = {};
  for (const [id, mark] of Object.entries(marksOf(tx, user)) as [ChannelId, MessageId][])
    if (tx.get(channels, id) !== undefined) marks[id] = mark;
  marks[channel] = last;
  tx.put(reads, { user, marks });
}

/** The marks of somebody who leaves for good. */
export function forgetMarks(tx: Tx, user: UserId): void {
  if (tx.get(reads, user) !== undefined) tx.remove(reads, user);
}

/** Where somebody stands in a channel; how many messages are unread is for storage to count. */
export interface Unread {
  readonly channel: ChannelFacts;
  /** The newest message they have read. */
  readonly last?: MessageId;
  /** The newest message there is. */
  readonly latest?: Latest;
  /** There is a message newer than what they have read. */
  readonly unread: boolean;
}

export function unreadIn(view: View, user: UserId, channel: Channel): Unread {
  const last = markIn(view, user, channel.id);
  const newest = view.get(latest, channel.id);
  return {
    channel: factsOf(view, channel),
    ...(last === undefined ? {} : { last }),
    ...(newest === undefined ? {} : { latest: newest }),
    unread: newest !== undefined && newest.id > (last ?? 0),
  };
}

/** Every channel and thread with messages that a user may see, in the order of lists; threads follow their forum's place, oldest first. */
export function unreadsOf(view: View, config: DomainConfig, user: UserId): Unread[] {
  const record: User | undefined = view.get(users, user);
  if (record === undefined) return [];
  return visibleChannels(view, config, record)
    .flatMap((channel) => (channel.kind === 'forum' ? threadsOf(view, channel) : [channel]))
    .filter(takesMessages)
    .map((channel) => unreadIn(view, user, channel));
}

/** Whether there is anything to read in a channel. */
export function takesMessages({ kind }: Channel): boolean {
  return kind === 'text' || kind === 'thread' || kind === 'direct';
}
