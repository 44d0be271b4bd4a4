import { anyTable } from '../../core/command.js';
import { table, type View } from '../../core/table.js';
import { roleBits } from '../access/grants.js';
import { type Access, type ChannelAction, mayNot } from '../access/may.js';
import type { DomainConfig } from '../config.js';
import { keyOfPeople, mayNotInDirect } from '../directs/directs.js';
import type { Actor } from '../events.js';
import type { ChannelId, UserId } from '../ids.js';
import type { Mentionable } from '../messages/messages.js';
import { refuse } from '../rejections.js';
import { online } from '../sessions/online.js';
import { fold } from '../users/names.js';
import { claimsOf, type User, users } from '../users/users.js';

/** What a channel is for. */
export const channelKinds = ['text', 'voice', 'forum', 'thread', 'separator', 'direct'] as const;

/** One of {@link channelKinds}. */
export type ChannelKind = (typeof channelKinds)[number];

/** The kinds that stand in lists, under a name of their own. */
export type ListedKind = Exclude<ChannelKind, 'thread' | 'direct'>;

/** How a channel presents itself; every part is free text for people to read or for clients to interpret. */
export interface ChannelLook {
  readonly displayName?: string;
  readonly description?: string;
  readonly icon?: string;
  readonly wallpaper?: string;
  /** Height of a separator, in pixels. */
  readonly size?: number;
}

/** How people belong to a channel. */
export interface MemberPolicy {
  /** For as long as they follow it, unless they join otherwise: see `member.join`. */
  readonly volatile?: boolean;
  /** Everybody who may enter joins: see `member.force`. */
  readonly forced?: boolean;
}

/** What a thread is besides a channel. */
export interface ThreadState {
  /** The forum it belongs to, whose access is its own. */
  readonly parent: ChannelId;
  readonly creator: UserId;
  /** The creator's name, once they have left for good. */
  readonly creatorHandle?: string;
  /** Nobody may write. */
  readonly locked: boolean;
  /** Put away; a new message brings it back. */
  readonly archived: boolean;
  /** In the order they joined. */
  readonly participants: readonly UserId[];
}

/** What a direct channel is besides a channel: its people are fixed, and the same people have the same one. */
export interface DirectState {
  /** In the order of their ids. */
  readonly members: readonly UserId[];
  readonly opener?: UserId;
  /** Those in whose lists it is not, until the next message. */
  readonly hidden?: readonly UserId[];
  /** Those of them who left for good. Other people, if they come back: those open another one. */
  readonly gone?: readonly Mentionable[];
}

/** Where messages go, or people speak, or lists are divided. */
export interface Channel {
  readonly id: ChannelId;
  readonly kind: ChannelKind;
  /** Unique whatever the case, except among threads. Direct channels have none: it is empty. */
  readonly name: string;
  readonly access: Access;
  readonly owner?: UserId;
  /** Ends with its last person (`empty`), or when its owner goes (`owner`). */
  readonly temporary?: 'empty' | 'owner';
  readonly look?: ChannelLook;
  /** Its place in lists since somebody has moved one; before that, channels stand in the order they were made. */
  readonly position?: number;
  readonly memberPolicy?: MemberPolicy;
  readonly thread?: ThreadState;
  readonly direct?: DirectState;
  readonly createdAt: number;
}

export const channels = table({
  name: 'channels',
  class: 'resident',
  key: 'text',
  id: (channel: Channel) => channel.id,
  indexes: {
    name: (channel: Channel) => (isListed(channel) ? fold(channel.name) : undefined),
    owner: (channel: Channel) => channel.owner,
    parent: (channel: Channel) => channel.thread?.parent,
    people: ({ direct }: Channel) =>
      direct === undefined || direct.gone !== undefined ? undefined : keyOfPeople(direct.members),
    opener: (channel: Channel) => channel.direct?.opener,
    forced: (channel: Channel) => (channel.memberPolicy?.forced ? 'forced' : undefined),
  },
});

/** Whether a channel stands in lists, under a name of its own: threads belong to their forum, direct channels to their people. */
export function isListed({ kind }: Pick<Channel, 'kind'>): boolean {
  return kind !== 'thread' && kind !== 'direct';
}

export const channelTables = [anyTable(channels)];

/** A channel as events show it: nothing secret in it. */
export interface ChannelFacts {
  readonly channel: ChannelId;
  readonly kind: ChannelKind;
  readonly name: string;
  readonly hasPassword: boolean;
  readonly temporary: boolean;
  readonly rank: number;
  readonly owner?: UserId;
  /** Who gets at it, without the password. That of a thread is its forum's. */
  readonly access: Omit<Access, 'password'>;
  /** Left out: people join when they wish, and stay. */
  readonly memberPolicy?: MemberPolicy;
  /** The forum of a thread. */
  readonly parent?: ChannelFacts;
  /** Everybody a direct channel is for, those who have left included. */
  readonly members?: readonly UserId[];
}

const known = new WeakMap<Channel, ChannelFacts>();

/** Made once per state of a channel: every message carries one. */
export function factsOf(view: View, channel: Channel): ChannelFacts {
  const parent = channel.thread === undefined ? undefined : view.get(channels, channel.thread.parent);
  if (parent === undefined) return ownFacts(channel);
  return { ...ownFacts(channel), access: ownFacts(parent).access, parent: ownFacts(parent) };
}

function ownFacts(channel: Channel): ChannelFacts {
  const before = known.get(channel);
  if (before !== undefined) return before;
  const { password, ...access } = channel.access;
  const facts: ChannelFacts = {
    channel: channel.id,
    kind: channel.kind,
    name: channel.name,
    hasPassword: password !== undefined,
    temporary: channel.temporary !== undefined,
    rank: access.rank ?? 0,
    ...(channel.owner === undefined ? {} : { owner: channel.owner }),
    access,
    ...(channel.direct === undefined ? {} : { members: channel.direct.members }),
    ...(channel.memberPolicy === undefined ? {} : { memberPolicy: channel.memberPolicy }),
  };
  known.set(channel, facts);
  return facts;
}

/** Letters and digits of any script, `_` and `-` (Sock Chat, section 8.4). */
export function isChannelName(name: string, maxLength: number): boolean {
  return /^[\p{L}\p{N}_-]+$/u.test(name) && [...name].length <= maxLength;
}

export function channelByName(view: View, name: string): Channel | undefined {
  return view.one(channels, 'name', fold(name));
}

/** Where a channel stands in lists, lowest first. */
export function orderOf(channel: Channel): number {
  return channel.position ?? Number(channel.id);
}

/**
 * Whether people get at a channel without sitting in it, as most protocols have it. Channels with a password and temporary ones stay in
 * protocols where one enters them, and direct ones are for their people only.
 */
export function isOpen(channel: Pick<ChannelFacts, 'hasPassword' | 'temporary' | 'kind'>): boolean {
  return !channel.hasPassword && !channel.temporary && channel.kind !== 'direct';
}

/** {@link mayNot} for a stored user and channel. What holds for a forum holds for its threads. */
export function mayNotIn(
  view: View,
  config: DomainConfig,
  user: User,
  channel: Channel,
  action: ChannelAction,
  password?: string,
): ReturnType<typeof mayNot> {
  if (channel.direct !== undefined)
    return mayNotInDirect(view, config, user, channel.id, channel.direct, action);
  const forum = channel.thread === undefined ? channel : view.get(channels, channel.thread.parent);
  if (forum === undefined) return refuse('channel-unknown');
  const circumstances = {
    owner: channel.owner === user.id,
    inside: view.get(online, user.id)?.channel === channel.id,
    ...(password === undefined ? {} : { password }),
  };
  return mayNot(claimsOf(view, config, user), forum.access, action, circumstances, roleBits(config));
}

/**
 * Whether what is said in a channel must not reach somebody who sits there, or is to be put there: by its lists and grants. Its rank and password
 * keep nobody from hearing what they are inside of.
 */
export function mayNotSit(
  view: View,
  config: DomainConfig,
  user: User,
  channel: Channel,
): ReturnType<typeof mayNot> {
  const inside = { owner: channel.owner === user.id, inside: true };
  return mayNot(claimsOf(view, config, user), channel.access, 'read', inside, roleBits(config));
}

/** The same as {@link mayNotIn} for whoever acts: the host and the chat itself may do everything. */
export function mayNotAs(
  view: View,
  config: DomainConfig,
  by: Actor,
  channel: Channel,
  action: ChannelAction,
): ReturnType<typeof mayNot> {
  if (by === 'host' || by === 'chat') return undefined;
  const user = view.get(users, by);
  return user === undefined ? refuse('user-unknown') : mayNotIn(view, config, user, channel, action);
}

/**
 * Whether somebody may neither see nor manage a channel that has one of these parts of access. A protocol that has no such part has no words for what it keeps
 * people from: to them the channel is not there.
 */
export function isKeptBy(
  view: View,
  config: DomainConfig,
  by: Actor,
  channel: Channel,
  ...parts: readonly (keyof Access)[]
): boolean {
  const { access } = (channel.thread && view.get(channels, channel.thread.parent)) ?? channel;
  return (
    parts.some((part) => access[part] !== undefined) &&
    mayNotAs(view, config, by, channel, 'see') !== undefined &&
    mayNotAs(view, config, by, channel, 'manage') !== undefined
  );
}

/** Channels a user may see, in the order of lists; threads are found by way of their forum, direct channels by way of their people. */
export function visibleChannels(view: View, config: DomainConfig, user: User): Channel[] {
  const seen: Channel[] = [];
  for (const channel of view.all(channels)) {
    if (isListed(channel) && mayNotIn(view, config, user, channel, 'see') === undefined) seen.push(channel);
  }
  return seen.sort((a, b) => orderOf(a) - orderOf(b));
}

/** The users online who may see a channel. For facts about channels, which are rare. */
export function seenBy(view: View, config: DomainConfig, channel: Channel): UserId[] {
  const seen: UserId[] = [];
  for (const row of view.all(online)) {
    const user = view.get(users, row.user);
    if (user !== undefined && mayNotIn(view, config, user, channel, 'see') === undefined) seen.push(user.id);
  }
  return seen.sort();
}
