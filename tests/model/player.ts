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
  origin_keep: 4,
  thread_new: 1.5,
  thread_take: 4,
  thread_say: 5,
  mark: 5,
  pin: 3,
  ask: 4,
  vote: 7,
  close_poll: 2,
  nick: 5,
  rename: 2.5,
  give_name: 1.5,
  call: 1.5,
};

/** The same for encrypted groups. */
const sealed: Readonly<Record<string, number>> = {
  seal_come: 3,
  seal_go: 2,
  seal_end: 1.5,
  seal_group: 4,
  seal_group_end: 0.5,
  seal_say: 12,
  seal_commit: 2,
  seal_leave: 2,
  seal_keep: 6,
  seal_invite: 8,
  seal_answer: 7,
  seal_look: 6,
  seal_seek: 1,
};

/** One run of so many is about groups above all. */
const everyFew = 4;

export function drawReplay(seed: number, count: number): Replay {
  const isSealed = seed % everyFew === 0;
  const those = Object.entries(sealed).map(([kind, weight]) => [kind, isSealed ? weight * 10 : weight / 2]);
  const all = { ...weights, ...Object.fromEntries(those) };
  return { seed, steps: drawSteps(randomFrom(seed), count, all) };
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
      world.model.pass(world.rig.time.now());
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
