import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { argon2 } from 'polylect/hashing/argon2';
import { sqlite } from 'polylect/storage/sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createChat } from '../../src/chat.js';
import { uploads } from '../../src/domain/attachments/attachments.js';
import { channelByName, channels } from '../../src/domain/channels/channels.js';
import { credentialOf } from '../../src/domain/credentials/credentials.js';
import { emojis } from '../../src/domain/emoji/emoji.js';
import type { ChannelId } from '../../src/domain/ids.js';
import { pollOfMessage, resultsOf } from '../../src/domain/polls/polls.js';
import { marksOf } from '../../src/domain/reads/reads.js';
import { rolesInOrder } from '../../src/domain/roles/roles.js';
import { chosenStatus } from '../../src/domain/status/status.js';
import { userOfIdentity } from '../../src/domain/users/users.js';
import { webhooks } from '../../src/domain/webhooks/webhooks.js';
import { type Member, type OriginServer, serve } from '../conformance/originchats/support/server.js';
import { CliProcess } from '../support/cli-process.js';
import { echo } from '../support/echo-dialect.js';
import { lines, newYear, stored, uuid, writeDataFolder, writeFiles } from '../support/originchats-folder.js';
import { integrityOf, sqlOf } from '../support/sqlite-check.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const folder = temporaryFolder();
const data = join(folder.path, 'server', 'db');
const file = join(folder.path, 'chat.sqlite');
const reportFile = join(folder.path, 'report.json');

beforeAll(() => writeDataFolder(data));
afterAll(() => folder.remove());

async function run(...args: string[]) {
  const command = new CliProcess(...args);
  const code = await command.exited;
  return { code, out: command.out, told: command.told };
}

/** The newest `limit` messages of a channel or thread, as a client gets them. */
async function historyOf(member: Member, place: object, limit = 100): Promise<Record<string, unknown>[]> {
  const answer = await member.ask({ cmd: 'messages_get', ...place, limit });
  return answer.messages as Record<string, unknown>[];
}

describe('the command', () => {
  test('shows how it is used, and says what is wrong with a command line', async () => {
    expect(await run('--help')).toMatchObject({
      code: 0,
      out: expect.stringContaining('Usage: polylect import'),
    });
    for (const [args, why] of [
      [[], 'a command is missing'],
      [['export'], 'there is no command export'],
      [['import', 'originchats'], 'the data folder is missing'],
      [['import', 'originchats', data], '--into is missing'],
      [['import', 'originchats', data, '--onto', 'x'], '--onto'],
    ] as const) {
      const { code, told } = await run(...args);
      expect([code, told.split('\n')[0]]).toEqual([2, expect.stringContaining(why)]);
    }
  }, 60_000);

  test('says what it would do without doing it', async () => {
    const { code, out } = await run('import', 'originchats', data, '--into', file, '--dry-run');
    expect(code).toBe(0);
    expect(out).toContain('Would be taken over');
    expect(out).toContain('16 messages');
    expect(existsSync(file)).toBe(false);
  });

  test('fails on a folder that is none', async () => {
    const { code, told } = await run('import', 'originchats', folder.path, '--into', file);
    expect([code, told]).toEqual([1, expect.stringContaining('is no OriginChats data folder')]);
    expect(existsSync(file)).toBe(false);
  });

  test('takes over a folder, and reports what it skipped or changed and why', async () => {
    // The folder that the data folder is in will do.
    const { code, out } = await run(
      'import',
      'originchats',
      join(data, '..'),
      '--into',
      file,
      '--report',
      reportFile,
    );
    expect(code).toBe(0);
    expect(out).toContain('channels/general.json, line 3: is not JSON');
    const report = JSON.parse(readFileSync(reportFile, 'utf8'));
    expect(report.counts).toMatchObject({
      users: 5,
      channels: 7,
      messages: 16,
      threads: 1,
      votes: 3,
      emoji: 1,
    });
    expect(report.skipped).toEqual([
      { file: 'users.json', what: 'broken', why: 'is not a user' },
      { file: 'channels/My-Channel.json', why: 'is not there' },
      { file: 'channels.json', what: 'general', why: 'a channel of this name is there already' },
      { file: 'channels/secret.json', why: 'is not there' },
      { file: 'channels/left over.json', why: 'belongs to no channel of channels.json' },
      { file: 'threads/t2.json', what: 't2', why: 'is in a channel that is not there' },
      { file: 'attachments.json', what: uuid(9201), why: 'is over' },
      { file: 'channels/general.json', line: 3, why: 'is not JSON' },
      { file: 'channels/general.json', line: 9, what: uuid(4), why: 'has the id of a message before it' },
      { file: 'channels/general.json', line: 14, why: 'is not an object' },
      { file: 'unreads.json', what: 'USR:a1 secret', why: 'marks a message that is not there' },
      { file: 'serverEmojis.json', what: '4', why: 'has no picture' },
    ]);
    expect(report.changed).toEqual([
      { file: 'users.json', what: 'Anna', why: 'has another name', now: 'Anna2' },
      { file: 'channels.json', what: 'my channel!', why: 'has another name', now: 'my-channel-2' },
      { file: 'channels/general.json', line: 10, why: 'has bytes that are no UTF-8, now U+FFFD' },
      { file: 'channels/general.json', line: 11, why: 'answers a message that is gone, now none' },
    ]);
    expect(report.unlisted).toBe(0);
    expect(await integrityOf(file)).toBe('ok');
  });

  test('run again changes nothing', async () => {
    const before = await sqlOf(file, 'SELECT * FROM messages ORDER BY key');
    expect((await run('import', 'originchats', data, '--into', file)).code).toBe(0);
    expect(await sqlOf(file, 'SELECT * FROM messages ORDER BY key')).toEqual(before);
    const [meta] = await sqlOf(file, `SELECT value FROM polylect_meta WHERE name = 'committed'`);
    const [progress] = await sqlOf(file, 'SELECT row FROM imports');
    expect(JSON.parse(String(progress?.row))).toMatchObject({ batches: meta?.value, done: true });
  });

  test('refuses another folder, and one that has changed', async () => {
    const other = join(folder.path, 'other');
    writeFiles(other, { 'users.json': {} });
    const users = join(data, 'users.json');
    const { atime, mtime } = statSync(users);
    utimesSync(users, atime, new Date(mtime.getTime() - 5_000));
    for (const from of [other, data]) {
      const { code, told } = await run('import', 'originchats', from, '--into', file);
      expect([code, told]).toEqual([1, expect.stringContaining('import into a new file')]);
    }
    utimesSync(users, atime, mtime);
  });
});

describe('what was taken over', () => {
  let server: OriginServer;
  let anna: Member;
  let ben: Member;

  beforeAll(async () => {
    server = await serve({ storage: sqlite({ file }) });
    anna = await server.arrive('anna', { provider: 'rotur', id: 'USR:a1' });
    ben = await server.arrive('ben', { provider: 'rotur', id: 'USR:b2' });
    await anna.settle();
  });

  afterAll(() => server.stop());

  test('cannot be imported into while a chat has it open', async () => {
    const { code, told } = await run('import', 'originchats', data, '--into', file);
    expect([code, told]).toEqual([1, expect.stringContaining('storage-in-use')]);
  });

  test('people have their names, roles, colours and status', async () => {
    const { users: list } = await ben.ask({ cmd: 'users_list' });
    expect(list).toMatchObject([
      { username: 'anna', nickname: 'Änni', roles: ['owner', 'user'], color: '#9400D3', cracked: false },
      { username: 'ben', nickname: null, roles: ['user'], cracked: false },
      { username: 'Anna2', nickname: 'Anna', roles: ['user', 'reader'] },
      { username: 'lena', nickname: 'lena', roles: ['user'], cracked: true },
    ]);
    const status = server.chat.read((view) => {
      const user = userOfIdentity(view, { provider: 'rotur', id: 'USR:b2' });
      return user && chosenStatus(view, user.id);
    });
    expect(status).toEqual({ status: 'dnd', text: 'busy' });
  });

  test('who was banned is banned', async () => {
    const probe = await server.connect('mallory');
    probe.send({
      cmd: 'auth',
      validator: JSON.stringify({ provider: 'rotur', id: 'USR:d4', name: 'mallory' }),
    });
    expect(await probe.next()).toMatchObject({ cmd: 'auth_error', val: expect.stringContaining('banned') });
  });

  test('roles keep ids, colours, order, permissions, and who may mention them', () => {
    expect(server.chat.read(rolesInOrder)).toMatchObject([
      { id: uuid(9001), name: 'owner', colour: '#9400D3', hoisted: true, permissions: ['administrator'] },
      {
        id: uuid(9003),
        name: 'reader',
        selfAssignable: true,
        category: 'Interests',
        permissions: ['mention_everyone'],
        mentionedBy: ['owner'],
      },
      { id: uuid(9002), name: 'user', permissions: ['send_messages', 'change_nickname'] },
    ]);
  });

  test('channels are in their order, with names that are possible, for those they were for', async () => {
    const { val } = (await ben.ask({ cmd: 'channels_get' })) as { val: Record<string, unknown>[] };
    expect(val.map(({ type, name }) => [type, name])).toEqual([
      ['text', 'general'],
      ['separator', 'separator'],
      ['text', 'my-channel-2'],
      ['text', 'My-Channel'],
      ['forum', 'ideas'],
      ['voice', 'hall'],
    ]);
    expect(val[0]).toMatchObject({ description: 'All', last_message: newYear + 12.25 });
    expect(val[1]).toMatchObject({ size: 12 });
    expect(val[2]).toMatchObject({ display_name: 'my channel!' });
    expect(val[3]?.permissions).toMatchObject({ view: ['user'], send: ['!reader', 'user'] });
    expect(JSON.stringify(await anna.ask({ cmd: 'channels_get' }))).toContain('"secret"');
  });

  test('messages are there in the order of their file, with all they carry', async () => {
    const all = await historyOf(ben, { channel: 'general' });
    expect(all.map((one) => String(one.content).slice(0, 30))).toEqual([
      'first',
      'hello @anna',
      'liked',
      'from somebody who left',
      'from a program',
      'x'.repeat(30),
      'caf\ufffd',
      'answers what is gone',
      '',
      '',
      'last',
    ]);
    const [first, hello, liked, left, program, long, , , file, poll] = all;
    expect(first).toMatchObject({ user: 'anna', timestamp: newYear + 1.25, pinned: false });
    expect(hello).toMatchObject({ user: 'ben', ping: true, reply_to: { id: first?.id, user: 'anna' } });
    expect(liked).toMatchObject({ pinned: true, reactions: { '👍': ['anna', 'USR:gone'], '🎉': ['ben'] } });
    expect(left).toMatchObject({ user: 'USR:gone', edited: true });
    expect(program).toMatchObject({
      user: 'originChats',
      webhook: { id: uuid(9100), name: 'CI', avatar: null },
    });
    expect(String(long?.content)).toHaveLength(5_000_000);
    expect(file).toMatchObject({ attachments: [{ id: uuid(9200), name: 'dot.png', permanent: true }] });
    expect(poll).toMatchObject({ embeds: [{ type: 'poll', poll: { id: 'p1', question: 'Tea?' } }] });
    const ids = all.map((one) => Number(one.id));
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
    const { messages: pinned } = await ben.ask({ cmd: 'messages_pinned', channel: 'general' });
    expect(pinned).toMatchObject([{ content: 'liked' }]);
    const { messages: pings } = await anna.ask({ cmd: 'pings_get' });
    expect(pings).toMatchObject([{ content: 'hello @anna', channel: 'general' }]);
  });

  test('messages of the older format are there too, in the order of their file', async () => {
    const all = await historyOf(ben, { channel: 'my-channel-2' });
    expect(all.map((one) => [one.content, one.timestamp])).toEqual([
      ['same time, same id, "quoted\\" ]}', newYear + 2.25],
      ['later', newYear + 101.25],
      ['clock set back', newYear + 3.25],
    ]);
  });

  test('threads are in their forum, with their messages and those who take part', async () => {
    const thread = server.chat.read((view) => [...view.all(channels)].find((one) => one.kind === 'thread'));
    const idOf = (id: string) =>
      server.chat.read((view) => userOfIdentity(view, { provider: 'rotur', id })?.id);
    expect(thread).toMatchObject({
      name: 'A roof garden',
      createdAt: newYear * 1_000,
      thread: { creator: idOf('USR:b2'), participants: [idOf('USR:b2'), idOf('USR:a1')] },
    });
    const all = await historyOf(ben, { thread_id: thread?.id });
    expect(all.map((one) => one.content)).toEqual(['plants', 'and bees']);
  });

  test('marks of reading, polls, webhooks, files, pictures and the log are there', async () => {
    const { chat } = server;
    const [, , liked, , , , , , , poll] = await historyOf(ben, { channel: 'general' });
    const user = chat.read((view) => userOfIdentity(view, { provider: 'rotur', id: 'USR:a1' })?.id);
    const general = chat.read((view) => channelByName(view, 'general')?.id);
    const marks = chat.read((view) => marksOf(view, user as never));
    expect(Object.keys(marks)).toHaveLength(2);
    expect(marks[general as never]).toBe(Number(liked?.id));
    const results = chat.read((view) => {
      const found = pollOfMessage(view, Number(poll?.id) as never);
      return found && resultsOf(view, found);
    });
    expect(results).toMatchObject({
      options: [
        { text: 'yes', voters: [{ handle: 'ben' }, { handle: 'USR:gone' }] },
        { text: 'no', emoji: '☕', voters: [{ handle: 'ben' }] },
      ],
      voters: 2,
    });
    expect(chat.read((view) => [...view.all(webhooks)])).toMatchObject([
      { channel: general, token: 'tok', createdBy: user },
    ]);
    expect(chat.read((view) => [...view.all(uploads)])).toMatchObject([
      { id: uuid(9200), handle: 'ben', shown: [{ channel: general, count: 1 }] },
    ]);
    expect(chat.read((view) => [...view.all(emojis)])).toMatchObject([{ id: 0, name: 'dot', file: '0.png' }]);
    expect(await sqlOf(file, 'SELECT id FROM polylect_bodies ORDER BY id')).toEqual([
      { id: `originchats-${uuid(9200)}` },
      { id: 'originchats-emoji-0' },
    ]);
    const [entry] = await sqlOf(file, `SELECT row FROM modlog WHERE part = 'user_moderation'`);
    expect(JSON.parse(String(entry?.row))).toMatchObject({
      action: 'user_ban',
      actorName: 'anna',
    });
    const [push] = await sqlOf(file, 'SELECT key, row FROM push_subscriptions');
    expect(push?.key).toBe('https://push.example/1');
  });

  test('the log of moderation shows and counts acts that the chat has no name for', async () => {
    const got = await anna.ask({ cmd: 'modlog_get', action: 'backup_create' });
    expect(got).toMatchObject({
      total: 2,
      entries: [{ details: { n: 2 } }, { category: 'server_management', actor_name: 'anna' }],
    });
    const { total } = await anna.ask({ cmd: 'modlog_get' });
    const summary = await anna.ask({ cmd: 'modlog_summary' });
    expect(summary).toMatchObject({
      action_counts: { 'server_management.backup_create': 2, 'user_moderation.user_ban': 1 },
      total,
    });
    const counts = Object.values(summary.action_counts as Record<string, number>);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(total);
    expect((await server.chat.modlog.summary()).get('backup_create')).toBe(2);
  });

  test('the old id of a message is good wherever an id is', async () => {
    const channel = 'general';
    const all = await historyOf(ben, { channel });
    const idOf = (content: string) => all.findLast((one) => one.content === content)?.id;
    const got = await ben.ask({ cmd: 'message_get', channel, id: uuid(12) });
    expect(got.message).toMatchObject({ id: idOf('last'), content: 'last' });
    const before = await ben.ask({ cmd: 'messages_get', channel, start: uuid(4), limit: 1 });
    expect(before.messages).toMatchObject([{ content: 'hello @anna' }]);
    const around = await ben.ask({
      cmd: 'messages_around',
      channel,
      around: uuid(4),
      bounds: { above: 1, below: 1 },
    });
    expect(around).toMatchObject({ messages: [{}, { content: 'liked' }, {}], range: { start: 1, end: 4 } });
    const replies = await ben.ask({ cmd: 'message_replies', channel, id: uuid(1) });
    expect(replies.replies).toMatchObject([{ content: 'hello @anna' }]);
    expect(await ben.ask({ cmd: 'embeds_list', channel, id: uuid(11) })).toMatchObject({
      embeds: [{ type: 'poll' }],
    });
    const poll = await ben.ask({ cmd: 'poll_get', message_id: uuid(11) });
    expect(poll).toMatchObject({ poll: { id: 'p1', message_id: idOf('') } });
    const acknowledged = await ben.ask({ cmd: 'unreads_ack', channel, message_id: uuid(4) });
    expect(acknowledged).toMatchObject({ last_read: idOf('liked') });
    const edited = await ben.ask({ cmd: 'message_edit', channel, id: uuid(12), content: 'the last' });
    expect(edited).toMatchObject({ cmd: 'message_edit', id: idOf('last'), content: 'the last' });
    for (const cmd of ['message_react_add', 'message_react_remove'])
      expect(await ben.ask({ cmd, channel, id: uuid(1), emoji: '🌱' })).toMatchObject({
        cmd,
        id: idOf('first'),
      });
    const answer = await ben.ask({ cmd: 'message_new', channel, content: 'yes', reply_to: uuid(1) });
    expect(answer.message).toMatchObject({ reply_to: { id: idOf('first'), user: 'anna' } });
    expect(Number((answer.message as { id: string }).id)).toBeGreaterThan(Number(idOf('last')));
    expect(await anna.ask({ cmd: 'message_pin', channel, id: uuid(12) })).toMatchObject({
      id: idOf('last'),
      pinned: true,
    });
  });

  test('the same old id in another channel means the message there', async () => {
    const got = await ben.ask({ cmd: 'message_get', channel: 'my-channel-2', id: uuid(2) });
    expect(got.message).toMatchObject({ content: 'same time, same id, "quoted\\" ]}' });
    const none = await ben.ask({ cmd: 'message_get', channel: 'My-Channel', id: uuid(2) });
    expect(none).toMatchObject({ cmd: 'error', val: 'Message not found' });
  });

  test('an id that was never given is refused in the order and the words of the command', async () => {
    const channel = 'general';
    const ask = async (request: { cmd: string; [field: string]: unknown }) => (await ben.ask(request)).val;
    const id = uuid(404);
    expect(await ask({ cmd: 'message_edit', channel, id, content: 'x' })).toBe(
      'Message not found or cannot be edited',
    );
    expect(await ask({ cmd: 'message_edit', channel: 'nowhere', id, content: 'x' })).toBe(
      'Channel not found',
    );
    expect(await ask({ cmd: 'message_edit', channel, id })).toBe('Invalid message edit format');
    expect(await ask({ cmd: 'message_new', channel, content: 'x', reply_to: id })).toBe(
      "The message you're trying to reply to was not found",
    );
    expect(await ask({ cmd: 'message_new', channel, content: '', reply_to: id })).toBe(
      'Missing fields: content or attachments',
    );
    expect(await ask({ cmd: 'message_react_add', channel, id, emoji: 'x' })).toBe('Failed to add reaction');
    expect(await ask({ cmd: 'message_delete', channel, id: uuid(1) })).toBe(
      'You do not have permission to delete this message',
    );
  });

  test('a message that is deleted is not found by its old id any more', async () => {
    const channel = 'general';
    const rows = async () => (await sqlOf(file, 'SELECT count(*) AS n FROM aliases'))[0]?.n as number;
    const before = await rows();
    expect(await ben.ask({ cmd: 'message_delete', channel, id: uuid(8) })).toMatchObject({
      cmd: 'message_delete',
    });
    expect(await rows()).toBe(before - 1);
    expect(await ben.ask({ cmd: 'message_get', channel, id: uuid(8) })).toMatchObject({
      val: 'Message not found',
    });
  });

  test('old ids go with their channel', async () => {
    const id = server.chat.read((view) => channelByName(view, 'my-channel-2')?.id) ?? '';
    const rows = () => sqlOf(file, 'SELECT key FROM aliases WHERE part = ?', id);
    expect(await rows()).toHaveLength(3);
    await server.chat.run('channel.delete', { by: 'host', channel: id as ChannelId });
    expect(await rows()).toEqual([]);
  });

  test('once a chat has used the file nothing is imported into it', async () => {
    const copy = join(folder.path, 'used.sqlite');
    const storage = sqlite({ file: copy });
    const chat = await createChat({
      storage,
      auth: () => null,
      dialects: [echo()],
      channels: [{ name: 'x' }],
    });
    await chat.close();
    const { code, told } = await run('import', 'originchats', data, '--into', copy);
    expect([code, told]).toEqual([1, expect.stringContaining('has data of a chat')]);
  });
});

test('the imported bcrypt hash lets its owner in with the same password, and is replaced by then', async () => {
  const target = join(folder.path, 'passwords.sqlite');
  expect((await run('import', 'originchats', data, '--into', target)).code).toBe(0);
  const hasher = argon2({ memoryKib: 64, passes: 1 });
  const server = await serve({
    storage: sqlite({ file: target }),
    hasher,
    originchats: { authMode: 'cracked' },
  });
  const stored = () => server.chat.read((view) => credentialOf(view, 'originchats', 'lena'))?.hash ?? '';
  expect(await hasher.verify(stored(), 'secret')).toEqual({ ok: true, rehash: true });
  const probe = await server.connect('lena');
  probe.send({ cmd: 'login', username: 'Lena', password: 'wrong' });
  expect(await probe.next()).toEqual({ cmd: 'auth_error', val: 'Invalid password' });
  probe.send({ cmd: 'login', username: 'Lena', password: 'secret' });
  expect(await probe.next()).toMatchObject({ cmd: 'auth_success' });
  expect(await probe.next()).toMatchObject({ cmd: 'ready', user: { username: 'lena', cracked: true } });
  await expect.poll(async () => (await hasher.verify(stored(), 'secret')).rehash).toBe(false);
  await server.stop();
});

test('killed at any moment and run again it ends with the same messages, none of them twice', async () => {
  const from = join(folder.path, 'large');
  const busy = Array.from({ length: 4 }, (_, place) =>
    Array.from({ length: 4_000 }, (_, i) => {
      const n = i * 4 + place;
      const reply = i % 7 === 3 ? { reply_to: { id: uuid(n - 4), user: 'USR:a' } } : {};
      // Hundreds in one millisecond.
      return stored(n, 'USR:a', `number ${n} to @ben`, {
        ...reply,
        timestamp: newYear + Math.floor(n / 1_000) / 1_000,
      });
    }),
  );
  writeFiles(from, {
    'users.json': { 'USR:a': { username: 'anna', roles: [] }, 'USR:b': { username: 'ben', roles: [] } },
    'channels.json': busy.map((_, place) => ({ type: 'text', name: `c${place}` })),
    ...Object.fromEntries(busy.map((list, place) => [`channels/c${place}.json`, lines(list)])),
  });
  /** Everything that does not tell when the import was begun. */
  const sumOf = async (target: string) => {
    const hash = createHash('sha256');
    for (const table of ['messages', 'aliases', 'pings', 'latest', 'engine', 'counters', 'users']) {
      for (const { key, row } of await sqlOf(target, `SELECT key, row FROM "${table}" ORDER BY key`))
        hash.update(`${key} ${String(row).replace(/"createdAt":\d+/, '')}\n`);
    }
    return hash.digest('hex');
  };
  const whole = join(folder.path, 'whole.sqlite');
  expect((await run('import', 'originchats', from, '--into', whole)).code).toBe(0);
  const [messages] = await sqlOf(whole, 'SELECT count(*) AS n FROM messages');
  expect(messages?.n).toBe(16_000);

  const target = join(folder.path, 'killed.sqlite');
  const committed = async () => {
    if (!existsSync(target)) return 0;
    const found = await sqlOf(target, `SELECT value FROM polylect_meta WHERE name = 'committed'`).catch(
      () => [],
    );
    return Number(found[0]?.value ?? 0);
  };
  let kills = 0;
  for (const after of [1, 3]) {
    const command = new CliProcess('import', 'originchats', from, '--into', target);
    let ended = false;
    void command.exited.then(() => {
      ended = true;
    });
    while (!ended && (await committed()) < after) await new Promise((resolve) => setTimeout(resolve, 20));
    if (ended) break;
    await command.kill();
    kills++;
    expect(await integrityOf(target)).toBe('ok');
  }
  expect(kills).toBeGreaterThan(0);
  expect((await run('import', 'originchats', from, '--into', target)).code).toBe(0);
  expect(await sumOf(target)).toBe(await sumOf(whole));
  rmSync(from, { recursive: true });
}, 120_000);
