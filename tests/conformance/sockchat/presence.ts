import { afterEach, describe, expect, it } from 'vitest';
import { error } from './support/notation.js';
import { everything, serve, stopAll } from './support/server.js';

afterEach(stopAll);

const nicks = { permissions: ['message.send', 'nick.own'] } as const;

describe('/afk', () => {
  it.each([
    ['/afk', 'AFK'],
    ['/afk  two', 'AFK'],
    ['/afk away', 'AWAY'],
    ['/afk brb soon', 'BRB'],
    ['/afk sleeping', 'SLEEP'],
    ['/afk straße', 'STRASS'],
    ['/afk <b>', '&lt;B&gt;'],
    ['/afk a&b', 'A&amp;B'],
    ['/afk 👨‍👩‍👧‍👦👍🏽x', '👨‍👩‍👧‍👦👍🏽X'],
    ['/afk 😀😀😀😀😀😀', '😀😀😀😀😀'],
    ['/afk \x01\x02', 'AFK'],
  ])('[sockchat 8.2] %j shows %s in packet 10 to the channel, and no notice', async (text, tag) => {
    const server = await serve();
    const { Alice, Bob } = await server.cast({ Alice: {}, Bob: {} });
    await server.says(Alice, text);
    const shown = `10→1→&lt;${tag}&gt;_Alice→inherit→0 0 0 0 0`;
    expect(Alice.take()).toEqual([shown]);
    expect(Bob.take()).toEqual([shown]);
  });

  it('[sockchat 8.2] being away ends with the next message or command, told first', async () => {
    const server = await serve();
    const { Alice, Bob } = await server.cast({ Alice: {}, Bob: {} });
    const back = '10→1→Alice→inherit→0 0 0 0 0';
    await server.says(Alice, '/afk');
    await server.says(Alice, 'back');
    expect(Bob.take()).toEqual([back, '2→T→1→back→#→10010']);
    await server.says(Alice, '/afk');
    await server.says(Alice, '/zz');
    expect(Alice.take()).toEqual([back, error('nocmd', 'zz')]);
    await server.says(Alice, '/afk');
    expect(await server.answer(Alice, '   ')).toEqual([]);
  });

  it('[sockchat 8.1] /afk while away gives two packets 10, and the new reason holds', async () => {
    const server = await serve();
    const { Alice, Bob } = await server.cast({ Alice: {}, Bob: {} });
    await server.says(Alice, '/afk one');
    await server.says(Alice, '/afk two');
    expect(Bob.take()).toEqual(['10→1→Alice→inherit→0 0 0 0 0', '10→1→&lt;TWO&gt;_Alice→inherit→0 0 0 0 0']);
  });

  it('[sockchat 2.1] the tag stands before the ~ of a nickname, in packets 3, 5.0, 7.0 and 10', async () => {
    const server = await serve({ channels: [{ name: 'Lounge' }, { name: 'Other' }] });
    const { Alice, Bob } = await server.cast({ Alice: nicks, Bob: {} });
    await server.says(Alice, '/nick Al');
    await server.says(Alice, '/afk');
    expect(Bob.take()).toEqual(['10→1→&lt;AFK&gt;_~Al→inherit→0 0 0 1 0']);
    const late = await server.arrive('Late');
    expect(late.take()).toContain('7→0→2→1→&lt;AFK&gt;_~Al→inherit→0 0 0 1 0→1→2→Bob→inherit→0 0 0 0 0→1');
    server.forget();
    Alice.close();
    await Bob.packet('user_remove');
    expect(Bob.take()).toEqual(['3→1→&lt;AFK&gt;_~Al→leave→T→#']);
  });
});

describe('/nick', () => {
  it('[sockchat 8.3] tells the channel by the notice nick, then packet 10, with full display names', async () => {
    const server = await serve({ channels: [{ name: 'Lounge' }, { name: 'Other' }] });
    const { Alice, Bob, Carol } = await server.cast({ Alice: nicks, Bob: {}, Carol: {} });
    await server.says(Carol, '/join Other');
    const steps = [
      ['/nick Al', 'Alice', '~Al'],
      ['/nick Al  Bundy', '~Al', '~Al__Bundy'],
      ['/nick', '~Al__Bundy', 'Alice'],
      ['/nick', 'Alice', 'Alice'],
      ['/nick <i>x', 'Alice', '~&lt;i&gt;x'],
      ['/nick Alice', '~&lt;i&gt;x', 'Alice'],
      ['/nick alice', 'Alice', '~alice'],
      ['/nick a\tb\nc', '~alice', '~abc'],
      ['/nick 1234567890123456', '~abc', '~123456789012345'],
      ['/nick 😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀', '~123456789012345', `~${'😀'.repeat(15)}`],
    ] as const;
    for (const [text, before, after] of steps) {
      await server.says(Alice, text);
      const shown = [`2→T→-1→0␌nick␌${before}␌${after}→#→10010`, `10→1→${after}→inherit→0 0 0 1 0`];
      expect(Alice.take()).toEqual(shown);
      expect(Bob.take()).toEqual(shown);
      expect(Carol.take()).toEqual([]);
    }
  });

  it('[sockchat 8.3] the option nickLength cuts in code points', async () => {
    const server = await serve({ sockchat: { nickLength: 3 } });
    const { Alice } = await server.cast({ Alice: nicks });
    expect((await server.answer(Alice, '/nick abcd'))[0]).toBe('2→T→-1→0␌nick␌Alice␌~abc→#→10010');
  });

  it('[sockchat 8.3] cmdna without SetOwnNickname and SetOthersNickname', async () => {
    const server = await serve();
    const { Bob } = await server.cast({ Bob: {} });
    expect(await server.answer(Bob, '/nick x')).toEqual([error('cmdna', '/nick')]);
  });

  it.each(['bob', 'BOB', 'Nicky', '~nicky', 'ChatBot', '<OUT>_~nicky', 'Сarol'])(
    '[sockchat 8.3] nameinuse for %s, which somebody online is known by or looks like',
    async (name) => {
      const server = await serve();
      const { Alice, Bob, Carol } = await server.cast({ Alice: nicks, Bob: nicks, Carol: {} });
      await server.says(Bob, '/nick Nicky');
      await server.says(Bob, '/afk out');
      expect(await server.answer(Alice, `/nick ${name}`)).toEqual([
        error('nameinuse', name.replace('<', '&lt;').replace('>', '&gt;')),
      ]);
      expect(Carol.take()).toEqual([]);
    },
  );

  it('[sockchat 8.3] the name of somebody who is not online is free', async () => {
    const server = await serve();
    const { Alice, Bob } = await server.cast({ Alice: nicks, Bob: nicks });
    Bob.close();
    await Bob.end();
    await server.settle();
    expect((await server.answer(Alice, '/nick Bob'))[0]).toBe('2→T→-1→0␌nick␌Alice␌~Bob→#→10010');
  });

  it('[sockchat 8.3] with SetOthersNickname a leading id names somebody online; an unknown one leaves the rest to oneself', async () => {
    const server = await serve();
    const { Alice, Bob } = await server.cast({ Alice: { permissions: everything }, Bob: {} });
    await server.says(Alice, '/nick 2 Bobby');
    expect(Bob.take()).toEqual(['2→T→-1→0␌nick␌Bob␌~Bobby→#→10010', '10→2→~Bobby→inherit→0 0 0 0 0']);
    await server.says(Alice, '/nick 2');
    expect(Bob.take()[0]).toBe('2→T→-1→0␌nick␌~Bobby␌Bob→#→10010');
    await server.says(Alice, '/nick 999 Me');
    expect(Bob.take()[0]).toBe('2→T→-1→0␌nick␌Alice␌~Me→#→10010');
    await server.says(Alice, '/nick 0 Me');
    expect(Bob.take()[0]).toBe('2→T→-1→0␌nick␌~Me␌~0_Me→#→10010');
    await server.says(Alice, '/nick 2 Alice');
    expect(Alice.take()).toEqual([error('nameinuse', 'Alice')]);
  });

  it('[sockchat 8.3] without SetOthersNickname a number is a name', async () => {
    const server = await serve();
    const { Alice } = await server.cast({ Alice: nicks, Bob: {} });
    expect((await server.answer(Alice, '/nick 2 x'))[0]).toBe('2→T→-1→0␌nick␌Alice␌~2_x→#→10010');
  });

  it('[sockchat 8.3] SetOthersNickname alone suffices for the own name', async () => {
    const server = await serve();
    const { Alice } = await server.cast({ Alice: { permissions: ['message.send', 'nick.others'] } });
    expect((await server.answer(Alice, '/nick x'))[0]).toBe('2→T→-1→0␌nick␌Alice␌~x→#→10010');
  });
});
