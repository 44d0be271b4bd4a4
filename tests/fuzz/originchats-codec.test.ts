import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import {
  decodeClient,
  decodeServer,
  encodeClient,
  encodeServer,
} from '../../src/dialects/originchats/codec.js';
import { vectors } from '../../src/dialects/originchats/vectors/load.js';
import { type Random, randomFrom } from '../support/random.js';
import { oddTexts } from './support/odd-texts.js';

const INPUTS = Number(process.env.POLYLECT_FUZZ_INPUTS ?? 100_000);
const SEED = Number(process.env.POLYLECT_FUZZ_SEED ?? 20_250_413);
const MAX_INPUT_MS = 50;
const MAX_HEAP_GROWTH = 16 * 1024 * 1024;
const MAX_LENGTH = 70_000;

const ODD = [
  ...oddTexts,
  ...['{', '}', '[', ']', '"', ':', ',', '\\', '\\u', '\\ud800', '\\u0000', '{"', '"}', '[[', '{"a":{'],
  ...['null', 'true', 'false', '{}', '[]', '1e400', '-1e400', '1e-400', '.5', '01', '0.', '1E+2', "'"],
  ...['"cmd":', '"cmd":null,', '"cmd":7,', '"__proto__":{"a":1},', '"listener":"x",', '\uD800', '\uDFFF'],
];

const wires = vectors.map((vector) => vector.wire);

function mutator({ next: random, below, pick }: Random) {
  const at = (text: string): number => below(text.length + 1);
  const tokens = (text: string): string[] => text.match(/"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s"[\]{},:]+/g) ?? [];

  const changes: readonly ((text: string) => string)[] = [
    function flipBit(text) {
      if (text === '') return text;
      const index = below(text.length);
      const unit = String.fromCharCode(text.charCodeAt(index) ^ (1 << below(16)));
      return text.slice(0, index) + unit + text.slice(index + 1);
    },
    function flipByte(text) {
      const bytes = new TextEncoder().encode(text);
      const index = below(bytes.length);
      if (bytes.length > 0) bytes[index] = (bytes[index] ?? 0) ^ (1 << below(8));
      return new TextDecoder().decode(bytes);
    },
    (text) => text.slice(0, at(text)),
    (text) => text.slice(at(text)),
    function splice(text) {
      const other = pick(wires);
      return text.slice(0, at(text)) + other.slice(at(other));
    },
    function replaceToken(text) {
      const parts = tokens(text);
      parts[below(parts.length)] = pick(ODD);
      return parts.join('');
    },
    function replaceByToken(text) {
      const parts = tokens(text);
      parts[below(parts.length)] = pick(tokens(pick(wires)).concat('""'));
      return parts.join('');
    },
    function swapTokens(text) {
      const parts = tokens(text);
      const [one, other] = [below(parts.length), below(parts.length)];
      [parts[one], parts[other]] = [parts[other] ?? '', parts[one] ?? ''];
      return parts.join('');
    },
    function repeatField(text) {
      const more = random() < 0.01 ? 2_000 : 1 + below(20);
      return text.replace('{', `{${'"a":1,'.repeat(more)}`);
    },
    function nest(text) {
      const depth = random() < 0.01 ? 20_000 : 1 + below(40);
      return random() < 0.5
        ? `{"cmd":"x","a":${'['.repeat(depth)}${']'.repeat(depth)}}`
        : `${'{"cmd":'.repeat(depth)}${text}${'}'.repeat(depth)}`;
    },
    function insertOdd(text) {
      const index = at(text);
      return text.slice(0, index) + pick(ODD) + text.slice(index);
    },
    function stretch(text) {
      if (random() > 0.02) return text;
      const index = at(text);
      return text.slice(0, index) + pick(ODD).repeat(1 + below(1_000)) + text.slice(index);
    },
    () => Array.from({ length: below(60) }, () => String.fromCharCode(below(0x10000))).join(''),
    () => pick(ODD),
  ];

  return (): string => {
    let text = pick(wires);
    for (let rounds = 1 + below(3); rounds > 0; rounds -= 1) text = pick(changes)(text);
    return text.slice(0, MAX_LENGTH);
  };
}

// Test workers are started without the flag, and an uncollected heap says nothing.
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function settledHeap(): number {
  collectGarbage();
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

function timed<Result>(run: () => Result): readonly [tookMs: number, result: Result] {
  const startedAt = performance.now();
  const result = run();
  return [performance.now() - startedAt, result];
}

describe('originchats codec under mutated input', () => {
  it('[originchats 2] refuses or reads whatever comes, fast, without throwing and without keeping memory', () => {
    console.log(`originchats codec fuzz: seed ${SEED}, ${INPUTS} inputs`);
    const next = mutator(randomFrom(SEED));
    const answers = new Map<string, number>();
    let slowestMs = 0;
    let slowest = '';

    const run = (inputs: number): void => {
      for (let count = 0; count < inputs; count += 1) {
        const text = next();
        const decodeBoth = () => [decodeClient(text), decodeServer(text)] as const;
        let [tookMs, [arrival, frame]] = timed(decodeBoth);
        // A pause of the machine is not the input's doing: what seems slow has to be slow again.
        for (let tries = 0; tries < 3 && tookMs > slowestMs && tookMs > 5; tries += 1)
          tookMs = Math.min(tookMs, timed(decodeBoth)[0]);
        if (tookMs > slowestMs) [slowestMs, slowest] = [tookMs, text.slice(0, 200)];
        // What was read can be written, and the writing can be read.
        if (arrival.kind === 'request')
          expect(decodeClient(encodeClient(arrival.request)).kind, text).toBe('request');
        if (frame !== undefined) expect(decodeServer(encodeServer(frame)), text).toBeDefined();
        const answer = arrival.kind === 'request' ? 'request' : arrival.val;
        answers.set(answer, (answers.get(answer) ?? 0) + 1);
        if (frame !== undefined) answers.set('frame', (answers.get('frame') ?? 0) + 1);
      }
    };

    // The first inputs compile code and fill caches, which is not what is measured.
    run(Math.min(5_000, INPUTS));
    const before = settledHeap();
    run(INPUTS);
    const growth = settledHeap() - before;

    console.log(
      `slowest ${slowestMs.toFixed(2)} ms, heap ${(growth / 1_048_576).toFixed(1)} MiB, answers:`,
      Object.fromEntries(answers),
    );
    expect(slowestMs, slowest).toBeLessThan(MAX_INPUT_MS);
    expect(growth).toBeLessThan(MAX_HEAP_GROWTH);
    expect(({} as { a?: number }).a).toBeUndefined();
    // Inputs that all fail at the first check would show nothing.
    const malformed = [
      'not JSON',
      ...['NoneType', 'list', 'str', 'int', 'float', 'bool'].map(
        (type) => `expected a dictionary, got ${type}`,
      ),
    ];
    for (const answer of ['request', 'frame'])
      expect(answers.get(answer) ?? 0, answer).toBeGreaterThan(INPUTS / 20);
    for (const what of malformed)
      expect(answers.get(`Invalid message format: ${what}`) ?? 0, what).toBeGreaterThan(INPUTS / 10_000);
  }, 120_000);
});
