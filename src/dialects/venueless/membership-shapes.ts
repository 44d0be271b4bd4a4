import type { View } from '../../core/table.js';
import { type ChannelFacts, channels, isOpen } from '../../domain/channels/channels.js';
import type { ChannelId, UserId } from '../../domain/ids.js';
import { happenedIn, type Membership } from '../../domain/members/members.js';
import { profileOf } from '../../domain/profiles/profiles.js';
import { type User, users } from '../../domain/users/users.js';
import { uuidOf } from '../uuid.js';
import type { World } from './options.js';
import { anybodyShape, type Look, userShape } from './shapes.js';
import { hasChannel } from './worlds.js';

/** Characters of JSON of all profiles in one list; beyond it people are shown with their `display_name` alone. */
const listedProfiles = 131_072;

/** Whether a channel is in lists at all: one with a password, and one that lasts for a while only, is no room here. */
function isShown(world: World, channel: ChannelFacts): boolean {
  return hasChannel(world, channel) && (channel.kind === 'direct' || isOpen(channel));
}

/**
 * Channels as the list of whoever belongs to them has them (section 7): direct ones with their members, as they are now, rooms without. The
 * channels in which something happened last have their people's whole profiles, as long as there is room.
 */
export function channelEntries(
  view: View,
  world: World,
  memberships: readonly Membership[],
  look: Look,
): object[] {
  let left = listedProfiles;
  const person = (id: UserId): object => {
    const user = view.get(users, id);
    if (user === undefined) return anybodyShape(view, id, look);
    left -= profileLength(user);
    const shape = userShape(view, user, look);
    return left >= 0 ? shape : { ...shape, profile: nameIn(profileOf(user)) };
  };
  const shown = memberships.filter(({ channel }) => isShown(world, channel));
  const membersOf = new Map<ChannelId, object[]>();
  for (const { channel } of [...shown].sort((a, b) => happenedIn(b) - happenedIn(a)))
    if (channel.members !== undefined) membersOf.set(channel.channel, channel.members.map(person));
  return shown.map(({ channel, latest }) => {
    const members = membersOf.get(channel.channel);
    return {
      id: uuidOf('channel', channel.channel),
      unread_pointer: latest ?? 0,
      ...(members === undefined ? {} : { members }),
    };
  });
}

function nameIn({ display_name: name }: Readonly<Record<string, unknown>>): object {
  return name === undefined ? {} : { display_name: name };
}

/** How long profiles are as JSON. */
const lengths = new WeakMap<User, number>();

function profileLength(user: User): number {
  const before = lengths.get(user);
  if (before !== undefined) return before;
  const length = JSON.stringify(profileOf(user)).length;
  lengths.set(user, length);
  return length;
}

/** Channel of a world → whatever number is kept of it, zero left out. */
export function numbersShape(
  view: View,
  world: World,
  numbers: Readonly<Record<ChannelId, number>>,
): Record<string, number> {
  return Object.fromEntries(
    Object.entries(numbers).flatMap(([id, number]) => {
      const channel = number === 0 ? undefined : view.get(channels, id as ChannelId);
      return channel === undefined || !hasChannel(world, channel) ? [] : [[uuidOf('channel', id), number]];
    }),
  );
}
