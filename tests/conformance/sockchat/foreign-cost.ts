import { afterEach, describe, expect, it } from 'vitest';
import type { SockProbe } from '../../support/sock-probe.js';
import { arriveElsewhere, connectElsewhere, pass, serveBoth, settled } from './support/foreign.js';
import { stopAll } from './support/server.js';

afterEach(stopAll);

const framesOf = (clients: readonly SockProbe[]) => clients.flatMap((one) => one.takeFrames());
const bytesOf = (clients: readonly SockProbe[]) =>
  framesOf(clients).reduce((sum, one) => sum + Buffer.byteLength(one), 0);

const longestList = (clients: readonly SockProbe[]) =>
  Math.max(
    ...clients
      .flatMap((one) => one.frames.filter((text) => text.startsWith('7\t0')))
      .map((text) => text.length),
  );

describe('lists of people of other protocols', () => {
  it('name no more people than foreign.people; who is left out is understood all the same', async () => {
    const server = await serveBoth({ sockchat: { foreign: { people: 2 } } });
    await arriveElsewhere(server, 'one');
    await arriveElsewhere(server, 'two');
    const three = await arriveElsewhere(server, 'three');
    await arriveElsewhere(server, 'four', { rank: 1 });
    const { Alice } = await server.cast({ Alice: {} });
    const list = Alice.packets.find((packet) => packet.kind === 'context_users');
    expect(list?.users.map(({ name }) => name)).toEqual(['four', 'one']);
    three.send({ cmd: 'message_new', channel: 'Lounge', content: 'hi' });
    await three.until((frame) => frame.cmd === 'message_new');
    await server.settle();
    expect(Alice.take()).toEqual(['7→1→T→3→three→inherit→0 0 0 0 0→hi→#→1→10010']);
  });

  it('go from viewer to viewer, no faster than the bytes allow that may be spent in a second', async () => {
    const bytesPerSecond = 500;
    const server = await serveBoth({ sockchat: { foreign: { bytesPerSecond } } });
    const names = Array.from({ length: 20 }, (_, i) => `viewer${i}`);
    const viewers = Object.values(await server.cast(Object.fromEntries(names.map((name) => [name, {}]))));
    await arriveElsewhere(server, 'olivia');
    await pass(server, settled - 1);
    const sent: number[] = [];
    for (let i = 0; i < 60; i++) {
      await pass(server, 1);
      sent.push(bytesOf(viewers));
    }
    const whole = longestList(viewers) + '8→1'.length;
    // Each second's share, and what the last list of it was too long by.
    let spent = 0;
    sent.forEach((bytes, second) => {
      spent += bytes;
      expect(spent).toBeLessThanOrEqual((second + 1) * bytesPerSecond + whole);
    });
    expect(viewers.map((one) => one.packets.filter(({ kind }) => kind === 'context_clear').length)).toEqual(
      names.map(() => 1),
    );
    expect(sent.filter((bytes) => bytes > 0).length).toBeGreaterThan(10);
  });

  it('look at no more people in one turn than foreign.looksPerSecond, or make one; the others follow', async () => {
    const channels = ['Lounge', 'c1', 'c2'].map((name) => ({ name }));
    const server = await serveBoth({ channels, sockchat: { foreign: { looksPerSecond: 1 } } });
    const viewers = Object.values(await server.cast({ Anna: {}, Ben: {}, Cleo: {} }));
    viewers[1]?.say('/join c1');
    viewers[2]?.say('/join c2');
    await server.settle();
    await arriveElsewhere(server, 'olivia');
    await pass(server, settled - 1);
    framesOf(viewers);
    const told: number[] = [];
    for (let i = 0; i < 6; i++) {
      await pass(server, 1);
      told.push(framesOf(viewers).filter((one) => one.startsWith('8')).length);
    }
    expect(told.filter((lists) => lists > 0)).toEqual([1, 1, 1]);
  });

  it('cost a bounded number of bytes, and no line, when 500 people of another protocol come back at once', async () => {
    const channels = Array.from({ length: 40 }, (_, i) => ({ name: i === 0 ? 'Lounge' : `c${i}` }));
    const server = await serveBoth({ channels });
    const viewers: SockProbe[] = [];
    for (let i = 0; i < 60; i++) {
      const viewer = await server.arrive(`viewer${i}`);
      if (i % 40 > 0) viewer.say(`/join c${i % 40}`);
      viewers.push(viewer);
    }
    await server.settle();
    server.forget();
    const come = async (from: number, to: number) => {
      const some = Array.from({ length: to - from }, (_, i) => connectElsewhere(server, `person${from + i}`));
      await Promise.all(some);
      await server.settle();
    };
    await come(0, 500);
    await pass(server, 2 * settled);
    // Each viewer is told once.
    const list = longestList(viewers) + '8→1'.length;
    expect(framesOf(viewers)).toHaveLength(2 * viewers.length);
    for (const one of server.elsewhere.splice(0)) one.terminate();
    while (server.chat.health().connections > viewers.length) await server.settle();
    // All are gone for longer than lists wait, and come back over half a minute.
    const seconds = { gone: 8, between: 3, after: 2 * settled };
    await pass(server, seconds.gone);
    for (let from = 0; from < 500; from += 50) {
      await come(from, from + 50);
      await pass(server, seconds.between);
    }
    await pass(server, seconds.after);
    const frames = framesOf(viewers);
    expect(frames.filter((one) => !/^(8\t1$|7\t0\t)/.test(one))).toEqual([]);
    const all = seconds.gone + 10 * seconds.between + seconds.after;
    const rounds = Math.ceil(all / (settled - 1));
    expect(frames.length).toBeLessThanOrEqual(2 * viewers.length * rounds);
    expect(frames.join('').length).toBeLessThanOrEqual(viewers.length * rounds * list);
    for (const viewer of viewers) {
      const shown = viewer.packets.findLast((packet) => packet.kind === 'context_users');
      expect(shown?.users.filter(({ name }) => name.startsWith('person'))).toHaveLength(100);
    }
  }, 120_000);
});
