import isomorphic from 'isomorphic-ws';
import type { ClientLink, LinkListener, ReconnectOptions } from '../dialects/client-link.js';

/** The part of a WebSocket that is used here; that of browsers and that of `ws` have it. */
export interface WebSocketLike {
  readonly readyState: number;
  /** As in browsers. */
  onopen: ((event: never) => void) | null;
  /** As in browsers. */
  onmessage: ((event: never) => void) | null;
  /** As in browsers. */
  onclose: ((event: never) => void) | null;
  /** As in browsers. */
  onerror: ((event: never) => void) | null;
  /** As in browsers. */
  send(data: string): void;
  /** As in browsers. */
  close(code?: number, reason?: string): void;
  /** Only that of `ws`: ends without waiting for the other side. */
  terminate?(): void;
}

/** Makes sockets: the global `WebSocket` of a browser, or `ws`. */
export type WebSocketConstructor = new (url: string) => WebSocketLike;

/** Options of {@link connect} that concern the connection. */
export interface ConnectOptions {
  /** `false`: one connection, no further one. */
  readonly reconnect?: ReconnectOptions | false;
  /** Default: the global one in browsers, `ws` in Node. */
  readonly WebSocket?: WebSocketConstructor;
  /** From 0 up to 1, without it; spreads the attempts. Default `Math.random`. */
  readonly random?: () => number;
}

type Timer = ReturnType<typeof setTimeout>;

const OPEN = 1;

const ignore = () => {};

/** A WebSocket that comes back. Knows nothing of what is said on it. */
export class ReconnectingLink implements ClientLink {
  readonly #url: string;
  readonly #reconnect: Required<ReconnectOptions> | null;
  readonly #WebSocket: WebSocketConstructor;
  readonly #random: () => number;
  #listener: LinkListener | undefined;
  #socket: WebSocketLike | undefined;
  #attempt = 0;
  #waiting: Timer | undefined;
  #stable: Timer | undefined;
  #ended = false;

  /** @param pace - the dialect's own defaults. */
  constructor(url: string | URL, options: ConnectOptions, pace?: ReconnectOptions) {
    this.#url = String(url);
    this.#reconnect =
      options.reconnect === false
        ? null
        : {
            baseMs: 500,
            capMs: 30_000,
            maxAttempts: Number.POSITIVE_INFINITY,
            stableMs: 10_000,
            ...pace,
            ...options.reconnect,
          };
    this.#WebSocket = options.WebSocket ?? (isomorphic as unknown as WebSocketConstructor);
    this.#random = options.random ?? Math.random;
  }

  /** Opens the first socket. Throws what the socket's constructor throws about the address. */
  start(listener: LinkListener): void {
    this.#listener = listener;
    this.#open();
  }

  send(text: string): boolean {
    if (this.#socket?.readyState !== OPEN) return false;
    this.#socket.send(text);
    return true;
  }

  settled(): void {
    clearTimeout(this.#stable);
    this.#stable = setTimeout(() => {
      this.#attempt = 0;
    }, this.#reconnect?.stableMs ?? 0);
  }

  drop(): void {
    if (this.#socket === undefined) return;
    this.#release(true);
    this.#lost();
  }

  end(): void {
    this.#ended = true;
    clearTimeout(this.#waiting);
    this.#waiting = undefined;
    this.#release(false);
  }

  retry(): void {
    if (this.#waiting === undefined) return;
    clearTimeout(this.#waiting);
    this.#waiting = undefined;
    this.#open();
  }

  #open(): void {
    const socket = new this.#WebSocket(this.#url);
    this.#socket = socket;
    socket.onopen = () => this.#listener?.opened();
    socket.onmessage = ({ data }: { data: unknown }) => {
      if (typeof data === 'string') this.#listener?.received(data);
    };
    // The close event follows and says all there is to know.
    socket.onerror = ignore;
    socket.onclose = () => {
      this.#release(false);
      this.#lost();
    };
    this.#listener?.connecting(this.#attempt);
  }

  /** Lets go of the socket, so that nothing it still does is heard. */
  #release(atOnce: boolean): void {
    clearTimeout(this.#stable);
    const socket = this.#socket;
    if (socket === undefined) return;
    this.#socket = undefined;
    socket.onopen = null;
    socket.onmessage = null;
    socket.onclose = null;
    // In Node an error that nobody listens to would end the process.
    socket.onerror = ignore;
    if (atOnce && socket.terminate !== undefined) socket.terminate();
    else socket.close();
  }

  #lost(): void {
    if (this.#ended) return;
    const plan = this.#reconnect;
    if (plan === null || this.#attempt >= plan.maxAttempts) {
      this.#ended = true;
      this.#listener?.lost(null);
      return;
    }
    const inMs = Math.floor(this.#random() * Math.min(plan.capMs, plan.baseMs * 2 ** this.#attempt));
    this.#attempt += 1;
    this.#waiting = setTimeout(() => {
      this.#waiting = undefined;
      this.#open();
    }, inMs);
    this.#listener?.lost({ attempt: this.#attempt, inMs });
  }
}
