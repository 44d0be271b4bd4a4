import { asChatError, type ChatError } from '../core/errors.js';
import type { Logger, Metrics } from '../core/ports.js';
import { Rejection } from '../core/rejection.js';
import type { View } from '../core/table.js';
import type { Connection, Receiver, Transport } from '../delivery/connection.js';
import type { SessionId } from '../domain/ids.js';
import type { Commands } from '../domain/index.js';
import { sessions } from '../domain/sessions/online.js';
import type { Decision, Dialect, GoodbyeReason, Turn } from './dialect.js';

/** What a runner needs of the chat around it. */
export interface RunnerHost {
  now(): number;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Makes a connection known to delivery. */
  connect(dialect: number, transport: Transport, address: string | undefined, state: unknown): Connection;
  /** Forgets it. */
  disconnect(connection: Connection): void;
  read<T>(look: (view: View) => T): { value: T; basis: number };
  /** Hooks, then the engine. */
  submit<T extends keyof Commands & string>(
    type: T,
    input: Commands[T]['input'],
    about: { readonly connection: Connection; readonly dialect: string },
    outcome: { first?(result: Commands[T]['result']): void; undone(): void },
  ): Decision<T> | Promise<Decision<T>>;
  nextId(): number;
  /** Sends packets at once. */
  send(connection: Connection, packets: readonly unknown[]): void;
  /** Sends packets in their place. */
  leave(connection: Connection, packets: readonly unknown[], basis: number): void;
  close(connection: Connection, code: number, reason: string): void;
  report(error: ChatError, about: { connection: string; packet?: string }): void;
}

/** Runs one dialect: takes in frames, lets them be handled strictly in turn, and keeps the limits of a connection. */
export class Runner {
  readonly dialect: Dialect;
  readonly #links = new Map<Connection, RunningLink>();

  constructor(
    dialect: Dialect<never, never, never>,
    readonly index: number,
    readonly host: RunnerHost,
  ) {
    this.dialect = dialect as unknown as Dialect;
  }

  /** A transport is open. */
  opened(transport: Transport, address: string | undefined): Receiver {
    const state = this.dialect.state({ address, now: this.host.now() });
    const connection = this.host.connect(this.index, transport, address, state);
    const link = new RunningLink(this, connection, () => this.#links.delete(connection));
    this.#links.set(connection, link);
    this.dialect.open?.(link);
    return link;
  }

  /** About once a second. */
  sweep(): void {
    for (const link of this.#links.values()) link.sweep();
  }

  /** Tells a connection in its own words that it is over, and closes it. */
  goodbyeTo(connection: Connection, reason: GoodbyeReason): void {
    this.#links.get(connection)?.goodbye(reason);
  }
}

/** One connection at work. */
class RunningLink implements Receiver, Turn {
  readonly connection: Connection;
  readonly #runner: Runner;
  readonly #forget: () => void;
  #basis = Number.POSITIVE_INFINITY;
  #busy = false;
  #waiting: unknown[] | undefined;
  #frames = 0;
  #bytes = 0;
  #gone = false;

  constructor(runner: Runner, connection: Connection, forget: () => void) {
    this.#runner = runner;
    this.connection = connection;
    this.#forget = forget;
  }

  get session(): SessionId {
    return this.connection.id as SessionId;
  }

  get now(): number {
    return this.#runner.host.now();
  }

  receive(data: string | Uint8Array): void {
    const { dialect, host } = this.#runner;
    if (this.#gone || this.connection.closing !== undefined) return;
    host.metrics.count('frames.received', 1, { dialect: dialect.name });
    this.#basis = Number.POSITIVE_INFINITY;
    if (!this.#loggedIn()) {
      this.#frames++;
      this.#bytes += typeof data === 'string' ? Buffer.byteLength(data) : data.length;
      const { framesBeforeLogin, bytesBeforeLogin } = dialect.limits;
      if (this.#frames > framesBeforeLogin || this.#bytes > bytesBeforeLogin)
        return this.goodbye('login-flood');
    }
    if (dialect.received?.(this, data.length) === 'drop') return;
    const decoded = dialect.decode(data);
    if (!decoded.ok) {
      host.metrics.count('frames.malformed', 1, { dialect: dialect.name, code: decoded.code });
      host.logger.debug({ connection: this.connection.id, code: decoded.code }, 'frame dropped');
      return;
    }
    if (!this.#busy) return this.#handle(decoded.packet);
    const whileBusy = dialect.handlers[dialect.kindOf(decoded.packet as never)]?.whileBusy;
    if (whileBusy === 'drop') return this.#unexpected(dialect.kindOf(decoded.packet as never));
    if (whileBusy === 'bypass') return this.#handle(decoded.packet);
    this.#waiting ??= [];
    this.#waiting.push(decoded.packet);
    if (this.#waiting.length === dialect.limits.waitingPackets) this.connection.transport.pause?.();
  }

  closed(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.connection.closed = true;
    this.#waiting = undefined;
    this.#forget();
    this.#runner.host.disconnect(this.connection);
  }

  read<T>(look: (view: View) => T): T {
    const { value, basis } = this.#runner.host.read(look);
    this.#basis = this.#basis === Number.POSITIVE_INFINITY ? basis : Math.max(this.#basis, basis);
    return value;
  }

  reply(...packets: readonly unknown[]): void {
    if (packets.length > 0) this.#runner.host.leave(this.connection, packets, this.#basis);
  }

  replyNow(...packets: readonly unknown[]): void {
    this.#runner.host.send(this.connection, packets);
  }

  nextId(): number {
    return this.#runner.host.nextId();
  }

  submit<T extends keyof Commands & string>(
    type: T,
    input: Commands[T]['input'],
    options?: { readonly first?: (result: Commands[T]['result']) => readonly unknown[] },
  ): Decision<T> | Promise<Decision<T>> {
    const { host, dialect } = this.#runner;
    // What is said from here on rests on the command, wherever that stands.
    this.#basis = Number.POSITIVE_INFINITY;
    const first = options?.first;
    const decision = host.submit(
      type,
      input,
      { connection: this.connection, dialect: dialect.name },
      {
        ...(first === undefined ? {} : { first: (result) => this.reply(...first(result)) }),
        undone: () => this.reply(...dialect.refused(new Rejection('unavailable'))),
      },
    );
    return decision instanceof Promise
      ? decision.then((later) => this.#counted(later))
      : this.#counted(decision);
  }

  close(code: number, reason: string): void {
    this.#runner.host.close(this.connection, code, reason);
  }

  goodbye(reason: GoodbyeReason): void {
    const { packets, code, text } = this.#runner.dialect.goodbye(reason);
    this.reply(...packets);
    this.close(code, text);
  }

  sweep(): void {
    const { dialect, host } = this.#runner;
    if (this.#gone || this.connection.closing !== undefined) return;
    this.#basis = Number.POSITIVE_INFINITY;
    if (this.now - this.connection.openedAt >= dialect.limits.loginMs && !this.#loggedIn()) {
      host.metrics.count('connections.login_timeout', 1, { dialect: dialect.name });
      return this.goodbye('login-timeout');
    }
    dialect.tick?.(this);
  }

  /** Logged in from the decision on, not only once it is stored. */
  #loggedIn(): boolean {
    return this.#runner.host.read((view) => view.get(sessions, this.session) !== undefined).value;
  }

  #handle(packet: unknown): void {
    const { dialect } = this.#runner;
    const kind = dialect.kindOf(packet as never);
    const row = dialect.handlers[kind];
    const loggedIn = this.#loggedIn();
    if (
      row === undefined ||
      (row.when === 'after-login' && !loggedIn) ||
      (row.when === 'before-login' && loggedIn)
    ) {
      return this.#unexpected(kind);
    }
    try {
      const running = row.run(this, packet as never);
      if (running === undefined) return;
      this.#busy = true;
      running.then(
        () => this.#next(),
        (thrown) => this.#failed(thrown, kind),
      );
    } catch (thrown) {
      this.#failed(thrown, kind);
    }
  }

  #next(): void {
    this.#busy = false;
    while (!this.#busy && this.#waiting !== undefined) {
      const packet = this.#waiting.shift();
      if (this.#waiting.length === 0) {
        this.#waiting = undefined;
        this.connection.transport.resume?.();
      }
      this.#basis = Number.POSITIVE_INFINITY;
      this.#handle(packet);
    }
  }

  #unexpected(kind: string): void {
    const { dialect, host } = this.#runner;
    host.metrics.count('frames.unexpected', 1, { dialect: dialect.name, kind });
  }

  #counted<D>(decision: D): D {
    const { dialect, host } = this.#runner;
    if (!(decision instanceof Rejection)) return decision;
    host.metrics.count('commands.refused', 1, { dialect: dialect.name, code: decision.code });
    // Rests on nothing: whoever is refused because storage is down is told now, not once it is up again.
    if (decision.code === 'unavailable') this.#basis = 0;
    return decision;
  }

  /** A bug of ours or of the host: it costs this connection and no other. */
  #failed(thrown: unknown, packet: string): void {
    const error = asChatError('handler-failed', `the handler of ${packet} threw`, thrown);
    this.#runner.host.report(error, { connection: this.connection.id, packet });
    this.goodbye('handler-failed');
  }
}
