import type { Rejection } from '../../core/rejection.js';
import { type RejectionCode, refuse } from '../rejections.js';
import { meets, type RoleBits, type TraitConditions } from './grants.js';
import { type ChannelPassword, isChannelPassword } from './password.js';
import { allows, type Permission, type PermissionSet, permissionSet } from './permissions.js';

/** What one can wish to do with a channel. */
export const channelActions = [
  'see',
  'enter',
  'read',
  'send',
  'edit-own',
  'delete-own',
  'delete-any',
  'react',
  'pin',
  'create-thread',
  'manage',
] as const;

/** One of {@link channelActions}. */
export type ChannelAction = (typeof channelActions)[number];

/** Who gets at a channel. Every part is optional; every part that is there must be met. */
export interface Access {
  /** The rank a user must have at least. */
  readonly rank?: number;
  /** Met only by a join that gave it, for as long as that stay lasts. */
  readonly password?: ChannelPassword;
  /**
   * Role names per action, in the user's order of roles: `!role` denies, `role` grants, nothing found denies. An action without a list is denied,
   * but for `manage`, which is a matter of permissions.
   */
  readonly roles?: Partial<Readonly<Record<ChannelAction, readonly string[]>>>;
  /**
   * Conditions by world role: whoever meets them has, in this channel, what the role grants. Each action takes a permission of its own
   * (`room.view` to see, `room.read` to read, …), held by such a role or everywhere. A role that is not configured grants nothing.
   */
  readonly grants?: Readonly<Record<string, TraitConditions>>;
}

/** The parts of a user that access looks at. */
export interface Claims {
  readonly rank: number;
  readonly can: PermissionSet;
  readonly roles: readonly string[];
  readonly traits: readonly string[];
}

export interface Circumstances {
  /** The user made the channel. */
  readonly owner: boolean;
  /** The user is in the channel already: its password was met. */
  readonly inside: boolean;
  /** The password that was typed. */
  readonly password?: string;
}

/**
 * The one answer to whether a user may do something with a channel. `undefined`: yes.
 *
 * Owners and holders of `channel.enter.any` see and enter past rank and password (Sock Chat, /join). A password keeps people out; it does not
 * keep anybody from taking back what is inside. Actions that concern messages need their own permission besides (`message.send`,
 * `message.delete.any`, …); to edit, delete and moderate, being let in by the channel's own list of roles or its grants stands in for it, and to
 * manage, its grants alone.
 */
export function mayNot(
  claims: Claims,
  access: Access,
  action: ChannelAction,
  circumstances: Circumstances,
  roles: RoleBits,
): Rejection<RejectionCode> | undefined {
  // Channels of 0.1.0 had conditions by action under this name. Nobody knows whom they let in, so they let in nobody.
  if ('traits' in access && access.grants === undefined) return refuse('not-permitted');
  const passes = circumstances.owner || allows(claims.can, 'channel.enter.any');
  // Raising the rank of a channel sends nobody out of it (Sock Chat, /rank).
  const stays = passes || (circumstances.inside && action !== 'enter');
  if (access.rank !== undefined && claims.rank < access.rank && !stays) return refuse('channel-rank-too-low');
  if (!listsGrant(access, action, claims) || !grantsMeet(access, action, claims, roles))
    return refuse('not-permitted');
  if (access.password !== undefined && insideOnly.has(action) && !passes && !circumstances.inside) {
    if (circumstances.password === undefined || circumstances.password === '')
      return refuse('channel-password-missing');
    if (!isChannelPassword(access.password, circumstances.password)) return refuse('channel-password-wrong');
  }
  const own = access.roles?.[action] !== undefined || access.grants !== undefined;
  if (action === 'manage' ? access.grants !== undefined : own && action !== 'send') return undefined;
  return lacksPermission(claims.can, action, circumstances.owner) ? refuse('not-permitted') : undefined;
}

/** What one does inside, and so only past the password. */
const insideOnly: ReadonlySet<ChannelAction> = new Set([
  'enter',
  'read',
  'send',
  'edit-own',
  'react',
  'pin',
  'create-thread',
]);

/** Whoever may not see a channel does nothing in it but manage it, whatever else its lists say. */
function listsGrant(access: Access, action: ChannelAction, claims: Claims): boolean {
  if (action !== 'see' && action !== 'manage' && !rolesGrant(access, 'see', claims.roles)) return false;
  return rolesGrant(access, action, claims.roles);
}

function rolesGrant(access: Access, action: ChannelAction, roles: readonly string[]): boolean {
  if (access.roles === undefined) return true;
  const list = access.roles[action];
  if (list === undefined) return action === 'manage';
  for (const role of roles) {
    if (list.includes(`!${role}`)) return false;
    if (list.includes(role)) return true;
  }
  return false;
}

/** What each action takes in a channel with grants, besides seeing it (Venueless, sections 6 and 8). */
const roomPermission: { readonly [action in ChannelAction]: Permission } = {
  see: 'room.view',
  read: 'room.read',
  enter: 'room.join',
  send: 'room.send',
  react: 'room.send',
  'edit-own': 'room.send',
  'delete-own': 'room.send',
  'create-thread': 'room.send',
  'delete-any': 'room.moderate',
  pin: 'room.moderate',
  manage: 'room.manage',
};

const needed = new Map<ChannelAction, PermissionSet>(
  channelActions.map((action) => {
    const own = roomPermission[action];
    return [action, permissionSet(action === 'manage' ? [own] : [own, 'room.view'])];
  }),
);

/** Asked for each message: makes nothing. */
function grantsMeet(
  { grants }: Access,
  action: ChannelAction,
  { can, traits }: Claims,
  roles: RoleBits,
): boolean {
  if (grants === undefined) return true;
  let missing = (needed.get(action) ?? 0) & ~can;
  if (missing === 0) return true;
  for (const role in grants) {
    const bits = roles.get(role) ?? 0;
    if ((bits & missing) !== 0 && meets(grants[role], traits)) missing &= ~bits;
    if (missing === 0) return true;
  }
  return false;
}

function lacksPermission(can: PermissionSet, action: ChannelAction, owner: boolean): boolean {
  switch (action) {
    case 'send':
      return !allows(can, 'message.send');
    case 'edit-own':
      return !allows(can, 'message.edit.own') && !allows(can, 'message.edit.any');
    case 'delete-own':
      return !allows(can, 'message.delete.own') && !allows(can, 'message.delete.any');
    case 'delete-any':
      return !allows(can, 'message.delete.any');
    case 'manage':
      return !owner && !managing.some((permission) => allows(can, permission));
    default:
      return false;
  }
}

/** One of them is needed to change a channel without grants; which one depends on the change. */
const managing = ['channel.delete', 'channel.rank', 'channel.password'] as const;
