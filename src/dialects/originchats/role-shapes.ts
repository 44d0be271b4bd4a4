import type { Role } from '../../domain/roles/roles.js';

/**
 * A role as lists show it (section 4). Its name is in it too, which one place of the web client reads, and so do the answers that name a role
 * (sections 13 and 15).
 */
export function roleShape(role: Role): Record<string, unknown> {
  const { id, name, description, colour, hoisted, permissions, selfAssignable, category, position } = role;
  return {
    id,
    name,
    description: description ?? null,
    color: colour ?? null,
    hoisted,
    permissions,
    self_assignable: selfAssignable,
    category: category ?? null,
    position,
  };
}

/** All roles by name, the highest first. */
export function rolesShape(roles: readonly Role[]): Record<string, object> {
  // Names that people chose: without a prototype that one of them could name.
  const shown: Record<string, object> = Object.create(null);
  for (const role of roles) shown[role.name] = roleShape(role);
  return shown;
}
