import { describe, expect, it } from 'vitest';
import { decodeClient, decodeServer, encodeClient, encodeServer } from '../../src/dialects/sockchat/codec.js';
import { decodeNotice } from '../../src/dialects/sockchat/notices.js';
import { vectors } from '../../src/dialects/sockchat/vectors/load.js';
import { type Random, randomFrom } from '../support/random.js';
import { INPUTS, SEED, tryCodec } from './support/codec-fuzz.js';
import { oddTexts } from './support/odd-texts.js';
import { textMutator } from './support/text-mutations.js';

const ODD = [
  ...oddTexts,
  ...['\f\f', '\t\t\t', '\u000B', '\uD800', '\uDFFF', '-9007199254740992'],
  ...['toString', '<script>', 'y', 'n', 'kick', 'ban', '1 1 1', 'pong'],
];

const wires = vectors.map((vector) => vector.wire);

function mutator(random: Random) {
  const { next, below, pick } = random;
  const changes = [
    function repeatField(text: string) {
      const fields = text.split('\t');
      const index = below(fields.length);
      const times = next() < 0.01 ? 2_000 : 1 + below(20);
      fields.splice(index, 0, ...Array.from({ length: times }, () => fields[index] ?? ''));
      return fields.join('\t');
    },
    function dropField(text: string) {
      const fields = text.split('\t');
      fields.splice(below(fields.length), 1);
      return fields.join('\t');
    },
    function swapFields(text: string) {
      const fields = text.split('\t');
      const [one, other] = [below(fields.length), below(fields.length)];
      [fields[one], fields[other]] = [fields[other] ?? '', fields[one] ?? ''];
      return fields.join('\t');
    },
    function replaceField(text: string) {
      const fields = text.split('\t');
      fields[below(fields.length)] = pick(ODD);
      return fields.join('\t');
    },
    (text: string) => text.replaceAll('\t', pick(ODD)),
    () => `${below(15)}\t${below(5)}\t${pick(ODD)}`,
  ];

  return textMutator(random, { wires, odd: ODD, changes });
}

describe('sockchat codec under mutated input', () => {
  it('[sockchat 1] refuses or reads whatever comes, fast, without throwing and without keeping memory', () => {
    const next = mutator(randomFrom(SEED));
    const codes = tryCodec({
      name: 'sockchat',
      next,
      decode(text) {
        const part = text.split('\t').find((field) => field.includes('\f')) ?? text;
        return [decodeClient(text), decodeServer(text), decodeNotice(part)] as const;
      },
      answers(decoded, text) {
        const [fromClient, fromServer] = decoded;
        // What was read can be written, and the writing can be read.
        if (fromClient.ok) expect(decodeClient(encodeClient(fromClient.packet)).ok, text).toBe(true);
        if (fromServer.ok) expect(decodeServer(encodeServer(fromServer.packet)).ok, text).toBe(true);
        return decoded.map((result) => (result.ok ? 'ok' : result.code));
      },
    });
    // Inputs that all fail at the first check would show nothing.
    for (const code of ['empty', 'not-a-number', 'unknown-packet', 'unknown-subpacket', 'missing-field']) {
      expect(codes.get(code) ?? 0, code).toBeGreaterThan(INPUTS / 1_000);
    }
    for (const code of ['ok', 'bad-integer', 'bad-permissions', 'bad-flags', 'bad-value']) {
      expect(codes.get(code) ?? 0, code).toBeGreaterThan(0);
    }
  }, 120_000);
});
