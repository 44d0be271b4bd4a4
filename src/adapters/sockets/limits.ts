import { addressKey, isLoopback } from '../../core/address.js';
import { ChatError } from '../../core/errors.js';
import { noSuch } from '../../core/no-such.js';

/** Limits of one {@link attach}; see `docs/limits.md`. Each is a positive integer. */
export interface SocketLimits {
  /** WebSockets of one address at once; IPv6 by /64; loopback is free. Default 16 connections. Beyond it: HTTP 429. */
  readonly connectionsPerAddress: number;
  /** New WebSockets of one address in a window; IPv6 by /64; loopback is free. Default 32 connections. Beyond it: HTTP 429 with `Retry-After`. */
  readonly connectsPerWindow: number;
  /** Length of that window, which begins with an address's first connection. Default 600,000 ms. */
  readonly windowMs: number;
  /** Fragments of one message. Default 256 fragments. Beyond it: closed with 1008. */
  readonly fragments: number;
  /** Pieces, as the network delivers them, of a frame that is not whole yet. Default 1,024 pieces. Beyond it: closed with 1008. */
  readonly bufferedChunks: number;
  /** How long a closed connection may take to read what it was sent and answer the close frame. Default 3,000 ms. Beyond it: ended. */
  readonly closeMs: number;
  /** Largest body of an HTTP request. Default 1,048,576 bytes, for dialects that do not bound bodies themselves. Beyond it: HTTP 413. */
  readonly bodyBytes: number;
}

/** Defaults of {@link SocketLimits}. */
export const socketLimits: SocketLimits = {
  connectionsPerAddress: 16,
  connectsPerWindow: 32,
  windowMs: 600_000,
  fragments: 256,
  bufferedChunks: 1_024,
  closeMs: 3_000,
  bodyBytes: 1_048_576,
};

/** Fills in defaults. Throws `options-invalid` naming the limit. */
export function settleLimits(given: Partial<SocketLimits> = {}): SocketLimits {
  if (typeof given !== 'object' || given === null)
    throw new ChatError('options-invalid', 'option limits takes an object');
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(socketLimits, name)) throw noSuch('option limits', name, Object.keys(socketLimits));
    if (!Number.isSafeInteger(value) || value < 1)
      throw new ChatError('options-invalid', `option limits.${name} takes a positive integer`);
  }
  return { ...socketLimits, ...given };
}

/** How many connections an address has, and how many it opened of late. */
export interface Caller {
  open: number;
  opened: number;
  /** In milliseconds, as the time is told from outside. */
  since: number;
}

/** Counts connections by address. Forgets an address once it has none and its window is over. */
export class Callers {
  readonly #byKey = new Map<string, Caller>();
  #sweptAt = 0;

  constructor(
    private readonly limits: SocketLimits,
    private readonly now: () => number,
  ) {}

  /** Addresses remembered. */
  get size(): number {
    return this.#byKey.size;
  }

  /**
   * Asks for one more connection. A free one is `'free'`, a counted one a caller to hand to {@link Callers.enter}; otherwise the whole
   * seconds after which it may be tried again, `0` when that depends on the caller's other connections.
   */
  ask(address: string | undefined): Caller | 'free' | { readonly retryAfter: number } {
    if (address === undefined || isLoopback(address)) return 'free';
    const now = this.now();
    this.#sweep(now);
    const key = addressKey(address);
    let caller = this.#byKey.get(key);
    if (caller === undefined) {
      caller = { open: 0, opened: 0, since: now };
      this.#byKey.set(key, caller);
    } else if (now - caller.since >= this.limits.windowMs) {
      caller.opened = 0;
      caller.since = now;
    }
    if (caller.open >= this.limits.connectionsPerAddress) return { retryAfter: 0 };
    if (caller.opened >= this.limits.connectsPerWindow)
      return { retryAfter: Math.max(1, Math.ceil((caller.since + this.limits.windowMs - now) / 1_000)) };
    return caller;
  }

  enter(caller: Caller): void {
    caller.open++;
    caller.opened++;
  }

  leave(caller: Caller): void {
    caller.open--;
  }

  /** At most once a window, so that remembering costs no timer. */
  #sweep(now: number): void {
    if (now - this.#sweptAt < this.limits.windowMs) return;
    this.#sweptAt = now;
    for (const [key, caller] of this.#byKey)
      if (caller.open === 0 && now - caller.since >= this.limits.windowMs) this.#byKey.delete(key);
  }
}
