import type { Noun, Rules } from '../../core/command.js';
import type { View } from '../../core/table.js';
import { type Channel, channels, mayNotAs, mayNotIn } from '../channels/channels.js';
import type { DomainConfig } from '../config.js';
import type { Actor } from '../events.js';
import type { ChannelId, SessionId, UserId } from '../ids.js';
import { forgetNotifications } from '../notifications/notifications.js';
import { refuse } from '../rejections.js';
import { mayNotFollow } from '../subscriptions/commands.js';
import {
  follow,
  isFollowing,
  subscriptionKey,
  subscriptions,
  unfollow,
} from '../subscriptions/subscriptions.js';
import { livingUser, type User, users } from '../users/users.js';
import {
  addMember,
  beginVisit,
  leaveVisit,
  memberIn,
  memberKey,
  members,
  memberTables,
  needsLines,
  removeMember,
  takesMembers,
} from './members.js';

export interface MemberCommands {
  /**
   * Makes a user a member of a channel they may enter; nothing changes if they are one. `volatile`: only for as long as one of their sessions
   * follows the channel, refused with `channel-none` if none does; left out: as the channel has it. A volatile member who joins otherwise is
   * one for good. `session`: has that session of theirs follow the channel as well.
   */
  'member.join': {
    input: {
      readonly user: UserId;
      readonly channel: ChannelId;
      readonly volatile?: boolean;
      readonly session?: SessionId;
    };
    /** Whether they were no such member before. */
    result: { readonly joined: boolean };
  };
  /** Ends a membership; nothing happens if there is none. `session`: that session follows the channel no longer, and is not told. */
  'member.leave': {
    input: { readonly user: UserId; readonly channel: ChannelId; readonly session?: SessionId };
    result: { readonly left: boolean };
  };
  /** The same, done by somebody else who may manage the channel. */
  'member.remove': {
    input: { readonly by: Actor; readonly user: UserId; readonly channel: ChannelId };
    result: { readonly left: boolean };
  };
  /** Makes a user a stored member of every channel that is `forced` and that they may enter. */
  'member.force': {
    input: { readonly user: UserId };
    result: { readonly joined: readonly ChannelId[] };
  };
}

export function memberNoun(config: DomainConfig): Noun {
  const isStored = (view: View, channel: ChannelId, user: UserId) =>
    view.get(members, memberKey(channel, user)) !== undefined;
  const forcedOn = (view: View, record: User): Channel[] =>
    view
      .by(channels, 'forced', 'forced')
      .filter(
        (channel) =>
          takesMembers(channel) &&
          !isStored(view, channel.id, record.id) &&
          mayNotIn(view, config, record, channel, 'enter') === undefined,
      )
      .sort((a, b) => Number(a.id) - Number(b.id));

  const rules: Rules<MemberCommands> = {
    'member.join': {
      needs: (_, { channel }) => needsLines([channel]),
      decide(tx, { user, channel: id, volatile, session }) {
        const channel = tx.get(channels, id);
        const record = livingUser(tx, user);
        if (channel === undefined) return refuse('channel-unknown');
        if (record === undefined) return refuse('user-unknown');
        const no = mayNotIn(tx, config, record, channel, 'enter');
        if (no !== undefined) return no;
        if (!takesMembers(channel)) return refuse('channel-kind');
        if (session !== undefined) {
          const may = mayNotFollow(tx, config, session, user, channel);
          if (may !== undefined) return may;
          follow(tx, session, user, channel);
        }
        const visits = volatile ?? channel.memberPolicy?.volatile ?? false;
        if (isStored(tx, id, user) || (visits && memberIn(tx, id, user) !== undefined))
          return { joined: false };
        if (!visits) addMember(tx, config, channel, record, false);
        else if (!isFollowing(tx, id, user)) return refuse('channel-none');
        else beginVisit(tx, channel, user);
        return { joined: true };
      },
    },
    'member.leave': {
      needs: (_, { channel }) => needsLines([channel]),
      decide(tx, { user, channel: id, session }) {
        const channel = tx.get(channels, id);
        if (channel === undefined) return refuse('channel-unknown');
        // Nobody is to find out what direct channels there are.
        if (!takesMembers(channel)) return refuse(channel.direct ? 'channel-unknown' : 'channel-kind');
        const row = session === undefined ? undefined : tx.get(subscriptions, subscriptionKey(session, id));
        if (row?.user === user) unfollow(tx, row);
        return { left: leave(tx, config, channel, user, user) };
      },
    },
    'member.remove': {
      needs: (_, { channel }) => needsLines([channel]),
      decide(tx, { by, user, channel: id }) {
        const channel = tx.get(channels, id);
        if (channel === undefined) return refuse('channel-unknown');
        const no = mayNotAs(tx, config, by, channel, 'manage');
        if (no !== undefined) return no;
        if (!takesMembers(channel)) return refuse('channel-kind');
        return { left: leave(tx, config, channel, user, by) };
      },
    },
    'member.force': {
      needs: (view, { user }) => {
        const record = view.get(users, user);
        return record === undefined ? [] : needsLines(forcedOn(view, record).map(({ id }) => id));
      },
      decide(tx, { user }) {
        const record = livingUser(tx, user);
        if (record === undefined) return refuse('user-unknown');
        const list = forcedOn(tx, record);
        for (const channel of list) addMember(tx, config, channel, record, true);
        return { joined: list.map(({ id }) => id) };
      },
    },
  };
  return { name: 'members', tables: memberTables, rules: rules as Noun['rules'] };
}

function leave(
  tx: Parameters<typeof removeMember>[0],
  config: DomainConfig,
  channel: Channel,
  user: UserId,
  by: Actor,
): boolean {
  const member = memberIn(tx, channel.id, user);
  if (member === undefined) return false;
  forgetNotifications(tx, channel.id, user);
  if (member.volatile) leaveVisit(tx, channel, user);
  else removeMember(tx, config, member, channel, by);
  return true;
}
