/** What a dialect's client and the connection below it know of each other. No dialect, no socket library. */

/** The connection as a dialect's client uses it. */
export interface ClientLink {
  /** Hands one frame to the socket. False when there is no open one: the frame is then lost, not kept. */
  send(text: string): boolean;
  /** The login was accepted; from now on the connection may earn itself a fresh back-off. */
  settled(): void;
  /** Gives this connection up as dead and goes for the next one. */
  drop(): void;
  /** Ends for good. {@link LinkListener.lost} is not called. */
  end(): void;
  /** Tries at once instead of waiting for the back-off to end. Nothing happens when not waiting. */
  retry(): void;
}

/** `waiting`: between a lost connection and the next attempt. `ended` is for good. */
export type ConnectionState = 'connecting' | 'authenticating' | 'online' | 'waiting' | 'ended';

/** What happens next after a lost connection. */
export interface NextAttempt {
  /** Number of the coming attempt since the last good connection, from 1. */
  readonly attempt: number;
  /** Milliseconds until then. */
  readonly inMs: number;
}

/** What a dialect's client is told. */
export interface LinkListener {
  /** A socket is being opened; the first time with attempt 0. */
  connecting(attempt: number): void;
  /** The socket is open. */
  opened(): void;
  /** One text frame came. */
  received(text: string): void;
  /** The socket is gone. `next` is null when it stays so. */
  lost(next: NextAttempt | null): void;
}

/**
 * When and how often a lost connection is opened again: after a random time between 0 and `baseMs · 2^attempt`, at most
 * `capMs` ("full jitter": a thousand clients of a restarted server come back spread out, not all at once).
 */
export interface ReconnectOptions {
  /** Default 500 ms, in Venueless 2,000 ms. */
  readonly baseMs?: number;
  /** Default 30,000 ms. */
  readonly capMs?: number;
  /** Attempts without a login in between before giving up. Default: no end. */
  readonly maxAttempts?: number;
  /** A login that has lasted for so long starts the back-off anew. Default 10,000 ms. */
  readonly stableMs?: number;
}

/** A client, seen from its connection. */
export interface LinkedClient {
  /** What its connection tells. */
  listener(): LinkListener;
}

/** One protocol, seen from a client. */
export interface ClientDialect<Client extends LinkedClient, Options extends object> {
  readonly name: string;
  /** Where its clients come back at another pace than those of other dialects. */
  readonly reconnect?: ReconnectOptions;
  /** Makes the client of one chat. */
  create(link: ClientLink, options: Options): Client;
}
