import { describe, expect, test } from 'vitest';
import { rig } from './support.js';

describe('an answer that waits behind a batch which is taken back', () => {
  test('leaves after all if it rests on older batches only, and is dropped if it does not', async () => {
    const set = await rig();
    set.ask('thing.put', { key: 'a', colour: 'red' });
    await set.clock.turn();
    const { basis } = set.engine.read(() => undefined);
    set.storage.plan = (call) => (call === 'commit' ? 'throws' : 'ok');
    const lost = set.ask('thing.put', { key: 'b', colour: 'red' });
    const dropped: string[] = [];
    set.engine.leave(
      () => set.left.push('old'),
      basis,
      () => dropped.push('old'),
    );
    set.engine.leave(
      () => set.left.push('new'),
      lost.basis,
      () => dropped.push('new'),
    );
    set.engine.leave(() => set.left.push('end'));
    await set.clock.advance(31_000);
    expect(lost.undone).toBe(true);
    expect(set.left).toEqual(['put a', 'old', 'end']);
    expect(dropped).toEqual(['new']);
  });
});

describe('closing with storage away', () => {
  test('tells those who wait that nothing is known, and how many they are', async () => {
    const set = await rig({ plan: (call) => (call === 'commit' ? 'throws' : 'ok') });
    const put = set.ask('thing.put', { key: 'a', colour: 'red' });
    const settled = set.engine.settled().catch((thrown: unknown) => thrown);
    const closing = set.engine.close(3_000);
    await set.clock.advance(3_000);
    expect(await closing).toBe(2);
    expect(put.undone).toBe(true);
    expect(await settled).toMatchObject({ code: 'unavailable', retryable: true });
  });

  test.each([
    ['never ends', () => new Promise<void>(() => {})],
    ['fails', () => Promise.reject(new Error('no'))],
  ])('resolves and reports when closing the storage %s', async (_, close) => {
    const set = await rig();
    set.storage.close = close;
    const closing = set.engine.close(3_000);
    await set.clock.advance(10_000);
    expect(await closing).toBe(0);
    expect(set.errors.map((error) => error.code)).toEqual(['storage-failed']);
  });
});
