import { describe, expect, test } from 'vitest';
import { Rejection } from '../../src/core/rejection.js';
import { codeOf, rig } from './support.js';

describe('deciding', () => {
  test('decides in the turn of the submit when the rows are there', async () => {
    const { ask } = await rig();
    const asked = ask('thing.put', { key: 'a', colour: 'red' });
    expect(asked.result).toEqual({ id: expect.any(Number) });
    expect(asked.queued).toBe(true);
  });

  test('decides what is submitted from inside an answer after the command that was answered', async () => {
    const { engine, clock, left } = await rig();
    const order: string[] = [];
    engine.submit(
      'thing.put',
      { key: 'outer', colour: 'red' },
      {
        decided: () => {
          order.push('outer decided');
          engine.submit(
            'thing.put',
            { key: 'inner', colour: 'red' },
            { decided: () => order.push('inner decided') },
          );
          order.push('still in outer');
        },
        queued: () => order.push('outer queued'),
      },
    );
    expect(order).toEqual(['outer decided', 'still in outer', 'outer queued', 'inner decided']);
    await clock.turn();
    expect(left).toEqual(['put outer', 'put inner']);
  });

  test('reports a rule that throws and takes back what it had changed', async () => {
    const { engine, ask, errors, clock, left, storage } = await rig();
    const before = engine.dump();
    expect(codeOf(ask('thing.boom', { key: 'a', colour: 'red' }).result)).toBe('internal');
    expect(engine.dump()).toEqual(before);
    expect(errors.map((error) => error.code)).toEqual(['internal']);
    await clock.turn();
    expect(left).toEqual([]);
    expect(storage.tried).toEqual([]);
  });

  test('takes back what a refused command had changed, and tells nobody', async () => {
    const { engine, ask, clock, left, storage } = await rig();
    expect(codeOf(ask('thing.refuse', { key: 'a', colour: 'red' }).result)).toBe('no');
    expect(engine.dump().things).toEqual([]);
    await clock.turn();
    expect(left).toEqual([]);
    expect(storage.tried).toEqual([]);
  });

  test('goes on when something that is told an outcome throws', async () => {
    const { engine, clock, left, errors, ask } = await rig();
    const fail = () => {
      throw new Error('not my day');
    };
    engine.submit('thing.put', { key: 'a', colour: 'red' }, { decided: fail, queued: fail });
    engine.leave(fail);
    ask('thing.put', { key: 'b', colour: 'red' });
    await clock.turn();
    expect(left).toEqual(['put a', 'put b']);
    expect(errors.map((error) => error.code)).toEqual(['handler-failed', 'handler-failed', 'handler-failed']);
  });

  test('tells every event of a decision, whatever comes of telling one', async () => {
    const set = await rig({
      publish() {
        throw new Error('not my day');
      },
    });
    set.ask('thing.both', { key: 'a', colour: 'red' });
    await set.clock.turn();
    expect(set.left).toEqual(['first', 'second']);
    expect(set.errors).toHaveLength(2);
  });

  test('tells on which batch an answer rests', async () => {
    const { ask, clock, engine } = await rig();
    expect(ask('thing.put', { key: 'a', colour: 'red' }).basis).toBe(1);
    expect(ask('thing.refuse', { key: 'b', colour: 'red' }).basis).toBe(0);
    await clock.turn();
    expect(engine.committed).toBe(1);
    expect(ask('thing.put', { key: 'c', colour: 'red' }).basis).toBe(2);
    expect(engine.read((view) => [...view.all({ name: 'seats' } as never)]).basis).toBe(0);
  });
});

describe('committed before seen', () => {
  test('nothing leaves before its batch is stored, and then all of it in the order it was decided', async () => {
    const { tell, left, clock, storage, engine } = await rig();
    storage.next.commit.push('hangs');
    tell('thing.put', { key: 'a', colour: 'red' }, 'a');
    tell('seat.take', { key: 's', on: 'a' }, 's');
    tell('thing.refuse', { key: 'x', colour: 'red' }, 'x');
    engine.leave(() => left.push('a read'));
    await clock.turn();
    expect(left).toEqual([]);
    expect(engine.pending).toBeGreaterThan(0);
    storage.release();
    await clock.turn();
    expect(left).toEqual(['put a', 'answer a', 'seat s on a', 'answer s', 'answer x', 'a read']);
    expect(engine.pending).toBe(0);
  });

  test('what comes in the turn that a batch is stored in goes along with what waited for it', async () => {
    const { ask, clock, storage } = await rig();
    storage.next.commit.push('hangs');
    ask('thing.put', { key: 'a', colour: 'red' });
    await clock.turn();
    ask('thing.put', { key: 'b', colour: 'red' });
    storage.release(1);
    for (let i = 0; i < 10; i++) await Promise.resolve();
    ask('thing.put', { key: 'c', colour: 'red' });
    await clock.turn();
    const keys = storage.tried.map(({ changes }) => changes.map((change) => 'key' in change && change.key));
    expect(keys.at(-1)).toEqual(['b', 'c']);
  });

  test('what is decided during a commit waits for the next one', async () => {
    const { ask, left, clock, storage } = await rig();
    storage.next.commit.push('hangs', 'hangs');
    ask('thing.put', { key: 'a', colour: 'red' });
    await clock.turn();
    ask('thing.put', { key: 'b', colour: 'red' });
    ask('say', { text: 'hello' });
    await clock.turn();
    storage.release(1);
    await clock.turn();
    expect(left).toEqual(['put a']);
    storage.release(1);
    await clock.turn();
    expect(left).toEqual(['put a', 'put b', 'say hello']);
  });

  test('leaves at once when nothing is outstanding', async () => {
    const { ask, left, engine, clock } = await rig();
    ask('say', { text: 'hello' });
    expect(left).toEqual(['say hello']);
    ask('thing.put', { key: 'a', colour: 'red' });
    await clock.turn();
    ask('seat.take', { key: 's', on: 'a' });
    engine.leave(() => left.push('a read'));
    expect(left).toEqual(['say hello', 'put a', 'seat s on a', 'a read']);
  });

  test('with a storage that is done at once, everything leaves at the end of the turn', async () => {
    const { ask, left, clock } = await rig({ plan: () => 'now' });
    ask('thing.put', { key: 'a', colour: 'red' });
    ask('thing.put', { key: 'b', colour: 'red' });
    expect(left).toEqual([]);
    await clock.turn();
    expect(left).toEqual(['put a', 'put b']);
  });

  test('with durability memory everything leaves at once and is stored behind', async () => {
    const { tell, left, clock, storage } = await rig({ durability: 'memory' });
    storage.next.commit.push('hangs');
    tell('thing.put', { key: 'a', colour: 'red' }, 'a');
    expect(left).toEqual(['put a', 'answer a']);
    await clock.turn();
    expect(storage.content('things')).toEqual([]);
    storage.release();
    await clock.turn();
    expect(storage.content('things')).toEqual([{ key: 'a', colour: 'red' }]);
  });

  test('with durability memory a batch is never taken back, only tried again', async () => {
    const { ask, clock, storage, engine, states, undone } = await rig({
      durability: 'memory',
      plan: (call) => (call === 'commit' ? 'throws' : 'ok'),
    });
    const asked = ask('thing.put', { key: 'a', colour: 'red' });
    await clock.advance(120_000);
    expect(asked.undone).toBe(false);
    expect(undone).toEqual([]);
    expect(engine.dump().things).toHaveLength(1);
    expect(states).toEqual(['unavailable']);
    storage.plan = () => 'ok';
    await clock.advance(10_000);
    expect(states).toEqual(['unavailable', 'open']);
    expect(storage.content('things')).toHaveLength(1);
  });

  test('with durability memory a conflict does not take anything back either', async () => {
    const { ask, clock, storage, engine } = await rig({ durability: 'memory' });
    storage.next.commit.push('conflicts');
    ask('thing.put', { key: 'a', colour: 'red' });
    await clock.advance(1_000);
    expect(engine.dump().things).toHaveLength(1);
    expect(storage.content('things')).toHaveLength(1);
  });
});

describe('batches', () => {
  test('what one turn decided is one batch', async () => {
    const { ask, clock, storage } = await rig();
    for (const key of ['a', 'b', 'c']) ask('thing.put', { key, colour: 'red' });
    await clock.turn();
    expect(storage.tried).toHaveLength(1);
    expect(storage.tried[0]).toMatchObject({ n: 1, after: 0 });
    ask('thing.put', { key: 'd', colour: 'red' });
    await clock.turn();
    expect(storage.tried[1]).toMatchObject({ n: 2, after: 1, changes: [{ key: 'd' }] });
  });

  test('what gathered during a commit is one batch', async () => {
    const { ask, clock, storage } = await rig();
    storage.next.commit.push('hangs');
    ask('thing.put', { key: 'a', colour: 'red' });
    await clock.turn();
    for (const key of ['b', 'c', 'd']) {
      ask('thing.put', { key, colour: 'red' });
      await clock.turn();
    }
    expect(storage.tried).toHaveLength(1);
    storage.release();
    await clock.turn();
    expect(storage.tried).toHaveLength(2);
    expect(storage.tried[1]?.changes.map((change) => 'key' in change && change.key)).toEqual(['b', 'c', 'd']);
  });

  test('a batch has at most 1,000 changes, and a decision is never cut in two', async () => {
    const { ask, clock, storage } = await rig();
    for (const prefix of ['a', 'b', 'c']) ask('thing.many', { count: 400, prefix });
    ask('thing.many', { count: 1_500, prefix: 'large' });
    ask('thing.many', { count: 1_000, prefix: 'full' });
    ask('thing.many', { count: 1, prefix: 'last' });
    await clock.turn();
    expect(storage.stored.map((batch) => batch.changes.length)).toEqual([800, 400, 1_500, 1_000, 1]);
    expect(storage.stored.map((batch) => batch.n)).toEqual([1, 2, 3, 4, 5]);
  });

  test('a decision that went into a later batch than it was decided in waits for that one', async () => {
    const { ask, clock, storage, left } = await rig();
    storage.next.commit.push('ok', 'hangs');
    ask('thing.many', { count: 999, prefix: 'a' });
    const asked = ask('thing.put', { key: 'b', colour: 'red' });
    expect(asked.basis).toBe(2);
    await clock.turn();
    expect(left).toEqual([]);
    storage.release();
    await clock.turn();
    expect(left).toEqual(['put b']);
  });

  test('commands that change nothing make no batch', async () => {
    const { ask, clock, storage } = await rig();
    ask('say', { text: 'a' });
    ask('seat.leave', { key: 'nobody' });
    ask('thing.refuse', { key: 'x', colour: 'red' });
    ask('note.newest', { box: 'b', limit: 10 });
    await clock.turn();
    expect(storage.tried).toEqual([]);
  });
});

describe('lazy tables', () => {
  test('apply at once, and are written within two seconds, once per key', async () => {
    const { ask, clock, storage, engine } = await rig();
    for (let at = 0; at < 50; at++) {
      ask('mark.set', { key: 'a', at });
      ask('mark.set', { key: 'b', at });
      await clock.advance(10);
    }
    expect(engine.dump().marks).toEqual([
      { key: 'a', at: 49 },
      { key: 'b', at: 49 },
    ]);
    expect(storage.tried).toEqual([]);
    await clock.advance(1_500);
    expect(storage.tried).toHaveLength(1);
    expect(storage.tried[0]?.changes).toHaveLength(2);
    expect(storage.content('marks')).toEqual(engine.dump().marks);
  });

  test('are written at most every two seconds', async () => {
    const { ask, clock, storage } = await rig();
    for (let at = 0; at < 1_000; at++) {
      ask('mark.set', { key: 'a', at });
      await clock.advance(10);
    }
    expect(storage.tried.length).toBeLessThanOrEqual(5);
  });

  test('nobody waits for them', async () => {
    const { ask, clock, left } = await rig();
    ask('thing.put', { key: 'a', colour: 'red' });
    await clock.turn();
    ask('seat.take', { key: 's', on: 'a' });
    expect(left).toEqual(['put a', 'seat s on a']);
  });

  test('what is removed goes with its batch, and what waited to be written is not', async () => {
    const { ask, clock, storage } = await rig();
    ask('thing.put', { key: 'a', colour: 'red' });
    ask('mark.set', { key: 'a', at: 1 });
    await clock.advance(2_000);
    ask('mark.set', { key: 'a', at: 2 });
    ask('thing.drop', { key: 'a' });
    await clock.turn();
    expect(storage.stored.at(-1)?.changes).toEqual([
      { op: 'remove', table: 'things', key: 'a' },
      { op: 'remove', table: 'marks', key: 'a' },
    ]);
    const batches = storage.stored.length;
    await clock.advance(10_000);
    expect(storage.stored).toHaveLength(batches);
    expect(storage.content('marks')).toEqual([]);
  });

  test('many of them are written in batches of at most 1,000 changes', async () => {
    const { ask, clock, storage } = await rig();
    for (let i = 0; i < 2_500; i++) ask('mark.set', { key: `m${i}`, at: 1 });
    await clock.advance(2_000);
    expect(storage.stored.map((batch) => batch.changes.length)).toEqual([1_000, 1_000, 500]);
  });
});

test('refuses a command that nobody has a rule for', async () => {
  const { engine } = await rig();
  const submit = () => engine.submit('nothing' as never, {}, { decided: () => {} });
  expect(submit).toThrow(TypeError);
  expect(new Rejection('x').details).toEqual({});
});
