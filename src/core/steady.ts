import type { Clock } from './ports.js';

/** The longest time that may go by unseen, in milliseconds: several rounds of the sweeper, which comes once a second. */
const longestStepMs = 5_000;

/**
 * A clock whose `now` is the time that goes by, whatever is done to the time of day: milliseconds since this was made. It never goes back. What
 * lies between two calls counts for at most five seconds, so it has to be asked once a second. Time limits are measured by it; what ends at a date is
 * not.
 */
export function steadyClock(clock: Clock): Clock {
  let at = clock.now();
  let elapsed = 0;
  return {
    now() {
      const now = clock.now();
      elapsed += Math.min(Math.max(now - at, 0), longestStepMs);
      at = now;
      return elapsed;
    },
    after: (ms, run) => clock.after(ms, run),
    soon: (run) => clock.soon(run),
  };
}
