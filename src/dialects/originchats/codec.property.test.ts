import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeClient, decodeServer, encodeClient, encodeServer } from './codec.js';

const RUNS = 100_000;
const TIME_LIMIT_MS = 180_000;

/** Any text of UTF-16, halves of pairs included. */
const text = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
  { weight: 2, arbitrary: fc.string({ maxLength: 30 }) },
  {
    weight: 1,
    arbitrary: fc
      .array(fc.integer({ min: 0xd800, max: 0xdfff }), { maxLength: 4 })
      .map((units) => String.fromCharCode(...units)),
  },
);
const name = fc.oneof(
  { weight: 6, arbitrary: text },
  {
    weight: 1,
    arbitrary: fc.constantFrom('__proto__', 'constructor', 'listener', 'val', '', '0', '10', '9'),
  },
);
// JSON has no minus zero, no infinities and nothing that is not a number.
const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((one) => one || 0),
  fc.maxSafeInteger(),
  fc.constantFrom(Number.MAX_VALUE, Number.MIN_VALUE, -Number.MAX_VALUE, 2 ** 53, 1e21, 1e-7),
);
const leaf = fc.oneof(text, number, fc.boolean(), fc.constant(null));

/** Own fields only, in their order: a name like `__proto__` must not be taken for what it means to the language. */
function objectOf(entries: readonly (readonly [string, unknown])[]): object {
  return Object.defineProperties(
    {},
    Object.fromEntries([
      ...entries.map(([key, value]) => [
        key,
        { value, enumerable: true, writable: true, configurable: true },
      ]),
    ]),
  );
}

const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', maxDepth: 5, withCrossShrink: true },
    { weight: 3, arbitrary: leaf },
    { weight: 1, arbitrary: fc.array(tie('value'), { maxLength: 4 }) },
    { weight: 1, arbitrary: fc.array(fc.tuple(name, tie('value')), { maxLength: 4 }).map(objectOf) },
  ),
}));
const frame = fc
  .tuple(text, fc.array(fc.tuple(name, value), { maxLength: 6 }))
  .map(([cmd, fields]) => objectOf([['cmd', cmd], ...fields.filter(([key]) => key !== 'cmd')]))
  .map((one) => one as { readonly cmd: string });

describe('round trip', () => {
  it(
    '[originchats 2] reads back what it wrote, in either direction, and writes well-formed Unicode',
    () => {
      const seen = { proto: 0, surrogate: 0, nested: 0, huge: 0 };
      fc.assert(
        fc.property(frame, (packet) => {
          const wire = encodeClient(packet);
          expect(encodeServer(packet)).toBe(wire);
          expect(decodeClient(wire)).toEqual({ kind: 'request', request: packet });
          expect(decodeServer(wire)).toEqual(packet);
          // The same once more, for what an equality of objects may overlook: order, and fields of special names.
          expect(encodeClient(decodeServer(wire) as never)).toBe(wire);
          // What cannot be told in UTF-8 is escaped.
          expect(Buffer.from(wire).toString()).toBe(wire);
          if (wire.includes('"__proto__":')) seen.proto += 1;
          if (/\\ud[89a-f]/.test(wire)) seen.surrogate += 1;
          if (/[[{].*[[{].*[[{]/.test(wire)) seen.nested += 1;
          if (/e\+\d{2,}/.test(wire)) seen.huge += 1;
        }),
        { numRuns: RUNS, endOnFailure: true },
      );
      for (const [what, count] of Object.entries(seen)) expect(count, what).toBeGreaterThan(1_000);
    },
    TIME_LIMIT_MS,
  );
});
