import type { ChannelFacts } from '../../domain/channels/channels.js';
import type { RenderTable } from '../dialect.js';
import type { ListedChannel, ServerPacket } from './packets.js';
import { toUsers } from './to-whom.js';

/** A channel as lists carry it (section 5, S4 and S7.2). */
export function listed(channel: ChannelFacts): ListedChannel {
  return { name: channel.name, hasPassword: channel.hasPassword, isTemporary: channel.temporary };
}

/** The only kind of channel that people sit in. */
export function isText({ kind }: ChannelFacts): boolean {
  return kind === 'text';
}

/** The list of channels (section 5, S4). */
export const renderChannels = {
  channel_create: ({ channel, seenBy }) =>
    isText(channel) ? toUsers(seenBy, { kind: 'channel_add', ...listed(channel) }) : [],
  channel_update: ({ before, channel, seenBy }) => {
    if (!isText(before))
      return isText(channel) ? toUsers(seenBy, { kind: 'channel_add', ...listed(channel) }) : [];
    return toUsers(
      seenBy,
      isText(channel)
        ? { kind: 'channel_update', oldName: before.name, ...listed(channel) }
        : { kind: 'channel_remove', name: before.name },
    );
  },
  channel_delete: ({ channel, seenBy }) =>
    isText(channel) ? toUsers(seenBy, { kind: 'channel_remove', name: channel.name }) : [],
} satisfies Partial<RenderTable<ServerPacket>>;
