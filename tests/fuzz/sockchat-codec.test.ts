import { describe, expect, it } from 'vitest';
import { decodeClient, decodeServer, encodeClient, encodeServer } from '../../src/dialects/sockchat/codec.js';
import { decodeNotice } from '../../src/dialects/sockchat/notices.js';
import { vectors } from '../../src/dialects/sockchat/vectors/load.js';
import { type Random, randomFrom } from '../support/random.js';
import { INPUTS, SEED, tryCodec } from './support/codec-fuzz.js';
import { oddTexts } from './support/odd-texts.js';

/** Beyond the largest frame that a server takes by default. */
const MAX_LENGTH = 70_000;

const ODD = [
  ...oddTexts,
  ...['\f\f', '\t\t\t', '\u000B', '\uD800', '\uDFFF', '-9007199254740992'],
  ...['toString', '<script>', 'y', 'n', 'kick', 'ban', '1 1 1', 'pong'],
];

const wires = vectors.map((vector) => vector.wire);

function mutator({ next: random, below, pick }: Random) {
  const at = (text: string): number => below(text.length + 1);

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
    function repeatField(text) {
      const fields = text.split('\t');
      const index = below(fields.length);
      const times = random() < 0.01 ? 2_000 : 1 + below(20);
      fields.splice(index, 0, ...Array.from({ length: times }, () => fields[index] ?? ''));
      return fields.join('\t');
    },
    function dropField(text) {
      const fields = text.split('\t');
      fields.splice(below(fields.length), 1);
      return fields.join('\t');
    },
    function swapFields(text) {
      const fields = text.split('\t');
      const [one, other] = [below(fields.length), below(fields.length)];
      [fields[one], fields[other]] = [fields[other] ?? '', fields[one] ?? ''];
      return fields.join('\t');
    },
    function replaceField(text) {
      const fields = text.split('\t');
      fields[below(fields.length)] = pick(ODD);
      return fields.join('\t');
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
    (text) => text.replaceAll('\t', pick(ODD)),
    () => Array.from({ length: below(60) }, () => String.fromCharCode(below(0x10000))).join(''),
    () => `${below(15)}\t${below(5)}\t${pick(ODD)}`,
  ];

  return (): string => {
    let text = pick(wires);
    for (let rounds = 1 + below(3); rounds > 0; rounds -= 1) text = pick(changes)(text);
    return text.slice(0, MAX_LENGTH);
  };
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
