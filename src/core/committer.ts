import type { Change } from './change.js';
import { asChatError, ChatError } from './errors.js';
import type { EngineLimits } from './limits.js';
import type { Clock, Storage } from './ports.js';

/**
 * Whether storage takes writes.
 *
 * - `open`: yes.
 * - `unavailable`: the newest batch failed or is late; writes are refused, the batch is tried again.
 * - `read-only`: it cannot be found out whether the batch is stored; writes stay refused until it can.
 * - `diverged`: storage holds something this process did not put there; read-only until the host restarts.
 */
export type CommitterState = 'open' | 'unavailable' | 'read-only' | 'diverged';

export interface CommitterOptions {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly limits: EngineLimits;
  /** Whether decisions may be taken back. If not, a batch is tried for ever. */
  readonly mayUndo: boolean;
  committed(n: number): void;
  /** Everything after batch `after` was taken back in memory. */
  undone(after: number): void;
  state(state: CommitterState): void;
  report(error: ChatError): void;
}

interface Gathered {
  readonly n: number;
  readonly changes: Change[];
  readonly undo: (() => void)[];
}

/** The batch on its way to storage. */
interface Flight extends Gathered {
  readonly since: number;
  tries: number;
  /** Tries that have neither succeeded nor failed yet. */
  open: number;
  fence: number;
  cancel(): void;
}

/** Gathers changes into numbered batches and gets them stored, one at a time and in order. */
export class Committer {
  readonly #options: CommitterOptions;
  #committed = 0;
  #state: CommitterState = 'open';
  #gathering: Gathered = { n: 1, changes: [], undo: [] };
  readonly #sealed: Gathered[] = [];
  #flight: Flight | undefined;
  #scheduled = false;
  #stopped = false;
  #lazy = new Map<string, Change>();
  #cancelLazy: (() => void) | undefined;

  constructor(options: CommitterOptions) {
    this.#options = options;
  }

  start(committed: number): void {
    this.#committed = committed;
    this.#gathering = { n: committed + 1, changes: [], undo: [] };
  }

  stop(): void {
    this.#stopped = true;
    this.#flight?.cancel();
    this.#cancelLazy?.();
  }

  get state(): CommitterState {
    return this.#state;
  }

  get committed(): number {
    return this.#committed;
  }

  /** The number that changes added now will be committed under. */
  get next(): number {
    return this.#gathering.n;
  }

  /** The newest batch that holds anything: all decided so far is stored once this is. */
  get outstanding(): number {
    if (this.#gathering.changes.length > 0) return this.#gathering.n;
    return this.#sealed.at(-1)?.n ?? this.#flight?.n ?? this.#committed;
  }

  get idle(): boolean {
    return this.outstanding === this.#committed;
  }

  add(changes: readonly Change[], undo: () => void): void {
    for (const change of changes) this.#gathering.changes.push(change);
    this.#gathering.undo.push(undo);
    if (this.#gathering.changes.length >= this.#options.limits.batchChanges) {
      this.#sealed.push(this.#gathering);
      this.#gathering = { n: this.#gathering.n + 1, changes: [], undo: [] };
    }
    this.#schedule();
  }

  /** Notes changes that may wait; a later change of the same row replaces an earlier one. */
  addLazy(changes: readonly Change[]): void {
    for (const change of changes) {
      if (change.op !== 'clear') this.#lazy.set(`${change.table}\u0000${change.key}`, change);
    }
    if (this.#cancelLazy !== undefined || this.#stopped) return;
    this.#cancelLazy = this.#options.clock.after(this.#options.limits.lazyWriteMs, () => this.flushLazy());
  }

  /** Moves what lazy tables wait with into the next batch. */
  flushLazy(): void {
    this.#cancelLazy?.();
    this.#cancelLazy = undefined;
    if (this.#lazy.size === 0) return;
    const changes = [...this.#lazy.values()];
    this.#lazy = new Map();
    this.add(changes, () => this.addLazy(changes));
  }

  #schedule(): void {
    if (this.#scheduled || this.#flight !== undefined || this.#stopped) return;
    this.#scheduled = true;
    this.#options.clock.soon(() => {
      this.#scheduled = false;
      this.#send();
    });
  }

  #send(): void {
    while (this.#flight === undefined && !this.#stopped && this.#state !== 'diverged') {
      const batch = this.#sealed.shift() ?? this.#take();
      if (batch === undefined) return;
      const since = this.#options.clock.now();
      this.#flight = { ...batch, since, tries: 0, open: 0, fence: 0, cancel: () => {} };
      this.#try(this.#flight);
    }
  }

  #take(): Gathered | undefined {
    if (this.#gathering.changes.length === 0) return undefined;
    const batch = this.#gathering;
    this.#gathering = { n: batch.n + 1, changes: [], undo: [] };
    return batch;
  }

  #try(flight: Flight): void {
    const { storage, clock, limits } = this.#options;
    flight.tries++;
    let pending: Promise<void> | void;
    try {
      pending = storage.commit({ n: flight.n, after: this.#committed, changes: flight.changes });
    } catch (thrown) {
      return this.#failed(flight, thrown);
    }
    if (pending === undefined) return this.#stored(flight);
    flight.open++;
    flight.cancel = clock.after(limits.storageTimeoutMs, () => {
      this.#failed(
        flight,
        new ChatError('storage-failed', `no answer in ${limits.storageTimeoutMs} ms`, { retryable: true }),
      );
    });
    const mine = flight.tries;
    pending.then(
      () => {
        flight.open--;
        this.#stored(flight);
      },
      (thrown) => {
        flight.open--;
        // A try that was already given up as late has been followed by another.
        if (flight.tries === mine) this.#failed(flight, thrown);
      },
    );
  }

  #stored(flight: Flight): void {
    if (this.#flight !== flight || this.#stopped) return;
    flight.cancel();
    this.#flight = undefined;
    this.#committed = flight.n;
    this.#enter('open');
    this.#options.committed(flight.n);
    this.#send();
  }

  #failed(flight: Flight, thrown: unknown): void {
    if (this.#flight !== flight || this.#stopped) return;
    flight.cancel();
    const { clock, limits, report, mayUndo } = this.#options;
    report(asChatError('storage-failed', `batch ${flight.n} is not stored yet`, thrown));
    if (this.#state === 'open') this.#enter('unavailable');
    const conflict = thrown instanceof ChatError && thrown.code === 'storage-conflict';
    const late = clock.now() - flight.since >= limits.storageGiveUpMs;
    if (conflict || (late && mayUndo)) return void this.#ask(flight);
    this.#again(flight);
  }

  #again(flight: Flight): void {
    const { clock, limits } = this.#options;
    const pause = Math.min(limits.storageRetryMaxMs, limits.storageRetryMs * 2 ** (flight.tries - 1));
    const left = flight.since + limits.storageGiveUpMs - clock.now();
    flight.cancel = clock.after(left > 0 && this.#options.mayUndo ? Math.min(pause, left) : pause, () =>
      this.#try(flight),
    );
  }

  /** Finds out whether the batch is stored, and takes it back if it surely is not. */
  async #ask(flight: Flight): Promise<void> {
    const last = await this.#limited(this.#options.storage.lastCommitted());
    if (this.#flight !== flight || this.#stopped) return;
    if (last === flight.n) return this.#stored(flight);
    if (last === undefined) {
      this.#enter('read-only');
      return this.#again(flight);
    }
    if (last === flight.fence && last !== 0) return this.#giveUp(flight, last);
    if (last !== this.#committed) return this.#diverged(last);
    // While a try may still land, an empty batch takes its place first, so that it cannot.
    if (flight.open > 0) return this.#raiseFence(flight);
    this.#giveUp(flight, this.#committed);
  }

  async #raiseFence(flight: Flight): Promise<void> {
    if (flight.fence === 0) {
      flight.fence = this.#gathering.n + 1;
      this.#gathering = { ...this.#gathering, n: flight.fence + 1 };
    }
    const batch = { n: flight.fence, after: this.#committed, changes: [] };
    const done = await this.#limited(Promise.resolve(this.#options.storage.commit(batch)).then(() => true));
    if (this.#flight !== flight || this.#stopped) return;
    if (done) return this.#giveUp(flight, flight.fence);
    this.#enter('read-only');
    this.#again(flight);
  }

  #giveUp(flight: Flight, committed: number): void {
    flight.cancel();
    const lost = [flight, ...this.#sealed.splice(0), this.#gathering];
    const before = this.#committed;
    this.#flight = undefined;
    this.#committed = committed;
    this.#gathering = { n: this.#gathering.n + 1, changes: [], undo: [] };
    for (const batch of lost.reverse()) {
      for (let i = batch.undo.length - 1; i >= 0; i--) batch.undo[i]?.();
    }
    this.#options.report(
      new ChatError('unavailable', `batch ${flight.n} could not be stored and was taken back`),
    );
    this.#enter('open');
    this.#options.undone(before);
  }

  #diverged(last: number): void {
    const found = `storage is at batch ${last}, this process at ${this.#committed}: restart it`;
    this.#options.report(new ChatError('storage-diverged', found));
    this.#enter('diverged');
  }

  #enter(state: CommitterState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#options.state(state);
  }

  /** The value, or undefined if it did not come in time or not at all. */
  #limited<T>(promise: Promise<T>): Promise<T | undefined> {
    const { clock, limits, report } = this.#options;
    return new Promise((resolve) => {
      const cancel = clock.after(limits.storageTimeoutMs, () => resolve(undefined));
      promise.then(
        (value) => {
          cancel();
          resolve(value);
        },
        (thrown) => {
          cancel();
          report(asChatError('storage-failed', 'storage cannot say what it has', thrown));
          resolve(undefined);
        },
      );
    });
  }
}
