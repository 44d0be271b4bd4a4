import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { memory } from '../../src/adapters/storage/memory.js';
import { sqlite } from '../../src/adapters/storage/sqlite.js';
import { sockchat } from '../../src/dialects/sockchat/index.js';
import { type Chat, type ChatError, type ChatOptions, createChat } from '../../src/index.js';
import { FaultyStorage } from '../../src/testing/faulty-storage.js';
import { SocketClock } from '../support/faulty-chat.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const day = 86_400_000;
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function start(options: Partial<ChatOptions>): Promise<Chat> {
  const chat = await createChat({ storage: memory(), auth: () => null, dialects: [sockchat()], ...options });
  ends.push(() => chat.close());
  return chat;
}

function file(): string {
  const folder = temporaryFolder();
  ends.push(folder.remove);
  return join(folder.path, 'chat.sqlite');
}

/** Lets a minute go by, second after second: the clock must not outrun the storage. */
async function aMinute(clock: SocketClock, chat: Chat): Promise<void> {
  for (let second = 0; second < 60; second++) {
    await clock.advance(1_000);
    await chat.modlog.page();
  }
}

describe.each([
  ['memory', memory],
  ['sqlite', () => sqlite({ file: file() })],
] as const)('the log of moderation in %s', (_, storage) => {
  it('is read newest first, by page, action, category and time', async () => {
    const clock = new SocketClock();
    const chat = await start({ storage: storage(), clock });
    const roles = [];
    for (const name of ['a', 'b', 'c']) {
      clock.jump(1_000);
      roles.push((await chat.roles.create({ name })).role);
    }
    await chat.roles.reorder(roles);
    await chat.channels.create({ name: 'den' });
    const names = async (...query: Parameters<Chat['modlog']['page']>) => {
      const { entries, total } = await chat.modlog.page(...query);
      return [entries.map((one) => one.details.name ?? one.action), total];
    };
    expect(await names()).toEqual([['den', 'role_reorder', 'c', 'b', 'a'], 5]);
    expect(await names({}, { offset: 1, limit: 2 })).toEqual([['role_reorder', 'c'], 5]);
    expect(await names({ category: 'role_management' }, { limit: 1 })).toEqual([['role_reorder'], 4]);
    expect(await names({ action: 'role_create' }, { offset: 2 })).toEqual([['a'], 3]);
    expect(await names({ action: 'role_create', category: 'channel_management' })).toEqual([[], 0]);
    const first = (await chat.modlog.page({}, { offset: 4 })).entries[0]?.at;
    expect(await names({ after: first ?? 0, action: 'role_create' })).toEqual([['c', 'b'], 2]);
    expect([...(await chat.modlog.summary())]).toEqual([
      ['role_create', 3],
      ['role_reorder', 1],
      ['channel_create', 1],
    ]);
  });

  it('is read by who did it and to whom it was done', async () => {
    const chat = await start({ storage: storage() });
    const open = (name: string) =>
      chat.run('session.open', {
        session: name as never,
        dialect: 'one',
        identity: { provider: 'test', id: name, name, permissions: ['user.ban'], rank: name.length },
        place: false,
        wornName: 'number',
      });
    const [ann, maria] = [(await open('ann')).user, (await open('maria')).user];
    await chat.run('user.ban', { by: maria, user: ann, until: null });
    await chat.users.unban(ann);
    const page = async (filter: Parameters<Chat['modlog']['page']>[0]) =>
      (await chat.modlog.page(filter)).entries.map((one) => one.action);
    expect(await page({ actor: maria })).toEqual(['user_ban']);
    expect(await page({ actor: 'host' })).toEqual(['user_unban']);
    expect(await page({ target: ann })).toEqual(['user_unban', 'user_ban']);
    expect(await page({ target: maria })).toEqual([]);
  });

  it('loses what is old, some at a time and the oldest first', async () => {
    const clock = new SocketClock();
    const chat = await start({ storage: storage(), clock, modlogDays: { server_management: 2 } });
    await chat.roles.create({ name: 'cook' });
    for (let i = 0; i < 130; i++) {
      if (i === 120) clock.jump(day);
      await chat.messages.announce(String(i));
    }
    const total = async () => (await chat.modlog.page({ category: 'server_management' })).total;
    clock.jump(day);
    for (const left of [30, 10, 10]) {
      await aMinute(clock, chat);
      await vi.waitFor(async () => expect(await total()).toBe(left), { timeout: 10_000 });
    }
    expect((await chat.modlog.page({ category: 'role_management' })).total).toBe(1);
  });

  it('loses it within a minute that goes by, also while the clock is behind where it was', async () => {
    const clock = new SocketClock();
    const chat = await start({ storage: storage(), clock, modlogDays: { server_management: 2 } });
    const total = async () => (await chat.modlog.page({ category: 'server_management' })).total;
    clock.jump(5 * day);
    await clock.advance(1_000);
    clock.jump(-5 * day);
    await chat.messages.announce('x');
    clock.jump(2 * day);
    await aMinute(clock, chat);
    await vi.waitFor(async () => expect(await total()).toBe(0), { timeout: 10_000 });
  });
});

it('a log that cannot be read for purging is told of, and the chat goes on', async () => {
  const clock = new SocketClock();
  const storage = new FaultyStorage(clock);
  const chat = await start({ storage, clock });
  const errors: ChatError[] = [];
  chat.on('error', (error) => errors.push(error));
  storage.plan = (call) => (call === 'query' ? 'throws' : 'ok');
  await clock.advance(61_000);
  await vi.waitFor(() => expect(errors.map((error) => error.code)).toContain('storage-failed'));
  storage.plan = () => 'ok';
  await chat.roles.create({ name: 'cook' });
  expect((await chat.modlog.page()).total).toBe(1);
});
