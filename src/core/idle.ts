/** Lets others wait until nothing is under way. */
export class Idle {
  readonly #waiting: (() => void)[] = [];

  constructor(private readonly isIdle: () => boolean) {}

  /** Resolves once nothing is under way. */
  reached(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.check();
    });
  }

  /** To be called whenever something has come to its end. */
  check(): void {
    if (this.#waiting.length === 0 || !this.isIdle()) return;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
