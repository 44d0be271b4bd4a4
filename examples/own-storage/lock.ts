import { readFile, rm, writeFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { ChatError, type OpenOptions } from 'polylect';

/** Locks that this very process has: its number alone does not tell, since in a container it is the same after every start. */
const held = new Set<string>();

/**
 * Takes the exclusive right to write: a file with this process's number in it. One left behind by a process that is gone is taken over.
 *
 * Good enough for one machine and processes that do not start in the same instant after a crash. A database has better: use its locks.
 *
 * @returns what gives the right back.
 */
export async function takeLock(
  file: string,
  { takeover, signal }: Pick<OpenOptions, 'takeover' | 'signal'>,
): Promise<() => Promise<void>> {
  for (;;) {
    try {
      await writeFile(file, String(process.pid), { flag: 'wx' });
      held.add(file);
      return async () => {
        held.delete(file);
        await rm(file, { force: true });
      };
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown;
    }
    const holder = Number(await readFile(file, 'utf8').catch(() => ''));
    if (holder > 0 && !isAlive(holder, file)) {
      await rm(file, { force: true });
      continue;
    }
    if (takeover === 'refuse' || signal?.aborted)
      throw new ChatError('storage-in-use', `${file} is held by process ${holder}`, { retryable: true });
    await setTimeout(25, undefined, signal === undefined ? {} : { signal }).catch(() => {});
  }
}

function isAlive(pid: number, file: string): boolean {
  if (pid === process.pid) return held.has(file);
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    // Somebody else's process may not be signalled, but it is there.
    return (thrown as NodeJS.ErrnoException).code === 'EPERM';
  }
}
