import type { Audience } from '../core/event.js';
import type { Connection } from './connection.js';
import { Group } from './group.js';

/** A change of who hears what. Which event brings which is said by the domain. */
export type Step =
  | { readonly do: 'bind'; readonly session: string; readonly user: string }
  | { readonly do: 'unbind'; readonly session: string }
  /** A session starts to sit in one channel at a time. */
  | { readonly do: 'place'; readonly session: string; readonly channel: string }
  /** All sessions of a user that sit in a channel move to another. */
  | { readonly do: 'move'; readonly user: string; readonly channel: string };

/** Who belongs to an audience. Changed by published events only, so that it is what the last published event left behind. */
export class Audiences {
  readonly #connections = new Map<string, Connection>();
  readonly #users = new Map<string, Connection[]>();
  readonly #channels = new Map<string, Group>();
  readonly #everyone = new Group();

  add(connection: Connection): void {
    this.#connections.set(connection.id, connection);
  }

  /** The connection is gone, whatever it belonged to. */
  drop(connection: Connection): void {
    this.#unbind(connection);
    this.#connections.delete(connection.id);
  }

  get size(): number {
    return this.#connections.size;
  }

  /** Connections with a session. */
  get sessions(): number {
    return this.#everyone.size;
  }

  all(): Iterable<Connection> {
    return this.#connections.values();
  }

  connection(id: string): Connection | undefined {
    return this.#connections.get(id);
  }

  apply(step: Step): void {
    if (step.do === 'move') {
      for (const connection of this.#users.get(step.user) ?? []) {
        if (connection.place !== undefined) this.#place(connection, step.channel);
      }
      return;
    }
    const connection = this.#connections.get(step.session);
    if (connection === undefined) return;
    if (step.do === 'bind') this.#bind(connection, step.user);
    else if (step.do === 'unbind') this.#unbind(connection);
    else this.#place(connection, step.channel);
  }

  /** The connections of one dialect that an audience names; not to be kept, it changes with the audience. */
  of(audience: Audience, dialect: number): readonly Connection[] {
    const { exceptUser, exceptSession } = audience;
    const named = this.#named(audience, dialect);
    if (exceptUser === undefined && exceptSession === undefined) return named;
    return named.filter((one) => one.user !== exceptUser && one.id !== exceptSession);
  }

  #named(audience: Audience, dialect: number): readonly Connection[] {
    switch (audience.to) {
      case 'everyone':
        return this.#everyone.of(dialect);
      case 'channel':
        return this.#channels.get(audience.channel)?.of(dialect) ?? nobody;
      case 'session': {
        const one = this.#connections.get(audience.session);
        return one?.dialect === dialect ? [one] : nobody;
      }
      case 'user':
        return this.#ofUser(audience.user, dialect);
      case 'users':
        return audience.users.flatMap((user) => this.#ofUser(user, dialect));
    }
  }

  #ofUser(user: string, dialect: number): readonly Connection[] {
    return this.#users.get(user)?.filter((one) => one.dialect === dialect) ?? nobody;
  }

  #bind(connection: Connection, user: string): void {
    connection.user = user;
    const others = this.#users.get(user);
    if (others === undefined) this.#users.set(user, [connection]);
    else if (!others.includes(connection)) others.push(connection);
    this.#everyone.add(connection);
  }

  #unbind(connection: Connection): void {
    if (connection.user === undefined) return;
    const others = (this.#users.get(connection.user) ?? []).filter((one) => one !== connection);
    if (others.length === 0) this.#users.delete(connection.user);
    else this.#users.set(connection.user, others);
    connection.user = undefined;
    this.#place(connection, undefined);
    for (const group of [...connection.groups]) (group as Group).remove(connection);
  }

  #place(connection: Connection, channel: string | undefined): void {
    const before = connection.place;
    if (before === channel) return;
    connection.place = channel;
    if (before !== undefined) {
      const group = this.#channels.get(before);
      group?.remove(connection);
      if (group?.size === 0) this.#channels.delete(before);
    }
    if (channel === undefined) return;
    let group = this.#channels.get(channel);
    if (group === undefined) {
      group = new Group();
      this.#channels.set(channel, group);
    }
    group.add(connection);
  }
}

const nobody: readonly Connection[] = [];
