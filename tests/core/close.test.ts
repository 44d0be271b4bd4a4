import { describe, expect, test } from 'vitest';
import { FaultyStorage } from '../../src/testing/faulty-storage.js';
import { ManualClock } from '../../src/testing/manual-clock.js';
import { codeOf, rig, sorted } from './support.js';

describe('closing', () => {
  test('waits for what is outstanding and for commands that wait for rows', async () => {
    const set = await rig();
    set.storage.next.commit.push(1_000);
    set.storage.next.query.push(2_000);
    set.ask('thing.put', { key: 'a', colour: 'red' });
    const note = set.ask('note.add', { box: 'n' });
    let closed = false;
    const closing = set.engine.close(10_000).then(() => {
      closed = true;
    });
    await set.clock.advance(1_500);
    expect(closed).toBe(false);
    await set.clock.advance(1_000);
    await closing;
    expect(note.result).toHaveProperty('id');
    expect(set.left).toEqual(['put a', 'note n']);
    expect(set.storage.content('notes')).toHaveLength(1);
    expect(set.errors).toEqual([]);
  });

  test('writes what lazy tables wait with, also what comes while it waits', async () => {
    const set = await rig();
    set.ask('thing.put', { key: 'a', colour: 'red' });
    set.ask('mark.set', { key: 'm', at: 1 });
    await set.clock.turn();
    set.ask('seat.take', { key: 's', on: 'a' });
    set.storage.next.commit.push(1_000);
    const closing = set.engine.close(10_000);
    await set.clock.advance(500);
    set.ask('seat.leave', { key: 's' });
    await set.clock.advance(600);
    await closing;
    expect(set.storage.content('marks')).toEqual([
      { key: 'm', at: 1 },
      { key: 's', at: set.clock.now() - 600 },
    ]);
  });

  test('refuses new commands, except that somebody goes', async () => {
    const set = await rig();
    set.ask('thing.put', { key: 'a', colour: 'red' });
    set.ask('seat.take', { key: 's', on: 'a' });
    const closing = set.engine.close(10_000);
    expect(codeOf(set.ask('thing.put', { key: 'b', colour: 'red' }).result)).toBe('chat-closed');
    expect(set.ask('seat.leave', { key: 's' }).result).toEqual({ left: true });
    await set.clock.turn();
    await closing;
    expect(set.left).toEqual(['put a', 'seat s on a', 'left s']);
    expect(codeOf(set.ask('seat.leave', { key: 's' }).result)).toBe('chat-closed');
  });

  test('ends after its time when storage does not come back, and says so', async () => {
    const set = await rig({ plan: (call) => (call === 'commit' ? 'throws' : 'ok') });
    set.ask('thing.put', { key: 'a', colour: 'red' });
    const closing = set.engine.close(3_000);
    await set.clock.advance(3_000);
    await closing;
    expect(set.errors.at(-1)?.code).toBe('unavailable');
    const tried = set.storage.tried.length;
    await set.clock.advance(60_000);
    expect(set.storage.tried).toHaveLength(tried);
  });

  test('lets a command whose rows come too late be refused', async () => {
    const set = await rig();
    set.storage.next.query.push('hangs');
    const note = set.ask('note.add', { box: 'n' });
    const closing = set.engine.close(3_000);
    await set.clock.advance(3_000);
    await closing;
    set.storage.release();
    await set.clock.turn();
    expect(codeOf(note.result)).toBe('chat-closed');
    expect(set.storage.tried).toEqual([]);
  });
});

describe('opening', () => {
  test('finds everything that was stored, lazy rows included', async () => {
    const set = await rig();
    for (const key of ['b', 'a', 'c']) set.ask('thing.put', { key, colour: 'red' });
    set.ask('mark.set', { key: 'm', at: 1 });
    await set.clock.advance(3_000);
    const again = await rig({ clock: set.clock, storage: set.storage.copy() });
    expect(sorted(again.engine.dump())).toEqual(sorted(set.engine.dump()));
    again.ask('thing.put', { key: 'd', colour: 'red' });
    await set.clock.turn();
    expect(again.storage.stored[0]?.n).toBe((set.storage.stored.at(-1)?.n ?? 0) + 1);
  });

  test('reads tables of any size', async () => {
    const set = await rig();
    for (let i = 0; i < 25; i++) set.ask('thing.many', { count: 1_000, prefix: `p${i}-` });
    await set.clock.turn();
    const again = await rig({ clock: set.clock, storage: set.storage.copy() });
    expect(again.engine.dump().things).toHaveLength(25_000);
  });

  test('gives the storage back when it cannot be read', async () => {
    const clock = new ManualClock();
    const storage = new FaultyStorage(clock, (call) => (call === 'query' ? 'throws' : 'ok'));
    await expect(rig({ clock, storage })).rejects.toThrow('storage failed before');
    await expect(storage.lastCommitted()).rejects.toMatchObject({ code: 'storage-closed' });
  });
});

describe('a recorded run', () => {
  test('replayed over empty storage gives the same rows', async () => {
    const set = await rig();
    const keys = ['a', 'b', 'c', 'd'];
    for (let i = 0; i < 200; i++) {
      const key = keys[i % 4] ?? 'a';
      set.ask('thing.put', { key, colour: i % 3 ? 'red' : 'blue' });
      const note = set.ask('note.add', { box: key });
      await set.clock.advance(i % 7);
      if (i % 5 === 0) set.ask('note.bump', { id: (note.result as { id: number }).id });
      if (i % 6 === 0) set.ask('thing.drop', { key });
      set.ask('seat.take', { key: `s${i % 9}`, on: keys[i % 2] ?? 'a' });
      set.ask('seat.leave', { key: `s${i % 8}` });
    }
    await set.clock.advance(3_000);
    const again = await rig();
    for (const command of set.recorded) {
      const answer = again.engine.replay(command);
      await again.clock.turn();
      await answer;
    }
    await again.clock.advance(3_000);
    expect(sorted(again.engine.dump())).toEqual(sorted(set.engine.dump()));
    expect(again.storage.content('notes')).toEqual(set.storage.content('notes'));
    expect(again.left).toEqual(set.left);
  });

  test('holds what had an effect and lasted, in order', async () => {
    const set = await rig();
    set.ask('thing.put', { key: 'a', colour: 'red' });
    set.ask('thing.refuse', { key: 'b', colour: 'red' });
    set.ask('note.newest', { box: 'n', limit: 1 });
    await set.clock.turn();
    set.storage.plan = (call) => (call === 'commit' ? 'throws' : 'ok');
    set.ask('thing.put', { key: 'c', colour: 'red' });
    set.ask('seat.take', { key: 's', on: 'a' });
    await set.clock.advance(40_000);
    expect(set.recorded.map((command) => command.type)).toEqual(['thing.put', 'seat.take']);
  });
});
