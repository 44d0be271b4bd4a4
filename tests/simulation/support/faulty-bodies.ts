import { MemoryBodies } from '../../../src/adapters/storage/memory-bodies.js';
import type { Bodies, Body, BodyRange } from '../../../src/core/ports.js';
import type { Random } from '../../support/random.js';

/** Bodies in memory, of which some calls fail, before or after they did what they were to. */
export class FaultyBodies implements Bodies {
  /** How many calls fail, 0 to 1. */
  share = 0;
  readonly #inner: Bodies;
  readonly #random: Random;

  constructor(now: () => number, random: Random) {
    this.#inner = new MemoryBodies(now, () => {});
    this.#random = random;
  }

  put(id: string, bytes: Uint8Array | AsyncIterable<Uint8Array>): Promise<void> {
    return this.#call(() => this.#inner.put(id, bytes));
  }

  read(id: string, range?: BodyRange): Promise<Body | undefined> {
    return this.#call(() => this.#inner.read(id, range));
  }

  remove(ids: readonly string[]): Promise<void> {
    return this.#call(() => this.#inner.remove(ids));
  }

  list(page: { after?: string; limit: number }): Promise<{ id: string; at: number; bytes: number }[]> {
    return this.#call(() => this.#inner.list(page));
  }

  async #call<T>(run: () => Promise<T>): Promise<T> {
    const fails = this.share > 0 && this.#random.chance(this.share);
    if (fails && this.#random.chance(0.5)) throw new Error('storage failed before');
    const done = await run();
    if (fails) throw new Error('storage failed after');
    return done;
  }
}
