import { afterEach, describe, expect, it } from 'vitest';
import type { SockProbe } from '../../support/sock-probe.js';
import { serve, stopAll, type TestServer } from './support/server.js';

afterEach(stopAll);

/** The defaults of section 9. */
const on = { flood: { banMs: 30_000 } } as const;

/** Sends pings, `ms` apart, and waits until each has been looked at. */
async function pings(server: TestServer, client: SockProbe, count: number, ms: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    await client.ping();
    if (client.closedWith !== undefined) return;
    await letGo(server, ms);
  }
}

/** Short times pass between two arrivals alone; in long ones the server's sweeper comes by, without which time is not believed to have gone. */
async function letGo(server: TestServer, ms: number): Promise<void> {
  if (ms < 5_000) server.clock.skip(ms);
  else await server.clock.advance(ms);
}

describe('flood protection', () => {
  it('[sockchat 9] 30 arrivals within 10 s: 9→1→now+30, closed, 3 flood, and the packet is not looked at', async () => {
    const server = await serve({ sockchat: on });
    const bob = await server.arrive('Bob', { rank: 9 });
    const alice = await server.arrive('Alice');
    server.forget();
    for (let i = 1; i <= 29; i++) alice.say(`line ${i}`);
    alice.say('one too many');
    expect(await alice.end()).toBe(1000);
    await bob.packet('user_remove');
    expect(alice.take().slice(-2)).toEqual(['2→T→2→line 29→#→10010', '9→1→T+30']);
    expect(bob.take().slice(-2)).toEqual(['2→T→2→line 29→#→10010', '3→2→Alice→flood→T→#']);
    const again = await server.connect();
    again.send(server.words('Alice'));
    await again.end();
    expect(again.take()).toEqual(['1→n→joinfail→T+30']);
    expect(server.counted.get('sockchat.flooded')).toBe(1);
    await server.clock.advance(30_000);
    const back = await server.arrive('Alice');
    expect(back.take()).toContain('7→1→T→-1→ChatBot→inherit→→0␌flood␌Alice→#→0→10010');
  });

  it('[sockchat 9] the time between the first and the last of 30 counts: 10 s is too little, 10.001 s is not', async () => {
    for (const [last, out] of [
      [10_000, true],
      [10_001, false],
    ] as const) {
      const server = await serve({ sockchat: on });
      const alice = await server.arrive('Alice');
      await pings(server, alice, 1, 0);
      await letGo(server, last);
      await pings(server, alice, 29, 0);
      if (out) await alice.end();
      else await alice.ping().catch(() => {});
      expect(alice.packets.some((one) => one.kind === 'forced_disconnect')).toBe(true);
      // In the second case only the 31st arrival, within 10 s of the 2nd, was one too many.
      expect(alice.packets.filter((one) => one.kind === 'pong').length).toBe(out ? 29 : 30);
    }
  });

  it('[sockchat 9] 25 within 10 s warn, once per crossing, and the packet is still looked at', async () => {
    const server = await serve({ sockchat: on });
    const alice = await server.arrive('Alice');
    const warnings = () =>
      alice.packets.filter((one) => one.kind === 'message' && one.text === '0\fflwarn').length;
    // 400 ms apart: 30 arrivals span 11.6 s, the newest 25 of them 9.6 s.
    await pings(server, alice, 29, 400);
    expect(warnings()).toBe(0);
    await pings(server, alice, 1, 400);
    await alice.ping();
    expect(warnings()).toBe(1);
    await pings(server, alice, 30, 400);
    expect(warnings()).toBe(1);
    await pings(server, alice, 30, 1_000);
    expect(warnings()).toBe(1);
    await pings(server, alice, 30, 400);
    expect(warnings()).toBe(2);
    expect(alice.closedWith).toBeUndefined();
    expect(
      alice.frames
        .filter((one) => one.includes('flwarn'))[0]
        ?.split('\t')
        .slice(2, 4),
    ).toEqual(['-1', '0\fflwarn']);
  });

  it('[sockchat 9] exactly 10 s between the 6th oldest and the newest warn, 1 ms more does not', async () => {
    for (const [gap, warned] of [
      [0, 1],
      [1, 0],
    ] as const) {
      const server = await serve({ sockchat: on });
      const alice = await server.arrive('Alice');
      await pings(server, alice, 5, 1_000);
      await pings(server, alice, 1, 10_000 + gap);
      await pings(server, alice, 23, 0);
      await alice.ping();
      expect(alice.frames.filter((one) => one.includes('flwarn')).length).toBe(warned);
      expect(alice.closedWith).toBeUndefined();
    }
  });

  it('[sockchat 9] malformed frames count too', async () => {
    const server = await serve({ sockchat: on });
    const alice = await server.arrive('Alice');
    for (let i = 0; i < 30; i++) alice.send('abc');
    await alice.end();
    expect(alice.take().at(-1)).toBe('9→1→T+30');
  });

  it('[sockchat 9] the count is of the user, over all connections, and all are closed', async () => {
    const server = await serve({ sockchat: on });
    const first = await server.arrive('Alice');
    const second = await server.arrive('Alice');
    await pings(server, first, 15, 0);
    await pings(server, second, 14, 0);
    first.say('one too many');
    await Promise.all([first.end(), second.end()]);
    expect(first.take().at(-1)).toBe('9→1→T+30');
    expect(second.take().at(-1)).toBe('9→1→T+30');
  });

  it('[sockchat 9] rank 9 is exempt by default; the option exemptRank moves the line, 0 exempts nobody', async () => {
    for (const [exemptRank, rank, free] of [
      [undefined, 9, true],
      [undefined, 8, false],
      [5, 5, true],
      [5, 4, false],
      [0, 99, false],
    ] as const) {
      const server = await serve({
        sockchat: { flood: { ...on.flood, ...(exemptRank === undefined ? {} : { exemptRank }) } },
      });
      const alice = await server.arrive('Alice', { rank });
      await pings(server, alice, 40, 0);
      expect(alice.closedWith === undefined).toBe(free);
    }
  });

  it('[sockchat 9] banMs 0 switches it off', async () => {
    const server = await serve({ sockchat: { flood: { banMs: 0 } } });
    const alice = await server.arrive('Alice');
    await pings(server, alice, 100, 0);
    expect(alice.closedWith).toBeUndefined();
    expect(alice.frames.join()).not.toContain('flwarn');
  });

  it('[sockchat 9] the other numbers are options', async () => {
    const server = await serve({
      sockchat: { flood: { backlog: 3, thresholdMs: 50, warnWithin: 1, banMs: 1_000 } },
    });
    const alice = await server.arrive('Alice');
    await pings(server, alice, 1, 30);
    await pings(server, alice, 1, 30);
    await alice.ping();
    await alice.ping();
    await alice.end();
    expect(alice.take()).toEqual(expect.arrayContaining(['9→1→T+2']));
    expect(alice.frames.filter((one) => one.includes('flwarn')).length).toBe(1);
  });

  it('[sockchat 9] somebody who comes back starts from nothing', async () => {
    const server = await serve({ sockchat: on });
    const alice = await server.arrive('Alice');
    await pings(server, alice, 29, 0);
    alice.close();
    await alice.end();
    while (server.chat.health().connections > 0) await new Promise((resolve) => setImmediate(resolve));
    const again = await server.arrive('Alice');
    await pings(server, again, 29, 0);
    expect(again.closedWith).toBeUndefined();
  });

  it('[sockchat 9] one flood is one ban, however much comes behind it, and no hook is asked about it', async () => {
    const server = await serve({ sockchat: on, hooks: { before: ({ type }) => type !== 'user.ban' } });
    const bans: number[] = [];
    server.chat.on('user_ban', ({ at }) => bans.push(at));
    const alice = await server.arrive('Alice');
    for (let i = 0; i < 50; i++) alice.send('0→1');
    await alice.end();
    await expect.poll(() => bans.length).toBe(1);
  });
});
