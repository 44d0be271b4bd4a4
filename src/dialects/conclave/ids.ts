import type { View } from '../../core/table.js';
import { type Credential, credentials } from '../../domain/credentials/credentials.js';
import type { GroupPerson } from '../../domain/groups/groups.js';
import type { UserId } from '../../domain/ids.js';
import { identityKey } from '../../domain/users/identity.js';
import { type User, userOfIdentity, users } from '../../domain/users/users.js';
import { idOf, type UuidKind, uuidOf } from '../uuid.js';
import { dialectName } from './dialect-name.js';

/** The id of somebody on the wire: that of an account of this protocol, or, for people linked to one, made of the chat's own id. */
export function conclaveIdOf(person: Omit<GroupPerson, 'handle'>): Uint8Array {
  return bytesOfUuid(uuidOfUser(person));
}

/** The same as lower-case text with hyphens. */
export function uuidOfUser({ user, provider, identity }: Omit<GroupPerson, 'handle'>): string {
  return provider === dialectName ? identity : uuidOf('user', user);
}

export function conclaveIdOfUser({ id, provider, identity }: User): Uint8Array {
  return conclaveIdOf({ user: id, provider, identity });
}

/** Who has an id on the wire, in lower-case text with hyphens. Only people with an account of this protocol are found. */
export function userOfConclaveId(view: View, uuid: string): User | undefined {
  const own = userOfIdentity(view, { provider: dialectName, id: uuid });
  if (own?.provider === dialectName) return own;
  const id = idOf('user', uuid);
  const linked = id === undefined ? undefined : view.get(users, id as UserId);
  // Accounts of this protocol have one id: others could be counted up, until all of them are known.
  if (linked === undefined || linked.provider === dialectName) return undefined;
  return credentialOfUser(view, linked) === undefined ? undefined : linked;
}

/** What somebody logs in with here. */
export function credentialOfUser(
  view: View,
  { provider, identity }: Pick<User, 'provider' | 'identity'>,
): Credential | undefined {
  return view
    .by(credentials, 'identity', identityKey(provider, identity))
    .find(({ realm }) => realm === dialectName);
}

/** What somebody is called on the wire: the login, which is theirs alone here. */
export function usernameOf(view: View, user: User): string {
  return credentialOfUser(view, user)?.login ?? user.handle;
}

/** An id of the chat's series on the wire. */
export function wireId(kind: UuidKind, id: string): Uint8Array {
  return bytesOfUuid(uuidOf(kind, id));
}

/** The id that a UUID of a path stands for; one that no row has if it is none of ours. */
export function innerId(kind: UuidKind, uuid: string): string {
  return idOf(kind, uuid) ?? uuid;
}

/** A UUID as text in one of the forms that are taken in paths (section 1): lower-case with hyphens, or `undefined`. */
export function uuidOfPath(text: string): string | undefined {
  const bare = text.replace(/^urn:uuid:/i, '').replace(/^\{(.*)\}$/, '$1');
  const hyphens = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
  if (!hyphens.test(bare) && !/^[0-9a-f]{32}$/i.test(bare)) return undefined;
  return hyphenated(bare.replaceAll('-', '').toLowerCase());
}

/** The same for the bytes of a message; `undefined` unless there are 16. */
export function uuidOfBytes(bytes: Uint8Array): string | undefined {
  return bytes.length === 16 ? hyphenated(Buffer.from(bytes).toString('hex')) : undefined;
}

function hyphenated(digits: string): string {
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function bytesOfUuid(uuid: string): Uint8Array {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex');
}
