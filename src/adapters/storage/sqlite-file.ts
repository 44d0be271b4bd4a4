import { setImmediate } from 'node:timers/promises';
import type { Key, TableSpec } from '../../core/change.js';
import { ChatError } from '../../core/errors.js';
import type { Opened, Query } from '../../core/ports.js';
import { rowTest } from './filter.js';
import { greater, isBetween, lesser } from './key-order.js';
import { SqliteBodyTables } from './sqlite-body-tables.js';
import type { OpenFile, TextBatch, TextChange, TextRow } from './sqlite-calls.js';
import {
  type Database,
  loadDriver,
  type SqlRow,
  type SqlValue,
  type Statement,
  sqlFailure,
} from './sqlite-driver.js';
import { prepareFile } from './sqlite-schema.js';
import { inTransaction } from './sqlite-transaction.js';

/** How long reading may keep a commit waiting, in ms. */
const sliceMs = 5;

interface Bounds {
  readonly table: string;
  readonly in?: string | undefined;
  readonly before?: Key | undefined;
  readonly after?: Key | undefined;
}

/** How to change one table. */
interface Table {
  readonly partitioned: boolean;
  readonly put: Statement;
  readonly remove: Statement;
  readonly clear: Statement;
}

/** The database file, open for writing. Lives in the worker; who may call is decided by the lease. */
export class SqliteFile {
  readonly opened: Opened;
  readonly bodies: SqliteBodyTables;
  readonly #db: Database;
  readonly #file: string;
  readonly #tables: ReadonlyMap<string, Table>;
  readonly #statements = new Map<string, Statement>();

  private constructor(db: Database, options: OpenFile) {
    this.#db = db;
    this.#file = options.file;
    this.opened = prepareFile(db, options.file, options.tables, options.format);
    this.bodies = new SqliteBodyTables(db);
    this.#tables = new Map(options.tables.map((spec) => [spec.name, prepareTable(db, spec)]));
  }

  static async open(options: OpenFile): Promise<SqliteFile> {
    const { DatabaseSync } = await loadDriver();
    let db: Database | undefined;
    try {
      // Somebody with an SQL shell may hold the write lock for a moment.
      db = new DatabaseSync(options.file, { timeout: 2000 });
      db.exec(`PRAGMA synchronous = ${options.synchronous === 'full' ? 'FULL' : 'NORMAL'}`);
      db.exec('PRAGMA journal_size_limit = 67108864');
      const file = new SqliteFile(db, options);
      // After the check of versions, which must leave a newer file as it is.
      db.exec('PRAGMA journal_mode = WAL');
      return file;
    } catch (thrown) {
      db?.close();
      throw sqlFailure(`cannot open ${options.file}`, thrown);
    }
  }

  close(): void {
    this.#db.close();
  }

  commit(batch: TextBatch): void {
    try {
      inTransaction(this.#db, () => {
        const newest = this.lastCommitted();
        if (newest === batch.n) return;
        if (newest !== batch.after) {
          throw new ChatError(
            'storage-conflict',
            `batch ${batch.n} comes after ${batch.after}, but the newest in ${this.#file} is ${newest}`,
          );
        }
        for (const change of batch.changes) this.#apply(change);
        this.#sql(`UPDATE polylect_meta SET value = ? WHERE name = 'committed'`).run(batch.n);
      });
    } catch (thrown) {
      throw sqlFailure(`batch ${batch.n} could not be written to ${this.#file}`, thrown);
    }
  }

  lastCommitted(): number {
    return Number(this.#sql(`SELECT value FROM polylect_meta WHERE name = 'committed'`).get()?.value);
  }

  async rows(table: string, keys: readonly Key[]): Promise<(TextRow | undefined)[]> {
    const one = this.#sql(`SELECT ${this.#columns(table)} FROM "${table}" WHERE key = ?`);
    const found: (TextRow | undefined)[] = [];
    let started = performance.now();
    for (const key of keys) {
      const row = one.get(key);
      found.push(row && textRow(row));
      if (performance.now() - started < sliceMs) continue;
      await setImmediate();
      started = performance.now();
    }
    return found;
  }

  async query(query: Query): Promise<TextRow[]> {
    const { before, after, around, limit, skip = 0 } = query;
    const test = query.filter === undefined ? undefined : rowTest(query.filter);
    const take = async (range: Bounds, falling: boolean, leaveOut: number): Promise<TextRow[]> => {
      const taken: TextRow[] = [];
      let left = leaveOut;
      await this.#walk(range, falling, (row) => {
        if (test !== undefined && !test(JSON.parse(row.row))) return true;
        if (left-- > 0) return true;
        return taken.push(row) < limit;
      });
      return falling ? taken.reverse() : taken;
    };
    if (around === undefined) return take(query, before !== undefined, skip);
    const below = await take({ ...query, before: lesser(around, before) }, true, 0);
    const itself = (await this.rows(query.table, [around])).filter(
      (row) =>
        row !== undefined &&
        isBetween(around, after, before) &&
        (query.in === undefined || row.in === query.in) &&
        (test === undefined || test(JSON.parse(row.row))),
    ) as TextRow[];
    const above = await take({ ...query, after: greater(around, after) }, false, 0);
    return [...below, ...itself, ...above];
  }

  async count(query: Omit<Query, 'limit'>): Promise<number> {
    if (query.filter === undefined) {
      const { where, values } = this.#where(query);
      return Number(this.#sql(`SELECT count(*) AS n ${where}`).get(...values)?.n);
    }
    const test = rowTest(query.filter);
    let count = 0;
    await this.#walk(query, false, (row) => {
      if (test(JSON.parse(row.row))) count++;
      return true;
    });
    return count;
  }

  #apply(change: TextChange): void {
    const table = this.#table(change.table);
    if (change.op === 'remove') table.remove.run(change.key);
    else if (change.op === 'put') {
      if (table.partitioned) table.put.run(change.key, change.in, change.row);
      else table.put.run(change.key, change.row);
    } else if (table.partitioned) table.clear.run(change.in);
    else table.clear.run();
  }

  /**
   * Gives the rows of a range to `visit` until it returns false. Stops every few ms to let commits through, so rows that change
   * meanwhile are seen as they are when their turn comes; none is seen twice.
   */
  async #walk(range: Bounds, falling: boolean, visit: (row: TextRow) => boolean): Promise<void> {
    const rest = { table: range.table, in: range.in, before: range.before, after: range.after };
    for (;;) {
      const last = this.#slice(rest, falling, visit);
      if (last === undefined) return;
      if (falling) rest.before = last;
      else rest.after = last;
      await setImmediate();
    }
  }

  /** Returns the key to go on from, or nothing when the walk is over. */
  #slice(range: Bounds, falling: boolean, visit: (row: TextRow) => boolean): Key | undefined {
    const { where, values } = this.#where(range);
    const order = falling ? 'DESC' : 'ASC';
    const rows = this.#sql(`SELECT ${this.#columns(range.table)} ${where} ORDER BY key ${order}`);
    const started = performance.now();
    for (const found of rows.iterate(...values)) {
      const row = textRow(found);
      if (!visit(row)) return undefined;
      if (performance.now() - started >= sliceMs) return row.key;
    }
    return undefined;
  }

  #where(range: Bounds): { where: string; values: SqlValue[] } {
    const conditions: string[] = [];
    const values: SqlValue[] = [];
    const add = (condition: string, value: SqlValue | undefined) => {
      if (value === undefined) return;
      conditions.push(condition);
      values.push(value);
    };
    const partitioned = this.#table(range.table).partitioned;
    if (partitioned) add('part = ?', range.in);
    else if (range.in !== undefined && range.in !== '') conditions.push('false');
    const index = partitioned && range.in !== undefined ? ` INDEXED BY "${range.table}_part"` : '';
    add('key > ?', range.after);
    add('key < ?', range.before);
    const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
    return { where: `FROM "${range.table}"${index}${where}`, values };
  }

  #columns(table: string): string {
    return this.#table(table).partitioned ? 'key, part, row' : `key, '' AS part, row`;
  }

  #table(name: string): Table {
    const table = this.#tables.get(name);
    if (table !== undefined) return table;
    throw new ChatError('options-invalid', `"${name}" is not one of the stored tables`);
  }

  /** Only checked names and fixed text get into `sql`; everything else is bound. */
  #sql(sql: string): Statement {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

function prepareTable(db: Database, { name, class: kind }: TableSpec): Table {
  const partitioned = kind === 'archive';
  const put = partitioned
    ? `INSERT INTO "${name}" (key, part, row) VALUES (?, ?, ?)
        ON CONFLICT (key) DO UPDATE SET part = excluded.part, row = excluded.row`
    : `INSERT INTO "${name}" (key, row) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET row = excluded.row`;
  return {
    partitioned,
    put: db.prepare(put),
    remove: db.prepare(`DELETE FROM "${name}" WHERE key = ?`),
    clear: db.prepare(`DELETE FROM "${name}"${partitioned ? ' WHERE part = ?' : ''}`),
  };
}

function textRow(found: SqlRow): TextRow {
  return { key: found.key as Key, in: found.part as string, row: found.row as string };
}
