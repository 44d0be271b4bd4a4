import { anyTable } from '../../core/command.js';
import type { Tx } from '../../core/state.js';
import { type Need, table, type View } from '../../core/table.js';
import { type Channel, type ChannelFacts, channels, factsOf, mayNotAs } from '../channels/channels.js';
import type { DomainConfig } from '../config.js';
import type { Actor } from '../events.js';
import type { ChannelId, MessageId, UserId } from '../ids.js';
import { latest } from '../messages/messages.js';
import { nextId, tell } from '../rules.js';
import { isFollowing } from '../subscriptions/subscriptions.js';
import { type Person, personOf, withoutProfile } from '../users/person.js';
import { personNow } from '../users/present.js';
import type { User } from '../users/users.js';

/** That somebody belongs to a channel: not that they look at it just now, and not that they may. */
export interface Member {
  readonly channel: ChannelId;
  readonly user: UserId;
  /** The id under which they joined. */
  readonly since: MessageId;
  /** Only for as long as one of their sessions follows the channel; not stored, and in no history. */
  readonly volatile?: true;
}

function tableOf(name: string, kept: 'resident' | 'live') {
  return table({
    name,
    class: kept,
    key: 'text',
    id: ({ channel, user }: Member) => memberKey(channel, user),
    indexes: { channel: (member: Member) => member.channel, user: (member: Member) => member.user },
  });
}

export const members = tableOf('members', 'resident');

/** Volatile members. */
export const visitors = tableOf('visitors', 'live');

/** That somebody joined or left a channel, as its history has it. */
export interface MemberLine {
  readonly id: MessageId;
  readonly channel: ChannelId;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly membership: 'join' | 'leave';
  /** As they were then, without their profile. */
  readonly user: Person;
}

export const memberLines = table<MemberLine, number>({
  name: 'member_lines',
  class: 'archive',
  key: 'integer',
  id: (line) => line.id,
  partition: (line) => line.channel,
});

export const memberTables = [anyTable(members), anyTable(visitors), anyTable(memberLines)];

export function memberKey(channel: ChannelId, user: UserId): string {
  return `${channel} ${user}`;
}

/** Somebody as a member of a channel, volatile or not. */
export function memberIn(view: View, channel: ChannelId, user: UserId): Member | undefined {
  const key = memberKey(channel, user);
  return view.get(members, key) ?? view.get(visitors, key);
}

/** Everybody who belongs to a channel, in the order they joined. */
export function membersOf(view: View, channel: ChannelId): Member[] {
  return [...view.by(members, 'channel', channel), ...view.by(visitors, 'channel', channel)].sort(bySince);
}

function bySince(a: Member, b: Member): number {
  return a.since - b.since;
}

/** A channel that somebody belongs to, as their list has it. */
export interface Membership {
  readonly channel: ChannelFacts;
  readonly since: MessageId;
  /** Its newest message. */
  readonly latest?: MessageId;
}

/**
 * What a user belongs to and may see, in the order they joined; what they only visit or have hidden is not among it. Of the direct channels that
 * they opened, and of those that others did, only the newest whose people are no more than the limit `listedPeople`.
 */
export function membershipsOf(view: View, config: DomainConfig, user: UserId): Membership[] {
  const rooms: Membership[] = [];
  const own: Membership[] = [];
  const others: Membership[] = [];
  for (const member of view.by(members, 'user', user)) {
    const channel = view.get(channels, member.channel);
    if (channel === undefined || channel.direct?.hidden?.includes(user)) continue;
    if (!takesMembers(channel) && channel.direct === undefined) continue;
    if (mayNotAs(view, config, user, channel, 'see') !== undefined) continue;
    const newest = view.get(latest, channel.id);
    const list = channel.direct === undefined ? rooms : channel.direct.opener === user ? own : others;
    list.push({
      channel: factsOf(view, channel),
      since: member.since,
      ...(newest === undefined ? {} : { latest: newest.id }),
    });
  }
  const most = config.limits.listedPeople;
  return [...rooms, ...newestOf(own, most), ...newestOf(others, most)].sort((a, b) => a.since - b.since);
}

/** The channels in which something happened last, as long as their people are no more than `most`. */
function newestOf(directs: Membership[], most: number): Membership[] {
  let left = most;
  const full = directs
    .sort((a, b) => happenedIn(b) - happenedIn(a))
    .findIndex(({ channel: { members: people = [] } }) => {
      left -= people.length;
      return left < 0;
    });
  return full < 0 ? directs : directs.slice(0, full);
}

/** When something last happened in a channel, as an id: a message, or that they joined. */
export function happenedIn({ since, latest: newest }: Membership): number {
  return Math.max(since, newest ?? 0);
}

/** Channels that people join and leave. */
export function takesMembers({ kind }: Channel): boolean {
  return kind === 'text';
}

/** Where new lines stand among the newest of these channels must be known. */
export function needsLines(list: Iterable<ChannelId>): Need[] {
  return [...list].map((newest) => ({ table: memberLines as never, newest, limit: 1 }));
}

/** As {@link needsLines}, of the channels that a user belongs to; nothing is written down in direct ones when somebody leaves. */
export function needsLinesOf(view: View, user: UserId): Need[] {
  const joined = view.by(members, 'user', user).map(({ channel }) => channel);
  return needsLines(joined.filter((id) => view.get(channels, id)?.direct === undefined));
}

/** The same for everybody who belongs to any channel. */
export function needsAllLines(view: View): Need[] {
  const joined: ChannelId[] = [];
  for (const { id, direct } of view.all(channels))
    if (direct === undefined && view.count(members, 'channel', id) > 0) joined.push(id);
  return needsLines(joined);
}

/** Makes somebody a stored member, writes that down and tells it. */
export function addMember(tx: Tx, config: DomainConfig, channel: Channel, user: User, forced: boolean): void {
  const key = memberKey(channel.id, user.id);
  if (tx.get(visitors, key) !== undefined) tx.remove(visitors, key);
  const person = personNow(tx, config, user.id) ?? personOf(tx, config, user);
  const id = nextId(tx);
  tx.put(members, { channel: channel.id, user: user.id, since: id });
  tx.put(memberLines, {
    id,
    channel: channel.id,
    at: tx.at,
    membership: 'join',
    user: withoutProfile(person),
  });
  tell(tx, 'member_add', { person, channel: factsOf(tx, channel), id, forced });
}

/** Takes a stored member out, writes that down and tells it. */
export function removeMember(
  tx: Tx,
  config: DomainConfig,
  member: Member,
  channel: Channel,
  by: Actor,
): void {
  tx.remove(members, memberKey(member.channel, member.user));
  const person = personNow(tx, config, member.user);
  if (person === undefined) return;
  const id = nextId(tx);
  tx.put(memberLines, {
    id,
    channel: channel.id,
    at: tx.at,
    membership: 'leave',
    user: withoutProfile(person),
  });
  tell(tx, 'member_remove', { person, channel: factsOf(tx, channel), id, by });
}

/** Begins a visit of somebody who follows the channel. */
export function beginVisit(tx: Tx, channel: Channel, user: UserId): void {
  tx.put(visitors, { channel: channel.id, user, since: nextId(tx), volatile: true });
  tell(tx, 'member_visit', { user, channel: factsOf(tx, channel), on: true });
}

/** Ends a visit as the visitor wishes. */
export function leaveVisit(tx: Tx, channel: Channel, user: UserId): void {
  tx.remove(visitors, memberKey(channel.id, user));
  tell(tx, 'member_visit', { user, channel: factsOf(tx, channel), on: false });
}

/** Ends a visit when no session of the visitor follows the channel any more. Nobody is told. */
export function endVisit(tx: Tx, channel: ChannelId, user: UserId): void {
  const key = memberKey(channel, user);
  if (tx.get(visitors, key) !== undefined && !isFollowing(tx, channel, user)) tx.remove(visitors, key);
}

/** Somebody leaves for good, and with that every channel but the direct ones. */
export function leaveChannels(tx: Tx, config: DomainConfig, user: UserId): void {
  for (const member of tx.by(members, 'user', user).sort(bySince)) {
    const channel = tx.get(channels, member.channel);
    if (channel !== undefined) removeMember(tx, config, member, channel, user);
  }
}

/** A channel ends, and with it who belongs to it and what is known of that. */
export function endMembers(tx: Tx, channel: ChannelId): void {
  for (const one of [members, visitors])
    for (const { user } of tx.by(one, 'channel', channel)) tx.remove(one, memberKey(channel, user));
  tx.clear(memberLines, channel);
}

/** Ends visits that were left behind when decisions were taken back. */
export function reviewVisits(tx: Tx): void {
  for (const { channel, user } of [...tx.all(visitors)]) endVisit(tx, channel, user);
}
