import type { ChannelAction } from '../../src/domain/access/may.js';
import type { Permission } from '../../src/domain/access/permissions.js';
import type { Claims, Door } from './cast.js';

/** What world roles grant, in the permissions of the chat (docs/permissions.md, "World roles"; docs/venueless.md, "Who may do what"). */
const attendee: readonly Permission[] = ['direct.send'];
const viewer: readonly Permission[] = [...attendee, 'room.view', 'room.read'];
const participant: readonly Permission[] = [...viewer, 'room.join', 'room.send'];
const moderator: readonly Permission[] = [...participant, 'room.moderate', 'announce'];
const admin: readonly Permission[] = [...moderator, 'user.ban', 'user.silence', 'nick.others', 'room.manage'];
const worldRoles: Readonly<Record<string, readonly Permission[]>> = { viewer, participant, moderator };

/** Whether somebody is permitted something everywhere. Everybody is an attendee, and whoever has the trait `admin` is an admin. */
export function can({ permissions, traits }: Claims, ...any: readonly Permission[]): boolean {
  return any.some(
    (one) =>
      permissions.includes(one) ||
      attendee.includes(one) ||
      (traits.includes('admin') && admin.includes(one)),
  );
}

/** What each action takes in a room with grants, besides `room.view`. */
const inRoom: Readonly<Record<ChannelAction, Permission>> = {
  see: 'room.view',
  read: 'room.read',
  enter: 'room.join',
  send: 'room.send',
  'edit-own': 'room.send',
  'delete-own': 'room.send',
  react: 'room.send',
  'create-thread': 'room.send',
  'delete-any': 'room.moderate',
  pin: 'room.moderate',
  manage: 'room.manage',
};

/** What is done only by somebody past the password. */
const pastPassword: readonly ChannelAction[] = ['enter', 'read', 'send', 'edit-own', 'react', 'pin'];

/** How somebody stands to a room. */
export interface Standing {
  /** They sit in it. */
  readonly inside?: boolean;
  /** They made it. */
  readonly owner?: boolean;
  /** What they typed to get in. */
  readonly password?: string;
}

/** The one rule (design, "Access is one rule"): every part that a room has is required. */
export function may(who: Claims, door: Door, action: ChannelAction, standing: Standing = {}): boolean {
  const { inside = false, owner = false, password } = standing;
  const passes = owner || can(who, 'channel.enter.any');
  const stays = passes || (inside && action !== 'enter');
  if (door.rank !== undefined && who.rank < door.rank && !stays) return false;
  if (door.roles !== undefined) {
    const wanted: readonly ChannelAction[] = action === 'manage' ? [] : ['see', action];
    if (!wanted.every((one) => isListed(who, door.roles?.[one]))) return false;
  }
  if (door.grants !== undefined) {
    const wanted = action === 'manage' ? [inRoom.manage] : ['room.view' as const, inRoom[action]];
    if (!wanted.every((one) => isGranted(who, door.grants ?? {}, one))) return false;
  }
  if (door.password !== undefined && pastPassword.includes(action) && !passes && !inside) {
    if (password !== door.password) return false;
  }
  const letIn = door.roles?.[action] !== undefined || door.grants !== undefined;
  switch (action) {
    case 'send':
      return can(who, 'message.send');
    case 'edit-own':
      return letIn || can(who, 'message.edit.own', 'message.edit.any');
    case 'delete-own':
      return letIn || can(who, 'message.delete.own', 'message.delete.any');
    case 'delete-any':
      return letIn || can(who, 'message.delete.any');
    case 'manage':
      return (
        door.grants !== undefined || owner || can(who, 'channel.delete', 'channel.rank', 'channel.password')
      );
    default:
      return true;
  }
}

function isListed({ roles }: Claims, list: readonly string[] = []): boolean {
  for (const role of roles) {
    if (list.includes(`!${role}`)) return false;
    if (list.includes(role)) return true;
  }
  return false;
}

function isGranted(who: Claims, grants: NonNullable<Door['grants']>, wanted: Permission): boolean {
  if (can(who, wanted)) return true;
  return Object.entries(grants).some(
    ([role, traits]) =>
      worldRoles[role]?.includes(wanted) && traits.every((trait) => who.traits.includes(trait)),
  );
}
