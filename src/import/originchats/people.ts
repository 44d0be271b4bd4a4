import type { Tx } from '../../core/state.js';
import type { DomainConfig } from '../../domain/config.js';
import { credentialOf, credentials } from '../../domain/credentials/credentials.js';
import type { RoleId, UserId } from '../../domain/ids.js';
import type { Mentionable } from '../../domain/messages/messages.js';
import { putBan } from '../../domain/moderation/bans.js';
import { type Role, roles } from '../../domain/roles/roles.js';
import { type StatusKind, statuses, statusKinds } from '../../domain/status/status.js';
import { createUser } from '../../domain/users/create.js';
import { fold } from '../../domain/users/names.js';
import { type Author, authorOf, personOf } from '../../domain/users/person.js';
import { counters, firstOwnNumber, type User, users } from '../../domain/users/users.js';
import { type DataFolder, type Fields, isFields, isKey, textOf } from './folder.js';
import type { Report } from './report.js';

/** Where the dialect keeps its local accounts. */
const realm = 'originchats';

const localPrefix = 'USR:local_';

/** Roles by name, with the order and the ids they had. */
export function takeRoles(tx: Tx, folder: DataFolder, report: Report): void {
  let made = 0;
  for (const [name, given] of Object.entries(folder.object('roles.json'))) {
    const remark = { file: 'roles.json', what: name };
    if (!isFields(given) || name === '') {
      report.skip({ ...remark, why: 'is not a role' });
      continue;
    }
    tx.put(roles, roleOf(tx, name, given, made));
    made++;
    report.count('roles');
  }
  // Roles that the host wishes for are not made again.
  if (made > 0) tx.put(counters, { name: 'roles', next: made });
}

function roleOf(tx: Tx, name: string, given: Fields, place: number): Role {
  const id = textOf(given.id);
  const usable = id !== undefined && isKey(id) && tx.get(roles, id as RoleId) === undefined;
  const mentionedBy = isFields(given.permissions) ? mentionersOf(given.permissions.mention_roles) : undefined;
  const { position } = given;
  return {
    id: (usable ? id : String(tx.nextId())) as RoleId,
    name,
    ...part('description', textOf(given.description)),
    ...part('colour', textOf(given.color)),
    permissions: permissionsOf(given.permissions),
    hoisted: given.hoisted === true,
    selfAssignable: given.self_assignable === true,
    ...part('category', textOf(given.category)),
    position: Number.isSafeInteger(position) ? (position as number) : place,
    ...part('mentionedBy', mentionedBy),
  };
}

/** A list, or in older data an object of flags. */
function permissionsOf(given: unknown): string[] {
  if (Array.isArray(given)) return given.filter((one): one is string => typeof one === 'string');
  if (!isFields(given)) return [];
  return Object.keys(given).filter((name) => name !== 'mention_roles' && given[name] === true);
}

/** `mention_roles`: true or false for everybody and nobody, a role, or several (section 4, Role). */
function mentionersOf(given: unknown): string[] | undefined {
  if (given === false) return [];
  if (typeof given === 'string') return [given];
  return Array.isArray(given) ? given.filter((one): one is string => typeof one === 'string') : undefined;
}

function part<Name extends string, Value>(name: Name, value: Value | undefined) {
  return (value === undefined ? {} : { [name]: value }) as { readonly [name in Name]?: Value };
}

/** Who is meant by the user ids of the folder. */
export class People {
  readonly #known = new Map<string, Author>();
  /** Ids that are in no record any more: whoever had them left. */
  readonly #gone = new Map<string, Author>();
  readonly #byName = new Map<string, string>();
  #nextNumber = firstOwnNumber;

  constructor(
    private readonly config: DomainConfig,
    private readonly report: Report,
  ) {}

  /** Takes over all records, in the order of the file. Roles must be there already: what somebody may do is stored with messages. */
  take(tx: Tx, folder: DataFolder): void {
    for (const [id, given] of Object.entries(folder.object('users.json'))) {
      if (!isFields(given) || !isKey(id)) {
        this.report.skip({ file: 'users.json', what: id, why: 'is not a user' });
        continue;
      }
      this.#takeOne(tx, id, given);
    }
    this.#nextNumber = tx.get(counters, 'number')?.next ?? firstOwnNumber;
  }

  /** The author of a message: whoever has left is shown by their id (section 4, Message). */
  author(id: string): Author {
    const known = this.#known.get(id) ?? this.#gone.get(id);
    if (known !== undefined) return known;
    const gone: Author = {
      user: id as UserId,
      number: this.#nextNumber++,
      handle: id,
      rank: this.config.defaults.rank,
      can: 0 as Author['can'],
    };
    this.#gone.set(id, gone);
    return gone;
  }

  /** The same where only the name is remembered. */
  mentionable(id: string): Mentionable {
    const { user, handle } = this.#known.get(id) ?? { user: id as UserId, handle: id };
    return { user, handle };
  }

  /** The new id of a user who is still there. */
  present(id: unknown): UserId | undefined {
    return typeof id === 'string' ? this.#known.get(id)?.user : undefined;
  }

  /** The id in the folder of whoever is called so, in any case. */
  named(name: string): string | undefined {
    return this.#byName.get(fold(name));
  }

  /** The next number that a new user gets. */
  get nextNumber(): number {
    return this.#nextNumber;
  }

  #takeOne(tx: Tx, id: string, given: Fields): void {
    const { report, config } = this;
    const isLocal = id.startsWith(localPrefix) || typeof given.password_hash === 'string';
    const stored = textOf(given.username) ?? id;
    // A local account is called by its id (section 3.3).
    const name = stored.startsWith(localPrefix) ? stored.slice(localPrefix.length) : stored;
    const made = createUser(tx, config, { provider: isLocal ? 'local' : 'rotur', id, name });
    const all = Array.isArray(given.roles) ? given.roles.filter((one) => typeof one === 'string') : undefined;
    const isBanned = all?.[0] === 'banned';
    const nickname = textOf(given.nickname) ?? name;
    const picture = textOf(given.pfp_url);
    const user: User = {
      ...made,
      ...(nickname === made.handle ? {} : { displayName: nickname }),
      ...part('assigned', isBanned ? all?.slice(1) : all),
      ...(picture === undefined ? {} : { profile: { pfp_url: picture } }),
    };
    tx.put(users, user);
    if (made.handle !== name)
      report.change({ file: 'users.json', what: name, why: 'has another name', now: made.handle });
    if (isBanned) {
      putBan(tx, { kind: 'user', subject: user.id, name: user.handle, until: null, by: 'host' });
      report.count('bans');
    }
    this.#takeStatus(tx, user.id, given.status);
    if (isLocal) this.#takeCredential(tx, id, name, given.password_hash);
    this.#known.set(id, authorOf(personOf(tx, config, user)));
    if (!this.#byName.has(fold(stored))) this.#byName.set(fold(stored), id);
    if (!this.#byName.has(fold(name))) this.#byName.set(fold(name), id);
    report.count('users');
  }

  #takeStatus(tx: Tx, user: UserId, given: unknown): void {
    if (!isFields(given) || !statusKinds.includes(given.status as StatusKind)) return;
    const text = typeof given.text === 'string' ? [...given.text] : [];
    const cut = text.slice(0, this.config.limits.statusTextLength).join('');
    tx.put(statuses, { user, status: given.status as StatusKind, text: cut });
  }

  #takeCredential(tx: Tx, identity: string, login: string, hash: unknown): void {
    const key = fold(login);
    const why =
      typeof hash !== 'string' || !/^\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}$/.test(hash)
        ? 'has no bcrypt hash, so it cannot log in'
        : credentialOf(tx, realm, key) !== undefined
          ? 'another account logs in by this name, so it cannot'
          : undefined;
    if (why !== undefined) return this.report.change({ file: 'users.json', what: identity, why });
    tx.put(credentials, { realm, key, login, provider: 'local', identity, hash: hash as string });
    this.report.count('passwords');
  }
}
