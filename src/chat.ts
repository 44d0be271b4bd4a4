import { Engine } from './core/engine.js';
import { asChatError, ChatError } from './core/errors.js';
import type { Event } from './core/event.js';
import type { Clock, Logger, Metrics } from './core/ports.js';
import { Rejection } from './core/rejection.js';
import { steadyClock } from './core/steady.js';
import { Audiences } from './delivery/audiences.js';
import type { Connection, Door, Receiver, RequestOrigin, Transport } from './delivery/connection.js';
import { Delivery, type Rendering } from './delivery/deliver.js';
import { Outboxes, tryAgainLater } from './delivery/outboxes.js';
import type { Dialect, DialectHost } from './dialects/dialect.js';
import { Runner } from './dialects/runner.js';
import type { DomainConfig } from './domain/config.js';
import type { ChatEvent } from './domain/events.js';
import { format } from './domain/format.js';
import type { SessionId } from './domain/ids.js';
import { type CommandName, type Commands, nouns } from './domain/index.js';
import type { LeaveReason } from './domain/lines/lines.js';
import { membershipOf } from './domain/membership.js';
import { viewersIn } from './domain/viewers.js';
import { ChatEmitter } from './emitter.js';
import type { Drained, Health } from './health.js';
import { ChannelActions, SessionActions, UserActions } from './host/actions.js';
import { MessageActions } from './host/messages.js';
import { ModlogActions } from './host/modlog.js';
import { RoleActions } from './host/roles.js';
import { type ChatOptions, type Settings, settle } from './options.js';
import { FileUpkeep } from './upkeep/files.js';
import { GroupUpkeep } from './upkeep/groups.js';
import { latestToMend } from './upkeep/latest.js';
import { Purge } from './upkeep/modlog.js';
import { Upkeep } from './upkeep/rules.js';
import { alive } from './wiring/alive.js';
import { dialectHost } from './wiring/dialect-host.js';
import { endAll } from './wiring/draining.js';
import { OwnTask } from './wiring/own-task.js';
import { askRoutes } from './wiring/routes.js';
import { runnerHost } from './wiring/runner-host.js';
import { decide } from './wiring/submit.js';
import { guardedLogger, guardedMetrics, noMetrics, silent, systemClock } from './wiring/system.js';
import { isPrivate, voiceOf } from './wiring/voice.js';
import { worldOf } from './wiring/world.js';

/** Starts a chat. Rejects with `options-invalid`, `storage-in-use`, `storage-newer` or `storage-failed`. */
export async function createChat(options: ChatOptions): Promise<Chat> {
  return Chat.open(options);
}

/** One community: its users, channels and rules, the protocols it speaks, and the events the host listens to. */
export class Chat extends ChatEmitter implements Door {
  /** Looking users and bans up, and acting on them as the host. */
  readonly users = new UserActions(this, () => this.#clock.now());
  /** Looking sessions up, and ending them. */
  readonly sessions = new SessionActions(this);
  /** Looking channels up, and acting on them as the host. */
  readonly channels = new ChannelActions(this, () => this.#config);
  /** Looking roles up, and changing them as the host. */
  readonly roles = new RoleActions(this);
  /** Speaking with the server's own voice, reading what was said, and taking it back. */
  readonly messages = new MessageActions(this, () => this.#settings.storage);
  /** Reading who moderated what. */
  readonly modlog: ModlogActions;

  readonly #settings: Settings;
  readonly #clock: Clock;
  readonly #time: { readonly clock: Clock; readonly steady: Clock };
  readonly #logger: Logger;
  readonly #metrics: Metrics;
  readonly #config: DomainConfig;
  readonly #audiences: Audiences;
  readonly #outboxes: Outboxes;
  readonly #delivery: Delivery;
  readonly #runners: Runner[];
  #engine!: Engine<Commands>;
  /** Listeners run in a task of their own, in the order of the events. */
  readonly #listeners: OwnTask;
  #draining = false;
  #closed: Promise<number> | undefined;
  #cancelSweep = () => {};
  #upkeep!: Upkeep;
  readonly #purge: Purge;
  readonly #groups: GroupUpkeep;
  #files!: FileUpkeep;

  private constructor(settings: Settings) {
    super((thrown, event) => this.#listenerFailed(thrown, event));
    this.#settings = settings;
    this.#clock = settings.clock ?? systemClock;
    this.#time = { clock: this.#clock, steady: steadyClock(this.#clock) };
    this.#listeners = new OwnTask(this.#clock);
    this.#logger = settings.logger === undefined ? silent : guardedLogger(settings.logger);
    this.#metrics = settings.metrics === undefined ? noMetrics : guardedMetrics(settings.metrics);
    const { defaults, defaultChannel, guestProviders, botName, limits, modlogDays, groups, storage } =
      settings;
    const backlog = Math.max(...settings.dialects.map((one) => one.backlog ?? 20));
    const directDialects = settings.dialects.filter((one) => one.showsDirects).map((one) => one.name);
    const whisperDialects = settings.dialects.filter((one) => one.showsWhispers).map((one) => one.name);
    const reservedNames = settings.dialects.flatMap((one) => one.reservedNames ?? []);
    const rules = { reservedNames, defaults, defaultChannel, guestProviders, botName, limits, modlogDays };
    const shown = { backlog, directDialects, whisperDialects };
    this.#config = { ...rules, ...worldOf(settings.dialects), ...shown, groups };
    const { sees, reads } = viewersIn(this.#config);
    this.#audiences = new Audiences(sees, reads);
    this.modlog = new ModlogActions(storage);
    this.#purge = new Purge({
      clock: this.#clock,
      storage,
      storageTimeoutMs: limits.storageTimeoutMs,
      config: this.#config,
      submit: (type, input) => void this.#engine.submit(type, input, { decided: () => {} }),
      report: (error) => this.#report(error, {}),
    });
    this.#groups = new GroupUpkeep({
      engine: () => this.#engine,
      clock: this.#clock,
      storage,
      storageTimeoutMs: limits.storageTimeoutMs,
      config: this.#config,
      report: (error) => this.#report(error, {}),
    });
    this.#outboxes = new Outboxes(this.#time.steady, limits, (one, error) => this.#cut(one, error));
    const dialects = settings.dialects.map((one) => one.create(this.#dialectHost(one.name)));
    const voices = dialects.map((dialect) => voiceOf(dialect as unknown as Dialect));
    const failed = (thrown: unknown, event: Event) =>
      this.#report(asChatError('internal', `showing ${event.type} threw`, thrown), {});
    this.#delivery = new Delivery(
      voices,
      this.#audiences,
      this.#outboxes,
      (event) => membershipOf(event as ChatEvent),
      failed,
    );
    const host = runnerHost({
      settings,
      ...this.#time,
      logger: this.#logger,
      metrics: this.#metrics,
      audiences: this.#audiences,
      outboxes: this.#outboxes,
      delivery: this.#delivery,
      engine: () => this.#engine,
      gone: (connection) => this.#gone(connection, 'leave'),
      refused: (dialect, rejection) => this.#runners[dialect]?.dialect.refused(rejection) ?? [],
      report: (error, about) => this.#report(error, about),
    });
    this.#runners = dialects.map((dialect, index) => new Runner(dialect, index, host));
  }

  /** See {@link createChat}. */
  static async open(options: ChatOptions): Promise<Chat> {
    const chat = new Chat(settle(options));
    await alive(chat.#start());
    return chat;
  }

  /**
   * Takes in an open transport for a dialect. Called by socket adapters. `realm`: what its client named, for a dialect with realms.
   * Returns `undefined` while draining, or if there is no such dialect.
   */
  accept(dialect: string, transport: Transport, address?: string, realm?: string): Receiver | undefined {
    if (this.#draining) return undefined;
    return this.#runner(dialect)?.opened(transport, address, realm);
  }

  /** Counts what a socket adapter refused, as `connections.refused` with the reason. */
  refused(reason: 'draining' | 'origin' | 'address'): void {
    this.#metrics.count('connections.refused', 1, { reason });
  }

  /** The limits a socket adapter has to hold for a dialect; `undefined` if it is not spoken. */
  limitsOf(dialect: string): ReturnType<Door['limitsOf']> {
    const spoken = this.#runner(dialect)?.dialect;
    if (spoken === undefined) return undefined;
    const { limits, fetch, boundsBodies = false, realms = false, state } = spoken;
    return { ...limits, routes: fetch !== undefined, boundsBodies, realms, sockets: state !== undefined };
  }

  /** Whether it takes no more connections. */
  get draining(): boolean {
    return this.#draining;
  }

  /** Asks a dialect's own HTTP routes; `undefined` if none of them is meant. */
  fetch(dialect: string, request: Request, from: RequestOrigin = { address: undefined }) {
    const spoken = this.#runner(dialect)?.dialect;
    return askRoutes(spoken, request, from, (error) => this.#report(error, {}));
  }

  /** Runs a command as the host. Resolves with its result when it is stored; rejects with `rejected` or `unavailable`. */
  async run<T extends CommandName>(type: T, input: Commands[T]['input']): Promise<Commands[T]['result']> {
    let basis: number | undefined;
    const rests = (on: number) => {
      basis = on;
    };
    const decision = await decide(this.#engine, type, input, { rests, undone: () => {} });
    if (decision instanceof Rejection) {
      const { code, details } = decision;
      throw new ChatError('rejected', `${type}: ${code}`, {
        cause: { code, details },
        retryable: code === 'unavailable',
      });
    }
    await this.#engine.settled(basis);
    return decision as Commands[T]['result'];
  }

  /** Logs a session out in its own protocol's words and closes its connection. */
  async endSession(session: SessionId): Promise<void> {
    this.#goodbye(session, 'host');
    await this.run('session.close', { session, reason: 'leave' });
  }

  /**
   * Runs `look` on the state as it is now.
   *
   * @internal
   */
  read: DialectHost['read'] = (look) => this.#engine.read(look).value;

  /** How the chat is doing, for a health check. */
  health(): Health {
    return {
      storage: this.#engine.storageState,
      waiting: this.#engine.pending,
      connections: this.#audiences.size,
      sessions: this.#audiences.sessions,
      committed: this.#engine.committed,
      draining: this.#draining,
    };
  }

  /**
   * Stops taking connections, tells those that are open in their own protocol, spread over `spreadMs` (default 0), waits for every write, and
   * closes the storage. Resolves, never later than some seconds after `timeoutMs` (default 10,000), with what was given up.
   */
  async drain(options: { readonly timeoutMs?: number; readonly spreadMs?: number } = {}): Promise<Drained> {
    const { timeoutMs = 10_000, spreadMs = 0 } = options;
    this.#draining = true;
    const shut = (ms: number) => this.#shut(ms);
    const parts = { clock: this.#clock, audiences: this.#audiences, runners: this.#runners, shut };
    return alive(endAll(parts, timeoutMs, spreadMs));
  }

  /** {@link Chat.drain} in a hurry: waits about a second for connections, and as long for storage. */
  close(): Promise<Drained> {
    return this.drain({ timeoutMs: 1_000 });
  }

  async #start(): Promise<void> {
    const { storage, limits, durability, takeover, signal, channels, roles } = this.#settings;
    const all = nouns(this.#config);
    this.#engine = await Engine.open<Commands>(
      {
        nouns: all,
        storage,
        ...this.#time,
        limits,
        durability,
        format,
        takeover,
        publish: (event) => this.#publish(event as ChatEvent),
        published: () => this.#outboxes.flush(),
        report: (error) => this.#report(error, {}),
        storageState: (state) => {
          this.#metrics.gauge('storage.open', state === 'open' ? 1 : 0);
          this.#listeners.run(() => this.emit('storage_state', { at: this.#clock.now(), state }));
        },
        undone: () => void this.#reconcile(),
      },
      signal,
    );
    try {
      const found = await latestToMend(this.#engine, storage, this.#clock, limits.storageOpenMs);
      if (found.length > 0) await this.run('latest.mend', { found });
      await this.run('role.prepare', { wishes: roles });
      await this.run('channel.prepare', { wishes: channels });
    } catch (thrown) {
      await this.#engine.close(0);
      throw thrown;
    }
    this.#upkeep = new Upkeep(this.#engine);
    this.#files = new FileUpkeep(this.#engine, storage.bodies, all, (error) => this.#report(error, {}));
    this.#sweepLater();
    for (const { dialect } of this.#runners) dialect.started?.();
  }

  #runner(dialect: string): Runner | undefined {
    return this.#runners.find((one) => one.dialect.name === dialect);
  }

  #dialectHost(dialect: string): DialectHost {
    const parts = {
      settings: this.#settings,
      ...this.#time,
      logger: this.#logger,
      metrics: this.#metrics,
      config: this.#config,
      engine: () => this.#engine,
      take: (name: string, transport: Transport, address: string | undefined, state: unknown) =>
        this.#draining ? undefined : this.#runner(name)?.take(transport, address, state),
      tell: (name: string, renderings: readonly Rendering<unknown>[]) => {
        const bytes = this.#delivery.tell(this.#runner(name)?.index ?? -1, renderings);
        this.#outboxes.flush();
        return bytes;
      },
      report: (error: ChatError) => this.#report(error, {}),
      inOwnTask: (task: () => void) => this.#listeners.run(task),
    };
    return dialectHost(parts, dialect);
  }

  #publish(event: ChatEvent): void {
    this.#delivery.deliver(event);
    if (event.type === 'user_leave' && event.kept) this.#logger.warn({ user: event.user }, keptText(event));
    if (event.type === 'session_close' && event.barred) this.#goodbye(event.session, 'host');
    if (event.type === 'user_unlink') for (const session of event.ended) this.#goodbye(session, 'host');
    if (!isPrivate(event)) for (const { dialect } of this.#runners) dialect.heard?.(event);
    this.#metrics.count('events', 1, { type: event.type });
    if (this.listenerCount(event.type) > 0) this.#listeners.run(() => this.emit(event.type, event as never));
  }

  #gone(connection: Connection, reason: LeaveReason): void {
    this.#audiences.drop(connection);
    const none = { decided: () => {} };
    this.#engine.submit('session.close', { session: connection.id as SessionId, reason }, none);
  }

  #cut(connection: Connection, error: ChatError): void {
    const { user } = connection;
    connection.closed = true;
    connection.tail = undefined;
    connection.held = undefined;
    this.#metrics.count('connections.cut', 1, { reason: error.code });
    if (error.code === 'slow-reader') {
      this.#logger.warn({ connection: connection.id, code: error.code }, error.message);
      const who = user === undefined ? {} : { user };
      const facts = { at: this.#clock.now(), connection: connection.id, reason: error.message, ...who };
      this.#listeners.run(() => this.emit('slow_reader', facts));
    } else this.#report(error, { connection: connection.id });
    this.#gone(connection, 'timeout');
    try {
      connection.transport.close(tryAgainLater, error.code);
    } catch (thrown) {
      const text = 'a transport could not be closed';
      this.#report(asChatError('internal', text, thrown), { connection: connection.id });
    }
  }

  async #reconcile(): Promise<void> {
    const decision = await decide(this.#engine, 'session.reconcile', {}, { undone: () => {} });
    if (decision instanceof Rejection) return;
    for (const session of decision.closed) this.#goodbye(session, 'undone');
  }

  #goodbye(session: SessionId, reason: 'host' | 'undone'): void {
    const connection = this.#audiences.connection(session);
    if (connection !== undefined) this.#runners[connection.dialect]?.goodbyeTo(connection, reason);
  }

  #sweepLater(): void {
    this.#cancelSweep = this.#clock.after(1_000, () => {
      const [now, elapsed] = [this.#clock.now(), this.#time.steady.now()];
      for (const connection of this.#audiences.all()) this.#outboxes.sweep(connection, elapsed);
      for (const runner of this.#runners) runner.sweep();
      this.#files.run(now, elapsed);
      this.#metrics.gauge('connections', this.#audiences.size);
      this.#metrics.gauge('sessions', this.#audiences.sessions);
      this.#metrics.gauge('storage.waiting', this.#engine.pending);
      this.#upkeep.run(elapsed);
      this.#purge.run(now, elapsed);
      this.#groups.run(elapsed);
      this.#sweepLater();
    });
  }

  #shut(timeoutMs: number): Promise<number> {
    this.#cancelSweep();
    this.#purge.stop();
    this.#groups.stop();
    this.#closed ??= this.#engine.close(timeoutMs);
    return this.#closed;
  }

  #listenerFailed(thrown: unknown, event: string): void {
    const error = new ChatError('listener-failed', `a listener of ${event} threw`, { cause: thrown });
    // A failing listener of `error` is not told of its own failure.
    if (event === 'error') this.#logger.error({ error }, error.message);
    else this.#report(error, {});
  }

  #report(error: ChatError, about: { readonly connection?: string; readonly packet?: string }): void {
    this.#metrics.count('errors', 1, { code: error.code });
    this.#logger.error({ code: error.code, cause: String(error.cause ?? ''), ...about }, error.message);
    this.#listeners.run(() => this.emit('error', error, about));
  }
}

/** In the words of OriginChats ("Command: user_leave", Banned Users). */
const keptText = ({ username, user_id }: ChatEvent<'user_leave'>): string =>
  `User ${username} (ID: ${user_id}) is banned, keeping in database`;
