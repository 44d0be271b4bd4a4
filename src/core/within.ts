import type { Clock } from './ports.js';

/** What comes when something takes too long. */
export const late: unique symbol = Symbol('late');

/** Waits at most `ms` for a promise. What it does later is not heard of. */
export async function within<T>(clock: Clock, ms: number, done: Promise<T>): Promise<T | typeof late> {
  let cancel = () => {};
  const limit = new Promise<typeof late>((resolve) => {
    cancel = clock.after(ms, () => resolve(late));
  });
  try {
    return await Promise.race([done, limit]);
  } finally {
    cancel();
  }
}
