import type { TableSpec } from '../../core/change.js';
import { ChatError } from '../../core/errors.js';
import type { Opened } from '../../core/ports.js';
import type { Database } from './sqlite-driver.js';
import { inTransaction } from './sqlite-transaction.js';

/**
 * What brings a file from one layout to the next: the first makes layout 1 of an empty file. Layout is how this adapter keeps
 * rows; what the rows hold is the format, which belongs to the caller. Released steps are never changed.
 */
const steps: readonly ((db: Database) => void)[] = [
  (db) => {
    db.exec('CREATE TABLE polylect_meta (name TEXT PRIMARY KEY NOT NULL, value INTEGER NOT NULL)');
    db.exec(
      'CREATE TABLE polylect_bodies (id TEXT PRIMARY KEY NOT NULL, at INTEGER NOT NULL, bytes BLOB NOT NULL)',
    );
    db.exec(`INSERT INTO polylect_meta VALUES ('layout', 0), ('format', 0), ('committed', 0)`);
  },
  // Bodies in pieces of 262,144 bytes. A number in polylect_drafts has pieces that belong to no body: not yet, or no more.
  (db) => {
    db.exec('ALTER TABLE polylect_bodies RENAME TO polylect_bodies_whole');
    db.exec(
      'CREATE TABLE polylect_bodies (id TEXT PRIMARY KEY NOT NULL, at INTEGER NOT NULL, size INTEGER NOT NULL, body INTEGER NOT NULL)',
    );
    db.exec(
      'CREATE TABLE polylect_pieces (body INTEGER NOT NULL, piece INTEGER NOT NULL, bytes BLOB NOT NULL)',
    );
    db.exec('CREATE UNIQUE INDEX polylect_pieces_body ON polylect_pieces (body, piece)');
    db.exec('CREATE TABLE polylect_drafts (body INTEGER PRIMARY KEY AUTOINCREMENT)');
    db.exec(
      'INSERT INTO polylect_bodies SELECT id, at, length(bytes), row_number() OVER (ORDER BY id) FROM polylect_bodies_whole',
    );
    db.exec(`WITH RECURSIVE parts(id, piece, size) AS (
        SELECT id, 0, length(bytes) FROM polylect_bodies_whole WHERE length(bytes) > 0
        UNION ALL SELECT id, piece + 1, size FROM parts WHERE (piece + 1) * 262144 < size
      )
      INSERT INTO polylect_pieces
      SELECT b.body, p.piece, substr(w.bytes, p.piece * 262144 + 1, 262144)
      FROM parts p JOIN polylect_bodies b ON b.id = p.id JOIN polylect_bodies_whole w ON w.id = p.id`);
    // Numbers go on above those given out here.
    db.exec('INSERT INTO polylect_drafts SELECT max(body) FROM polylect_bodies HAVING max(body) IS NOT NULL');
    db.exec('DELETE FROM polylect_drafts');
    db.exec('DROP TABLE polylect_bodies_whole');
  },
];

/** The layout this code writes. */
export const layout = steps.length;

/** Creates or migrates everything in one transaction. Refuses a file from newer code with `storage-newer`, untouched. */
export function prepareFile(
  db: Database,
  file: string,
  tables: readonly TableSpec[],
  format: number,
): Opened {
  return inTransaction(db, () => {
    const found = readMeta(db);
    if (found.layout > layout) throw newer(file, 'layout', found.layout, layout);
    if (found.format > format) throw newer(file, 'format', found.format, format);
    for (const step of steps.slice(found.layout)) step(db);
    for (const table of tables) createTable(db, file, table);
    const set = db.prepare('UPDATE polylect_meta SET value = ? WHERE name = ?');
    if (found.layout !== layout) set.run(layout, 'layout');
    if (found.format !== format) set.run(format, 'format');
    return { lastCommitted: found.committed, format: found.format };
  });
}

function readMeta(db: Database): { layout: number; format: number; committed: number } {
  const meta = { layout: 0, format: 0, committed: 0 };
  const known = db
    .prepare(`SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'polylect_meta'`)
    .get();
  if (known === undefined) return meta;
  for (const { name, value } of db.prepare('SELECT name, value FROM polylect_meta').all()) {
    if (name === 'layout' || name === 'format' || name === 'committed') meta[name] = Number(value);
  }
  return meta;
}

function createTable(db: Database, file: string, table: TableSpec): void {
  const { name } = table;
  const key = table.key === 'integer' ? 'key INTEGER PRIMARY KEY NOT NULL' : 'key TEXT PRIMARY KEY NOT NULL';
  const part = table.class === 'archive' ? 'part TEXT NOT NULL, ' : '';
  db.exec(`CREATE TABLE IF NOT EXISTS "${name}" (${key}, ${part}row TEXT NOT NULL)`);
  const wanted = `key ${table.key === 'integer' ? 'INTEGER' : 'TEXT'}${part && ', part TEXT'}, row TEXT`;
  const columns = db.prepare(`SELECT name, type FROM pragma_table_info('${name}')`).all();
  const found = columns.map((column) => `${column.name} ${column.type}`).join(', ');
  if (found !== wanted) {
    throw new ChatError(
      'storage-failed',
      `table ${name} of ${file} has columns ${found}; needed are ${wanted}`,
    );
  }
  // Every index of SQLite ends in the integer key, so this one is in order of part and key.
  if (part) db.exec(`CREATE INDEX IF NOT EXISTS "${name}_part" ON "${name}" (part)`);
}

function newer(file: string, what: string, found: number, known: number): ChatError {
  return new ChatError(
    'storage-newer',
    `${file} was written with ${what} ${found}; this code knows ${what}s up to ${known}`,
  );
}
