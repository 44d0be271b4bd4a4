import type { View } from '../../../core/table.js';
import type { Channel } from '../../../domain/channels/channels.js';
import { membersOf } from '../../../domain/members/members.js';
import { latest } from '../../../domain/messages/messages.js';
import { displayNameOf } from '../../../domain/profiles/profiles.js';
import type { Ask } from '../ask.js';
import { refuse } from '../refusal.js';
import { channelOf, needsRoom, roomUnknown } from '../rooms.js';
import { anybodyShape, moderationState } from '../shapes.js';
import type { CommandRow } from './command.js';

/** What subscribing answers (section 8). Whoever joins is not among the members yet. */
export function subscribed(ask: Ask, channel: Channel): object {
  return {
    state: null,
    next_event_id: ask.turn.nextId(),
    unread_pointer: ask.read((view) => view.get(latest, channel.id)?.id) ?? 0,
    members: ask.read((view) => memberShapes(ask, view, channel)),
  };
}

function memberShapes(ask: Ask, view: View, channel: Channel): object[] {
  const look = ask.look();
  if (channel.direct !== undefined)
    return channel.direct.members.map((user) => anybodyShape(view, user, look));
  if (channel.memberPolicy?.volatile) return [];
  return membersOf(view, channel.id)
    .filter(({ user }) => moderationState(view, user, ask.turn.now) !== 'banned')
    .map(({ user }) => anybodyShape(view, user, look));
}

/** Whom this connection knows is forgotten (section 8.4). */
function forgetKnown(ask: Ask): void {
  ask.state.known = undefined;
}

const subscribe: CommandRow = {
  action: 'chat.subscribe',
  section: '8',
  fields: { channel: 'uuid' },
  run(ask) {
    const channel = channelOf(ask);
    needsRoom(ask, channel, 'read');
    forgetKnown(ask);
    const answer = subscribed(ask, channel);
    return ask.submit('subscription.open', { session: ask.turn.session, channel: channel.id }, () => answer);
  },
};

const join: CommandRow = {
  action: 'chat.join',
  section: '8.1',
  fields: { channel: 'uuid', volatile: 'flag' },
  run(ask) {
    const channel = channelOf(ask, roomUnknown);
    if (channel.direct !== undefined) refuse(...roomUnknown);
    needsRoom(ask, channel, 'enter');
    if (displayNameOf(ask.self()) === undefined) refuse('channel.join.missing_profile');
    forgetKnown(ask);
    const answer = subscribed(ask, channel);
    const { volatile } = ask.payload;
    return ask.submit(
      'member.join',
      {
        user: ask.user,
        channel: channel.id,
        session: ask.turn.session,
        ...(typeof volatile === 'boolean' && mayModerate(ask, channel) ? { volatile } : {}),
      },
      () => answer,
    );
  },
};

/** Only moderators choose how they belong to a room (section 8.1). */
function mayModerate(ask: Ask, channel: Channel): boolean {
  try {
    needsRoom(ask, channel, 'delete-any');
    return true;
  } catch {
    return false;
  }
}

const leave: CommandRow = {
  action: 'chat.leave',
  section: '8.2',
  fields: { channel: 'uuid' },
  run(ask) {
    const channel = channelOf(ask);
    if (channel.direct !== undefined)
      return ask.submit('direct.hide', { user: ask.user, channel: channel.id });
    forgetKnown(ask);
    return ask.submit('member.leave', { user: ask.user, channel: channel.id, session: ask.turn.session });
  },
};

const unsubscribe: CommandRow = {
  action: 'chat.unsubscribe',
  section: '8.3',
  fields: { channel: 'uuid' },
  run(ask) {
    const channel = channelOf(ask);
    forgetKnown(ask);
    return ask.submit('subscription.close', { session: ask.turn.session, channel: channel.id });
  },
};

export const channelCommands: readonly CommandRow[] = [subscribe, join, leave, unsubscribe];
