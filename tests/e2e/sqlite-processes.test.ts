import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sqlite } from '../../src/adapters/storage/sqlite.js';
import type { OpenOptions } from '../../src/core/ports.js';
import { contractTables } from '../../src/testing/storage.js';
import { integrityOf, sqlOf } from '../support/sqlite-check.js';
import { SqliteProcess } from '../support/sqlite-process.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const opening: OpenOptions = { tables: contractTables, format: 1, takeover: 'refuse' };
let folder: ReturnType<typeof temporaryFolder>;
let file: string;
const processes: SqliteProcess[] = [];

beforeEach(() => {
  folder = temporaryFolder();
  file = join(folder.path, 'chat.sqlite');
});

afterEach(async () => {
  for (const one of processes.splice(0)) await one.kill();
  folder.remove();
});

function start(mode: 'hold' | 'write' | 'body' | 'try'): SqliteProcess {
  const started = new SqliteProcess(mode, file);
  processes.push(started);
  return started;
}

describe('one file and two processes', () => {
  it('refuses the second and names the file', async () => {
    const holder = start('hold');
    expect(await holder.next()).toMatchObject({ event: 'open' });
    const second = sqlite({ file });
    await expect(second.open(opening)).rejects.toMatchObject({
      code: 'storage-in-use',
      retryable: true,
      message: expect.stringContaining(file),
    });
    const third = start('try');
    expect(await third.next()).toMatchObject({ event: 'failed', code: 'storage-in-use' });
  });

  it('gives the lease to the one that waits when the holder closes', async () => {
    const holder = start('hold');
    await holder.next();
    const second = sqlite({ file });
    const waiting = second.open({ ...opening, takeover: 'wait' });
    holder.say('close');
    expect((await waiting).lastCommitted).toBe(0);
    await second.close();
  });

  it('has nothing left of a body whose writer was killed', async () => {
    const holder = start('body');
    await holder.next();
    for (let i = 0; i < 12; i++) await holder.next();
    await holder.kill();
    const [halves] = await sqlOf(file, 'SELECT count(*) AS n FROM polylect_pieces');
    expect(halves?.n).toBeGreaterThan(5);
    const next = sqlite({ file });
    await next.open(opening);
    expect(await next.bodies.read('endless')).toBeUndefined();
    expect(await next.bodies.list({ limit: 10 })).toEqual([]);
    await next.close();
    const [left] = await sqlOf(file, 'SELECT count(*) AS n FROM polylect_pieces');
    expect(left?.n).toBe(0);
  });

  it('frees the lease and keeps every acknowledged batch whole when the holder is killed at work', async () => {
    for (let round = 0; round < 3; round++) {
      const holder = start('write');
      await holder.next();
      for (let i = 0; i < 40; i++) await holder.next();
      await holder.kill();
      const acknowledged = holder.told.at(-1)?.n ?? 0;
      const next = sqlite({ file });
      const { lastCommitted } = await next.open(opening);
      expect(lastCommitted).toBeGreaterThanOrEqual(acknowledged);
      expect(await next.count({ table: 'messages' })).toBe(2 * lastCommitted);
      await next.close();
      expect(await integrityOf(file)).toBe('ok');
    }
  }, 60_000);

  it('hands over to the one that waits when the holder is killed', async () => {
    const holder = start('hold');
    await holder.next();
    const second = sqlite({ file });
    const waiting = second.open({ ...opening, takeover: 'wait' });
    await holder.kill();
    await waiting;
    await second.close();
  });
});

describe('one file in one process', () => {
  it('is refused a second time under another name too', async () => {
    const first = sqlite({ file });
    await first.open(opening);
    const link = join(folder.path, 'link.sqlite');
    symlinkSync(file, link);
    await expect(sqlite({ file }).open(opening)).rejects.toMatchObject({ code: 'storage-in-use' });
    await expect(sqlite({ file: link }).open(opening)).rejects.toMatchObject({ code: 'storage-in-use' });
    await first.close();
    const again = sqlite({ file: link });
    await again.open(opening);
    await again.close();
  });

  it('can be read with SQL by others while it is open', async () => {
    const storage = sqlite({ file });
    await storage.open(opening);
    await storage.commit({
      n: 1,
      after: 0,
      changes: [
        { op: 'put', table: 'users', key: 'ann', in: '', row: { name: 'Ann' } },
        { op: 'put', table: 'messages', key: 7, in: 'lobby', row: { text: 'hi' } },
      ],
    });
    expect(await sqlOf(file, `SELECT key, row ->> 'name' AS name FROM users`)).toEqual([
      { key: 'ann', name: 'Ann' },
    ]);
    expect(await sqlOf(file, `SELECT key, part, row ->> 'text' AS text FROM messages`)).toEqual([
      { key: 7, part: 'lobby', text: 'hi' },
    ]);
    expect(await sqlOf(file, `SELECT name, value FROM polylect_meta ORDER BY name`)).toEqual([
      { name: 'committed', value: 1 },
      { name: 'format', value: 1 },
      { name: 'layout', value: 2 },
    ]);
    expect(await sqlOf(file, `SELECT name FROM sqlite_schema WHERE name = 'sessions'`)).toEqual([]);
    await storage.commit({ n: 2, after: 1, changes: [] });
    await storage.close();
  });
});
