import assert from 'node:assert/strict';
import type { Change, Key, TableSpec } from '../core/change.js';
import { ChatError, type ErrorCode } from '../core/errors.js';
import type { Batch, Filter, OpenOptions, Query, Storage, StoredRow } from '../core/ports.js';

/** What the suite needs of a test runner; vitest, jest and `node:test` have it. */
export interface Runner {
  describe(name: string, body: () => void): unknown;
  it(name: string, body: () => Promise<void>): unknown;
}

/** One fresh storage to be tested. */
export interface StorageUnderTest {
  /** New, empty, not opened. */
  readonly storage: Storage;
  /** Another handle on the same data, as a second process would have it. May be the same object. Without it those tests are left out. */
  again?(): Storage;
  /** Clears away. Called after `close` of all handles. */
  dispose?(): void | Promise<void>;
}

/** The tables that the suite opens storage with. */
export const contractTables: readonly TableSpec[] = [
  { name: 'users', class: 'resident', key: 'text' },
  { name: 'read_marks', class: 'lazy', key: 'text' },
  { name: 'messages', class: 'archive', key: 'integer' },
  { name: 'votes', class: 'archive', key: 'integer' },
  { name: 'sessions', class: 'live', key: 'text' },
];

/**
 * Describes what every {@link Storage} must do, as tests for the runner of your choice. Works with a few thousand rows at most.
 *
 * @param makeStorage - called once per test.
 *
 * @example
 * ```ts
 * import { describe, it } from 'vitest';
 * storageContract({ describe, it }, () => ({ storage: myStorage() }));
 * ```
 */
export function storageContract(
  { describe, it }: Runner,
  makeStorage: () => StorageUnderTest | Promise<StorageUnderTest>,
): void {
  const test = (name: string, body: (storage: Storage, made: StorageUnderTest) => Promise<void>) =>
    it(name, async () => {
      const made = await makeStorage();
      try {
        await made.storage.open(opening());
        await body(made.storage, made);
      } finally {
        await made.storage.close();
        await made.dispose?.();
      }
    });

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

  describe('keys and rows', () => {
    test('keeps hostile text in keys and partitions as it is', async (storage) => {
      const changes = hostile.flatMap((text, i) => [
        put('users', text, { text }),
        put('messages', i, { text }, text),
      ]);
      await storage.commit(batch(1, changes));
      const found = await storage.rows('users', hostile);
      assert.deepEqual(
        found.map((row) => row?.row),
        hostile.map((text) => ({ text })),
      );
      for (const [i, text] of hostile.entries()) {
        const [message, ...more] = await storage.query({ table: 'messages', in: text, limit: 10 });
        assert.deepEqual([message, more], [{ key: i, in: text, row: { text } }, []]);
        await storage.commit(batch(i + 2, [{ op: 'clear', table: 'messages', in: text }]));
        assert.equal(await storage.count({ table: 'messages' }), hostile.length - i - 1);
      }
    });

    test('orders text keys by code point', async (storage) => {
      const keys = [
        '',
        'A',
        'Z',
        'a',
        'aa',
        'b',
        'ä',
        '\ud7ff',
        '\ue000',
        '\uffff',
        '\u{10000}',
        '\u{1f600}',
      ];
      const mixed = [...keys].reverse();
      await storage.commit(
        batch(
          1,
          mixed.map((key) => put('users', key, {})),
        ),
      );
      assert.deepEqual(await texts(storage, 'users'), keys);
      const above = await storage.query({ table: 'users', after: '\uffff', limit: 9 });
      assert.deepEqual(
        above.map((row) => row.key),
        ['\u{10000}', '\u{1f600}'],
      );
    });

    test('keeps whatever JSON holds in rows, NUL and lone surrogates included', async (storage) => {
      const row = {
        text: 'a\0b \ud800 \udc00 \u{1f600} %_\\"\'',
        "'; DROP TABLE users; --": { deep: [1, -0.5, 1e300, null, true, [], {}] },
        '': 'empty',
      };
      await storage.commit(batch(1, [put('users', 'a', row)]));
      assert.deepEqual((await storage.rows('users', ['a']))[0]?.row, row);
    });

    test('refuses NUL and lone surrogates in keys, partitions and ids of bodies', async (storage) => {
      for (const text of ['a\0b', '\0', 'x\ud800', '\udc00y', '\udc00\ud800']) {
        await refused('options-invalid', () => storage.commit(batch(1, [put('users', text, {})])));
        await refused('options-invalid', () => storage.commit(batch(1, [put('messages', 1, {}, text)])));
        await refused('options-invalid', () => storage.rows('users', [text]));
        await refused('options-invalid', () => storage.bodies.put(text, new Uint8Array(1)));
      }
      assert.equal(await storage.lastCommitted(), 0);
    });

    test('refuses keys of the wrong kind', async (storage) => {
      for (const key of ['1', 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
        await refused('options-invalid', () => storage.commit(batch(1, [put('messages', key, {}, 'c')])));
      }
      await refused('options-invalid', () => storage.commit(batch(1, [put('users', 1, {})])));
      await refused('options-invalid', () => storage.commit(batch(1, [put('users', 'a', {}, 'c')])));
    });

    test('keeps integers up to 2^53 - 1 as keys', async (storage) => {
      const keys = [0, 1, 2 ** 31, 2 ** 32 + 1, 2 ** 52 + 1, Number.MAX_SAFE_INTEGER];
      await storage.commit(
        batch(
          1,
          keys.map((key) => put('messages', key, { key }, 'c')),
        ),
      );
      const found = await storage.query({ table: 'messages', in: 'c', limit: 10 });
      assert.deepEqual(
        found.map((row) => row.key),
        keys,
      );
      assert.deepEqual((await storage.rows('messages', [2 ** 52 + 1]))[0]?.row, { key: 2 ** 52 + 1 });
    });

    test('gives rows in the order asked, repeated and missing ones too', async (storage) => {
      await storage.commit(batch(1, [put('users', 'a', { n: 1 }), put('users', 'b', { n: 2 })]));
      const found = await storage.rows('users', ['b', 'none', 'a', 'b']);
      assert.deepEqual(
        found.map((row) => row?.key),
        ['b', undefined, 'a', 'b'],
      );
      assert.deepEqual(await storage.rows('users', []), []);
    });

    test('keeps a row of a megabyte', async (storage) => {
      const row = { text: 'ä\u{1f600}"\n'.repeat(150_000) };
      await storage.commit(batch(1, [put('messages', 1, row, 'c')]));
      const [found] = await storage.query({ table: 'messages', in: 'c', limit: 1 });
      assert.ok(found !== undefined && 'text' in found.row && found.row.text === row.text);
    });
  });

  describe('query', () => {
    test('gives the newest rows before a key, and the oldest after one', async (storage) => {
      await storage.commit(batch(1, numbers(1, 100)));
      const keys = async (query: Partial<Query>) =>
        (await storage.query({ table: 'messages', in: 'c', limit: 3, ...query })).map((row) => row.key);
      assert.deepEqual(await keys({}), [1, 2, 3]);
      assert.deepEqual(await keys({ before: 50 }), [47, 48, 49]);
      assert.deepEqual(await keys({ before: Number.MAX_SAFE_INTEGER }), [98, 99, 100]);
      assert.deepEqual(await keys({ after: 50 }), [51, 52, 53]);
      assert.deepEqual(await keys({ after: 10, before: 50 }), [47, 48, 49]);
      assert.deepEqual(await keys({ after: 47, before: 50 }), [48, 49]);
      assert.deepEqual(await keys({ after: 50, before: 50 }), []);
      assert.deepEqual(await keys({ after: 60, before: 50 }), []);
      assert.deepEqual(await keys({ around: 50 }), [47, 48, 49, 50, 51, 52, 53]);
      assert.deepEqual(await keys({ around: 0 }), [1, 2, 3]);
      assert.deepEqual(await keys({ around: 100 }), [97, 98, 99, 100]);
      assert.deepEqual(await keys({ skip: 2 }), [3, 4, 5]);
      assert.deepEqual(await keys({ before: 50, skip: 2 }), [45, 46, 47]);
      assert.deepEqual(await keys({ after: 50, skip: 2 }), [53, 54, 55]);
      assert.deepEqual(await keys({ before: 50, skip: 48 }), [1]);
      assert.deepEqual(await keys({ before: 50, skip: 1000 }), []);
      assert.deepEqual(await keys({ in: 'nowhere' }), []);
    });

    test('looks for text regardless of case in all scripts, and takes % and _ as text', async (storage) => {
      const all = [
        'Straße',
        'ÄPFEL',
        'İstanbul',
        'ΣΊΣΥΦΟΣ',
        '100% sure',
        'under_score',
        'ПРИВЕТ',
        'x\0Y',
        '\ud800Q',
      ];
      await storage.commit(
        batch(
          1,
          all.map((text, i) => put('messages', i, { text }, 'c')),
        ),
      );
      const search = async (text: string) =>
        (await storage.query({ table: 'messages', in: 'c', filter: { contains: { text } }, limit: 20 })).map(
          (row) => all[row.key as number],
        );
      assert.deepEqual(await search('sTRAß'), ['Straße']);
      assert.deepEqual(await search('STRASSE'), []);
      assert.deepEqual(await search('äpf'), ['ÄPFEL']);
      assert.deepEqual(await search('привет'), ['ПРИВЕТ']);
      assert.deepEqual(await search('%'), ['100% sure']);
      assert.deepEqual(await search('_'), ['under_score']);
      assert.deepEqual(await search('1%s'), []);
      assert.deepEqual(await search('X\0y'), ['x\0Y']);
      assert.deepEqual(await search('\ud800q'), ['\ud800Q']);
      assert.deepEqual(
        await search('istanbul'),
        all.filter((text) => text.toLowerCase().includes('istanbul')),
      );
      assert.deepEqual(
        await search('σίσυφοσ'),
        all.filter((text) => text.toLowerCase().includes('σίσυφοσ')),
      );
      assert.equal((await search('')).length, all.length);
    });

    test('tells text, numbers and booleans apart', async (storage) => {
      const values = ['1', 1, true, null, 'true', 0, false, '', [1], {}];
      await storage.commit(
        batch(1, [
          ...values.map((value, i) => put('messages', i, { value }, 'c')),
          put('messages', 99, { other: 1 }, 'c'),
        ]),
      );
      const search = async (filter: Filter) =>
        (await storage.query({ table: 'messages', filter, limit: 20 })).map((row) => row.key);
      assert.deepEqual(await search({ equals: { value: '1' } }), [0]);
      assert.deepEqual(await search({ equals: { value: 1 } }), [1]);
      assert.deepEqual(await search({ equals: { value: true } }), [2]);
      assert.deepEqual(await search({ equals: { value: false } }), [6]);
      assert.deepEqual(await search({ equals: { value: 0 } }), [5]);
      assert.deepEqual(await search({ equals: { value: '' } }), [7]);
      assert.deepEqual(await search({ contains: { value: '' } }), [0, 4, 7]);
      assert.deepEqual(await search({ equals: { toString: 'x' } }), []);
      assert.deepEqual(await search({ equals: { "value') OR 1=1 --": 1 } }), []);
    });

    test('refuses a limit, a skip or a table that cannot be', async (storage) => {
      for (const limit of [0, -1, 1.5, 10_001, Number.NaN]) {
        await refused('options-invalid', () => storage.query({ table: 'messages', limit }));
      }
      await refused('options-invalid', () => storage.query({ table: 'messages', limit: 1, skip: -1 }));
      await refused('options-invalid', () => storage.query({ table: 'sessions', limit: 1 }));
      await refused('options-invalid', () => storage.query({ table: '"messages"', limit: 1 }));
      await refused('options-invalid', () => storage.query({ table: 'messages', before: 'x', limit: 1 }));
      await refused('options-invalid', () => storage.count({ table: 'sessions' }));
      await refused('options-invalid', () => storage.rows('sessions', ['a']));
    });

    test('sees what was committed before it was asked', async (storage) => {
      for (let n = 1; n <= 20; n++) {
        const commit = storage.commit(batch(n, [put('messages', n, {}, 'c')]));
        assert.equal((await storage.query({ table: 'messages', in: 'c', limit: 100 })).length, n);
        await commit;
      }
    });

    test('takes commits while it looks through many rows', async (storage) => {
      for (let n = 1; n <= 5; n++) {
        const rows = Array.from({ length: 1000 }, (_, i) =>
          put('messages', n * 1000 + i, { text: 'no' }, 'c'),
        );
        await storage.commit(batch(n, rows));
      }
      const filter = { contains: { text: 'yes' } };
      const search = storage.query({ table: 'messages', in: 'c', filter, limit: 10 });
      const count = storage.count({ table: 'messages', in: 'c', filter: { contains: { text: 'no' } } });
      await storage.commit(batch(6, [{ op: 'clear', table: 'messages', in: 'other' }]));
      assert.deepEqual(await search, []);
      assert.equal(await count, 5000);
    });

    for (const seed of [1, 2, 3]) {
      test(`answers random questions about random data as a plain list does (seed ${seed})`, async (storage) => {
        await compareWithModel(storage, seed);
      });
    }
  });

  describe('bodies', () => {
    test('gives back the bytes that were put', async (storage) => {
      const bytes = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 31) % 256);
      await storage.bodies.put('a', bytes);
      await storage.bodies.put('empty', new Uint8Array(0));
      assert.deepEqual(await plain(storage, 'a'), bytes);
      assert.deepEqual(await plain(storage, 'empty'), new Uint8Array(0));
      assert.equal(await storage.bodies.get('none'), undefined);
    });

    test('takes a view of a larger buffer for what it shows, and leaves it to its owner', async (storage) => {
      const whole = new Uint8Array([9, 1, 2, 3, 9]);
      const put = storage.bodies.put('a', whole.subarray(1, 4));
      whole.fill(7);
      await put;
      assert.deepEqual(await plain(storage, 'a'), new Uint8Array([1, 2, 3]));
      const got = await storage.bodies.get('a');
      got?.fill(0);
      assert.deepEqual(await plain(storage, 'a'), new Uint8Array([1, 2, 3]));
    });

    test('takes the same body twice', async (storage) => {
      await storage.bodies.put('a', new Uint8Array([1]));
      await storage.bodies.put('a', new Uint8Array([1]));
      assert.equal((await storage.bodies.list({ limit: 10 })).length, 1);
    });

    test('lists ids in order, in pages, with time and size', async (storage) => {
      const before = Date.now();
      for (const id of ['b', 'a', 'd', 'c']) await storage.bodies.put(id, new Uint8Array(id.charCodeAt(0)));
      const first = await storage.bodies.list({ limit: 3 });
      assert.deepEqual(
        first.map((body) => [body.id, body.bytes]),
        [
          ['a', 97],
          ['b', 98],
          ['c', 99],
        ],
      );
      assert.ok(first.every((body) => body.at >= before && body.at <= Date.now()));
      const rest = await storage.bodies.list({ after: 'c', limit: 3 });
      assert.deepEqual(
        rest.map((body) => body.id),
        ['d'],
      );
    });

    test('removes what is asked, missing ones without a word', async (storage) => {
      for (const id of ['a', 'b', 'c']) await storage.bodies.put(id, new Uint8Array(1));
      await storage.bodies.remove(['a', 'none', 'c']);
      assert.deepEqual(
        (await storage.bodies.list({ limit: 10 })).map((body) => body.id),
        ['b'],
      );
      assert.equal(await storage.bodies.get('a'), undefined);
    });
  });

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
      await refused('storage-closed', () => storage.bodies.get('a'));
      await refused('storage-closed', () => storage.bodies.list({ limit: 1 }));
      await refused('storage-closed', () => storage.bodies.remove(['a']));
    });

    it('may be closed without having been opened', async () => {
      const { storage, dispose } = await makeStorage();
      await refused('storage-closed', () => storage.lastCommitted());
      await storage.close();
      await dispose?.();
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
}

const hostile = [
  `'; DROP TABLE users; --`,
  `" OR ""="`,
  '%_',
  '%',
  '_',
  '\\',
  '?1',
  '$key',
  ' ',
  '',
  'a\nb',
  '\u202e',
  '\u{1f600}',
  '\uffff',
  'null',
  '0',
  '1e3',
  '__proto__',
  'constructor',
  'x'.repeat(5000),
];

function opening(change: Partial<OpenOptions> = {}): OpenOptions {
  return { tables: contractTables, format: 1, takeover: 'refuse', ...change };
}

function batch(n: number, changes: readonly Change[]): Batch {
  return { n, after: n - 1, changes };
}

function put(table: string, key: Key, row: object, partition = ''): Change {
  return { op: 'put', table, key, in: partition, row };
}

function numbers(from: number, to: number): Change[] {
  return Array.from({ length: to - from + 1 }, (_, i) => put('messages', from + i, { n: from + i }, 'c'));
}

async function texts(storage: Storage, table: string): Promise<Key[]> {
  return (await storage.query({ table, limit: 1000 })).map((row) => row.key);
}

async function plain(storage: Storage, id: string): Promise<Uint8Array | undefined> {
  const bytes = await storage.bodies.get(id);
  return bytes && new Uint8Array(bytes);
}

async function refused(code: ErrorCode, call: () => unknown): Promise<ChatError> {
  try {
    await call();
  } catch (thrown) {
    assert.ok(thrown instanceof ChatError, `${code} expected, got ${String(thrown)}`);
    assert.equal(thrown.code, code, thrown.message);
    return thrown;
  }
  return assert.fail(`${code} expected, but it was done`);
}

async function compareWithModel(storage: Storage, seed: number): Promise<void> {
  const random = randomNumbers(seed);
  const below = (n: number) => Math.floor(random() * n);
  const pick = <T>(from: readonly T[]): T => from[below(from.length)] as T;
  const maybe = <T>(chance: number, value: () => T): T | undefined =>
    random() < chance ? value() : undefined;
  const words = ['Ab', 'bC', 'ä', 'Ä%', '_x', '', 'é\u{1f600}'];
  const textKeys = [...words, '\ue000', '\u{1f600}', 'zz', "'", 'a', 'b', 'c'];
  const partitions = ['p', 'q', "r'"];
  const model: Record<'users' | 'messages', Map<Key, StoredRow>> = { users: new Map(), messages: new Map() };

  const keyOf = (table: 'users' | 'messages') => (table === 'users' ? pick(textKeys) : below(60));
  const randomChange = (): Change => {
    const table = pick(['users', 'messages'] as const);
    const partition = table === 'users' ? '' : pick(partitions);
    const dice = random();
    if (dice < 0.02) return { op: 'clear', table, in: partition };
    if (dice < 0.2) return { op: 'remove', table, key: keyOf(table) };
    const row = { text: pick(words) + pick(words), n: below(3), on: random() < 0.5 };
    return { op: 'put', table, key: keyOf(table), in: partition, row };
  };
  const apply = (change: Change) => {
    const rows = model[change.table as 'users' | 'messages'];
    if (change.op === 'put') rows.set(change.key, { key: change.key, in: change.in, row: change.row });
    else if (change.op === 'remove') rows.delete(change.key);
    else for (const row of [...rows.values()]) if (row.in === change.in) rows.delete(row.key);
  };
  const randomQuery = (): Query => {
    const table = pick(['users', 'messages'] as const);
    const filter = maybe(0.4, () =>
      given<Filter>({
        equals: maybe(0.6, () =>
          given<Record<string, string | number | boolean>>({
            n: maybe(0.5, () => below(3)),
            on: maybe(0.5, () => true),
          }),
        ),
        contains: maybe(0.6, () => ({ text: pick(words).toUpperCase() })),
      }),
    );
    return {
      table,
      limit: pick([1, 2, 5, 20, 10_000]),
      ...given<Omit<Query, 'table' | 'limit'>>({
        in: maybe(0.6, () => (table === 'users' ? '' : pick(partitions))),
        before: maybe(0.4, () => keyOf(table)),
        after: maybe(0.4, () => keyOf(table)),
        around: maybe(0.25, () => keyOf(table)),
        skip: maybe(0.3, () => below(6)),
        filter,
      }),
    };
  };

  for (let n = 1; n <= 60; n++) {
    const changes = Array.from({ length: below(12) }, randomChange);
    for (const change of changes) apply(change);
    await storage.commit(batch(n, changes));
    for (let i = 0; i < 8; i++) {
      const query = randomQuery();
      const rows = [...model[query.table as 'users' | 'messages'].values()];
      const about = `seed ${seed}, batch ${n}: ${JSON.stringify(query)}`;
      assert.deepEqual(await storage.query(query), expectedPage(rows, query), about);
      const { limit: _limit, skip: _skip, around: _around, ...counted } = query;
      assert.equal(await storage.count(counted), matching(rows, counted).length, `count, ${about}`);
    }
  }
}

/** The meaning of {@link Query}, on a plain list. */
function expectedPage(rows: readonly StoredRow[], query: Query): StoredRow[] {
  const { around, before, limit, skip = 0 } = query;
  const found = matching(rows, query);
  if (around !== undefined) {
    const lower = found.filter((row) => byCodePoint(row.key, around) < 0).slice(-limit);
    const middle = found.filter((row) => row.key === around);
    return [...lower, ...middle, ...found.filter((row) => byCodePoint(row.key, around) > 0).slice(0, limit)];
  }
  if (before === undefined) return found.slice(skip, skip + limit);
  return found.slice(0, Math.max(0, found.length - skip)).slice(-limit);
}

function matching(rows: readonly StoredRow[], query: Omit<Query, 'limit'>): StoredRow[] {
  const { before, after, filter } = query;
  return rows
    .filter(
      (row) =>
        (query.in === undefined || row.in === query.in) &&
        (before === undefined || byCodePoint(row.key, before) < 0) &&
        (after === undefined || byCodePoint(row.key, after) > 0) &&
        Object.entries(filter?.equals ?? {}).every(
          ([field, value]) => Reflect.get(row.row, field) === value,
        ) &&
        Object.entries(filter?.contains ?? {}).every(([field, part]) =>
          String(Reflect.get(row.row, field)).toLowerCase().includes(part.toLowerCase()),
        ),
    )
    .sort((a, b) => byCodePoint(a.key, b.key));
}

function byCodePoint(a: Key, b: Key): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const left = Array.from(String(a), (character) => character.codePointAt(0) ?? 0);
  const right = Array.from(String(b), (character) => character.codePointAt(0) ?? 0);
  for (const [i, x] of left.entries()) {
    const y = right[i];
    if (y === undefined) return 1;
    if (x !== y) return x - y;
  }
  return left.length - right.length;
}

/** Leaves out fields without a value. */
function given<T extends object>(fields: { [Name in keyof T]: T[Name] | undefined }): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
