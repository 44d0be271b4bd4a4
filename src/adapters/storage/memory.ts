import type { Change, Key, TableSpec } from '../../core/change.js';
import { ChatError } from '../../core/errors.js';
import type { Batch, Bodies, Opened, OpenOptions, Query, Storage, StoredRow } from '../../core/ports.js';
import { rowTest } from './filter.js';
import { greater, isBetween, lesser, OrderedKeys } from './key-order.js';
import { MemoryBodies } from './memory-bodies.js';
import { checkLimit, Tables } from './tables.js';

/** Options of {@link memory}. */
export interface MemoryOptions {
  /** Milliseconds since the Unix epoch, for the time a body was put. Default `Date.now`. */
  readonly now?: () => number;
}

/**
 * Storage in this process's memory, gone with it. `commit` is done when it returns.
 *
 * Rows are kept and handed out as the very objects that were committed: by convention nobody changes a row in place.
 * Bodies are copied. The data outlives `close`: opening the same object again finds it.
 */
export function memory(options: MemoryOptions = {}): Storage {
  return new MemoryStorage(options.now ?? Date.now);
}

class MemoryStorage implements Storage {
  readonly bodies: Bodies;
  readonly #data = new Map<string, Table>();
  #committed = 0;
  #format = 0;
  /** Nothing while it is not open. */
  #tables: Tables | undefined;

  constructor(now: () => number) {
    this.bodies = new MemoryBodies(now, () => this.#open());
  }

  async open(options: OpenOptions): Promise<Opened> {
    const tables = new Tables(options.tables);
    await this.#free(options);
    options.leased?.();
    if (options.format < this.#format) {
      throw new ChatError(
        'storage-newer',
        `the storage was written with format ${this.#format}; this code knows formats up to ${options.format}`,
      );
    }
    const found = { lastCommitted: this.#committed, format: this.#format };
    for (const spec of tables.stored)
      if (!this.#data.has(spec.name)) this.#data.set(spec.name, new Table(spec));
    this.#tables = tables;
    this.#format = options.format;
    return found;
  }

  commit(batch: Batch): Promise<void> | undefined {
    try {
      this.#open().checkBatch(batch);
      if (batch.n === this.#committed) return;
      if (batch.after !== this.#committed) throw conflict(batch, this.#committed);
    } catch (thrown) {
      return Promise.reject(thrown);
    }
    for (const change of batch.changes) this.#table(change.table).apply(change);
    this.#committed = batch.n;
    return;
  }

  async lastCommitted(): Promise<number> {
    this.#open();
    return this.#committed;
  }

  async rows(table: string, keys: readonly Key[]): Promise<(StoredRow | undefined)[]> {
    this.#open().checkKeys(table, keys);
    const { rows } = this.#table(table);
    return keys.map((key) => rows.get(key));
  }

  async query(query: Query): Promise<StoredRow[]> {
    this.#open().checkQuery(query);
    checkLimit(query.limit);
    return this.#table(query.table).page(query);
  }

  async count(query: Omit<Query, 'limit' | 'skip' | 'around'>): Promise<number> {
    this.#open().checkQuery(query);
    return this.#table(query.table).count(query);
  }

  async close(): Promise<void> {
    this.#tables = undefined;
    this.#closed?.();
  }

  #closed: (() => void) | undefined;

  /** Waits, if the caller wants to, until nobody has it open. */
  async #free(options: OpenOptions): Promise<void> {
    while (this.#tables !== undefined) {
      if (options.takeover === 'refuse' || options.signal?.aborted) {
        throw new ChatError('storage-in-use', 'the storage is open already', {
          retryable: true,
          cause: options.signal?.reason,
        });
      }
      await new Promise<void>((resolve) => {
        const others = this.#closed;
        this.#closed = () => {
          others?.();
          resolve();
        };
        options.signal?.addEventListener('abort', () => resolve(), { once: true });
      });
    }
  }

  #open(): Tables {
    if (this.#tables === undefined) throw new ChatError('storage-closed', 'the storage is not open');
    return this.#tables;
  }

  #table(name: string): Table {
    return this.#data.get(name) as Table;
  }
}

class Table {
  readonly rows = new Map<Key, StoredRow>();
  readonly #partitioned: boolean;
  readonly #all = new OrderedKeys();
  readonly #partitions = new Map<string, OrderedKeys>();

  constructor(spec: TableSpec) {
    this.#partitioned = spec.class === 'archive';
  }

  apply(change: Change): void {
    if (change.op === 'remove') {
      this.#remove(change.key);
      return;
    }
    if (change.op === 'clear') {
      for (const key of [...this.#keys(change.in).rising(undefined, undefined)]) this.#remove(key);
      return;
    }
    const { key, row } = change;
    if (this.rows.get(key)?.in !== change.in) this.#remove(key);
    this.rows.set(key, { key, in: change.in, row });
    this.#all.add(key);
    if (!this.#partitioned) return;
    let partition = this.#partitions.get(change.in);
    if (partition === undefined) {
      partition = new OrderedKeys();
      this.#partitions.set(change.in, partition);
    }
    partition.add(key);
  }

  page(query: Query): StoredRow[] {
    const { before, after, around, limit, skip = 0 } = query;
    const keys = this.#keys(query.in);
    const test = rowTest(query.filter ?? {});
    const take = (from: Iterable<Key>, most: number, leaveOut = 0): StoredRow[] => {
      const taken: StoredRow[] = [];
      let left = leaveOut;
      for (const key of from) {
        const row = this.rows.get(key) as StoredRow;
        if (!test(row.row) || left-- > 0) continue;
        taken.push(row);
        if (taken.length === most) break;
      }
      return taken;
    };
    if (around !== undefined) {
      const itself = isBetween(around, after, before) && this.#has(around, query.in) ? [around] : [];
      return [
        ...take(keys.falling(after, lesser(around, before)), limit).reverse(),
        ...take(itself, 1),
        ...take(keys.rising(greater(around, after), before), limit),
      ];
    }
    if (before === undefined) return take(keys.rising(after, before), limit, skip);
    return take(keys.falling(after, before), limit, skip).reverse();
  }

  count(query: Omit<Query, 'limit'>): number {
    const keys = this.#keys(query.in);
    if (query.filter === undefined) return keys.between(query.after, query.before);
    const test = rowTest(query.filter);
    let count = 0;
    for (const key of keys.rising(query.after, query.before)) {
      if (test((this.rows.get(key) as StoredRow).row)) count++;
    }
    return count;
  }

  #has(key: Key, partition: string | undefined): boolean {
    const row = this.rows.get(key);
    return row !== undefined && (partition === undefined || row.in === partition);
  }

  #keys(partition: string | undefined): OrderedKeys {
    if (partition === undefined || (partition === '' && !this.#partitioned)) return this.#all;
    return this.#partitions.get(partition) ?? new OrderedKeys();
  }

  #remove(key: Key): void {
    const row = this.rows.get(key);
    if (row === undefined) return;
    this.rows.delete(key);
    this.#all.remove(key);
    const partition = this.#partitions.get(row.in);
    partition?.remove(key);
    if (partition?.size === 0) this.#partitions.delete(row.in);
  }
}

function conflict(batch: Batch, newest: number): ChatError {
  return new ChatError(
    'storage-conflict',
    `batch ${batch.n} comes after ${batch.after}, but the newest stored one is ${newest}`,
  );
}
