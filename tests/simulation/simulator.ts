import { type Random, randomFrom } from '../support/random.js';
import { actions } from './support/actions.js';
import { Town, type TownOptions } from './support/town.js';

/** What happens next; the numbers pick who does it, with whom and where. */
export type Step = readonly [kind: string, a: number, b: number];

/** A run that can be played again. */
export interface Replay extends TownOptions {
  readonly steps: readonly Step[];
}

/** What came of a run. */
export interface Outcome {
  /** Steps that were gone through. */
  readonly steps: number;
  /** Frames that clients read. */
  readonly frames: number;
  /** What was wrong after the last of them; empty if nothing was. */
  readonly wrong: readonly string[];
}

/** How often each kind of step comes, for each other. */
const weights: Readonly<Record<string, number>> = {
  connect: 14,
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
  release: 2,
  calm: 2.5,
  jump: 0.7,
  crash: 0.4,
  restart: 0.3,
  empty: 0.3,
};

const kinds = Object.keys(weights);
const total = kinds.reduce((sum, kind) => sum + (weights[kind] ?? 0), 0);

/** Draws a run. */
export function drawSteps(random: Random, count: number): Step[] {
  return Array.from({ length: count }, () => {
    let left = random.next() * total;
    const kind = kinds.find((one) => {
      left -= weights[one] ?? 0;
      return left < 0;
    });
    return [kind ?? 'pause', random.below(1_000), random.below(1_000)];
  });
}

export function drawReplay(options: TownOptions, count: number): Replay {
  return { ...options, steps: drawSteps(randomFrom(options.seed), count) };
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

/** What kind of thing is wrong, whoever it happened to. */
function kindOf({ wrong: [first = ''] }: Outcome): string {
  return (first.split('\n')[0] ?? '').replace(/\d+/g, '#');
}

/** Leaves out steps, as long as the same kind of thing goes wrong without them. `ms`: how long it may take. */
export async function shrink(replay: Replay, outcome: Outcome, ms: number): Promise<Replay> {
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
