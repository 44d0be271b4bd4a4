import type { Clock } from '../core/ports.js';
import type { Connection } from './connection.js';
import type { DeliveryLimits, Outboxes } from './outboxes.js';

/** How often it is looked whether readers have taken enough. Transports do not tell. */
const lookMs = 10;

/**
 * Fetches answers into places kept for them: those of one connection one after the other, each once less than half of `outboxBytes` is unread.
 * So somebody who asks for several large answers in one go is not taken for a reader that does not keep up.
 */
export class Answers {
  /** Whose next answer waits until they have read more, with the bytes that were unread when that was last looked at. */
  readonly #waiting = new Map<Connection, number>();
  #looking = false;

  constructor(
    private readonly clock: Clock,
    private readonly limits: Pick<DeliveryLimits, 'outboxBytes'>,
    private readonly outboxes: Outboxes,
  ) {}

  /** Keeps a place at once, and fills it when its turn has come. `fetch` must not reject. `filled` is not called if the connection ends first. */
  add(connection: Connection, fetch: () => Promise<readonly Uint8Array[]>, filled: () => void): void {
    const slot = this.outboxes.reserve(connection, async () => {
      this.outboxes.fill(connection, slot, await fetch());
      this.#next(connection);
      filled();
    });
    this.#next(connection);
  }

  /** Starts with the answer that is the next to go out, or waits with it. */
  #next(connection: Connection): void {
    const slot = connection.closed ? undefined : connection.held?.items[0];
    if (slot === undefined || slot instanceof Uint8Array || slot.fetch === undefined) {
      this.#waiting.delete(connection);
      return;
    }
    const unread = connection.transport.buffered() + (connection.tail?.length ?? 0);
    const before = this.#waiting.get(connection) ?? Number.POSITIVE_INFINITY;
    // Whoever reads is waited for.
    if (unread < before) slot.since = this.clock.now();
    if (unread > this.limits.outboxBytes / 2) {
      this.#waiting.set(connection, unread);
      return this.#look();
    }
    this.#waiting.delete(connection);
    const { fetch } = slot;
    slot.fetch = undefined;
    fetch();
  }

  #look(): void {
    if (this.#looking) return;
    this.#looking = true;
    this.clock.after(lookMs, () => {
      this.#looking = false;
      for (const connection of [...this.#waiting.keys()]) this.#next(connection);
    });
  }
}
