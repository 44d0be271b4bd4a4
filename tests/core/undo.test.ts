import { describe, expect, test } from 'vitest';
import { codeOf, rig, sorted, things } from './support.js';

const failing = (call: string) => (call === 'commit' ? 'throws' : 'ok') as 'throws' | 'ok';

/** A rig with the rows `a` and `b` and a note stored, and a seat taken; from then on commits fail. */
async function open() {
  const set = await rig();
  set.ask('thing.put', { key: 'a', colour: 'red' });
  set.ask('thing.put', { key: 'b', colour: 'blue' });
  const note = set.ask('note.add', { box: 'n' });
  set.ask('seat.take', { key: 'old', on: 'a' });
  await set.clock.advance(3_000);
  set.left.length = 0;
  set.storage.plan = failing;
  const after = set.ask('note.newest', { box: 'n', limit: 5 });
  return { ...set, id: ((note.result ?? after.result) as { id: number }).id };
}

describe('what storage has not got after 30 seconds', () => {
  test('is taken back in memory, and its senders are told', async () => {
    const set = await rig();
    set.ask('thing.put', { key: 'a', colour: 'red' });
    await set.clock.turn();
    const before = set.engine.dump();
    set.storage.plan = failing;
    const asked = [
      set.tell('thing.put', { key: 'b', colour: 'red' }, 'b'),
      set.tell('thing.put', { key: 'a', colour: 'blue' }, 'a'),
      set.tell('thing.drop', { key: 'b' }, 'drop'),
    ];
    await set.clock.advance(29_900);
    expect(asked.some((one) => one.undone)).toBe(false);
    await set.clock.advance(6_000);
    expect(asked.map((one) => one.undone)).toEqual([true, true, true]);
    expect(set.engine.dump()).toEqual(before);
    expect(set.undone).toHaveLength(1);
    expect(set.left.filter((one) => one.startsWith('put'))).toEqual(['put a']);
    expect(set.engine.read((view) => view.by(things, 'colour', 'blue')).value).toEqual([]);
    expect(set.engine.read((view) => view.by(things, 'colour', 'red')).value).toHaveLength(1);
  });

  test('includes what gathered behind the batch, in one go and in reverse order', async () => {
    const set = await open();
    const before = sorted(set.engine.dump());
    set.storage.plan = (call, batch) => (call === 'commit' && batch?.changes.length ? 'throws' : 'ok');
    set.storage.next.commit.push('hangs');
    set.ask('thing.put', { key: 'c', colour: 'red' });
    await set.clock.turn();
    const later = ['red', 'blue', 'green'].map((colour) => set.ask('thing.put', { key: 'c', colour }));
    set.ask('thing.many', { count: 1_500, prefix: 'x' });
    await set.clock.advance(40_000);
    expect(later.every((one) => one.undone)).toBe(true);
    expect(sorted(set.engine.dump())).toEqual(before);
    set.storage.plan = () => 'ok';
    set.storage.release();
    set.ask('thing.put', { key: 'd', colour: 'red' });
    await set.clock.advance(10_000);
    expect(set.storage.content('things').map((row) => (row as { key: string }).key)).toEqual(['a', 'b', 'd']);
    expect(set.left).toEqual(['put d']);
  });

  test('is not what was decided before it, though an answer to that has taken an id that storage was to know of', async () => {
    const set = await open();
    await set.clock.advance(3_600_000);
    const decided = () => void set.engine.takeId();
    set.engine.submit('seat.leave', { key: 'old' }, { decided });
    await set.clock.advance(40_000);
    expect(set.undone).toHaveLength(1);
    expect(set.left).toEqual(['left old']);
  });

  test('leaves the windows of archive rows as they were', async () => {
    const set = await rig();
    const ids: number[] = [];
    for (let i = 0; i < 5; i++) {
      const asked = set.ask('note.add', { box: 'n' });
      await set.clock.turn();
      ids.push((asked.result as { id: number }).id);
    }
    const [first, second] = ids as [number, number];
    const before = set.ask('note.newest', { box: 'n', limit: 50 }).result;
    expect(before).toHaveLength(5);
    set.storage.plan = failing;
    set.ask('note.add', { box: 'n' });
    set.ask('note.bump', { id: first });
    set.ask('note.drop', { id: second });
    set.ask('box.clear', { box: 'n' });
    set.ask('note.add', { box: 'n' });
    set.ask('box.open', { box: 'new' });
    set.ask('note.add', { box: 'new' });
    await set.clock.advance(40_000);
    set.storage.plan = () => 'ok';
    const newest = set.ask('note.newest', { box: 'n', limit: 50 });
    const fresh = set.ask('note.newest', { box: 'new', limit: 50 });
    const bumped = set.ask('note.bump', { id: first });
    await set.clock.turn();
    expect(newest.result).toEqual(before);
    expect(fresh.result).toEqual([]);
    expect(bumped.result).toEqual({ count: 1 });
  });

  test('and rows looked up while their box seemed cleared are there again', async () => {
    const set = await rig();
    const added = set.ask('note.add', { box: 'n' });
    await set.clock.turn();
    const { id } = (added.result ?? {}) as { id: number };
    const again = await rig({ clock: set.clock, storage: set.storage.copy() });
    again.storage.plan = failing;
    again.ask('box.clear', { box: 'n' });
    const gone = again.ask('note.bump', { id });
    await again.clock.advance(40_000);
    expect(codeOf(gone.result)).toBe('unknown');
    again.storage.plan = () => 'ok';
    const back = again.ask('note.bump', { id });
    await again.clock.turn();
    expect(back.result).toEqual({ count: 1 });
  });

  test('does not leave lazy rows in storage that memory took back', async () => {
    const set = await rig();
    set.ask('mark.set', { key: 'm', at: 1 });
    set.ask('thing.put', { key: 'a', colour: 'red' });
    await set.clock.advance(3_000);
    set.storage.plan = failing;
    set.ask('thing.put', { key: 'b', colour: 'red' });
    set.ask('seat.take', { key: 'm', on: 'b' });
    set.ask('mark.set', { key: 'n', at: 2 });
    await set.clock.advance(40_000);
    set.storage.plan = () => 'ok';
    await set.clock.advance(10_000);
    expect(set.engine.dump().marks).toEqual([
      { key: 'm', at: 1 },
      { key: 'n', at: 2 },
    ]);
    expect(set.storage.content('marks')).toEqual(set.engine.dump().marks);
    expect(set.engine.storageState).toBe('open');
  });

  test('writes what waited to be written after all, when its removal is taken back', async () => {
    const set = await rig();
    set.ask('thing.put', { key: 'm', colour: 'red' });
    set.ask('mark.set', { key: 'm', at: 1 });
    await set.clock.advance(3_000);
    set.ask('mark.set', { key: 'm', at: 2 });
    set.storage.plan = failing;
    set.ask('thing.drop', { key: 'm' });
    await set.clock.advance(40_000);
    set.storage.plan = () => 'ok';
    await set.clock.advance(10_000);
    expect(set.engine.dump()).toMatchObject({ things: [{ key: 'm' }], marks: [{ key: 'm', at: 2 }] });
    expect(set.storage.content('marks')).toEqual([{ key: 'm', at: 2 }]);
  });

  test('lets numbers be skipped, so that no batch ever means two things', async () => {
    const set = await open();
    set.ask('thing.put', { key: 'c', colour: 'red' });
    await set.clock.advance(40_000);
    set.storage.plan = () => 'ok';
    set.ask('thing.put', { key: 'd', colour: 'red' });
    await set.clock.turn();
    const numbers = new Map<number, string>();
    for (const { n, changes } of set.storage.tried) {
      const text = JSON.stringify(changes);
      expect(numbers.get(n) ?? text).toBe(text);
      numbers.set(n, text);
    }
  });
});

describe('live decisions made on top of what is taken back', () => {
  test('stay when they do not rest on it, and are told after all', async () => {
    const set = await open();
    set.ask('thing.put', { key: 'c', colour: 'red' });
    const seat = set.tell('seat.take', { key: 'new', on: 'b' }, 'new');
    await set.clock.advance(40_000);
    expect(seat.undone).toBe(false);
    expect(set.engine.dump().seats).toEqual([
      { key: 'old', on: 'a' },
      { key: 'new', on: 'b' },
    ]);
    expect(set.left).toEqual(['seat new on b', 'answer new']);
  });

  test('are taken back when they do, and their senders are told', async () => {
    const set = await open();
    set.ask('thing.put', { key: 'c', colour: 'red' });
    const seat = set.ask('seat.take', { key: 'new', on: 'c' });
    await set.clock.advance(40_000);
    expect(seat.undone).toBe(true);
    expect(set.engine.dump().seats).toEqual([{ key: 'old', on: 'a' }]);
    expect(set.left).toEqual([]);
  });

  test('are taken back when they would now have to be stored', async () => {
    const set = await open();
    set.ask('thing.put', { key: 'c', colour: 'red' });
    const seat = set.ask('seat.make', { key: 'new', on: 'c' });
    await set.clock.advance(40_000);
    expect(seat.undone).toBe(true);
    expect(set.engine.dump().things).toHaveLength(2);
    expect(set.engine.dump().seats).toEqual([{ key: 'old', on: 'a' }]);
  });

  test('that somebody went is never taken back', async () => {
    const set = await open();
    set.ask('thing.put', { key: 'c', colour: 'red' });
    set.ask('seat.take', { key: 'old', on: 'c' });
    const going = set.ask('seat.leave', { key: 'old' });
    await set.clock.advance(40_000);
    expect(set.engine.dump().seats).toEqual([]);
    expect(going.undone).toBe(false);
    expect(set.left).toEqual(['left old']);
  });

  test('that somebody went is decided again with what follows from it, and stored', async () => {
    const set = await open();
    set.ask('thing.put', { key: 'c', colour: 'red' });
    const going = set.ask('seat.drop', { key: 'old' });
    await set.clock.advance(40_000);
    expect(going.undone).toBe(false);
    set.storage.plan = () => 'ok';
    await set.clock.advance(40_000);
    expect(set.left).toEqual(['dropped old with a']);
    expect(set.engine.dump().seats).toEqual([]);
    expect(set.storage.content('things')).toEqual([{ key: 'b', colour: 'blue' }]);
  });

  test('stay in order with each other and with the answers between them', async () => {
    const set = await open();
    set.tell('thing.put', { key: 'c', colour: 'red' }, 'c');
    set.tell('seat.take', { key: 'one', on: 'a' }, 'one');
    set.engine.leave(() => set.left.push('a read'));
    set.tell('seat.take', { key: 'two', on: 'b' }, 'two');
    await set.clock.advance(40_000);
    expect(set.left).toEqual([
      'lost c',
      'answer c',
      'seat one on a',
      'answer one',
      'a read',
      'seat two on b',
      'answer two',
    ]);
  });
});

test('what was taken back does not hold up reading when storage fails again', async () => {
  const set = await open();
  set.ask('thing.put', { key: 'c', colour: 'red' });
  await set.clock.advance(40_000);
  expect(set.engine.storageState).toBe('open');
  set.ask('note.add', { box: 'n' });
  await set.clock.turn();
  expect(set.engine.storageState).toBe('unavailable');
  set.engine.leave(() => set.left.push('things'), set.engine.read((view) => view.get(things, 'a')).basis);
  expect(set.left).toEqual(['things']);
});

test('an answer that asked for it hears that what it waited for was taken back', async () => {
  const set = await open();
  set.ask('thing.put', { key: 'c', colour: 'red' });
  set.engine.leave(
    () => set.left.push('sent'),
    undefined,
    () => set.left.push('failed'),
  );
  const settled = set.engine.settled().catch((error: unknown) => error);
  await set.clock.advance(40_000);
  expect(set.left).toEqual(['failed']);
  expect(await settled).toMatchObject({ code: 'unavailable', retryable: true });
});
