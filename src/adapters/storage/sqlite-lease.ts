import { setTimeout } from 'node:timers/promises';
import { ChatError } from '../../core/errors.js';
import { type Database, isBusy, loadDriver, sqlFailure } from './sqlite-driver.js';

const pollMs = 25;

/**
 * Takes the right to write: an exclusive transaction, never ended, in an empty database beside the file. It is a lock of the
 * operating system, so it goes with the process however that dies, and it does not disturb readers of the file itself.
 *
 * @param waits - asked before each further try; once false, a taken lease is refused with `storage-in-use`.
 */
export async function takeLease(file: string, waits: () => boolean): Promise<Database> {
  const { DatabaseSync } = await loadDriver();
  let lease: Database | undefined;
  try {
    lease = new DatabaseSync(`${file}-lease`, { timeout: 0 });
    while (!tryLock(lease)) {
      if (!waits()) {
        throw new ChatError('storage-in-use', `${file} is open already, here or in another process`, {
          retryable: true,
        });
      }
      await setTimeout(pollMs);
    }
    return lease;
  } catch (thrown) {
    lease?.close();
    throw sqlFailure(`cannot lock ${file}`, thrown);
  }
}

function tryLock(lease: Database): boolean {
  try {
    lease.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (thrown) {
    if (isBusy(thrown)) return false;
    throw thrown;
  }
}
