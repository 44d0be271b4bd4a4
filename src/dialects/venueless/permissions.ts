import type { View } from '../../core/table.js';
import { appliedRoles } from '../../domain/access/grants.js';
import type { ChannelAction, Claims } from '../../domain/access/may.js';
import { allows, type Permission } from '../../domain/access/permissions.js';
import { type Channel, mayNotIn } from '../../domain/channels/channels.js';
import type { DomainConfig } from '../../domain/config.js';
import { banOf, silenceOf } from '../../domain/moderation/bans.js';
import { claimsOf, type User } from '../../domain/users/users.js';
import { dialectName } from './dialect-name.js';
import { leftToSilenced } from './quiet.js';

/** Permissions of the world that the chat has words of its own for: whoever has those has these, by whatever role. */
const worldBits: Readonly<Record<string, readonly Permission[]>> = {
  'world:chat.direct': ['direct.send'],
  'world:announce': ['announce'],
  'world:users.manage': ['user.ban', 'user.silence'],
  'world:users.list': ['user.ban', 'user.silence'],
};

/** What each permission on a room lets one do. */
const roomActions: readonly (readonly [permission: string, action: ChannelAction])[] = [
  ['room:view', 'see'],
  ['room:chat.read', 'read'],
  ['room:chat.join', 'enter'],
  ['room:chat.send', 'send'],
  ['room:chat.moderate', 'delete-any'],
  ['room:update', 'manage'],
  ['room:delete', 'manage'],
];

/** What is left to somebody silenced (section 5, "Effects of moderation"). */
const quiet: ReadonlySet<string> = new Set([
  'world:view',
  ...roomActions.flatMap(([permission, action]) => (leftToSilenced.has(action) ? [permission] : [])),
]);

const ofRoomActions: ReadonlySet<string> = new Set(roomActions.map(([permission]) => permission));

/** What these claims are worth on the world, sorted: the strings of the roles that apply, and those that stand for permissions of the chat. */
export function worldPermissionsOf(config: DomainConfig, claims: Claims): string[] {
  const held = new Set<string>();
  for (const role of appliedRoles(config, claims))
    for (const permission of config.worldRoles[role] ?? []) held.add(permission);
  for (const [permission, bits] of Object.entries(worldBits))
    if (bits.every((bit) => allows(claims.can, bit))) held.add(permission);
  return [...held].sort();
}

/** What somebody may do on the world now: nothing while banned, little while silenced. */
export function worldPermissions(view: View, config: DomainConfig, user: User, at: number): string[] {
  if (banOf(view, 'user', user.id, dialectName, at) !== undefined) return [];
  const held = worldPermissionsOf(config, claimsOf(view, config, user));
  return silenceOf(view, user.id, at) === undefined ? held : held.filter((one) => quiet.has(one));
}

/** What somebody may do in a room, world and room together, sorted. */
export function roomPermissions(
  view: View,
  config: DomainConfig,
  user: User,
  room: Channel,
  at: number,
): string[] {
  if (banOf(view, 'user', user.id, dialectName, at) !== undefined) return [];
  const held = new Set<string>();
  for (const [permission, action] of roomActions)
    if (mayNotIn(view, config, user, room, action) === undefined) held.add(permission);
  // What the chat has no action for comes from roles alone.
  for (const role of appliedRoles(config, claimsOf(view, config, user), room.access.grants))
    for (const permission of config.worldRoles[role] ?? [])
      if (permission.startsWith('room:') && !ofRoomActions.has(permission)) held.add(permission);
  const sorted = [...held].sort();
  return silenceOf(view, user.id, at) === undefined ? sorted : sorted.filter((one) => quiet.has(one));
}
