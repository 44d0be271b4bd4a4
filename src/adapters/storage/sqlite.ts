import { resolve } from 'node:path';
import type { Key } from '../../core/change.js';
import { ChatError } from '../../core/errors.js';
import type { Batch, Bodies, Opened, OpenOptions, Query, Storage, StoredRow } from '../../core/ports.js';
import { SqliteBodies } from './sqlite-bodies.js';
import type { TextChange, TextRow } from './sqlite-calls.js';
import { SqliteThread } from './sqlite-thread.js';
import { checkLimit, Tables } from './tables.js';

/** Options of {@link sqlite}. */
export interface SqliteOptions {
  /**
   * Path of the database; created when missing, its folder is not. Beside it appear `-wal` and `-shm` (SQLite's own, part of the
   * data) and `-lease` (empty). Must be on a local disk: locks of network file systems cannot be relied on.
   */
  readonly file: string;
  /**
   * `full` (default): a resolved commit survives a power cut. `normal`: it survives the death of the process; a power cut may lose
   * the newest batches, never a part of one. Several times faster on slow disks.
   */
  readonly synchronous?: 'full' | 'normal';
  /** Milliseconds since the Unix epoch, for the time a body was put. Default `Date.now`. */
  readonly now?: () => number;
  /**
   * Where the worker's file is, for applications bundled into one file: bundle `polylect/storage/sqlite-worker` as an entry of
   * its own and give its URL or absolute path. Default: beside this module.
   */
  readonly worker?: URL | string;
}

export interface SqliteStorage extends Storage {
  /**
   * Copies the data as it is at one moment into a new file, while commits go on. Several may run at once. The copy is a whole
   * database that `sqlite()` opens.
   *
   * Rejects with `storage-failed` when the file exists or cannot be written; nothing is left behind then.
   */
  backup(file: string): Promise<void>;
}

/**
 * Storage in an SQLite file. All SQL runs in a worker thread.
 *
 * Uses `node:sqlite` where Node has it (22.13 and later), else the package `@photostructure/sqlite`, which the host installs.
 * The file may be read by others with SQL at any time: each table of the chat is a table of that name, rows are JSON text in the
 * column `row`. Do not write to it, and do not open the `-lease` file.
 *
 * Besides the codes of {@link Storage}: `storage-failed` with the driver's error as `cause`; `retryable` when the disk is full or
 * failing. A failed commit leaves nothing behind. If the worker dies, every call rejects with `storage-failed` until the storage is
 * closed and opened again.
 *
 * @example
 * ```ts
 * const storage = sqlite({ file: 'chat.sqlite' });
 * ```
 */
export function sqlite(options: SqliteOptions): SqliteStorage {
  const { file, synchronous } = options;
  if (typeof file !== 'string' || file === '' || file === ':memory:') {
    throw new ChatError('options-invalid', `file is ${JSON.stringify(file)}, must be a path`);
  }
  if (synchronous !== undefined && synchronous !== 'full' && synchronous !== 'normal') {
    throw new ChatError(
      'options-invalid',
      `synchronous is ${JSON.stringify(synchronous)}, must be full or normal`,
    );
  }
  return new SqliteAdapter({ ...options, file: resolve(file) });
}

class SqliteAdapter implements SqliteStorage {
  readonly bodies: Bodies;
  readonly #options: SqliteOptions;
  #thread: SqliteThread | undefined;
  #tables: Tables | undefined;
  #closing: Promise<void> | undefined;
  readonly #backups = new Set<Promise<void>>();

  constructor(options: SqliteOptions) {
    this.#options = options;
    this.bodies = new SqliteBodies(options.now ?? Date.now, () => this.#open().thread);
  }

  async open(options: OpenOptions): Promise<Opened> {
    const tables = new Tables(options.tables);
    if (this.#thread !== undefined) {
      throw new ChatError('storage-in-use', `${this.#options.file} is open already`, { retryable: true });
    }
    const thread = new SqliteThread(this.#options.worker);
    this.#thread = thread;
    const stopWaiting = () => void thread.call('stopWaiting', []).catch(() => {});
    options.signal?.addEventListener('abort', stopWaiting, { once: true });
    try {
      await this.#closing;
      const { file } = this.#options;
      await thread.call('lease', [file, options.takeover === 'wait' && !options.signal?.aborted]);
      options.leased?.();
      const opened = await thread.call('open', [
        {
          file,
          synchronous: this.#options.synchronous ?? 'full',
          tables: tables.stored.map(({ name, class: kind, key }) => ({ name, class: kind, key })),
          format: options.format,
        },
      ]);
      if (this.#thread !== thread) throw closed();
      this.#tables = tables;
      return opened;
    } catch (thrown) {
      if (this.#thread !== thread) throw closed();
      this.#thread = undefined;
      await thread.end().catch(() => {});
      throw thrown;
    } finally {
      options.signal?.removeEventListener('abort', stopWaiting);
    }
  }

  async commit(batch: Batch): Promise<void> {
    const { thread, tables } = this.#open();
    tables.checkBatch(batch);
    await thread.call('commit', [{ n: batch.n, after: batch.after, changes: batch.changes.map(asText) }]);
  }

  async lastCommitted(): Promise<number> {
    return this.#open().thread.call('lastCommitted', []);
  }

  async rows(table: string, keys: readonly Key[]): Promise<(StoredRow | undefined)[]> {
    const { thread, tables } = this.#open();
    tables.checkKeys(table, keys);
    return (await thread.call('rows', [table, keys])).map((row) => row && asRow(row));
  }

  async query(query: Query): Promise<StoredRow[]> {
    const { thread, tables } = this.#open();
    tables.checkQuery(query);
    checkLimit(query.limit);
    return (await thread.call('query', [query])).map(asRow);
  }

  async count(query: Omit<Query, 'limit' | 'skip' | 'around'>): Promise<number> {
    const { thread, tables } = this.#open();
    tables.checkQuery(query);
    return thread.call('count', [query]);
  }

  async backup(file: string): Promise<void> {
    this.#open();
    // A thread of its own: the copy of a large file takes seconds, and reads beside the writer.
    const thread = new SqliteThread(this.#options.worker);
    const done = thread.call('backup', [this.#options.file, resolve(file)]).finally(() => thread.end());
    const settled = done.catch(() => {}).finally(() => this.#backups.delete(settled));
    this.#backups.add(settled);
    return done;
  }

  close(): Promise<void> {
    const thread = this.#thread;
    if (thread === undefined) return this.#closing ?? Promise.resolve();
    this.#thread = undefined;
    this.#tables = undefined;
    const ended = Promise.all(this.#backups).then(() => thread.end());
    this.#closing = ended.catch(() => {});
    return ended;
  }

  #open(): { thread: SqliteThread; tables: Tables } {
    const thread = this.#thread;
    const tables = this.#tables;
    if (thread === undefined || tables === undefined) throw closed();
    return { thread, tables };
  }
}

function asText(change: Batch['changes'][number]): TextChange {
  if (change.op === 'put') {
    const { op, table, key, row } = change;
    return { op, table, key, in: change.in, row: JSON.stringify(row) };
  }
  return change;
}

function asRow(row: TextRow): StoredRow {
  return { key: row.key, in: row.in, row: JSON.parse(row.row) };
}

function closed(): ChatError {
  return new ChatError('storage-closed', 'the storage is not open');
}
