import { createHash } from 'node:crypto';
import type { Auth } from '../../domain/auth.js';
import type { Identity } from '../../domain/users/identity.js';
import { knownOptions, needOption, providerOption } from './identity.js';

/** Options of {@link guest}. */
export interface GuestOptions {
  /**
   * A word that guests send first, compared without case: `guest` makes it `['guest', clientId, name]`. Needed where other words that this
   * adapter is asked about have two parts, such as an id and a password. Default none: `[clientId, name]`.
   */
  readonly scheme?: string;
  /** Who vouches for guests. 1 to 64 characters. Default `guest`. */
  readonly provider?: string;
  /** What every guest gets besides a name, for example a rank. Default nothing: the chat's `defaults` hold. */
  readonly identity?: Omit<Partial<Identity>, 'provider' | 'id' | 'name' | 'unnamed'>;
}

/** Longest client id that comes with a name, in UTF-16 units. */
const longestId = 128;
/** Longest one that comes alone (Venueless, section 3). */
const longestAlone = 200;
/** Longest name, in UTF-16 units; the handle that is made of it has 32 code points at most. */
const longestName = 64;

/**
 * Lets in whoever brings a client id and a name: in Sock Chat packet 1 with `[clientId, name]`. Credentials of kind `client` bring the id alone:
 * a new guest is then called `guest` and is `unnamed`, one who is known keeps their name.
 *
 * The client id is a random text that a client makes once and keeps, for example with `crypto.randomUUID()`. Whoever brings the same one is
 * the same guest, so it is that guest's only secret. The chat never sees it: `Identity.id` is a SHA-256 of it, so a guest who picks the id
 * of an account is neither that account nor given its number.
 *
 * Does not know (see `chain`): another number of words, an empty or too long client id (128 characters, or 200 alone) or name (64), and words
 * that begin with `Bearer` or `Basic`, whose second word is a secret and must not become a name. Throws `options-invalid`.
 */
export function guest(options: GuestOptions = {}): Auth {
  knownOptions(options, ['scheme', 'provider', 'identity'], 'guest');
  const { scheme, identity = {} } = options;
  needOption(
    scheme === undefined || (typeof scheme === 'string' && scheme !== ''),
    'scheme',
    'guest',
    'a word',
  );
  needOption(typeof identity === 'object' && identity !== null, 'identity', 'guest', 'an object');
  const provider = providerOption(options.provider, 'guest', 'guest');
  const idOf = (clientId: string) => createHash('sha256').update(clientId).digest('base64url');
  return ({ kind, arguments: words }) => {
    if (kind === 'client') {
      const [clientId] = words;
      if (clientId === '' || clientId.length > longestAlone) return undefined;
      return { ...identity, provider, id: idOf(clientId), name: 'guest', unnamed: true };
    }
    if (kind !== 'arguments') return undefined;
    const given = scheme === undefined ? words : afterScheme(words, scheme);
    if (given?.length !== 2 || (scheme === undefined && isHttpScheme(words[0]))) return undefined;
    const [clientId = '', typed = ''] = given;
    const name = typed.trim();
    if (clientId === '' || clientId.length > longestId || name === '' || name.length > longestName)
      return undefined;
    return { ...identity, provider, id: idOf(clientId), name };
  };
}

function afterScheme(words: readonly string[], scheme: string): readonly string[] | undefined {
  return words[0]?.toLowerCase() === scheme.toLowerCase() ? words.slice(1) : undefined;
}

function isHttpScheme(word: string | undefined): boolean {
  return word !== undefined && /^(bearer|basic)$/i.test(word);
}
