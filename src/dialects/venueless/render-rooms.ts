import type { View } from '../../core/table.js';
import type { Rendering } from '../../delivery/deliver.js';
import { channels } from '../../domain/channels/channels.js';
import type { ChannelId } from '../../domain/ids.js';
import type { Person } from '../../domain/users/person.js';
import type { User } from '../../domain/users/users.js';
import { claimsOfKind, kindOf } from '../../domain/viewers.js';
import type { RenderTable } from '../dialect.js';
import { uuidOf } from '../uuid.js';
import { toEachAlike, toOne } from './alike.js';
import type { Tools } from './ask.js';
import type { World } from './options.js';
import type { Frame } from './packets.js';
import { worldPermissionsOf } from './permissions.js';
import { isoTime } from './shapes.js';
import { reload } from './to-whom.js';
import { roomShape, seesRoom, worldConfig } from './worlds.js';

/** What events about rooms and the world look like (section 6). */
export function renderRooms(tools: Tools) {
  const { config } = tools.host;
  const made = (view: View, user: User, id: ChannelId, at: number): Frame | undefined => {
    const room = view.get(channels, id);
    return room === undefined ? undefined : ['room.create', roomShape(view, config, user, room, at)];
  };
  const gone = (id: ChannelId): Frame => ['room.delete', { id: uuidOf('room', id) }];
  const whole = (view: View, user: User, world: World, at: number): Frame => [
    'world.updated',
    worldConfig(view, config, user, world, at),
  ];
  return {
    channel_create: ({ channel, at }) =>
      toEachAlike(tools, at, (view, user, world) =>
        seesRoom(view, config, user, world, channel) ? made(view, user, channel.channel, at) : undefined,
      ),
    // It may be a room to somebody now, or no longer, or another one.
    channel_update: ({ before, channel, at }) =>
      toEachAlike(tools, at, (view, user, world) => {
        const was = seesRoom(view, config, user, world, before);
        const is = seesRoom(view, config, user, world, channel);
        if (was && is) return whole(view, user, world, at);
        if (is) return made(view, user, channel.channel, at);
        return was ? gone(channel.channel) : undefined;
      }),
    channel_move: ({ channel, at }) =>
      toEachAlike(tools, at, (view, user, world) =>
        // A world with rooms of its own has an order of its own.
        world.rooms === undefined && seesRoom(view, config, user, world, channel)
          ? whole(view, user, world, at)
          : undefined,
      ),
    channel_delete: ({ channel, at }) =>
      toEachAlike(tools, at, (view, user, world) =>
        seesRoom(view, config, user, world, channel) ? gone(channel.channel) : undefined,
      ),
    session_open: { silent: 'the login is answered by its handler' },
    // The protocol's own way for the organisers to speak to everybody (section 6).
    announcement: ({ text, id, at }) => [
      {
        to: { to: 'everyone' },
        packets: [
          [
            'announcement.created_or_updated',
            { id: String(id), text, show_until: isoTime(at + shownMs), state: 'active', is_visible: true },
          ],
        ],
      },
    ],
  } satisfies Partial<RenderTable<Frame>>;
}

/** How long clients show an announcement of the chat, which has no end of its own. */
const shownMs = 10 * 60_000;

/** Somebody may do more, or less, than before: they are shown the world anew, or loaded anew if they may not be in it any more. */
export function renderPermissions(
  tools: Tools,
  before: Person,
  person: Person,
  at: number,
): Rendering<Frame>[] {
  const kind = kindOf(person);
  if (kindOf(before) === kind) return [];
  const { config } = tools.host;
  const tell = (view: View, user: User, world: World): Frame => [
    'world.updated',
    worldConfig(view, config, user, world, at),
  ];
  // Who may not be in the world any more finds that out by coming back.
  const stays = worldPermissionsOf(config, claimsOfKind(kind)).includes('world:view');
  return stays ? toOne(tools, person.user, tell) : [reload(person.user)];
}
