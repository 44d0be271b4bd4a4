import type { Database } from './sqlite-driver.js';

/** Runs `body` between BEGIN and COMMIT. Whatever fails, the COMMIT included, nothing of it stays. */
export function inTransaction<T>(db: Database, body: () => T): T {
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = body();
    db.exec('COMMIT');
    return result;
  } catch (thrown) {
    try {
      db.exec('ROLLBACK');
    } catch {
      // SQLite rolls back by itself when the disk is full or fails; the first error is the one that tells.
    }
    throw thrown;
  }
}
