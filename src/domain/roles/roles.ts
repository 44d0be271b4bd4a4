import { anyTable } from '../../core/command.js';
import { table, type View } from '../../core/table.js';
import { type Permission, type PermissionSet, permissionSet, permissions } from '../access/permissions.js';
import type { RoleId } from '../ids.js';

/** What a role may grant in the whole chat, in the words and the order of OriginChats (section 3.1). */
export const rolePermissions = [
  'administrator',
  'manage_server',
  'view_audit_log',
  'manage_roles',
  'manage_channels',
  'manage_threads',
  'manage_users',
  'manage_messages',
  'read_message_history',
  'send_messages',
  'embed_links',
  'attach_files',
  'add_reactions',
  'external_emojis',
  'connect',
  'speak',
  'stream',
  'use_voice_activity',
  'mention_everyone',
  'use_slash_commands',
] as const;

/** One of {@link rolePermissions}. */
export type RolePermission = (typeof rolePermissions)[number];

/** The role whose bearers may do everything, whatever permissions it has (OriginChats, section 5.2). */
export const ownerRole = 'owner';

/** Roles that are known by name: they stay, and keep it (OriginChats, section 6.7). */
export const systemRoles: readonly string[] = [ownerRole, 'admin', 'moderator', 'user'];

/** Roles that nobody can be let give to themselves (OriginChats, section 6.7). */
export const givenRoles: readonly string[] = [ownerRole, 'admin', 'moderator'];

/** A named group of users, with what it grants. Users bear roles in an order of their own. */
export interface Role {
  readonly id: RoleId;
  /** Unique, case-sensitive. */
  readonly name: string;
  readonly description?: string;
  /** Any CSS colour. */
  readonly colour?: string;
  /** {@link rolePermissions} and others, which grant nothing. */
  readonly permissions: readonly string[];
  /** Shown apart in lists of people. */
  readonly hoisted: boolean;
  /** Everybody may give it to themselves. */
  readonly selfAssignable: boolean;
  readonly category?: string;
  /** 0 ranks highest. */
  readonly position: number;
  /** Roles that may mention it; left out: everybody. */
  readonly mentionedBy?: readonly string[];
}

export const roles = table({
  name: 'roles',
  class: 'resident',
  key: 'text',
  id: (role: Role) => role.id,
  indexes: { name: (role: Role) => role.name },
});

export const roleTables = [anyTable(roles)];

/** What a role permission grants among the chat's own permissions. Those that are not here grant none of them. */
const granted: Readonly<Record<string, readonly Permission[]>> = {
  administrator: permissions,
  manage_channels: [
    'channel.create',
    'channel.permanent',
    'channel.password',
    'channel.rank',
    'channel.delete',
  ],
  manage_messages: ['message.delete.any'],
  manage_users: ['user.kick', 'user.silence', 'nick.others'],
  kick_members: ['user.kick'],
  ban_members: ['user.ban'],
  mute_members: ['user.silence'],
  send_messages: ['message.send'],
};

const sets = new Map(Object.entries(granted).map(([name, list]) => [name, permissionSet(list)]));
const everything = permissionSet(permissions);

/** Whether a role permission grants anything; roles may list others too. */
export function grantsAnything(permission: string): boolean {
  return sets.has(permission) || (rolePermissions as readonly string[]).includes(permission);
}

export function roleNamed(view: View, name: string): Role | undefined {
  return view.one(roles, 'name', name);
}

/** All roles, the highest first. */
export function rolesInOrder(view: View): Role[] {
  return [...view.all(roles)].sort((a, b) => a.position - b.position || Number(a.id) - Number(b.id));
}

/** Any text without control characters and spaces at its ends; lists of a channel put `!` before names that they deny. */
export function isRoleName(name: string, maxLength: number): boolean {
  return /^[^\s\p{Cc}!](?:[^\p{Cc}]*[^\s\p{Cc}])?$/u.test(name) && [...name].length <= maxLength;
}

/** What bearers of these roles may do, among the chat's own permissions. */
export function grantedBy(view: View, names: readonly string[]): PermissionSet {
  let set = 0;
  for (const name of names) {
    if (name === ownerRole && view.size(roles as never) > 0) return everything;
    for (const permission of roleNamed(view, name)?.permissions ?? []) set |= sets.get(permission) ?? 0;
  }
  return set as PermissionSet;
}

/** The highest role's position; bearers of none stand below everybody. */
export function positionOf(view: View, names: readonly string[]): number {
  let highest = Number.POSITIVE_INFINITY;
  for (const name of names) highest = Math.min(highest, roleNamed(view, name)?.position ?? highest);
  return highest;
}

/**
 * Whether somebody with these roles and permissions holds a role permission: as owner, as administrator, by a role that grants it, or because
 * the identity brought all of the chat's permissions that it stands for (OriginChats, section 5.2).
 */
export function holds(
  view: View,
  claims: { readonly roles: readonly string[]; readonly can: PermissionSet },
  permission: string,
): boolean {
  for (const name of claims.roles) {
    if (name === ownerRole) return true;
    const list = roleNamed(view, name)?.permissions ?? [];
    if (list.includes('administrator') || list.includes(permission)) return true;
  }
  const stands = sets.get(permission);
  return stands !== undefined && (claims.can & stands) === stands;
}
