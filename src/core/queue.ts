/** Something that leaves once a batch is stored. */
export interface Leaving {
  /** The batch that it rests on, if it only stands behind others. */
  readonly basis?: number;
  run(): void;
  /** Runs instead when every batch after `after`, this one among them, was taken back. */
  undo(after: number): void;
}

/** What waits for storage, in the order it was decided. */
export class Queue {
  #items: { batch: number; leaving: Leaving }[] = [];
  #head = 0;
  #releasing = false;

  /** `failed` gets what something that left has thrown: it costs itself only. */
  constructor(private readonly failed: (thrown: unknown) => void) {}

  get size(): number {
    return this.#items.length - this.#head;
  }

  push(batch: number, leaving: Leaving): void {
    this.#items.push({ batch, leaving });
  }

  /** Lets go, in order, of all that rests on batches up to `committed`. Returns whether anything left. */
  release(committed: number): boolean {
    // What leaves may decide something new; that is pushed behind and leaves in this same loop.
    if (this.#releasing) return false;
    this.#releasing = true;
    const from = this.#head;
    while (this.#head < this.#items.length) {
      const item = this.#items[this.#head];
      if (item === undefined || item.batch > committed) break;
      this.#head++;
      this.#try(() => item.leaving.run());
    }
    this.#releasing = false;
    const any = this.#head > from;
    if (this.#head === this.#items.length) {
      this.#items = [];
      this.#head = 0;
    } else if (this.#head > 4096) {
      this.#items.splice(0, this.#head);
      this.#head = 0;
    }
    return any;
  }

  /** Storage is away: lets go of what rests on batches up to `committed`, ahead of all that does not. */
  overtake(committed: number): void {
    const waiting = this.#items.splice(this.#head);
    const mayGo = (item: (typeof waiting)[number]) => (item.leaving.basis ?? item.batch) <= committed;
    this.#items.push(...waiting.filter((item) => !mayGo(item)));
    for (const item of waiting) if (mayGo(item)) this.#try(() => item.leaving.run());
  }

  /** Everything that rests on a batch after `after` was taken back. What `undo` pushes anew stands in the same order. */
  fail(after: number): void {
    const lost = this.#items.splice(this.#head);
    const kept = lost.filter((item) => item.batch <= after);
    this.#items.push(...kept);
    for (const item of lost) if (item.batch > after) this.#try(() => item.leaving.undo(after));
  }

  #try(run: () => void): void {
    try {
      run();
    } catch (thrown) {
      this.failed(thrown);
    }
  }
}
