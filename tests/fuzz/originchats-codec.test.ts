import { describe, expect, it } from 'vitest';
import {
  decodeClient,
  decodeServer,
  encodeClient,
  encodeServer,
} from '../../src/dialects/originchats/codec.js';
import { vectors } from '../../src/dialects/originchats/vectors/load.js';
import { randomFrom } from '../support/random.js';
import { INPUTS, SEED, tryCodec } from './support/codec-fuzz.js';
import { jsonMutator, oddJson } from './support/json-mutations.js';

const odd = [...oddJson, '{"a":{', '"cmd":', '"cmd":null,', '"cmd":7,', '"listener":"x",'];

const wires = vectors.map((vector) => vector.wire);

describe('originchats codec under mutated input', () => {
  it('[originchats 2] refuses or reads whatever comes, fast, without throwing and without keeping memory', () => {
    const next = jsonMutator(randomFrom(SEED), wires, odd, (depth, text) => [
      `{"cmd":"x","a":${'['.repeat(depth)}${']'.repeat(depth)}}`,
      `${'{"cmd":'.repeat(depth)}${text}${'}'.repeat(depth)}`,
    ]);
    const answers = tryCodec({
      name: 'originchats',
      next,
      decode: (text) => [decodeClient(text), decodeServer(text)] as const,
      answers([arrival, frame], text) {
        // What was read can be written, and the writing can be read.
        if (arrival.kind === 'request')
          expect(decodeClient(encodeClient(arrival.request)).kind, text).toBe('request');
        if (frame !== undefined) expect(decodeServer(encodeServer(frame)), text).toBeDefined();
        const answer = arrival.kind === 'request' ? 'request' : arrival.val;
        return frame === undefined ? [answer] : [answer, 'frame'];
      },
    });
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
