import type { DomainConfig } from '../config.js';
import type { Claims } from './may.js';
import { type Permission, type PermissionSet, permissionSet } from './permissions.js';

/**
 * What somebody's traits must meet, all of it: a trait, or a list of traits of which one suffices. An empty list is met by everybody, a stored
 * or given value that is no list by nobody (Venueless, section 6).
 */
export type TraitConditions = readonly (string | readonly string[])[];

/** What each world role grants, by name. */
export type RoleBits = ReadonlyMap<string, PermissionSet>;

/** The part of a configuration that says which roles there are without anybody having made them. */
export type WorldConfig = Pick<DomainConfig, 'worldRoles' | 'traitGrants'>;

/** What a permission string of a world role grants among the chat's own permissions (Venueless, section 6). Others grant none of them. */
const granted: Readonly<Record<string, readonly Permission[]>> = {
  'world:announce': ['announce'],
  'world:chat.direct': ['direct.send'],
  'world:rooms.create.chat': ['channel.create', 'channel.permanent'],
  'world:users.manage': ['user.ban', 'user.silence', 'nick.others'],
  'room:view': ['room.view'],
  'room:chat.read': ['room.read'],
  'room:chat.join': ['room.join'],
  'room:chat.send': ['room.send'],
  'room:chat.moderate': ['room.moderate'],
  'room:update': ['room.manage'],
  'room:delete': ['room.manage'],
};

const sets = new Map(Object.entries(granted).map(([name, list]) => [name, permissionSet(list)]));

/** A configuration made ready to be asked for each message. */
interface World {
  readonly bits: RoleBits;
  readonly byTrait: readonly (readonly [role: string, conditions: TraitConditions])[];
}

const worlds = new WeakMap<WorldConfig, World>();

function prepared(config: WorldConfig): World {
  const known = worlds.get(config);
  if (known !== undefined) return known;
  const bits = new Map<string, PermissionSet>();
  for (const [role, strings] of Object.entries(config.worldRoles)) {
    let set = 0;
    for (const one of strings) set |= sets.get(one) ?? 0;
    bits.set(role, set as PermissionSet);
  }
  const byTrait = Object.entries(config.traitGrants).filter(([role]) => bits.has(role));
  const world = { bits, byTrait };
  worlds.set(config, world);
  return world;
}

/** What each role of the configuration grants. Made once. */
export function roleBits(config: WorldConfig): RoleBits {
  return prepared(config).bits;
}

/** Whether traits meet what is asked of them. */
export function meets(conditions: unknown, traits: readonly string[]): boolean {
  return Array.isArray(conditions) && conditions.every((one: unknown) => meetsOne(one, traits));
}

function meetsOne(one: unknown, traits: readonly string[]): boolean {
  if (typeof one === 'string') return traits.includes(one);
  return Array.isArray(one) && one.some((trait) => traits.includes(trait));
}

/** What world roles grant whoever bears these roles and traits, everywhere. */
export function grantedByWorld(
  config: WorldConfig,
  roles: readonly string[],
  traits: readonly string[],
): PermissionSet {
  const { bits, byTrait } = prepared(config);
  let set = 0;
  if (bits.size === 0) return set as PermissionSet;
  for (const role of roles) set |= bits.get(role) ?? 0;
  for (const [role, conditions] of byTrait) if (meets(conditions, traits)) set |= bits.get(role) ?? 0;
  return set as PermissionSet;
}

/**
 * The world roles that apply to somebody, in the order of the configuration: those that are among their roles, and those whose trait grant
 * their traits meet. With the `grants` of a channel's access, those that apply there.
 */
export function appliedRoles(
  config: WorldConfig,
  { roles, traits }: Pick<Claims, 'roles' | 'traits'>,
  grants: Readonly<Record<string, TraitConditions>> = {},
): string[] {
  const { bits, byTrait } = prepared(config);
  const applied = new Set(roles);
  for (const [role, conditions] of [...byTrait, ...Object.entries(grants)])
    if (meets(conditions, traits)) applied.add(role);
  return [...bits.keys()].filter((role) => applied.has(role));
}
