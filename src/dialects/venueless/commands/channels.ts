import { memberIn } from '../../../domain/members/members.js';
import { displayNameOf } from '../../../domain/profiles/profiles.js';
import { subscribed } from '../following.js';
import { forgetKnown } from '../people-shown.js';
import { refuse } from '../refusal.js';
import { channelOf, mayInRoom, needsRoom, readable, roomUnknown } from '../rooms.js';
import type { CommandRow } from './command.js';

const subscribe: CommandRow = {
  action: 'chat.subscribe',
  section: '8',
  fields: { channel: 'uuid' },
  run(ask) {
    const { id: channel } = readable(ask);
    forgetKnown(ask.state);
    return ask.submit('subscription.open', { session: ask.turn.session, channel }, () =>
      subscribed(ask, channel),
    );
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
    const volatile = ask.flag('volatile');
    if (displayNameOf(ask.self()) === undefined) refuse('channel.join.missing_profile');
    forgetKnown(ask.state);
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
    forgetKnown(ask.state);
    return ask.submit('member.leave', { user: ask.user, channel, session: ask.turn.session });
  },
};

const unsubscribe: CommandRow = {
  action: 'chat.unsubscribe',
  section: '8.3',
  fields: { channel: 'uuid' },
  run(ask) {
    const { id: channel } = channelOf(ask);
    forgetKnown(ask.state);
    return ask.submit('subscription.close', { session: ask.turn.session, channel });
  },
};

export const channelCommands: readonly CommandRow[] = [subscribe, join, leave, unsubscribe];
