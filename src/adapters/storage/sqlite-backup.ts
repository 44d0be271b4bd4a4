import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { ChatError } from '../../core/errors.js';
import { type Database, loadDriver, sqlFailure } from './sqlite-driver.js';

/**
 * Copies a database as it is at one moment, while others write to it. The copy has its name only once it is whole and on the
 * disk. A file that exists is not overwritten.
 */
export async function backupFile(from: string, to: string): Promise<void> {
  const { DatabaseSync } = await loadDriver();
  const partial = `${to}.${randomUUID()}.partial`;
  let db: Database | undefined;
  try {
    refuseExisting(to);
    db = new DatabaseSync(from, { timeout: 2000 });
    db.prepare('VACUUM INTO ?').run(partial);
    const copy = await open(partial, 'r+');
    try {
      await copy.sync();
    } finally {
      await copy.close();
    }
    refuseExisting(to);
    await rename(partial, to);
  } catch (thrown) {
    await rm(partial, { force: true });
    throw sqlFailure(`backup to ${to} failed`, thrown);
  } finally {
    db?.close();
  }
}

function refuseExisting(file: string): void {
  if (existsSync(file)) throw new ChatError('storage-failed', `backup to ${file}: the file exists already`);
}
