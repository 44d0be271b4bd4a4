import { rolesInOrder } from '../../../domain/roles/roles.js';
import type { Ask } from '../ask.js';
import { textOf } from '../context.js';
import { refuse } from '../refusal.js';
import { roleShape } from '../role-shapes.js';
import { colourOf } from '../shapes.js';
import type { CommandRow } from './command.js';
import { needRoles, rolesOf, targetOf, textsOf } from './people.js';

/** Commands that give roles: what is broadcast is the reply. `next`: what somebody's roles and those of the request make. */
function giving(
  cmd: string,
  next: (had: readonly string[], given: readonly string[]) => string[],
): CommandRow {
  return {
    cmd,
    section: '6.7',
    run(ask) {
      ask.needs('manage_users');
      const user = targetOf(ask);
      const given =
        textsOf(ask.request.roles, ask.tools.host.config.limits.rolesPerChat) ??
        refuse('Roles list is required');
      needRoles(ask, given);
      return ask.submit(
        'user.roles',
        { by: ask.user, user: user.id, roles: next(rolesOf(ask, user), given) },
        {
          'not-permitted': "Access denied: 'owner' role required",
          'last-owner': 'Cannot take the role from the last owner',
        },
      );
    },
  };
}

const userRolesSet = giving('user_roles_set', (_, given) => [...given]);
const userRolesAdd = giving('user_roles_add', (had, given) => [...had, ...given]);
const userRolesRemove = giving('user_roles_remove', (had, given) =>
  had.filter((one) => !given.includes(one)),
);

const userRolesGet: CommandRow = {
  cmd: 'user_roles_get',
  section: '6.7',
  run(ask) {
    const user = targetOf(ask);
    const roles = rolesOf(ask, user);
    ask.reply({ user: user.handle, roles, color: ask.read((view) => colourOf(view, roles)) });
  },
};

function ownChoice(ask: Ask): string {
  return textOf(ask.request.role) ?? refuse('Role name is required');
}

const selfRoleAdd: CommandRow = {
  cmd: 'self_role_add',
  section: '6.7',
  run(ask) {
    const role = ownChoice(ask);
    return ask.push(
      'user.role.take',
      { user: ask.user, role },
      { 'user-unknown': 'Failed to assign role' },
      (made) => ask.reply({ role, success: true, roles: made.roles }),
    );
  },
};

const selfRoleRemove: CommandRow = {
  cmd: 'self_role_remove',
  section: '6.7',
  run(ask) {
    const role = ownChoice(ask);
    return ask.push(
      'user.role.drop',
      { user: ask.user, role },
      { 'user-unknown': 'Failed to remove role' },
      (made) => ask.reply({ role, success: true, roles: made.roles }),
    );
  },
};

const selfRolesList: CommandRow = {
  cmd: 'self_roles_list',
  section: '6.7',
  run(ask) {
    const borne = rolesOf(ask, ask.self());
    const open = ask.read(rolesInOrder).filter((role) => role.selfAssignable);
    ask.reply({ roles: open.map((role) => ({ ...roleShape(role), assigned: borne.includes(role.name) })) });
  },
};

export const userRoleCommands: readonly CommandRow[] = [
  userRolesSet,
  userRolesGet,
  userRolesAdd,
  userRolesRemove,
  selfRoleAdd,
  selfRoleRemove,
  selfRolesList,
];
