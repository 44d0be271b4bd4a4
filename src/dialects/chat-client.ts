import { EventEmitter } from 'eventemitter3';
import { ClientError } from './client-errors.js';
import type { ClientLink, ConnectionState, LinkListener, NextAttempt } from './client-link.js';

type Timer = ReturnType<typeof setTimeout>;

/** How long a client waits for what; options of every dialect. */
export interface ClientTimes {
  /** Time between pings. Default 30,000 ms, in Venueless 10,000 ms. */
  readonly pingMs?: number;
  /** How long after a ping without any frame the connection counts as dead; at most `pingMs`. Default 15,000 ms, in Venueless 10,000 ms. */
  readonly pongTimeoutMs?: number;
  /** How long a login may take before the connection counts as dead. Default 15,000 ms, in Venueless 60,000 ms. */
  readonly loginTimeoutMs?: number;
}

/** The end of a connection. `Reason`: the dialect's own reasons. */
export interface ClientDisconnect<Reason extends string = never> {
  /** `lost`: by nobody's wish. `closed`: by {@link ChatClient.close}. `refused`: the login. */
  readonly reason: 'lost' | 'closed' | 'refused' | Reason;
  readonly willReconnect: boolean;
  /** With `willReconnect`: number of the coming attempt, from 1. */
  readonly attempt?: number;
  /** With `willReconnect`: milliseconds until then. */
  readonly inMs?: number;
  /** With `refused`. */
  readonly error?: ClientError;
}

/** What the clients of all dialects tell. */
export interface ClientEvents<Login, Disconnect> {
  /** Logged in; `again` after a lost connection. */
  login: (event: Login & { readonly again: boolean }) => void;
  /** A connection has ended, or could not be had. */
  disconnected: (event: Disconnect) => void;
  /** The connection's state is another. */
  state: (state: ConnectionState) => void;
}

/**
 * What the clients of all dialects have in common: a login that is repeated when the connection was lost, a state, pings, and an end.
 *
 * A listener that throws does not disturb the client, only the listeners after it: what it threw surfaces as an uncaught error of its own task.
 */
export abstract class ChatClient<
  Events extends ClientEvents<Login, Disconnect>,
  Login extends object,
  Disconnect extends ClientDisconnect<string>,
> extends EventEmitter<Events> {
  /**
   * The first login. Rejects with an error of the code `login-refused` when it was refused, with another {@link ClientError} when the client was
   * closed or gave up before. Lost connections in between are tried again and do not reject it.
   */
  readonly login: Promise<Login>;

  readonly #link: ClientLink;
  readonly #times: Required<ClientTimes>;
  #state: ConnectionState = 'connecting';
  #loggedIn = false;
  #settle!: { resolve(login: Login): void; reject(error: ClientError): void };
  #pingTimer: Timer | undefined;
  #deadline: Timer | undefined;
  /** Why the connection is being given up. */
  #why = 'lost';

  /** @internal */
  protected constructor(link: ClientLink, times: ClientTimes, defaults: Required<ClientTimes> = usualTimes) {
    super();
    this.#link = link;
    const { pingMs, pongTimeoutMs, loginTimeoutMs } = times;
    this.#times = {
      pingMs: pingMs ?? defaults.pingMs,
      pongTimeoutMs: pongTimeoutMs ?? defaults.pongTimeoutMs,
      loginTimeoutMs: loginTimeoutMs ?? defaults.loginTimeoutMs,
    };
    this.login = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    // Hosts that listen to `disconnected` need not look at the promise.
    this.login.catch(() => {});
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Tries at once instead of waiting for the next attempt, for example when the network is back. */
  retry(): void {
    this.#link.retry();
  }

  /** Goes away, for good. The account stays. */
  close(): void {
    this.end({ reason: 'closed' } as Disconnect, new ClientError('closed', 'the client was closed'));
  }

  /**
   * What the connection below tells.
   *
   * @internal
   */
  listener(): LinkListener {
    return {
      connecting: () => this.#enter('connecting'),
      opened: () => {
        this.#enter('authenticating');
        this.#waitFor(this.#times.loginTimeoutMs);
        this.opened();
      },
      received: (raw) => {
        // Any sign of life will do: some servers answer pings in words of their own.
        if (this.#state === 'online') this.#waitFor(null);
        this.received(raw);
      },
      lost: (next) => this.#lost(next),
    };
  }

  /**
   * The socket is open, and the login has begun.
   *
   * @internal
   */
  protected abstract opened(): void;

  /**
   * One text frame came.
   *
   * @internal
   */
  protected abstract received(raw: string): void;

  /**
   * It is time for a sign of life.
   *
   * @internal
   */
  protected abstract ping(): void;

  /**
   * The connection is gone, and with it what was under way.
   *
   * @internal
   */
  protected gone(_: ClientError): void {}

  /**
   * Waits for what the host gives to log in with. `undefined`: it failed and the client has ended, or the connection is another one by now.
   *
   * @internal
   */
  protected async given<T>(asked: () => T | Promise<T>, what: string): Promise<T | undefined> {
    const deadline = this.#deadline;
    // A box, since credentials of any kind might be falsy.
    const had = await (async () => ({ value: await asked() }))().catch(() => null);
    if (deadline !== this.#deadline || this.#state !== 'authenticating') return undefined;
    if (had !== null) return had.value;
    const error = new ClientError('credentials-failed', `the ${what} could not be had`);
    this.end({ reason: 'refused', error } as unknown as Disconnect, error);
    return undefined;
  }

  /**
   * The login was accepted. `before`: what is to be done before anybody is told.
   *
   * @internal
   */
  protected online(login: Login, before: () => void = () => {}): void {
    this.#link.settled();
    this.#waitFor(null);
    this.#pingLater();
    this.#enter('online');
    const again = this.#loggedIn;
    this.#loggedIn = true;
    before();
    this.#settle.resolve(login);
    this.tell('login', { ...login, again });
  }

  /**
   * Gives the connection up and goes for the next one.
   *
   * @internal
   */
  protected drop(why: Disconnect['reason'] = 'lost'): void {
    this.#why = why;
    this.#link.drop();
    this.#why = 'lost';
  }

  /**
   * Ends for good.
   *
   * @internal
   */
  protected end(how: Omit<Disconnect, 'willReconnect'>, error: ClientError): void {
    if (this.#state === 'ended') return;
    this.#quiet(error);
    this.#link.end();
    this.#settle.reject(error);
    this.#enter('ended');
    this.tell('disconnected', { ...how, willReconnect: false });
  }

  /**
   * Hands one frame to the socket; false when there is none.
   *
   * @internal
   */
  protected transmit(raw: string): boolean {
    return this.#link.send(raw);
  }

  /** @internal */
  protected tell(event: keyof Events, about: unknown): void {
    try {
      this.emit(event as never, ...([about] as never));
    } catch (thrown) {
      setTimeout(() => {
        throw thrown;
      });
    }
  }

  #lost(next: NextAttempt | null): void {
    const error = new ClientError('connection-lost', 'the connection was lost');
    this.#quiet(error);
    if (next === null) this.#settle.reject(error);
    this.#enter(next === null ? 'ended' : 'waiting');
    this.tell('disconnected', { reason: this.#why, willReconnect: next !== null, ...next });
  }

  /** Signs of life go out however much is said: there are servers that count nothing else as one. */
  #pingLater(): void {
    clearTimeout(this.#pingTimer);
    this.#pingTimer = setTimeout(() => {
      this.ping();
      this.#waitFor(this.#times.pongTimeoutMs);
      this.#pingLater();
    }, this.#times.pingMs);
  }

  /** Gives the server so long to say something; null: it has. */
  #waitFor(ms: number | null): void {
    clearTimeout(this.#deadline);
    this.#deadline = ms === null ? undefined : setTimeout(() => this.#link.drop(), ms);
  }

  #quiet(error: ClientError): void {
    clearTimeout(this.#pingTimer);
    this.#waitFor(null);
    this.gone(error);
  }

  #enter(state: ConnectionState): void {
    if (this.#state === state || this.#state === 'ended') return;
    this.#state = state;
    this.tell('state', state);
  }
}

const usualTimes: Required<ClientTimes> = { pingMs: 30_000, pongTimeoutMs: 15_000, loginTimeoutMs: 15_000 };

/** What is thrown for sending without a login. */
export function notConnected(state: string): ClientError {
  return new ClientError('not-connected', `nothing can be sent while the client is ${state}`);
}
