import { type Permission, permissions } from '../access/permissions.js';
import type { Identity } from './identity.js';

/** The identity as the chat understands it, or what is wrong with it. Own fields of the host are kept. */
export function checkIdentity(given: Identity): Identity | string {
  if (typeof given !== 'object') return 'not an object';
  const { provider, id, name, colour, rank } = given;
  if (typeof provider !== 'string' || provider.length < 1 || provider.length > 64)
    return 'provider is not text of 1 to 64 characters';
  if (typeof id !== 'string' || id.length < 1 || id.length > 200)
    return 'id is not text of 1 to 200 characters';
  if (typeof name !== 'string') return 'name is not text';
  if (given.unnamed !== undefined && typeof given.unnamed !== 'boolean') return 'unnamed is not a boolean';
  if (colour !== undefined && (typeof colour !== 'string' || colour.length > 64))
    return 'colour is not text of at most 64 characters';
  if (rank !== undefined && !Number.isSafeInteger(rank)) return 'rank is not an integer';
  for (const field of ['roles', 'traits', 'permissions'] as const) {
    const list: unknown = given[field];
    if (list === undefined) continue;
    if (!Array.isArray(list) || !list.every((one) => typeof one === 'string'))
      return `${field} is not a list of text`;
  }
  const strange = given.permissions?.find((one: Permission) => !permissions.includes(one));
  if (strange !== undefined) return `${strange} is not a permission`;
  const { profile } = given;
  if (profile !== undefined && (typeof profile !== 'object' || profile === null || Array.isArray(profile)))
    return 'profile is not an object';
  return given;
}
