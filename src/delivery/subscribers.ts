import type { Connection } from './connection.js';
import { Group } from './group.js';
import { type KindFilter, ofKinds } from './kinds.js';

/** The connections that follow one channel, and how many of them there are of each kind. */
interface Following {
  readonly group: Group;
  readonly kinds: Map<string | undefined, number>;
}

/** Who follows which channels: any number of them at a time, without sitting in one. */
export class Subscribers {
  readonly #channels = new Map<string, Following>();
  /** Which kinds may read what. */
  #reading = new WeakMap<object, Map<string, boolean>>();

  constructor(
    /** Whether sessions of a kind may read what these facts are of. */
    private readonly reads: (kind: string, of: object) => boolean,
  ) {}

  /** `deaf`: it is to hear nothing for now. */
  add(connection: Connection, channel: string, deaf: boolean): void {
    if (connection.subscriptions.includes(channel)) return;
    connection.subscriptions = [...connection.subscriptions, channel];
    if (!deaf) this.#join(connection, channel);
  }

  remove(connection: Connection, channel: string): void {
    if (!connection.subscriptions.includes(channel)) return;
    this.#leave(connection, channel);
    connection.subscriptions = connection.subscriptions.filter((one) => one !== channel);
  }

  /** A channel is gone. Those who are deaf keep a name that nothing is sent under any more. */
  end(channel: string): void {
    for (const connection of this.#channels.get(channel)?.group.all() ?? []) this.remove(connection, channel);
  }

  /** Stops following for now: to hear nothing, or to be counted as another kind. */
  leaveAll(connection: Connection): void {
    for (const channel of connection.subscriptions) this.#leave(connection, channel);
  }

  /** Follows again what it followed before. */
  joinAll(connection: Connection): void {
    for (const channel of connection.subscriptions) this.#join(connection, channel);
  }

  /** There are other kinds than before. */
  forget(): void {
    this.#reading = new WeakMap();
  }

  /** Those of one dialect who may read what `of` tells of, and whose kind is accepted; not to be kept. */
  of(
    channel: string,
    of: object | undefined,
    dialect: number,
    accepts: KindFilter | undefined,
  ): readonly Connection[] {
    const following = this.#channels.get(channel);
    if (following === undefined) return nobody;
    const all = following.group.of(dialect);
    if (accepts !== undefined)
      return ofKinds(
        all,
        following.kinds.keys(),
        (kind) => (of === undefined || this.#may(kind, of)) && accepts(kind),
      );
    if (of === undefined) return all;
    for (const kind of following.kinds.keys()) {
      if (!this.#may(kind, of)) return all.filter((one) => this.#may(one.kind, of));
    }
    return all;
  }

  /** What a session that sits in a channel may read was asked when it began to follow. */
  #may(kind: string | undefined, of: object): boolean {
    if (kind === undefined) return true;
    let known = this.#reading.get(of);
    if (known === undefined) {
      known = new Map();
      this.#reading.set(of, known);
    }
    let may = known.get(kind);
    if (may === undefined) {
      may = this.reads(kind, of);
      known.set(kind, may);
    }
    return may;
  }

  #join(connection: Connection, channel: string): void {
    let following = this.#channels.get(channel);
    if (following === undefined) {
      following = { group: new Group(), kinds: new Map() };
      this.#channels.set(channel, following);
    }
    const { group, kinds } = following;
    if (connection.groups.includes(group)) return;
    group.add(connection);
    kinds.set(connection.kind, (kinds.get(connection.kind) ?? 0) + 1);
  }

  #leave(connection: Connection, channel: string): void {
    const following = this.#channels.get(channel);
    if (following === undefined || !connection.groups.includes(following.group)) return;
    const { group, kinds } = following;
    group.remove(connection);
    const left = (kinds.get(connection.kind) ?? 1) - 1;
    if (left === 0) kinds.delete(connection.kind);
    else kinds.set(connection.kind, left);
    if (group.size === 0) this.#channels.delete(channel);
  }
}

const nobody: readonly Connection[] = [];
