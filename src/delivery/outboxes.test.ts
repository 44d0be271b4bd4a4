import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChatError } from '../core/errors.js';
import type { Clock } from '../core/ports.js';
import { Connection, type Slot, type Transport } from './connection.js';
import { deliveryLimits, Outboxes } from './outboxes.js';

/** Time that stands still, and turns that come when asked for. */
function manual() {
  let now = 0;
  let soon: (() => void)[] = [];
  const clock: Clock = {
    now: () => now,
    after: () => () => {},
    soon: (run) => void soon.push(run),
  };
  return {
    clock,
    pass: (ms: number) => {
      now += ms;
    },
    /** Runs what was put off, and says how many that were. */
    turn(): number {
      const due = soon;
      soon = [];
      for (const run of due) run();
      return due.length;
    },
  };
}

/** A transport that keeps what is written, and reads only when told. */
class Fake implements Transport {
  writes: Buffer[] = [];
  unread = 0;
  reads = true;
  end: string | undefined;
  write(bytes: Uint8Array): void {
    this.writes.push(Buffer.from(bytes));
    if (!this.reads) this.unread += bytes.length;
  }
  buffered(): number {
    return this.unread;
  }
  close(code: number, reason: string): void {
    this.end ??= `${code} ${reason}`;
  }
  terminate(): void {
    this.end ??= 'terminated';
  }
  get text(): string {
    return Buffer.concat(this.writes).toString();
  }
}

function setUp(limits: Partial<typeof deliveryLimits> = {}) {
  const time = manual();
  const cuts: { connection: Connection; code: string }[] = [];
  const outboxes = new Outboxes(
    time.clock,
    { ...deliveryLimits, ...limits },
    (connection: Connection, error: ChatError) => {
      connection.closed = true;
      cuts.push({ connection, code: error.code });
    },
  );
  let made = 0;
  const connect = () => {
    const transport = new Fake();
    const connection = new Connection(String(++made), 0, transport, undefined, 0, undefined);
    return { transport, connection, say: (text: string) => outboxes.send(connection, Buffer.from(text)) };
  };
  return { ...time, outboxes, cuts, connect };
}

describe('Outboxes', () => {
  it('makes one write of a turn', () => {
    const { connect, turn } = setUp();
    const { transport, say } = connect();
    for (const text of ['a', 'b', 'c']) say(text);
    expect(transport.writes).toEqual([]);
    turn();
    expect(transport.writes).toEqual([Buffer.from('abc')]);
    say('d');
    turn();
    expect(transport.text).toBe('abcd');
  });

  it('asks for no turn for what is gathered, and writes it in its place', () => {
    const { outboxes, connect, turn } = setUp();
    const { transport, connection, say } = connect();
    outboxes.gather(connection, Buffer.from('a'));
    expect(turn()).toBe(0);
    say('b');
    outboxes.gather(connection, Buffer.from('c'));
    outboxes.flush();
    expect(transport.writes).toEqual([Buffer.from('abc')]);
    expect(turn()).toBe(1);
    expect(transport.text).toBe('abc');
  });

  it('keeps the order of each connection, with kept places and any turns between', () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('send' as const), who: fc.nat(2) }),
      fc.record({ do: fc.constant('keep' as const), who: fc.nat(2) }),
      fc.record({ do: fc.constant('fill' as const), which: fc.nat(9), frames: fc.nat(3) }),
      fc.record({ do: fc.constant('turn' as const) }),
    );
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 80 }),
        fc.integer({ min: 1, max: 4 }),
        (steps, writesPerTurn) => {
          const { outboxes, connect, turn } = setUp({ writesPerTurn });
          const people = [connect(), connect(), connect()];
          // Per connection: what has to come out, with a place per kept slot.
          const expected: (string | { frames: string[] })[][] = [[], [], []];
          const open: { who: number; slot: Slot; place: { frames: string[] } }[] = [];
          let frame = 0;
          const fill = (at: number, frames: string[]) => {
            const [kept] = open.splice(at, 1);
            if (kept === undefined) return;
            kept.place.frames.push(...frames);
            const { connection } = people[kept.who] as (typeof people)[0];
            outboxes.fill(
              connection,
              kept.slot,
              frames.map((text) => Buffer.from(text)),
            );
          };
          for (const one of steps) {
            if (one.do === 'turn') turn();
            else if (one.do === 'fill') {
              const frames = Array.from({ length: one.frames }, () => `(${frame++})`);
              if (open.length > 0) fill(one.which % open.length, frames);
            } else if (one.do === 'keep') {
              const place = { frames: [] };
              expected[one.who]?.push(place);
              const { connection } = people[one.who] as (typeof people)[0];
              open.push({ who: one.who, slot: outboxes.reserve(connection), place });
            } else {
              const text = `<${frame++}>`;
              expected[one.who]?.push(text);
              people[one.who]?.say(text);
            }
          }
          while (open.length > 0) fill(0, []);
          while (turn() > 0);
          people.forEach(({ transport, connection }, who) => {
            const texts = (expected[who] ?? []).flatMap((one) =>
              typeof one === 'string' ? [one] : one.frames,
            );
            expect(transport.text).toBe(texts.join(''));
            expect(connection.held).toBeUndefined();
          });
        },
      ),
    );
  });

  it('goes on in the next turn after 1,000 writes', () => {
    const { connect, turn } = setUp();
    const people = Array.from({ length: 2_500 }, connect);
    for (const { say } of people) say('a');
    const done = () => people.filter(({ transport }) => transport.text === 'ab').length;
    for (const { say } of people) say('b');
    const counts: number[] = [];
    while (turn() > 0) counts.push(done());
    expect(counts).toEqual([1_000, 2_000, 2_500]);
    expect(people.every(({ transport }) => transport.writes.length === 1)).toBe(true);
  });

  it('writes a bounded number of bytes in one turn, beyond which at most one connection goes', () => {
    const { connect, turn } = setUp({ bytesPerTurn: 10 });
    const people = [4, 4, 4, 30, 1].map((length) => {
      const one = connect();
      one.say('x'.repeat(length));
      return one;
    });
    const written: number[] = [];
    while (turn() > 0) written.push(people.filter(({ transport }) => transport.writes.length === 1).length);
    expect(written).toEqual([3, 4, 5]);
  });

  it('does not mix up those who still wait with those who were written', () => {
    const { connect, turn } = setUp({ writesPerTurn: 1 });
    const [one, two] = [connect(), connect()];
    one.say('a');
    two.say('a');
    turn();
    one.say('b');
    two.say('c');
    while (turn() > 0);
    expect([one.transport.text, two.transport.text]).toEqual(['ab', 'ac']);
  });

  it('closes after the last frames, those behind a kept place too', () => {
    const { outboxes, connect, turn } = setUp();
    const { transport, connection, say } = connect();
    say('a');
    const slot = outboxes.reserve(connection);
    say('b');
    outboxes.close(connection, 4001, 'kicked');
    say('late');
    turn();
    expect([transport.text, transport.end]).toEqual(['ab', '4001 kicked']);
    outboxes.fill(connection, slot, [Buffer.from('late')]);
    turn();
    expect(transport.text).toBe('ab');
  });

  it('keeps what was filled already when it closes', () => {
    const { outboxes, connect, turn } = setUp();
    const { transport, connection, say } = connect();
    outboxes.reserve(connection);
    const second = outboxes.reserve(connection);
    outboxes.fill(connection, second, [Buffer.from('a'), Buffer.from('b')]);
    say('c');
    outboxes.close(connection, 4001, 'kicked');
    turn();
    expect([transport.text, transport.end]).toEqual(['abc', '4001 kicked']);
  });

  it('closes one that has nothing to be told', () => {
    const { outboxes, connect, turn } = setUp();
    const { transport, connection } = connect();
    outboxes.close(connection, 1000, 'bye');
    outboxes.close(connection, 1001, 'again');
    turn();
    expect(transport.end).toBe('1000 bye');
  });

  it('cuts a reader whose unread bytes pass the limit, and not before', () => {
    const { connect, turn, cuts } = setUp({ outboxBytes: 100 });
    const { transport, connection, say } = connect();
    transport.reads = false;
    for (let i = 0; i < 10; i++) {
      say('x'.repeat(10));
      turn();
    }
    expect([transport.unread, cuts]).toEqual([100, []]);
    say('x'.repeat(10));
    turn();
    expect(cuts).toEqual([]);
    say('x');
    turn();
    expect(cuts).toEqual([{ connection, code: 'slow-reader' }]);
    expect(transport.unread).toBe(110);
  });

  it('never keeps more than the limit and the largest frame for anybody', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 5 }), (frames, perTurn) => {
        const { connect, turn } = setUp({ outboxBytes: 100 });
        const { transport, say } = connect();
        transport.reads = false;
        frames.forEach((size, i) => {
          say('x'.repeat(size));
          if (i % perTurn === 0) turn();
        });
        turn();
        // A turn's first write is taken whole: it is made before anything is known to be unread.
        const first = frames.slice(0, perTurn + 1).reduce((sum, size) => sum + size, 0);
        expect(transport.unread).toBeLessThanOrEqual(Math.max(first, 100 + Math.max(...frames) * perTurn));
      }),
    );
  });

  it('takes no more of what can be missed for somebody with much to read, in this turn or unread', () => {
    const { outboxes, connect, turn } = setUp({ skipBytes: 20 });
    const { transport, connection, say } = connect();
    transport.reads = false;
    expect(outboxes.skips(connection)).toBe(false);
    say('x'.repeat(20));
    expect(outboxes.skips(connection)).toBe(false);
    say('x');
    expect(outboxes.skips(connection)).toBe(true);
    turn();
    expect(outboxes.skips(connection)).toBe(true);
    transport.unread = 20;
    expect(outboxes.skips(connection)).toBe(false);
  });

  it('lets one frame, or one filled place, be larger than the limit, and what follows it too', () => {
    const { outboxes, connect, turn, cuts } = setUp({ outboxBytes: 100 });
    for (const large of ['frame', 'place']) {
      const { transport, connection, say } = connect();
      transport.reads = false;
      if (large === 'frame') say('x'.repeat(1_000));
      else {
        const slot = outboxes.reserve(connection);
        outboxes.fill(
          connection,
          slot,
          Array.from({ length: 100 }, () => Buffer.alloc(10, 'x')),
        );
      }
      say('a');
      turn();
      say('b');
      turn();
      say('x'.repeat(90));
      turn();
      expect(cuts).toEqual([]);
      say('x'.repeat(20));
      turn();
      say('y');
      turn();
      expect(cuts.map(({ code }) => code)).toEqual(['slow-reader']);
      cuts.length = 0;
      expect(transport.text.startsWith(`${'x'.repeat(1_000)}ab`)).toBe(true);
    }
  });

  it('counts what waits for a kept place, and cuts one byte beyond the limit', () => {
    const { outboxes, connect, turn, cuts } = setUp({ outboxBytes: 100 });
    for (const over of [0, 1]) {
      const { transport, connection, say } = connect();
      transport.reads = false;
      say('x'.repeat(30));
      turn();
      const slot = outboxes.reserve(connection);
      const second = outboxes.reserve(connection);
      say('y'.repeat(40));
      outboxes.fill(connection, second, [Buffer.alloc(15 + over, 'z'), Buffer.alloc(15, 'z')]);
      // The largest may exceed the limit.
      say('w'.repeat(40));
      turn();
      expect(cuts).toEqual(over === 0 ? [] : [{ connection, code: 'slow-reader' }]);
      if (over === 0) {
        outboxes.fill(connection, slot, []);
        turn();
        expect(cuts).toEqual([]);
        expect(transport.text.slice(30)).toBe(`${'z'.repeat(30)}${'y'.repeat(40)}${'w'.repeat(40)}`);
      }
    }
  });

  it('keeps nothing more for somebody who is about to be cut, and cuts nobody in the middle of a broadcast', () => {
    const { outboxes, connect, turn, cuts } = setUp({ outboxBytes: 100 });
    const { transport, connection, say } = connect();
    say('a');
    const slot = outboxes.reserve(connection);
    for (let i = 0; i < 50; i++) outboxes.gather(connection, Buffer.alloc(20, 'x'));
    expect(cuts).toEqual([]);
    expect(connection.held?.bytes).toBe(120);
    outboxes.fill(connection, slot, [Buffer.from('late')]);
    outboxes.close(connection, 1000, 'bye');
    turn();
    expect(cuts).toEqual([{ connection, code: 'slow-reader' }]);
    expect([transport.text, transport.end]).toEqual(['a', undefined]);
    say('b');
    outboxes.reserve(connection);
    say('c');
    expect(turn()).toBe(0);
  });

  it('forgets a large frame once it is read', () => {
    const { connect, turn, cuts } = setUp({ outboxBytes: 100 });
    const { transport, say } = connect();
    transport.reads = false;
    say('x'.repeat(1_000));
    turn();
    transport.unread = 0;
    for (let i = 0; i < 11; i++) {
      say('x'.repeat(10));
      turn();
    }
    expect(cuts).toEqual([]);
    say('x');
    turn();
    expect(cuts).toHaveLength(1);
  });

  it('cuts a connection whose kept place stays empty', () => {
    const { outboxes, connect, pass, cuts, clock } = setUp();
    const { connection } = connect();
    outboxes.reserve(connection);
    pass(deliveryLimits.slotMs - 1);
    outboxes.sweep(connection, clock.now());
    expect(cuts).toEqual([]);
    pass(1);
    outboxes.sweep(connection, clock.now());
    expect(cuts).toEqual([{ connection, code: 'slot-timeout' }]);
  });

  it('goes on with the others when a transport throws', () => {
    const { connect, turn, cuts } = setUp();
    const [one, two, three] = [connect(), connect(), connect()];
    one.transport.write = () => {
      throw new Error('broken');
    };
    for (const { say } of [one, two, three]) say('a');
    turn();
    expect(cuts).toEqual([{ connection: one.connection, code: 'internal' }]);
    expect([two.transport.text, three.transport.text]).toEqual(['a', 'a']);
  });
});
