import type { Clock } from '../core/ports.js';

interface Timer {
  readonly due: number;
  readonly run: () => void;
}

/** A clock that stands still until a test moves it. Whatever falls due runs in order of time, then of asking. */
export class ManualClock implements Clock {
  #elapsed = 0;
  #wall: number;
  #timers: Timer[] = [];
  #soon: (() => void)[] = [];

  /** `now`: milliseconds since the Unix epoch. */
  constructor(now = 1_700_000_000_000) {
    this.#wall = now;
  }

  now(): number {
    return this.#wall + this.#elapsed;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { due: this.#elapsed + ms, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((one) => one !== timer);
    };
  }

  soon(run: () => void): void {
    this.#soon.push(run);
  }

  /** Whether anything waits for the end of the turn. */
  get restless(): boolean {
    return this.#soon.length > 0;
  }

  /** Sets the time of day forwards or backwards, as an administrator would; timers do not notice. */
  jump(ms: number): void {
    this.#wall += ms;
  }

  /** Ends the turn: lets promises settle and runs what was put off until now, again and again until nothing is left. */
  async turn(): Promise<void> {
    do {
      for (const run of this.#soon.splice(0)) run();
      await settle();
    } while (this.#soon.length > 0);
  }

  /** Lets time pass. Between two timers turns end and promises settle. */
  async advance(ms: number): Promise<void> {
    const end = this.#elapsed + ms;
    await this.turn();
    for (;;) {
      let next: Timer | undefined;
      for (const one of this.#timers) {
        if (one.due <= end && (next === undefined || one.due < next.due)) next = one;
      }
      if (next === undefined) break;
      this.#elapsed = Math.max(this.#elapsed, next.due);
      this.#timers = this.#timers.filter((one) => one !== next);
      next.run();
      await this.turn();
    }
    this.#elapsed = end;
  }
}

/** Lets every promise that can settle do so. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
