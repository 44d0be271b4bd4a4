import { afterEach, describe, expect, it } from 'vitest';
import { serve, stopAll } from './support/server.js';

afterEach(stopAll);

describe('refused logins', () => {
  it('[sockchat 5 S1.n] authfail, and the connection is closed with 1000 at once by default', async () => {
    const server = await serve();
    const one = await server.connect();
    one.send('1→nonsense');
    expect(await one.end()).toBe(1000);
    expect(one.take()).toEqual(['1→n→authfail']);
  });

  it('[sockchat 5 S1.n] an adapter that answers badly is authfail; one that throws or is too slow refuses nobody: closed with 1013, so that clients try again', async () => {
    const answers = [
      () => {
        throw new Error('database is down');
      },
      () => ({ provider: '', id: '', name: 'x' }),
      () => new Promise<null>(() => {}),
    ];
    const server = await serve({ auth: () => answers.shift()?.() ?? null });
    for (const [late, code, told] of [
      [0, 1013, []],
      [0, 1000, ['1→n→authfail']],
      [10_000, 1013, []],
    ] as const) {
      const one = await server.connect();
      one.send('1→x');
      if (late > 0) {
        await one.until(() => answers.length === 0 || true, 'the adapter');
        while (answers.length > 0) await server.clock.advance(1);
        await server.clock.advance(late);
      }
      expect(await one.end()).toBe(code);
      expect(one.take()).toEqual(told);
    }
    expect(server.errors.map((one) => one.code)).toEqual(['auth-failed', 'auth-failed', 'auth-failed']);
  });

  it('[sockchat 5 S1.n] userfail when somebody online wears the name, or the adapter says so', async () => {
    const server = await serve();
    await server.arrive('Alice');
    const thief = await server.connect();
    thief.send(server.words('thief', { name: 'ALICE' }));
    expect(await thief.end()).toBe(1000);
    expect(thief.take()).toEqual(['1→n→userfail']);
    const told = await server.connect();
    told.send(`1→${JSON.stringify({ denied: 'name' })}`);
    await told.end();
    expect(told.take()).toEqual(['1→n→userfail']);
  });

  it('[sockchat 5 S1.n] sockfail at the sixth connection of a user; the fifth still gets in', async () => {
    const server = await serve();
    for (let i = 0; i < 5; i++) await server.arrive('Alice');
    const sixth = await server.connect();
    sixth.send(server.words('Alice'));
    expect(await sixth.end()).toBe(1000);
    expect(sixth.take()).toEqual(['1→n→sockfail']);
  });

  it('[sockchat 5 S1.n] joinfail with the end of the ban in whole seconds, -1 without end, also from the adapter', async () => {
    const server = await serve();
    const alice = await server.arrive('Alice');
    const { user } = server.chat.users.online()[0] ?? {};
    if (user === undefined) throw new Error('nobody is online');
    for (const [until, shown] of [
      [server.clock.now() + 90_500, 'T+91'],
      [null, '-1'],
    ] as const) {
      await server.chat.users.ban(user, { until });
      const again = await server.connect();
      again.send(server.words('Alice'));
      expect(await again.end()).toBe(1000);
      expect(again.take()).toEqual([`1→n→joinfail→${shown}`]);
    }
    await alice.end();
    const told = await server.connect();
    told.send(`1→${JSON.stringify({ denied: 'banned', until: server.clock.now() + 5_000 })}`);
    await told.end();
    expect(told.take()).toEqual(['1→n→joinfail→T+5']);
    const forGood = await server.connect();
    forGood.send(`1→${JSON.stringify({ denied: 'banned' })}`);
    await forGood.end();
    expect(forGood.take()).toEqual(['1→n→joinfail→-1']);
  });

  it('[sockchat 6.1] checks go: ban of the address, adapter, ban of the user, limit of connections', async () => {
    let asked = 0;
    const server = await serve({
      limits: { sessionsPerUser: 1 },
      auth: ({ arguments: [word = ''] }) => {
        asked++;
        return word === 'bad' ? null : { provider: 'test', id: '1', name: 'Alice' };
      },
    });
    const attempt = async (word: string) => {
      const one = await server.connect('attempt', '127.0.0.9');
      one.send(`1→${word}`);
      await one.end();
      return one.take().join();
    };
    const first = await server.connect('first', '127.0.0.1');
    first.send('1→good');
    await first.packet('context_channels');
    expect(await attempt('good')).toBe('1→n→sockfail');
    const { user } = server.chat.users.online()[0] ?? {};
    if (user === undefined) throw new Error('nobody is online');
    // A ban in another protocol's name would not count; one without an end does, even while the limit is reached.
    await server.chat.users.ban(user, { until: null });
    expect(await attempt('good')).toBe('1→n→joinfail→-1');
    expect(await attempt('bad')).toBe('1→n→authfail');
    await server.chat.users.banAddress('127.0.0.9', { until: server.clock.now() + 60_000 });
    const before = asked;
    expect(await attempt('bad')).toBe('1→n→joinfail→T+60');
    expect(asked).toBe(before);
    await server.clock.advance(60_000);
    expect(await attempt('good')).toBe('1→n→joinfail→-1');
  });

  it('[sockchat 5 S1.n] with authFailCloseDelay the connection stays open so long and may try again', async () => {
    const server = await serve({ sockchat: { authFailCloseDelay: 10_000 } });
    const fails = await server.connect();
    fails.send('1→nonsense');
    await fails.packet('auth_fail');
    await server.clock.advance(9_999);
    expect(fails.closedWith).toBeUndefined();
    await server.clock.advance(1);
    expect(await fails.end()).toBe(1000);
    const retries = await server.connect();
    retries.send('1→nonsense');
    await retries.packet('auth_fail');
    retries.send(server.words('Alice'));
    await retries.packet('context_channels');
    await server.clock.advance(20_000);
    expect(await server.answer(retries, 'still here')).toEqual(['2→T+30→1→still here→#→10010']);
  });

  it('[sockchat 4 C1] while a login is verified a further one is ignored, and once logged in too', async () => {
    let let_in: () => void = () => {};
    let asked = 0;
    const server = await serve({
      auth: async () => {
        asked++;
        await new Promise<void>((resolve) => {
          let_in = resolve;
        });
        return { provider: 'test', id: '1', name: 'Alice' };
      },
    });
    const alice = await server.connect();
    alice.send('1→one');
    alice.send('1→two');
    alice.send('2→1→said while verified');
    alice.send('0→1');
    while ((server.counted.get('frames.received dialect=sockchat') ?? 0) < 4)
      await new Promise((resolve) => setImmediate(resolve));
    let_in();
    await alice.packet('context_channels');
    alice.send('1→three');
    await server.settle();
    expect(asked).toBe(1);
    expect(alice.take().filter((one) => one.startsWith('1→'))).toEqual([
      '1→y→1→Alice→inherit→0 0 0 0 0→Lounge→5000',
    ]);
  });

  it('[sockchat 1] a client that goes while it is verified leaves no session behind', async () => {
    let let_in: () => void = () => {};
    const server = await serve({
      auth: async () => {
        await new Promise<void>((resolve) => {
          let_in = resolve;
        });
        return { provider: 'test', id: '1', name: 'Alice' };
      },
    });
    const alice = await server.connect();
    alice.send('1→one');
    await alice.until(() => true, '');
    while ((server.counted.get('frames.received dialect=sockchat') ?? 0) < 1)
      await new Promise((resolve) => setImmediate(resolve));
    alice.terminate();
    while (server.chat.health().connections > 0) await new Promise((resolve) => setImmediate(resolve));
    let_in();
    await new Promise((resolve) => setImmediate(resolve));
    await server.settle();
    expect(server.chat.health()).toMatchObject({ sessions: 0, connections: 0 });
    expect(server.chat.users.online()).toEqual([]);
  });
});
