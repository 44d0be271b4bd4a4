import { expect } from 'vitest';
import { settledHeap, timed } from './measuring.js';

export const INPUTS = Number(process.env.POLYLECT_FUZZ_INPUTS ?? 100_000);
export const SEED = Number(process.env.POLYLECT_FUZZ_SEED ?? 20_250_413);
const MAX_INPUT_MS = 50;
const MAX_HEAP_GROWTH = 16 * 1024 * 1024;

/** How a codec is tried. */
interface Trial<T> {
  readonly name: string;
  /** The next text. */
  readonly next: () => string;
  /** What is measured; must not throw. */
  readonly decode: (text: string) => T;
  /** Holds what was decoded against the rest of the codec, and says what it was. */
  readonly answers: (decoded: T, text: string) => readonly string[];
}

/** Decodes as many texts as there are to be, and expects no text to take long and nothing to be kept. Returns how often there was each answer. */
export function tryCodec<T>({ name, next, decode, answers }: Trial<T>): ReadonlyMap<string, number> {
  console.log(`${name} codec fuzz: seed ${SEED}, ${INPUTS} inputs`);
  const counted = new Map<string, number>();
  let slowestMs = 0;
  let slowest = '';
  const run = (inputs: number): void => {
    for (let count = 0; count < inputs; count += 1) {
      const text = next();
      let [tookMs, decoded] = timed(() => decode(text));
      // A pause of the machine is not the input's doing: what seems slow has to be slow again.
      for (let tries = 0; tries < 3 && tookMs > slowestMs && tookMs > 5; tries += 1)
        tookMs = Math.min(tookMs, timed(() => decode(text))[0]);
      if (tookMs > slowestMs) [slowestMs, slowest] = [tookMs, text.slice(0, 200)];
      for (const answer of answers(decoded, text)) counted.set(answer, (counted.get(answer) ?? 0) + 1);
    }
  };

  // The first inputs compile code and fill caches, which is not what is measured.
  run(Math.min(5_000, INPUTS));
  const before = settledHeap();
  run(INPUTS);
  const growth = settledHeap() - before;

  const heap = `heap ${(growth / 1_048_576).toFixed(1)} MiB`;
  console.log(`slowest ${slowestMs.toFixed(2)} ms, ${heap}, answers:`, Object.fromEntries(counted));
  expect(slowestMs, slowest).toBeLessThan(MAX_INPUT_MS);
  expect(growth).toBeLessThan(MAX_HEAP_GROWTH);
  expect(({} as { a?: number }).a).toBeUndefined();
  return counted;
}
