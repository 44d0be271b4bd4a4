import { roleNamed } from '../../../domain/roles/roles.js';
import { claimsOf, type User } from '../../../domain/users/users.js';
import type { Ask } from '../ask.js';
import { textOf, userNamed } from '../context.js';
import { refuse } from '../refusal.js';

/** The text of a request's `user`, with the error for requests without one (section 6). */
export function userParameter(ask: Ask): string {
  return textOf(ask.request.user) ?? refuse('User parameter is required');
}

/** The user that a request names. */
export function targetOf(ask: Ask): User {
  const name = userParameter(ask);
  return ask.read((view) => userNamed(view, name)) ?? refuse('User not found');
}

/** Somebody's roles, in their order. */
export function rolesOf(ask: Ask, user: User): readonly string[] {
  return ask.read((view) => claimsOf(view, ask.tools.host.config, user).roles);
}

/** Refuses names that are no role's. */
export function needRoles(ask: Ask, names: readonly string[]): void {
  const strange = ask.read((view) => names.find((name) => roleNamed(view, name) === undefined));
  if (strange !== undefined) refuse(`Role '${strange}' does not exist`);
}

/** A list of texts, within what a request may name at all; `undefined` if it is none. */
export function textsOf(value: unknown, most: number): string[] | undefined {
  return Array.isArray(value) && value.length <= most && value.every((one) => typeof one === 'string')
    ? (value as string[])
    : undefined;
}
