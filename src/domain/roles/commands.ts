import type { Noun, Rules } from '../../core/command.js';
import type { Rejection } from '../../core/rejection.js';
import type { Tx } from '../../core/state.js';
import type { DomainConfig } from '../config.js';
import type { Actor, EventMap } from '../events.js';
import type { RoleId } from '../ids.js';
import { log, needsLog } from '../modlog/modlog.js';
import { needsHome } from '../places/surroundings.js';
import { type RejectionCode, refuse } from '../rejections.js';
import { nextId, tell } from '../rules.js';
import { claimsOf, counters, users } from '../users/users.js';
import {
  type BearerCommands,
  bearerRules,
  isOwner,
  lacksRole,
  lacksWorldRole,
  refreshBearers,
} from './bearers.js';
import { channelNaming, forgetName, renameEverywhere } from './naming.js';
import {
  givenRoles,
  grantsAnything,
  isRoleName,
  positionOf,
  type Role,
  roleNamed,
  roles,
  rolesInOrder,
  roleTables,
  systemRoles,
} from './roles.js';

/** A role as somebody wants it to be. */
export interface RoleWish {
  /** Unique, case-sensitive. */
  readonly name: string;
  readonly description?: string;
  /** Any CSS colour. */
  readonly colour?: string;
  /** What it grants; see {@link Role.permissions}. Default: nothing. */
  readonly permissions?: readonly string[];
  /** Default `false`. */
  readonly hoisted?: boolean;
  /** Default `false`. */
  readonly selfAssignable?: boolean;
  readonly category?: string;
  readonly mentionedBy?: readonly string[];
}

/** What may be changed about a role; `null` takes a part away, what is left out stays. */
export interface RoleChanges {
  readonly name?: string;
  readonly description?: string | null;
  readonly colour?: string | null;
  readonly permissions?: readonly string[];
  readonly hoisted?: boolean;
  readonly selfAssignable?: boolean;
  readonly category?: string | null;
  readonly mentionedBy?: readonly string[] | null;
}

export interface RoleCommands extends BearerCommands {
  /** Makes roles, the highest first, in a chat that never had any. */
  'role.prepare': { input: { readonly wishes: readonly RoleWish[] }; result: undefined };
  /** Makes a role below all others. */
  'role.create': { input: RoleWish & { readonly by: Actor }; result: { readonly role: RoleId } };
  /** Changes a role. Lists of channels and the users it was given to follow a new name. */
  'role.update': {
    input: RoleChanges & { readonly by: Actor; readonly role: RoleId };
    result: { readonly role: RoleId };
  };
  /** Removes a role that no channel's lists name; whoever bore it bears it no longer. */
  'role.delete': { input: { readonly by: Actor; readonly role: RoleId }; result: undefined };
  /** Ranks roles, the highest first; those that are left out stay below, in the order they had. */
  'role.reorder': {
    input: { readonly by: Actor; readonly roles: readonly RoleId[] };
    result: { readonly roles: readonly Role[] };
  };
}

/** How many roles were ever made: once there were some, those that are prepared are not made again. */
const everMade = 'roles';

export function roleNoun(config: DomainConfig): Noun {
  const { rolesPerChat, roleNameLength } = config.limits;

  /** The position below which the actor manages roles: owners and the host manage all (OriginChats, section 5.4). */
  const reachOf = (tx: Tx, by: Actor): number | Rejection<RejectionCode> => {
    if (by === 'host' || by === 'chat') return Number.NEGATIVE_INFINITY;
    const user = tx.get(users, by);
    if (user === undefined) return refuse('user-unknown');
    const borne = claimsOf(tx, config, user).roles;
    if (borne.length === 0) return refuse('role-none');
    const no = lacksRole(tx, config, by, 'manage_roles');
    if (no !== undefined) return no;
    return isOwner(tx, config, user) ? Number.NEGATIVE_INFINITY : positionOf(tx, borne);
  };
  const managed = (tx: Tx, by: Actor, id: RoleId): Role | Rejection<RejectionCode> => {
    const reach = reachOf(tx, by);
    if (typeof reach !== 'number') return reach;
    const role = tx.get(roles, id);
    if (role === undefined) return refuse('role-unknown');
    return role.position > reach ? role : refuse('role-outranks', { name: role.name });
  };
  /** Nobody grants what they do not hold: they could give it to themselves. */
  const unheld = (tx: Tx, by: Actor, wished: readonly string[] = [], before: readonly string[] = []) => {
    for (const permission of wished) {
      if (before.includes(permission) || !grantsAnything(permission)) continue;
      const no = lacksRole(tx, config, by, permission);
      if (no !== undefined) return no;
    }
    return undefined;
  };
  const misnamed = (tx: Tx, name: string): Rejection<RejectionCode> | undefined => {
    if (!isRoleName(name, roleNameLength)) return refuse('role-name-invalid', { limit: roleNameLength });
    return roleNamed(tx, name) === undefined ? undefined : refuse('role-exists', { name });
  };
  const make = (tx: Tx, wish: RoleWish): Role | Rejection<RejectionCode> => {
    const no = misnamed(tx, wish.name);
    if (no !== undefined) return no;
    if (tx.size(roles as never) >= rolesPerChat) return refuse('too-many-roles', { limit: rolesPerChat });
    const lowest = rolesInOrder(tx).at(-1)?.position ?? -1;
    const role = roleOf(String(nextId(tx)) as RoleId, lowest + 1, wish);
    tx.put(roles, role);
    tx.put(counters, { name: everMade, next: (tx.get(counters, everMade)?.next ?? 0) + 1 });
    return role;
  };
  const changed = (tx: Tx, by: Actor, facts: Omit<EventMap['roles_update'], 'roles' | 'by'>) => {
    tell(tx, 'roles_update', { roles: rolesInOrder(tx), by, ...facts });
    refreshBearers(tx, config);
  };

  const rules: Rules<RoleCommands> = {
    ...bearerRules(config),
    'role.prepare': {
      needs: (view) => needsHome(view, config),
      decide(tx, { wishes }) {
        if (wishes.length === 0 || tx.get(counters, everMade) !== undefined) return undefined;
        for (const wish of wishes) {
          const role = make(tx, wish);
          if (!('position' in role)) return role;
        }
        changed(tx, 'host', { cause: 'prepare' });
        return undefined;
      },
    },
    'role.create': {
      needs: (view) => [...needsLog('role_create'), ...needsHome(view, config)],
      decide(tx, { by, ...wish }) {
        const reach = reachOf(tx, by);
        if (typeof reach !== 'number') return reach;
        const { name } = wish;
        if (wish.selfAssignable && givenRoles.includes(name))
          return refuse('role-not-self-assignable', { name });
        const more = unheld(tx, by, wish.permissions) ?? lacksWorldRole(tx, config, by, name);
        if (more !== undefined) return more;
        const role = make(tx, wish);
        if (!('position' in role)) return role;
        log(tx, config, by, 'role_create', { role: role.id, name });
        changed(tx, by, { cause: 'create', role });
        return { role: role.id };
      },
    },
    'role.update': {
      needs: (view) => [...needsLog('role_update'), ...needsHome(view, config)],
      decide(tx, { by, role: id, ...changes }) {
        const before = managed(tx, by, id);
        if (!('position' in before)) return before;
        // What everybody may take, the actor could take too.
        const opened = changes.selfAssignable === true && !before.selfAssignable;
        const wished = changes.permissions ?? before.permissions;
        const more = unheld(tx, by, wished, opened ? [] : before.permissions);
        if (more !== undefined) return more;
        const name = changes.name ?? before.name;
        const world = opened || name !== before.name ? lacksWorldRole(tx, config, by, name) : undefined;
        if (world !== undefined) return world;
        if (changes.selfAssignable && givenRoles.includes(name))
          return refuse('role-not-self-assignable', { name });
        if (name !== before.name) {
          if (systemRoles.includes(before.name)) return refuse('role-system', { name: before.name });
          const no = misnamed(tx, name);
          if (no !== undefined) return no;
        }
        const role = roleOf(id, before.position, { ...before, ...without(changes), name });
        tx.put(roles, role);
        if (name !== before.name) renameEverywhere(tx, config, before.name, name, by);
        log(tx, config, by, 'role_update', {
          role: id,
          name,
          ...(name === before.name ? {} : { before: before.name }),
          changed: Object.keys(without(changes)),
        });
        changed(tx, by, { cause: 'update', role: tx.get(roles, id) ?? role, before });
        return { role: id };
      },
    },
    'role.delete': {
      needs: (view) => [...needsLog('role_delete'), ...needsHome(view, config)],
      decide(tx, { by, role: id }) {
        const role = managed(tx, by, id);
        if (!('position' in role)) return role;
        if (systemRoles.includes(role.name)) return refuse('role-system', { name: role.name });
        const used = channelNaming(tx, role.name);
        if (used !== undefined) return refuse('role-used', { channel: used.name });
        tx.remove(roles, id);
        forgetName(tx, role.name);
        log(tx, config, by, 'role_delete', { role: id, name: role.name });
        changed(tx, by, { cause: 'delete', role });
        return undefined;
      },
    },
    'role.reorder': {
      needs: (view) => [...needsLog('role_reorder'), ...needsHome(view, config)],
      decide(tx, { by, roles: first }) {
        const reach = reachOf(tx, by);
        if (typeof reach !== 'number') return reach;
        const order: Role[] = [];
        for (const id of new Set(first)) {
          const role = tx.get(roles, id);
          if (role === undefined) return refuse('role-unknown');
          order.push(role);
        }
        for (const role of rolesInOrder(tx)) if (!first.includes(role.id)) order.push(role);
        for (const [position, role] of order.entries()) {
          if (role.position === position) continue;
          // Neither what stands above the actor moves, nor does anything come to stand there.
          if (Math.min(role.position, position) <= reach) return refuse('role-outranks', { name: role.name });
          tx.put(roles, { ...role, position });
        }
        log(tx, config, by, 'role_reorder', { roles: order.map((role) => role.name) });
        changed(tx, by, { cause: 'reorder' });
        return { roles: rolesInOrder(tx) };
      },
    },
  };
  return { name: 'roles', tables: roleTables, rules: rules as Noun['rules'] };
}

function roleOf(
  id: RoleId,
  position: number,
  wish: { [part in keyof RoleWish]: RoleWish[part] | null },
): Role {
  const { description, colour, category, mentionedBy } = wish;
  return {
    id,
    name: wish.name ?? '',
    ...(description == null ? {} : { description }),
    ...(colour == null ? {} : { colour }),
    permissions: [...(wish.permissions ?? [])],
    hoisted: wish.hoisted ?? false,
    selfAssignable: wish.selfAssignable ?? false,
    ...(category == null ? {} : { category }),
    position,
    ...(mentionedBy == null ? {} : { mentionedBy: [...mentionedBy] }),
  };
}

/** Changes without those that change nothing. */
function without(changes: RoleChanges): RoleChanges {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
}
