import assert from 'node:assert/strict';
import type { Filter, Query } from '../../core/ports.js';
import { compareWithModel } from './model.js';
import { batch, hostile, numbers, type Part, put, refused, texts } from './suite.js';

/** Rows by key, pages and counts. */
export const reading: Part = (describe, test) => {
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
};
