import type { Clock } from '../core/ports.js';

/** Runs what it is given in a task of its own, in the order given. */
export class OwnTask {
  #waiting: (() => void)[] = [];

  constructor(private readonly clock: Clock) {}

  run(task: () => void): void {
    this.#waiting.push(task);
    if (this.#waiting.length > 1) return;
    this.clock.soon(() => {
      const tasks = this.#waiting;
      this.#waiting = [];
      for (const one of tasks) one();
    });
  }
}
