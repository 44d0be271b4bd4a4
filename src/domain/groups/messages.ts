import { anyTable } from '../../core/command.js';
import type { Tx } from '../../core/state.js';
import { table, type View } from '../../core/table.js';
import type { DomainConfig } from '../config.js';
import type { GroupId, UserId } from '../ids.js';
import { type Group, groupMembers, groups, pairKey } from './groups.js';

/** Messages that one group can have: more than storage holds. */
const perGroup = 2 ** 32;

/** A group's number beyond which keys would not be exact any more. */
export const mostGroupNumber = 2 ** 21 - 1;

/** A sealed message or commit of a group. */
export interface GroupMessage {
  /** The number of the group times 2^32, plus the sequence number. */
  readonly key: number;
  readonly group: GroupId;
  /** From 1 on, in the order in which they came; numbers of those that are gone are not used again. */
  readonly sequence: number;
  readonly sender: UserId;
  /** Base64. */
  readonly data: string;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
}

/** Where a message is in the table: messages of a group lie side by side, in their order. */
export function groupMessageKey({ number }: Pick<Group, 'number'>, sequence: number): number {
  return number * perGroup + sequence;
}

/**
 * The query of storage for the oldest messages of a group after a sequence number, at most `limit`; `undefined`: there are none. Messages of a group
 * have no partition of their own, so where numbers are missing the page may end with messages of another one: only those whose `group` it is
 * count.
 */
export function groupMessageQuery(
  group: Pick<Group, 'number' | 'last'>,
  after: number,
  limit: number,
): { readonly table: string; readonly after: number; readonly limit: number } | undefined {
  const from = Math.max(after, 0);
  const most = Math.min(limit, group.last - from);
  if (most <= 0) return undefined;
  return { table: 'group_messages', after: groupMessageKey(group, from), limit: most };
}

/** A partition for each sender in each group, so that one step removes all that somebody said in a group, however much it is. */
export const groupMessages = table<GroupMessage, number>({
  name: 'group_messages',
  class: 'archive',
  key: 'integer',
  id: (message) => message.key,
  partition: ({ group, sender }) => pairKey(group, sender),
  passing: true,
});

/** Who has ever said something in a group, also when they are no longer in it: which partitions of messages there are. */
export const groupSenders = table({
  name: 'group_senders',
  class: 'resident',
  key: 'text',
  id: (row: { readonly group: GroupId; readonly user: UserId }) => pairKey(row.group, row.user),
  indexes: { group: (row) => row.group, user: (row) => row.user },
});

/** How far somebody has fetched in a group whose messages go once everybody has. May lag by two seconds after a crash. */
export interface Watermark {
  readonly group: GroupId;
  readonly user: UserId;
  readonly sequence: number;
}

export const watermarks = table({
  name: 'watermarks',
  class: 'lazy',
  key: 'text',
  id: (mark: Watermark) => pairKey(mark.group, mark.user),
  indexes: { group: (mark: Watermark) => mark.group, user: (mark: Watermark) => mark.user },
});

/** A group's tree and keys for those who join, as its members last uploaded it. */
export interface GroupInfo {
  /** The group's number. */
  readonly number: number;
  /** Base64. */
  readonly data: string;
}

export const groupInfos = table<GroupInfo, number>({
  name: 'group_infos',
  class: 'archive',
  key: 'integer',
  id: (info) => info.number,
  passing: true,
});

export const groupMessageTables = [
  anyTable(groupMessages),
  anyTable(groupSenders),
  anyTable(watermarks),
  anyTable(groupInfos),
];

/** What members may bring along with a change: a commit to be stored as a message, and the group info after it. Base64; empty: none. */
export interface Sealed {
  readonly commit?: string;
  readonly info?: string;
}

/** Stores a message under the group's next number, which is returned. */
export function addGroupMessage(tx: Tx, id: GroupId, sender: UserId, data: string): number {
  const group = tx.get(groups, id) as Group;
  const sequence = group.last + 1;
  if (sequence >= perGroup) throw new RangeError(`group ${id} has used up its numbers`);
  tx.put(groups, { ...group, last: sequence });
  tx.put(groupMessages, {
    key: groupMessageKey(group, sequence),
    group: id,
    sequence,
    sender,
    data,
    at: tx.at,
  });
  if (tx.get(groupSenders, pairKey(id, sender)) === undefined)
    tx.put(groupSenders, { group: id, user: sender });
  return sequence;
}

/** Stores what was brought along, the group info first. Returns the number of the commit, if there was one. */
export function addSealed(tx: Tx, id: GroupId, sender: UserId, { commit, info }: Sealed): number | undefined {
  if (info) {
    const group = tx.get(groups, id) as Group;
    tx.put(groupInfos, { number: group.number, data: info });
    tx.put(groups, { ...group, infoAt: tx.at });
  }
  return commit ? addGroupMessage(tx, id, sender, commit) : undefined;
}

/** Sets the id that a group has among its members, unless it has one. */
export function setMlsId(tx: Tx, id: GroupId, mlsId: string | undefined): void {
  const group = tx.get(groups, id) as Group;
  if (mlsId && group.mlsId === undefined) tx.put(groups, { ...group, mlsId });
}

/** Notes how far somebody has fetched, which is of interest only where messages go once everybody has (Conclave, section 12). */
export function raiseWatermark(tx: Tx, id: GroupId, user: UserId, sequence: number): void {
  const group = tx.get(groups, id);
  if (group?.expirySeconds !== 0) return;
  const before = tx.get(watermarks, pairKey(id, user))?.sequence ?? 0;
  const reached = Math.min(sequence, group.last);
  if (reached > before) tx.put(watermarks, { group: id, user, sequence: reached });
}

/** How far every member has fetched; 0 where there is none. */
export function lowestWatermark(view: View, group: GroupId): number {
  let lowest: number | undefined;
  for (const { user } of view.by(groupMembers, 'group', group))
    lowest = Math.min(
      lowest ?? Number.POSITIVE_INFINITY,
      view.get(watermarks, pairKey(group, user))?.sequence ?? 0,
    );
  return lowest ?? 0;
}

/** Whether messages of a group may be past at all: whether it is worth looking. */
export function mayExpire(
  { groups: { retentionSeconds } }: Pick<DomainConfig, 'groups'>,
  group: Group,
): boolean {
  return group.last > 0 && (retentionSeconds > 0 || group.expirySeconds >= 0);
}

/** Which messages of a group have been kept for long enough at a time (Conclave, section 12): a test of one after the other. */
export function pastIn(
  view: View,
  { groups: { retentionSeconds } }: Pick<DomainConfig, 'groups'>,
  group: Group,
  at: number,
): (message: Pick<GroupMessage, 'sequence' | 'at'>) => boolean {
  const { id, expirySeconds } = group;
  const limits = [retentionSeconds, expirySeconds].filter((seconds) => seconds > 0);
  const oldest = at - Math.min(...limits) * 1_000;
  const fetched = expirySeconds === 0 ? lowestWatermark(view, id) : 0;
  return (message) => (limits.length > 0 && message.at < oldest) || message.sequence <= fetched;
}

/** Removes all that somebody ever said in groups, and how far they fetched. */
export function forgetSaid(tx: Tx, user: UserId): void {
  for (const { group } of tx.by(groupSenders, 'user', user)) {
    tx.clear(groupMessages, pairKey(group, user));
    tx.remove(groupSenders, pairKey(group, user));
  }
  for (const { group } of tx.by(watermarks, 'user', user)) tx.remove(watermarks, pairKey(group, user));
}

/** Removes all that was said in a group, and its group info. */
export function forgetSaidIn(tx: Tx, group: Group): void {
  for (const { user } of tx.by(groupSenders, 'group', group.id)) {
    tx.clear(groupMessages, pairKey(group.id, user));
    tx.remove(groupSenders, pairKey(group.id, user));
  }
  for (const { user } of tx.by(watermarks, 'group', group.id)) tx.remove(watermarks, pairKey(group.id, user));
  if (group.infoAt !== undefined) tx.remove(groupInfos, group.number);
}
