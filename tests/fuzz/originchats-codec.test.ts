import { describe, expect, it } from 'vitest';
import {
  decodeClient,
  decodeServer,
  encodeClient,
  encodeServer,
} from '../../src/dialects/originchats/codec.js';
import { vectors } from '../../src/dialects/originchats/vectors/load.js';
import { randomFrom } from '../support/random.js';
import { jsonMutator, oddJson } from './support/json-mutations.js';
import { settledHeap, timed } from './support/measuring.js';

const INPUTS = Number(process.env.POLYLECT_FUZZ_INPUTS ?? 100_000);
const SEED = Number(process.env.POLYLECT_FUZZ_SEED ?? 20_250_413);
const MAX_INPUT_MS = 50;
const MAX_HEAP_GROWTH = 16 * 1024 * 1024;

const odd = [...oddJson, '{"a":{', '"cmd":', '"cmd":null,', '"cmd":7,', '"listener":"x",'];

const wires = vectors.map((vector) => vector.wire);

describe('originchats codec under mutated input', () => {
  it('[originchats 2] refuses or reads whatever comes, fast, without throwing and without keeping memory', () => {
    console.log(`originchats codec fuzz: seed ${SEED}, ${INPUTS} inputs`);
    const next = jsonMutator(randomFrom(SEED), wires, odd, (depth, text) => [
      `{"cmd":"x","a":${'['.repeat(depth)}${']'.repeat(depth)}}`,
      `${'{"cmd":'.repeat(depth)}${text}${'}'.repeat(depth)}`,
    ]);
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
