import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { idOf, type UuidKind, uuidOf } from './uuid.js';

const kinds: readonly UuidKind[] = ['user', 'room', 'channel', 'bot'];
const anyKind = fc.constantFrom(...kinds);
const anyId = fc.oneof(
  fc.maxSafeNat(),
  fc.integer({ min: 0, max: 53 }).map((bit) => Math.min(2 ** bit, Number.MAX_SAFE_INTEGER)),
  fc.constantFrom(0, 2 ** 32 - 1, 2 ** 32, 2 ** 48 - 1, 2 ** 48, Number.MAX_SAFE_INTEGER),
);

describe('ids as UUIDs', () => {
  it('are of version 8 and of the usual variant, in lower case', () => {
    fc.assert(
      fc.property(anyKind, anyId, (kind, id) => {
        expect(uuidOf(kind, id)).toMatch(
          /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
        );
      }),
    );
  });

  it('give the id back, in letters of either case', () => {
    fc.assert(
      fc.property(anyKind, anyId, (kind, id) => {
        const uuid = uuidOf(kind, String(id));
        expect(uuidOf(kind, id)).toBe(uuid);
        expect(idOf(kind, uuid)).toBe(String(id));
        expect(idOf(kind, uuid.toUpperCase())).toBe(String(id));
      }),
    );
  });

  it('stay what they are: clients keep them', () => {
    expect(kinds.map((kind) => uuidOf(kind, '53115263385600'))).toEqual([
      'dc680000-304e-8000-9dc0-1c5175736572',
      'dc680000-304e-8000-8cdc-c973726f6f6d',
      'dc680000-304e-8000-8c10-70176368616e',
      'dc680000-304e-8000-9b54-d154626f7420',
    ]);
    expect(uuidOf('user', Number.MAX_SAFE_INTEGER)).toBe('ffffffff-ffff-801f-86b9-c5ba75736572');
  });

  it('of one kind are nothing to another, also with its ending', () => {
    fc.assert(
      fc.property(anyKind, anyKind, anyId, (kind, other, id) => {
        fc.pre(kind !== other);
        const uuid = uuidOf(kind, id);
        expect(idOf(other, uuid)).toBeUndefined();
        expect(idOf(other, uuid.slice(0, -8) + uuidOf(other, id).slice(-8))).toBeUndefined();
      }),
    );
  });

  it('are nothing with another digit in any place', () => {
    fc.assert(
      fc.property(
        anyKind,
        anyId,
        fc.nat(35),
        fc.constantFrom(...'0123456789abcdef-g x'),
        (kind, id, at, letter) => {
          const uuid = uuidOf(kind, id);
          fc.pre(uuid[at] !== letter);
          expect(idOf(kind, uuid.slice(0, at) + letter + uuid.slice(at + 1))).toBeUndefined();
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('are not found in random UUIDs, whatever version they say they are', () => {
    for (let i = 0; i < 1_000; i++) {
      const uuid = randomUUID();
      const ending = uuidOf('user', 1).slice(-8);
      for (const text of [uuid, `${uuid.slice(0, 14)}80${uuid.slice(16, -8)}${ending}`])
        expect(kinds.map((kind) => idOf(kind, text))).toEqual(kinds.map(() => undefined));
    }
  });

  it('are not found in anything else', () => {
    fc.assert(
      fc.property(
        anyKind,
        fc.oneof(fc.anything(), fc.string({ minLength: 36, maxLength: 36 })),
        (kind, value) => {
          expect(idOf(kind, value)).toBeUndefined();
        },
      ),
    );
    const uuid = uuidOf('user', 7);
    for (const text of [
      `{${uuid}}`,
      `${uuid} `,
      uuid.replaceAll('-', ''),
      `urn:uuid:${uuid}`,
      '',
      '-'.repeat(36),
    ])
      expect(idOf('user', text)).toBeUndefined();
  });

  it.each(['', 'x', '-1', -1, 1.5, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY])(
    'are not made of %j',
    (id) => {
      expect(() => uuidOf('user', id)).toThrow(RangeError);
    },
  );
});
