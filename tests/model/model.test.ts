import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { shrink } from '../support/runs.js';
import { allActs } from './acts.js';
import { drawReplay, play, type Replay } from './player.js';

const folder = join(import.meta.dirname, 'replays');
const names = readdirSync(folder).filter((name) => name.endsWith('.json'));

// SEED begins elsewhere, or repeats a run that failed; MODEL_RUNS plays so many instead.
const first = Number(process.env.SEED ?? 1);
const runs = Number(process.env.MODEL_RUNS ?? 100);
const commands = 100;

describe('random communities and a model of the rules', () => {
  test(
    `agree on who may do what and on what everybody sees, in ${runs} runs of ${commands} commands`,
    async () => {
      for (let seed = first; seed < first + runs; seed++) {
        const replay = drawReplay(seed, commands);
        const outcome = await play(replay);
        if (outcome.wrong.length === 0) continue;
        const short = await shrink(replay, outcome, 60_000, play);
        const { wrong } = await play(short);
        // Put into the folder of replays, it is a test.
        expect.fail(`seed ${seed}:\n${wrong.slice(0, 10).join('\n')}\n${JSON.stringify(short)}`);
      }
    },
    60_000 + 3_000 * runs,
  );

  test.each(names)('agree in the run %s', async (name) => {
    const replay = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Replay;
    for (const [kind] of replay.steps) expect(Object.keys(allActs)).toContain(kind);
    expect((await play(replay)).wrong).toEqual([]);
  });
});
