import type { View } from '../../core/table.js';
import type { ChannelAction } from '../../domain/access/may.js';
import { type Channel, channels, mayNotAs, mayNotIn } from '../../domain/channels/channels.js';
import { isInDirect } from '../../domain/directs/directs.js';
import type { ChannelId } from '../../domain/ids.js';
import { memberIn } from '../../domain/members/members.js';
import { idOf } from '../uuid.js';
import type { Ask } from './ask.js';
import { isKeptFrom } from './quiet.js';
import { Refusal, refuse, roomDenied } from './refusal.js';
import { hasRoom, isRoom } from './worlds.js';

/** The channel that a request names, with the errors that all commands of `chat` share (section 8). */
export function channelOf(
  ask: Ask,
  unknown: readonly [code: string, message: string] = chatUnknown,
): Channel {
  const id = idOf('channel', ask.payload.channel);
  if (id === undefined) return refuse(...unknown);
  const channel = ask.read((view) => view.get(channels, id as ChannelId));
  // What the asker neither belongs to nor sees, what this protocol does not have and what is gone are not told apart.
  const there =
    channel !== undefined &&
    ask.read((view) =>
      channel.direct === undefined
        ? isRoom(view, channel) && hasRoom(ask.world, channel) && isKnown(ask, view, channel)
        : isInDirect(view, channel.id, ask.user),
    );
  if (!there) return unknown === chatUnknown ? refuse('chat.denied') : refuse(...unknown);
  return channel;
}

/** Whether the asker sees a room, or belongs to it. */
function isKnown({ tools, user }: Ask, view: View, channel: Channel): boolean {
  return (
    mayNotAs(view, tools.host.config, user, channel, 'see') === undefined ||
    memberIn(view, channel.id, user) !== undefined
  );
}

const chatUnknown = ['chat.unknown', 'Unknown channel ID'] as const;
/** What `chat.join` says instead (section 8). */
export const roomUnknown = ['room.unknown', 'Unknown room ID'] as const;

/** The channel that a request names, if the asker may read it. */
export function readable(ask: Ask): Channel {
  const channel = channelOf(ask);
  needsRoom(ask, channel, 'read');
  return channel;
}

/**
 * Refuses unless the asker may do something in a room. A direct channel is its people's; there the rules refuse those who are silenced, after
 * what is wrong with the message itself (section 8.5).
 */
export function needsRoom(ask: Ask, channel: Channel, action: ChannelAction): void {
  if (channel.direct === undefined && !mayInRoom(ask, channel, action)) throw new Refusal(roomDenied);
}

/** Whether the asker may do something in a room. */
export function mayInRoom(ask: Ask, channel: Channel, action: ChannelAction): boolean {
  const user = ask.self();
  const { config } = ask.tools.host;
  return ask.read(
    (view) =>
      mayNotIn(view, config, user, channel, action) === undefined &&
      !isKeptFrom(view, user.id, action, ask.turn.now),
  );
}

/** Refuses whoever is silenced; in rooms they lack the permission. */
export function needsSpeech(ask: Ask): void {
  if (ask.read((view) => isKeptFrom(view, ask.user, 'send', ask.turn.now))) refuse('chat.denied');
}

/** Refuses whoever does not belong to a channel. */
export function needsMember(ask: Ask, channel: Channel): void {
  if (ask.read((view) => memberIn(view, channel.id, ask.user)) === undefined) refuse('chat.denied');
}
