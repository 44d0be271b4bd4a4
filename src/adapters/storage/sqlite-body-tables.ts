import { setImmediate } from 'node:timers/promises';
import { ChatError } from '../../core/errors.js';
import { pieceBytes } from './sqlite-calls.js';
import type { Database, Statement } from './sqlite-driver.js';
import { inTransaction } from './sqlite-transaction.js';

/** Pieces removed at once: what keeps a commit waiting for some ms at most. */
const piecesAtOnce = 16;

/**
 * Bodies in the tables of an open file. A body that is written, or removed, piece by piece has its number in `polylect_drafts` until that
 * is done, so that what a crash leaves behind is found at the next opening.
 */
export class SqliteBodyTables {
  readonly #db: Database;
  readonly #statements = new Map<string, Statement>();

  constructor(db: Database) {
    this.#db = db;
    const drafts = this.#sql('SELECT body FROM polylect_drafts').all();
    if (drafts.length === 0) return;
    inTransaction(db, () => {
      for (const { body } of drafts)
        this.#sql('DELETE FROM polylect_pieces WHERE body = ?').run(Number(body));
      db.exec('DELETE FROM polylect_drafts');
    });
  }

  put(id: string, at: number, bytes: Uint8Array): void {
    inTransaction(this.#db, () => {
      if (this.#isThere(id, at)) return;
      const body = this.begin();
      if (bytes.length > 0) this.add(body, 0, bytes);
      this.#name(body, id, at, bytes.length);
    });
  }

  begin(): number {
    return Number(this.#sql('INSERT INTO polylect_drafts DEFAULT VALUES RETURNING body').get()?.body);
  }

  add(body: number, index: number, bytes: Uint8Array): void {
    this.#sql('INSERT INTO polylect_pieces (body, piece, bytes) VALUES (?, ?, ?)').run(body, index, bytes);
  }

  async finish(body: number, id: string, at: number, size: number): Promise<void> {
    const before = inTransaction(this.#db, () => {
      if (this.#isThere(id, at)) return true;
      const { n } = this.#sql('SELECT count(*) AS n FROM polylect_pieces WHERE body = ?').get(body) ?? {};
      if (Number(n) !== Math.ceil(size / pieceBytes))
        throw new ChatError('storage-failed', `body ${id} lacks pieces`);
      this.#name(body, id, at, size);
      return false;
    });
    if (before) await this.drop(body);
  }

  async drop(body: number): Promise<void> {
    const some = `DELETE FROM polylect_pieces WHERE rowid IN
      (SELECT rowid FROM polylect_pieces WHERE body = ? LIMIT ${piecesAtOnce}) RETURNING piece`;
    while (this.#sql(some).all(body).length === piecesAtOnce) await setImmediate();
    this.#sql('DELETE FROM polylect_drafts WHERE body = ?').run(body);
  }

  find(id: string): { body: number; size: number } | undefined {
    const found = this.#sql('SELECT body, size FROM polylect_bodies WHERE id = ?').get(id);
    return found && { body: Number(found.body), size: Number(found.size) };
  }

  piece(body: number, index: number): Uint8Array | undefined {
    const found = this.#sql('SELECT bytes FROM polylect_pieces WHERE body = ? AND piece = ?').get(
      body,
      index,
    );
    return found?.bytes as Uint8Array | undefined;
  }

  async remove(ids: readonly string[]): Promise<void> {
    const gone = inTransaction(this.#db, () =>
      ids.flatMap((id) => {
        const { body } = this.#sql('DELETE FROM polylect_bodies WHERE id = ? RETURNING body').get(id) ?? {};
        if (body === undefined) return [];
        this.#sql('INSERT INTO polylect_drafts (body) VALUES (?)').run(body);
        return [Number(body)];
      }),
    );
    for (const body of gone) await this.drop(body);
  }

  list(after: string | undefined, limit: number): { id: string; at: number; bytes: number }[] {
    const from = after === undefined ? '' : 'WHERE id > ?';
    const page = `SELECT id, at, size FROM polylect_bodies ${from} ORDER BY id LIMIT ?`;
    const found = this.#sql(page).all(...(after === undefined ? [limit] : [after, limit]));
    return found.map((row) => ({ id: String(row.id), at: Number(row.at), bytes: Number(row.size) }));
  }

  /** The same id has the same bytes: whoever reads them goes on reading. */
  #isThere(id: string, at: number): boolean {
    return this.#sql('UPDATE polylect_bodies SET at = ? WHERE id = ? RETURNING id').get(at, id) !== undefined;
  }

  #name(body: number, id: string, at: number, size: number): void {
    this.#sql('INSERT INTO polylect_bodies (id, at, size, body) VALUES (?, ?, ?, ?)').run(id, at, size, body);
    this.#sql('DELETE FROM polylect_drafts WHERE body = ?').run(body);
  }

  #sql(sql: string): Statement {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}
