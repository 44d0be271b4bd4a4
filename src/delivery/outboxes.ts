import { asChatError, ChatError } from '../core/errors.js';
import type { Clock } from '../core/ports.js';
import { Link } from './chain.js';
import type { Connection, Held, Slot } from './connection.js';

/** Limits of delivery; see `docs/limits.md`. */
export interface DeliveryLimits {
  /** Bytes a connection may leave unread, those behind a kept place included, and one frame or kept place more, however large. Default 1,048,576 bytes. Beyond it: closed with 1013. */
  readonly outboxBytes: number;
  /** Bytes that may wait for a connection before it is no longer sent what can be missed: who is typing. Default 65,536 bytes. Beyond it: such frames are left out, for this connection. */
  readonly skipBytes: number;
  /** How long reading an answer into its kept place may take, or the client to read any of what keeps that from beginning. Default 10,000 ms. Beyond it: closed with 1013. */
  readonly slotMs: number;
  /** Writes in one turn; what is left goes on in the next. Default 1,000 writes. */
  readonly writesPerTurn: number;
  /** Bytes written in one turn, and one connection's more; what is left goes on in the next. Default 4,194,304 bytes. */
  readonly bytesPerTurn: number;
}

export const deliveryLimits: DeliveryLimits = {
  outboxBytes: 1_048_576,
  skipBytes: 65_536,
  slotMs: 10_000,
  writesPerTurn: 1_000,
  bytesPerTurn: 4_194_304,
};

/** Close code for a reader that does not keep up (RFC 6455 registry: try again later). */
export const tryAgainLater = 1013;

/** Gathers frames per connection during a turn and makes one write of them. */
export class Outboxes {
  #dirty: Connection[] = [];
  #start = Link.start();
  #scheduled = false;

  constructor(
    private readonly clock: Clock,
    private readonly limits: DeliveryLimits,
    private readonly cut: (connection: Connection, error: ChatError) => void,
  ) {}

  /** Hands a frame to a connection; it is written at the end of the turn. */
  send(connection: Connection, frame: Uint8Array): void {
    this.gather(connection, frame);
    if (!this.#scheduled && this.#dirty.length > 0) this.#schedule();
  }

  /** The same for whoever is sure to call {@link Outboxes.flush} in this turn: that saves a turn of the event loop. */
  gather(connection: Connection, frame: Uint8Array): void {
    if (connection.closed || connection.closing !== undefined) return;
    const { held } = connection;
    if (held !== undefined) {
      if (held.over) return;
      held.items.push(frame);
      return this.#count(connection, held, frame.length);
    }
    if (connection.tail === undefined) {
      this.#dirty.push(connection);
      connection.tail = this.#start.with(frame);
    } else {
      connection.tail = connection.tail.with(frame);
    }
  }

  /** Whether so much waits for a connection that what can be missed is better left out. */
  skips({ transport, tail }: Connection): boolean {
    return transport.buffered() + (tail?.length ?? 0) > this.limits.skipBytes;
  }

  /** Keeps a place for frames that have to be fetched first. Frames handed over later wait behind it. `fetch`: what begins that. */
  reserve(connection: Connection, fetch?: () => void): Slot {
    const slot: Slot = { frames: undefined, fetch, since: this.clock.now() };
    if (connection.closed || connection.closing !== undefined) return slot;
    connection.held ??= { items: [], bytes: 0, largest: 0, over: false };
    connection.held.items.push(slot);
    return slot;
  }

  /** Fills a kept place, with nothing if there is nothing to say after all. */
  fill(connection: Connection, slot: Slot, frames: readonly Uint8Array[]): void {
    slot.frames = frames;
    const { held } = connection;
    if (held === undefined || held.over) return;
    const { items } = held;
    const open = items.findIndex((item) => !(item instanceof Uint8Array) && item.frames === undefined);
    const ready = open === -1 ? items : items.slice(0, open);
    connection.held = undefined;
    for (const item of ready) this.#sendHeld(connection, item);
    if (open === -1) return;
    connection.held = heldOf(items.slice(open));
    this.#count(connection, connection.held, 0);
    if (!this.#scheduled && this.#dirty.length > 0) this.#schedule();
  }

  /** Closes a connection once what it was sent has been written. */
  close(connection: Connection, code: number, reason: string): void {
    if (connection.closed || connection.closing !== undefined) return;
    const { held } = connection;
    if (held?.over) return;
    connection.held = undefined;
    // What kept places were for is not waited for any more; what was said since is not lost with it.
    if (held !== undefined) for (const item of held.items) this.#sendHeld(connection, item);
    connection.closing = { code, reason };
    if (connection.tail !== undefined) return;
    this.#dirty.push(connection);
    if (!this.#scheduled) this.#schedule();
  }

  /** Cuts connections whose kept place has stayed empty for too long. Called by the sweeper. */
  sweep(connection: Connection, now: number): void {
    const slot = connection.held?.items[0];
    if (slot === undefined || slot instanceof Uint8Array || now - slot.since < this.limits.slotMs) return;
    const { transport, tail } = connection;
    if (slot.fetch !== undefined) {
      this.#tooSlow(
        connection,
        transport.buffered() + (tail?.length ?? 0),
        ` for ${this.limits.slotMs} ms (slotMs)`,
      );
      return;
    }
    this.cut(
      connection,
      new ChatError('slot-timeout', `an answer took longer than ${this.limits.slotMs} ms (slotMs)`),
    );
  }

  /** Writes what waits. */
  flush(): void {
    const dirty = this.#dirty;
    const { writesPerTurn, bytesPerTurn } = this.limits;
    let upTo = 0;
    for (let bytes = 0; upTo < dirty.length && upTo < writesPerTurn && bytes < bytesPerTurn; upTo++)
      bytes += dirty[upTo]?.tail?.length ?? 0;
    if (upTo === dirty.length) {
      this.#dirty = [];
      this.#start = Link.start();
    } else {
      this.#dirty = dirty.slice(upTo);
      if (!this.#scheduled) this.#schedule();
    }
    for (let i = 0; i < upTo; i++) {
      const connection = dirty[i] as Connection;
      try {
        this.#write(connection);
      } catch (thrown) {
        this.cut(connection, asChatError('internal', 'a transport threw', thrown));
      }
    }
  }

  /** Counts a frame that waits for a kept place. Who is over the limit is cut with the next flush: others may be in the middle of a walk. */
  #count(connection: Connection, held: Held, bytes: number): void {
    held.bytes += bytes;
    held.largest = Math.max(held.largest, bytes);
    const { tail } = connection;
    const largest = Math.max(held.largest, tail?.largest ?? 0);
    const unread = connection.transport.buffered() + (tail?.length ?? 0) + held.bytes;
    if (unread - largest <= this.limits.outboxBytes + connection.allowance) return;
    held.over = true;
    if (tail === undefined) this.#dirty.push(connection);
  }

  #sendHeld(connection: Connection, item: Uint8Array | Slot): void {
    if (item instanceof Uint8Array) return this.send(connection, item);
    const { frames } = item;
    if (frames === undefined || frames.length === 0) return;
    // One answer counts as one frame.
    this.send(connection, frames.length === 1 ? (frames[0] as Uint8Array) : Buffer.concat(frames));
  }

  #schedule(): void {
    this.#scheduled = true;
    this.clock.soon(() => {
      this.#scheduled = false;
      this.flush();
    });
  }

  #write(connection: Connection): void {
    const link = connection.tail;
    connection.tail = undefined;
    if (connection.closed) return;
    if (link !== undefined && !this.#hand(connection, link)) return;
    if (connection.held?.over) {
      this.#tooSlow(connection, connection.transport.buffered() + connection.held.bytes);
      return;
    }
    if (connection.closing !== undefined) {
      connection.closed = true;
      connection.transport.close(connection.closing.code, connection.closing.reason);
    }
  }

  /** Hands what waits to the transport. Returns whether the connection may go on. */
  #hand(connection: Connection, link: Link): boolean {
    const { transport } = connection;
    const { outboxBytes } = this.limits;
    const unread = transport.buffered();
    if (unread <= outboxBytes) connection.allowance = 0;
    if (unread + link.length <= outboxBytes) {
      transport.write(link.joined());
      return true;
    }
    // The largest frame may exceed the limit: a single large answer must be possible.
    const counted = unread + link.length - link.largest;
    const most = outboxBytes + connection.allowance;
    if (unread > 0 && counted > most) return this.#tooSlow(connection, unread + link.length);
    transport.write(link.joined());
    const left = transport.buffered();
    if (left - link.largest > most) return this.#tooSlow(connection, left);
    if (left > outboxBytes && link.largest > outboxBytes)
      connection.allowance = Math.max(connection.allowance, link.largest);
    return true;
  }

  #tooSlow(connection: Connection, bytes: number, since = ''): false {
    const text = `${bytes} bytes unread${since}, limit ${this.limits.outboxBytes} (outboxBytes)`;
    this.cut(connection, new ChatError('slow-reader', text));
    return false;
  }
}

/** What still waits when the places before it were filled. */
function heldOf(items: (Uint8Array | Slot)[]): Held {
  const held: Held = { items, bytes: 0, largest: 0, over: false };
  for (const item of items) {
    const frames = item instanceof Uint8Array ? [item] : (item.frames ?? []);
    const bytes = frames.reduce((sum, frame) => sum + frame.length, 0);
    held.bytes += bytes;
    held.largest = Math.max(held.largest, bytes);
  }
  return held;
}
