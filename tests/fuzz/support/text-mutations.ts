import type { Random } from '../../support/random.js';

/** Longer than the largest frame that a server takes by default. */
const maxLength = 70_000;

type Change = (text: string) => string;

/** What is changed in frames. */
export interface Mutations {
  /** Frames to begin with. */
  readonly wires: readonly string[];
  /** What is put between characters. */
  readonly odd: readonly string[];
  /** Changes besides those that suit every text. */
  readonly changes: readonly Change[];
}

/** Makes texts that nearly are frames: frames of `wires`, changed one to three times. */
export function textMutator(
  { next: random, below, pick }: Random,
  { wires, odd, changes }: Mutations,
): () => string {
  const at = (text: string): number => below(text.length + 1);

  const all: readonly Change[] = [
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
    ...changes,
  ];

  return (): string => {
    let text = pick(wires);
    for (let rounds = 1 + below(3); rounds > 0; rounds -= 1) text = pick(all)(text);
    return text.slice(0, maxLength);
  };
}
