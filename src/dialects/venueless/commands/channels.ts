import type { View } from '../../../core/table.js';
import { type Channel, channels } from '../../../domain/channels/channels.js';
import type { ChannelId } from '../../../domain/ids.js';
import { memberIn, membersOf } from '../../../domain/members/members.js';
import { latest } from '../../../domain/messages/messages.js';
import { isBannedAnywhere } from '../../../domain/moderation/bans.js';
import { displayNameOf } from '../../../domain/profiles/profiles.js';
import type { Ask } from '../ask.js';
import { refuse } from '../refusal.js';
import { channelOf, mayInRoom, needsRoom, roomUnknown } from '../rooms.js';
import { anybodyShape } from '../shapes.js';
import type { CommandRow } from './command.js';

/**
 * What following a channel answers (section 8), once it is decided. `since`: the id under which the asker has just joined. Whatever is below
 * `next_event_id` is in the channel's history and nothing else is, so that clients find nothing there that they are pushed, and miss nothing.
 */
export function subscribed(ask: Ask, channel: ChannelId, since?: number): object {
  return {
    state: null,
    next_event_id: since ?? ask.turn.nextId(),
    unread_pointer: ask.read((view) => view.get(latest, channel)?.id) ?? 0,
    members: ask.read((view) => memberShapes(ask, view, channel, since !== undefined)),
  };
}

/** Whoever joins just now is not among the members of a room yet. */
function memberShapes(ask: Ask, view: View, id: ChannelId, joins: boolean): object[] {
  const channel = view.get(channels, id);
  const look = ask.look();
  if (channel?.direct !== undefined)
    return channel.direct.members.map((user) => anybodyShape(view, user, look));
  if (channel === undefined || channel.memberPolicy?.volatile) return [];
  return membersOf(view, id)
    .filter(({ user }) => !(joins && user === ask.user) && !isBannedAnywhere(view, user, ask.turn.now))
    .map(({ user }) => anybodyShape(view, user, look));
}

/** Whom this connection knows is forgotten (section 8.4). */
export function forgetKnown(ask: Ask): void {
  ask.state.known = undefined;
}

const subscribe: CommandRow = {
  action: 'chat.subscribe',
  section: '8',
  fields: { channel: 'uuid' },
  run(ask) {
    const { id: channel } = readable(ask);
    forgetKnown(ask);
    return ask.submit('subscription.open', { session: ask.turn.session, channel }, () =>
      subscribed(ask, channel),
    );
  },
};

/** The channel that a request names, if the asker may read it. */
export function readable(ask: Ask): Channel {
  const channel = channelOf(ask);
  needsRoom(ask, channel, 'read');
  return channel;
}

const join: CommandRow = {
  action: 'chat.join',
  section: '8.1',
  fields: { channel: 'uuid', volatile: 'flag' },
  run(ask) {
    const channel = channelOf(ask, roomUnknown);
    if (channel.direct !== undefined) refuse(...roomUnknown);
    needsRoom(ask, channel, 'enter');
    const volatile = ask.flag('volatile');
    if (displayNameOf(ask.self()) === undefined) refuse('channel.join.missing_profile');
    forgetKnown(ask);
    const { id } = channel;
    // Only moderators choose how they belong to a room.
    const chosen = volatile !== undefined && mayInRoom(ask, channel, 'delete-any') ? { volatile } : {};
    return ask.submit(
      'member.join',
      { user: ask.user, channel: id, session: ask.turn.session, ...chosen },
      ({ joined }) =>
        subscribed(ask, id, joined ? ask.read((view) => memberIn(view, id, ask.user)?.since) : undefined),
    );
  },
};

const leave: CommandRow = {
  action: 'chat.leave',
  section: '8.2',
  fields: { channel: 'uuid' },
  run(ask) {
    const { id: channel, direct } = channelOf(ask);
    if (direct !== undefined) return ask.submit('direct.hide', { user: ask.user, channel });
    forgetKnown(ask);
    return ask.submit('member.leave', { user: ask.user, channel, session: ask.turn.session });
  },
};

const unsubscribe: CommandRow = {
  action: 'chat.unsubscribe',
  section: '8.3',
  fields: { channel: 'uuid' },
  run(ask) {
    const { id: channel } = channelOf(ask);
    forgetKnown(ask);
    return ask.submit('subscription.close', { session: ask.turn.session, channel });
  },
};

export const channelCommands: readonly CommandRow[] = [subscribe, join, leave, unsubscribe];
