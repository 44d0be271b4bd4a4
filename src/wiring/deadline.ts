import type { Clock } from '../core/ports.js';

/** What a promise gave in time: its value, what it threw, or that it was late. */
export type InTime<T> = { readonly value: T } | { readonly thrown: unknown } | { readonly late: true };

/** Calls `run` and waits for its outcome, at most `ms`. Never rejects. */
export function inTime<T>(clock: Clock, ms: number, run: () => T | Promise<T>): Promise<InTime<T>> {
  return new Promise((resolve) => {
    const cancel = clock.after(ms, () => resolve({ late: true }));
    Promise.resolve()
      .then(run)
      .then(
        (value) => resolve({ value }),
        (thrown: unknown) => resolve({ thrown }),
      )
      .finally(cancel);
  });
}
