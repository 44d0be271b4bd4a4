import { expect, test } from 'vitest';
import { ManualClock } from '../testing/manual-clock.js';
import { steadyClock } from './steady.js';

test('time goes by as it does, and does not follow the clock when that is set', async () => {
  const clock = new ManualClock();
  const { now: elapsed } = steadyClock(clock);
  for (let second = 0; second < 10; second++) {
    await clock.advance(1_000);
    elapsed();
  }
  expect(elapsed()).toBe(10_000);
  clock.jump(-3_600_000);
  expect(elapsed()).toBe(10_000);
  await clock.advance(1_000);
  expect(elapsed()).toBe(11_000);
  clock.jump(7_200_000);
  expect(elapsed()).toBe(16_000);
  await clock.advance(1_000);
  expect(elapsed()).toBe(17_000);
});
