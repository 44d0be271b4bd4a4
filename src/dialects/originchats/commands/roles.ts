import type { RoleId } from '../../../domain/ids.js';
import { isOwner } from '../../../domain/roles/bearers.js';
import type { RoleChanges } from '../../../domain/roles/commands.js';
import { channelNaming } from '../../../domain/roles/naming.js';
import {
  positionOf,
  type Role,
  roleNamed,
  roles,
  rolesInOrder,
  systemRoles,
} from '../../../domain/roles/roles.js';
import type { Ask } from '../ask.js';
import { textOf } from '../context.js';
import { refuse } from '../refusal.js';
import { rolesShape } from '../role-shapes.js';
import type { CommandRow } from './command.js';
import { rolesOf, textsOf } from './people.js';

const rolesList: CommandRow = {
  cmd: 'roles_list',
  section: '6.7',
  run: (ask) => ask.reply({ roles: rolesShape(ask.read(rolesInOrder)) }),
};

/** The role that a request names, by id or by name. */
function roleGiven(ask: Ask): Role {
  const { id, name } = ask.request;
  const wanted = textOf(id) ?? textOf(name) ?? refuse('Role id or name is required');
  return ask.read((view) => roleMeant(view, wanted)) ?? refuse('Role not found');
}

function roleMeant(view: Parameters<typeof roleNamed>[0], wanted: string): Role | undefined {
  return view.get(roles, wanted as RoleId) ?? roleNamed(view, wanted);
}

/** Refuses to touch roles at or above one's own (section 5.4). */
function needReach(ask: Ask, role: Role): void {
  const user = ask.self();
  if (ask.read((view) => isOwner(view, ask.tools.host.config, user))) return;
  const own = ask.read((view) => positionOf(view, rolesOf(ask, user)));
  if (role.position <= own) refuse('Cannot manage roles at or above your position');
}

/** Longest texts of a role, in characters, and most permissions. */
const longest = { description: 2_000, color: 64, category: 100 } as const;
const mostPermissions = 100;

/** The parts of a role that fields of a request change. */
function changesOf(fields: Readonly<Record<string, unknown>>): Omit<RoleChanges, 'name' | 'mentionedBy'> {
  const { permissions, hoisted, self_assignable: selfAssignable } = fields;
  const text = (field: keyof typeof longest) => {
    const value = fields[field];
    if (value === undefined || value === null) return value;
    if (typeof value !== 'string' || value.length > longest[field])
      refuse(`Role ${field} must be text of at most ${longest[field]} characters, or null`);
    return value === '' ? null : value;
  };
  const [description, colour, category] = [text('description'), text('color'), text('category')];
  const list = permissions === undefined ? undefined : permissionsOf(permissions);
  return {
    ...(description === undefined ? {} : { description }),
    ...(colour === undefined ? {} : { colour }),
    ...(category === undefined ? {} : { category }),
    ...(list === undefined ? {} : { permissions: list }),
    ...(typeof hoisted === 'boolean' ? { hoisted } : {}),
    ...(typeof selfAssignable === 'boolean' ? { selfAssignable } : {}),
  };
}

function permissionsOf(given: unknown): string[] {
  const list = textsOf(given, mostPermissions);
  if (list?.every((one) => one.length <= 100)) return list;
  return refuse('Permissions must be an array');
}

const roleCreate: CommandRow = {
  cmd: 'role_create',
  section: '6.7',
  run(ask) {
    ask.needs('manage_roles');
    const name = textOf(ask.request.name) ?? refuse('Role name is required');
    const { description, colour, category, ...rest } = changesOf(ask.request);
    const wish = {
      ...rest,
      ...(description == null ? {} : { description }),
      ...(colour == null ? {} : { colour }),
      ...(category == null ? {} : { category }),
    };
    return ask.push(
      'role.create',
      { by: ask.user, name, ...wish },
      { 'role-not-self-assignable': `Role '${name}' cannot be made self-assignable` },
      ({ role }) => ask.reply({ id: role, name }),
    );
  },
};

/** Changes a role; `name`: what it is to be called. */
function change(ask: Ask, role: Role, fields: Readonly<Record<string, unknown>>, name: string | undefined) {
  const renamed = name !== undefined && name !== role.name;
  const wish = { by: ask.user, role: role.id, ...changesOf(fields), ...(renamed ? { name } : {}) };
  const called = name ?? role.name;
  const texts = {
    'role-not-self-assignable': `Role '${called}' cannot be made self-assignable`,
    'role-system': 'Cannot rename system roles',
  };
  return ask.push('role.update', wish, texts, () => ask.reply({ id: role.id, name: called, updated: true }));
}

const roleUpdate: CommandRow = {
  cmd: 'role_update',
  section: '6.7',
  run(ask) {
    ask.needs('manage_roles');
    const role = roleGiven(ask);
    needReach(ask, role);
    // Without an id the name says which role it is, and stays.
    const name = textOf(ask.request.id) === undefined ? undefined : textOf(ask.request.name);
    return change(ask, role, ask.request, name);
  },
};

const roleSet: CommandRow = {
  cmd: 'role_set',
  section: '6.7',
  run(ask) {
    ask.needs('manage_roles');
    const role = roleGiven(ask);
    needReach(ask, role);
    const { data } = ask.request;
    if (typeof data !== 'object' || data === null || Array.isArray(data)) refuse('Role data is required');
    const fields = data as Readonly<Record<string, unknown>>;
    return change(ask, role, fields, textOf(fields.name));
  },
};

const roleDelete: CommandRow = {
  cmd: 'role_delete',
  section: '6.7',
  run(ask) {
    ask.needs('manage_roles');
    const role = roleGiven(ask);
    needReach(ask, role);
    if (systemRoles.includes(role.name)) refuse('Cannot delete system roles');
    const channel = ask.read((view) => channelNaming(view, role.name));
    if (channel !== undefined) refuse(`Role is used in channel '${channel.name}' permissions`);
    return ask.push('role.delete', { by: ask.user, role: role.id }, {}, () =>
      ask.reply({ id: role.id, name: role.name, deleted: true }),
    );
  },
};

const roleReorder: CommandRow = {
  cmd: 'role_reorder',
  section: '6.7',
  run(ask) {
    ask.needs('manage_roles');
    const given = ask.request.roles;
    if (!Array.isArray(given)) refuse('Roles array is required');
    const order = ask.read((view) =>
      given.map((one: unknown) => (typeof one === 'string' ? roleMeant(view, one) : undefined)),
    );
    const known = order.filter((role) => role !== undefined);
    if (known.length < given.length) refuse('Failed to reorder roles');
    const wish = { by: ask.user, roles: known.map((role) => role.id) };
    // The web client orders its list by names, and forgets those that are not named.
    return ask.push('role.reorder', wish, { 'role-unknown': 'Failed to reorder roles' }, (made) =>
      ask.reply({ roles: made.roles.map((role) => role.name) }),
    );
  },
};

const rolePermissionsSet: CommandRow = {
  cmd: 'role_permissions_set',
  section: '6.7',
  run(ask) {
    ask.needs('manage_roles');
    const role = roleGiven(ask);
    needReach(ask, role);
    const permissions = permissionsOf(ask.request.permissions);
    return ask.push('role.update', { by: ask.user, role: role.id, permissions }, {}, () =>
      ask.reply({ id: role.id, name: role.name, permissions, updated: true }),
    );
  },
};

const rolePermissionsGet: CommandRow = {
  cmd: 'role_permissions_get',
  section: '6.7',
  run(ask) {
    ask.needs('manage_roles');
    const role = roleGiven(ask);
    needReach(ask, role);
    ask.reply({ id: role.id, name: role.name, permissions: role.permissions });
  },
};

export const roleCommands: readonly CommandRow[] = [
  rolesList,
  roleCreate,
  roleUpdate,
  roleSet,
  roleDelete,
  roleReorder,
  rolePermissionsSet,
  rolePermissionsGet,
];
