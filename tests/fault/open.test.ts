import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { memory } from '../../src/adapters/storage/memory.js';
import { sqlite } from '../../src/adapters/storage/sqlite.js';
import { createChat } from '../../src/chat.js';
import type { OpenOptions, Storage } from '../../src/core/ports.js';
import { ManualClock } from '../../src/testing/manual-clock.js';
import { contractTables } from '../../src/testing/storage/suite.js';
import { echo } from '../support/echo-dialect.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** A storage one of whose calls waits until it is released. */
function hanging(call: 'open' | 'query' | 'close') {
  const inner = memory();
  const told = { closed: 0 };
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let leased = () => {};
  const storage: Storage = new Proxy(inner, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return async (...args: unknown[]) => {
        if (name === 'open') {
          const [options] = args as [OpenOptions];
          leased = () => options.leased?.();
        }
        if (name === call) await released;
        if (name === 'close') told.closed++;
        return value.apply(target, name === 'open' ? [{ ...(args[0] as object), leased: undefined }] : args);
      };
    },
  });
  return { storage, told, release, leased: () => leased() };
}

/** Starts a chat and watches what becomes of it. */
function starting(storage: Storage, takeover: 'refuse' | 'wait' = 'refuse') {
  const clock = new ManualClock();
  const outcome: { code?: string; message?: string; started?: boolean } = {};
  const limits = { storageOpenMs: 20_000 };
  createChat({ storage, clock, takeover, limits, dialects: [echo()], auth: () => null }).then(
    () => Object.assign(outcome, { started: true }),
    ({ code, message }) => Object.assign(outcome, { code, message }),
  );
  return { clock, outcome };
}

describe('a storage that does not open', () => {
  it('is given up after storageOpenMs, and closed should it open later', async () => {
    const { storage, told, release } = hanging('open');
    const { clock, outcome } = starting(storage);
    await clock.advance(19_999);
    expect(outcome).toEqual({});
    await clock.advance(1);
    expect(outcome).toEqual({
      code: 'storage-failed',
      message: 'opening the storage took longer than 20000 ms (storageOpenMs)',
    });
    expect(told.closed).toBe(0);
    release();
    await clock.turn();
    expect(told.closed).toBe(1);
  });

  it('may wait for its lease as long as it likes, and no longer than that', async () => {
    const { storage, leased } = hanging('open');
    const { clock, outcome } = starting(storage, 'wait');
    await clock.advance(3_600_000);
    expect(outcome).toEqual({});
    leased();
    await clock.advance(19_999);
    expect(outcome).toEqual({});
    await clock.advance(1);
    expect(outcome.code).toBe('storage-failed');
  });

  it('starts when it opens in time', async () => {
    const { storage, release } = hanging('open');
    const { clock, outcome } = starting(storage);
    await clock.advance(19_999);
    release();
    await clock.turn();
    expect(outcome).toEqual({ started: true });
  });

  it('is given up and closed when a page of rows does not come', async () => {
    const { storage, told } = hanging('query');
    const { clock, outcome } = starting(storage);
    await clock.advance(20_000);
    expect(outcome).toMatchObject({
      code: 'storage-failed',
      message: expect.stringContaining('reading users'),
    });
    expect(told.closed).toBe(1);
  });
});

it('a storage says when it has the lease that it waited for', async () => {
  const folder = temporaryFolder();
  try {
    const file = join(folder.path, 'chat.sqlite');
    const shared = memory();
    for (const [first, second] of [
      [shared, shared],
      [sqlite({ file }), sqlite({ file })],
    ] as const) {
      const options = { tables: contractTables, format: 1 };
      await first.open({ ...options, takeover: 'refuse' });
      const order: string[] = [];
      const leased = () => order.push('leased');
      const waiting = second.open({ ...options, takeover: 'wait', leased }).then(() => order.push('open'));
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(order).toEqual([]);
      await first.close();
      await waiting;
      expect(order).toEqual(['leased', 'open']);
      await second.close();
    }
  } finally {
    folder.remove();
  }
});
