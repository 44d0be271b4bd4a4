// Random communities against the model of the rules: npm run model -- [--seed 1] [--runs 2000] [--commands 200]
// Each run has the next seed. Ends with the first difference, and prints a run that shows it, as short as it could be made.
import { numbersGiven } from '../support/command-line.js';
import { shrink } from '../support/runs.js';
import { drawReplay, play } from './player.js';

const { seed, runs, commands } = numbersGiven({ seed: 1, runs: 2_000, commands: 200 });

const began = performance.now();
let [done, frames] = [0, 0];
let told = began;
for (let i = 0; i < runs; i++) {
  const replay = drawReplay(seed + i, commands);
  const outcome = await play(replay);
  done += outcome.steps;
  frames += outcome.frames;
  if (outcome.wrong.length > 0) {
    console.log(`seed ${replay.seed}:\n${outcome.wrong.slice(0, 10).join('\n')}`);
    console.log('making it shorter …');
    const short = await shrink(replay, outcome, 120_000, play);
    console.log((await play(short)).wrong.join('\n'));
    console.log(JSON.stringify(short));
    process.exitCode = 1;
    break;
  }
  if (performance.now() - told > 10_000 || i === runs - 1) {
    told = performance.now();
    const seconds = (told - began) / 1_000;
    console.log(
      `${Math.round(seconds)} s: ${i + 1} runs, ${done} commands (${Math.round(done / seconds)}/s), ${frames} frames, next seed ${replay.seed + 1}`,
    );
  }
}
