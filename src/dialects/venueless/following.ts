import type { View } from '../../core/table.js';
import { channels } from '../../domain/channels/channels.js';
import type { ChannelId } from '../../domain/ids.js';
import { membersOf } from '../../domain/members/members.js';
import { latest } from '../../domain/messages/messages.js';
import { isBannedAnywhere } from '../../domain/moderation/bans.js';
import type { Ask } from './ask.js';
import { anybodyShape } from './shapes.js';

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
