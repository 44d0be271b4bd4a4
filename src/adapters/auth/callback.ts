import { ChatError } from '../../core/errors.js';
import type { Auth, AuthContext } from '../../domain/auth.js';
import { type CheckAnswer, knownOptions, providerOption, wholeAnswer } from './identity.js';

export type { CheckAnswer, IdentityLike } from './identity.js';

/**
 * Looks up who logs in. `words` are what the client sent, in order: in Sock Chat the fields of packet 1, such as `['Bearer', token]` or
 * `[id, secret]`. They come from the network: there may be any number of them, of any length up to a frame.
 */
export type Check = (words: readonly string[], context: AuthContext) => CheckAnswer | Promise<CheckAnswer>;

/** Options of {@link callback}. */
export interface CallbackOptions {
  /** Who vouches for the people this function knows. 1 to 64 characters. Default `accounts`. */
  readonly provider?: string;
}

/**
 * Auth by a function of the host that knows its own users.
 *
 * `createChat` takes a plain function as well; this one is for the usual case: it hands over the words alone, takes a row as it comes from
 * a database (`id` may be a number), fills in the provider, and takes `false`, `null` or nothing for somebody it does not know.
 *
 * Throws `options-invalid`. What the function throws is a refusal, reported by the chat as `auth-failed`.
 *
 * @example
 * const auth = callback(async ([scheme, token = '']) => {
 *   const user = scheme === 'Bearer' ? await sessions.userOf(token) : undefined;
 *   return user && { id: user.id, name: user.name, rank: user.isAdmin ? 9 : 0 };
 * });
 */
export function callback(check: Check, options: CallbackOptions = {}): Auth {
  if (typeof check !== 'function')
    throw new ChatError('options-invalid', 'callback takes a function from words to somebody');
  knownOptions(options, ['provider'], 'callback');
  const provider = providerOption(options.provider, 'accounts', 'callback');
  return async (credentials, context) => {
    if (credentials.kind !== 'arguments') return undefined;
    return wholeAnswer(await check(credentials.arguments, context), provider, 'callback');
  };
}
