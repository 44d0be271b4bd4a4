import type { View } from '../../core/table.js';
import { isOpen } from '../../domain/channels/channels.js';
import type { ChannelId } from '../../domain/ids.js';
import type { Membership } from '../../domain/members/members.js';
import { uuidOf } from '../uuid.js';
import type { Showing } from './render-variants.js';
import { anybodyShape, type Look } from './shapes.js';

/** A channel as the list of whoever belongs to it has it (section 7). `members`: direct channels have them, rooms do not. */
function entry({ channel, latest }: Membership, members: readonly object[] | undefined): object {
  return {
    id: uuidOf('channel', channel.channel),
    unread_pointer: latest ?? 0,
    ...(members === undefined ? {} : { members }),
  };
}

/** Whether a channel is in lists at all: one with a password, and one that lasts for a while only, is no room here. */
function isShown({ channel }: Membership): boolean {
  return channel.kind === 'direct' || isOpen(channel);
}

/** As a reply has them: people as they are now. */
export function channelEntries(view: View, memberships: readonly Membership[], look: Look): object[] {
  return memberships.filter(isShown).map((one) =>
    entry(
      one,
      one.people?.map(({ user }) => anybodyShape(view, user, look)),
    ),
  );
}

/** As an event has them. */
export function channelEntriesOf(memberships: readonly Membership[], showing: Showing): object[] {
  return memberships.filter(isShown).map((one) =>
    entry(
      one,
      one.people?.map(({ user, person }) =>
        person === undefined ? showing.gone(user) : showing.person(person),
      ),
    ),
  );
}

/** Channel → whatever number is kept of it, zero left out. */
export function numbersShape(numbers: Readonly<Record<ChannelId, number>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(numbers).flatMap(([channel, number]) =>
      number === 0 ? [] : [[uuidOf('channel', channel), number]],
    ),
  );
}
