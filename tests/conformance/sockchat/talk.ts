import { afterEach, describe, expect, it } from 'vitest';
import type { UserId } from '../../../src/domain/ids.js';
import { error } from './support/notation.js';
import { everything, serve, stopAll } from './support/server.js';

afterEach(stopAll);

const nicks = { permissions: ['message.send', 'nick.own'] } as const;

describe('messages', () => {
  it('[sockchat 6.6] a message goes to every connection in the channel, the own one included, and to nobody else', async () => {
    const server = await serve({ channels: [{ name: 'Lounge' }, { name: 'Other' }] });
    const { Alice, Bob, Carol } = await server.cast({ Alice: {}, Bob: {}, Carol: {} });
    await server.says(Carol, '/join Other');
    await server.says(Alice, 'hello');
    expect(Alice.take()).toEqual(['2→T→1→hello→#→10010']);
    expect(Bob.take()).toEqual(['2→T→1→hello→#→10010']);
    expect(Carol.take()).toEqual([]);
  });

  it.each([
    ['a<b>c', 'a&lt;b&gt;c'],
    ['a & "b" \'c\'', 'a & "b" \'c\''],
    ['&lt;', '&lt;'],
    ['a\nb', 'a <br/> b'],
    ['a\r\nb', 'a\r <br/> b'],
    ['a\fb\0c', 'abc'],
    ['a\tb', 'a    b'],
    ['[b]bold[/b]', '[b]bold[/b]'],
    ['e\u0301 😀 \u202E', 'e\u0301 😀 \u202E'],
  ])('[sockchat 10] %j goes out as %j, live and in the backlog', async (text, shown) => {
    const server = await serve();
    const { Alice, Bob } = await server.cast({ Alice: {}, Bob: {} });
    await server.says(Alice, text);
    expect(Bob.takeFrames()[0]?.split('\t')[3]).toBe(shown);
    const late = await server.arrive('Late');
    const line = late.packets.find((one) => one.kind === 'context_message' && one.user.id === '1');
    expect(line).toMatchObject({ text: shown });
  });

  it('[sockchat 3] ids are decimal, grow by one series over all kinds of lines, and stay the same in the backlog', async () => {
    const server = await serve();
    const { Alice, Bob } = await server.cast({ Alice: nicks, Bob: {} });
    await server.says(Alice, 'one');
    await server.says(Alice, '/nick Al');
    await server.says(Alice, '/zz');
    await server.says(Alice, '/msg Bob psst');
    await server.says(Alice, 'two');
    server.clock.skip(5);
    await server.says(Alice, 'three');
    const late = await server.arrive('Late');
    const live = [...Alice.packets, ...Bob.packets].filter((one) => one.kind === 'message');
    for (const one of live) expect(one.messageId).toMatch(/^[1-9][0-9]*$/);
    const ids = new Set(live.map((one) => one.messageId));
    const backlog = late.packets.filter((one) => one.kind === 'context_message');
    const shared = backlog
      .filter((one) => ids.has(one.messageId))
      .map((one) => one.text.replaceAll('\f', '␌'));
    expect(shared).toEqual(['one', '0␌nick␌Alice␌~Al', 'two', 'three']);
    const three = live.find((one) => one.text === 'three');
    const expected = (1_700_000_000_005 - 1_588_377_600_000) * 256;
    expect(Number(three?.messageId) - expected).toBeLessThan(256);
    expect(Number(three?.messageId)).toBeGreaterThanOrEqual(expected);
  });
});

describe('/me and /action', () => {
  it.each(['me', 'action'])(
    '[sockchat 8.11] /%s goes out in italics with flags 11000, live and in the backlog',
    async (name) => {
      const server = await serve();
      const { Alice, Bob } = await server.cast({ Alice: {}, Bob: {} });
      await server.says(Alice, `/${name} hi  <x>`);
      expect(Alice.take()).toEqual(['2→T→1→<i>hi  &lt;x&gt;</i>→#→11000']);
      expect(Bob.take()).toEqual(['2→T→1→<i>hi  &lt;x&gt;</i>→#→11000']);
      const late = await server.arrive('Late');
      expect(late.take()).toContain('7→1→T→1→Alice→inherit→0 0 0 0 0→<i>hi  &lt;x&gt;</i>→#→0→11000');
    },
  );

  it('[sockchat 8.11] without words nothing happens', async () => {
    const server = await serve();
    const { Alice } = await server.cast({ Alice: {} });
    for (const text of ['/me', '/me ', '/action', '/me \0\f'])
      expect(await server.answer(Alice, text)).toEqual([]);
  });
});

describe('/msg and /whisper', () => {
  it.each(['msg', 'whisper'])(
    '[sockchat 8.10] /%s: both copies have 10011, ids of their own, and the sender’s the name',
    async (name) => {
      const server = await serve({ channels: [{ name: 'Lounge' }, { name: 'Other' }] });
      const { Alice, Bob, Carol } = await server.cast({ Alice: {}, Bob: nicks, Carol: {} });
      await server.says(Bob, '/nick Bo<b>');
      await server.says(Bob, '/afk away');
      await server.says(Alice, `/${name} bob hi  <there>`);
      const [own] = Alice.takeFrames();
      const [theirs] = Bob.takeFrames();
      expect(own?.split('\t').with(4, '#').join('→')).toBe(
        '2→1700000000→1→&lt;AWAY&gt;_~Bo&lt;b&gt; hi  &lt;there&gt;→#→10011',
      );
      expect(theirs?.split('\t').with(4, '#').join('→')).toBe('2→1700000000→1→hi  &lt;there&gt;→#→10011');
      expect(own?.split('\t')[4]).not.toBe(theirs?.split('\t')[4]);
      server.forget();
      // Works across channels, where the original client does not know whoever it is from.
      await server.says(Bob, '/join Other');
      server.forget();
      await server.says(Alice, `/${name} bob hi`);
      expect(Alice.take()).toEqual(['2→T→1→~Bo&lt;b&gt; hi→#→10011']);
      expect(Bob.take()).toEqual(['7→1→T→1→Alice→inherit→0 0 0 0 0→hi→#→1→10011']);
      expect(Carol.take()).toEqual([]);
    },
  );

  it.each(['msg', 'whisper'])(
    '[sockchat 8.10] /%s: cmderr without two words, usernf for nobody, nothing for oneself',
    async (name) => {
      const server = await serve();
      const { Alice } = await server.cast({ Alice: {} });
      expect(await server.answer(Alice, `/${name}`)).toEqual([error('cmderr')]);
      expect(await server.answer(Alice, `/${name} Alice`)).toEqual([error('cmderr')]);
      expect(await server.answer(Alice, `/${name} N<b> hi`)).toEqual([error('usernf', 'N&lt;b&gt;')]);
      expect(await server.answer(Alice, `/${name} alice hi`)).toEqual([]);
    },
  );

  it('[sockchat 8.10] whoever is blocked is answered as if nobody were there, word for word', async () => {
    const server = await serve();
    const { Alice, Bob } = await server.cast({ Alice: {}, Bob: {} });
    const { users } = server.chat;
    const idOf = (name: string) => users.byHandle(name)?.id as UserId;
    await users.block(idOf('Bob'), idOf('Alice'));
    expect(await server.answer(Alice, '/msg bOb hi')).toEqual([error('usernf', 'bOb')]);
    expect(Bob.take()).toEqual([]);
    await server.says(Bob, '/msg alice hi');
    expect(Alice.take()).toEqual(['2→T→2→hi→#→10011']);
    await users.unblock(idOf('Bob'), idOf('Alice'));
    Bob.take();
    await server.says(Alice, '/msg bob hi');
    expect(Bob.take()).toEqual(['2→T→1→hi→#→10011']);
  });

  it('[sockchat 8.10] what is said elsewhere in the direct channel of two is a whisper, from whoever it may be', async () => {
    const server = await serve({ sockchat: { backlog: 5 } });
    const { Alice, Bob, Carol } = await server.cast({ Alice: {}, Bob: {}, Carol: {} });
    const { chat } = server;
    const [alice, bob, carol] = ['Alice', 'Bob', 'Carol'].map(
      (name) => chat.users.byHandle(name)?.id as UserId,
    );
    const open = (users: (UserId | undefined)[]) =>
      chat.run('direct.open', { by: 'host', users: users as UserId[] });
    const { channel } = await open([alice, bob]);
    const { id } = await chat.run('message.send', { by: alice as UserId, channel, text: 'a <b>' });
    await server.settle();
    expect(Bob.take()).toEqual(['7→1→T→1→Alice→inherit→0 0 0 0 0→a &lt;b&gt;→#→1→10011']);
    expect(Alice.take()).toEqual(['7→1→T→1→Alice→inherit→0 0 0 0 0→Bob a &lt;b&gt;→#→1→10011']);
    await chat.messages.remove(id);
    await server.settle();
    expect(Bob.take()).toEqual(['6→#']);
    const { channel: three } = await open([alice, bob, carol]);
    await chat.run('message.send', { by: alice as UserId, channel: three, text: 'x' });
    await server.settle();
    expect([Bob.take(), Carol.take()]).toEqual([[], []]);
    expect(chat.channels.all().map(({ kind }) => kind)).toEqual(['text']);
    const late = await server.arrive('Late');
    expect(late.take().join()).not.toContain('&lt;');
  });

  it('[sockchat 6.1] whispers are never in the backlog', async () => {
    const server = await serve();
    const { Alice } = await server.cast({ Alice: {}, Bob: {} });
    await server.says(Alice, '/msg Bob secret');
    const late = await server.arrive('Late');
    expect(late.frames.join()).not.toContain('secret');
  });

  it.each(['bob', 'BOB', '~Nick', 'nick', '~NICK', '&lt;AFK&gt;_~Nick', '<AFK>_~nick', '<afk>_bob'])(
    '[sockchat 8.1] %s finds the user Bob, called Nick, who is away',
    async (name) => {
      const server = await serve();
      const { Alice, Bob } = await server.cast({ Alice: {}, Bob: nicks });
      await server.says(Bob, '/nick Nick');
      await server.says(Bob, '/afk');
      await server.says(Alice, `/msg ${name} hi`);
      expect(Bob.take()).toEqual(['2→T→1→hi→#→10011']);
    },
  );

  it('[sockchat 8.1] a tag that holds its own end is found by the whole display name', async () => {
    const server = await serve();
    const { Alice, Bob } = await server.cast({ Alice: {}, Bob: {} });
    await server.says(Bob, '/afk a>_b');
    expect(Alice.take()).toEqual(['10→2→&lt;A&gt;_B&gt;_Bob→inherit→0 0 0 0 0']);
    await server.says(Alice, '/msg <A>_B>_Bob hi');
    expect(Bob.take()).toEqual(['2→T→1→hi→#→10011']);
  });
});

describe('/say', () => {
  it('[sockchat 8.14] reaches everybody in every channel as the notice say, and every backlog', async () => {
    const server = await serve({ channels: [{ name: 'Lounge' }, { name: 'Other' }] });
    const { Alice, Bob } = await server.cast({ Alice: { permissions: everything }, Bob: {} });
    await server.says(Bob, '/join Other');
    await server.says(Alice, '/say hear  <me>');
    const shown = '2→T→-1→0␌say␌hear  &lt;me&gt;→#→10010';
    expect(Alice.take()).toEqual([shown]);
    expect(Bob.take()).toEqual([shown]);
    const late = await server.arrive('Late');
    const line = '7→1→T→-1→ChatBot→inherit→→0␌say␌hear  &lt;me&gt;→#→0→10010';
    expect(late.take()).toContain(line);
    await server.says(late, '/join Other');
    expect(late.take()).toContain(line);
    expect(await server.answer(Alice, '/say')).toEqual(['2→T→-1→0␌say␌→#→10010']);
  });

  it('[sockchat 8.14] cmdna without the permission', async () => {
    const server = await serve();
    const { Bob } = await server.cast({ Bob: {} });
    expect(await server.answer(Bob, '/say hi')).toEqual([error('cmdna', '/say')]);
  });
});

describe('commands', () => {
  it.each([
    ['/', ''],
    ['/.', ''],
    ['/ who', ''],
    ['/No.Such', 'nosuch'],
    ['/leave', 'leave'],
    ['/<b>', '&lt;b&gt;'],
    ['/a\nb', 'a <br/> b'],
    ['/constructor', 'constructor'],
    ['/__proto__', '__proto__'],
    ['//who', '/who'],
    ['/WHÖ', 'whö'],
  ])('[sockchat 8.1] %j is no command: nocmd with %j', async (text, named) => {
    const server = await serve();
    const { Alice, Bob } = await server.cast({ Alice: {}, Bob: {} });
    expect(await server.answer(Alice, text)).toEqual([error('nocmd', named)]);
    expect(Bob.take()).toEqual([]);
  });

  it('[sockchat 8.1] names are read without dots and in any case', async () => {
    const server = await serve();
    const { Alice } = await server.cast({ Alice: {} });
    expect(await server.answer(Alice, '/M.e waves')).toEqual(['2→T→1→<i>waves</i>→#→11000']);
    expect(await server.answer(Alice, '/K.I.C.K. x')).toEqual([error('cmdna', '/kick')]);
  });
});
