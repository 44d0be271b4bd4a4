import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { shrink } from '../support/runs.js';
import { drawReplay, play, type Replay } from './simulator.js';
import { actions } from './support/actions.js';

const folder = join(import.meta.dirname, 'replays');
const names = readdirSync(folder).filter((name) => name.endsWith('.json'));

describe('a community in virtual time', () => {
  test.each([1, 2, 3])(
    'keeps what it is promised, whatever people and storage do (seed %i)',
    async (seed) => {
      const outcome = await play(drawReplay({ seed, people: 20, faults: 0.1 }, 800));
      expect(outcome.wrong).toEqual([]);
      expect(outcome.steps).toBe(800);
      expect(outcome.frames).toBeGreaterThan(500);
    },
  );

  test.each(names)('keeps it in the run %s', async (name) => {
    const replay = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Replay;
    for (const [kind] of replay.steps) expect(Object.keys(actions)).toContain(kind);
    expect((await play(replay)).wrong).toEqual([]);
  });

  test('the same seed is the same run', async () => {
    const replay = drawReplay({ seed: 9, people: 12, faults: 0.1 }, 300);
    expect(await play(replay)).toEqual(await play(replay));
  });

  test('a run that goes wrong is made shorter', async () => {
    const replay = {
      seed: 1,
      people: 4,
      faults: 0,
      steps: drawReplay({ seed: 1, people: 4, faults: 0 }, 60).steps,
    };
    const broken: Replay = { ...replay, steps: [...replay.steps, ['storm', 1, 1], ['fails', 1, 1]] };
    const outcome = await play(broken);
    expect(outcome.wrong[0]).toContain('there is no step fails');
    expect((await shrink(broken, outcome, 10_000, play)).steps).toEqual([['fails', 1, 1]]);
  });
});
