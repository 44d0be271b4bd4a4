import type { Change, Key, Row } from './change.js';
import { asChatError, ChatError } from './errors.js';
import type { EngineLimits } from './limits.js';
import type { Clock, Storage } from './ports.js';
import type { LazyKey } from './state.js';
import { late, within } from './within.js';

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
  /** A row of a lazy table as it is now. */
  lazyRow(table: string, key: Key): Row | undefined;
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
  /** Calls of storage that have neither succeeded nor failed yet: what they store may still land. */
  open: number;
  /** The number of the empty batch that is to take the place of this one; 0 before that is needed. */
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
  #draining = false;
  #lazy = new Map<string, LazyKey>();
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

  /** The newest batch that holds anything: all decided so far is stored once this is. */
  get outstanding(): number {
    if (this.#gathering.changes.length > 0) return this.#gathering.n;
    return this.#sealed.at(-1)?.n ?? this.#flight?.n ?? this.#committed;
  }

  get idle(): boolean {
    return this.outstanding === this.#committed && this.#lazy.size === 0;
  }

  /** Adds the changes of one decision, all to one batch. Returns its number. */
  add(changes: readonly Change[], undo: () => void): number {
    const { batchChanges } = this.#options.limits;
    const held = this.#gathering.changes.length;
    if (held > 0 && held + changes.length > batchChanges) {
      this.#sealed.push(this.#gathering);
      this.#gathering = { n: this.#gathering.n + 1, changes: [], undo: [] };
    }
    for (const change of changes) this.#gathering.changes.push(change);
    const { undo: undos } = this.#gathering;
    undos.push(undo);
    const waited = this.#takeLazy(changes);
    if (waited.length > 0) undos.push(() => this.addLazy(waited));
    this.#schedule();
    return this.#gathering.n;
  }

  /** A decision that changed live tables only: it is taken back together with what it was decided on top of. */
  follow(undo: () => void): void {
    if (!this.#options.mayUndo) return;
    const newest =
      this.#gathering.changes.length > 0 ? this.#gathering : (this.#sealed.at(-1) ?? this.#flight);
    newest?.undo.push(undo);
  }

  /** Notes rows that are to be written within a while, as they are then. */
  addLazy(keys: readonly LazyKey[]): void {
    for (const one of keys) this.#lazy.set(lazyName(one), one);
    if (this.#draining) return this.flushLazy();
    if (this.#lazy.size === 0 || this.#cancelLazy !== undefined || this.#stopped) return;
    this.#cancelLazy = this.#options.clock.after(this.#options.limits.lazyWriteMs, () => this.flushLazy());
  }

  /** Rows that are removed do not wait any longer to be written. */
  #takeLazy(changes: readonly Change[]): LazyKey[] {
    const taken: LazyKey[] = [];
    if (this.#lazy.size === 0) return taken;
    for (const change of changes) {
      if (change.op !== 'remove') continue;
      const name = lazyName(change);
      const found = this.#lazy.get(name);
      if (found === undefined) continue;
      this.#lazy.delete(name);
      taken.push(found);
    }
    return taken;
  }

  /** Moves what lazy tables wait with into the next batches. */
  flushLazy(): void {
    this.#cancelLazy?.();
    this.#cancelLazy = undefined;
    const keys = [...this.#lazy.values()];
    this.#lazy = new Map();
    const { batchChanges } = this.#options.limits;
    for (let from = 0; from < keys.length; from += batchChanges) {
      const some = keys.slice(from, from + batchChanges);
      this.add(
        some.map((one) => this.#lazyChange(one)),
        () => this.addLazy(some),
      );
    }
  }

  /** From now on nothing waits longer than it must. */
  drain(): void {
    this.#draining = true;
    this.flushLazy();
  }

  #lazyChange({ table, key }: LazyKey): Change {
    const row = this.#options.lazyRow(table, key);
    return row === undefined ? { op: 'remove', table, key } : { op: 'put', table, key, in: '', row };
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
      const { n, changes, undo } = batch;
      const since = this.#options.clock.now();
      this.#flight = { n, changes, undo, since, tries: 0, open: 0, fence: 0, cancel: nothing };
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
    let givenUp = false;
    flight.cancel = clock.after(limits.storageTimeoutMs, () => {
      givenUp = true;
      const text = `no answer in ${limits.storageTimeoutMs} ms`;
      this.#failed(flight, new ChatError('storage-failed', text, { retryable: true }));
    });
    pending.then(
      () => {
        flight.cancel();
        // Once this turn has read all there is: what comes in while this batch is shown then goes into one batch, not two.
        clock.soon(() => {
          flight.open--;
          this.#stored(flight);
        });
      },
      (thrown) => {
        flight.open--;
        if (!givenUp) this.#failed(flight, thrown);
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
    if (this.outstanding > flight.n) this.#schedule();
  }

  #failed(flight: Flight, thrown: unknown): void {
    if (this.#flight !== flight || this.#stopped) return;
    flight.cancel();
    this.#options.report(asChatError('storage-failed', `batch ${flight.n} is not stored yet`, thrown));
    if (this.#state === 'open') this.#enter('unavailable');
    const conflict = thrown instanceof ChatError && thrown.code === 'storage-conflict';
    if (conflict || this.#mayGiveUp(flight)) return void this.#ask(flight);
    this.#again(flight);
  }

  /** Whether a batch has been tried long enough. */
  #mayGiveUp(flight: Flight): boolean {
    const { clock, limits, mayUndo } = this.#options;
    return mayUndo && clock.now() - flight.since >= limits.storageGiveUpMs;
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
    const last = await this.#limited(async () => this.#options.storage.lastCommitted());
    if (this.#flight !== flight || this.#stopped) return;
    if (last === flight.n) return this.#stored(flight);
    if (last === undefined) {
      this.#enter('read-only');
      return this.#again(flight);
    }
    if (last === flight.fence && last !== 0) return this.#giveUp(flight, last);
    if (last !== this.#committed) return this.#diverged(last);
    if (!this.#mayGiveUp(flight)) return this.#again(flight);
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
    const done = await this.#limited(async () => {
      flight.open++;
      try {
        await this.#options.storage.commit(batch);
        return true;
      } finally {
        flight.open--;
      }
    });
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
    this.#options.undone(before);
    this.#enter('open');
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
  async #limited<T>(ask: () => Promise<T>): Promise<T | undefined> {
    const { clock, limits, report } = this.#options;
    try {
      const value = await within(clock, limits.storageTimeoutMs, ask());
      return value === late ? undefined : value;
    } catch (thrown) {
      report(asChatError('storage-failed', 'storage cannot say what it has', thrown));
      return undefined;
    }
  }
}

function lazyName({ table, key }: LazyKey): string {
  return `${table}\u0000${key}`;
}

function nothing(): void {}
