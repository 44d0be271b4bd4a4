import type { DialectDefinition } from '../dialects/dialect.js';
import type { TraitConditions, WorldConfig } from '../domain/access/grants.js';

/** The world roles of several dialects together: one that two bring grants what either says, to those who meet the conditions of either. */
export function worldOf(dialects: readonly Pick<DialectDefinition, 'grants'>[]): WorldConfig {
  const roles = new Map<string, readonly string[]>();
  const traits = new Map<string, TraitConditions>();
  for (const { grants } of dialects) {
    for (const [role, strings] of Object.entries(grants?.roles ?? {}))
      roles.set(role, [...new Set([...(roles.get(role) ?? []), ...strings])]);
    for (const [role, conditions] of Object.entries(grants?.traits ?? {})) {
      // What is no list is met by nobody.
      if (!Array.isArray(conditions)) continue;
      const before = traits.get(role);
      traits.set(role, before === undefined ? conditions : either(before, conditions));
    }
  }
  return { worldRoles: Object.fromEntries(roles), traitGrants: Object.fromEntries(traits) };
}

/** Conditions that are met where one of the two is. */
function either(some: TraitConditions, others: TraitConditions): TraitConditions {
  return some.flatMap((one) => others.map((other) => [...listed(one), ...listed(other)]));
}

function listed(one: string | readonly string[]): readonly string[] {
  if (typeof one === 'string') return [one];
  return Array.isArray(one) ? one : [];
}
