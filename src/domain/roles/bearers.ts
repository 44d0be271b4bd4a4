import type { Rules } from '../../core/command.js';
import type { Rejection } from '../../core/rejection.js';
import type { Tx } from '../../core/state.js';
import type { View } from '../../core/table.js';
import { roleBits } from '../access/grants.js';
import type { DomainConfig } from '../config.js';
import type { Actor } from '../events.js';
import type { UserId } from '../ids.js';
import { isBannedAnywhere } from '../moderation/bans.js';
import { log, needsLog } from '../modlog/modlog.js';
import { reviewAccess } from '../places/review.js';
import { needsHomeOf, showAs } from '../places/surroundings.js';
import { type RejectionCode, refuse } from '../rejections.js';
import { nextId, tell } from '../rules.js';
import { online } from '../sessions/online.js';
import { looksSame, personOf } from '../users/person.js';
import { claimsOf, livingUser, type User, users } from '../users/users.js';
import { grantsAnything, holds, ownerRole, roleNamed, roles } from './roles.js';

/** Who bears which roles. */
export interface BearerCommands {
  /** Gives a user these roles and no others, in this order. Only owners make owners, or take that from them. */
  'user.roles': {
    input: { readonly by: Actor; readonly user: UserId; readonly roles: readonly string[] };
    result: { readonly roles: readonly string[] };
  };
  /** Gives oneself a role that everybody may give themselves. */
  'user.role.take': {
    input: { readonly user: UserId; readonly role: string };
    result: { readonly roles: readonly string[] };
  };
  /** Lays such a role down. */
  'user.role.drop': {
    input: { readonly user: UserId; readonly role: string };
    result: { readonly roles: readonly string[] };
  };
}

/** Refuses unless the actor holds a role permission, and says which (OriginChats, section 5.2). */
export function lacksRole(
  view: View,
  config: DomainConfig,
  by: Actor,
  permission: string,
): Rejection<RejectionCode> | undefined {
  if (by === 'host' || by === 'chat') return undefined;
  const user = view.get(users, by);
  if (user === undefined) return refuse('user-unknown');
  return holds(view, claimsOf(view, config, user), permission)
    ? undefined
    : refuse('not-permitted', { permission });
}

/** Refuses unless the actor holds what the world role of a name grants, if there is one: who comes to bear the name has it. */
export function lacksWorldRole(
  view: View,
  config: DomainConfig,
  by: Actor,
  role: string,
): Rejection<RejectionCode> | undefined {
  const grants = roleBits(config).get(role) ?? 0;
  const user = by === 'host' || by === 'chat' || grants === 0 ? undefined : view.get(users, by);
  if (user === undefined || (grants & ~claimsOf(view, config, user).can) === 0) return undefined;
  return refuse('not-permitted', { role });
}

/** Whether somebody is an owner; in a chat without roles nobody is. */
export function isOwner(view: View, config: DomainConfig, user: User): boolean {
  return view.size(roles as never) > 0 && claimsOf(view, config, user).roles.includes(ownerRole);
}

/** Whether nobody who is not banned would be an owner without this one. */
export function isLastOwner(view: View, config: DomainConfig, user: User, at: number): boolean {
  if (!isOwner(view, config, user) || config.defaults.roles.includes(ownerRole)) return false;
  const others = view.by(users, 'owner', ownerRole).filter((one) => one.id !== user.id);
  return others.every((one) => isBannedAnywhere(view, one.id, at));
}

/** Shows everybody online anew whose roles have come to grant something else, or are called something else, and does what it costs them. */
export function refreshBearers(tx: Tx, config: DomainConfig): void {
  for (const { user } of [...tx.all(online)].sort((a, b) => a.since - b.since)) refresh(tx, config, user);
  reviewAccess(tx, config);
}

function refresh(tx: Tx, config: DomainConfig, id: UserId): void {
  const row = tx.get(online, id);
  const user = tx.get(users, id);
  if (row === undefined || user === undefined) return;
  const person = personOf(tx, config, user, row.person);
  if (looksSame(person, row.person)) return;
  showAs(tx, row, person);
  tell(tx, 'user_update', {
    before: row.person,
    person,
    cause: 'roles',
    id: nextId(tx),
    ...(row.channel === undefined ? {} : { channel: row.channel }),
  });
}

/** Gives roles without asking whether that may be, and tells. */
function give(
  tx: Tx,
  config: DomainConfig,
  user: User,
  given: readonly string[],
  by: Actor,
  own = false,
): void {
  const before = claimsOf(tx, config, user).roles;
  const next: User = { ...user, assigned: given };
  tx.put(users, next);
  refresh(tx, config, user.id);
  tell(tx, 'user_roles', {
    person: tx.get(online, user.id)?.person ?? personOf(tx, config, next),
    before,
    roles: given,
    by,
    own,
  });
  reviewAccess(tx, config, { user: user.id });
}

/** Only owners make owners and unmake them, and one of them must remain. */
function takesOver(
  tx: Tx,
  config: DomainConfig,
  by: Actor,
  user: User,
  given: readonly string[],
): Rejection<RejectionCode> | undefined {
  const was = claimsOf(tx, config, user).roles.includes(ownerRole);
  const is = given.includes(ownerRole);
  if (was === is || by === 'host' || by === 'chat') return undefined;
  const actor = tx.get(users, by);
  if (actor === undefined || !isOwner(tx, config, actor)) return refuse('not-permitted', { role: ownerRole });
  return was && isLastOwner(tx, config, user, tx.at) ? refuse('last-owner') : undefined;
}

/** Nobody gives a role that grants what they do not hold: they could give it to themselves. */
function exceeds(
  tx: Tx,
  config: DomainConfig,
  by: Actor,
  names: readonly string[],
): Rejection<RejectionCode> | undefined {
  for (const name of names) {
    const no = lacksWorldRole(tx, config, by, name);
    if (no !== undefined) return no;
  }
  for (const permission of names.flatMap((name) => roleNamed(tx, name)?.permissions ?? [])) {
    const no = grantsAnything(permission) ? lacksRole(tx, config, by, permission) : undefined;
    if (no !== undefined) return no;
  }
  return undefined;
}

export function bearerRules(config: DomainConfig): Rules<BearerCommands> {
  return {
    'user.roles': {
      needs: (view, { user }) => [...needsLog('user_roles_set'), ...needsHomeOf(view, config, user)],
      decide(tx, { by, user: id, roles: wished }) {
        const no = lacksRole(tx, config, by, 'manage_users');
        if (no !== undefined) return no;
        const user = livingUser(tx, id);
        if (user === undefined) return refuse('user-unknown');
        const given = [...new Set(wished)];
        const strange = given.find((name) => roleNamed(tx, name) === undefined);
        if (strange !== undefined) return refuse('role-unknown', { name: strange });
        const over = takesOver(tx, config, by, user, given);
        if (over !== undefined) return over;
        const target = { user: id, name: user.handle };
        const before = claimsOf(tx, config, user).roles;
        const more = exceeds(
          tx,
          config,
          by,
          given.filter((name) => !before.includes(name)),
        );
        if (more !== undefined) return more;
        log(tx, config, by, 'user_roles_set', { target, before, roles: given });
        give(tx, config, user, given, by);
        return { roles: given };
      },
    },
    'user.role.take': {
      needs: (view, { user }) => [...needsLog('self_role_add'), ...needsHomeOf(view, config, user)],
      decide(tx, { user: id, role }) {
        const found = ownChoice(tx, id, role);
        if (!('handle' in found)) return found;
        const before = claimsOf(tx, config, found).roles;
        if (before.includes(role)) return refuse('role-held', { name: role });
        log(tx, config, id, 'self_role_add', { name: role });
        give(tx, config, found, [...before, role], id, true);
        return { roles: [...before, role] };
      },
    },
    'user.role.drop': {
      needs: (view, { user }) => [...needsLog('self_role_remove'), ...needsHomeOf(view, config, user)],
      decide(tx, { user: id, role }) {
        const found = ownChoice(tx, id, role);
        if (!('handle' in found)) return found;
        const before = claimsOf(tx, config, found).roles;
        if (!before.includes(role)) return refuse('role-not-held', { name: role });
        const left = before.filter((name) => name !== role);
        log(tx, config, id, 'self_role_remove', { name: role });
        give(tx, config, found, left, id, true);
        return { roles: left };
      },
    },
  };
}

/** Whoever wants to take or drop a role, if everybody may. */
function ownChoice(tx: Tx, id: UserId, name: string): User | Rejection<RejectionCode> {
  const user = tx.get(users, id);
  if (user === undefined) return refuse('user-unknown');
  const role = roleNamed(tx, name);
  if (role === undefined) return refuse('role-unknown', { name });
  return role.selfAssignable ? user : refuse('role-not-self-assignable', { name });
}
