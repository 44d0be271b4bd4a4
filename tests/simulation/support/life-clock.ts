import type { Clock } from '../../../src/core/ports.js';

/** The time as one life of a chat has it. When that life ends nothing of it goes on, as after the end of a process. */
export class LifeClock implements Clock {
  readonly #time: Clock;
  readonly #timers = new Set<() => void>();
  #over = false;

  constructor(time: Clock) {
    this.#time = time;
  }

  /** Timers that have not fallen due. */
  get pending(): number {
    return this.#timers.size;
  }

  get isOver(): boolean {
    return this.#over;
  }

  now(): number {
    return this.#time.now();
  }

  after(ms: number, run: () => void): () => void {
    if (this.#over) return () => {};
    const cancelled = () => {
      cancel();
      this.#timers.delete(cancelled);
    };
    const cancel = this.#time.after(ms, () => {
      this.#timers.delete(cancelled);
      run();
    });
    this.#timers.add(cancelled);
    return cancelled;
  }

  soon(run: () => void): void {
    this.#time.soon(() => {
      if (!this.#over) run();
    });
  }

  /** Nothing falls due any more. */
  end(): void {
    this.#over = true;
    for (const cancel of [...this.#timers]) cancel();
  }
}
