import type { Audience, AudienceStep } from '../core/event.js';
import type { Connection } from './connection.js';
import { Group } from './group.js';
import { askedOnce, type KindFilter, ofKinds } from './kinds.js';
import { Subscribers } from './subscribers.js';

/** Who belongs to an audience. Changed by published events only, so that it is what the last published event left behind. */
export class Audiences {
  readonly #connections = new Map<string, Connection>();
  readonly #users = new Map<string, Connection[]>();
  readonly #channels = new Map<string, Group>();
  readonly #everyone = new Group();
  readonly #kinds = new Map<string, Group>();
  readonly #subscribers: Subscribers;
  /** Which kinds see what; forgotten when there are other kinds. */
  #seeing = new WeakMap<object, readonly (readonly [kind: string, group: Group])[]>();

  /** How many connections each dialect has. */
  readonly #byDialect: number[] = [];

  constructor(
    /** Whether sessions of a kind may see what these facts are of. */
    private readonly sees: (kind: string, of: object) => boolean,
    /** Whether they may read what is said there. */
    reads: (kind: string, of: object) => boolean,
  ) {
    this.#subscribers = new Subscribers(reads);
  }

  add(connection: Connection): void {
    if (!this.#connections.has(connection.id)) this.#count(connection.dialect, 1);
    this.#connections.set(connection.id, connection);
  }

  /** The connection is gone, whatever it belonged to. */
  drop(connection: Connection): void {
    this.#unbind(connection);
    if (this.#connections.delete(connection.id)) this.#count(connection.dialect, -1);
  }

  /** Whether anybody is connected in a dialect. */
  speaks(dialect: number): boolean {
    return (this.#byDialect[dialect] ?? 0) > 0;
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

  apply(step: AudienceStep): void {
    if (step.do === 'move') {
      for (const connection of this.#users.get(step.user) ?? []) {
        if (connection.place !== undefined) this.#place(connection, step.channel);
      }
      return;
    }
    if (step.do === 'end') return this.#subscribers.end(step.channel);
    if (step.do === 'kind' || step.do === 'deafen' || step.do === 'hear') {
      for (const connection of this.#users.get(step.user) ?? []) {
        if (step.do === 'deafen') this.#deafen(connection);
        else if (step.do === 'hear') this.#hear(connection, connection.kind);
        else if (connection.kind === undefined) continue;
        else if (connection.groups.length > 0) this.#hear(connection, step.kind);
        // For when it hears again.
        else connection.kind = step.kind;
      }
      return;
    }
    const connection = this.#connections.get(step.session);
    if (connection === undefined) return;
    if (step.do === 'bind') this.#bind(connection, step.user, step.kind);
    else if (step.do === 'unbind') this.#unbind(connection);
    else if (step.do === 'place') this.#place(connection, step.channel);
    else if (step.do === 'unsubscribe') this.#subscribers.remove(connection, step.channel);
    else if (connection.user !== undefined)
      this.#subscribers.add(connection, step.channel, connection.groups.length === 0);
  }

  /**
   * The connections of one dialect that an audience names; not to be kept, it changes with the audience. `kinds`: only those whose kind it
   * accepts; asked once for each.
   */
  of(audience: Audience, dialect: number, kinds?: KindFilter): readonly Connection[] {
    const { exceptUser, exceptUsers, exceptSession, plus } = audience;
    const accepts = kinds === undefined ? undefined : askedOnce(kinds);
    const named = this.#named(audience, dialect, accepts);
    const besides = plus === undefined ? undefined : this.#connections.get(plus);
    const all =
      besides?.dialect !== dialect || accepts?.(besides.kind) === false || named.includes(besides)
        ? named
        : [...named, besides];
    if (exceptUser === undefined && exceptUsers === undefined && exceptSession === undefined) return all;
    return all.filter(
      ({ id, user }) =>
        user !== exceptUser && id !== exceptSession && !(user !== undefined && exceptUsers?.includes(user)),
    );
  }

  #count(dialect: number, by: number): void {
    this.#byDialect[dialect] = (this.#byDialect[dialect] ?? 0) + by;
  }

  #named(audience: Audience, dialect: number, accepts: KindFilter | undefined): readonly Connection[] {
    if (audience.to === 'viewers') return this.#viewers(audience.of, dialect, accepts);
    if (audience.to === 'subscribers')
      return this.#subscribers.of(audience.channel, audience.of, dialect, accepts);
    const all = this.#members(audience, dialect);
    if (accepts === undefined) return all;
    return audience.to === 'everyone'
      ? ofKinds(all, this.#kindsOfAll(), accepts)
      : all.filter((one) => accepts(one.kind));
  }

  #members(
    audience: Exclude<Audience, { readonly to: 'viewers' | 'subscribers' }>,
    dialect: number,
  ): readonly Connection[] {
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

  #viewers(of: object, dialect: number, accepts: KindFilter | undefined): readonly Connection[] {
    let groups = this.#seeing.get(of);
    if (groups === undefined) {
      groups = [...this.#kinds].filter(([kind]) => this.sees(kind, of));
      this.#seeing.set(of, groups);
    }
    if (accepts !== undefined) groups = groups.filter(([kind]) => accepts(kind));
    const [only] = groups;
    if (groups.length === 1 && only !== undefined) return only[1].of(dialect);
    return groups.flatMap(([, group]) => group.of(dialect));
  }

  #kindsOfAll(): (string | undefined)[] {
    let counted = 0;
    for (const group of this.#kinds.values()) counted += group.size;
    return counted < this.#everyone.size ? [...this.#kinds.keys(), undefined] : [...this.#kinds.keys()];
  }

  #bind(connection: Connection, user: string, kind: string | undefined): void {
    connection.user = user;
    const others = this.#users.get(user);
    if (others === undefined) this.#users.set(user, [connection]);
    else if (!others.includes(connection)) others.push(connection);
    this.#hear(connection, kind);
  }

  #hear(connection: Connection, kind: string | undefined): void {
    this.#everyone.add(connection);
    if (kind === connection.kind && connection.groups.length > 1) return;
    this.#subscribers.leaveAll(connection);
    this.#leaveKind(connection);
    connection.kind = kind;
    if (kind !== undefined) this.#joinKind(connection, kind);
    this.#subscribers.joinAll(connection);
  }

  #joinKind(connection: Connection, kind: string): void {
    let group = this.#kinds.get(kind);
    if (group === undefined) {
      group = new Group();
      this.#kinds.set(kind, group);
      this.#otherKinds();
    }
    group.add(connection);
  }

  #otherKinds(): void {
    this.#seeing = new WeakMap();
    this.#subscribers.forget();
  }

  #leaveKind(connection: Connection): void {
    if (connection.kind === undefined) return;
    const group = this.#kinds.get(connection.kind);
    group?.remove(connection);
    if (group?.size !== 0) return;
    this.#kinds.delete(connection.kind);
    this.#otherKinds();
  }

  #deafen(connection: Connection): void {
    this.#subscribers.leaveAll(connection);
    this.#leaveKind(connection);
    for (const group of [...connection.groups]) (group as Group).remove(connection);
  }

  #unbind(connection: Connection): void {
    if (connection.user === undefined) return;
    const others = (this.#users.get(connection.user) ?? []).filter((one) => one !== connection);
    if (others.length === 0) this.#users.delete(connection.user);
    else this.#users.set(connection.user, others);
    connection.user = undefined;
    this.#place(connection, undefined);
    this.#deafen(connection);
    connection.kind = undefined;
    connection.subscriptions = none;
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
const none: readonly string[] = [];
