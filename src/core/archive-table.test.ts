import { describe, expect, test } from 'vitest';
import { type ArchiveLimits, archiveLimits } from './archive-limits.js';
import { ArchiveTable } from './archive-table.js';
import { table } from './table.js';
import { jsonBytes } from './weighed-rows.js';

interface Note {
  readonly id: number;
  readonly box: string;
  readonly text: string;
}

const notes = table<Note, number>({
  name: 'notes',
  class: 'archive',
  key: 'integer',
  id: (row) => row.id,
  partition: (row) => row.box,
});

const note = (id: number, box: string, length = 100): Note => ({ id, box, text: 'x'.repeat(length) });
const one = jsonBytes(note(1, 'a'));

/** An archive with `count` rows in each box, all stored. */
function archive(limits: Partial<ArchiveLimits>, boxes: Record<string, number> = {}) {
  const made = new ArchiveTable(notes as never, { ...archiveLimits, ...limits });
  const ids: Record<string, number[]> = {};
  let next = 1;
  const add = (box: string, length?: number, batch = { n: 0 }) => {
    const row = note(next++, box, length);
    made.set(row.id, row, batch);
    ids[box] = [...(ids[box] ?? []), row.id];
    return row.id;
  };
  for (const [box, count] of Object.entries(boxes)) {
    made.begin(box);
    for (let i = 0; i < count; i++) add(box);
  }
  made.settle(0);
  const newest = (box: string) => made.newest(box, 1_000).map((row) => (row as Note).id);
  return { made, ids, add, newest };
}

describe('rows of an archive in memory', () => {
  test('weigh about as much as their JSON', () => {
    for (const value of [note(1, 'a'), { a: [1, 'b', { c: null, d: true }] }, {}]) {
      const { length } = JSON.stringify(value);
      expect(jsonBytes(value)).toBeGreaterThanOrEqual(length - 2);
      expect(jsonBytes(value)).toBeLessThan(length + 32);
    }
  });

  test('are cut back to archiveNewest when a partition has twice as many', () => {
    const { made, ids, add, newest } = archive({ archiveNewest: 5 }, { a: 9 });
    expect(newest('a')).toEqual(ids.a);
    add('a');
    made.settle(0);
    expect(newest('a')).toEqual(ids.a?.slice(-5));
    expect(made.covers('a', 6)).toBe(false);
  });

  test('are of archivePartitions at most, and the one not used for longest goes first', () => {
    const { made } = archive({ archivePartitions: 3 }, { a: 1, b: 1, c: 1 });
    expect(['a', 'b', 'c'].map((box) => made.covers(box, 1))).toEqual([true, true, true]);
    made.touch('a');
    made.begin('d');
    made.settle(0);
    expect(['a', 'b', 'c', 'd'].map((box) => made.covers(box, 1))).toEqual([true, false, true, true]);
  });

  test('that were looked up are archiveRows at most', () => {
    const { made } = archive({ archiveRows: 3 });
    const look = (id: number) => made.absorb([[id, note(id, 'a')]]);
    for (const id of [1, 2, 3]) look(id);
    made.settle(0);
    expect(made.size).toBe(3);
    look(4);
    made.settle(0);
    expect([1, 2, 3, 4].map((id) => made.has(id))).toEqual([false, true, true, true]);
  });

  test('are archiveBytes at most: looked up ones go first, then partitions not used for longest', () => {
    const { made, add } = archive({ archiveBytes: 10 * one }, { a: 3, b: 3, c: 3 });
    made.absorb([[1_000, note(1_000, 'd')]]);
    made.settle(0);
    expect(made.has(1_000)).toBe(true);
    add('a');
    made.settle(0);
    expect(made.has(1_000)).toBe(false);
    expect(made.bytes).toBe(10 * one);
    made.touch('a');
    add('a');
    made.settle(0);
    expect(['a', 'b', 'c'].map((box) => made.covers(box, 1))).toEqual([true, false, true]);
    expect(made.bytes).toBe(8 * one);
  });

  test('of a single partition that is too large lose the oldest, never the newest', () => {
    const { made, ids, add, newest } = archive({ archiveBytes: 5 * one }, { a: 5 });
    expect(newest('a')).toEqual(ids.a);
    add('a');
    made.settle(0);
    expect(newest('a')).toEqual(ids.a?.slice(1));
    expect(made.covers('a', 6)).toBe(false);
    add('a', 10_000);
    made.settle(0);
    expect(newest('a')).toEqual(ids.a?.slice(-1));
    expect(made.bytes).toBeGreaterThan(5 * one);
  });

  test('stay while they are pinned or not stored, and count only afterwards', () => {
    const { made, ids, add, newest } = archive({ archiveBytes: 5 * one }, { a: 5 });
    const batch = { n: 1 };
    for (let i = 0; i < 10; i++) add('a', 100, batch);
    made.settle(0);
    expect(newest('a')).toEqual(ids.a);
    made.pinWindow('a', 1);
    made.settle(1);
    expect(newest('a')).toEqual(ids.a);
    made.pinWindow('a', -1);
    made.pin(ids.a?.[3] ?? 0, 1);
    made.settle(1);
    expect(newest('a')).toEqual(ids.a?.slice(3));
    made.pin(ids.a?.[3] ?? 0, -1);
    made.settle(1);
    expect(newest('a')).toEqual(ids.a?.slice(-5));
  });

  test('weigh nothing once they were removed, replaced or taken back', () => {
    const { made, ids } = archive({}, { a: 3 });
    const [first = 0, second = 0] = ids.a ?? [];
    const batch = { n: 1 };
    const undo = [
      made.set(first, undefined, batch),
      made.set(second, note(second, 'a', 500), batch),
      made.clear('a', batch),
    ];
    expect(made.bytes).toBe(0);
    for (const back of undo.reverse()) back();
    expect(made.bytes).toBe(3 * one);
  });
});

describe('passing rows of an archive', () => {
  const letters = table<Note, number>({
    name: 'letters',
    class: 'archive',
    key: 'integer',
    id: (row) => row.id,
    partition: (row) => row.box,
    passing: true,
  });
  const passing = () => new ArchiveTable(letters as never, archiveLimits);

  test('are put and removed without being loaded, and leave memory once they are stored', () => {
    const made = passing();
    made.set(1, note(1, 'a'), { n: 1 });
    made.set(2, undefined, { n: 2 });
    expect([made.get(1), made.get(2)]).toEqual([note(1, 'a'), undefined]);
    made.settle(1);
    expect([made.has(1), made.has(2)]).toEqual([false, true]);
    made.settle(2);
    expect(made.size).toBe(0);
  });

  test('stay as long as a command needs them', () => {
    const made = passing();
    made.pin(1, 1);
    made.absorb([[1, note(1, 'a')]]);
    made.settle(0);
    expect(made.get(1)).toEqual(note(1, 'a'));
    made.pin(1, -1);
    made.settle(0);
    expect(made.has(1)).toBe(false);
  });

  test('go with their partition, those on their way from storage too, and come back when that is undone', () => {
    const made = passing();
    made.set(1, note(1, 'a'), { n: 1 });
    made.set(2, note(2, 'b'), { n: 1 });
    const undo = made.clear('a', { n: 2 });
    made.absorb([[3, note(3, 'a')]]);
    expect([made.get(1), made.get(2), made.get(3)]).toEqual([undefined, note(2, 'b'), undefined]);
    undo();
    expect(made.get(1)).toEqual(note(1, 'a'));
    expect(made.has(3)).toBe(false);
    made.clear('a', { n: 3 });
    made.settle(3);
    expect(made.size).toBe(0);
  });

  test('are as they were when what was decided about them is undone', () => {
    const made = passing();
    made.set(1, undefined, { n: 1 })();
    expect(made.has(1)).toBe(false);
    made.set(1, note(1, 'a'), { n: 1 });
    made.set(1, undefined, { n: 2 })();
    expect(made.get(1)).toEqual(note(1, 'a'));
  });
});
