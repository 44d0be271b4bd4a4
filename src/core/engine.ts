import type { Change, Key } from './change.js';
import type { CommandMap, Noun, Result, Rule, Stamped } from './command.js';
import { Committer, type CommitterState } from './committer.js';
import { asChatError, ChatError } from './errors.js';
import type { Event } from './event.js';
import { firstIdAt } from './ids.js';
import type { EngineLimits } from './limits.js';
import type { Clock, Query, Storage, StoredRow } from './ports.js';
import { Queue } from './queue.js';
import { Rejection, unavailable } from './rejection.js';
import { archiveDefaults, type Draft, type Load, Reader, State, Tx } from './state.js';
import { type Need, type Table, table, type View } from './table.js';

/** Core's own table: how far ids may have been given out. */
const engineTable = table<{ key: 'ids'; ceiling: number }>({
  name: 'engine',
  class: 'resident',
  key: 'text',
  id: (row) => row.key,
});

/** Ids are reserved this far ahead (one minute), so that even ids that were never stored are not given out twice. */
const reserveIds = 60_000 * 256;

export interface EngineOptions {
  readonly nouns: readonly Noun[];
  readonly storage: Storage;
  readonly clock: Clock;
  readonly limits: EngineLimits;
  /** `storage`: nothing is shown before it is stored. `memory`: shown at once, stored behind. */
  readonly durability: 'storage' | 'memory';
  /** The version of the rows' shapes. */
  readonly format: number;
  readonly takeover: 'refuse' | 'wait';
  /** Facts that are committed, in order. Called outside of any decision; must not throw. */
  publish(event: Event): void;
  /** All that could be published for now has been. */
  published(): void;
  /** What went wrong on the engine's side: storage that fails, rules that throw. */
  report(error: ChatError): void;
  /** The storage's state changed. */
  storageState(state: CommitterState): void;
  /** Decisions were taken back because storage does not have them; the domain puts live tables right. */
  undone(): void;
  /** Sees every command with its stamp before it is decided; for recording runs. */
  record?(command: Stamped): void;
}

/** What becomes of a submitted command. */
export interface Outcome<R> {
  /** Called once, in the turn of the decision, before its events are queued. */
  decided(result: R | Rejection): void;
  /** Called after its events were queued, in the same turn as `decided`. */
  queued?(): void;
  /** The decision was granted and then taken back: storage does not have it. */
  undone?(): void;
}

/**
 * One ordered queue of commands over one state.
 *
 * Rows are loaded before a rule runs, changes are committed in numbered batches, and everything that leaves (events, answers) leaves in
 * the order of the decisions and not before the batch it rests on is stored.
 */
export class Engine<M = CommandMap> {
  readonly #options: EngineOptions;
  readonly #rules = new Map<string, Rule<never, unknown>>();
  readonly #state: State;
  readonly #queue = new Queue();
  readonly #committer: Committer;
  #lastId = 0;
  #ceiling = 0;
  #waiting = 0;
  #closing = false;
  readonly #idle: (() => void)[] = [];

  private constructor(options: EngineOptions, state: State) {
    this.#options = options;
    this.#state = state;
    for (const noun of options.nouns) {
      for (const [type, rule] of Object.entries(noun.rules)) {
        if (this.#rules.has(type)) throw new TypeError(`two rules for ${type}`);
        this.#rules.set(type, rule);
      }
    }
    this.#committer = new Committer({
      storage: options.storage,
      clock: options.clock,
      limits: options.limits,
      mayUndo: options.durability === 'storage',
      committed: (n) => this.#committed(n),
      undone: (after) => this.#undone(after),
      state: (state) => options.storageState(state),
      report: (error) => options.report(error),
    });
  }

  /** Opens the storage, loads what belongs in memory and starts at the batch after the newest one stored. */
  static async open<M>(options: EngineOptions, signal?: AbortSignal): Promise<Engine<M>> {
    const tables = [engineTable as unknown as Table, ...options.nouns.flatMap((noun) => noun.tables)];
    const state = new State(tables, archiveDefaults);
    const engine = new Engine<M>(options, state);
    const stored = tables.filter((one) => one.class !== 'live');
    const opened = await options.storage.open({
      tables: stored.map(({ name, class: kind, key }) => ({ name, class: kind, key })),
      format: options.format,
      takeover: options.takeover,
      ...(signal === undefined ? {} : { signal }),
    });
    for (const one of stored) {
      if (one.class !== 'archive') await fill(options.storage, state, one.name);
    }
    engine.#committer.start(opened.lastCommitted);
    engine.#ceiling = engine.read((view) => view.get(engineTable, 'ids')?.ceiling ?? 0).value;
    engine.#lastId = engine.#ceiling;
    return engine;
  }

  /** Runs `look` on the state as it is now, and says on which batch the outcome rests. */
  read<T>(look: (view: View) => T): { value: T; basis: number } {
    const reader = new Reader(this.#state);
    const value = look(reader);
    return { value, basis: reader.basis };
  }

  /**
   * Decides a command, in this turn if the rows it needs are in memory.
   *
   * A rule that throws is a bug: it is reported, its changes are taken back, and the outcome is a rejection `internal`.
   */
  submit<T extends keyof M & string>(type: T, input: object, outcome: Outcome<Result<M, T>>): void {
    const rule = this.#rules.get(type);
    if (rule === undefined) throw new TypeError(`no rule for ${type}`);
    if (this.#closing && !rule.always) return outcome.decided(new Rejection('chat-closed'));
    if (rule.needs === undefined) this.#decide(type, rule, input, outcome as Outcome<unknown>);
    else this.#prepare(type, rule, input, outcome as Outcome<unknown>, 0);
  }

  /** Decides a recorded command again, with the stamp it had. Its rows must be in memory. */
  replay(command: Stamped): unknown {
    const rule = this.#rules.get(command.type);
    if (rule === undefined) throw new TypeError(`no rule for ${command.type}`);
    let result: unknown;
    this.#decide(command.type, rule, command.input, { decided: (value) => (result = value) }, command);
    return result;
  }

  /**
   * Runs `send` in its place among all that leaves: after everything decided before, and once that is stored.
   *
   * `basis` is what {@link Engine.read} gave; while storage takes no writes, an answer that rests on stored rows only does not wait.
   * `failed` runs instead when what it waits for was taken back.
   */
  leave(send: () => void, basis = Number.POSITIVE_INFINITY, failed?: () => void): void {
    if (this.#committer.state !== 'open' && basis <= this.#committer.committed) return send();
    this.#queue.push(this.#restsOn(), { run: send, undo: failed ?? send });
    this.#release();
  }

  /** One id of the series for something that is said to one connection and kept nowhere. */
  takeId(): number {
    this.#lastId = Math.max(firstIdAt(this.#options.clock.now()), this.#lastId + 1);
    if (this.#lastId >= this.#ceiling) {
      const changes: Change[] = [];
      this.#reserve(changes);
      this.#committer.add(changes, () => {});
    }
    return this.#lastId;
  }

  /** Rows of an archive table straight from storage, everything decided so far included. */
  async query<R extends object>(query: Query): Promise<R[]> {
    await this.settled();
    const rows = await this.#options.storage.query(query);
    return rows.map((one) => one.row as R);
  }

  /** Resolves when everything decided so far is stored and published. Rejects with `unavailable` if it was taken back. */
  settled(): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = () =>
        reject(new ChatError('unavailable', 'storage does not have it', { retryable: true }));
      this.leave(resolve, undefined, fail);
    });
  }

  /** Whether storage takes writes. */
  get storageState(): CommitterState {
    return this.#committer.state;
  }

  /** Frames and events that wait for storage. */
  get pending(): number {
    return this.#queue.size;
  }

  get committed(): number {
    return this.#committer.committed;
  }

  dump(): Record<string, object[]> {
    return this.#state.dump();
  }

  /** Takes no more commands, waits until all is stored (at most `timeoutMs`), and gives the storage back. */
  async close(timeoutMs: number): Promise<void> {
    this.#closing = true;
    this.#committer.flushLazy();
    await Promise.race([
      this.#whenIdle(),
      new Promise<void>((resolve) => void this.#options.clock.after(timeoutMs, resolve)),
    ]);
    this.#committer.stop();
    await this.#options.storage.close();
  }

  #whenIdle(): Promise<void> {
    if (this.#waiting === 0 && this.#committer.idle) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  #checkIdle(): void {
    if (this.#idle.length === 0 || this.#waiting > 0 || !this.#committer.idle) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  #prepare(
    type: string,
    rule: Rule<never, unknown>,
    input: object,
    outcome: Outcome<unknown>,
    round: number,
  ): void {
    const needs = rule.needs?.(new Reader(this.#state), input as never) ?? [];
    const loads = this.#state.missing(needs);
    if (loads.length === 0) return this.#decide(type, rule, input, outcome);
    if (round > 4) throw new TypeError(`${type} goes on naming rows that are not in memory`);
    this.#waiting++;
    this.#state.pin(needs, 1);
    const done = (next: () => void) => {
      this.#waiting--;
      next();
      this.#state.pin(needs, -1);
      this.#checkIdle();
    };
    this.#load(loads).then(
      () => done(() => this.#prepare(type, rule, input, outcome, round + 1)),
      (thrown) =>
        done(() => {
          this.#options.report(asChatError('storage-failed', `rows for ${type} could not be read`, thrown));
          outcome.decided(new Rejection(unavailable));
          outcome.queued?.();
        }),
    );
  }

  async #load(loads: readonly Load[]): Promise<void> {
    const { storage, clock, limits } = this.#options;
    const reading = Promise.all(
      loads.map(async (load) => {
        const archive = this.#state.archive(load.table.name);
        if ('ids' in load) {
          const rows = await storage.rows(load.table.name, load.ids);
          archive.absorb(load.ids.map((id, i) => [id, rows[i]?.row]));
        } else {
          const limit = archive.keep;
          const query = { table: load.table.name, in: load.window, before: Number.MAX_SAFE_INTEGER, limit };
          const rows = await storage.query(query);
          archive.absorbWindow(
            load.window,
            rows.map((one) => [one.key as number, one.row]),
            rows.length < limit,
          );
        }
      }),
    );
    let cancel = () => {};
    const late = new Promise<never>((_, reject) => {
      const fail = () =>
        reject(
          new ChatError('storage-failed', `no answer in ${limits.storageTimeoutMs} ms`, { retryable: true }),
        );
      cancel = clock.after(limits.storageTimeoutMs, fail);
    });
    try {
      await Promise.race([reading, late]);
    } finally {
      cancel();
    }
  }

  #decide(
    type: string,
    rule: Rule<never, unknown>,
    input: object,
    outcome: Outcome<unknown>,
    stamp?: Stamped,
  ): void {
    const at = stamp?.at ?? this.#options.clock.now();
    const id = stamp?.id ?? Math.max(firstIdAt(at), this.#lastId + 1);
    if (stamp === undefined) this.#options.record?.({ type, input, at, id });
    const tx = new Tx(this.#state, at, id, this.#committer.next);
    let result: unknown;
    try {
      result = rule.decide(tx, input as never);
    } catch (thrown) {
      tx.rollback();
      this.#options.report(asChatError('internal', `the rule of ${type} threw`, thrown));
      result = new Rejection('internal');
    }
    const draft = tx.finish();
    if (result instanceof Rejection) {
      tx.rollback();
    } else if (draft.touched && this.#committer.state !== 'open' && !rule.always) {
      tx.rollback();
      result = new Rejection(unavailable);
    } else {
      this.#accept(draft, outcome, result);
      return;
    }
    outcome.decided(result);
    outcome.queued?.();
    this.#release();
  }

  #accept(draft: Draft, outcome: Outcome<unknown>, result: unknown): void {
    this.#lastId = Math.max(this.#lastId, draft.nextId - 1);
    if (this.#lastId >= this.#ceiling) this.#reserve(draft.changes);
    if (draft.lazy.length > 0) this.#committer.addLazy(draft.lazy);
    const durable = draft.changes.length > 0;
    if (durable) this.#committer.add(draft.changes, draft.undo);
    outcome.decided(result);
    const rests = this.#restsOn();
    const undone = outcome.undone;
    if (durable) {
      const run = () => {
        for (const event of draft.events) this.#options.publish(event);
      };
      this.#queue.push(rests, { run, undo: undone ?? (() => {}) });
    } else {
      for (const event of draft.events) {
        const run = () => this.#options.publish(event);
        this.#queue.push(rests, { run, undo: run });
      }
    }
    outcome.queued?.();
    this.#release();
  }

  #reserve(changes: Change[]): void {
    this.#ceiling = this.#lastId + reserveIds;
    const row = { key: 'ids' as const, ceiling: this.#ceiling };
    this.#state.fill(engineTable.name, [{ key: 'ids', row }]);
    changes.push({ op: 'put', table: engineTable.name, key: 'ids', in: '', row });
  }

  /** The batch that must be stored before something decided now may leave. */
  #restsOn(): number {
    return this.#options.durability === 'memory' ? 0 : this.#committer.outstanding;
  }

  #release(): void {
    if (this.#queue.release(this.#committer.committed)) this.#options.published();
  }

  #committed(n: number): void {
    this.#state.settle(n);
    this.#release();
    this.#checkIdle();
  }

  #undone(after: number): void {
    this.#queue.fail(after);
    this.#options.undone();
    this.#release();
    this.#checkIdle();
  }
}

async function fill(storage: Storage, state: State, name: string): Promise<void> {
  const limit = 10_000;
  let after: Key | undefined;
  for (;;) {
    const page: StoredRow[] = await storage.query({
      table: name,
      limit,
      ...(after === undefined ? {} : { after }),
    });
    state.fill(name, page);
    if (page.length < limit) return;
    after = page[page.length - 1]?.key;
  }
}

export type { Need };
