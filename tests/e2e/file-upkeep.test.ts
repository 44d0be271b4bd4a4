import { afterEach, expect, test } from 'vitest';
import { memory } from '../../src/adapters/storage/memory.js';
import { type Chat, createChat } from '../../src/chat.js';
import type { Storage } from '../../src/core/ports.js';
import { sockchat } from '../../src/dialects/sockchat/index.js';
import type { SessionId } from '../../src/domain/ids.js';
import { SocketClock } from '../support/faulty-chat.js';
import { letIn } from '../support/let-in.js';

let chat: Chat | undefined;
const errors: unknown[] = [];
const clock = new SocketClock();

afterEach(async () => {
  let closed = false;
  const closing = chat?.close().then(() => {
    closed = true;
  });
  while (!closed) await clock.advance(1_000);
  await closing;
  expect(errors).toEqual([]);
});

async function start(change: (storage: Storage) => Storage = (storage) => storage): Promise<Storage> {
  const storage = change(memory({ now: () => clock.now() }));
  const options = { auth: letIn, dialects: [sockchat()], clock };
  chat = await createChat({ storage, ...options });
  chat.on('error', (error) => errors.push(error));
  return storage;
}

const put = (storage: Storage, ...ids: string[]) =>
  Promise.all(ids.map((id) => storage.bodies.put(id, new Uint8Array([1]))));
const bodies = async (storage: Storage) =>
  (await storage.bodies.list({ limit: 10_000 })).map((body) => body.id);
const picture = { by: 'host', type: 'image/png' } as const;

test('sweeps bytes that no row refers to, a minute after they were put', async () => {
  const storage = await start();
  await put(storage, 'loose', 'used');
  await chat?.run('emoji.add', { ...picture, name: 'one', body: 'used' });
  await clock.advance(55_000);
  expect(await bodies(storage)).toEqual(['loose', 'used']);
  await put(storage, 'young');
  await clock.advance(20_000);
  expect(await bodies(storage)).toEqual(['used', 'young']);
  await chat?.run('emoji.update', { by: 'host', id: 1, picture: { type: 'image/png', body: 'young' } });
  await clock.advance(20_000);
  expect(await bodies(storage)).toEqual(['young']);
});

test('sweeps nothing young when the clock is set forward', async () => {
  const storage = await start();
  await clock.advance(5_000);
  await put(storage, 'young');
  clock.jump(3_600_000);
  await clock.advance(30_000);
  expect(await bodies(storage)).toEqual(['young']);
  await chat?.run('emoji.add', { ...picture, name: 'one', body: 'young' });
  await put(storage, 'loose');
  await clock.advance(100_000);
  expect(await bodies(storage)).toEqual(['young']);
});

test('sweeps many a part at a time', async () => {
  const storage = await start();
  await put(storage, ...Array.from({ length: 2_500 }, (_, i) => `b${i}`));
  await chat?.run('emoji.add', { ...picture, name: 'one', body: 'b1500' });
  await clock.advance(60_000);
  const counts = new Set<number>();
  for (let i = 0; i < 70; i++) {
    await clock.advance(1_000);
    counts.add((await bodies(storage)).length);
  }
  expect([...counts].filter((count) => count < 2_500)).toEqual([1_501, 501, 1]);
  expect(await bodies(storage)).toEqual(['b1500']);
});

test('keeps bytes until storage has that their row is gone', async () => {
  let held: Promise<void> | undefined;
  const storage = await start((inner) =>
    Object.assign(Object.create(inner) as Storage, {
      open: inner.open.bind(inner),
      close: inner.close.bind(inner),
      lastCommitted: inner.lastCommitted.bind(inner),
      rows: inner.rows.bind(inner),
      query: inner.query.bind(inner),
      count: inner.count.bind(inner),
      bodies: inner.bodies,
      commit: async (batch: Parameters<Storage['commit']>[0]) => {
        await held;
        await inner.commit(batch);
      },
    }),
  );
  await put(storage, 'picture');
  await chat?.run('emoji.add', { ...picture, name: 'one', body: 'picture' });
  await clock.advance(68_000);
  let release = () => {};
  held = new Promise((resolve) => {
    release = resolve;
  });
  const removed = chat?.run('emoji.remove', { by: 'host', id: 1 });
  await clock.advance(3_000);
  expect(await bodies(storage)).toEqual(['picture']);
  held = undefined;
  release();
  await removed;
  await clock.advance(20_000);
  expect(await bodies(storage)).toEqual([]);
});

test('takes uploads away that were never shown, and their bytes after them', async () => {
  const storage = await start();
  const opened = await chat?.run('session.open', {
    session: 's' as SessionId,
    dialect: 'sockchat',
    identity: { provider: 'accounts', id: 'anna', name: 'anna' },
    place: true,
    wornName: 'refuse',
  });
  if (opened === undefined) throw new Error('there is no session');
  const channel = chat?.channels.byName('lounge')?.id;
  if (channel === undefined) throw new Error('there is no lounge');
  await put(storage, 'bytes');
  const file = { name: 'a.png', type: 'image/png', size: 1, hash: 'h', body: 'bytes', channel };
  await chat?.run('upload.add', { by: opened.user, id: 'a', ...file });
  const gone: string[] = [];
  chat?.on('attachment_remove', ({ attachment, reason }) => gone.push(`${attachment.id} ${reason}`));
  await clock.advance(3_590_000);
  expect(await bodies(storage)).toEqual(['bytes']);
  expect(gone).toEqual([]);
  await clock.advance(40_000);
  expect(gone).toEqual(['a unused']);
  expect(await bodies(storage)).toEqual([]);
});
