/**
 * What a user may be allowed to do, and its bit in {@link PermissionSet}. Bits are stored with messages: they are never
 * given a second meaning. The list follows the capabilities of SharpChat (Sock Chat's server) in the words of this chat; those of rooms
 * hold in every channel that grants by trait (Venueless, section 6).
 */
export const permissionBits = {
  'user.kick': 1 << 0,
  'user.ban': 1 << 1,
  'user.silence': 1 << 2,
  announce: 1 << 3,
  'nick.own': 1 << 4,
  'nick.others': 1 << 5,
  'channel.create': 1 << 6,
  'channel.permanent': 1 << 7,
  'channel.password': 1 << 8,
  'channel.rank': 1 << 9,
  'message.send': 1 << 10,
  'message.delete.own': 1 << 11,
  'message.delete.any': 1 << 12,
  'message.edit.own': 1 << 13,
  'message.edit.any': 1 << 14,
  'address.see': 1 << 15,
  'channel.delete': 1 << 16,
  'channel.enter.any': 1 << 17,
  'direct.send': 1 << 18,
  'room.view': 1 << 19,
  'room.read': 1 << 20,
  'room.join': 1 << 21,
  'room.send': 1 << 22,
  'room.moderate': 1 << 23,
  'room.manage': 1 << 24,
} as const;

/** The name of a permission. */
export type Permission = keyof typeof permissionBits;

/** The names of all permissions. */
export const permissions = Object.keys(permissionBits) as Permission[];

/** A set of permissions as one integer. */
export type PermissionSet = number & { readonly __permissions: unique symbol };

export function permissionSet(list: readonly Permission[]): PermissionSet {
  let set = 0;
  for (const permission of list) set |= permissionBits[permission];
  return set as PermissionSet;
}

export function allows(set: PermissionSet, permission: Permission): boolean {
  return (set & permissionBits[permission]) !== 0;
}
