import type { Noun, Rules } from '../../core/command.js';
import type { Rejection } from '../../core/rejection.js';
import type { Tx } from '../../core/state.js';
import type { DomainConfig } from '../config.js';
import type { UserId } from '../ids.js';
import { type RejectionCode, refuse } from '../rejections.js';
import { endTokensOf } from '../tokens/tokens.js';
import { checkIdentity } from '../users/check-identity.js';
import { createUser } from '../users/create.js';
import { type Identity, identityKey } from '../users/identity.js';
import { isWorn, recordOfIdentity, type User, userOfIdentity, users, wishedHandle } from '../users/users.js';
import { credentialId, credentialOf, credentials, credentialTables } from './credentials.js';

/**
 * A new account. `key`: what logins of this realm are compared by, such as `fold(login)`, or the login itself where case matters.
 * `wornName`: what to do about a name that is worn already, or looks like one that is.
 */
export interface Registration {
  readonly realm: string;
  readonly login: string;
  readonly key: string;
  /** A PHC string. */
  readonly hash: string;
  readonly identity: Identity;
  readonly wornName: 'refuse' | 'number';
  /** The user has no handle and is in no list, see {@link User.private}; no name is worn then. */
  readonly private?: true;
}

export interface CredentialCommands {
  /** Makes an account: a credential and the user it belongs to. */
  'credentials.register': { input: Registration; result: { readonly user: UserId } };
  /**
   * Puts another hash in the place of the one that was verified; refused if that is no longer the account's. `endTokens`: it is that of another
   * password, and every token of the user ends with it.
   */
  'credentials.replace': {
    input: {
      readonly realm: string;
      readonly key: string;
      readonly was: string;
      readonly hash: string;
      readonly endTokens?: boolean;
    };
    result: undefined;
  };
}

export function credentialNoun(config: DomainConfig): Noun {
  const rules: Rules<CredentialCommands> = {
    'credentials.register': {
      decide(tx, registration) {
        const user = register(tx, config, registration);
        return 'handle' in user ? { user: user.id } : user;
      },
    },
    'credentials.replace': {
      decide(tx, { realm, key, was, hash, endTokens }) {
        const row = credentialOf(tx, realm, key);
        if (row === undefined || row.hash !== was) return refuse('credentials-stale');
        tx.put(credentials, { ...row, hash });
        const user = endTokens ? userOfIdentity(tx, { provider: row.provider, id: row.identity }) : undefined;
        if (user !== undefined) endTokensOf(tx, user.id);
        return undefined;
      },
    },
  };
  return { name: 'credentials', tables: credentialTables, rules: rules as Noun['rules'] };
}

/** Makes an account. Needs nothing. */
export function register(
  tx: Tx,
  config: DomainConfig,
  registration: Registration,
): User | Rejection<RejectionCode> {
  const { realm, login, key, hash, identity, wornName } = registration;
  if (!isRealm(realm) || !isKey(key) || typeof checkIdentity(identity) === 'string')
    return refuse('login-invalid');
  if (credentialOf(tx, realm, key) !== undefined || recordOfIdentity(tx, identity) !== undefined)
    return refuse('name-in-use', { name: login });
  // Somebody banned who has left for good comes back by their name no sooner than by their identity.
  if (tx.by(users, 'left', 'left').some((one) => one.provider === identity.provider && one.name === login))
    return refuse('name-in-use', { name: login });
  const hidden = registration.private ?? false;
  if (!hidden && wornName === 'refuse' && isWorn(tx, config, wishedHandle(identity)))
    return refuse('name-in-use', { name: login });
  const user = createUser(tx, config, identity, hidden);
  const { provider, id } = identity;
  tx.put(credentials, { realm, key, login, provider, identity: id, hash });
  return user;
}

function isRealm(realm: string): boolean {
  return /^[a-z-]{1,64}$/.test(realm);
}

/** What storage takes as a key, and no longer than an identity's id. */
function isKey(key: string): boolean {
  return /^[^\0\p{Cs}]{1,200}$/u.test(key);
}

/** Who leaves for good logs in no more. */
export function forgetCredentials(tx: Tx, user: Pick<User, 'provider' | 'identity'>): void {
  for (const { realm, key } of tx.by(credentials, 'identity', identityKey(user.provider, user.identity)))
    tx.remove(credentials, credentialId(realm, key));
}
