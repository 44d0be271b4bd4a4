import { anyTable } from '../../core/command.js';
import { table, type View } from '../../core/table.js';
import { type Identity, identityKey } from '../users/identity.js';
import { type User, userOfIdentity } from '../users/users.js';

/**
 * What somebody logs in with who has an account of this chat itself. Accounts of different realms know nothing of each other: the same
 * login may be in several of them.
 */
export interface Credential {
  /** Which accounts it belongs to: lower-case letters and hyphens. */
  readonly realm: string;
  /** Two logins of a realm with the same key are the same; made of the login by the realm's own rule. */
  readonly key: string;
  /** As it was registered. */
  readonly login: string;
  /** `Identity.provider` and `Identity.id` of its user. */
  readonly provider: string;
  readonly identity: string;
  /** A PHC string, or a bcrypt hash that was imported. */
  readonly hash: string;
}

export const credentials = table({
  name: 'credentials',
  class: 'resident',
  key: 'text',
  id: (row: Credential) => credentialId(row.realm, row.key),
  indexes: { identity: (row: Credential) => identityKey(row.provider, row.identity) },
});

export const credentialTables = [anyTable(credentials)];

/** Realms have no colon, so that no two pairs share an id. */
export function credentialId(realm: string, key: string): string {
  return `${realm}:${key}`;
}

export function credentialOf(view: View, realm: string, key: string): Credential | undefined {
  return view.get(credentials, credentialId(realm, key));
}

/** Whether a credential is a user's, with the hash that was verified. */
export function isCredentialOf(
  view: View,
  user: Pick<User, 'provider' | 'identity'>,
  { realm, key, hash }: Pick<Credential, 'realm' | 'key' | 'hash'>,
): boolean {
  const row = credentialOf(view, realm, key);
  return row?.hash === hash && row.provider === user.provider && row.identity === user.identity;
}

/**
 * The identity to open a session with once the password was right. Nobody outside vouches for a local account, so its record says who it is;
 * what the chat or the host has changed about it stays.
 */
export function identityOf(view: View, credential: Credential): Identity {
  const { provider, identity: id, login } = credential;
  const user = userOfIdentity(view, { provider, id });
  return user === undefined ? { provider, id, name: login } : identityOfUser(user);
}

function identityOfUser({ provider, identity, name, ...record }: User): Identity {
  const { colour, rank, roles, traits, permissions, profile, unnamed } = record;
  return {
    provider,
    id: identity,
    name,
    ...(unnamed === undefined ? {} : { unnamed }),
    ...(colour === undefined ? {} : { colour }),
    ...(rank === undefined ? {} : { rank }),
    ...(roles === undefined ? {} : { roles }),
    ...(traits === undefined ? {} : { traits }),
    ...(permissions === undefined ? {} : { permissions }),
    ...(profile === undefined ? {} : { profile }),
  };
}
