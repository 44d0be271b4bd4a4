import { afterEach, describe, expect, it } from 'vitest';
import { everything, serve, stopAll } from './support/server.js';

afterEach(stopAll);

const moderator = { rank: 5, colour: '#A1B2C3', permissions: everything };

describe('login', () => {
  it('[sockchat 6.1] the first person gets welcome lines, 1.y, 7.0, 7.1, 7.2 in this order, byte for byte', async () => {
    const server = await serve({
      sockchat: { welcome: 'Hello, {username}!' },
      channels: [{ name: 'Lounge' }, { name: 'Staff', rank: 5, password: 'x' }],
    });
    const alice = await server.arrive('Alice', moderator);
    expect(alice.take()).toEqual([
      '7→1→T→-1→ChatBot→inherit→→0␌say␌Hello, Alice!→welcome→0→10010',
      '1→y→1→Alice→#A1B2C3→5 1 0 1 2→Lounge→5000',
      '7→0→0',
      '7→1→T→-1→ChatBot→inherit→→0␌join␌Alice→#→0→10010',
      '7→2→2→Lounge→0→0→Staff→1→0',
    ]);
  });

  it('[sockchat 6.1] the second person sees the first, and the first is told by 1.# with the same id as in the backlog', async () => {
    const server = await serve();
    const alice = await server.arrive('Alice', moderator);
    await server.says(alice, 'first!');
    const bob = await server.arrive('Bob', { rank: 1 });
    await server.settle();
    expect(bob.take()).toEqual([
      '1→y→2→Bob→inherit→1 0 0 0 0→Lounge→5000',
      '7→0→1→1→Alice→#A1B2C3→5 1 0 1 2→1',
      '7→1→T→-1→ChatBot→inherit→→0␌join␌Alice→#→0→10010',
      '7→1→T→1→Alice→#A1B2C3→5 1 0 1 2→first!→#→0→10010',
      '7→1→T→-1→ChatBot→inherit→→0␌join␌Bob→#→0→10010',
      '7→2→1→Lounge→0→0',
    ]);
    expect(alice.take()).toEqual(['2→T→1→first!→#→10010', '1→T→2→Bob→inherit→1 0 0 0 0→#']);
    const [added] = alice.packets.filter((one) => one.kind === 'user_add');
    const own = bob.packets.filter((one) => one.kind === 'context_message').at(-1);
    expect(own?.messageId).toBe(added?.messageId);
  });

  it('[sockchat 5 S7.0] the list of users goes by rank, highest first, and leaves out the receiver', async () => {
    const server = await serve();
    for (const [name, rank] of Object.entries({ Low: 1, High: 9, Middle: 5, Twin: 5 }))
      await server.arrive(name, { rank });
    const last = await server.arrive('Last', { rank: 9 });
    const { users } = await last.packet('context_users');
    expect(users.map((one) => one.name)).toEqual(['High', 'Middle', 'Twin', 'Low']);
  });

  it('[sockchat 5 S7.2] channels above the own rank are not listed; those with a password are', async () => {
    const server = await serve({
      channels: [{ name: 'Lounge' }, { name: 'Gold', rank: 5 }, { name: 'Secret', password: 'p' }],
    });
    for (const [rank, count] of [
      [4, 2],
      [5, 3],
    ] as const) {
      const one = await server.arrive(`Rank${rank}`, { rank });
      expect((await one.packet('context_channels')).channels).toHaveLength(count);
    }
  });

  it('[sockchat 2.2] permissions are space separated by default and form-feed separated by option', async () => {
    for (const [separator, shown] of [
      [' ', '5 1 0 1 2'],
      ['\f', '5␌1␌0␌1␌2'],
    ] as const) {
      const server = await serve({ sockchat: { permissionSeparator: separator } });
      const alice = await server.arrive('Alice', moderator);
      expect(alice.take()[0]).toBe(`1→y→1→Alice→#A1B2C3→${shown}→Lounge→5000`);
    }
  });

  it('[sockchat 2.2] the parts follow from what the identity may do', async () => {
    const server = await serve();
    for (const [permissions, shown] of [
      [[], '3 0 0 0 0'],
      [['user.kick'], '3 1 0 0 0'],
      [['nick.own'], '3 0 0 1 0'],
      [['channel.create'], '3 0 0 0 1'],
      [['channel.permanent'], '3 0 0 0 0'],
      [['channel.create', 'channel.permanent'], '3 0 0 0 2'],
    ] as const) {
      const one = await server.arrive(`Of${permissions.join('')}`, { rank: 3, permissions });
      expect(one.take()[0]?.split('→')[5]).toBe(shown);
    }
  });

  it('[sockchat 6.1] the option welcome may be a function of several lines, and one that throws costs nobody the login', async () => {
    const server = await serve({
      sockchat: {
        welcome: (person) => {
          if (person.handle === 'Bob') throw new Error('no welcome');
          return [`Hi <${person.handle}>`, 'two\nlines'];
        },
      },
    });
    const alice = await server.arrive('Alice');
    expect(alice.take().slice(0, 2)).toEqual([
      '7→1→T→-1→ChatBot→inherit→→0␌say␌Hi &lt;Alice&gt;→welcome→0→10010',
      '7→1→T→-1→ChatBot→inherit→→0␌say␌two <br/> lines→welcome→0→10010',
    ]);
    const bob = await server.arrive('Bob');
    expect(bob.take()[0]).toMatch(/^1→y→2→Bob/);
    await server.settle();
    expect(server.errors.map((one) => one.code)).toEqual(['options-invalid']);
  });

  it('[sockchat 4 C1] all words of packet 1 reach the adapter in their order, none included', async () => {
    const heard: (readonly string[])[] = [];
    const server = await serve({
      sockchat: { authFailCloseDelay: 1_000 },
      auth: (credentials) => {
        heard.push(credentials.arguments);
        return null;
      },
    });
    const one = await server.connect();
    for (const words of ['1→Bearer→abc→→d e', '1→', '1']) {
      one.send(words);
      await one.packet('auth_fail');
      one.take();
    }
    expect(heard).toEqual([['Bearer', 'abc', '', 'd e'], [''], []]);
  });
});

describe('names from auth', () => {
  it.each([
    ['ChatBot', 'ChatBot2'],
    ['Сhatbot', 'Сhatbot2'],
    ['<script>alert(1)</script>', '_script_alert_1_script_'],
    ['tab\there', 'tab_here'],
    ['', 'user'],
    ['   ', 'user'],
    ['x'.repeat(200), 'x'.repeat(32)],
    ['\u202Eevil', 'evil'],
    ['~sneaky', '_sneaky'],
    ['&lt;AFK&gt;_bob', '_lt_AFK_gt__bob'],
    ['line\r\nbreak', 'line_break'],
    ['Ünïcödé_名前-1', 'Ünïcödé_名前-1'],
  ])('[sockchat 2.1] %j is shown as %s', async (name, shown) => {
    const server = await serve();
    const one = await server.arrive(name);
    expect((await one.packet('auth_ok')).user.name).toBe(shown);
  });

  it('[sockchat 2] a colour is passed through without what would break out of its field; an empty one inherits', async () => {
    const server = await serve();
    const shown: (string | undefined)[] = [];
    for (const colour of ['#a1b2c3', 'rebeccapurple', 'a\tb\nc', '', undefined])
      shown.push(
        (
          await (
            await server.arrive(
              `of${String(colour).length}${shown.length}`,
              colour === undefined ? {} : { colour },
            )
          ).packet('auth_ok')
        ).user.colour,
      );
    expect(shown).toEqual(['#a1b2c3', 'rebeccapurple', 'abc', 'inherit', 'inherit']);
  });
});

describe('several connections of one user', () => {
  it('[sockchat 6.2] a second login gets the current channel, others only packet 10 with the new looks', async () => {
    const server = await serve({ channels: [{ name: 'Lounge' }, { name: 'Other' }] });
    const { Alice: alice, Bob: bob } = await server.cast({ Alice: moderator, Bob: {} });
    await server.says(alice, '/join Other');
    await server.says(bob, '/join Other');
    await server.says(alice, '/nick Al');
    server.forget();
    const second = await server.arrive('Alice', { ...moderator, colour: 'red', rank: 6 });
    await server.settle();
    expect(second.take()).toEqual([
      '1→y→1→~Al→red→6 1 0 1 2→Other→5000',
      '7→0→1→2→Bob→inherit→0 0 0 0 0→1',
      '7→1→T→-1→ChatBot→inherit→→0␌jchan␌Alice→#→0→10010',
      '7→1→T→-1→ChatBot→inherit→→0␌jchan␌Bob→#→0→10010',
      '7→1→T→-1→ChatBot→inherit→→0␌nick␌Alice␌~Al→#→0→10010',
      '7→2→2→Lounge→0→0→Other→0→0',
    ]);
    expect(bob.take()).toEqual(['10→1→~Al→red→6 1 0 1 2']);
    expect(alice.take()).toEqual(['10→1→~Al→red→6 1 0 1 2']);
  });

  it('[sockchat 6.2] all connections of a user hear the same and move together', async () => {
    const server = await serve({ channels: [{ name: 'Lounge' }, { name: 'Other' }] });
    const first = await server.arrive('Alice', moderator);
    const second = await server.arrive('Alice', moderator);
    const bob = await server.arrive('Bob');
    await server.settle();
    for (const text of ['hello', '/join Other', '/msg Bob psst', '/me waves', '/nick X', '/afk']) {
      await server.says(first, text);
      const heard = first.take();
      expect(heard.length).toBeGreaterThan(0);
      expect(second.take()).toEqual(heard);
    }
    expect(bob.take().length).toBe(0);
  });

  it('[sockchat 6.2] answers to a command go to the connection that gave it', async () => {
    const server = await serve();
    const first = await server.arrive('Alice');
    const second = await server.arrive('Alice');
    await server.settle();
    await server.says(first, '/who nowhere');
    expect(first.take()).toHaveLength(1);
    expect(second.take()).toHaveLength(0);
  });

  it('[sockchat 6.5] others are told when the last connection is gone, and only then', async () => {
    const server = await serve();
    const bob = await server.arrive('Bob');
    const first = await server.arrive('Alice');
    const second = await server.arrive('Alice');
    await server.settle();
    server.forget();
    first.close();
    await first.end();
    await server.settle();
    expect(bob.take()).toEqual([]);
    second.close();
    await bob.packet('user_remove');
    expect(bob.take()).toEqual(['3→2→Alice→leave→T→#']);
  });
});
