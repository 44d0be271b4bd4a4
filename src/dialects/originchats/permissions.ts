import type { Access, ChannelAction } from '../../domain/access/may.js';

/** Actions of a channel's permissions on the wire (section 5.1), and what they are here. */
const wireActions = {
  view: ['see', 'enter', 'read'],
  send: ['send'],
  delete: ['delete-any'],
  delete_own: ['delete-own'],
  edit_own: ['edit-own'],
  react: ['react'],
  pin: ['pin'],
  create_thread: ['create-thread'],
} as const satisfies Record<string, readonly ChannelAction[]>;

type WireAction = keyof typeof wireActions;

/** What a channel without any permissions has, and what single missing lists mean (section 5.1). */
const missing: Readonly<Record<WireAction, readonly string[]>> = {
  view: ['owner'],
  send: ['owner'],
  delete: ['owner'],
  delete_own: ['user'],
  edit_own: ['user'],
  react: ['user'],
  pin: ['owner'],
  create_thread: ['owner'],
};

/** Lists that are looked up without `!`, and that fall back to the defaults when they are missing. */
const plain: readonly WireAction[] = ['delete_own', 'edit_own', 'react', 'pin'];

/** Everybody's permissions in a channel that the host has put no roles on. */
const open: Readonly<Record<string, readonly string[]>> = {
  view: ['user'],
  send: ['user'],
  delete: ['admin', 'moderator'],
  create_thread: ['user'],
};

/** A channel's permissions as a client gave them, as role lists of access. `undefined`: not an object of lists of names. */
export function rolesFromWire(given: unknown): NonNullable<Access['roles']> | undefined {
  if (given === undefined || given === null) return fill({});
  if (typeof given !== 'object' || Array.isArray(given)) return undefined;
  const lists: Partial<Record<WireAction, readonly string[]>> = {};
  for (const action of Object.keys(wireActions) as WireAction[]) {
    const list: unknown = Object.hasOwn(given, action)
      ? (given as Record<string, unknown>)[action]
      : undefined;
    if (list === undefined || list === null) continue;
    if (!Array.isArray(list) || list.length > 100 || !list.every(isRoleName)) return undefined;
    // Empty lists are dropped (section 5.1).
    if (list.length > 0) lists[action] = list;
  }
  return fill(lists);
}

function isRoleName(one: unknown): one is string {
  return typeof one === 'string' && one.length > 0 && one.length <= 100;
}

function fill(lists: Partial<Record<WireAction, readonly string[]>>): NonNullable<Access['roles']> {
  const bare = Object.keys(lists).length === 0;
  const roles: Partial<Record<ChannelAction, readonly string[]>> = {};
  for (const action of Object.keys(wireActions) as WireAction[]) {
    const list = lists[action] ?? (bare || plain.includes(action) ? missing[action] : undefined);
    if (list === undefined) continue;
    const kept = plain.includes(action) ? list.filter((name) => !name.startsWith('!')) : list;
    for (const inner of wireActions[action]) roles[inner] = kept;
  }
  return roles;
}

/** Role lists of access as a channel's permissions on the wire. */
export function permissionsToWire({ roles }: Omit<Access, 'password'>): Record<string, readonly string[]> {
  if (roles === undefined) return { ...open };
  const shown: Record<string, readonly string[]> = {};
  for (const [action, [first]] of Object.entries(wireActions)) {
    const list = roles[first];
    if (list !== undefined && list.length > 0) shown[action] = list;
  }
  return shown;
}
