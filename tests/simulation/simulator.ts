import { randomFrom } from '../support/random.js';
import { drawSteps, type Outcome, type Step } from '../support/runs.js';
import { actions } from './support/actions.js';
import { Town, type TownOptions } from './support/town.js';

/** A run that can be played again. */
export interface Replay extends TownOptions {
  readonly steps: readonly Step[];
}

/** How often each kind of step comes, for each other. */
const weights: Readonly<Record<string, number>> = {
  connect: 18,
  drop: 3,
  vanish: 1,
  stall: 2,
  read: 2,
  ping: 4,
  say: 24,
  edit: 3,
  delete: 3,
  react: 4,
  pin: 1,
  whisper: 3,
  direct: 3,
  enter: 5,
  join: 6,
  part: 2,
  create: 2,
  change: 2,
  read_up: 3,
  look: 3,
  typing: 2,
  poll: 2,
  thread: 4,
  voice: 2,
  block: 2,
  moderate: 2,
  govern: 3,
  leave: 1,
  upload: 3,
  attach: 3,
  unattach: 0.7,
  fetch: 1.5,
  emoji: 1.5,
  webhook: 2.5,
  post: 2,
  bot: 1.5,
  call: 3,
  answer: 2,
  register: 0.7,
  sign_in: 1.5,
  link: 1.5,
  unlink: 0.7,
  other: 2.5,
  hide: 2,
  arrange: 1,
  hermit: 2,
  listen: 2,
  hang_up: 1,
  deaf: 1,
  den: 2,
  invite: 2,
  accept: 2,
  seal: 4,
  den_end: 1,
  hermit_end: 0.5,
  pause: 12,
  storm: 1.5,
  outage: 0.7,
  doubt: 0.7,
  release: 2,
  calm: 2.5,
  jump: 0.7,
  crash: 0.3,
  restart: 0.2,
  empty: 0.2,
};

export function drawReplay(options: TownOptions, count: number): Replay {
  return { ...options, steps: drawSteps(randomFrom(options.seed), count, weights) };
}

/** Steps after which the rows of the memory are looked through. */
const rowsEvery = 50;

/** Plays a run, until something is wrong or it is over. `onStep`: told how many are behind it. */
export async function play({ steps, ...options }: Replay, onStep?: (done: number) => void): Promise<Outcome> {
  const town = await Town.open(options);
  const { watch, rig } = town;
  let done = 0;
  try {
    for (const [kind, a, b] of steps) {
      town.step = done++;
      const act = actions[kind];
      if (act === undefined) throw new Error(`there is no step ${kind}`);
      await act(town, a, b);
      await rig.turn();
      watch.check();
      await watch.after(kind);
      if (done % rowsEvery === 0 || done === steps.length) watch.checkRows();
      if (watch.wrong.length > 0) break;
      onStep?.(done);
    }
  } catch (thrown) {
    watch.wrong.push(thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown));
  }
  const outcome = { steps: done, frames: watch.frames, wrong: [...watch.wrong] };
  await rig.stop();
  return outcome;
}
