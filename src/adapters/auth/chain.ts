import { ChatError } from '../../core/errors.js';
import type { Auth } from '../../domain/auth.js';

/**
 * Asks one auth after the other; the first that knows the person decides.
 *
 * - An identity: that is who it is, and nobody else is asked.
 * - A refusal (`{ denied }`): it *knows* what was given and refuses it. Nobody else is asked: an expired token does not turn a member into a
 *   guest, and a secret that was mistyped does not reach an adapter that would show it as a name.
 * - `undefined` or `null`: it *does not know* what was given. The next one is asked; after the last the chat refuses with `credentials`.
 * - It throws: so does the chain, and the chat refuses and reports `auth-failed`. What could not be asked may have been going to refuse.
 *
 * All of them together have the chat's `authMs`. Throws `options-invalid` unless given one function at least.
 *
 * @example
 * const auth = chain(tokens({ tokens: bots }), remote({ url }), guest({ scheme: 'guest' }));
 */
export function chain(...auths: readonly Auth[]): Auth {
  if (auths.length === 0 || !auths.every((one) => typeof one === 'function'))
    throw new ChatError('options-invalid', 'chain takes one auth function or more');
  return async (credentials, context) => {
    for (const auth of auths) {
      const answer = await auth(credentials, context);
      if (answer !== undefined && answer !== null) return answer;
    }
    return undefined;
  };
}
