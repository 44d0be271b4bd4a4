import { describe, expect, it } from 'vitest';
import {
  decode,
  encode,
  eventStreamReader,
  laggedFrame,
  type MessageSchema,
} from '../../src/dialects/conclave/codec.js';
import { fromHex, schemas, vectors } from '../../src/dialects/conclave/vectors/load.js';
import {
  type Fields,
  inOurForm,
  messageFrom,
  reflected,
  SHOWN,
  same,
} from '../conformance/conclave/generated.js';
import { type Random, randomFrom } from '../support/random.js';

const INPUTS = Number(process.env.POLYLECT_FUZZ_INPUTS ?? 100_000);
const SEED = Number(process.env.POLYLECT_FUZZ_SEED ?? 20_250_413);
const MAX_INPUT_MS = 50;
const MAX_LENGTH = 70_000;

/** Keys, lengths and numbers that lie at an edge of the format. */
const ODD = [
  ...['00', '07', '06', '7f', '80', 'ff', '0a', '0b', '0c', '0d', '09', '08', '7b', '7c', '7b7c', '7a00'],
  ...['ffffffff0f', 'ffffffff1f', 'ffffffffffffffffff01', 'ffffffffffffffffff02', '80808080808080808000'],
  ...['8080808080808080808000', 'ffffffffffffff0f', '808080808080801000', '0a80808080808080808001'],
  ...[
    'eda080',
    'c080',
    'f4908080',
    'e282',
    'efbbbf',
    '7b'.repeat(101),
    `${'7b'.repeat(99)}${'7c'.repeat(99)}`,
  ],
].map(fromHex);

function mutator(random: Random, starts: readonly Uint8Array[]) {
  const { below, chance, pick } = random;
  const joined = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts));
  const at = (bytes: Uint8Array) => below(bytes.length + 1);
  const changed = (bytes: Uint8Array, change: (byte: number) => number): Uint8Array => {
    const copy = bytes.slice();
    const index = below(copy.length);
    if (copy.length > 0) copy[index] = change(copy[index] ?? 0);
    return copy;
  };

  const changes: readonly ((bytes: Uint8Array) => Uint8Array)[] = [
    (bytes) => changed(bytes, (byte) => byte ^ (1 << below(8))),
    (bytes) => changed(bytes, () => below(256)),
    (bytes) => changed(bytes, (byte) => byte + pick([-1, 1])),
    // Another wire type, or another field number, where the byte is a key.
    (bytes) => changed(bytes, (byte) => (byte & 0xf8) | below(8)),
    (bytes) => changed(bytes, (byte) => (byte & 0x87) | (below(16) << 3)),
    (bytes) => bytes.slice(0, at(bytes)),
    (bytes) => bytes.slice(at(bytes)),
    (bytes) => joined(bytes, pick(starts)),
    (bytes) => joined(pick(ODD), bytes),
    (bytes) => joined(bytes, pick(ODD)),
    function insertOdd(bytes) {
      const index = at(bytes);
      return joined(bytes.subarray(0, index), pick(ODD), bytes.subarray(index));
    },
    function splice(bytes) {
      const other = pick(starts);
      return joined(bytes.subarray(0, at(bytes)), other.subarray(at(other)));
    },
    function wrap(bytes) {
      const length = bytes.length < 128 ? [bytes.length] : [(bytes.length & 0x7f) | 0x80, bytes.length >> 7];
      return bytes.length < 16_384
        ? joined(Uint8Array.of(pick([0x0a, 0x12, 0x1a, 0x4a]), ...length), bytes)
        : bytes;
    },
    function stretch(bytes) {
      if (!chance(0.02)) return bytes;
      return joined(bytes, ...Array.from({ length: 1 + below(2_000) }, () => pick(ODD)));
    },
    () => Uint8Array.from({ length: below(40) }, () => below(256)),
  ];

  return (start: Uint8Array): Uint8Array => {
    let bytes = start;
    for (let rounds = 1 + below(3); rounds > 0; rounds -= 1) bytes = pick(changes)(bytes);
    return bytes.subarray(0, MAX_LENGTH);
  };
}

/** What the other implementation reads, in our form, or undefined where it refuses. */
function readByOther(schema: MessageSchema, bytes: Uint8Array): Fields | undefined {
  const type = reflected.lookupType(schema.name);
  try {
    return type.toObject(type.decode(bytes), SHOWN);
  } catch {
    return undefined;
  }
}

/** Where only we refuse: rules that the other implementation has not, or 101 deep and not 100. */
const ONLY_OURS: ReadonlySet<string> = new Set([
  'wrong-wire-type',
  'number-too-large',
  'bad-varint',
  'too-deep',
]);

/** Where only the other implementation may refuse: it takes no key and no length of more than five bytes. */
function hasLongNumber(bytes: Uint8Array): boolean {
  return /^(?:..)*?(?:[89a-f].){5}/.test(Buffer.from(bytes).toString('hex'));
}

/** It goes on with an earlier case of a oneof that another case has replaced, where we begin anew. */
function hasRivals(schema: MessageSchema, theirs: Fields): boolean {
  return schema.fields.filter(({ oneof, name }) => oneof !== undefined && name in theirs).length > 1;
}

function timed<Result>(run: () => Result): readonly [tookMs: number, result: Result] {
  const startedAt = performance.now();
  const result = run();
  return [performance.now() - startedAt, result];
}

describe('conclave codec under mutated input', () => {
  it('[conclave 2] refuses or reads whatever comes, fast, without throwing, and as another implementation does', () => {
    console.log(`conclave codec fuzz: seed ${SEED}, ${INPUTS} inputs`);
    const random = randomFrom(SEED);
    const types = [...schemas.values()].filter((schema) => schema.fields.length > 0);
    const starts = vectors.map(({ wire }) => fromHex(wire));
    const next = mutator(random, starts);
    const codes = new Map<string, number>();
    const stream = eventStreamReader();
    let slowestMs = 0;
    let slowest = '';
    for (let count = 0; count < INPUTS; count += 1) {
      const schema = random.pick(types);
      const bytes = next(
        random.chance(0.5) ? random.pick(starts) : encode(schema, messageFrom(schema, random)),
      );
      const about = `${schema.name} ${Buffer.from(bytes.subarray(0, 200)).toString('hex')}`;
      const decodeAll = () => {
        stream(bytes);
        return decode(schema, bytes);
      };
      let [tookMs, read] = timed(decodeAll);
      // A pause of the machine is not the input's doing: what seems slow has to be slow again.
      for (let tries = 0; tries < 3 && tookMs > slowestMs && tookMs > 5; tries += 1) {
        tookMs = Math.min(tookMs, timed(decodeAll)[0]);
      }
      if (tookMs > slowestMs) [slowestMs, slowest] = [tookMs, about];
      const code = read.ok ? 'ok' : read.code;
      codes.set(code, (codes.get(code) ?? 0) + 1);

      const theirs = readByOther(schema, bytes);
      if (theirs === undefined) expect(!read.ok || hasLongNumber(bytes), about).toBe(true);
      else if (!read.ok) expect(ONLY_OURS, about).toContain(read.code);
      else if (!hasRivals(schema, theirs) && !same(read.message, inOurForm(schema, theirs))) {
        expect(read.message, about).toEqual(inOurForm(schema, theirs));
      }
      // What was read can be written, and the writing reads as the same.
      if (read.ok && !same(decode(schema, encode(schema, read.message as Fields)), read)) {
        expect(decode(schema, encode(schema, read.message as Fields)), about).toEqual(read);
      }
    }
    console.log(`slowest ${slowestMs.toFixed(2)} ms, answers:`, [...codes]);
    expect(slowestMs, slowest).toBeLessThan(MAX_INPUT_MS);
    expect(stream(new TextEncoder().encode(`\n\n${laggedFrame(1)}`)).at(-1)).toEqual({
      kind: 'lagged',
      count: 1,
    });
    // Inputs that all fail at the first check would show nothing.
    const seen = [
      'ok',
      'truncated',
      'bad-key',
      'wrong-wire-type',
      'bad-group',
      'bad-utf8',
      'bad-varint',
      'too-deep',
    ];
    for (const code of seen) expect(codes.get(code) ?? 0, code).toBeGreaterThan(INPUTS / 1_000);
    expect(codes.get('number-too-large') ?? 0).toBeGreaterThan(0);
  }, 120_000);
});
