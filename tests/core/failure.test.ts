import { describe, expect, test } from 'vitest';
import type { Fate } from '../../src/testing/faulty-storage.js';
import { codeOf, type Rig, rig, seats, things } from './support.js';

const red = { key: 'a', colour: 'red' };
const readThings = ({ engine }: Rig) => engine.read((view) => view.get(things, 'a'));

/** A rig whose first batch (the row `a`) is stored. */
async function open() {
  const set = await rig();
  set.ask('thing.put', red);
  await set.clock.turn();
  set.left.length = 0;
  return set;
}

describe('a batch that fails', () => {
  test('is tried again under the same number until it is stored, and leaves once', async () => {
    const set = await open();
    set.storage.next.commit.push('throws', 'throws', 'throws');
    set.tell('thing.put', { key: 'b', colour: 'red' }, 'b');
    await set.clock.advance(10_000);
    expect(set.storage.tried.slice(1).map(({ n, after }) => [n, after])).toEqual([
      [2, 1],
      [2, 1],
      [2, 1],
      [2, 1],
    ]);
    expect(set.left).toEqual(['put b', 'answer b']);
    expect(set.states).toEqual(['unavailable', 'open']);
    expect(set.errors.every((error) => error.code === 'storage-failed')).toBe(true);
  });

  test('is tried with growing pauses', async () => {
    const set = await open();
    set.storage.plan = (call) => (call === 'commit' ? 'throws' : 'ok');
    set.ask('thing.put', { key: 'b', colour: 'red' });
    const times: number[] = [];
    const from = set.clock.now();
    for (let seen = 1; set.clock.now() - from < 29_000; ) {
      if (set.storage.tried.length > seen) times.push(set.clock.now() - from);
      seen = set.storage.tried.length;
      await set.clock.advance(50);
    }
    expect(times.slice(0, 7)).toEqual([50, 100, 300, 700, 1_500, 3_100, 6_300]);
    expect(times.length).toBeLessThan(14);
  });

  test.each(['unknown', 'throws'] as Fate[])(
    'that %s and is stored later leaves everything exactly once',
    async (fate) => {
      const set = await open();
      set.storage.next.commit.push(fate);
      set.tell('thing.put', { key: 'b', colour: 'red' }, 'b');
      await set.clock.advance(40_000);
      expect(set.left).toEqual(['put b', 'answer b']);
      expect(set.storage.stored.map((batch) => batch.n)).toEqual([1, 2]);
    },
  );

  test('refuses writes meanwhile, tells their senders at once, and says so to the host', async () => {
    const set = await open();
    set.storage.next.commit.push('throws', 'hangs');
    set.ask('thing.put', { key: 'b', colour: 'red' });
    await set.clock.turn();
    expect(set.states).toEqual(['unavailable']);
    const asked = set.tell('thing.put', { key: 'c', colour: 'red' }, 'c');
    expect(codeOf(asked.result)).toBe('unavailable');
    expect(set.left).toEqual(['answer c']);
    expect(set.engine.dump().things).toHaveLength(2);
    expect(codeOf(set.ask('say', { text: 'x' }).result)).toBe('unavailable');
    expect(codeOf(set.ask('mark.set', { key: 'm', at: 1 }).result)).toBe('unavailable');
  });

  test('does not hold up answers that rest on stored rows, and holds up those that do not', async () => {
    const set = await open();
    set.storage.next.commit.push('throws', 'hangs');
    set.ask('note.add', { box: 'n' });
    await set.clock.turn();
    set.engine.leave(() => set.left.push('things'), readThings(set).basis);
    expect(set.left).toEqual(['things']);
    const notes = set.ask('note.newest', { box: 'n', limit: 5 });
    set.engine.leave(() => set.left.push('notes'), notes.basis);
    expect(set.left).toEqual(['things']);
  });

  test('leaves reading alone after a write was refused', async () => {
    const set = await open();
    set.storage.next.commit.push('throws', 'hangs');
    set.ask('note.add', { box: 'n' });
    await set.clock.turn();
    set.ask('thing.put', { key: 'c', colour: 'red' });
    set.engine.leave(() => set.left.push('things'), readThings(set).basis);
    expect(set.left).toEqual(['things']);
  });

  test('does not keep anybody from going', async () => {
    const set = await open();
    set.ask('seat.take', { key: 's', on: 'a' });
    set.storage.next.commit.push('throws', 'hangs');
    set.ask('note.add', { box: 'n' });
    await set.clock.turn();
    expect(set.ask('seat.leave', { key: 's' }).result).toEqual({ left: true });
    expect(set.engine.dump().seats).toEqual([]);
    await set.clock.advance(1_000);
    set.storage.release();
    await set.clock.turn();
    expect(set.left).toEqual(['seat s on a', 'note n', 'left s']);
  });

  test('does not hold up reading what changed meanwhile without being stored', async () => {
    const set = await open();
    set.ask('seat.take', { key: 's', on: 'a' });
    set.storage.next.commit.push('throws', 'hangs');
    set.ask('note.add', { box: 'n' });
    await set.clock.turn();
    set.ask('seat.leave', { key: 's' });
    const { basis } = set.engine.read((view) => view.get(seats, 's'));
    set.left.length = 0;
    set.engine.leave(() => set.left.push('seats'), basis);
    expect(set.left).toEqual(['seats']);
  });

  test('makes writes be refused when it takes more than five seconds', async () => {
    const set = await open();
    set.storage.next.commit.push('hangs', 'hangs');
    set.ask('thing.put', { key: 'b', colour: 'red' });
    await set.clock.advance(4_999);
    expect(set.ask('thing.put', { key: 'c', colour: 'red' }).result).toHaveProperty('id');
    await set.clock.advance(1);
    expect(set.states).toEqual(['unavailable']);
    expect(codeOf(set.ask('thing.put', { key: 'd', colour: 'red' }).result)).toBe('unavailable');
  });

  test('is reported once for each try, also when a try fails after it was given up', async () => {
    const set = await open();
    const commit = set.storage.commit.bind(set.storage);
    set.storage.commit = () => {
      set.storage.commit = commit;
      return new Promise((_, reject) => set.clock.after(5_050, () => reject(new Error('late'))));
    };
    set.storage.next.commit.push('throws');
    set.ask('thing.put', { key: 'b', colour: 'red' });
    await set.clock.advance(10_000);
    expect(set.errors).toHaveLength(2);
    expect(set.left).toEqual(['put b']);
  });

  test('is done when an earlier try succeeds late, though a later one hangs', async () => {
    const set = await open();
    set.storage.next.commit.push(8_000, 'hangs');
    set.tell('thing.put', { key: 'b', colour: 'red' }, 'b');
    await set.clock.advance(10_000);
    expect(set.left).toEqual(['put b', 'answer b']);
    expect(set.states).toEqual(['unavailable', 'open']);
    set.ask('thing.put', { key: 'c', colour: 'red' });
    await set.clock.turn();
    set.storage.release();
    await set.clock.advance(60_000);
    expect(set.left).toEqual(['put b', 'answer b', 'put c']);
    expect(set.storage.content('things')).toHaveLength(3);
  });
});

describe('a storage that cannot say', () => {
  test('makes the chat read-only, with nothing taken back, until it can', async () => {
    const set = await open();
    set.storage.plan = (call) => (call === 'commit' || call === 'lastCommitted' ? 'throws' : 'ok');
    const asked = set.tell('thing.put', { key: 'b', colour: 'red' }, 'b');
    await set.clock.advance(300_000);
    expect(set.states).toEqual(['unavailable', 'read-only']);
    expect(asked.undone).toBe(false);
    expect(set.engine.dump().things).toHaveLength(2);
    set.storage.plan = () => 'ok';
    await set.clock.advance(10_000);
    expect(set.states).toEqual(['unavailable', 'read-only', 'open']);
    expect(set.left).toEqual(['put b', 'answer b']);
    expect(set.ask('thing.put', { key: 'c', colour: 'red' }).result).toHaveProperty('id');
  });

  test('is believed when it then says that the batch is not stored', async () => {
    const set = await open();
    set.storage.plan = (call) => (call === 'commit' || call === 'lastCommitted' ? 'throws' : 'ok');
    const asked = set.ask('thing.put', { key: 'b', colour: 'red' });
    await set.clock.advance(60_000);
    set.storage.plan = (call) => (call === 'commit' ? 'throws' : 'ok');
    await set.clock.advance(10_000);
    expect(asked.undone).toBe(true);
    expect(set.states).toEqual(['unavailable', 'read-only', 'open']);
  });

  test('counts as one when it does not answer', async () => {
    const set = await open();
    set.storage.plan = () => 'hangs';
    const asked = set.ask('thing.put', { key: 'b', colour: 'red' });
    await set.clock.advance(100_000);
    expect(set.engine.storageState).toBe('read-only');
    expect(asked.undone).toBe(false);
    set.storage.plan = () => 'ok';
    set.storage.release();
    await set.clock.advance(20_000);
    expect(set.left).toEqual(['put b']);
    expect(set.engine.storageState).toBe('open');
  });
});

describe('a try that was given up and lands after all', () => {
  test('finds its place taken when the batch was taken back', async () => {
    const set = await open();
    set.storage.plan = (call, batch) => (call === 'commit' && batch?.changes.length ? 'hangs' : 'ok');
    const asked = set.ask('thing.put', { key: 'b', colour: 'red' });
    await set.clock.advance(40_000);
    expect(asked.undone).toBe(true);
    expect(set.storage.hanging).toBeGreaterThan(1);
    set.storage.plan = () => 'ok';
    set.ask('thing.put', { key: 'c', colour: 'red' });
    await set.clock.turn();
    set.storage.release();
    await set.clock.advance(60_000);
    expect(set.engine.storageState).toBe('open');
    expect(set.storage.content('things')).toEqual(set.engine.dump().things);
    expect(set.left).toEqual(['put c']);
  });

  test('is welcome while the place is being taken', async () => {
    const set = await open();
    set.storage.plan = (call) => (call === 'commit' ? 'hangs' : 'ok');
    const asked = set.ask('thing.put', { key: 'b', colour: 'red' });
    await set.clock.advance(30_100);
    set.storage.release(1);
    await set.clock.turn();
    expect(asked.undone).toBe(false);
    expect(set.left).toEqual(['put b']);
    set.storage.plan = () => 'ok';
    set.storage.release();
    set.ask('thing.put', { key: 'c', colour: 'red' });
    await set.clock.advance(60_000);
    expect(set.engine.storageState).toBe('open');
    expect(set.storage.content('things')).toEqual(set.engine.dump().things);
  });

  test('leaves the chat read-only while nobody knows whether the place is taken', async () => {
    const set = await open();
    set.storage.plan = (call) => (call === 'commit' ? 'hangs' : 'ok');
    const asked = set.ask('thing.put', { key: 'b', colour: 'red' });
    await set.clock.advance(100_000);
    expect(set.engine.storageState).toBe('read-only');
    expect(asked.undone).toBe(false);
  });

  test('leaves nothing open: what was to take its place counts as a try itself', async () => {
    const set = await open();
    const commit = set.storage.commit.bind(set.storage);
    let tries = 0;
    set.storage.commit = (batch) => {
      if (batch.changes.length === 0) return commit(batch);
      const fail = (reject: (thrown: Error) => void) => reject(new Error('no'));
      if (tries++ > 0) return new Promise((_, reject) => fail(reject));
      return new Promise((_, reject) => set.clock.after(33_000, () => fail(reject)));
    };
    set.storage.next.commit.push('hangs');
    const asked = set.ask('thing.put', { key: 'b', colour: 'red' });
    await set.clock.advance(60_000);
    expect(asked.undone).toBe(true);
    set.storage.commit = commit;
    set.storage.release();
    set.ask('thing.put', { key: 'c', colour: 'red' });
    await set.clock.advance(10_000);
    expect(set.engine.storageState).toBe('open');
    expect(set.left).toEqual(['put c']);
  });

  test('wins over an answer of the storage that is older than it', async () => {
    const set = await open();
    set.storage.plan = (call, batch) => (call === 'commit' && batch?.changes.length ? 'throws' : 'ok');
    set.storage.next.commit.push('hangs');
    let answer = (_: number) => {};
    set.storage.lastCommitted = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    const asked = set.ask('thing.put', { key: 'b', colour: 'red' });
    await set.clock.advance(34_000);
    set.storage.release(1);
    answer(1);
    await set.clock.turn();
    expect(asked.undone).toBe(false);
    expect(set.left).toEqual(['put b']);
    expect(set.engine.storageState).toBe('open');
  });

  test('is noticed, and never mixed with what came after, if storage had said that it failed', async () => {
    const set = await open();
    set.storage.plan = (call) => (call === 'commit' ? 'throws' : 'ok');
    const asked = set.ask('thing.put', { key: 'b', colour: 'red' });
    await set.clock.advance(31_000);
    expect(asked.undone).toBe(true);
    const lost = set.storage.tried.at(-1);
    set.storage.plan = () => 'ok';
    if (lost !== undefined) await set.storage.commit(lost);
    const next = set.ask('thing.put', { key: 'c', colour: 'red' });
    await set.clock.advance(10_000);
    expect(set.engine.storageState).toBe('diverged');
    expect(set.errors.at(-1)?.code).toBe('storage-diverged');
    expect(next.undone).toBe(false);
    expect(set.left).toEqual([]);
    expect(set.storage.content('things')).toHaveLength(2);
    expect(codeOf(set.ask('thing.put', { key: 'd', colour: 'red' }).result)).toBe('unavailable');
    set.engine.leave(() => set.left.push('a read'), readThings(set).basis);
    expect(set.left).toEqual([]);
  });
});

describe('a conflict', () => {
  test('means that somebody else writes: the chat is read-only and the host is told', async () => {
    const set = await open();
    await set.storage.commit({ n: 2, after: 1, changes: [] });
    set.ask('thing.put', { key: 'b', colour: 'red' });
    await set.clock.advance(100);
    // The number is the same, so it looks like our own batch; the next one shows it.
    await set.storage.commit({ n: 9, after: 2, changes: [] });
    set.ask('thing.put', { key: 'c', colour: 'red' });
    await set.clock.advance(100);
    expect(set.engine.storageState).toBe('diverged');
    expect(set.errors.map((error) => error.code)).toEqual(['storage-conflict', 'storage-diverged']);
  });

  test('that storage takes back is not believed at once', async () => {
    const set = await open();
    set.storage.next.commit.push('conflicts');
    const asked = set.ask('thing.put', { key: 'b', colour: 'red' });
    await set.clock.advance(1_000);
    expect(asked.undone).toBe(false);
    expect(set.left).toEqual(['put b']);
  });
});
