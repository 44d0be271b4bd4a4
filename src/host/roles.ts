import type { RoleId } from '../domain/ids.js';
import type { RoleChanges, RoleWish } from '../domain/roles/commands.js';
import { type Role, roleNamed, rolesInOrder } from '../domain/roles/roles.js';
import type { Base } from './actions.js';
import { aText, roleChanges, roleParts, takes, takesParts, texts } from './arguments.js';

/** Looking roles up, and changing them as the host. Who bears them is said by `chat.users.setRoles`. */
export class RoleActions {
  constructor(private readonly chat: Base) {}

  /** All roles, the highest first. */
  all(): Role[] {
    return this.chat.read(rolesInOrder);
  }

  /** A role by name, in its case. */
  byName(name: string): Role | undefined {
    takes({ name }, { name: aText });
    return this.chat.read((view) => roleNamed(view, name));
  }

  /** Makes a role below all others. */
  async create(wish: RoleWish): Promise<{ readonly role: RoleId }> {
    takesParts('wish', wish, roleParts);
    return this.chat.run('role.create', { by: 'host', ...wish });
  }

  /** Changes a role; what is left out stays, `null` takes a part away. Lists of channels and bearers follow a new name. */
  async update(role: RoleId, changes: RoleChanges): Promise<{ readonly role: RoleId }> {
    takes({ role }, { role: aText });
    takesParts('changes', changes, roleChanges);
    return this.chat.run('role.update', { by: 'host', role, ...changes });
  }

  /** Removes a role. Refused with `role-used` while a channel's lists name it, and with `role-system` for those that must stay. */
  async remove(role: RoleId): Promise<void> {
    takes({ role }, { role: aText });
    return this.chat.run('role.delete', { by: 'host', role });
  }

  /** Ranks roles, the highest first; those that are left out stay below. */
  async reorder(roles: readonly RoleId[]): Promise<readonly Role[]> {
    takes({ roles }, { roles: texts });
    return (await this.chat.run('role.reorder', { by: 'host', roles })).roles;
  }
}
