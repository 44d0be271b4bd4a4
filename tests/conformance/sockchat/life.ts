import { afterEach, describe, expect, it } from 'vitest';
import { sockchat } from '../../../src/dialects/sockchat/index.js';
import { everything, serve, stopAll } from './support/server.js';

afterEach(stopAll);

describe('leaving', () => {
  it('[sockchat 6.5] a socket that closes, in good order or not, is packet 3 leave and a line in the backlog', async () => {
    const server = await serve();
    const { Bob, Carol } = await server.cast({ Bob: {}, Carol: {} });
    for (const end of ['close', 'terminate'] as const) {
      const alice = await server.arrive('Alice');
      await server.settle();
      server.forget();
      alice[end]();
      await Bob.packet('user_remove');
      expect(Bob.take()).toEqual(['3→3→Alice→leave→T→#']);
    }
    await server.settle();
    const removed = Carol.packets.findLast((one) => one.kind === 'user_remove');
    const late = await server.arrive('Late');
    const line = late.packets.findLast(
      (one) => one.kind === 'context_message' && one.text === '0\fleave\fAlice',
    );
    expect(line).toMatchObject({ messageId: removed?.messageId });
  });

  it('[sockchat 5 S3] only the channel somebody was in is told', async () => {
    const server = await serve({ channels: [{ name: 'Lounge' }, { name: 'Other' }] });
    const { Alice, Bob, Far } = await server.cast({ Alice: {}, Bob: {}, Far: {} });
    await server.says(Far, '/join Other');
    server.forget();
    Alice.close();
    await Bob.packet('user_remove');
    await server.settle();
    expect(Far.take()).toEqual([]);
  });

  it('[sockchat 6.5] without a ping for 300 s: closed with 1000, packet 3 timeout; only packet 0 counts as a sign of life', async () => {
    const server = await serve();
    const { Alice, Bob } = await server.cast({ Alice: {}, Bob: {} });
    await server.clock.advance(150_000);
    Alice.say('I am here');
    await Bob.ping();
    await server.clock.advance(149_000);
    expect(Alice.closedWith).toBeUndefined();
    server.forget();
    await server.clock.advance(2_000);
    expect(await Alice.end()).toBe(1000);
    expect(Alice.take()).toEqual([]);
    await Bob.packet('user_remove');
    expect(Bob.take()).toEqual(['3→1→Alice→timeout→T+300→#']);
    await Bob.ping();
    const late = await server.arrive('Late');
    expect(late.frames.join()).toContain('0\ftimeout\fAlice');
  });

  it('[sockchat 6.5] the option pingTimeoutMs, and a ping that is answered starts it anew', async () => {
    const server = await serve({ sockchat: { pingTimeoutMs: 5_000 } });
    const { Alice } = await server.cast({ Alice: {} });
    for (let i = 0; i < 3; i++) {
      await server.clock.advance(4_000);
      await Alice.ping();
    }
    // Of somebody else's id: no sign of life.
    await server.clock.advance(3_000);
    Alice.send('0→999');
    await server.clock.advance(3_000);
    expect(await Alice.end()).toBe(1000);
  });

  it('[sockchat 6.5] one of two connections that times out goes alone and in silence', async () => {
    const server = await serve({ sockchat: { pingTimeoutMs: 5_000 } });
    const first = await server.arrive('Alice');
    const second = await server.arrive('Alice');
    const bob = await server.arrive('Bob');
    await server.settle();
    for (let i = 0; i < 2; i++) {
      await server.clock.advance(3_000);
      await second.ping();
      await bob.ping();
    }
    expect(await first.end()).toBe(1000);
    await Promise.all([second.ping(), bob.ping()]);
    expect(bob.take().filter((one) => one.startsWith('3→'))).toEqual([]);
    expect(second.closedWith).toBeUndefined();
  });
});

describe('backlog', () => {
  it('[sockchat 6.1] the newest 20 lines of every kind, oldest first, the own join last', async () => {
    const server = await serve();
    const { Alice, Bob } = await server.cast({ Alice: { permissions: everything }, Bob: {} });
    for (let i = 1; i <= 14; i++) await server.says(Alice, `line ${i}`);
    await server.says(Bob, '/me waves');
    await server.says(Alice, '/nick Al');
    await server.says(Alice, '/say hear me');
    Bob.close();
    await Bob.end();
    await server.settle();
    const late = await server.arrive('Late');
    const lines = late.packets.filter((one) => one.kind === 'context_message');
    expect(lines.map((one) => one.text.replaceAll('\f', '␌'))).toEqual([
      '0␌join␌Bob',
      ...Array.from({ length: 14 }, (_, i) => `line ${i + 1}`),
      '<i>waves</i>',
      '0␌nick␌Alice␌~Al',
      '0␌say␌hear me',
      '0␌leave␌Bob',
      '0␌join␌Late',
    ]);
    const ids = lines.map((one) => Number(one.messageId));
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
    expect(lines.every((one) => !one.notify)).toBe(true);
  });

  it.each([
    [0, 0],
    [1, 1],
    [3, 3],
    [200, 60],
  ])('[sockchat 6.1] the option backlog of %i sends %i lines', async (backlog, count) => {
    const server = await serve({ sockchat: { backlog } });
    const { Alice } = await server.cast({ Alice: {} });
    for (let i = 0; i < 58; i++) Alice.say(`line ${i}`);
    await server.settle();
    const late = await server.arrive('Late');
    expect(late.packets.filter((one) => one.kind === 'context_message').length).toBe(count);
    expect(late.packets.filter((one) => one.kind === 'context_channels').length).toBe(1);
  });

  it('[sockchat 6.1] authors are shown as they were when they spoke', async () => {
    const server = await serve();
    const { Alice } = await server.cast({
      Alice: { colour: 'red', permissions: ['message.send', 'nick.own'] },
    });
    await server.says(Alice, '/nick Before');
    await server.says(Alice, 'said');
    await server.says(Alice, '/nick After');
    const late = await server.arrive('Late');
    expect(late.take()).toContain('7→1→T→1→~Before→red→0 0 0 1 0→said→#→0→10010');
  });
});

describe('limits of a connection', () => {
  it('[sockchat 1] 20 frames before login are taken, the 21st closes with 1008', async () => {
    const server = await serve();
    for (const frames of [19, 20]) {
      const one = await server.connect();
      for (let i = 0; i < frames; i++) one.send('x');
      one.send(server.words(`After${frames}`));
      if (frames === 19) await one.packet('context_channels');
      else expect(await one.end()).toBe(1008);
    }
  });

  it('[sockchat 1] 65,536 bytes before login are taken, one more closes with 1008, counted as UTF-8', async () => {
    const server = await serve();
    const login = Buffer.byteLength(server.words('Alice').replace('→', '\t'));
    for (const over of [0, 1]) {
      const one = await server.connect();
      const rest = 65_536 - login + over;
      one.send(`99→${'ü'.repeat((rest - 3 - (rest % 2 === 0 ? 1 : 0)) >> 1)}${rest % 2 === 0 ? 'x' : ''}`);
      one.send(server.words('Alice'));
      if (over === 0) await one.packet('context_channels');
      else expect(await one.end()).toBe(1008);
    }
  });

  it('[sockchat 1] a login takes 30 s at most, then 1008', async () => {
    const server = await serve();
    const one = await server.connect();
    await server.clock.advance(29_000);
    expect(one.closedWith).toBeUndefined();
    await server.clock.advance(2_000);
    expect(await one.end()).toBe(1008);
  });

  it('[sockchat 1] a frame of 65,536 bytes is taken, one more byte closes with 1009', async () => {
    const server = await serve();
    const { Alice } = await server.cast({ Alice: {} });
    Alice.send(`2→1→${'x'.repeat(65_536 - 4)}`);
    await server.settle();
    expect(Alice.take()).toEqual([`2→T→1→${'x'.repeat(5_000)}→#→10010`]);
    Alice.send(`2→1→${'x'.repeat(65_536 - 3)}`);
    expect(await Alice.end()).toBe(1009);
  });

  it('[sockchat 1] the options limits move them', async () => {
    const server = await serve({
      sockchat: { limits: { framesBeforeLogin: 2, frameBytes: 300, bytesBeforeLogin: 200, loginMs: 5_000 } },
    });
    const frames = await server.connect();
    for (const one of ['x', 'x', 'x']) frames.send(one);
    expect(await frames.end()).toBe(1008);
    const bytes = await server.connect();
    bytes.send('x'.repeat(201));
    expect(await bytes.end()).toBe(1008);
    const size = await server.connect();
    size.send('x'.repeat(301));
    expect(await size.end()).toBe(1009);
    const time = await server.connect();
    await server.clock.advance(6_000);
    expect(await time.end()).toBe(1008);
  });

  it.each([
    [{ backlog: 201 }, 'backlog'],
    [{ backlog: -1 }, 'backlog'],
    [{ maxLength: 0 }, 'maxLength'],
    [{ nickLength: 0 }, 'nickLength'],
    [{ pingTimeoutMs: 0.5 }, 'pingTimeoutMs'],
    [{ authFailCloseDelay: -1 }, 'authFailCloseDelay'],
    [{ flood: { warnWithin: 30 } }, 'flood.warnWithin'],
    [{ limits: { framesBeforeLogin: 0 } }, 'limits.framesBeforeLogin'],
  ])('[sockchat 6.1] the options %j are refused when the chat is made, naming %s', (options, named) => {
    expect(() => sockchat(options)).toThrow(`option ${named} of sockchat takes`);
  });
});
