import { anyTable } from '../../core/command.js';
import { table, type View } from '../../core/table.js';
import { type Access, type ChannelAction, mayNot } from '../access/may.js';
import type { DomainConfig } from '../config.js';
import type { ChannelId, UserId } from '../ids.js';
import { online } from '../sessions/online.js';
import { fold } from '../users/names.js';
import { claimsOf, type User, users } from '../users/users.js';

/** Where messages go. Kinds that more protocols need are added with them. */
export interface Channel {
  readonly id: ChannelId;
  readonly kind: 'text';
  readonly name: string;
  readonly access: Access;
  readonly owner?: UserId;
  /** Ends with its last person (`empty`), or when its owner goes (`owner`). */
  readonly temporary?: 'empty' | 'owner';
  readonly createdAt: number;
}

export const channels = table({
  name: 'channels',
  class: 'resident',
  key: 'text',
  id: (channel: Channel) => channel.id,
  indexes: {
    name: (channel: Channel) => fold(channel.name),
    owner: (channel: Channel) => channel.owner,
  },
});

export const channelTables = [anyTable(channels)];

/** A channel as events show it: nothing secret in it. */
export interface ChannelFacts {
  readonly channel: ChannelId;
  readonly kind: Channel['kind'];
  readonly name: string;
  readonly hasPassword: boolean;
  readonly temporary: boolean;
  readonly rank: number;
  readonly owner?: UserId;
}

export function factsOf(channel: Channel): ChannelFacts {
  return {
    channel: channel.id,
    kind: channel.kind,
    name: channel.name,
    hasPassword: channel.access.password !== undefined,
    temporary: channel.temporary !== undefined,
    rank: channel.access.rank ?? 0,
    ...(channel.owner === undefined ? {} : { owner: channel.owner }),
  };
}

/** Letters and digits of any script, `_` and `-` (Sock Chat, section 8.4). */
export function isChannelName(name: string, maxLength: number): boolean {
  return /^[\p{L}\p{N}_-]+$/u.test(name) && [...name].length <= maxLength;
}

export function channelByName(view: View, name: string): Channel | undefined {
  return view.one(channels, 'name', fold(name));
}

/** {@link mayNot} for a stored user and channel. */
export function mayNotIn(
  view: View,
  config: DomainConfig,
  user: User,
  channel: Channel,
  action: ChannelAction,
  password?: string,
): ReturnType<typeof mayNot> {
  return mayNot(claimsOf(user, config.defaults), channel.access, action, {
    owner: channel.owner === user.id,
    inside: view.get(online, user.id)?.channel === channel.id,
    ...(password === undefined ? {} : { password }),
  });
}

/** Channels a user may see, in the order they were made. */
export function visibleChannels(view: View, config: DomainConfig, user: User): ChannelFacts[] {
  const seen: ChannelFacts[] = [];
  for (const channel of view.all(channels)) {
    if (mayNotIn(view, config, user, channel, 'see') === undefined) seen.push(factsOf(channel));
  }
  return seen.sort((a, b) => Number(a.channel) - Number(b.channel));
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
