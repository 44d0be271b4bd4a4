import type { View } from '../../core/table.js';
import {
  type Channel,
  channelByName,
  factsOf,
  isOpen,
  visibleChannels,
} from '../../domain/channels/channels.js';
import type { DomainConfig } from '../../domain/config.js';
import { subscriptions } from '../../domain/subscriptions/subscriptions.js';
import type { User } from '../../domain/users/users.js';
import { uuidOf } from '../uuid.js';
import type { World } from './options.js';
import { roomPermissions, worldPermissions } from './permissions.js';

/** Whether a channel is a room in this protocol: text that one gets at without entering it first. */
export function isRoom(view: View, channel: Channel): boolean {
  return channel.kind === 'text' && isOpen(factsOf(view, channel));
}

/** Whether a world has a room at all. */
export function hasRoom(world: World, channel: Pick<Channel, 'name'>): boolean {
  return world.rooms === undefined || world.rooms.includes(channel.name);
}

/** The rooms of a world that somebody may see; the first is the one people land in. */
export function roomsFor(view: View, config: DomainConfig, user: User, world: World): Channel[] {
  const seen = visibleChannels(view, config, user).filter((channel) => isRoom(view, channel));
  if (world.rooms === undefined) return seen;
  return world.rooms.flatMap((name) => {
    const channel = channelByName(view, name);
    return channel !== undefined && seen.includes(channel) ? [channel] : [];
  });
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
    users: crowd(view.count(subscriptions, 'channel', room.id)),
  };
}

/** How many look at a room, roughly. */
export function crowd(viewers: number): 'none' | 'few' | 'many' {
  if (viewers === 0) return 'none';
  return viewers <= 10 ? 'few' : 'many';
}

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
