import { hashSync } from 'bcryptjs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { argon2 } from './argon2.js';
import { Turns } from './turns.js';

const cheap = { memoryKib: 8, passes: 1 };

describe('argon2', () => {
  test('makes Argon2id hashes with the settings of the default, salted anew each time', async () => {
    const hasher = argon2();
    const [one, two] = await Promise.all([hasher.hash('secret'), hasher.hash('secret')]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(one).not.toBe(two);
    expect(await hasher.verify(one ?? '', 'secret')).toEqual({ ok: true, rehash: false });
    expect(await hasher.verify(one ?? '', 'Secret')).toEqual({ ok: false, rehash: false });
  });

  test('knows any password again, and no other', async () => {
    const hasher = argon2(cheap);
    const password = fc.string({ unit: 'binary', maxLength: 80 });
    await fc.assert(
      fc.asyncProperty(password, password, async (one, two) => {
        const hash = await hasher.hash(one);
        expect((await hasher.verify(hash, one)).ok).toBe(true);
        expect((await hasher.verify(hash, two)).ok).toBe(one === two);
      }),
      { numRuns: 30 },
    );
  });

  test('asks for a new hash where the settings were others, in whatever order they are written', async () => {
    const hash = await argon2(cheap).hash('secret');
    expect(await argon2({ ...cheap, passes: 2 }).verify(hash, 'secret')).toEqual({ ok: true, rehash: true });
    expect(await argon2({ ...cheap, passes: 2 }).verify(hash, 'wrong')).toEqual({ ok: false, rehash: false });
    // Other packages write p before t.
    const foreign = hash.replace('t=1,p=1', 'p=1,t=1');
    expect(foreign).not.toBe(hash);
    expect(await argon2(cheap).verify(foreign, 'secret')).toEqual({ ok: true, rehash: false });
  });

  test.each(['a', 'b', 'y'])(
    'checks $2%s$ hashes and asks for a new one when the password is right',
    async (kind) => {
      const hash = hashSync('secret', 4).replace(/^\$2[aby]\$/, `$2${kind}$`);
      const hasher = argon2(cheap);
      expect(await hasher.verify(hash, 'secret')).toEqual({ ok: true, rehash: true });
      expect(await hasher.verify(hash, 'wrong')).toEqual({ ok: false, rehash: false });
    },
  );

  test('says so when a stored hash is of no kind it knows, or cut off', async () => {
    for (const hash of ['', 'secret', '$1$salt$hash', '$argon2id$v=19$m=8', '$2b$04$short'])
      await expect(argon2(cheap).verify(hash, 'secret')).rejects.toMatchObject({ code: 'hasher-failed' });
  });

  test('refuses at once what is more than may wait, and goes on with the rest', async () => {
    const hasher = argon2({ ...cheap, atOnce: 1, waiting: 2 });
    const asked = await Promise.allSettled(Array.from({ length: 5 }, () => hasher.hash('secret')));
    expect(asked.map((one) => (one.status === 'fulfilled' ? 'hashed' : one.reason.code))).toEqual([
      'hashed',
      'hashed',
      'hashed',
      'hasher-busy',
      'hasher-busy',
    ]);
    expect(await hasher.hash('secret')).toContain('$argon2id$');
  });

  test.each([
    { memoryKib: 7 },
    { lanes: 2, memoryKib: 15 },
    { passes: 0 },
    { lanes: 256 },
    { atOnce: 0 },
    { waiting: -1 },
    { waiting: 0.5 },
    { rounds: 3 },
  ])('refuses %j', (options) => {
    expect(() => argon2(options)).toThrow(expect.objectContaining({ code: 'options-invalid' }));
  });
});

describe('turns', () => {
  test('lets no more than so many run at once, and the rest in order', async () => {
    const turns = new Turns(2, 10);
    let running = 0;
    let most = 0;
    const begun: number[] = [];
    const task = (index: number) => async () => {
      begun.push(index);
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      if (index % 3 === 0) throw new Error('failed');
    };
    await Promise.allSettled(Array.from({ length: 9 }, (_, index) => turns.run(task(index))));
    expect(most).toBe(2);
    expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });
});
