import assert from 'node:assert/strict';
import type { Change, TableSpec } from '../../core/change.js';
import type { Batch } from '../../core/ports.js';
import { batch, opening, type Part, put, refused, texts } from './suite.js';

/** Opening, and what a batch does. */
export const writing: Part = (describe, test) => {
  describe('opening', () => {
    test('finds nothing in new storage', async (storage) => {
      await storage.close();
      const opened = await storage.open(opening());
      assert.equal(opened.lastCommitted, 0);
      assert.equal(await storage.lastCommitted(), 0);
      assert.deepEqual(await storage.query({ table: 'users', limit: 10 }), []);
    });

    test('says the format of the opening before, 0 at first', async (storage) => {
      await storage.close();
      assert.equal((await storage.open(opening({ format: 4 }))).format, 1);
      await storage.close();
      assert.equal((await storage.open(opening({ format: 4 }))).format, 4);
    });

    test('refuses to open a newer format and keeps the data as they are', async (storage) => {
      await storage.commit(batch(1, [put('users', 'a', { n: 1 })]));
      await storage.close();
      await storage.open(opening({ format: 7 }));
      await storage.close();
      const error = await refused('storage-newer', () => storage.open(opening({ format: 6 })));
      assert.match(error.message, /7/);
      assert.match(error.message, /6/);
      const opened = await storage.open(opening({ format: 7 }));
      assert.deepEqual(opened, { lastCommitted: 1, format: 7 });
      assert.deepEqual(await texts(storage, 'users'), ['a']);
    });

    test('adds tables that an older opening did not name, and keeps those that a newer one does not', async (storage) => {
      await storage.commit(batch(1, [put('users', 'a', { n: 1 })]));
      await storage.close();
      await storage.open(opening({ tables: [{ name: 'polls', class: 'resident', key: 'text' }] }));
      await storage.commit(batch(2, [put('polls', 'p', {})]));
      await refused('options-invalid', () => storage.query({ table: 'users', limit: 1 }));
      await storage.close();
      await storage.open(opening());
      assert.deepEqual(await texts(storage, 'users'), ['a']);
    });

    test('refuses names of tables that are no plain words', async (storage) => {
      await storage.close();
      for (const name of ['', 'Users', 'a-b', 'a"; DROP TABLE users; --', 'sqlite_schema']) {
        const tables: TableSpec[] = [{ name, class: 'resident', key: 'text' }];
        await refused('options-invalid', () => storage.open(opening({ tables })));
      }
    });

    test('takes words that mean something to databases as names of tables', async (storage) => {
      await storage.close();
      const names = ['order', 'group', 'index', 'select', 'values', 'meta', 'bodies'];
      const tables = names.map((name) => ({ name, class: 'archive', key: 'integer' }) as const);
      await storage.open(opening({ tables }));
      await storage.commit(
        batch(
          1,
          names.map((name) => put(name, 1, { name }, 'c')),
        ),
      );
      for (const table of names) {
        assert.deepEqual(await storage.query({ table, in: 'c', limit: 5 }), [
          { key: 1, in: 'c', row: { name: table } },
        ]);
      }
    });
  });

  describe('commit', () => {
    test('stores rows and the number of the batch', async (storage) => {
      await storage.commit(
        batch(1, [put('users', 'ann', { name: 'Ann' }), put('messages', 5, { text: 'hi' }, 'lobby')]),
      );
      assert.equal(await storage.lastCommitted(), 1);
      assert.deepEqual(await storage.rows('users', ['ann']), [{ key: 'ann', in: '', row: { name: 'Ann' } }]);
      assert.deepEqual(await storage.rows('messages', [5]), [{ key: 5, in: 'lobby', row: { text: 'hi' } }]);
    });

    test('does nothing when the newest batch is repeated', async (storage) => {
      await storage.commit(batch(1, [put('users', 'a', { n: 1 })]));
      await storage.commit(batch(1, [put('users', 'a', { n: 2 }), put('users', 'b', {})]));
      assert.deepEqual(await storage.rows('users', ['a', 'b']), [
        { key: 'a', in: '', row: { n: 1 } },
        undefined,
      ]);
    });

    test('refuses a batch that does not follow the newest, and stores nothing of it', async (storage) => {
      await storage.commit(batch(1, []));
      await storage.commit(batch(2, []));
      for (const [n, after] of [
        [1, 0],
        [4, 3],
        [9, 1],
        [3, 1],
      ] as const) {
        const change = put('users', 'x', {});
        await refused('storage-conflict', () => storage.commit({ n, after, changes: [change] }));
      }
      assert.equal(await storage.lastCommitted(), 2);
      assert.deepEqual(await texts(storage, 'users'), []);
    });

    test('takes a batch after an abandoned number, and refuses the abandoned one then', async (storage) => {
      await storage.commit(batch(1, []));
      await storage.commit({ n: 3, after: 1, changes: [put('users', 'kept', {})] });
      const late: Batch = { n: 2, after: 1, changes: [put('users', 'late', {})] };
      await refused('storage-conflict', () => storage.commit(late));
      assert.equal(await storage.lastCommitted(), 3);
      assert.deepEqual(await texts(storage, 'users'), ['kept']);
    });

    test('stores all of a batch or nothing', async (storage) => {
      await storage.commit(batch(1, [put('messages', 1, { n: 1 }, 'c')]));
      const bad: Change[] = [
        put('users', 'a', {}),
        { op: 'clear', table: 'messages', in: 'c' },
        { op: 'remove', table: 'no_such_table', key: 'a' },
      ];
      await refused('options-invalid', () => storage.commit(batch(2, bad)));
      assert.equal(await storage.lastCommitted(), 1);
      assert.deepEqual(await texts(storage, 'users'), []);
      assert.equal(await storage.count({ table: 'messages', in: 'c' }), 1);
      await storage.commit(batch(2, []));
    });

    test('applies the changes of a batch in their order', async (storage) => {
      await storage.commit(
        batch(1, [
          put('users', 'a', { n: 1 }),
          put('users', 'a', { n: 2 }),
          put('users', 'gone', {}),
          { op: 'remove', table: 'users', key: 'gone' },
          { op: 'remove', table: 'users', key: 'back' },
          put('users', 'back', {}),
          put('messages', 1, {}, 'c'),
          { op: 'clear', table: 'messages', in: 'c' },
          put('messages', 2, {}, 'c'),
          put('messages', 3, {}, 'd'),
          put('messages', 3, {}, 'e'),
          { op: 'clear', table: 'messages', in: 'd' },
        ]),
      );
      assert.deepEqual(await texts(storage, 'users'), ['a', 'back']);
      assert.deepEqual((await storage.rows('users', ['a']))[0]?.row, { n: 2 });
      const messages = await storage.query({ table: 'messages', limit: 10 });
      assert.deepEqual(messages, [
        { key: 2, in: 'c', row: {} },
        { key: 3, in: 'e', row: {} },
      ]);
    });

    test('does not mind removing what is not there', async (storage) => {
      await storage.commit(
        batch(1, [
          { op: 'remove', table: 'messages', key: 99 },
          { op: 'clear', table: 'messages', in: 'nowhere' },
          { op: 'clear', table: 'users', in: '' },
        ]),
      );
      assert.equal(await storage.lastCommitted(), 1);
    });

    test('keeps the order of commits that are not awaited', async (storage) => {
      const commits = [];
      for (let n = 1; n <= 50; n++) commits.push(storage.commit(batch(n, [put('users', 'a', { n })])));
      await Promise.all(commits);
      assert.equal(await storage.lastCommitted(), 50);
      assert.deepEqual((await storage.rows('users', ['a']))[0]?.row, { n: 50 });
    });

    test('clears one partition and leaves the others alone', async (storage) => {
      const puts = Array.from({ length: 300 }, (_, i) => put('messages', i, {}, `c${i % 3}`));
      await storage.commit(batch(1, puts));
      await storage.commit(batch(2, [{ op: 'clear', table: 'messages', in: 'c1' }]));
      assert.equal(await storage.count({ table: 'messages', in: 'c0' }), 100);
      assert.equal(await storage.count({ table: 'messages', in: 'c1' }), 0);
      assert.equal(await storage.count({ table: 'messages' }), 200);
    });

    test('clears a table without partitions through the empty one', async (storage) => {
      await storage.commit(
        batch(1, [put('users', 'a', {}), put('users', 'b', {}), put('read_marks', 'a', {})]),
      );
      await storage.commit(batch(2, [{ op: 'clear', table: 'users', in: '' }]));
      assert.deepEqual(await texts(storage, 'users'), []);
      assert.deepEqual(await texts(storage, 'read_marks'), ['a']);
    });

    test('stores a batch of 1,000 changes', async (storage) => {
      const puts = Array.from({ length: 1000 }, (_, i) => put('messages', i, { text: `message ${i}` }, 'c'));
      await storage.commit(batch(1, puts));
      assert.equal(await storage.count({ table: 'messages', in: 'c' }), 1000);
    });

    test('refuses live tables, unknown tables and numbers that do not rise', async (storage) => {
      await refused('options-invalid', () => storage.commit(batch(1, [put('sessions', 's', {})])));
      await refused('options-invalid', () => storage.commit(batch(1, [put('nothing', 's', {})])));
      await refused('options-invalid', () => storage.commit({ n: 0, after: 0, changes: [] }));
      await refused('options-invalid', () => storage.commit({ n: 1.5, after: 0, changes: [] }));
    });
  });
};
