import { describe, expect, it } from 'vitest';
import type { Clock } from '../core/ports.js';
import { Answers } from './answers.js';
import { Connection, type Transport } from './connection.js';
import { deliveryLimits, Outboxes } from './outboxes.js';

/** A connection with 100 bytes of room, time that passes when told, and answers that are there when told. */
function setUp() {
  let now = 0;
  let timers: (() => void)[] = [];
  const clock: Clock = {
    now: () => now,
    after: (_, run) => {
      timers.push(run);
      return () => {};
    },
    soon: (run) => run(),
  };
  const limits = { ...deliveryLimits, outboxBytes: 100 };
  const cuts: string[] = [];
  const outboxes = new Outboxes(clock, limits, (one, error) => {
    one.closed = true;
    one.held = undefined;
    cuts.push(`${error.code}: ${error.message}`);
  });
  const answers = new Answers(clock, limits, outboxes);
  const link = { unread: 0, text: '' };
  const transport: Transport = {
    write: (bytes) => {
      link.text += Buffer.from(bytes).toString();
      link.unread += bytes.length;
    },
    buffered: () => link.unread,
    close: () => {},
    terminate: () => {},
  };
  const connection = new Connection('1', 0, transport, undefined, 0, undefined);
  const begun: string[] = [];
  const filled: string[] = [];
  return {
    outboxes,
    connection,
    link,
    cuts,
    begun,
    filled,
    say: (text: string) => outboxes.send(connection, Buffer.from(text)),
    ask: (name: string, answer: Promise<string> = Promise.resolve(name)) =>
      answers.add(
        connection,
        async () => {
          begun.push(name);
          return [Buffer.from(await answer)];
        },
        () => filled.push(name),
      ),
    /** Lets promises go on, and then `ms` pass, with what was to happen until then. Says how many timers there were. */
    async pass(ms = 0): Promise<number> {
      await new Promise((resolve) => setImmediate(resolve));
      now += ms;
      const due = timers;
      timers = [];
      for (const run of due) run();
      await new Promise((resolve) => setImmediate(resolve));
      outboxes.sweep(connection, now);
      return due.length;
    },
  };
}

describe('Answers', () => {
  it('are fetched one after the other, and what is said meanwhile keeps its place', async () => {
    const { ask, say, pass, begun, filled, link } = setUp();
    let give = (_: string) => {};
    ask(
      'a',
      new Promise((resolve) => {
        give = resolve;
      }),
    );
    say('1');
    ask('b');
    say('2');
    await pass();
    expect([begun, link.text]).toEqual([['a'], '']);
    give('a');
    expect(await pass()).toBe(0);
    expect([begun, filled, link.text]).toEqual([['a', 'b'], ['a', 'b'], 'a1b2']);
  });

  it('wait while more than half of the room is taken, with one timer, and no longer', async () => {
    const { ask, say, pass, begun, link } = setUp();
    say('x'.repeat(51));
    ask('a');
    ask('b');
    expect(await pass(10)).toBe(1);
    expect(await pass(10)).toBe(1);
    expect(begun).toEqual([]);
    link.unread = 50;
    await pass(10);
    expect(begun).toEqual(['a']);
    link.unread = 0;
    await pass(10);
    expect(begun).toEqual(['a', 'b']);
    expect(await pass(10)).toBe(0);
  });

  it('wait for whoever reads, and cut whoever does not for the time', async () => {
    const { ask, say, pass, begun, link, cuts } = setUp();
    say('x'.repeat(90));
    ask('a');
    for (let unread = 90; unread > 60; unread -= 10) {
      link.unread = unread;
      await pass(deliveryLimits.slotMs - 1);
    }
    expect([begun, cuts]).toEqual([[], []]);
    await pass(deliveryLimits.slotMs - 1);
    expect(cuts).toEqual([]);
    await pass(1);
    expect(cuts).toEqual(['slow-reader: 70 bytes unread for 10000 ms (slotMs), limit 100 (outboxBytes)']);
    await pass(10);
    expect(await pass(10)).toBe(0);
    expect(begun).toEqual([]);
  });

  it('have the whole time for each, counted from when it is begun', async () => {
    const { ask, pass, begun, cuts } = setUp();
    const later: (() => void)[] = [];
    for (const name of ['a', 'b', 'c']) ask(name, new Promise((resolve) => later.push(() => resolve(name))));
    for (const done of later.slice(0, 2)) {
      await pass(deliveryLimits.slotMs - 1);
      done();
      await pass();
    }
    expect([begun, cuts]).toEqual([['a', 'b', 'c'], []]);
    await pass(deliveryLimits.slotMs);
    expect(cuts).toEqual(['slot-timeout: an answer took longer than 10000 ms (slotMs)']);
  });

  it('are not fetched for a connection that has ended', async () => {
    const { ask, say, pass, begun, connection, outboxes } = setUp();
    say('x'.repeat(60));
    ask('a');
    outboxes.close(connection, 1000, 'bye');
    await pass(10);
    ask('b');
    expect(await pass(10)).toBe(0);
    expect(begun).toEqual([]);
  });
});
