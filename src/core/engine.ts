import type { CommandMap, Outcome, Result, Rule, Stamped } from './command.js';
import { Committer, type CommitterState } from './committer.js';
import type { EngineOptions } from './engine-options.js';
import { asChatError, ChatError } from './errors.js';
import type { Origin } from './event.js';
import { Idle } from './idle.js';
import { IdSeries } from './ids.js';
import { Loader, maxLoads } from './loader.js';
import { openStorage } from './open-storage.js';
import { Queue } from './queue.js';
import { Rejection, unavailable } from './rejection.js';
import { type Draft, type Load, Reader, State, Tx } from './state.js';
import type { Need, View } from './table.js';
import { late, within } from './within.js';

/** A command on its way through the queue. */
interface Wish {
  readonly type: string;
  readonly rule: Rule<never, unknown>;
  readonly input: object;
  readonly outcome: Outcome<unknown>;
  readonly origin?: Origin | undefined;
  /** The place it had in a recorded run. */
  readonly stamp?: Stamped;
  /** It was granted before and is decided anew, because what it was decided on top of was taken back. */
  readonly anew?: true;
  /** How often rows were loaded for it. */
  readonly loads: number;
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
  readonly #queue: Queue;
  readonly #committer: Committer;
  readonly #loader: Loader;
  #ids = new IdSeries(0);
  /** The newest id whose decision was published. */
  #published = 0;
  /** Ready to be prepared, in order. */
  readonly #ready: Wish[] = [];
  #running = false;
  /** Wishes whose rows are on their way. */
  #waiting = 0;
  #closing = false;
  #closed = false;
  readonly #idle: Idle;

  private constructor(options: EngineOptions, state: State) {
    this.#options = options;
    this.#state = state;
    const { storage, clock, limits } = options;
    this.#idle = new Idle(() => this.#waiting === 0 && this.#committer.idle);
    this.#queue = new Queue((thrown) => this.#thrown(thrown));
    this.#loader = new Loader(storage, state, clock, limits.storageTimeoutMs);
    for (const noun of options.nouns) {
      for (const [type, rule] of Object.entries(noun.rules)) {
        if (this.#rules.has(type)) throw new TypeError(`two rules for ${type}`);
        this.#rules.set(type, rule);
      }
    }
    this.#committer = new Committer({
      storage,
      clock: options.steady ?? clock,
      limits,
      mayUndo: options.durability === 'storage',
      lazyRow: (table, key) => state.row(table, key),
      committed: () => this.#committed(),
      undone: (after) => this.#undone(after),
      state: (state) => {
        // An id that was taken for an answer may not be seen before it is reserved.
        if (state !== 'open' && this.#ids.reservedIn === undefined)
          this.#queue.overtake(this.#committer.committed);
        options.storageState(state);
      },
      report: (error) => options.report(error),
    });
  }

  /** Opens the storage, loads what belongs in memory and starts at the batch after the newest one stored. */
  static async open<M>(options: EngineOptions, signal?: AbortSignal): Promise<Engine<M>> {
    const tables = options.nouns.flatMap((noun) => noun.tables);
    const state = new State(tables, options.limits);
    const engine = new Engine<M>(options, state);
    const { lastCommitted, ceiling } = await openStorage(options, tables, state, signal);
    engine.#ids = new IdSeries(ceiling);
    engine.#published = ceiling;
    engine.#committer.start(lastCommitted);
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
   * A rule that throws is a bug: it is reported, its changes are taken back, and the outcome is a rejection `internal`. `origin` goes with
   * each event that it causes.
   */
  submit<T extends keyof M & string>(
    type: T,
    input: object,
    outcome: Outcome<Result<M, T>>,
    origin?: Origin,
  ): void {
    const rule = this.#rule(type);
    if (this.#closing && !rule.always) return outcome.decided(new Rejection('chat-closed'), 0);
    this.#run({ type, rule, input, outcome: outcome as Outcome<unknown>, origin, loads: 0 });
  }

  /** Decides a recorded command again, with the stamp it had. */
  replay(stamp: Stamped): Promise<unknown> {
    const { type, input, origin } = stamp;
    return new Promise((decided) => {
      this.#run({ type, rule: this.#rule(type), input, outcome: { decided }, origin, stamp, loads: 0 });
    });
  }

  /**
   * Runs `send` in its place among all that leaves: after everything decided before, and once that is stored.
   *
   * `basis` is what {@link Engine.read} gave; while storage takes no writes, an answer that rests on stored rows only does not wait.
   * `failed` runs instead when what it rests on was taken back.
   */
  leave(send: () => void, basis = Number.POSITIVE_INFINITY, failed?: () => void): void {
    if (this.#committer.state !== 'open' && basis <= this.#committer.committed) return send();
    const undo = (after: number) => {
      if (basis <= after) this.leave(send, basis, failed);
      else if (failed === undefined) this.leave(send);
      else failed();
    };
    this.#queue.push(this.#restsOn(), { run: send, undo, basis });
    this.#release();
  }

  /** One id of the series for something that is said to one connection and kept nowhere. */
  takeId(): number {
    const spare = this.#committer.state === 'open' ? undefined : this.#ids.takeSpare();
    if (spare !== undefined) return spare;
    const id = this.#ids.firstAt(this.#options.clock.now());
    this.#use(id);
    return id;
  }

  /** Resolves when everything decided so far is stored and published. Rejects with `unavailable` if what it rests on was taken back. */
  settled(basis?: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = () => reject(new ChatError('unavailable', 'not known to be stored', { retryable: true }));
      this.leave(resolve, basis, fail);
    });
  }

  /** Resolves once storage has everything up to a batch, out of any order. Rejects with `unavailable` if it was taken back. */
  async stored(basis: number): Promise<void> {
    if (basis > this.#committer.committed) await this.settled(basis);
  }

  /** Everything with an id up to this one has been published, and nothing beyond it: where a reader's past ends and what it hears live begins. */
  get published(): number {
    return this.#published;
  }

  /** Whether storage takes writes. */
  get storageState(): CommitterState {
    return this.#committer.state;
  }

  /** Frames and events that wait for storage. */
  get pending(): number {
    return this.#queue.size;
  }

  /** The newest batch there is: once it is stored, everything that was granted until now has been published. */
  get outstanding(): number {
    return this.#restsOn();
  }

  get committed(): number {
    return this.#committer.committed;
  }

  dump(): Record<string, object[]> {
    return this.#state.dump();
  }

  /**
   * Takes no more commands, waits until all is stored (at most `timeoutMs`), and gives the storage back. Never rejects.
   * Returns how many events and answers still waited for storage; their senders are told that they are not known to be stored.
   */
  async close(timeoutMs: number): Promise<number> {
    this.#closing = true;
    this.#committer.drain();
    const { clock, storage, limits, report } = this.#options;
    if ((await within(clock, timeoutMs, this.#idle.reached())) === late)
      report(new ChatError('unavailable', 'closed before all was stored'));
    this.#closed = true;
    this.#committer.stop();
    const unstored = this.#queue.size;
    this.#queue.fail(this.#committer.committed);
    try {
      const closed = await within(clock, limits.storageTimeoutMs, storage.close());
      if (closed === late) report(new ChatError('storage-failed', `no end in ${limits.storageTimeoutMs} ms`));
    } catch (thrown) {
      report(asChatError('storage-failed', 'storage could not be closed', thrown));
    }
    return unstored;
  }

  #rule(type: string): Rule<never, unknown> {
    const rule = this.#rules.get(type);
    if (rule === undefined) throw new TypeError(`no rule for ${type}`);
    return rule;
  }

  /** One after the other: what is wished while another wish is decided comes after it. */
  #run(wish: Wish): void {
    this.#ready.push(wish);
    if (this.#running) return;
    this.#running = true;
    for (let next = this.#ready.shift(); next !== undefined; next = this.#ready.shift()) this.#prepare(next);
    this.#running = false;
  }

  #prepare(wish: Wish): void {
    const { type, rule, input } = wish;
    if (this.#closed) return this.#refuse(wish, new Rejection('chat-closed'), 0);
    let needs: readonly Need[];
    let loads: Load[];
    try {
      needs = rule.needs?.(new Reader(this.#state), input as never) ?? [];
      loads = this.#state.missing(needs);
      if (loads.length > 0 && wish.loads >= maxLoads) throw new TypeError('rows go on missing');
    } catch (thrown) {
      this.#options.report(asChatError('internal', `what ${type} needs could not be found out`, thrown));
      return this.#refuse(wish, new Rejection('internal'), 0);
    }
    if (loads.length === 0) return this.#decide(wish);
    this.#waiting++;
    this.#state.pin(needs, 1);
    const done = (next: () => void) => {
      this.#waiting--;
      next();
      this.#state.pin(needs, -1);
      this.#settle();
      this.#idle.check();
    };
    this.#loader.load(loads, this.#committer.committed).then(
      () => done(() => this.#run({ ...wish, loads: wish.loads + 1 })),
      (thrown) =>
        done(() => {
          this.#options.report(asChatError('storage-failed', `rows for ${type} could not be read`, thrown));
          if (rule.always) this.#runLater(wish);
          else this.#refuse(wish, new Rejection(unavailable), 0);
        }),
    );
  }

  /** What cannot be refused is decided as soon as its rows can be read. */
  #runLater(wish: Wish): void {
    const { clock, limits } = this.#options;
    this.#waiting++;
    clock.after(limits.storageRetryMaxMs, () => {
      this.#waiting--;
      this.#run(wish);
      this.#idle.check();
    });
  }

  #decide(wish: Wish): void {
    const { type, rule, input, stamp, origin } = wish;
    const at = stamp?.at ?? this.#options.clock.now();
    const id = stamp?.id ?? this.#ids.firstAt(at);
    const tx = new Tx(this.#state, at, id, origin);
    let result: unknown;
    try {
      result = rule.decide(tx, input as never);
    } catch (thrown) {
      this.#options.report(asChatError('internal', `the rule of ${type} threw`, thrown));
      result = new Rejection('internal');
    }
    const draft = tx.finish();
    if (!(result instanceof Rejection) && this.#grants(wish, draft)) {
      return this.#accept(wish, draft, result, { type, input, at, id, ...(origin && { origin }) });
    }
    draft.undo();
    if (result instanceof Rejection) this.#refuse(wish, result, draft.basis);
    else this.#refuse(wish, new Rejection(unavailable), 0);
  }

  /** Anew, a decision is granted only if it needs storage no more than it did before. */
  #grants({ rule, anew }: Wish, draft: Draft): boolean {
    if (rule.always || draft.idle) return true;
    return anew ? draft.changes.length === 0 : this.#committer.state === 'open';
  }

  #refuse({ outcome, anew }: Wish, why: Rejection, basis: number): void {
    if (anew) return this.#call(() => outcome.undone?.());
    this.#call(() => outcome.decided(why, basis));
    this.#call(() => outcome.queued?.());
    this.#release();
  }

  #accept(wish: Wish, draft: Draft, result: unknown, stamp: Stamped): void {
    const { rule, outcome, anew } = wish;
    const basis = draft.idle ? draft.basis : this.#keep(draft);
    const rests = this.#restsOn();
    if (!anew) this.#call(() => outcome.decided(result, basis));
    // Where nothing was to be done because another decision had done it, there is if that one is taken back.
    if (!draft.idle || rule.always) {
      const run = () => {
        if (draft.idle) return;
        this.#call(() => this.#options.record?.(stamp));
        this.#published = draft.lastId ?? this.#published;
        for (const event of draft.events) this.#call(() => this.#options.publish(event));
      };
      const stored = draft.changes.length > 0 && !rule.always;
      // Its answer may have taken ids since, which need a batch of their own: without that one the decision still stands.
      const undo = (after: number) => {
        if (rests <= after) this.#queue.push(this.#restsOn(), { run, undo });
        else if (stored) outcome.undone?.();
        else this.#run({ ...wish, anew: true, loads: 0 });
      };
      this.#queue.push(this.#restsOn(), { run, undo });
    }
    if (!anew) this.#call(() => outcome.queued?.());
    this.#release();
  }

  /** Hands what was decided to the committer. Returns the batch that the decision rests on. */
  #keep(draft: Draft): number {
    if (draft.lastId !== undefined) this.#use(draft.lastId);
    const stored = draft.changes.length > 0;
    if (stored) draft.batch.n = this.#committer.add(draft.changes, draft.undo);
    else this.#committer.follow(draft.undo);
    this.#committer.addLazy(draft.lazy);
    const basis = stored ? draft.batch.n : draft.basis;
    for (const table of draft.tables) this.#state.touch(table, basis);
    return basis;
  }

  /** Ids up to this one are given out: before they are seen, storage must know how far they may have gone. */
  #use(id: number): void {
    const reserved = this.#ids.use(id);
    if (reserved !== undefined)
      this.#ids.reservedIn = this.#committer.add([reserved.change], () => reserved.undo());
  }

  /** Runs something of the outside: what it throws is reported and goes no further. */
  #call(run: () => void): void {
    try {
      run();
    } catch (thrown) {
      this.#thrown(thrown);
    }
  }

  #thrown(thrown: unknown): void {
    this.#options.report(asChatError('handler-failed', 'something that was told an outcome threw', thrown));
  }

  /** The batch that must be stored before something decided now may leave. */
  #restsOn(): number {
    return this.#options.durability === 'memory' ? 0 : this.#committer.outstanding;
  }

  #release(): void {
    if (this.#queue.release(this.#committer.committed)) this.#call(() => this.#options.published());
  }

  #settle(): void {
    this.#state.settle(this.#loader.bound(this.#committer.committed));
  }

  #committed(): void {
    this.#ids.stored(this.#committer.committed);
    this.#settle();
    this.#release();
    this.#idle.check();
  }

  #undone(after: number): void {
    this.#state.untouch(after);
    this.#queue.fail(after);
    this.#call(() => this.#options.undone());
    this.#release();
    this.#idle.check();
  }
}
