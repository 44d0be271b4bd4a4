import { afterEach, describe, expect, it } from 'vitest';
import { banItem, error, info } from './support/notation.js';
import { everything, serve, stopAll, type TestServer } from './support/server.js';

afterEach(stopAll);

const mod = { rank: 5, permissions: everything };

/** Logs in once and says how it ended. */
async function attempt(server: TestServer, name: string, address = '127.0.0.1'): Promise<string> {
  const one = await server.connect(name, address);
  one.send(server.words(name));
  await one.until(
    () => one.packets.some((packet) => packet.kind === 'auth_ok' || packet.kind === 'auth_fail'),
    'an answer',
  );
  const [answer = ''] = one.take();
  one.terminate();
  await server.settle();
  server.forget();
  return answer;
}

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
    expect(await attempt(server, 'Bob')).toMatch(/^1→y/);
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
      expect((await attempt(server, 'Bob')).startsWith(answer)).toBe(true);
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
    expect(await attempt(server, 'Eve', '127.0.0.7')).toMatch(/^1→y/);
    await server.arrive('Carol', {}, '127.0.0.8');
    const neighbour = await server.arrive('Neighbour', {}, '127.0.0.8');
    await server.settle();
    await server.says(Mod, '/ban Carol 60');
    expect(neighbour.take()).toEqual(['3→4→Carol→kick→T→#']);
    expect(await attempt(server, 'Eve', '127.0.0.8')).toBe('1→n→joinfail→T+60');
    expect(await attempt(server, 'Eve', '127.0.0.7')).toMatch(/^1→y/);
    await server.clock.advance(60_000);
    expect(await attempt(server, 'Eve', '127.0.0.8')).toMatch(/^1→y/);
    expect(await attempt(server, 'Carol', '127.0.0.1')).toMatch(/^1→y/);
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

describe('/unban, /unbanip and /bans', () => {
  it.each(['bans', 'banned'])(
    '[sockchat 8.8] /%s lists names and addresses, expired ones not, byte for byte',
    async (name) => {
      const server = await serve();
      const { Mod } = await server.cast({ Mod: mod, Bob: {}, Carol: {} });
      expect(await server.answer(Mod, `/${name}`)).toEqual([info('banlist', '')]);
      await server.arrive('Dave', {}, '127.0.0.5');
      await server.settle();
      await server.says(Mod, '/kick Bob 10');
      await server.says(Mod, '/kick Carol 60');
      await server.says(Mod, '/ban Dave');
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
        expect(await attempt(server, 'Bob')).toMatch(/^1→y/);
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
    expect(await attempt(server, 'Bob', '127.0.0.7')).toBe('1→n→joinfail→-1');
  });

  it('[sockchat 8.8] /unban of a name leaves the address bans, and the other way round', async () => {
    const server = await serve();
    const { Mod } = await server.cast({ Mod: mod });
    await server.arrive('Bob', {}, '127.0.0.7');
    await server.settle();
    await server.says(Mod, '/ban Bob');
    await server.says(Mod, '/unban Bob');
    expect(await attempt(server, 'Bob', '127.0.0.7')).toBe('1→n→joinfail→-1');
    expect(await attempt(server, 'Bob', '127.0.0.6')).toMatch(/^1→y/);
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

describe('/delmsg and /delete', () => {
  it.each(['delmsg', 'delete'])(
    '[sockchat 8.6] /%s: packet 6 to the channel, and the line is in no later backlog',
    async (name) => {
      const server = await serve({ channels: [{ name: 'Lounge' }, { name: 'Other' }] });
      const { Mod, Bob, Far } = await server.cast({ Mod: mod, Bob: {}, Far: {} });
      await server.says(Far, '/join Other');
      await server.says(Bob, 'remove me');
      const id = Mod.newestId;
      await server.says(Mod, `/${name} ${id}`);
      expect(Mod.take()).toEqual(['6→#']);
      expect(Bob.take()).toEqual(['6→#']);
      expect(Far.take()).toEqual([]);
      expect(Bob.packets.at(-2)).toEqual({ kind: 'message_delete', messageId: id });
      const late = await server.arrive('Late');
      expect(late.frames.join()).not.toContain('remove me');
    },
  );

  it.each(['delmsg', 'delete'])('[sockchat 8.6] /%s: cmdna as typed, cmderr, delerr', async (name) => {
    const server = await serve();
    const { Mod, Bob, Nothing, High } = await server.cast({
      Mod: mod,
      Bob: {},
      Nothing: { permissions: ['message.send'] },
      High: { rank: 6 },
    });
    await server.says(High, 'mine');
    const id = High.newestId;
    expect(await server.answer(Nothing, `/${name} ${id}`)).toEqual([error('cmdna', `/${name}`)]);
    if (name === 'delmsg') {
      expect(await server.answer(Mod, '/delmsg')).toEqual([error('cmderr')]);
      expect(await server.answer(Mod, '/delmsg welcome')).toEqual([error('cmderr')]);
    }
    expect(await server.answer(Mod, `/${name} ${id}`)).toEqual([error('delerr')]);
    expect(await server.answer(Bob, `/${name} ${id}`)).toEqual([error('delerr')]);
    expect(await server.answer(Mod, `/${name} 12345`)).toEqual([error('delerr')]);
    expect(await server.answer(Mod, `/${name} ${'9'.repeat(40)}`)).toEqual([error('delerr')]);
  });

  it('[sockchat 8.6] equal rank may delete, the own message may be deleted, somebody else’s not with DeleteOwn alone', async () => {
    const server = await serve();
    const { Mod, Equal, Bob } = await server.cast({ Mod: mod, Equal: { rank: 5 }, Bob: {} });
    await server.says(Equal, 'one');
    expect(await server.answer(Mod, `/delmsg ${Equal.newestId}`)).toEqual(['6→#']);
    await server.says(Bob, 'two');
    const own = Bob.newestId;
    expect(await server.answer(Bob, `/delmsg ${own}`)).toEqual(['6→#']);
    expect(await server.answer(Bob, `/delmsg ${own}`)).toEqual([error('delerr')]);
  });

  it('[sockchat 8.6] DeleteAny reaches lines of joins and announcements, the latter in every channel', async () => {
    const server = await serve({ channels: [{ name: 'Lounge' }, { name: 'Other' }] });
    const { Mod, Bob } = await server.cast({ Mod: mod, Bob: {} });
    await server.says(Bob, '/join Other');
    await server.says(Mod, '/say gone soon');
    const id = Mod.newestId;
    await server.says(Mod, `/delmsg ${id}`);
    expect(Mod.take()).toEqual(['6→#']);
    expect(Bob.take()).toEqual(['6→#']);
    const late = await server.arrive('Late');
    const join = late.packets.find((one) => one.kind === 'context_message' && one.text === '0\fjoin\fBob');
    await server.says(late, '/join Other');
    expect(late.frames.join()).not.toContain('gone soon');
    const line = join?.kind === 'context_message' ? join.messageId : '';
    expect(await server.answer(Mod, `/delmsg ${line}`)).toEqual(['6→#']);
    expect(await server.answer(Bob, `/delmsg ${line}`)).toEqual([error('delerr')]);
  });
});
