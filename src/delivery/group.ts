import type { Connection } from './connection.js';

/** Connections that hear the same things, by dialect, in plain arrays that can be walked fast. Leaving swaps with the last. */
export class Group {
  readonly #byDialect: Connection[][] = [];
  size = 0;

  of(dialect: number): readonly Connection[] {
    return this.#byDialect[dialect] ?? none;
  }

  /** Those of all dialects, in a list of its own. */
  all(): Connection[] {
    return this.#byDialect.flat();
  }

  add(connection: Connection): void {
    if (connection.groups.includes(this)) return;
    let members = this.#byDialect[connection.dialect];
    if (members === undefined) {
      members = [];
      this.#byDialect[connection.dialect] = members;
    }
    // New lists of just this length: one that is grown in place keeps room for 16 more, at every connection.
    connection.groups = [...connection.groups, this];
    connection.positions = [...connection.positions, members.length];
    members.push(connection);
    this.size++;
  }

  remove(connection: Connection): void {
    const at = connection.groups.indexOf(this);
    if (at < 0) return;
    const position = connection.positions[at] as number;
    connection.groups = without(connection.groups, at);
    connection.positions = without(connection.positions, at);
    const members = this.#byDialect[connection.dialect] as Connection[];
    const last = members.pop() as Connection;
    this.size--;
    if (last === connection) return;
    members[position] = last;
    const standing = last.groups.indexOf(this);
    last.positions = last.positions.map((one, i) => (i === standing ? position : one));
  }
}

const none: readonly Connection[] = [];

function without<T>(list: readonly T[], at: number): readonly T[] {
  return list.filter((_, i) => i !== at);
}
