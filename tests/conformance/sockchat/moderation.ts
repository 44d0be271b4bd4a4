import { afterEach, describe, expect, it } from 'vitest';
import { error, info } from './support/notation.js';
import { everything, serve, stopAll } from './support/server.js';

afterEach(stopAll);

const mod = { rank: 5, permissions: everything };

describe('/kick and /ban', () => {
  it('[sockchat 8.7] /kick without a time: 9→0 to all connections of the target, closed with 1000, then 3 to the channel', async () => {
    const server = await serve();
    const { Mod, Bob } = await server.cast({ Mod: mod, Bob: {} });
    const second = await server.arrive('Bob');
    await server.settle();
    await server.says(Mod, '/kick bob');
    expect(Bob.take()).toEqual(['9→0']);
    expect(second.take()).toEqual(['9→0']);
    expect([await Bob.end(), await second.end()]).toEqual([1000, 1000]);
    expect(Mod.take()).toEqual(['3→2→Bob→kick→T→#']);
    expect(await server.attempt('Bob')).toMatch(/^1→y/);
    const late = await server.arrive('Late');
    expect(late.take()).toContain('7→1→T→-1→ChatBot→inherit→→0␌kick␌Bob→#→0→10010');
  });

  it.each([
    ['kick', '5', '9→1→T+5', '1→n→joinfail→T+5'],
    ['kick', '0.5', '9→1→T+1', '1→n→joinfail→T+1'],
    ['kick', '-1', '9→1→-1', '1→n→joinfail→-1'],
    ['kick', '0', '9→0', '1→y'],
    ['kick', '-7', '9→0', '1→y'],
    ['kick', '0.0000000001', '9→1→T+1', '1→n→joinfail→T+1'],
    ['kick', '99999999999999999999', '9→1→253402300799', '1→n→joinfail→253402300799'],
    ['ban', '', '9→1→-1', '1→n→joinfail→-1'],
    ['ban', '60', '9→1→T+60', '1→n→joinfail→T+60'],
    ['ban', '-1', '9→1→-1', '1→n→joinfail→-1'],
    ['ban', '0', '9→0', '1→y'],
  ])(
    '[sockchat 8.7] /%s with the time %j: %s, and a new login gets %s',
    async (name, time, forced, answer) => {
      const server = await serve();
      const { Mod, Bob } = await server.cast({ Mod: mod, Bob: {} });
      await server.says(Mod, `/${name} Bob ${time}`);
      expect(Bob.take()).toEqual([forced]);
      expect(Mod.take()).toEqual(['3→2→Bob→kick→T→#']);
      expect((await server.attempt('Bob')).startsWith(answer)).toBe(true);
    },
  );

  it('[sockchat 5 S9] the option legacyDisconnectWords says kick and ban', async () => {
    const server = await serve({ sockchat: { legacyDisconnectWords: true } });
    const { Mod, Bob, Carol } = await server.cast({ Mod: mod, Bob: {}, Carol: {} });
    await server.says(Mod, '/kick Bob');
    await server.says(Mod, '/kick Carol 5');
    expect(Bob.frames.at(-1)).toBe('9\tkick');
    expect(Carol.frames.at(-1)).toBe('9\tban\t1700000005');
  });

  it('[sockchat 8.7] /kick bans the user only; /ban also every address the user is connected from', async () => {
    const server = await serve();
    const { Mod } = await server.cast({ Mod: mod, Bob: {} });
    await server.arrive('Bob', {}, '127.0.0.7');
    await server.says(Mod, '/kick Bob 60');
    expect(await server.attempt('Eve', '127.0.0.7')).toMatch(/^1→y/);
    await server.arrive('Carol', {}, '127.0.0.8');
    const neighbour = await server.arrive('Neighbour', {}, '127.0.0.8');
    await server.settle();
    await server.says(Mod, '/ban Carol 60');
    expect(neighbour.take()).toEqual(['3→4→Carol→kick→T→#']);
    expect(await server.attempt('Eve', '127.0.0.8')).toBe('1→n→joinfail→T+60');
    expect(await server.attempt('Eve', '127.0.0.7')).toMatch(/^1→y/);
    await server.clock.advance(60_000);
    expect(await server.attempt('Eve', '127.0.0.8')).toMatch(/^1→y/);
    expect(await server.attempt('Carol', '127.0.0.1')).toMatch(/^1→y/);
  });

  it.each(['kick', 'ban'])(
    '[sockchat 8.7] /%s: cmdna, usernf, kickna, cmderr in this order',
    async (name) => {
      const server = await serve();
      const { Mod, Bob } = await server.cast({ Mod: mod, Bob: {}, Equal: { rank: 5 }, Higher: { rank: 6 } });
      expect(await server.answer(Bob, `/${name}`)).toEqual([error('cmdna', `/${name}`)]);
      for (const [text, expected] of [
        ['', error('usernf', 'User')],
        [' No<one> x', error('usernf', 'No&lt;one&gt;')],
        [' mod x', error('kickna', 'Mod')],
        [' equal x', error('kickna', 'Equal')],
        [' higher', error('kickna', 'Higher')],
        [' bob x', error('cmderr')],
        [' bob 1e3', error('cmderr')],
        [' bob 5s', error('cmderr')],
      ] as const)
        expect(await server.answer(Mod, `/${name}${text}`)).toEqual([expected]);
    },
  );

  it('[sockchat 8.7] kickna shows the account name, whatever was typed', async () => {
    const server = await serve();
    const nicked = { rank: 9, permissions: ['message.send', 'nick.own'] } as const;
    const { Mod, Bob } = await server.cast({ Mod: mod, Bob: nicked });
    await server.says(Bob, '/nick Bo');
    expect(await server.answer(Mod, '/kick ~bo')).toEqual([error('kickna', 'Bob')]);
  });

  it('[sockchat 8.7] /kick is for KickUser, /ban for BanUser alone', async () => {
    const server = await serve();
    const { K, B } = await server.cast({
      K: { rank: 2, permissions: ['message.send', 'user.kick'] },
      B: { rank: 2, permissions: ['message.send', 'user.ban'] },
      X: {},
      Y: {},
    });
    expect(await server.answer(K, '/ban X')).toEqual([error('cmdna', '/ban')]);
    expect(await server.answer(B, '/kick X')).toEqual([error('cmdna', '/kick')]);
    expect(await server.answer(K, '/kick X 60')).toEqual(['3→3→X→kick→T→#']);
    expect(await server.answer(B, '/ban Y 0')).toEqual(['3→4→Y→kick→T→#']);
  });
});

describe('/silence and /unsilence', () => {
  it('[sockchat 8.9] silence to the target, silok to the issuer, then nothing of the target is heard but /join', async () => {
    const server = await serve({ channels: [{ name: 'Lounge' }, { name: 'Other' }] });
    const { Mod, Bob } = await server.cast({ Mod: mod, Bob: { permissions: ['message.send', 'nick.own'] } });
    await server.says(Bob, '/nick Bo');
    await server.says(Bob, '/afk');
    await server.says(Mod, '/silence bob');
    expect(Bob.take()).toEqual([info('silence')]);
    expect(Mod.take()).toEqual([info('silok', '&lt;AFK&gt;_~Bo')]);
    for (const text of ['hello', '/me waves', '/msg Mod hi', '/who', '/nick', '/afk', '/zz', '/joinx']) {
      expect(await server.answer(Bob, text)).toEqual([]);
      expect(Mod.take()).toEqual([]);
    }
    expect(server.counted.get('frames.ignored dialect=sockchat kind=message reason=silenced')).toBe(8);
    expect((await server.answer(Bob, '/join Other')).at(-1)).toBe('5→2→Other');
    expect((await server.answer(Bob, '/J.oin Lounge')).at(-1)).toBe('5→2→Lounge');
    await server.says(Mod, '/unsilence bob');
    expect(Bob.take()).toEqual([info('unsil')]);
    expect(Mod.take()).toEqual([info('usilok', '~Bo')]);
    expect(await server.answer(Bob, 'hello')).toEqual(['2→T→2→hello→#→10010']);
  });

  it('[sockchat 8.9] a time is in seconds, ends without a word, and outlives a reconnection', async () => {
    const server = await serve();
    const { Mod, Bob } = await server.cast({ Mod: mod, Bob: {} });
    await server.says(Mod, '/silence Bob 2.5');
    Bob.close();
    await Bob.end();
    const again = await server.arrive('Bob');
    await server.settle();
    server.forget();
    await server.clock.advance(2_499);
    expect(await server.answer(again, 'no')).toEqual([]);
    await server.clock.advance(1);
    expect(await server.answer(again, 'yes')).toEqual(['2→T+2→2→yes→#→10010']);
  });

  it('[sockchat 8.9] who may silence others is never silent', async () => {
    const server = await serve();
    const { Mod, Low } = await server.cast({
      Mod: mod,
      Low: { rank: 1, permissions: ['message.send', 'user.silence'] },
    });
    await server.says(Mod, '/silence Low');
    expect(await server.answer(Low, 'hello')).toEqual(['2→T→2→hello→#→10010']);
  });

  it('[sockchat 8.9] /silence: cmdna, usernf, silself, silperr, silerr, cmderr in this order', async () => {
    const server = await serve();
    const { Mod, Bob } = await server.cast({ Mod: mod, Bob: {}, Carol: {}, Equal: { rank: 5 } });
    expect(await server.answer(Bob, '/silence')).toEqual([error('cmdna', '/silence')]);
    await server.says(Mod, '/silence Carol');
    for (const [text, expected] of [
      ['', error('usernf', 'User')],
      [' No<one>', error('usernf', 'No&lt;one&gt;')],
      [' mod x', error('silself')],
      [' equal x', error('silperr')],
      [' carol x', error('silerr')],
      [' bob x', error('cmderr')],
    ] as const)
      expect(await server.answer(Mod, `/silence${text}`)).toEqual([expected]);
  });

  it('[sockchat 8.9] /unsilence: cmdna, usernf, usilperr, usilerr in this order', async () => {
    const server = await serve();
    const { Mod, Bob } = await server.cast({ Mod: mod, Bob: {}, Equal: { rank: 5 } });
    expect(await server.answer(Bob, '/unsilence')).toEqual([error('cmdna', '/unsilence')]);
    for (const [text, expected] of [
      ['', error('usernf', 'User')],
      [' No<one>', error('usernf', 'No&lt;one&gt;')],
      [' mod', error('usilperr')],
      [' equal', error('usilperr')],
      [' bob', error('usilerr')],
    ] as const)
      expect(await server.answer(Mod, `/unsilence${text}`)).toEqual([expected]);
  });
});

describe('/ip and /whois', () => {
  it.each(['ip', 'whois'])(
    '[sockchat 8.15] /%s: one ipaddr with the account name for each address; cmdna, usernf',
    async (name) => {
      const server = await serve();
      const { Mod, Bob } = await server.cast({
        Mod: mod,
        Bob: { permissions: ['message.send', 'nick.own'] },
      });
      await server.arrive('Bob', { permissions: ['message.send', 'nick.own'] }, '127.0.0.2');
      await server.arrive('Bob', { permissions: ['message.send', 'nick.own'] }, '127.0.0.2');
      await server.settle();
      await server.says(Bob, '/nick Bo');
      expect(await server.answer(Mod, `/${name} ~bo`)).toEqual([
        info('ipaddr', 'Bob', '127.0.0.1'),
        info('ipaddr', 'Bob', '127.0.0.2'),
      ]);
      expect(await server.answer(Bob, `/${name} Mod`)).toEqual([error('cmdna', `/${name}`)]);
      expect(await server.answer(Mod, `/${name}`)).toEqual([error('usernf', 'User')]);
      expect(await server.answer(Mod, `/${name} No<one>`)).toEqual([error('usernf', 'No&lt;one&gt;')]);
    },
  );
});
