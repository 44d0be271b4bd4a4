import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';

/** One packet: its fields as text. */
export type Packet = readonly string[];

/** A Sock Chat client that keeps every packet it got. */
export class SockClient {
  readonly packets: Packet[] = [];
  /** Resolves with the close code. */
  readonly closed: Promise<number>;
  /** Its id on the wire; also what it logs in with. */
  id = '';
  readonly #socket: WebSocket;
  #read = 0;
  #code: number | undefined;
  #watchers: (() => void)[] = [];
  /** Sees each packet as it comes in. */
  onPacket: (packet: Packet) => void = () => {};

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data) => {
      const packet = String(data).split('\t');
      this.packets.push(packet);
      this.onPacket(packet);
      this.#wake();
    });
    socket.on('error', () => {});
    this.closed = new Promise((resolve) => {
      socket.on('close', (code) => {
        this.#code = code;
        this.#wake();
        resolve(code);
      });
    });
  }

  /** Rejects if the server does not take the connection. */
  static async open(url: string, onPacket?: (packet: Packet) => void): Promise<SockClient> {
    const socket = new WebSocket(url, { perMessageDeflate: false });
    const client = new SockClient(socket);
    if (onPacket !== undefined) client.onPacket = onPacket;
    await once(socket, 'open');
    return client;
  }

  get isClosed(): boolean {
    return this.#code !== undefined;
  }

  send(...fields: readonly string[]): void {
    this.#socket.send(fields.join('\t'));
  }

  /** What `run` sends leaves in one piece, so that the server reads it in one go. */
  together(run: () => void): void {
    const { _socket: raw } = this.#socket as unknown as { readonly _socket: Duplex };
    raw.cork();
    run();
    raw.uncork();
  }

  /** Asks to be let in; see {@link SockClient.login}. */
  knock(id: string, ...more: readonly string[]): void {
    this.id = id;
    this.send('1', id, ...more);
  }

  async login(id: string, ...more: readonly string[]): Promise<this> {
    this.knock(id, ...more);
    await this.until('the channel list', (packet) => packet[0] === '7' && packet[1] === '2');
    return this;
  }

  say(text: string): void {
    this.send('2', this.id, text);
  }

  /** The first packet that fits, among those behind the one found before. */
  async until(what: string, fits: (packet: Packet) => boolean, withinMs = 10_000): Promise<Packet> {
    const late = performance.now() + withinMs;
    for (;;) {
      while (this.#read < this.packets.length) {
        const packet = this.packets[this.#read++] as Packet;
        if (fits(packet)) return packet;
      }
      if (this.#code !== undefined)
        throw new Error(`closed with ${this.#code} before ${what}: ${this.#log()}`);
      await this.#news(late, what);
    }
  }

  /** Resolves when the server has answered a ping, so that everything written before has been read, both ways. */
  async ping(): Promise<void> {
    const pongs = () => this.packets.reduce((n, packet) => n + (packet[0] === '0' ? 1 : 0), 0);
    const before = pongs();
    const late = performance.now() + 10_000;
    this.send('0', this.id);
    while (pongs() === before) {
      if (this.#code !== undefined)
        throw new Error(`closed with ${this.#code} before a pong: ${this.#log()}`);
      await this.#news(late, 'a pong');
    }
  }

  /** Texts of the messages it was shown, whispers and notices left out. */
  get heard(): string[] {
    return this.packets.filter(isMessage).map((packet) => packet[3] ?? '');
  }

  /** Notices it was given: id and arguments. */
  get notices(): string[] {
    return this.packets.filter((one) => one[0] === '2' && one[2] === '-1').map((one) => noticeOf(one));
  }

  close(): Promise<number> {
    this.#socket.close();
    return this.closed;
  }

  /** Drops the connection without a word. */
  cut(): Promise<number> {
    this.#socket.terminate();
    return this.closed;
  }

  #wake(): void {
    for (const watcher of this.#watchers.splice(0)) watcher();
  }

  #news(late: number, what: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`waited too long for ${what}: ${this.#log()}`)),
        Math.max(0, late - performance.now()),
      );
      this.#watchers.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #log(): string {
    return this.packets
      .slice(-40)
      .map((packet) => packet.join('→'))
      .join(' | ');
  }
}

/** A live message of a person in a channel. */
export function isMessage(packet: Packet): boolean {
  return packet[0] === '2' && packet[2] !== '-1' && packet[5] !== '10011';
}

/** A notice as its id and arguments, joined by spaces; its type is left out. */
export function noticeOf(packet: Packet): string {
  return (packet[3] ?? '').split('\f').slice(1).join(' ');
}

/** Whether a packet is a live notice with this id. */
export function isNotice(id: string): (packet: Packet) => boolean {
  return (packet) => packet[0] === '2' && packet[2] === '-1' && packet[3]?.split('\f')[1] === id;
}
