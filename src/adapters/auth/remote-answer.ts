import type { Denied } from '../../domain/auth.js';
import type { Identity } from '../../domain/users/identity.js';
import { isObject, isProfile, isText, isTextList } from './json.js';

/** What a service answered; no `text`: it was too long. */
export interface Answer {
  readonly status: number;
  readonly text: string | undefined;
}

const kinds: { readonly [field: string]: (value: unknown) => boolean } = {
  name: isText,
  unnamed: (value) => typeof value === 'boolean',
  colour: isText,
  rank: Number.isSafeInteger,
  roles: isTextList,
  traits: isTextList,
  permissions: isTextList,
  profile: isProfile,
};

/**
 * Reads an identity field by field from JSON; fields that an identity does not have are left out, and `null` counts as left out. What is wrong
 * otherwise, in words that do not repeat the answer.
 */
export function readIdentity(text: string, provider: string): Identity | string {
  const given = parse(text);
  if (!isObject(given)) return 'something that is no JSON object';
  const { id, provider: said = provider } = given;
  if (!(isText(id) && id !== '') && !Number.isSafeInteger(id))
    return 'no id, which is text or a whole number';
  if (!isText(given.name) || given.name === '') return 'no name';
  if (!isText(said) || said === '') return 'a provider that is not text';
  const identity: Record<string, unknown> = { provider: said, id: String(id) };
  for (const [field, fits] of Object.entries(kinds)) {
    const value = given[field];
    if (value === undefined || value === null) continue;
    if (!fits(value)) return `a ${field} of the wrong kind`;
    identity[field] = value;
  }
  return identity as unknown as Identity;
}

/** Reads why somebody is refused; `credentials` where the answer does not say. */
export function readDenied(text: string): Denied {
  const given = parse(text);
  const { denied, until } = isObject(given) ? given : {};
  if (denied === 'name') return { denied };
  if (denied !== 'banned') return { denied: 'credentials' };
  return { denied, until: Number.isSafeInteger(until) ? (until as number) : null };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
