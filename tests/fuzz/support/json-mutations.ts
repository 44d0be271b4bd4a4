import type { Random } from '../../support/random.js';
import { oddTexts } from './odd-texts.js';

/** Pieces of JSON, whole and broken. */
export const oddJson: readonly string[] = [
  ...oddTexts,
  ...['{', '}', '[', ']', '"', ':', ',', '\\', '\\u', '\\ud800', '\\u0000', '{"', '"}', '[['],
  ...['null', 'true', 'false', '{}', '[]', '1e400', '-1e400', '1e-400', '.5', '01', '0.', '1E+2', "'"],
  ...['"__proto__":{"a":1},', '\uD800', '\uDFFF'],
];

/** Longer than the largest frame that a server takes by default. */
const maxLength = 70_000;

/**
 * Makes texts that nearly are frames: frames of `wires`, changed one to three times. `odd`: what is put between and in place of tokens. `nested`:
 * frames as deep as is said, of which one is taken.
 */
export function jsonMutator(
  { next: random, below, pick }: Random,
  wires: readonly string[],
  odd: readonly string[],
  nested: (depth: number, text: string) => readonly string[],
): () => string {
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
      parts[below(parts.length)] = pick(odd);
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
      return pick(nested(depth, text));
    },
    function insertOdd(text) {
      const index = at(text);
      return text.slice(0, index) + pick(odd) + text.slice(index);
    },
    function stretch(text) {
      if (random() > 0.02) return text;
      const index = at(text);
      return text.slice(0, index) + pick(odd).repeat(1 + below(1_000)) + text.slice(index);
    },
    () => Array.from({ length: below(60) }, () => String.fromCharCode(below(0x10000))).join(''),
    () => pick(odd),
  ];

  return (): string => {
    let text = pick(wires);
    for (let rounds = 1 + below(3); rounds > 0; rounds -= 1) text = pick(changes)(text);
    return text.slice(0, maxLength);
  };
}
