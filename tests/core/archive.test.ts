import { describe, expect, test } from 'vitest';
import { FaultyStorage } from '../../src/testing/faulty-storage.js';
import { ManualClock } from '../../src/testing/manual-clock.js';
import { codeOf, type Note, type Rig, rig, type ToyCommands } from './support.js';

/** A storage that holds `count` notes of each box, and their ids. */
async function filled(boxes: Record<string, number>) {
  const clock = new ManualClock();
  const first = await rig({ clock });
  const ids: Record<string, number[]> = {};
  for (const [box, count] of Object.entries(boxes)) {
    ids[box] = [];
    for (let i = 0; i < count; i++) {
      const asked = first.ask('note.add', { box });
      await clock.turn();
      ids[box].push((asked.result as { id: number }).id);
    }
  }
  await first.engine.close(1_000);
  return { clock, storage: first.storage.copy(), ids };
}

async function newest({ ask, clock }: Rig, box: string, limit: number): Promise<number[]> {
  const asked = ask('note.newest', { box, limit });
  await clock.turn();
  return (asked.result as ToyCommands['note.newest']['result']).map((note) => note.id);
}

describe('rows before rules', () => {
  test('a command whose rows are in storage is decided once they are in memory', async () => {
    const { clock, storage, ids } = await filled({ a: 3 });
    const { ask } = await rig({ clock, storage });
    const asked = ask('note.bump', { id: ids.a?.[1] ?? 0 });
    expect(asked.result).toBeUndefined();
    await clock.turn();
    expect(asked.result).toEqual({ count: 1 });
  });

  test('a command waiting for rows does not hold up others', async () => {
    const { clock, storage, ids } = await filled({ a: 3, b: 3 });
    const { ask } = await rig({ clock, storage });
    storage.next.rows.push('hangs');
    const waiting = ask('note.bump', { id: ids.a?.[0] ?? 0 });
    const other = ask('note.bump', { id: ids.b?.[0] ?? 0 });
    const third = ask('thing.put', { key: 'x', colour: 'red' });
    expect(third.result).toBeDefined();
    await clock.turn();
    expect(other.result).toEqual({ count: 1 });
    expect(waiting.result).toBeUndefined();
    storage.release();
    await clock.turn();
    expect(waiting.result).toEqual({ count: 1 });
  });

  test('two commands on the same row of storage in one millisecond both count', async () => {
    const { clock, storage, ids } = await filled({ a: 1 });
    const { ask, engine } = await rig({ clock, storage });
    const id = ids.a?.[0] ?? 0;
    const first = ask('note.bump', { id });
    const second = ask('note.bump', { id });
    await clock.turn();
    expect([first.result, second.result]).toEqual([{ count: 1 }, { count: 2 }]);
    await engine.settled();
    expect(storage.content<Note>('notes')[0]?.count).toBe(2);
  });

  test('a row that arrives late does not overwrite the one that was changed meanwhile', async () => {
    const { clock, storage, ids } = await filled({ a: 1 });
    const { ask } = await rig({ clock, storage });
    const id = ids.a?.[0] ?? 0;
    storage.next.rows.push('hangs', 'ok');
    const slow = ask('note.bump', { id });
    const fast = ask('note.bump', { id });
    await clock.turn();
    expect(fast.result).toEqual({ count: 1 });
    storage.release();
    await clock.turn();
    expect(slow.result).toEqual({ count: 2 });
  });

  test('a page that was read before a row was deleted does not bring it back once that is committed', async () => {
    const { clock, storage, ids } = await filled({ a: 3 });
    const set = await rig({ clock, storage });
    const [, gone] = ids.a as [number, number, number];
    storage.next.query.push('hangs');
    const page = set.ask('note.newest', { box: 'a', limit: 10 });
    set.ask('note.drop', { id: gone });
    await clock.turn();
    expect(storage.content('notes')).toHaveLength(2);
    storage.release();
    await clock.turn();
    expect((page.result as Note[]).map((note) => note.id)).toEqual(ids.a?.filter((id) => id !== gone));
    expect(codeOf(set.ask('note.bump', { id: gone }).result)).toBeUndefined();
    await clock.turn();
    expect(await newest(set, 'a', 10)).not.toContain(gone);
  });

  test('a page that was read before its box was cleared does not fill it again', async () => {
    const { clock, storage } = await filled({ a: 3 });
    const set = await rig({ clock, storage });
    storage.next.query.push('hangs');
    const page = set.ask('note.newest', { box: 'a', limit: 10 });
    set.ask('box.clear', { box: 'a' });
    await clock.turn();
    storage.release();
    await clock.turn();
    expect(page.result).toEqual([]);
    expect(await newest(set, 'a', 10)).toEqual([]);
  });

  test('a row of a box that was cleared is gone, though storage has it still', async () => {
    const { clock, storage, ids } = await filled({ a: 1 });
    const set = await rig({ clock, storage });
    storage.next.commit.push('hangs');
    set.ask('box.clear', { box: 'a' });
    await clock.turn();
    const asked = set.ask('note.bump', { id: ids.a?.[0] ?? 0 });
    await clock.turn();
    expect(codeOf(asked.result)).toBe('unknown');
  });

  test('rows that come after the command was given up are not taken in', async () => {
    const { clock, storage, ids } = await filled({ a: 1 });
    const set = await rig({ clock, storage });
    const id = ids.a?.[0] ?? 0;
    storage.next.rows.push('hangs');
    const slow = set.ask('note.bump', { id });
    await clock.advance(5_000);
    expect(codeOf(slow.result)).toBe('unavailable');
    const drop = set.ask('note.drop', { id });
    await clock.turn();
    expect(drop.result).toBeUndefined();
    storage.release();
    await clock.turn();
    const again = set.ask('note.bump', { id });
    await clock.turn();
    expect(codeOf(again.result)).toBe('unknown');
  });

  test('a command whose rows cannot be read is refused as unavailable and reported', async () => {
    const { clock, storage, ids } = await filled({ a: 1 });
    const { ask, errors, engine } = await rig({ clock, storage });
    storage.next.rows.push('throws');
    const asked = ask('note.bump', { id: ids.a?.[0] ?? 0 });
    await clock.turn();
    expect(codeOf(asked.result)).toBe('unavailable');
    expect(asked.queued).toBe(true);
    expect(errors.map((error) => error.code)).toEqual(['storage-failed']);
    expect(engine.storageState).toBe('open');
  });

  test('rows that are not there are known not to be there', async () => {
    const { ask, clock, storage } = await rig();
    const before = storage.calls.rows;
    const first = ask('note.bump', { id: 5 });
    await clock.turn();
    expect(codeOf(first.result)).toBe('unknown');
    expect(codeOf(ask('note.bump', { id: 5 }).result)).toBe('unknown');
    expect(storage.calls.rows).toBe(before + 1);
  });
});

describe('the newest rows', () => {
  test('are loaded once and grow with what is added', async () => {
    const { clock, storage, ids } = await filled({ a: 30 });
    const set = await rig({ clock, storage });
    expect(await newest(set, 'a', 20)).toEqual(ids.a?.slice(-20));
    const added = set.ask('note.add', { box: 'a' });
    const { id } = added.result as { id: number };
    expect(await newest(set, 'a', 3)).toEqual([...(ids.a?.slice(-2) ?? []), id]);
    expect(storage.calls.query).toBeLessThan(8);
    expect(await newest(set, 'a', 0)).toEqual([]);
  });

  test('stay whole when most of them were deleted and storage does not know yet', async () => {
    const { clock, storage, ids } = await filled({ a: 260 });
    const set = await rig({ clock, storage });
    expect(await newest(set, 'a', 200)).toEqual(ids.a?.slice(-200));
    storage.next.commit.push('hangs');
    for (const id of ids.a?.slice(-195) ?? []) set.ask('note.drop', { id });
    await clock.turn();
    expect(await newest(set, 'a', 20)).toEqual(ids.a?.slice(45, 65));
    expect(set.errors).toEqual([]);
  });

  test('are not many more than 200 in memory, and older ones are read when needed', async () => {
    const { clock, storage, ids } = await filled({ a: 10 });
    const set = await rig({ clock, storage });
    await newest(set, 'a', 10);
    for (let i = 0; i < 1_000; i++) {
      set.ask('note.add', { box: 'a' });
      await clock.turn();
    }
    const before = storage.calls.rows;
    const asked = set.ask('note.bump', { id: ids.a?.[0] ?? 0 });
    await clock.turn();
    expect(asked.result).toEqual({ count: 1 });
    expect(storage.calls.rows).toBe(before + 1);
  });

  test('of a box that was just opened need no reading', async () => {
    const { ask, storage } = await rig();
    const queries = storage.calls.query;
    ask('box.open', { box: 'new' });
    expect(ask('note.add', { box: 'new' }).result).toBeDefined();
    expect(storage.calls.query).toBe(queries);
  });

  test('of several hundred boxes stay right when some are let go', async () => {
    const boxes = Object.fromEntries(Array.from({ length: 520 }, (_, i) => [`box${i}`, 1]));
    const { clock, storage, ids } = await filled(boxes);
    const set = await rig({ clock, storage });
    for (const round of [1, 2]) {
      for (const box of Object.keys(boxes)) {
        const asked = set.ask('note.bump', { id: ids[box]?.[0] ?? 0 });
        set.ask('note.newest', { box, limit: 5 });
        await clock.turn();
        expect(asked.result).toEqual({ count: round });
      }
    }
    expect(await newest(set, 'box0', 5)).toEqual(ids.box0);
  });
});

test('with next to no room in memory every command is decided on the same rows as with plenty', async () => {
  const boxes = { a: 30, b: 30, c: 3 };
  const { clock, storage, ids } = await filled(boxes);
  const set = await rig({ clock, storage, limits: { archiveBytes: 1 } });
  for (const round of [1, 2]) {
    for (const box of Object.keys(boxes)) {
      expect(await newest(set, box, 20)).toEqual(ids[box]?.slice(-20));
      const asked = set.ask('note.bump', { id: ids[box]?.[0] ?? 0 });
      const added = set.ask('note.add', { box });
      await clock.turn();
      expect(asked.result).toEqual({ count: round });
      ids[box]?.push((added.result as { id: number }).id);
      expect(await newest(set, box, 2)).toEqual(ids[box]?.slice(-2));
    }
  }
  expect(set.errors).toEqual([]);
});

test('a storage copy holds what was stored and nothing that hangs', async () => {
  const clock = new ManualClock();
  const storage = new FaultyStorage(clock);
  const { ask } = await rig({ clock, storage });
  storage.next.commit.push('hangs');
  ask('thing.put', { key: 'a', colour: 'red' });
  await clock.turn();
  const copy = storage.copy();
  storage.release();
  expect(copy.content('things')).toEqual([]);
  expect(storage.content('things')).toHaveLength(1);
});
