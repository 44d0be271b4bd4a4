import { once } from 'node:events';
import { WebSocket } from 'ws';

/** How long a test waits for anything before it fails with what it has seen so far, in ms. */
const patience = 10_000;

/** One JSON frame of whatever shape. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into frames of every shape
export type Json = any;

/** A client for tests of protocols that carry JSON on WebSocket: sends, keeps every frame, and waits for frames with a deadline. */
export class JsonProbe {
  /** Every frame received, as it was. */
  readonly texts: string[] = [];
  /** Every frame received, decoded. */
  readonly frames: Json[] = [];
  /** The close code, once closed. */
  closedWith: number | undefined;
  readonly closed: Promise<number>;
  readonly #socket: WebSocket;
  readonly #waiting = new Set<() => void>();
  readonly #onFrame: (frame: Json) => void;
  #taken = 0;

  private constructor(
    socket: WebSocket,
    readonly name: string,
    onFrame: (frame: Json) => void,
  ) {
    this.#socket = socket;
    this.#onFrame = onFrame;
    socket.on('message', (data: Buffer) => {
      this.texts.push(data.toString());
      const frame: Json = JSON.parse(data.toString());
      this.frames.push(frame);
      this.#onFrame(frame);
      this.#wake();
    });
    socket.on('error', () => {});
    this.closed = new Promise((resolve) => {
      socket.on('close', (code) => {
        this.closedWith = code;
        this.#wake();
        resolve(code);
      });
    });
  }

  /** Rejects if the server does not take the connection. `onFrame`: is given every frame as it comes. */
  static async open(
    url: string,
    name = 'somebody',
    localAddress?: string,
    onFrame: (frame: Json) => void = () => {},
  ): Promise<JsonProbe> {
    const socket = new WebSocket(url, { perMessageDeflate: false, ...(localAddress && { localAddress }) });
    const probe = new JsonProbe(socket, name, onFrame);
    await once(socket, 'open');
    return probe;
  }

  /** Sends a value as JSON, or a text as it is. */
  send(frame: object | string): void {
    this.#socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  sendBytes(bytes: Uint8Array): void {
    this.#socket.send(bytes);
  }

  /** The next frame that was not taken yet. */
  async next(): Promise<Json> {
    await this.#until(() => this.frames.length > this.#taken, 'a frame');
    return this.frames[this.#taken++];
  }

  /** The next frames that were not taken yet, in order. */
  async take(count: number): Promise<Json[]> {
    await this.#until(() => this.frames.length >= this.#taken + count, `${count} frames`);
    const from = this.#taken;
    this.#taken += count;
    return this.frames.slice(from, this.#taken);
  }

  /** Skips to the next frame that fits, and takes it. */
  async until(fits: (frame: Json) => boolean, what = 'a certain frame'): Promise<Json> {
    for (;;) {
      await this.#until(() => this.frames.length > this.#taken, what);
      const frame = this.frames[this.#taken++];
      if (fits(frame)) return frame;
    }
  }

  /** Frames that came and were not taken; forgets them. */
  rest(): Json[] {
    const rest = this.frames.slice(this.#taken);
    this.#taken = this.frames.length;
    return rest;
  }

  async close(): Promise<void> {
    this.#socket.close();
    await this.closed;
  }

  /** Reads nothing more, and so answers no ping. */
  pause(): void {
    this.#socket.pause();
  }

  /** Ends the TCP connection without a word. */
  terminate(): void {
    this.#socket.terminate();
  }

  async #until(holds: () => boolean, what: string): Promise<void> {
    const deadline = Date.now() + patience;
    while (!holds()) {
      const left = deadline - Date.now();
      if (left <= 0 || this.closedWith !== undefined) throw new Error(this.#complaint(what));
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#waiting.add(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  #complaint(what: string): string {
    const why = this.closedWith === undefined ? `no ${what} in time` : `closed with ${this.closedWith}`;
    return `${this.name}: ${why}; not taken: ${this.texts.slice(this.#taken).join('\n') || 'nothing'}`;
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}
