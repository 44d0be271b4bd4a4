import type { Random } from '../../support/random.js';
import { oddTexts } from './odd-texts.js';
import { textMutator } from './text-mutations.js';

/** Pieces of JSON, whole and broken. */
export const oddJson: readonly string[] = [
  ...oddTexts,
  ...['{', '}', '[', ']', '"', ':', ',', '\\', '\\u', '\\ud800', '\\u0000', '{"', '"}', '[['],
  ...['null', 'true', 'false', '{}', '[]', '1e400', '-1e400', '1e-400', '.5', '01', '0.', '1E+2', "'"],
  ...['"__proto__":{"a":1},', '\uD800', '\uDFFF'],
];

/**
 * Makes texts that nearly are frames: frames of `wires`, changed one to three times. `odd`: what is put between and in place of tokens. `nested`:
 * frames as deep as is said, of which one is taken.
 */
export function jsonMutator(
  random: Random,
  wires: readonly string[],
  odd: readonly string[],
  nested: (depth: number, text: string) => readonly string[],
): () => string {
  const { next, below, pick } = random;
  const tokens = (text: string): string[] => text.match(/"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s"[\]{},:]+/g) ?? [];

  const changes = [
    function replaceToken(text: string) {
      const parts = tokens(text);
      parts[below(parts.length)] = pick(odd);
      return parts.join('');
    },
    function replaceByToken(text: string) {
      const parts = tokens(text);
      parts[below(parts.length)] = pick(tokens(pick(wires)).concat('""'));
      return parts.join('');
    },
    function swapTokens(text: string) {
      const parts = tokens(text);
      const [one, other] = [below(parts.length), below(parts.length)];
      [parts[one], parts[other]] = [parts[other] ?? '', parts[one] ?? ''];
      return parts.join('');
    },
    function repeatField(text: string) {
      const more = next() < 0.01 ? 2_000 : 1 + below(20);
      return text.replace('{', `{${'"a":1,'.repeat(more)}`);
    },
    function nest(text: string) {
      const depth = next() < 0.01 ? 20_000 : 1 + below(40);
      return pick(nested(depth, text));
    },
    () => pick(odd),
  ];

  return textMutator(random, { wires, odd, changes });
}
