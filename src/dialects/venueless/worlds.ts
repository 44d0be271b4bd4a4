import type { View } from '../../core/table.js';
import { roleBits } from '../../domain/access/grants.js';
import { mayNot } from '../../domain/access/may.js';
import {
  type Channel,
  type ChannelFacts,
  factsOf,
  isOpen,
  visibleChannels,
} from '../../domain/channels/channels.js';
import type { DomainConfig } from '../../domain/config.js';
import type { ChannelId } from '../../domain/ids.js';
import { online } from '../../domain/sessions/online.js';
import { isVisible } from '../../domain/status/status.js';
import { subscriptions } from '../../domain/subscriptions/subscriptions.js';
import { fold } from '../../domain/users/names.js';
import { claimsOf, type User } from '../../domain/users/users.js';
import { uuidOf } from '../uuid.js';
import type { VenuelessSettings, World } from './options.js';
import { roomPermissions, worldPermissions } from './permissions.js';

/** Whether a channel is a room in this protocol: text that one gets at without entering it first. */
export function isRoom(view: View, channel: Channel): boolean {
  return isRoomBy(factsOf(view, channel));
}

function isRoomBy(channel: ChannelFacts): boolean {
  return channel.kind === 'text' && isOpen(channel);
}

/** Whether a world has a room at all. */
export function hasRoom({ rooms }: World, channel: Pick<Channel, 'name'>): boolean {
  return rooms === undefined || rooms.includes(fold(channel.name));
}

/** Whether a channel is one of a world: direct ones are the same in all. */
export function hasChannel(world: World, channel: Pick<Channel, 'name' | 'kind'>): boolean {
  return channel.kind === 'direct' || hasRoom(world, channel);
}

/** The worlds that a channel is one of. */
export function worldsWith({ worlds }: VenuelessSettings, channel: Pick<Channel, 'name' | 'kind'>): World[] {
  return [...worlds.values()].filter((world) => hasChannel(world, channel));
}

/** Whether somebody sees a channel as a room of a world, by the facts that an event has of it. */
export function seesRoom(
  view: View,
  config: DomainConfig,
  user: User,
  world: World,
  channel: ChannelFacts,
): boolean {
  if (!isRoomBy(channel) || !hasRoom(world, channel)) return false;
  const circumstances = {
    owner: channel.owner === user.id,
    inside: view.get(online, user.id)?.channel === channel.channel,
  };
  const claims = claimsOf(view, config, user);
  return mayNot(claims, channel.access, 'see', circumstances, roleBits(config)) === undefined;
}

/** The rooms of a world that somebody may see; the first is the one people land in. */
export function roomsFor(view: View, config: DomainConfig, user: User, world: World): Channel[] {
  const seen = visibleChannels(view, config, user).filter((one) => isRoom(view, one) && hasRoom(world, one));
  const { rooms } = world;
  if (rooms === undefined) return seen;
  const placeOf = ({ name }: Channel) => rooms.indexOf(fold(name));
  return seen.sort((a, b) => placeOf(a) - placeOf(b));
}

/** A room as somebody is shown it (section 6). */
export function roomShape(view: View, config: DomainConfig, user: User, room: Channel, at: number): object {
  const { displayName, description, icon } = room.look ?? {};
  return {
    id: uuidOf('room', room.id),
    name: displayName ?? room.name,
    description: description ?? null,
    picture: icon ?? null,
    import_id: null,
    pretalx_id: 0,
    permissions: roomPermissions(view, config, user, room, at),
    force_join: room.memberPolicy?.forced ?? false,
    modules: [
      {
        type: 'chat.native',
        config: { volatile: room.memberPolicy?.volatile ?? false },
        channel_id: uuidOf('channel', room.id),
      },
    ],
    schedule_data: null,
    users: crowdIn(view, room.id),
  };
}

/** How many look at a room, roughly (section 6). */
export type Crowd = 'none' | 'few' | 'many';

/** Whoever is invisible does not count. No more are looked at than it takes: a room of thousands is asked about often. */
export function crowdIn(view: View, room: ChannelId): Crowd {
  for (let most = fewest; ; most *= 2) {
    const some = view.by(subscriptions, 'channel', room, most);
    const seen = some.filter(({ user }) => isVisible(view, user)).length;
    if (seen >= fewest) return 'many';
    if (some.length < most) return seen === 0 ? 'none' : 'few';
  }
}

/** So many are `many`. */
const fewest = 11;

/** A world as somebody is shown it (section 6). */
export function worldConfig(view: View, config: DomainConfig, user: User, world: World, at: number): object {
  return {
    world: {
      id: world.id,
      title: world.title,
      pretalx: {},
      profile_fields: world.profileFields,
      social_logins: [],
      iframe_blockers: { default: { enabled: false, policy_url: null } },
      onsite_traits: [],
      vapid_public_key: '',
    },
    permissions: worldPermissions(view, config, user, at),
    rooms: roomsFor(view, config, user, world).map((room) => roomShape(view, config, user, room, at)),
  };
}
