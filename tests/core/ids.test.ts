import { describe, expect, test } from 'vitest';
import { firstIdAt, idEpochMs } from '../../src/core/ids.js';
import { FaultyStorage } from '../../src/testing/faulty-storage.js';
import { ManualClock } from '../../src/testing/manual-clock.js';
import { type Rig, rig } from './support.js';

function next({ ask }: Rig): number {
  return (ask('thing.put', { key: 'a', colour: 'red' }).result as { id: number }).id;
}

/** The millisecond that an id was made in. */
function timeOfId(id: number): number {
  return Math.floor(id / 256) + idEpochMs;
}

describe('ids', () => {
  test('count from the epoch of the series, 256 to a millisecond', () => {
    expect(firstIdAt(idEpochMs)).toBe(0);
    expect(firstIdAt(idEpochMs + 1)).toBe(256);
    expect(firstIdAt(0)).toBe(0);
    expect(timeOfId(firstIdAt(1_700_000_000_000) + 255)).toBe(1_700_000_000_000);
    expect(firstIdAt(Date.UTC(2200, 0))).toBeLessThan(Number.MAX_SAFE_INTEGER);
  });

  test('grow strictly, also when more than 256 are given out in a millisecond', async () => {
    const set = await rig();
    let last = 0;
    for (let i = 0; i < 1_000; i++) {
      const id = next(set);
      expect(id).toBeGreaterThan(last);
      last = id;
      if (i % 300 === 299) await set.clock.advance(1);
    }
    expect(timeOfId(last)).toBeGreaterThanOrEqual(set.clock.now());
  });

  test('grow strictly when the clock jumps back', async () => {
    const set = await rig();
    const before = next(set);
    set.clock.jump(-3_600_000);
    expect(next(set)).toBe(before + 1);
    set.clock.jump(7_200_000);
    expect(timeOfId(next(set))).toBe(set.clock.now());
  });

  test('of refused commands may be given out again, since nobody has seen them', async () => {
    const set = await rig();
    const before = next(set);
    set.ask('thing.refuse', { key: 'b', colour: 'red' });
    expect(next(set)).toBe(before + 1);
  });

  test.each([0, -3_600_000, -86_400_000])(
    'are not given out again after a crash, stored or not, with the clock moved by %d ms',
    async (jump) => {
      const set = await rig();
      for (let i = 0; i < 10; i++) next(set);
      await set.clock.turn();
      await set.clock.advance(30_000);
      set.storage.next.commit.push('hangs');
      const lost = next(set);
      await set.clock.turn();
      set.clock.jump(jump);
      const again = await rig({ clock: set.clock, storage: set.storage.copy() });
      expect(next(again)).toBeGreaterThan(lost);
    },
  );

  test('are reserved in storage before any of them is seen', async () => {
    const clock = new ManualClock();
    const seen: number[] = [];
    const storage = new FaultyStorage(clock);
    const set = await rig({ clock, storage });
    for (let i = 0; i < 200; i++) {
      const id = next(set);
      set.engine.leave(() => {
        seen.push(id);
        const [row] = storage.content<{ ceiling: number }>('engine');
        expect(row?.ceiling).toBeGreaterThanOrEqual(id);
      });
      await clock.advance(7_000);
    }
    expect(seen).toHaveLength(200);
    expect(set.errors).toEqual([]);
  });

  test('are reserved anew when the reservation was taken back', async () => {
    const set = await rig();
    set.storage.plan = (call) => (call === 'commit' ? 'throws' : 'ok');
    const lost = next(set);
    await set.clock.advance(40_000);
    set.storage.plan = () => 'ok';
    const id = next(set);
    await set.clock.turn();
    expect(id).toBeGreaterThan(lost);
    expect(set.storage.content<{ ceiling: number }>('engine')[0]?.ceiling).toBeGreaterThan(id);
  });

  test('cost no write where none is used', async () => {
    const set = await rig();
    for (let i = 0; i < 10; i++) {
      set.ask('say', { text: 'x' });
      await set.clock.advance(120_000);
    }
    expect(set.storage.tried).toEqual([]);
  });
});

test('an id taken for a notice is of the same series and reserved like any other', async () => {
  const set = await rig();
  const before = next(set);
  const taken = set.engine.takeId();
  expect(taken).toBe(before + 1);
  expect(next(set)).toBe(before + 2);
  await set.clock.advance(120_000);
  const late = set.engine.takeId();
  await set.clock.turn();
  expect(set.storage.content<{ ceiling: number }>('engine')[0]?.ceiling).toBeGreaterThan(late);
});
