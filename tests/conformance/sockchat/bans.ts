import { afterEach, describe, expect, it } from 'vitest';
import { banItem, error, info } from './support/notation.js';
import { everything, serve, stopAll } from './support/server.js';

afterEach(stopAll);

const mod = { rank: 5, permissions: everything };

describe('/unban, /unbanip and /bans', () => {
  it.each(['bans', 'banned'])(
    '[sockchat 8.8] /%s lists names and addresses, expired ones not, byte for byte',
    async (name) => {
      const server = await serve();
      const { Mod } = await server.cast({ Mod: mod, Bob: {}, Carol: {} });
      expect(await server.answer(Mod, `/${name}`)).toEqual([info('banlist', '')]);
      await server.arrive('Dave', {}, '127.0.0.5');
      await server.settle();
      for (const text of ['/kick Bob 10', '/kick Carol 60', '/ban Dave']) {
        await server.says(Mod, text);
        server.clock.skip(1);
      }
      server.clock.skip(1);
      await server.chat.users.banAddress('2001:db8::ab:1', {});
      await server.clock.advance(10_000);
      expect((await server.answer(Mod, `/${name}`))[0]?.replace('T+10', 'T')).toEqual(
        info('banlist', ['Carol', 'Dave', '127.0.0.5', '2001:db8::ab:1'].map(banItem).join(', ')),
      );
    },
  );

  it('[sockchat 8.8] the same person banned twice is listed once and pardoned once', async () => {
    const server = await serve({ sockchat: { flood: { banMs: 30_000, backlog: 2, warnWithin: 1 } } });
    const { Mod } = await server.cast({ Mod: { ...mod, rank: 9 } });
    const bob = await server.connect('Bob');
    bob.send(server.words('Bob'));
    await bob.packet('context_channels');
    bob.say('one');
    bob.say('two');
    await bob.end();
    const { id } = server.chat.users.byHandle('Bob') ?? {};
    if (id === undefined) throw new Error('no such user');
    await server.chat.users.ban(id);
    expect(await server.answer(Mod, '/bans')).toEqual([info('banlist', banItem('Bob'))]);
    expect(await server.answer(Mod, '/unban Bob')).toEqual([info('unban', 'Bob')]);
    expect(await server.answer(Mod, '/bans')).toEqual([info('banlist', '')]);
  });

  it.each(['unban', 'pardon'])(
    '[sockchat 8.8] /%s takes names in any case, numbers and addresses, as shown by /bans',
    async (name) => {
      const server = await serve();
      const { Mod } = await server.cast({ Mod: mod, Bob: {} });
      for (const typed of ['bob', 'BOB', '2']) {
        await server.says(Mod, '/kick Bob 60');
        expect(await server.answer(Mod, `/${name} ${typed}`)).toEqual([info('unban', typed)]);
        expect(await server.attempt('Bob')).toMatch(/^1→y/);
        await server.arrive('Bob');
      }
      for (const [held, typed] of [
        ['192.0.2.1', '192.0.2.1'],
        ['2001:db8::ab:1', '2001:db8::ab:1'],
        ['2001:db8::ab:1', '2001:0DB8:0:0:ffff::9'],
      ] as const) {
        await server.chat.users.banAddress(held);
        expect(await server.answer(Mod, '/bans')).toEqual([info('banlist', banItem(held))]);
        expect(await server.answer(Mod, `/${name} ${typed}`)).toEqual([info('unban', typed)]);
        expect(await server.answer(Mod, '/bans')).toEqual([info('banlist', '')]);
      }
    },
  );

  it.each(['unbanip', 'pardonip'])('[sockchat 8.8] /%s lifts addresses and nothing else', async (name) => {
    const server = await serve();
    const { Mod } = await server.cast({ Mod: mod, Bob: {} });
    await server.arrive('Bob', {}, '127.0.0.7');
    await server.settle();
    await server.says(Mod, '/ban Bob');
    expect(await server.answer(Mod, `/${name} Bob`)).toEqual([error('notban', 'Bob')]);
    expect(await server.answer(Mod, `/${name} 127.0.0.7`)).toEqual([info('unban', '127.0.0.7')]);
    expect(await server.answer(Mod, `/${name} 127.0.0.7`)).toEqual([error('notban', '127.0.0.7')]);
    expect(await server.answer(Mod, `/${name} 127.0.0.1`)).toEqual([info('unban', '127.0.0.1')]);
    expect(await server.attempt('Bob', '127.0.0.7')).toBe('1→n→joinfail→-1');
  });

  it('[sockchat 8.8] /unban of a name leaves the address bans, and the other way round', async () => {
    const server = await serve();
    const { Mod } = await server.cast({ Mod: mod });
    await server.arrive('Bob', {}, '127.0.0.7');
    await server.settle();
    await server.says(Mod, '/ban Bob');
    await server.says(Mod, '/unban Bob');
    expect(await server.attempt('Bob', '127.0.0.7')).toBe('1→n→joinfail→-1');
    expect(await server.attempt('Bob', '127.0.0.6')).toMatch(/^1→y/);
  });

  it.each(['unban', 'pardon', 'unbanip', 'pardonip'])(
    '[sockchat 8.8] /%s: cmdna as typed, notban with what was typed',
    async (name) => {
      const server = await serve();
      const { K, Bob } = await server.cast({ K: { permissions: ['message.send', 'user.kick'] }, Bob: {} });
      expect(await server.answer(Bob, `/${name} x`)).toEqual([error('cmdna', `/${name}`)]);
      expect(await server.answer(K, `/${name}`)).toEqual([error('notban', '')]);
      expect(await server.answer(K, `/${name} N<o>`)).toEqual([error('notban', 'N&lt;o&gt;')]);
      expect(await server.answer(K, `/${name} Bob`)).toEqual([error('notban', 'Bob')]);
      expect(await server.answer(K, `/${name} 2`)).toEqual([error('notban', '2')]);
    },
  );

  it.each(['bans', 'banned'])('[sockchat 8.8] /%s: cmdna as typed', async (name) => {
    const server = await serve();
    const { Bob } = await server.cast({ Bob: {} });
    expect(await server.answer(Bob, `/${name}`)).toEqual([error('cmdna', `/${name}`)]);
  });
});
