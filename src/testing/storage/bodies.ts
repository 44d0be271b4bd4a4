import assert from 'node:assert/strict';
import { opening, type Part, plain, refused } from './suite.js';

/** Opaque bytes under ids. */
export const bodies: Part = (describe, test) => {
  describe('bodies', () => {
    test('gives back the bytes that were put', async (storage) => {
      const bytes = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 31) % 256);
      await storage.bodies.put('a', bytes);
      await storage.bodies.put('empty', new Uint8Array(0));
      assert.deepEqual(await plain(storage, 'a'), bytes);
      assert.deepEqual(await plain(storage, 'empty'), new Uint8Array(0));
      assert.equal(await storage.bodies.read('none'), undefined);
    });

    test('takes a view of a larger buffer for what it shows, and leaves it to its owner', async (storage) => {
      const whole = new Uint8Array([9, 1, 2, 3, 9]);
      const put = storage.bodies.put('a', whole.subarray(1, 4));
      whole.fill(7);
      await put;
      assert.deepEqual(await plain(storage, 'a'), new Uint8Array([1, 2, 3]));
      for await (const piece of (await storage.bodies.read('a'))?.bytes ?? []) piece.fill(0);
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
      assert.equal(await storage.bodies.read('a'), undefined);
    });

    test('takes bytes in pieces of any size and gives them back as one', async (storage) => {
      const whole = content(700_001);
      const cuts = [0, 0, 1, 2, 65_536, 65_537, 262_143, 262_144, 262_145, 600_000, 700_001, 700_001];
      await storage.bodies.put('a', cut(whole, cuts));
      assert.deepEqual(await plain(storage, 'a'), whole);
      assert.equal((await storage.bodies.read('a'))?.size, 700_001);
      for (const size of [262_143, 262_144, 262_145, 524_288]) {
        await storage.bodies.put(`of ${size}`, cut(whole.subarray(0, size), [0, 1_000, size]));
        assert.deepEqual(await plain(storage, `of ${size}`), whole.slice(0, size));
      }
      await storage.bodies.put('nothing', cut(whole, []));
      assert.deepEqual(await plain(storage, 'nothing'), new Uint8Array(0));
    });

    test('takes in a piece before it asks for the next', async (storage) => {
      const shared = new Uint8Array(100_000);
      async function* overwriting() {
        for (let i = 1; i <= 9; i++) yield shared.fill(i);
      }
      await storage.bodies.put('a', overwriting());
      const found = await plain(storage, 'a');
      assert.equal(found?.length, 900_000);
      assert.ok(found?.every((byte, at) => byte === Math.floor(at / 100_000) + 1));
    });

    test('gives a part of a body', async (storage) => {
      const whole = content(600_000);
      await storage.bodies.put('a', whole);
      for (const [from, to] of [
        [0, 1],
        [1, 600_000],
        [262_143, 262_145],
        [262_144, 524_288],
        [599_999, 700_000],
        [600_000, 600_001],
        [5, 5],
        [7, 3],
      ] as const) {
        assert.deepEqual(await plain(storage, 'a', { from, to }), whole.slice(from, Math.max(from, to)));
      }
      assert.equal((await storage.bodies.read('a', { from: 599_999 }))?.size, 600_000);
      await refused('options-invalid', () => storage.bodies.read('a', { from: -1 }));
      await refused('options-invalid', () => storage.bodies.read('a', { to: 0.5 }));
    });

    test('shows nothing of a body before its last piece is there', async (storage) => {
      let release = () => {};
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      let asked = () => {};
      const begun = new Promise<void>((resolve) => {
        asked = resolve;
      });
      async function* slow() {
        yield content(600_000);
        asked();
        await held;
        yield new Uint8Array([1]);
      }
      const put = storage.bodies.put('a', slow());
      await begun;
      assert.equal(await storage.bodies.read('a'), undefined);
      assert.deepEqual(await storage.bodies.list({ limit: 10 }), []);
      await storage.bodies.put('b', content(400_000));
      release();
      await put;
      assert.deepEqual(
        (await storage.bodies.list({ limit: 10 })).map((body) => [body.id, body.bytes]),
        [
          ['a', 600_001],
          ['b', 400_000],
        ],
      );
      assert.deepEqual(await plain(storage, 'b'), content(400_000));
    });

    test('keeps nothing of a body whose pieces throw, and says what they threw', async (storage) => {
      const thrown = new Error('cut off');
      async function* broken() {
        yield content(600_000);
        throw thrown;
      }
      await assert.rejects(storage.bodies.put('a', broken()), (error) => error === thrown);
      assert.equal(await storage.bodies.read('a'), undefined);
      assert.deepEqual(await storage.bodies.list({ limit: 10 }), []);
      await storage.bodies.put('a', new Uint8Array([1]));
      assert.deepEqual(await plain(storage, 'a'), new Uint8Array([1]));
    });

    test('lets whoever reads a body go on while it is put once more', async (storage) => {
      const whole = content(600_000);
      await storage.bodies.put('a', whole);
      const reading = (await storage.bodies.read('a'))?.bytes[Symbol.asyncIterator]();
      const first = await reading?.next();
      await storage.bodies.put('a', cut(whole, [0, 300_000, 600_000]));
      let read = first?.value?.length ?? 0;
      for (let next = await reading?.next(); !next?.done; next = await reading?.next())
        read += next?.value.length;
      assert.equal(read, 600_000);
    });

    test('gives up a body that is not finished when it is closed', async (storage, made) => {
      let begun = () => {};
      const waiting = new Promise<void>((resolve) => {
        begun = resolve;
      });
      let release = () => {};
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      async function* slow() {
        yield content(600_000);
        begun();
        await held;
        yield content(600_000);
      }
      const put = storage.bodies.put('a', slow());
      await waiting;
      await storage.close();
      release();
      await refused('storage-closed', () => put);
      const next = made.again?.() ?? storage;
      await next.open(opening());
      try {
        assert.deepEqual(await next.bodies.list({ limit: 10 }), []);
        assert.equal(await next.bodies.read('a'), undefined);
      } finally {
        await next.close();
      }
    });
  });
};

function content(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => (i * 31 + (i >> 8)) % 256);
}

/** Copies of the pieces between the cuts. */
async function* cut(whole: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  for (const [i, to] of cuts.slice(1).entries()) yield whole.slice(cuts[i] as number, to);
}
