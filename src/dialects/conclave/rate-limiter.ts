import type { RateLimit } from './options.js';

/** Keys that are counted at once. Beyond it, those counted for longest are forgotten. */
const mostKeys = 10_000;

/** Counts per key in windows that begin with the first of it. Time comes in from outside. */
export class RateLimiter {
  readonly #windows = new Map<string, { readonly since: number; count: number }>();

  constructor(private readonly limit: RateLimit | undefined) {}

  /** Counts one; after how many milliseconds there may be another if this is one too many, otherwise `undefined`. */
  take(key: string, now: number): number | undefined {
    if (this.limit === undefined) return undefined;
    const { count, ms } = this.limit;
    const window = this.#windows.get(key);
    if (window !== undefined && now - window.since < ms) {
      if (window.count >= count) return window.since + ms - now;
      window.count++;
      return undefined;
    }
    // Behind the others: the oldest come first.
    this.#windows.delete(key);
    this.#windows.set(key, { since: now, count: 1 });
    for (const [oldest, { since }] of this.#windows) {
      if (this.#windows.size <= mostKeys && now - since < ms) break;
      this.#windows.delete(oldest);
    }
    return undefined;
  }
}
