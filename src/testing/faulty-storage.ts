import type { Key, Row } from '../core/change.js';
import { ChatError } from '../core/errors.js';
import type { Batch, Bodies, Clock, Opened, OpenOptions, Query, Storage, StoredRow } from '../core/ports.js';

/**
 * What becomes of one call.
 *
 * - `now`: a commit is done when the call returns, without a promise; a read as `ok`.
 * - `ok`: done at once, told by a promise.
 * - a number: done after that many milliseconds. Reads give what was there when they were called.
 * - `throws`: rejects, nothing was done.
 * - `unknown`: done, and then rejects.
 * - `hangs`: nothing happens until {@link FaultyStorage.release}; then it is done and told.
 * - `conflicts`: rejects with `storage-conflict`, nothing was done.
 */
export type Fate = 'now' | 'ok' | number | 'throws' | 'unknown' | 'hangs' | 'conflicts';

/** The calls that can have a fate. */
export type FaultyCall = 'commit' | 'lastCommitted' | 'rows' | 'query';

/** Decides the fate of a call. */
export type Plan = (call: FaultyCall, batch?: Batch) => Fate;

/** What a storage holds, for opening it again. */
export interface Data {
  readonly tables: Map<string, Map<Key, StoredRow>>;
  lastCommitted: number;
  format: number;
}

/** A storage in memory that fails as it is told to. For tests of whatever relies on a storage. */
export class FaultyStorage implements Storage {
  /** The fates of the next calls, used up one by one; when there is none, `plan` is asked. */
  readonly next: Record<FaultyCall, Fate[]> = { commit: [], lastCommitted: [], rows: [], query: [] };
  /** Every batch that arrived, also those that were not stored. */
  readonly tried: Batch[] = [];
  /** Every batch that was stored, once each. */
  readonly stored: Batch[] = [];
  /** How often each call was made. */
  readonly calls: Record<FaultyCall, number> = { commit: 0, lastCommitted: 0, rows: 0, query: 0 };
  plan: Plan;
  readonly bodies: Bodies = noBodies;
  readonly #clock: Clock;
  readonly #data: Data;
  #hanging: (() => void)[] = [];
  #closed = false;

  constructor(clock: Clock, plan: Plan = () => 'ok', data: Data = emptyData()) {
    this.#clock = clock;
    this.plan = plan;
    this.#data = data;
  }

  /** The same content as another process would find it now; what hangs here never happens there. */
  copy(plan: Plan = () => 'ok'): FaultyStorage {
    const tables = new Map([...this.#data.tables].map(([name, rows]) => [name, new Map(rows)]));
    return new FaultyStorage(this.#clock, plan, { ...this.#data, tables });
  }

  /** Stored rows of a table, in ascending order of key, without any fault. */
  content<R extends Row = Row>(table: string): R[] {
    return this.#sorted(table).map((one) => one.row as R);
  }

  get committed(): number {
    return this.#data.lastCommitted;
  }

  get hanging(): number {
    return this.#hanging.length;
  }

  /** Lets the oldest hanging calls happen after all. */
  release(count = Number.POSITIVE_INFINITY): void {
    for (const run of this.#hanging.splice(0, count)) run();
  }

  open(options: OpenOptions): Promise<Opened> {
    for (const { name } of options.tables) {
      if (!this.#data.tables.has(name)) this.#data.tables.set(name, new Map());
    }
    const opened = { lastCommitted: this.#data.lastCommitted, format: this.#data.format };
    this.#data.format = options.format;
    return Promise.resolve(opened);
  }

  commit(batch: Batch): Promise<void> | void {
    this.tried.push(batch);
    const fate = this.#fate('commit', batch);
    if (fate === 'now') return this.#apply(batch);
    return this.#happen(fate, () => this.#apply(batch));
  }

  lastCommitted(): Promise<number> {
    return this.#happen(this.#fate('lastCommitted'), () => this.#data.lastCommitted);
  }

  rows(table: string, keys: readonly Key[]): Promise<(StoredRow | undefined)[]> {
    const rows = keys.map((key) => this.#table(table).get(key));
    return this.#happen(this.#fate('rows'), () => rows);
  }

  query(query: Query): Promise<StoredRow[]> {
    const page = this.#page(query);
    return this.#happen(this.#fate('query'), () => page);
  }

  count(query: Omit<Query, 'limit' | 'skip' | 'around'>): Promise<number> {
    return Promise.resolve(this.#matching(query).length);
  }

  close(): Promise<void> {
    this.#closed = true;
    return Promise.resolve();
  }

  #fate(call: FaultyCall, batch?: Batch): Fate {
    this.calls[call]++;
    return this.next[call].shift() ?? this.plan(call, batch);
  }

  #happen<T>(fate: Fate, run: () => T): Promise<T> {
    if (this.#closed) return Promise.reject(new ChatError('storage-closed', 'storage is closed'));
    if (fate === 'throws') return Promise.reject(new Error('storage failed before'));
    if (fate === 'conflicts') return Promise.reject(new ChatError('storage-conflict', 'told to conflict'));
    return new Promise((resolve, reject) => {
      const happen = () => {
        try {
          const value = run();
          if (fate === 'unknown') reject(new Error('storage failed after'));
          else resolve(value);
        } catch (thrown) {
          reject(thrown);
        }
      };
      if (fate === 'hangs') this.#hanging.push(happen);
      else if (typeof fate === 'number') this.#clock.after(fate, happen);
      else happen();
    });
  }

  #apply({ n, after, changes }: Batch): void {
    const last = this.#data.lastCommitted;
    if (last === n) return;
    if (last !== after) throw new ChatError('storage-conflict', `at ${last}, not ${after}`);
    for (const change of changes) {
      const rows = this.#table(change.table);
      if (change.op === 'put') {
        const row = JSON.parse(JSON.stringify(change.row)) as Row;
        rows.set(change.key, { key: change.key, in: change.in, row });
      } else if (change.op === 'remove') {
        rows.delete(change.key);
      } else {
        for (const [key, row] of rows) if (row.in === change.in) rows.delete(key);
      }
    }
    this.#data.lastCommitted = n;
    this.stored.push({ n, after, changes });
  }

  #table(name: string): Map<Key, StoredRow> {
    const table = this.#data.tables.get(name);
    if (table === undefined) throw new ChatError('options-invalid', `no table ${name}`);
    return table;
  }

  #sorted(table: string): StoredRow[] {
    return [...this.#table(table).values()].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  }

  #matching({ table, in: part, before, after, filter }: Omit<Query, 'limit'>): StoredRow[] {
    return this.#sorted(table).filter((one) => {
      if (part !== undefined && one.in !== part) return false;
      if (before !== undefined && one.key >= before) return false;
      if (after !== undefined && one.key <= after) return false;
      const row = one.row as Record<string, unknown>;
      const equal = Object.entries(filter?.equals ?? {}).every(([name, value]) => row[name] === value);
      return (
        equal &&
        Object.entries(filter?.contains ?? {}).every(([name, text]) =>
          String(row[name] ?? '')
            .toLowerCase()
            .includes(text.toLowerCase()),
        )
      );
    });
  }

  #page(query: Query): StoredRow[] {
    const { around, before, skip = 0, limit } = query;
    const found = this.#matching(query);
    if (around !== undefined) {
      const at = found.findIndex((one) => one.key >= around);
      const middle = at < 0 ? found.length : at;
      const above = found[middle]?.key === around ? middle + 1 : middle;
      return found.slice(Math.max(0, middle - limit), above + limit);
    }
    if (before === undefined) return found.slice(skip, skip + limit);
    const end = Math.max(0, found.length - skip);
    return found.slice(Math.max(0, end - limit), end);
  }
}

/**
 * Fates drawn from a seed: the same seed gives the same fates in the same order.
 *
 * @param faults - what may go wrong, each as likely as the others.
 * @param share - how many calls go wrong, 0 to 1.
 */
export function seededPlan(seed: number, faults: readonly Fate[], share: number): Plan {
  let state = seed >>> 0;
  const random = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return () => (random() < share ? (faults[Math.floor(random() * faults.length)] ?? 'ok') : 'ok');
}

function emptyData(): Data {
  return { tables: new Map(), lastCommitted: 0, format: 0 };
}

const noBodies: Bodies = {
  put: () => Promise.resolve(),
  read: () => Promise.resolve(undefined),
  remove: () => Promise.resolve(),
  list: () => Promise.resolve([]),
};
