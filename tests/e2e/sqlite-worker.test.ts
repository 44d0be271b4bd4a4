import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { sqlite } from '../../src/adapters/storage/sqlite.js';
import type { OpenOptions } from '../../src/core/ports.js';
import { contractTables } from '../../src/testing/storage.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const { workers } = vi.hoisted(() => ({ workers: [] as Worker[] }));

vi.mock('node:worker_threads', async (original) => {
  const threads = await original<typeof import('node:worker_threads')>();
  class Noted extends threads.Worker {
    constructor(...args: ConstructorParameters<typeof Worker>) {
      super(...args);
      workers.push(this);
    }
  }
  return { ...threads, Worker: Noted };
});

const opening: OpenOptions = { tables: contractTables, format: 1, takeover: 'refuse' };
let folder: ReturnType<typeof temporaryFolder>;

beforeEach(() => {
  folder = temporaryFolder();
  workers.length = 0;
});

afterEach(() => folder.remove());

it('rejects all calls when the thread dies, and opens again after closing', async () => {
  const storage = sqlite({ file: join(folder.path, 'chat.sqlite') });
  await storage.open(opening);
  await storage.commit({ n: 1, after: 0, changes: [] });
  await workers.at(-1)?.terminate();
  const failed = { code: 'storage-failed', message: expect.stringContaining('thread') };
  await expect(storage.commit({ n: 2, after: 1, changes: [] })).rejects.toMatchObject(failed);
  await expect(storage.lastCommitted()).rejects.toMatchObject(failed);
  await expect(storage.bodies.read('a')).rejects.toMatchObject(failed);
  await storage.close();
  expect((await storage.open(opening)).lastCommitted).toBe(1);
  await storage.close();
});

it('rejects a call that is under way when the thread dies', async () => {
  const holder = sqlite({ file: join(folder.path, 'chat.sqlite') });
  await holder.open(opening);
  const second = sqlite({ file: join(folder.path, 'chat.sqlite') });
  const waiting = expect(second.open({ ...opening, takeover: 'wait' })).rejects.toMatchObject({
    code: 'storage-failed',
  });
  await vi.waitUntil(() => workers.length === 2);
  await workers.at(-1)?.terminate();
  await waiting;
  await second.close();
  await holder.close();
});

it('rejects opening when there is no worker to be started', async () => {
  const storage = sqlite({ file: join(folder.path, 'chat.sqlite'), worker: join(folder.path, 'none.js') });
  await expect(storage.open(opening)).rejects.toMatchObject({ code: 'storage-failed' });
  await storage.close();
});
