import { createHmac, randomBytes } from 'node:crypto';
import { ChatError } from '../../core/errors.js';
import type { Auth, Denied } from '../../domain/auth.js';
import type { Identity } from '../../domain/users/identity.js';
import {
  type IdentityLike,
  knownOptions,
  needOption,
  providerOption,
  wholeIdentity,
  wrongWith,
} from './identity.js';

export type { IdentityLike } from './identity.js';

/** A token and whose it is, in one row. */
export type TokenRow = IdentityLike & { readonly token: string };

/** Options of {@link tokens}. */
export interface TokensOptions {
  /**
   * Token by token, whose it is: rows, a `Map`, or an object with tokens as keys. A token has 16 characters at least and 4,096 at most. One
   * person may have several.
   */
  readonly tokens:
    | readonly TokenRow[]
    | ReadonlyMap<string, IdentityLike>
    | Readonly<Record<string, IdentityLike>>;
  /**
   * What the client sends; in Sock Chat the fields of packet 1.
   *
   * - `bearer` (default): `Bearer` in any case, then the token.
   * - `pair`: the person's `id`, then the token.
   * - `alone`: the token.
   *
   * Words of another number, or another first word with `bearer`, are not for this adapter: it does not know them.
   */
  readonly takes?: 'bearer' | 'pair' | 'alone';
  /** A token that is not on the list is refused (default), or passed on to the next of a `chain`. */
  readonly unknown?: 'refuse' | 'pass';
  /** Who vouches where a row does not say. 1 to 64 characters. Default `tokens`. */
  readonly provider?: string;
}

const refused: Denied = { denied: 'credentials' };
const shortest = 16;
const longest = 4_096;

/**
 * Auth by a fixed list of tokens, for bots and small circles.
 *
 * Tokens are not kept: what is kept and compared is their HMAC-SHA-256 under a key made at start, so neither a copy of the memory nor the
 * time an answer takes tells a token. No error repeats one. Throws `options-invalid`, naming the row by its place.
 *
 * @example
 * const auth = tokens({ tokens: [{ token: process.env.BOT_TOKEN ?? '', id: 'bot', name: 'Bot', rank: 5 }] });
 */
export function tokens(options: TokensOptions): Auth {
  knownOptions(options, ['tokens', 'takes', 'unknown', 'provider'], 'tokens');
  const { takes = 'bearer', unknown = 'refuse' } = options;
  needOption(['bearer', 'pair', 'alone'].includes(takes), 'takes', 'tokens', "'bearer', 'pair' or 'alone'");
  needOption(['refuse', 'pass'].includes(unknown), 'unknown', 'tokens', "'refuse' or 'pass'");
  const provider = providerOption(options.provider, 'tokens', 'tokens');
  const key = randomBytes(32);
  const digest = (token: string) => createHmac('sha256', key).update(token).digest('base64');
  const people = new Map<string, Identity>();
  rowsOf(options.tokens).forEach(([token, given], index) => {
    const at = `tokens (row ${index + 1})`;
    const fits = typeof token === 'string' && token.length >= shortest && token.length <= longest;
    needOption(fits, at, 'tokens', `a token of ${shortest} to ${longest} characters`);
    const wrong = wrongWith(given);
    needOption(wrong === undefined, at, 'tokens', wrong ?? '');
    const kept = digest(token);
    needOption(!people.has(kept), at, 'tokens', 'each token once');
    people.set(kept, wholeIdentity(given, provider));
  });
  return ({ kind, arguments: words }) => {
    if (kind !== 'arguments') return undefined;
    const given = read(words, takes);
    if (given === undefined) return undefined;
    const person = people.get(digest(given.token));
    if (person !== undefined && (given.id === undefined || given.id === person.id)) return person;
    return unknown === 'pass' ? undefined : refused;
  };
}

/** The token among the words, and whose it is said to be; `undefined` if they are not of this form. */
function read(
  words: readonly string[],
  takes: 'bearer' | 'pair' | 'alone',
): { readonly token: string; readonly id?: string } | undefined {
  const [first = '', second = ''] = words;
  if (takes === 'alone') return words.length === 1 ? { token: first } : undefined;
  if (words.length !== 2) return undefined;
  if (takes === 'pair') return { token: second, id: first };
  return first.toLowerCase() === 'bearer' ? { token: second } : undefined;
}

function rowsOf(given: TokensOptions['tokens']): [string, IdentityLike][] {
  if (Array.isArray(given))
    return (given as readonly TokenRow[]).map((row) => {
      const { token, ...person } = row ?? {};
      return [token, person];
    });
  if (given instanceof Map) return [...(given as ReadonlyMap<string, IdentityLike>)];
  if (typeof given === 'object' && given !== null) return Object.entries(given);
  throw new ChatError('options-invalid', 'option tokens of tokens takes a list, a Map or an object');
}
