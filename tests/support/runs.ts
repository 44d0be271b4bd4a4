import type { Random } from './random.js';

/** What happens next; the numbers pick who does it, with whom and where. */
export type Step = readonly [kind: string, a: number, b: number];

/** What came of a run. */
export interface Outcome {
  /** Steps that were gone through. */
  readonly steps: number;
  /** Frames that clients read. */
  readonly frames: number;
  /** What was wrong after the last of them; empty if nothing was. */
  readonly wrong: readonly string[];
}

/** Draws a run. `weights`: how often each kind of step comes, for each other. */
export function drawSteps(random: Random, count: number, weights: Readonly<Record<string, number>>): Step[] {
  const kinds = Object.entries(weights);
  const total = kinds.reduce((sum, [, weight]) => sum + weight, 0);
  return Array.from({ length: count }, () => {
    let left = random.next() * total;
    const drawn = kinds.find(([, weight]) => {
      left -= weight;
      return left < 0;
    });
    return [(drawn ?? kinds[0])?.[0] ?? '', random.below(1_000), random.below(1_000)];
  });
}

/** What kind of thing is wrong, whoever it happened to. */
function kindOf({ wrong: [first = ''] }: Outcome): string {
  return (first.split('\n')[0] ?? '').replace(/\d+/g, '#');
}

/** Leaves out steps, as long as the same kind of thing goes wrong without them. `ms`: how long it may take. */
export async function shrink<R extends { readonly steps: readonly Step[] }>(
  replay: R,
  outcome: Outcome,
  ms: number,
  play: (replay: R) => Promise<Outcome>,
): Promise<R> {
  const late = performance.now() + ms;
  const wanted = kindOf(outcome);
  let steps = replay.steps.slice(0, outcome.steps);
  for (let size = Math.ceil(steps.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let at = 0; at < steps.length && performance.now() < late; ) {
      const fewer = [...steps.slice(0, at), ...steps.slice(at + size)];
      const again = await play({ ...replay, steps: fewer });
      if (kindOf(again) === wanted) steps = fewer.slice(0, again.steps);
      else at += size;
    }
  }
  return { ...replay, steps };
}
