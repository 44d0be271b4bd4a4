import type { Clock } from '../../core/ports.js';
import type { Receiver, Transport } from '../../delivery/connection.js';

/** How long the rest of a stream that was closed may take to be read. Default 3,000 ms, as for sockets. */
const closeMs = 3_000;

/** The body of an HTTP response that goes on for as long as both sides wish, as delivery sees it. */
export class EventStream implements Transport {
  /** What the response is made of. Nothing is handed on before it is asked for. */
  readonly body: ReadableStream<Uint8Array>;
  /** Set once the chat has taken it in. */
  receiver: Receiver | undefined = undefined;
  /** When something was last written, or else when it was opened, by the clock that was given. */
  wroteAt: number;
  readonly #clock: Clock;
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  #waiting: Uint8Array[] = [];
  #bytes = 0;
  /** The reader waits for more. */
  #wanted = false;
  #state: 'open' | 'closing' | 'over' = 'open';
  #cancelClosing = () => {};

  constructor(clock: Clock) {
    this.#clock = clock;
    this.wroteAt = clock.now();
    this.body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller;
        },
        pull: () => this.#next(),
        cancel: () => this.#over(),
      },
      { highWaterMark: 0 },
    );
  }

  /** Whether nothing of it goes out any more. */
  get over(): boolean {
    return this.#state === 'over';
  }

  write(bytes: Uint8Array): void {
    if (this.#state !== 'open') return;
    this.wroteAt = this.#clock.now();
    this.#waiting.push(bytes);
    this.#bytes += bytes.length;
    if (this.#wanted) this.#next();
  }

  buffered(): number {
    return this.#bytes;
  }

  close(): void {
    if (this.#state !== 'open') return;
    this.#state = 'closing';
    this.#cancelClosing = this.#clock.after(closeMs, () => this.terminate());
    if (this.#wanted) this.#next();
    // Nobody asks for the end of what has nothing more to it: it is said at once.
    else if (this.#waiting.length === 0) this.#end();
  }

  terminate(): void {
    if (this.#state === 'over') return;
    this.#controller.error(new Error('the stream was ended'));
    this.#over();
  }

  /** Hands on one piece. The end is said with the last one. */
  #next(): void {
    const bytes = this.#waiting.shift();
    this.#wanted = bytes === undefined && this.#state === 'open';
    if (bytes !== undefined) {
      this.#bytes -= bytes.length;
      this.#controller.enqueue(bytes);
    }
    if (this.#state === 'closing' && this.#waiting.length === 0) this.#end();
  }

  #end(): void {
    this.#controller.close();
    this.#over();
  }

  #over(): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    this.#cancelClosing();
    this.#waiting = [];
    this.#bytes = 0;
    this.receiver?.closed();
  }
}
