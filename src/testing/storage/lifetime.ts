import assert from 'node:assert/strict';
import { batch, numbers, opening, type Part, plain, put, refused, texts } from './suite.js';

/** Closing, and the lease. */
export const lifetime: Part = (describe, test, unopened) => {
  describe('closing', () => {
    test('refuses all calls when closed, and may be closed twice', async (storage) => {
      await storage.close();
      await storage.close();
      await refused('storage-closed', () => storage.commit(batch(1, [])));
      await refused('storage-closed', () => storage.lastCommitted());
      await refused('storage-closed', () => storage.rows('users', ['a']));
      await refused('storage-closed', () => storage.query({ table: 'users', limit: 1 }));
      await refused('storage-closed', () => storage.count({ table: 'users' }));
      await refused('storage-closed', () => storage.bodies.put('a', new Uint8Array(1)));
      await refused('storage-closed', () => storage.bodies.read('a'));
      await refused('storage-closed', () => storage.bodies.list({ limit: 1 }));
      await refused('storage-closed', () => storage.bodies.remove(['a']));
    });

    unopened('may be closed without having been opened', async (storage) => {
      await refused('storage-closed', () => storage.lastCommitted());
    });

    test('finishes the calls made before it', async (storage) => {
      const commit = storage.commit(batch(1, numbers(1, 500)));
      const rows = storage.query({ table: 'messages', limit: 1000 });
      await storage.close();
      await commit;
      assert.equal((await rows).length, 500);
    });

    test('keeps rows, bodies and the number of the batch for the next opening', async (storage, made) => {
      await storage.commit(batch(1, [put('users', 'a', { n: 1 }), ...numbers(1, 10)]));
      await storage.bodies.put('body', new Uint8Array([1, 2, 3]));
      await storage.close();
      const next = made.again?.() ?? storage;
      try {
        assert.deepEqual(await next.open(opening()), { lastCommitted: 1, format: 1 });
        assert.deepEqual(await texts(next, 'users'), ['a']);
        assert.equal(await next.count({ table: 'messages', in: 'c' }), 10);
        assert.deepEqual(await plain(next, 'body'), new Uint8Array([1, 2, 3]));
        await next.commit(batch(2, []));
      } finally {
        await next.close();
      }
    });
  });

  describe('the lease', () => {
    test('is refused to a second opening until the first is closed', async (storage, made) => {
      const second = made.again?.();
      if (second === undefined) return;
      await storage.commit(batch(1, []));
      const error = await refused('storage-in-use', () => second.open(opening()));
      assert.equal(error.retryable, true);
      await storage.commit(batch(2, []));
      await storage.close();
      const opened = await second.open(opening());
      assert.equal(opened.lastCommitted, 2);
      await second.close();
    });

    test('is handed over to an opening that waits', async (storage, made) => {
      const second = made.again?.();
      if (second === undefined) return;
      const waiting = second.open(opening({ takeover: 'wait' }));
      await storage.commit(batch(1, []));
      await storage.close();
      assert.equal((await waiting).lastCommitted, 1);
      await second.close();
    });

    test('is no longer waited for when the signal aborts', async (storage, made) => {
      const second = made.again?.();
      if (second === undefined) return;
      const abort = new AbortController();
      const waiting = second.open(opening({ takeover: 'wait', signal: abort.signal }));
      abort.abort();
      await refused('storage-in-use', () => waiting);
      await storage.commit(batch(1, []));
    });
  });
};
