/** Settings of flood control (section 9). */
export interface FloodSettings {
  /** Arrivals remembered. Default 30 frames. */
  readonly backlog: number;
  /** That many arrivals within this time are too many. Default 10,000 ms. */
  readonly thresholdMs: number;
  /** How many arrivals short of too many a warning is given. Default 5 frames. */
  readonly warnWithin: number;
}

export const floodSettings: FloodSettings = { backlog: 30, thresholdMs: 10_000, warnWithin: 5 };

/** Counts what one user sends. Time comes in from outside. */
export class FloodGate {
  readonly #settings: FloodSettings;
  /** A ring once it is full; `#oldest` is where it starts. */
  readonly #arrivals: number[] = [];
  #oldest = 0;
  #warned = false;

  constructor(settings: FloodSettings) {
    this.#settings = settings;
  }

  /** Notes one arrival. `warn` comes once each time the warning line is crossed. */
  note(now: number): 'fine' | 'warn' | 'drop' {
    const { backlog, thresholdMs, warnWithin } = this.#settings;
    if (this.#arrivals.length < backlog) {
      this.#arrivals.push(now);
    } else {
      this.#arrivals[this.#oldest] = now;
      this.#oldest = (this.#oldest + 1) % backlog;
    }
    if (this.#arrivals.length < backlog) return 'fine';
    if (now - this.#at(0) <= thresholdMs) return 'drop';
    if (now - this.#at(warnWithin) > thresholdMs) {
      this.#warned = false;
      return 'fine';
    }
    if (this.#warned) return 'fine';
    this.#warned = true;
    return 'warn';
  }

  #at(position: number): number {
    return this.#arrivals[(this.#oldest + position) % this.#arrivals.length] ?? Number.NEGATIVE_INFINITY;
  }
}
