// A process with an SQLite storage, run by the tests: sqlite-child.ts <hold|write|fill|body|try> <file>
import { sqlite } from '../../src/adapters/storage/sqlite.js';
import type { Change } from '../../src/core/change.js';
import { ChatError } from '../../src/core/errors.js';
import { contractTables } from '../../src/testing/storage.js';
import type { Told } from './sqlite-process.js';

const [mode, file] = process.argv.slice(2);
const storage = sqlite({ file: file ?? '' });
const tell = (told: Told) => process.send?.(told);
const message = () => new Promise<unknown>((resolve) => process.once('message', resolve));

try {
  const opened = await storage.open({ tables: contractTables, format: 1, takeover: 'refuse' });
  tell({ event: 'open', n: opened.lastCommitted });
  if (mode === 'hold') await message();
  if (mode === 'write') await write(opened.lastCommitted);
  if (mode === 'fill') await fill();
  if (mode === 'body') await storage.bodies.put('endless', endless());
  await storage.close();
  tell({ event: 'closed', n: 0 });
} catch (thrown) {
  tell(failure(0, thrown));
}
process.disconnect?.();

/** Commits without end and tells the number of each batch once it is acknowledged. Batch n has rows 2n and 2n + 1. */
async function write(last: number): Promise<void> {
  for (let n = last + 1; ; n++) {
    await storage.commit({ n, after: n - 1, changes: [row(2 * n, 'hi'), row(2 * n + 1, 'hi')] });
    tell({ event: 'committed', n });
  }
}

/** Commits large rows until it fails, waits to be told that there is room again, and repeats the batch that failed. */
async function fill(): Promise<void> {
  for (let n = 1; ; n++) {
    const batch = {
      n,
      after: n - 1,
      changes: [row(2 * n, 'x'.repeat(100_000)), row(2 * n + 1, 'y'.repeat(100_000))],
    };
    try {
      await storage.commit(batch);
    } catch (thrown) {
      tell(failure(n, thrown));
      tell({ event: 'committed', n: await storage.lastCommitted() });
      tell({ event: 'counted', n: await storage.count({ table: 'messages' }) });
      await message();
      await storage.commit(batch);
      tell({ event: 'committed', n });
      return;
    }
  }
}

/** Bytes without end; tells how many pieces were asked for. */
async function* endless(): AsyncGenerator<Uint8Array> {
  for (let n = 1; ; n++) {
    yield new Uint8Array(300_000).fill(n);
    tell({ event: 'counted', n });
  }
}

function row(key: number, text: string): Change {
  return { op: 'put', table: 'messages', key, in: 'lobby', row: { text } };
}

function failure(n: number, thrown: unknown): Told {
  if (!(thrown instanceof ChatError)) throw thrown;
  const { code, message, retryable } = thrown;
  const { errcode } = (thrown.cause ?? {}) as { errcode?: number };
  return { event: 'failed', n, code, message, retryable, ...(errcode === undefined ? {} : { errcode }) };
}
