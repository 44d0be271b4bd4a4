import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { memory } from '../../src/adapters/storage/memory.js';
import { sqlite } from '../../src/adapters/storage/sqlite.js';
import { originchats } from '../../src/dialects/originchats/index.js';
import { sockchat } from '../../src/dialects/sockchat/index.js';
import type { DomainConfig } from '../../src/domain/config.js';
import { groups } from '../../src/domain/groups/groups.js';
import type { GroupMessage } from '../../src/domain/groups/messages.js';
import { groupMessageQuery } from '../../src/domain/groups/messages.js';
import { nouns } from '../../src/domain/index.js';
import {
  type Chat,
  type ChatOptions,
  createChat,
  type GroupId,
  type Storage,
  type UserId,
} from '../../src/index.js';
import { type Member, serve } from '../conformance/originchats/support/server.js';
import { SocketClock } from '../support/faulty-chat.js';
import { hash, sealed } from '../support/groups.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function start(options: Partial<ChatOptions>): Promise<Chat> {
  const chat = await createChat({
    storage: memory(),
    auth: () => null,
    dialects: [sockchat(), originchats()],
    ...options,
  });
  ends.push(() => chat.close());
  return chat;
}

async function account(chat: Chat, login: string): Promise<UserId> {
  const identity = { provider: 'sealed', id: `id-${login}`, name: login };
  return (await chat.run('group.register', { realm: 'sealed', login, key: login, hash, identity })).user;
}

async function bring(chat: Chat, by: UserId, group: GroupId, user: UserId): Promise<void> {
  const { invite } = await chat.run('invite.add', { by, group, user, ...sealed });
  await chat.run('invite.accept', { by: user, invite });
}

/** Stored messages of a group as a member fetches them. */
async function fetched(chat: Chat, storage: Storage, id: GroupId, after = 0): Promise<string[]> {
  const group = chat.read((view) => view.get(groups, id));
  const query = group && groupMessageQuery(group, after, 100);
  const rows = query === undefined ? [] : await storage.query(query);
  return rows
    .map(({ row }) => row as GroupMessage)
    .filter((message) => message.group === id)
    .map(({ sequence, data }) => `${sequence} ${data}`);
}

/** Every row that storage has, of every table, that has this text in it. */
async function traces(storage: Storage, text: string): Promise<string[]> {
  const found: string[] = [];
  for (const { name, class: kept } of nouns({ limits: {} } as DomainConfig).flatMap((noun) => noun.tables)) {
    if (kept === 'live') continue;
    for (const { row } of await storage.query({ table: name, limit: 10_000 }))
      if (JSON.stringify(row).includes(text)) found.push(name);
  }
  return found;
}

describe.each(['memory', 'sqlite'] as const)('encrypted groups in %s', (kind) => {
  const make = () => {
    if (kind === 'memory') return memory();
    const folder = temporaryFolder();
    ends.push(folder.remove);
    return sqlite({ file: join(folder.path, 'chat.sqlite') });
  };

  it('keep what is sealed in storage only, and find it again after a restart', async () => {
    const storage = make();
    const first = await start({ storage });
    const [anna, ben] = [await account(first, 'anna'), await account(first, 'ben')];
    const { group } = await first.run('group.create', { by: anna, name: 'team' });
    const other = await first.run('group.create', { by: anna, name: 'other' });
    await first.run('group.send', { by: anna, group, data: 'MQ==' });
    await first.run('group.send', { by: anna, group: other.group, data: 'Mg==' });
    const { invite } = await first.run('invite.add', { by: anna, group, user: ben, ...sealed });
    await first.run('keys.add', { by: ben, packages: [{ data: 'a2V5', lastResort: false }] });
    await first.close();
    const again = await start({ storage });
    expect(await again.run('keys.take', { user: ben })).toEqual({ data: 'a2V5' });
    expect(await again.run('invite.accept', { by: ben, invite })).toMatchObject({ sequence: 2 });
    expect(await again.run('group.send', { by: ben, group, data: 'Mw==' })).toEqual({ sequence: 3 });
    expect(await fetched(again, storage, group)).toEqual(['1 MQ==', `2 ${sealed.commit}`, '3 Mw==']);
    expect(await fetched(again, storage, group, 2)).toEqual(['3 Mw==']);
    expect(await fetched(again, storage, group, 3)).toEqual([]);
    expect(await fetched(again, storage, other.group)).toEqual(['1 Mg==']);
  });

  it('hold no row of anybody who has left for good, and the host is told', async () => {
    const storage = make();
    const tokenMs = 1_000;
    const chat = await start({ storage, groups: { tokenMs } });
    const [anna, ben] = [await account(chat, 'anna'), await account(chat, 'ben')];
    const { group } = await chat.run('group.create', { by: anna, name: 'team' });
    await bring(chat, anna, group, ben);
    await chat.run('group.update', { by: anna, group, expirySeconds: 0 });
    await chat.run('keys.add', {
      by: anna,
      packages: [{ data: 'a2V5', lastResort: true }],
      fingerprint: 'f00d',
    });
    await chat.run('token.create', { user: anna, hash: 'the-hash', dialect: 'sealed' });
    await new Promise((resolve) => setTimeout(resolve, tokenMs / 50));
    await chat.run('token.use', { hash: 'the-hash' });
    await chat.run('group.send', { by: anna, group, data: 'YW5uYSdz' });
    await chat.run('group.send', { by: ben, group, data: 'YmVuJ3M=' });
    await vi.waitFor(async () => expect(await traces(storage, 'the-hash')).toContain('token_uses'), {
      timeout: 5_000,
    });
    const told: string[] = [];
    chat.on('user_leave', ({ user_id }) => told.push(`user_leave ${user_id}`));
    chat.on('group_member_remove', ({ to, cause }) => told.push(`${cause} ${to.join()}`));
    await chat.run('user.leave', {
      user: anna,
      via: 'sealed',
      credential: { realm: 'sealed', key: 'anna', hash },
    });
    await vi.waitFor(() => expect(told).toEqual(['user_leave id-anna', `left-for-good ${ben}`]));
    expect(await fetched(chat, storage, group)).toEqual(['3 YmVuJ3M=']);
    await chat.close();
    await start({ storage });
    for (const text of [anna, 'id-anna', 'the-hash', 'f00d', 'YW5uYSdz', 'a2V5'])
      expect([text, await traces(storage, text)]).toEqual([text, []]);
  });

  it('are cleaned up at the start and then from time to time', async () => {
    const storage = make();
    const clock = new SocketClock();
    const chat = await start({ storage, clock, groups: { cleanUpMs: 1_000 } });
    const [anna, ben] = [await account(chat, 'anna'), await account(chat, 'ben')];
    const { group } = await chat.run('group.create', { by: anna, name: 'team' });
    const other = await chat.run('group.create', { by: anna, name: 'other' });
    await chat.run('group.update', { by: anna, group, expirySeconds: 100 });
    const sent = Array.from({ length: 1_100 }, () =>
      chat.run('group.send', { by: anna, group, data: 'b2xk' }),
    );
    await Promise.all(sent);
    await chat.run('group.send', { by: anna, group: other.group, data: 'c3RheXM=' });
    await chat.run('invite.add', { by: anna, group, user: ben, ...sealed });
    await chat.run('token.create', { user: anna, hash: 'the-hash', dialect: 'sealed' });
    clock.jump(100_001);
    await chat.run('group.send', { by: anna, group, data: 'bmV3' });
    await clock.advance(1_000);
    await vi.waitFor(async () => expect(await fetched(chat, storage, group)).toEqual(['1101 bmV3']), {
      timeout: 10_000,
    });
    expect(await fetched(chat, storage, other.group)).toEqual(['1 c3RheXM=']);
    expect(await traces(storage, 'the-hash')).toEqual(['tokens']);
    clock.jump(2_592_000_000);
    await clock.advance(1_000);
    await vi.waitFor(async () => expect(await traces(storage, 'the-hash')).toEqual([]), { timeout: 10_000 });
    await vi.waitFor(async () => expect(await traces(storage, sealed.welcome)).toEqual([]), {
      timeout: 10_000,
    });
  });
});

describe('private people', () => {
  it('are told to the host, and found by nobody', async () => {
    const chat = await start({});
    await account(chat, 'anna');
    expect(chat.users.byHandle('anna')).toBeUndefined();
    const told: unknown[] = [];
    chat.on('user_join', ({ person }) => told.push([person.handle, person.private]));
    await account(chat, 'ben');
    await vi.waitFor(() => expect(told).toEqual([['ben', true]]));
  });

  it('are nothing to clients of other protocols, until they come themselves', async () => {
    const server = await serve();
    ends.push(server.stop);
    const { chat } = server;
    const names = async (member: Member) =>
      (await member.ask({ cmd: 'users_list' })).users.map((one: { username: string }) => one.username);
    const appeared: string[] = [];
    chat.on('user_appear', ({ person }) => appeared.push(person.handle));
    const olga = await server.arrive('olga', { roles: ['owner'], rank: 9 });
    const [anna, ben] = [await account(chat, 'anna'), await account(chat, 'ben')];
    await chat.run('user.rename', { by: 'host', user: ben, name: 'Benjamin' });
    await chat.run('user.ban', { by: 'host', user: ben, until: null });
    await chat.run('user.unban', { by: 'host', user: ben });
    await chat.run('user.leave', { user: ben, via: 'sealed' });
    expect(await olga.settle()).toEqual([]);
    expect(await names(olga)).toEqual(['olga']);
    for (const name of ['anna', anna, 'id-anna'])
      expect(await olga.ask({ cmd: 'user_ban', user: name })).toMatchObject({ banned: false });
    await chat.run('user.ban', { by: 'host', user: anna, until: null });
    expect((await olga.ask({ cmd: 'users_banned_list' })).users).toEqual([]);
    await chat.run('user.unban', { by: 'host', user: anna });
    expect(await olga.settle()).toEqual([]);
    const she = await server.arrive('anna', { provider: 'sealed', id: 'id-anna' });
    expect((await olga.settle()).map((frame) => frame.cmd)).toEqual(['user_join', 'user_connect']);
    expect((await names(she)).sort()).toEqual(['anna', 'olga']);
    expect(appeared).toEqual(['anna']);
    expect(server.errors).toEqual([]);
  });
});
