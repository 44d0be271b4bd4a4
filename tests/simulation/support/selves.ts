import { uuidOf } from '../../../src/dialects/uuid.js';
import type { ChatEvent } from '../../../src/domain/events.js';
import type { UserId } from '../../../src/domain/ids.js';
import { type IdentityRef, identityKey } from '../../../src/domain/users/identity.js';
import type { Person } from '../../../src/domain/users/person.js';
import { type User, userOfIdentity, users } from '../../../src/domain/users/users.js';
import type { Json } from '../../support/json-probe.js';
import type { SockClient, SocketClient } from './clients.js';
import { Witness } from './witness.js';

/** Somebody invisible, since when these clients were there already. */
interface Hidden {
  readonly person: Person;
  readonly viewers: ReadonlySet<SocketClient>;
}

/** A login that was answered, until it is held against whose the identity is. */
interface Login {
  readonly client: SocketClient;
  /** Who they are told to be, as {@link Selves.aliasOf} has it. */
  readonly alias: string;
}

/** Who people are: by which identities they come, with which password, and who wishes not to be seen. */
export class Selves extends Witness {
  /** Users whom an identity has ever been. */
  readonly #ever = new Map<string, Set<UserId>>();
  readonly #aliases = new Map<SocketClient, string>();
  readonly #hidden = new Map<UserId, Hidden>();
  readonly #refused = new WeakSet<SocketClient>();
  #logins: Login[] = [];
  #seen: { readonly viewer: SocketClient; readonly number: string; readonly how: string }[] = [];

  /** How a user is called in the answer to a login; OriginChats answers with a name that may change. */
  static aliasOf(dialect: string, { number, user }: Pick<Person, 'number' | 'user'>): string {
    return dialect === 'sockchat' ? String(number) : uuidOf('user', user);
  }

  /** A client shows a password that is not theirs: nothing may come of it. */
  mustFail(client: SocketClient): void {
    this.#refused.add(client);
  }

  /** Clients that are logged in as somebody by an identity. */
  clientsOf(token: string, user: User): SocketClient[] {
    const person = { number: user.number, user: user.id };
    return [...this.#aliases].flatMap(([client, alias]) =>
      client.isOpen && client.name === token && alias === Selves.aliasOf(client.dialect, person)
        ? [client]
        : [],
    );
  }

  override frame(client: SocketClient, _text: string, packet: Json): void {
    if (client.dialect === 'sockchat') this.#sock(client as unknown as SockClient);
    else if (client.dialect === 'venueless') {
      const [kind, first] = packet;
      if (kind === 'authenticated') this.#loggedIn(client, first['user.config'].id);
    } else if (packet.cmd === 'ready' && this.#refused.has(client))
      this.flaw(`${client.name} has logged in with a wrong password`);
    else if (packet.val === 'Invalid password' && !this.#refused.has(client))
      this.flaw(`${client.name} was refused with the right password`);
  }

  override told(event: ChatEvent): void {
    switch (event.type) {
      case 'user_connect':
        this.#was(event.identity, event.person.user);
        return this.#status(event.person, event.status.status);
      case 'user_status':
        return this.#status(event.person, event.status.status);
      case 'user_disconnect':
        this.#hidden.delete(event.person.user);
        return;
      case 'user_link':
        return this.#was(event.identity, event.person.user);
    }
  }

  override check(): void {
    for (const { client, alias } of this.#logins.splice(0)) {
      const identity = this.rig.people.get(client.name);
      if (identity === undefined) continue;
      const now = this.rig.chat.read((view) => userOfIdentity(view, identity));
      if (now !== undefined) this.#was(identity, now.id);
      const all = [...(this.#ever.get(identityKey(identity.provider, identity.id)) ?? [])];
      const fits = all.some((user) => {
        const row = this.rig.stored.lastOf('users', user) as User | undefined;
        return row !== undefined && Selves.aliasOf(client.dialect, { number: row.number, user }) === alias;
      });
      if (!fits) this.flaw(`${client.name} on ${client.dialect} is logged in as ${alias}, who is another`);
    }
    for (const { viewer, number, how } of this.#seen.splice(0)) {
      for (const { person, viewers } of this.#hidden.values()) {
        if (String(person.number) === number && !viewers.has(viewer))
          this.flaw(`${viewer.name} was shown ${person.handle}, who is invisible, by ${how}`);
      }
    }
  }

  override checkRows(): void {
    const { chat } = this.rig;
    for (const { user } of chat.users.online()) {
      const main = chat.users.identities(user)[0];
      const own = chat.read((view) => view.get(users, user));
      if (main?.provider !== own?.provider || main?.id !== own?.identity)
        this.flaw(`${user} is online with the main identity ${main?.id}, not ${own?.identity}`);
    }
  }

  override reborn(): void {
    this.#aliases.clear();
    this.#hidden.clear();
    this.#logins = [];
    this.#seen = [];
  }

  #was({ provider, id }: IdentityRef, user: UserId): void {
    const key = identityKey(provider, id);
    const all = this.#ever.get(key) ?? new Set();
    all.add(user);
    this.#ever.set(key, all);
  }

  #status(person: Person, status: string): void {
    if (status !== 'invisible') this.#hidden.delete(person.user);
    else if (!this.#hidden.has(person.user))
      this.#hidden.set(person.user, { person, viewers: new Set(this.rig.clients) });
  }

  #loggedIn(client: SocketClient, alias: string): void {
    this.#aliases.set(client, alias);
    this.#logins.push({ client, alias });
  }

  #sock(client: SockClient): void {
    const viewer = client as unknown as SocketClient;
    const packet = client.last;
    if (packet?.kind === 'auth_ok') this.#loggedIn(viewer, packet.user.id);
    const shown =
      packet?.kind === 'context_users'
        ? packet.users
        : packet?.kind === 'user_add' || packet?.kind === 'channel_user_add'
          ? [packet.user]
          : [];
    for (const { id } of shown) this.#seen.push({ viewer, number: id, how: packet?.kind ?? '' });
  }
}
