import type { Clock } from '../../../src/core/ports.js';
import type { Receiver, Transport } from '../../../src/delivery/connection.js';

/** How long a closed connection may take to be read, as socket adapters have it. Milliseconds. */
const closeMs = 3_000;

/** What a client sees of its connection. */
export interface LinkEnd {
  /** One whole text frame. */
  frame(text: string): void;
  /** `code`: 1006 if it was not closed in good order. */
  closed(code: number, reason: string): void;
  /** The chat wants it closed, whenever the client comes to know of that. */
  closing?(code: number): void;
}

/**
 * A WebSocket within the process, between a chat and a client: whole frames, in order, without a network. It behaves as the socket
 * adapter's link does: it reports what is unread, holds back while paused, and tells of its end in a later turn.
 */
export class ProcessLink implements Transport {
  /** Set once the chat has taken it in. */
  receiver: Receiver | undefined = undefined;
  readonly #clock: Clock;
  readonly #end: LinkEnd;
  #state: 'open' | 'closing' | 'over' = 'open';
  #closing: { readonly code: number; readonly reason: string } | undefined = undefined;
  /** Frames that the client has not read. */
  #unread: Buffer[] = [];
  #bytes = 0;
  #reads = true;
  #answers = true;
  #held: string[] | undefined = undefined;

  constructor(clock: Clock, end: LinkEnd) {
    this.#clock = clock;
    this.#end = end;
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  get isReading(): boolean {
    return this.#reads;
  }

  /** Whether anything the client does reaches the chat. */
  get isAnswering(): boolean {
    return this.#answers;
  }

  write(bytes: Uint8Array): void {
    if (this.#state !== 'open') return;
    const piece = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    if (this.#reads) return this.#read(piece);
    this.#unread.push(piece);
    this.#bytes += piece.length;
  }

  buffered(): number {
    return this.#bytes;
  }

  close(code: number, reason: string): void {
    if (this.#state !== 'open') return;
    this.#state = 'closing';
    this.#closing = { code, reason };
    this.#end.closing?.(code);
    if (this.#reads) this.#clock.soon(() => this.#over(code, reason));
    else this.#clock.after(closeMs, () => this.terminate());
  }

  terminate(): void {
    this.#clock.soon(() => this.#over(1006, ''));
  }

  ping(): void {
    if (this.#answers) this.#clock.soon(() => this.receiver?.heard?.());
  }

  pause(): void {
    this.#held ??= [];
  }

  resume(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    this.#clock.soon(() => {
      for (const text of held) this.send(text);
    });
  }

  /** The client sends a frame. */
  send(text: string): void {
    if (this.#state !== 'open' || !this.#answers) return;
    if (this.#held !== undefined) this.#held.push(text);
    else this.receiver?.receive(text);
  }

  /** The client reads nothing until {@link ProcessLink.catchUp}. */
  stall(): void {
    this.#reads = false;
  }

  /** The client reads all that waits, and goes on reading. */
  catchUp(): void {
    if (this.#reads || !this.#answers) return;
    this.#reads = true;
    this.#bytes = 0;
    for (const piece of this.#unread.splice(0)) this.#read(piece);
    const closing = this.#closing;
    if (closing !== undefined) this.#clock.soon(() => this.#over(closing.code, closing.reason));
  }

  /** The client is gone and nobody tells the chat: nothing is read, sent or answered. */
  vanish(): void {
    this.#reads = false;
    this.#answers = false;
  }

  /** The connection breaks, and the chat is told so. */
  drop(): void {
    this.#over(1006, '');
  }

  /** The connection breaks because the chat's process does. */
  lose(): void {
    this.receiver = undefined;
    this.#over(1006, '');
  }

  #over(code: number, reason: string): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    this.#unread = [];
    this.#bytes = 0;
    this.#end.closed(code, reason);
    this.receiver?.closed();
  }

  #read(piece: Buffer): void {
    for (const text of framesIn(piece)) this.#end.frame(text);
  }
}

/** The texts of whole, unmasked text frames (RFC 6455, section 5.2). */
function* framesIn(bytes: Buffer): Generator<string> {
  let at = 0;
  while (at < bytes.length) {
    if (bytes[at] !== 0x81) throw new Error(`a frame begins with ${bytes[at]}, not with that of a text`);
    let length = bytes.readUInt8(at + 1);
    at += 2;
    if (length === 126) {
      length = bytes.readUInt16BE(at);
      at += 2;
    } else if (length === 127) {
      length = Number(bytes.readBigUInt64BE(at));
      at += 8;
    }
    if (at + length > bytes.length) throw new Error('a frame is cut short');
    yield bytes.toString('utf8', at, at + length);
    at += length;
  }
}
