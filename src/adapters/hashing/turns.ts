import { ChatError } from '../../core/errors.js';

/** Lets a few tasks run at a time, the rest in order, and no more than so many wait. */
export class Turns {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(
    private readonly atOnce: number,
    private readonly waiting: number,
  ) {}

  /** Rejects with `hasher-busy` at once when the queue is full. */
  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#running < this.atOnce) this.#running++;
    else if (this.#waiting.length < this.waiting)
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else {
      const text = `${this.waiting} passwords wait already (waiting)`;
      throw new ChatError('hasher-busy', text, { retryable: true });
    }
    try {
      return await task();
    } finally {
      // Who waited longest takes over the turn; nobody who comes now gets in between.
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }
}
