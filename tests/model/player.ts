import { randomFrom } from '../support/random.js';
import { drawSteps, type Outcome, type Step } from '../support/runs.js';
import { allActs } from './acts.js';
import { World } from './world.js';

/** A run that can be played again. */
export interface Replay {
  readonly seed: number;
  readonly steps: readonly Step[];
}

/** How often each kind of command comes, for each other. */
const weights: Readonly<Record<string, number>> = {
  connect: 16,
  drop: 3,
  enter: 8,
  join: 12,
  pause: 1,
  say: 26,
  edit: 7,
  remove: 5,
  react: 8,
  look: 5,
  host_say: 1,
  silence: 2,
  kick: 1,
  ban: 1.5,
  become: 2,
  rebuild: 2,
  sock_keep: 4,
  venue_keep: 2,
  whisper: 5,
  direct: 5,
  direct_say: 8,
  direct_look: 2,
  block: 2,
  sock_build: 6,
  host_build: 1,
  leave: 1.5,
};

export function drawReplay(seed: number, count: number): Replay {
  return { seed, steps: drawSteps(randomFrom(seed), count, weights) };
}

/** Plays a run, until something is not as the model has it or it is over. */
export async function play({ seed, steps }: Replay): Promise<Outcome> {
  const world = await World.open(seed);
  const wrong: string[] = [];
  let done = 0;
  try {
    for (const [kind, a, b] of steps) {
      world.step = done++;
      const act = allActs[kind];
      if (act === undefined) throw new Error(`there is no command ${kind}`);
      await act(world, a, b);
      await world.rig.turn();
      wrong.push(...world.compare().map((one) => `after ${kind} (step ${done}), ${one}`));
      if (wrong.length > 0) break;
    }
  } catch (thrown) {
    wrong.push(thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown));
  }
  await world.rig.stop();
  return { steps: done, frames: world.frames, wrong };
}
