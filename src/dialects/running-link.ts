import { asChatError } from '../core/errors.js';
import { Rejection } from '../core/rejection.js';
import type { View } from '../core/table.js';
import type { Connection, Receiver } from '../delivery/connection.js';
import type { SessionId } from '../domain/ids.js';
import type { Commands } from '../domain/index.js';
import { sessions } from '../domain/sessions/online.js';
import { streams } from '../domain/tokens/tokens.js';
import type { Decision, GoodbyeReason, SubmitOptions, Turn } from './dialect.js';
import type { Post } from './post.js';

/** One connection at work. */
export class RunningLink implements Receiver, Turn {
  readonly connection: Connection;
  readonly #runner: Post;
  #basis = Number.POSITIVE_INFINITY;
  /**
   * The batch with which what it was granted last is published. While storage says nothing, answers from the past wait for that: what it
   * hears live begins there (a login, a channel followed), and the past it is given must not end before.
   */
  #granted = 0;
  #busy = false;
  /** Answers that are still to be fetched. */
  #answers = 0;
  #waiting: unknown[] | undefined;
  /** It has been logged in: what is allowed before login is used up no more, also when the session has ended. */
  #known = false;
  #frames = 0;
  #bytes = 0;
  /** Whether anything came since the last sweep, and when that last was so, in milliseconds that have gone by. */
  #heard = false;
  #heardAt: number;
  #pinged = false;
  /** The transport is gone. */
  #gone = false;
  /** The connection is told to close, which may have to wait for storage. */
  #over = false;

  constructor(runner: Post, connection: Connection) {
    this.#runner = runner;
    this.connection = connection;
    this.#heardAt = connection.openedAt;
  }

  get session(): SessionId {
    return this.connection.id as SessionId;
  }

  get now(): number {
    return this.#runner.host.now();
  }

  get elapsed(): number {
    return this.#runner.host.elapsed();
  }

  open(): void {
    try {
      this.#runner.dialect.open?.(this);
    } catch (thrown) {
      this.#failed(thrown, 'open');
    }
  }

  receive(data: string | Uint8Array): void {
    this.#heard = true;
    if (this.#done()) return;
    this.#beside('frame', () => this.#take(data));
  }

  /** A packet may be waiting for something meanwhile: what it goes on to say rests on what it rested on before. */
  #beside(what: string, run: () => void): void {
    const working = this.#busy ? this.#basis : undefined;
    try {
      run();
    } catch (thrown) {
      this.#failed(thrown, what);
    } finally {
      if (working !== undefined) this.#basis = working;
    }
  }

  #take(data: string | Uint8Array): void {
    const { dialect, host } = this.#runner;
    host.metrics.count('frames.received', 1, { dialect: dialect.name });
    this.#basis = Number.POSITIVE_INFINITY;
    if (!this.#loggedIn() && !this.#known) {
      this.#frames++;
      this.#bytes += bytesOf(data);
      const { framesBeforeLogin, bytesBeforeLogin } = dialect.limits;
      if (this.#frames > framesBeforeLogin || this.#bytes > bytesBeforeLogin)
        return this.goodbye('login-flood');
    }
    if (dialect.received?.(this, bytesOf(data)) === 'drop') return;
    const decoded = dialect.decode(data);
    if (!decoded.ok) {
      host.metrics.count('frames.malformed', 1, { dialect: dialect.name, code: decoded.code });
      host.logger.debug({ connection: this.connection.id, code: decoded.code }, 'frame dropped');
      return;
    }
    if (!this.#full()) return this.#handle(decoded.packet);
    const whileBusy = dialect.handlers[dialect.kindOf(decoded.packet as never)]?.whileBusy;
    if (whileBusy === 'drop') return this.#unexpected(dialect.kindOf(decoded.packet as never));
    if (whileBusy === 'bypass') return this.#handle(decoded.packet);
    this.#waiting ??= [];
    this.#waiting.push(decoded.packet);
    if (this.#waiting.length === dialect.limits.waitingPackets) this.connection.transport.pause?.();
  }

  heard(): void {
    this.#heard = true;
  }

  closed(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.connection.closed = true;
    this.#waiting = undefined;
    this.#runner.closed(this.connection);
  }

  read<T>(look: (view: View) => T): T {
    const { value, basis } = this.#runner.host.read(look);
    this.#basis = this.#basis === Number.POSITIVE_INFINITY ? basis : Math.max(this.#basis, basis);
    return value;
  }

  reply(...packets: readonly unknown[]): void {
    this.#reply(packets, this.#basis);
  }

  later(load: (upTo: number) => Promise<readonly unknown[]>): void {
    this.#answers++;
    this.#runner.host.later(this.connection, load, this.#basis, this.#granted, () => {
      this.#answers--;
      this.#goOn();
    });
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
    options: SubmitOptions<T, unknown> = {},
  ): Decision<T> | Promise<Decision<T>> {
    const { host, dialect } = this.#runner;
    // What is said from here on rests on the command, wherever that stands.
    this.#basis = Number.POSITIVE_INFINITY;
    host.metrics.count('commands.submitted', 1, { dialect: dialect.name, type });
    const { first, tag } = options;
    const session = this.session;
    const origin = tag === undefined ? { session } : { session, tag };
    const decision = host.submit(
      type,
      input,
      {
        connection: this.connection,
        dialect: dialect.name,
        ...('tag' in options ? { origin } : {}),
      },
      {
        rests: (basis) => {
          this.#basis = basis;
        },
        ...(first === undefined ? {} : { first: (result) => this.reply(...first(result)) }),
        undone: () => this.#undone(type),
      },
    );
    return decision instanceof Promise
      ? decision.then((later) => this.#counted(later))
      : this.#counted(decision);
  }

  close(code: number, reason: string): void {
    this.#close(code, reason, this.#basis);
  }

  goodbye(reason: GoodbyeReason): void {
    if (this.#over) return;
    // Somebody who is logged in hears first what was decided before. Nobody else waits for anything.
    const basis = this.#loggedIn() ? Number.POSITIVE_INFINITY : 0;
    try {
      const { packets, code, text } = this.#runner.dialect.goodbye(reason);
      this.#reply(packets, basis);
      this.#close(code, text, basis);
    } catch (thrown) {
      this.#report(thrown, 'goodbye');
      this.#close(internalError, 'internal error', basis);
    }
  }

  sweep(): void {
    if (!this.#done()) this.#beside('tick', () => this.#tick());
  }

  /** Further packets wait. */
  #full(): boolean {
    return this.#busy || this.#answers >= mostAnswers;
  }

  /** Nothing of it is listened to any more. */
  #done(): boolean {
    return this.#gone || this.#over || this.connection.closed || this.connection.closing !== undefined;
  }

  #tick(): void {
    const { dialect, host } = this.#runner;
    this.#basis = Number.POSITIVE_INFINITY;
    // Looked at each time: who was ever seen logged in is under no time limit any more.
    if (
      !this.#loggedIn() &&
      !this.#known &&
      this.elapsed - this.connection.openedAt >= dialect.limits.loginMs
    ) {
      host.metrics.count('connections.login_timeout', 1, { dialect: dialect.name });
      return this.goodbye('login-timeout');
    }
    if (!this.#silentForTooLong()) dialect.tick?.(this);
  }

  /** Asks a silent client for a sign of life, and ends it if none comes. */
  #silentForTooLong(): boolean {
    const { transport } = this.connection;
    const { idlePingMs, idleTimeoutMs } = this.#runner.dialect.limits;
    if (transport.ping === undefined) return false;
    // Somebody whose reading is paused cannot be heard.
    if (this.#heard || this.#waiting !== undefined) {
      this.#heard = false;
      this.#heardAt = this.elapsed;
      this.#pinged = false;
    }
    const silentMs = this.elapsed - this.#heardAt;
    if (idleTimeoutMs > 0 && silentMs >= idleTimeoutMs) {
      void this.submit('session.close', { session: this.session, reason: 'timeout' });
      this.goodbye('timeout');
      return true;
    }
    if (idlePingMs > 0 && silentMs >= idlePingMs && !this.#pinged) {
      this.#pinged = true;
      transport.ping();
    }
    return false;
  }

  /** Logged in from the decision on, not only once it is stored. */
  #loggedIn(): boolean {
    const { session } = this;
    const now = this.#runner.host.read(
      (view) => (view.get(sessions, session) ?? view.get(streams, session)) !== undefined,
    ).value;
    this.#known ||= now;
    return now;
  }

  #reply(packets: readonly unknown[], basis: number): void {
    if (packets.length > 0) this.#runner.host.leave(this.connection, packets, basis);
  }

  #close(code: number, reason: string, basis: number): void {
    if (this.#over) return;
    this.#over = true;
    if (this.#waiting !== undefined) {
      this.#waiting = undefined;
      this.connection.transport.resume?.();
    }
    this.#runner.host.close(this.connection, code, reason, basis);
  }

  /** Without its login a connection has nothing to go on with. */
  #undone(type: keyof Commands): void {
    if (this.#gone) return;
    if (type === 'session.open') return this.goodbye('undone');
    this.#reply(this.#runner.dialect.refused(new Rejection('unavailable')), 0);
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
    // A login that was decided after its connection went has opened a session for nobody.
    if (this.#gone) return this.#runner.closed(this.connection);
    this.#goOn();
  }

  #goOn(): void {
    while (!this.#full() && this.#waiting !== undefined && !this.#done()) {
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
    if (decision instanceof Rejection)
      host.metrics.count('commands.refused', 1, { dialect: dialect.name, code: decision.code });
    else {
      this.#granted = host.granted();
      // Noted at once: a session may end before anything more is sent on its connection, which stays.
      if (!this.#known) this.#loggedIn();
    }
    return decision;
  }

  /** A bug of ours or of the host: it costs this connection and no other. */
  #failed(thrown: unknown, packet: string): void {
    this.#report(thrown, packet);
    this.goodbye('handler-failed');
  }

  #report(thrown: unknown, packet: string): void {
    const error = asChatError('handler-failed', `the handler of ${packet} threw`, thrown);
    this.#runner.host.report(error, { connection: this.connection.id, packet });
  }
}

/** Answers of one connection that are still to be fetched, from which on its packets wait. Pages ask for two to four at their start (OriginChats, section 13). */
const mostAnswers = 4;

/** Close code for a fault of the server (RFC 6455, section 7.4.1). */
const internalError = 1011;

function bytesOf(data: string | Uint8Array): number {
  return typeof data === 'string' ? Buffer.byteLength(data) : data.length;
}
