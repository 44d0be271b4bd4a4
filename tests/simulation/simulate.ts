// Communities in virtual time: npm run simulate -- [--seed 1] [--minutes 5] [--people 30] [--faults 0.1] [--steps 1500]
// Each run has the next seed. Ends with the first thing that is wrong, and prints a run that shows it, as short as it could be made.
import { numbersGiven } from '../support/command-line.js';
import { shrink } from '../support/runs.js';
import { drawReplay, play } from './simulator.js';

const {
  seed,
  minutes,
  people,
  faults,
  steps: length,
} = numbersGiven({
  seed: 1,
  minutes: 5,
  people: 30,
  faults: 0.1,
  steps: 1_500,
});

const began = performance.now();
const until = began + minutes * 60_000;
let [steps, frames, runs] = [0, 0, 0];
let told = began;
for (let next = seed; performance.now() < until; next++) {
  const replay = drawReplay({ seed: next, people, faults }, length);
  const outcome = await play(replay);
  steps += outcome.steps;
  frames += outcome.frames;
  runs++;
  if (outcome.wrong.length > 0) {
    console.log(`seed ${next}, step ${outcome.steps}:\n${outcome.wrong.slice(0, 10).join('\n')}`);
    console.log('making it shorter …');
    console.log(JSON.stringify(await shrink(replay, outcome, 120_000, play)));
    process.exitCode = 1;
    break;
  }
  if (performance.now() - told > 10_000 || performance.now() >= until) {
    told = performance.now();
    const seconds = (told - began) / 1_000;
    console.log(
      `${Math.round(seconds)} s: ${runs} runs, ${steps} steps (${Math.round(steps / seconds)}/s), ${frames} frames, next seed ${next + 1}`,
    );
  }
}
