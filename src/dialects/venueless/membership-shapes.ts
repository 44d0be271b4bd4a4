import type { View } from '../../core/table.js';
import type { DirectPerson } from '../../domain/directs/directs.js';
import type { ChannelId } from '../../domain/ids.js';
import type { Membership } from '../../domain/members/members.js';
import { uuidOf } from '../uuid.js';
import { anybodyShape, goneShape, type Look, personShape } from './shapes.js';

/** A channel as the list of whoever belongs to it has it (section 7). `members`: direct channels have them, rooms do not. */
function entry({ channel, latest }: Membership, members: readonly object[] | undefined): object {
  return {
    id: uuidOf('channel', channel.channel),
    unread_pointer: latest ?? 0,
    ...(members === undefined ? {} : { members }),
  };
}

/** As a reply has it: people as they are now. */
export function channelEntry(view: View, membership: Membership, look: Look): object {
  return entry(
    membership,
    membership.people?.map(({ user }) => anybodyShape(view, user, look)),
  );
}

/** As an event has it. */
export function channelEntryOf(membership: Membership, badges: Look['badges']): object {
  return entry(
    membership,
    membership.people?.map((one) => directPersonShape(one, badges)),
  );
}

export function directPersonShape({ user, person }: DirectPerson, badges: Look['badges']): object {
  return person === undefined ? goneShape(user) : personShape(person, badges);
}

/** Channel → whatever number is kept of it, zero left out. */
export function numbersShape(numbers: Readonly<Record<ChannelId, number>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(numbers).flatMap(([channel, number]) =>
      number === 0 ? [] : [[uuidOf('channel', channel), number]],
    ),
  );
}
