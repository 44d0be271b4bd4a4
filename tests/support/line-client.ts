import isomorphic from 'isomorphic-ws';
import type { WebSocket as Socket } from 'ws';

const WebSocket = isomorphic as unknown as new (url: string) => Socket;

/** A Sock Chat connection that writes and reads packets as lists of fields, and nothing more. */
export class LineClient {
  readonly received: string[][] = [];
  readonly closed: Promise<number>;
  readonly #socket: Socket;
  #news: () => void = () => {};
  #read = 0;
  #over = false;

  private constructor(url: string) {
    this.#socket = new WebSocket(url);
    this.#socket.on('message', (data: Buffer) => {
      this.received.push(data.toString().split('\t'));
      this.#news();
    });
    this.closed = new Promise((resolve) => {
      this.#socket.on('close', (code: number) => {
        this.#over = true;
        resolve(code);
        this.#news();
      });
    });
    this.#socket.on('error', () => {});
  }

  /** Connects. */
  static async to(url: string): Promise<LineClient> {
    const client = new LineClient(url);
    await new Promise<void>((resolve, reject) => {
      client.#socket.once('open', () => resolve());
      client.#socket.once('error', reject);
    });
    return client;
  }

  /** Connects and logs in. */
  static async login(url: string, ...words: string[]): Promise<LineClient> {
    const client = await LineClient.to(url);
    client.send('1', ...words);
    await client.next((packet) => packet[0] === '1' && packet[1] === 'y');
    return client;
  }

  /** The own id, once logged in. */
  get id(): string {
    return this.received.find((packet) => packet[0] === '1' && packet[1] === 'y')?.[2] ?? '';
  }

  send(...fields: string[]): void {
    this.#socket.send(fields.join('\t'));
  }

  say(text: string): void {
    this.send('2', this.id, text);
  }

  /** The next packet, from where the last call stopped, for which this holds. */
  async next(holds: (packet: string[]) => boolean): Promise<string[]> {
    const deadline = AbortSignal.timeout(10_000);
    for (;;) {
      while (this.#read < this.received.length) {
        const packet = this.received[this.#read++] as string[];
        if (holds(packet)) return packet;
      }
      const log = () => JSON.stringify(this.received);
      if (this.#over) throw new Error(`closed after ${log()}`);
      await new Promise<void>((resolve, reject) => {
        this.#news = resolve;
        deadline.onabort = () => reject(new Error(`no such packet in 10 s among ${log()}`));
      });
    }
  }

  close(): void {
    this.#socket.close();
  }
}
