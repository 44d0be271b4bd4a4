import type { ChannelKind, ChannelLook } from '../../../domain/channels/channels.js';
import { fold } from '../../../domain/users/names.js';
import type { Ask } from '../ask.js';
import { channelList, channelShape } from '../channel-lists.js';
import { channelNamed, channelsFor, textOf } from '../context.js';
import { rolesFromWire } from '../permissions.js';
import { refuse } from '../refusal.js';
import type { CommandRow } from './command.js';

const channelsGet: CommandRow = {
  cmd: 'channels_get',
  section: '6.2',
  run(ask) {
    const user = ask.self();
    ask.tools.lists.mark(ask.turn.connection.state);
    ask.reply({ val: ask.read((view) => channelList(view, ask.tools.host.config, user)) });
  },
};

const creatable: readonly ChannelKind[] = ['text', 'voice', 'separator'];

/** Free text of a channel, as the wire names it and as it is kept. */
const lookFields = {
  display_name: 'displayName',
  description: 'description',
  icon: 'icon',
  wallpaper: 'wallpaper',
} as const;

/** Longest text of each part of a channel's look, in characters. */
const longestLook = 2_000;

/** The look that fields of a request describe, on top of what was there. `null` removes a part. */
function lookOf(before: ChannelLook, fields: Readonly<Record<string, unknown>>, failed: string): ChannelLook {
  const look: { -readonly [part in keyof ChannelLook]: ChannelLook[part] } = { ...before };
  for (const [wire, part] of Object.entries(lookFields)) {
    const value = fields[wire];
    if (value === undefined) continue;
    if (value === null) delete look[part];
    else if (typeof value === 'string' && value.length <= longestLook) look[part] = value;
    else refuse(failed);
  }
  if (fields.size !== undefined) {
    if (typeof fields.size !== 'number' || !(fields.size >= 0 && fields.size <= 10_000)) refuse(failed);
    look.size = fields.size;
  }
  return look;
}

const channelCreate: CommandRow = {
  cmd: 'channel_create',
  section: '6.2',
  run(ask) {
    ask.needs('manage_channels');
    const { request } = ask;
    const name = textOf(request.name) ?? refuse('Channel name is required');
    const kind = textOf(request.type) ?? refuse('Channel type is required (text, voice, or separator)');
    if (!creatable.includes(kind as ChannelKind))
      refuse('Invalid channel type, must be text, voice, or separator');
    if (ask.read((view) => channelNamed(view, name)) !== undefined) refuse('Channel already exists');
    const failed = 'Failed to create channel';
    const roles = rolesFromWire(request.permissions) ?? refuse(failed);
    const { wallpaper: _, ...fields } = request;
    const look = lookOf({}, fields, failed);
    return ask.submit(
      'channel.create',
      {
        by: ask.user,
        name,
        kind: kind as 'text' | 'voice' | 'separator',
        roles,
        ...(Object.keys(look).length === 0 ? {} : { look }),
      },
      {
        'channel-exists': 'Channel already exists',
        'channel-name-invalid': failed,
        'too-many-channels': failed,
      },
      () => ask.reply({ channel: shapeNamed(ask, name), created: true }),
    );
  },
};

function shapeNamed(ask: Ask, name: string): object | null {
  return ask.read((view) => {
    const channel = channelNamed(view, name);
    return channel === undefined ? null : channelShape(view, ask.tools.host.config, channel);
  });
}

const channelUpdate: CommandRow = {
  cmd: 'channel_update',
  section: '6.2',
  run(ask) {
    ask.needs('manage_channels');
    const { request } = ask;
    const current = textOf(request.current_name) ?? refuse('current_name is required');
    const { updates } = request;
    if (typeof updates !== 'object' || updates === null || Array.isArray(updates))
      refuse('updates object is required');
    const fields = updates as Readonly<Record<string, unknown>>;
    const channel = ask.read((view) => channelNamed(view, current)) ?? refuse('Channel not found');
    const failed = 'Failed to update channel';
    const kind = fields.type;
    if (kind !== undefined && !([...creatable, 'forum'] as unknown[]).includes(kind))
      refuse('Invalid channel type');
    const name = fields.name === undefined ? undefined : (textOf(fields.name) ?? refuse(failed));
    const taken = 'Channel with new name already exists';
    if (name !== undefined && fold(name) !== fold(current) && ask.read((view) => channelNamed(view, name)))
      refuse(taken);
    const roles = Object.hasOwn(fields, 'permissions')
      ? (rolesFromWire(fields.permissions) ?? refuse(failed))
      : undefined;
    return ask.submit(
      'channel.update',
      {
        by: ask.user,
        channel: channel.id,
        look: lookOf(channel.look ?? {}, fields, failed),
        ...(name === undefined ? {} : { name }),
        ...(kind === undefined ? {} : { kind: kind as 'text' | 'voice' | 'separator' | 'forum' }),
        ...(roles === undefined ? {} : { roles }),
      },
      { 'channel-exists': taken, 'channel-name-invalid': failed, 'channel-unknown': 'Channel not found' },
      // The web client finds the old entry by `current_name` (section 13).
      () => ask.reply({ channel: shapeNamed(ask, name ?? current), updated: true, current_name: current }),
    );
  },
};

const channelMove: CommandRow = {
  cmd: 'channel_move',
  section: '6.2',
  run(ask) {
    ask.needs('manage_channels');
    const { name: given, position } = ask.request;
    const name = textOf(given) ?? refuse('Channel name is required');
    if (position === undefined || position === null) refuse('Position is required');
    if (typeof position !== 'number' || !Number.isInteger(position) || position < 0)
      refuse('Position must be a non-negative integer');
    const channel = ask.read((view) => channelNamed(view, name));
    if (channel === undefined) return ask.reply({ name, position, moved: false });
    return ask.submit('channel.move', { by: ask.user, channel: channel.id, position }, {}, (moved) =>
      ask.reply({ name, position: moved.position, moved: true }),
    );
  },
};

const channelDelete: CommandRow = {
  cmd: 'channel_delete',
  section: '6.2',
  run(ask) {
    ask.needs('manage_channels');
    const name = textOf(ask.request.name) ?? refuse('Channel name is required');
    const user = ask.self();
    const channel =
      ask.read((view) => {
        const list = channelsFor(view, ask.tools.host.config, user);
        return channelNamed(view, name) ?? list.find((one) => fold(one.name) === fold(name));
      }) ?? refuse('Channel not found');
    return ask.submit('channel.delete', { by: ask.user, channel: channel.id }, {}, () =>
      ask.reply({ name: channel.name, deleted: true }),
    );
  },
};

export const channelCommands: readonly CommandRow[] = [
  channelsGet,
  channelCreate,
  channelUpdate,
  channelMove,
  channelDelete,
];
