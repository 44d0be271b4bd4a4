import type { Clock } from '../../../../src/core/ports.js';

interface Timer {
  readonly due: number;
  readonly run: () => void;
}

/** Where every conformance test begins: `T` in the notation, a whole second. Milliseconds since the Unix epoch. */
export const beginning = 1_700_000_000_000;

/** A clock that stands still until a test moves it, for chats behind real sockets: turns of the event loop end by themselves. */
export class StandingClock implements Clock {
  #now = beginning;
  #timers: Timer[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { due: this.#now + ms, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((one) => one !== timer);
    };
  }

  soon(run: () => void): void {
    setImmediate(run);
  }

  /** Moves the time without letting anything fall due: for arrivals at exact times. */
  skip(ms: number): void {
    this.#now += ms;
  }

  /** Lets time pass; what falls due runs in its order, each in a turn of its own. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      let next: Timer | undefined;
      for (const one of this.#timers)
        if (one.due <= end && (next === undefined || one.due < next.due)) next = one;
      if (next === undefined) break;
      this.#timers.splice(this.#timers.indexOf(next), 1);
      this.#now = Math.max(this.#now, next.due);
      next.run();
      await turn();
    }
    this.#now = Math.max(this.#now, end);
    await turn();
  }
}

/** Ends the turn of the event loop. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
