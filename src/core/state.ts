import type { ArchiveLimits } from './archive-limits.js';
import { ArchiveTable, type BatchMark } from './archive-table.js';
import type { Change, Key, Row } from './change.js';
import type { Event, Origin } from './event.js';
import { MemoryTable } from './memory-table.js';
import type { Need, Table, View } from './table.js';

type Held =
  | { table: Table; memory: MemoryTable; archive?: never }
  | { table: Table; archive: ArchiveTable; memory?: never };

/** What one decision did. */
export interface Draft {
  /** For storage, in order. Live tables leave none; what was put into lazy ones is in `lazy`. */
  readonly changes: readonly Change[];
  readonly lazy: readonly LazyKey[];
  readonly events: readonly Event[];
  /** Tables that were changed. */
  readonly tables: Iterable<string>;
  /** The newest batch that a table it read was changed in. */
  readonly basis: number;
  /** To be told the batch its changes go out with. */
  readonly batch: BatchMark;
  /** Takes the decision back. Runs in reverse order of the decisions. */
  readonly undo: () => void;
  /** Whether it changes or says anything at all. */
  readonly idle: boolean;
  /** The newest id it gave out. */
  readonly lastId: number | undefined;
}

/** A row of a lazy table whose present state is to be written. */
export interface LazyKey {
  readonly table: string;
  readonly key: Key;
}

/** A loading step that makes a need present. */
export type Load =
  | { readonly table: Table; readonly ids: number[] }
  | { readonly table: Table; readonly window: string };

/** All tables of a chat in memory. Changed by {@link Tx} only. */
export class State {
  readonly #held = new Map<string, Held>();
  /** Highest batch number that has touched a table; reads rest on it. */
  readonly #touchedAt = new Map<string, number>();

  constructor(tables: readonly Table[], limits: ArchiveLimits) {
    for (const table of tables) {
      if (this.#held.has(table.name)) throw new TypeError(`two tables are called ${table.name}`);
      this.#held.set(
        table.name,
        table.class === 'archive'
          ? { table, archive: new ArchiveTable(table, limits) }
          : { table, memory: new MemoryTable(table) },
      );
    }
  }

  held(name: string): Held {
    const held = this.#held.get(name);
    if (held === undefined) throw new TypeError(`no table ${name}`);
    return held;
  }

  archive(name: string): ArchiveTable {
    const { archive } = this.held(name);
    if (archive === undefined) throw new TypeError(`${name} is not an archive table`);
    return archive;
  }

  /** Fills a resident or lazy table at start. */
  fill(name: string, rows: readonly { key: Key; row: Row }[]): void {
    const { memory } = this.held(name);
    for (const { key, row } of rows) memory?.set(key, row);
  }

  /** A row of a table in memory. */
  row(name: string, key: Key): Row | undefined {
    return this.held(name).memory?.rows.get(key);
  }

  /** What must be loaded before a command with these needs can be decided. */
  missing(needs: readonly Need[]): Load[] {
    const loads: Load[] = [];
    for (const need of needs) {
      const table = need.table as unknown as Table;
      const archive = this.archive(table.name);
      if ('newest' in need) {
        archive.touch(need.newest);
        if (!archive.covers(need.newest, Math.min(need.limit, archive.keep)))
          loads.push({ table, window: need.newest });
      } else {
        const ids = need.ids.filter((id) => !archive.has(id));
        if (ids.length > 0) loads.push({ table, ids });
      }
    }
    return loads;
  }

  pin(needs: readonly Need[], by: 1 | -1): void {
    for (const need of needs) {
      const archive = this.archive(need.table.name);
      if ('newest' in need) archive.pinWindow(need.newest, by);
      else for (const id of need.ids) archive.pin(id, by);
    }
  }

  /** Storage now has everything up to this batch. */
  settle(committed: number): void {
    for (const held of this.#held.values()) held.archive?.settle(committed);
  }

  /** Notes that a table was changed by something that rests on a batch. */
  touch(table: string, batch: number): void {
    if (batch > this.touchedAt(table)) this.#touchedAt.set(table, batch);
  }

  /** Everything after a batch was taken back. */
  untouch(after: number): void {
    for (const [table, batch] of this.#touchedAt) if (batch > after) this.#touchedAt.set(table, after);
  }

  touchedAt(table: string): number {
    return this.#touchedAt.get(table) ?? 0;
  }

  /** Every row in memory, for comparing two runs. */
  dump(): Record<string, Row[]> {
    const all: Record<string, Row[]> = {};
    for (const [name, held] of this.#held) if (held.memory) all[name] = [...held.memory.rows.values()];
    return all;
  }
}

/** Reads the state and notes on which batch the reading rests. */
export class Reader implements View {
  /** The newest batch that touched a table read so far. */
  basis = 0;

  constructor(protected readonly state: State) {}

  get<R extends Row, I extends Key, Ix extends string>(table: Table<R, I, Ix>, id: I): R | undefined {
    const held = this.#read(table.name);
    return (held.memory ? held.memory.rows.get(id) : held.archive.get(id as number)) as R | undefined;
  }

  peek<R extends Row, I extends Key, Ix extends string>(table: Table<R, I, Ix>, id: I): R | undefined {
    const held = this.#read(table.name);
    return held.archive?.has(id as number) === false ? undefined : this.get(table, id);
  }

  all<R extends Row, I extends Key, Ix extends string>(table: Table<R, I, Ix>): Iterable<R> {
    return this.#memory(table.name).rows.values() as Iterable<R>;
  }

  size(table: Table<never, never, never>): number {
    return this.#memory(table.name).rows.size;
  }

  by<R extends Row, I extends Key, Ix extends string>(
    table: Table<R, I, Ix>,
    index: Ix,
    value: Key,
    limit?: number,
  ): R[] {
    return this.#memory(table.name).by(index, value, limit) as R[];
  }

  count<R extends Row, I extends Key, Ix extends string>(
    table: Table<R, I, Ix>,
    index: Ix,
    value: Key,
  ): number {
    return this.#memory(table.name).count(index, value);
  }

  one<R extends Row, I extends Key, Ix extends string>(
    table: Table<R, I, Ix>,
    index: Ix,
    value: Key,
  ): R | undefined {
    return this.#memory(table.name).one(index, value) as R | undefined;
  }

  newest<R extends Row, Ix extends string>(
    table: Table<R, number, Ix>,
    partition: string,
    limit: number,
  ): R[] {
    this.#read(table.name);
    return this.state.archive(table.name).newest(partition, limit) as R[];
  }

  #memory(name: string): MemoryTable {
    const { memory } = this.#read(name);
    if (memory === undefined) throw new TypeError(`${name} is an archive table: name the rows you need`);
    return memory;
  }

  #read(name: string): Held {
    const at = this.state.touchedAt(name);
    if (at > this.basis) this.basis = at;
    return this.state.held(name);
  }
}

/**
 * What a rule works on: the state as it is, and a place for changes and events.
 *
 * Changes take effect at once for later reads of the same rule, and are undone together when the rule refuses.
 */
export class Tx extends Reader {
  readonly #changes: Change[] = [];
  #lazy: LazyKey[] = [];
  readonly #tables = new Set<string>();
  readonly #batch: BatchMark = { n: Number.POSITIVE_INFINITY };
  readonly #events: Event[] = [];
  readonly #undo: (() => void)[] = [];
  #nextId: number;

  constructor(
    state: State,
    /** When the command took its place in the queue: milliseconds since the Unix epoch. */
    readonly at: number,
    private readonly firstId: number,
    /** Whose wish it is, if it came from a connection. */
    readonly origin?: Origin,
  ) {
    super(state);
    this.#nextId = firstId;
  }

  /** The next id of the one series: larger than every id given before it. */
  nextId(): number {
    return this.#nextId++;
  }

  put<R extends Row, I extends Key, Ix extends string>(table: Table<R, I, Ix>, row: R): void {
    const key = table.id(row);
    this.#set(table as unknown as Table, key, row);
    const part = table.partition?.(row) ?? '';
    this.#note(table.class, { op: 'put', table: table.name, key, in: part, row });
  }

  /** Of a lazy table too it is written with the batch: what goes with a user or a channel goes at once, and no crash brings it back. */
  remove<R extends Row, I extends Key, Ix extends string>(table: Table<R, I, Ix>, id: I): void {
    // All that such a table has in storage is in memory.
    if (table.class === 'lazy' && this.get(table, id) === undefined) return;
    this.#set(table as unknown as Table, id, undefined);
    this.#note(table.class, { op: 'remove', table: table.name, key: id });
  }

  /** Removes every row of a partition of an archive table. */
  clear<R extends Row, Ix extends string>(table: Table<R, number, Ix>, partition: string): void {
    this.#undo.push(this.state.archive(table.name).clear(partition, this.#batch));
    this.#tables.add(table.name);
    this.#note(table.class, { op: 'clear', table: table.name, in: partition });
  }

  /** Opens a new, empty partition of an archive table: nothing has to be loaded before it is written to. */
  begin<R extends Row, Ix extends string>(table: Table<R, number, Ix>, partition: string): void {
    this.#undo.push(this.state.archive(table.name).begin(partition));
  }

  emit(event: Event): void {
    this.#events.push(event);
  }

  /** Puts back every row this rule changed. */
  rollback(): void {
    for (let i = this.#undo.length - 1; i >= 0; i--) this.#undo[i]?.();
    this.#undo.length = 0;
  }

  finish(): Draft {
    return {
      changes: this.#changes,
      lazy: this.#lazy,
      events: this.#events,
      tables: this.#tables,
      basis: this.basis,
      batch: this.#batch,
      undo: () => this.rollback(),
      idle: this.#undo.length === 0 && this.#events.length === 0,
      lastId: this.#nextId > this.firstId ? this.#nextId - 1 : undefined,
    };
  }

  #set(table: Table, key: Key, row: Row | undefined): void {
    const held = this.state.held(table.name);
    if (held.memory) {
      const { memory } = held;
      const previous = memory.set(key, row);
      this.#undo.push(() => memory.set(key, previous));
    } else {
      this.#undo.push(held.archive.set(key as number, row, this.#batch));
    }
    this.#tables.add(table.name);
  }

  #note(kind: Table['class'], change: Change): void {
    if (kind === 'live') return;
    const { op, table } = change;
    if (kind === 'lazy' && op === 'put') return void this.#lazy.push({ table, key: change.key });
    if (kind === 'lazy' && op === 'remove')
      this.#lazy = this.#lazy.filter((one) => one.table !== table || one.key !== change.key);
    this.#changes.push(change);
  }
}
