import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';
import {
  type ClientPacket,
  decodeServer,
  encodeClient,
  type ServerPacket,
} from '../../src/dialects/sockchat/codec.js';

/** How long a test waits for anything before it fails with what it has seen so far, in ms. */
const patience = 10_000;

/** One packet as it stands on the wire. */
export type Fields = readonly string[];

export interface ProbeOptions {
  /** What it is called when it complains. */
  readonly name?: string;
  /** The address it connects from. */
  readonly localAddress?: string;
  /** How it prints a frame. */
  readonly show?: (frame: string) => string;
  /** Sees each packet as it comes in. */
  readonly onPacket?: (fields: Fields, packet: ServerPacket) => void;
  /** Sees each text frame as it goes out. */
  readonly onSend?: (frame: string) => void;
}

/** A Sock Chat client for tests: sends, keeps every frame, and waits for packets with a deadline. A frame that is no packet is a failure. */
export class SockProbe {
  /** Every frame received, as it was. */
  readonly frames: string[] = [];
  /** The fields of {@link frames}. */
  readonly fields: Fields[] = [];
  /** The packets of {@link frames}. */
  readonly packets: ServerPacket[] = [];
  /** Its id on the wire, once logged in. */
  id = '';
  /** The close code, once closed. */
  closedWith: number | undefined;
  /** Resolves with the close code. */
  readonly closed: Promise<number>;
  onPacket: NonNullable<ProbeOptions['onPacket']>;
  readonly #socket: WebSocket;
  readonly #options: ProbeOptions;
  /** Frames in order; `<` received, `>` sent. */
  readonly #log: string[] = [];
  readonly #waiting = new Set<() => void>();
  #taken = 0;
  #read = 0;
  #pongs = 0;

  private constructor(socket: WebSocket, options: ProbeOptions) {
    this.#socket = socket;
    this.#options = options;
    this.onPacket = options.onPacket ?? (() => {});
    socket.on('message', (data: Buffer, isBinary: boolean) => this.#received(data.toString(), isBinary));
    socket.on('error', () => {});
    this.closed = new Promise((resolve) => {
      socket.on('close', (code: number) => {
        this.closedWith = code;
        this.#log.push(`closed with ${code}`);
        resolve(code);
        this.#wake();
      });
    });
  }

  /** Rejects if the server does not take the connection. */
  static async open(url: string, options: ProbeOptions = {}): Promise<SockProbe> {
    const { localAddress } = options;
    const from = localAddress === undefined ? {} : { localAddress };
    const socket = new WebSocket(url, { perMessageDeflate: false, ...from });
    const probe = new SockProbe(socket, options);
    await once(socket, 'open');
    return probe;
  }

  /** Connects and logs in. */
  static async login(url: string, ...words: readonly string[]): Promise<SockProbe> {
    return (await SockProbe.open(url)).login(...words);
  }

  get isClosed(): boolean {
    return this.closedWith !== undefined;
  }

  /** Sends a packet, a frame with `→` for TAB and `␌` for form feed, or bytes. */
  send(what: ClientPacket | string | Uint8Array): void {
    if (what instanceof Uint8Array) {
      this.#log.push(`> ${what.length} bytes`);
      return this.#socket.send(what);
    }
    const wire = typeof what === 'string' ? frame(what) : encodeClient(what);
    this.#log.push(`> ${wire.slice(0, 300)}`);
    this.#options.onSend?.(wire);
    this.#socket.send(wire);
  }

  /** Packet 1. */
  knock(...words: readonly string[]): void {
    this.send({ kind: 'auth', args: words });
  }

  /** Packet 1; resolves with the last packet of the login. */
  async login(...words: readonly string[]): Promise<this> {
    this.knock(...words);
    await this.nextOf('context_channels');
    return this;
  }

  /** Packet 2 with the own id. */
  say(text: string): void {
    this.send(`2\t${this.id}\t${text}`);
  }

  /** Sends a ping and waits for its pong, or the end: every frame sent before has been looked at, every frame written before has come. */
  async ping(): Promise<void> {
    const before = this.#pongs;
    this.send({ kind: 'ping', userId: this.id });
    await this.until(() => this.#pongs > before || this.isClosed, 'a pong');
  }

  /** What `run` sends leaves in one piece, so that the server reads it in one go. */
  together(run: () => void): void {
    const { _socket: raw } = this.#socket as unknown as { readonly _socket: Duplex };
    raw.cork();
    run();
    raw.uncork();
  }

  /** Waits until something holds. */
  async until(holds: () => boolean, what: string, withinMs = patience): Promise<void> {
    if (holds()) return;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(look);
        reject(this.#complaint(`waited for ${what}`));
      }, withinMs);
      const look = () => {
        if (!holds()) return;
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
    });
  }

  /** The first packet that fits, among those behind the one found before. */
  async next(what: string, fits: (fields: Fields) => boolean, withinMs = patience): Promise<Fields> {
    const at = await this.#find(what, (index) => fits(this.fields[index] as Fields), withinMs);
    return this.fields[at] as Fields;
  }

  /** {@link next}, by kind. */
  async nextOf<K extends ServerPacket['kind']>(
    kind: K,
    fits: (packet: Extract<ServerPacket, { kind: K }>) => boolean = () => true,
  ): Promise<Extract<ServerPacket, { kind: K }>> {
    type Wanted = Extract<ServerPacket, { kind: K }>;
    const isWanted = (packet: ServerPacket | undefined): packet is Wanted =>
      packet?.kind === kind && fits(packet as Wanted);
    const at = await this.#find(kind, (index) => isWanted(this.packets[index]), patience);
    return this.packets[at] as Wanted;
  }

  /** The first packet of a kind, not counting those that were {@link take}n. It can be found again. */
  async packet<K extends ServerPacket['kind']>(kind: K): Promise<Extract<ServerPacket, { kind: K }>> {
    const find = () => this.packets.slice(this.#taken).find((one) => one.kind === kind);
    await this.until(() => find() !== undefined, kind);
    return find() as Extract<ServerPacket, { kind: K }>;
  }

  /** Waits for the end; answers with the close code. */
  async end(): Promise<number> {
    await this.until(() => this.isClosed, 'the end');
    return this.closed;
  }

  /** What has come since the last call, as the test prints frames, and without pongs. */
  take(): string[] {
    return this.takeFrames().map((one) => this.#show(one));
  }

  /** {@link take}, byte for byte. */
  takeFrames(): string[] {
    const fresh = this.frames.slice(this.#taken).filter((one) => one !== '0\tpong');
    this.#taken = this.frames.length;
    return fresh;
  }

  /** Texts of the messages it was shown, whispers and notices left out. */
  get heard(): string[] {
    return this.fields.filter(isMessage).map((one) => one[3] ?? '');
  }

  /** Notices it was given: id and arguments. */
  get notices(): string[] {
    return this.fields.filter((one) => one[0] === '2' && one[2] === '-1').map(noticeOf);
  }

  /** The id of the newest message received, notices included. */
  get newestId(): string {
    const newest = this.packets.findLast((packet) => packet.kind === 'message');
    if (newest === undefined) throw new Error('no message yet');
    return newest.messageId;
  }

  close(): Promise<number> {
    this.#socket.close();
    return this.closed;
  }

  /** Drops the connection without a word. */
  terminate(): Promise<number> {
    this.#socket.terminate();
    return this.closed;
  }

  pause(): void {
    this.#socket.pause();
  }

  /** Goes on to the first frame that fits, and answers with its place. */
  async #find(what: string, fits: (index: number) => boolean, withinMs: number): Promise<number> {
    let found: number | undefined;
    const look = () => {
      while (found === undefined && this.#read < this.frames.length) {
        if (fits(this.#read)) found = this.#read;
        this.#read++;
      }
      return found !== undefined || this.isClosed;
    };
    await this.until(look, what, withinMs);
    if (found === undefined) throw this.#complaint(`was closed with ${this.closedWith} before ${what}`);
    return found;
  }

  #received(text: string, isBinary: boolean): void {
    this.#log.push(`< ${text}`);
    const decoded = decodeServer(text);
    if (isBinary || !decoded.ok) throw this.#complaint('received what is no packet');
    const { packet } = decoded;
    const fields = text.split('\t');
    this.frames.push(text);
    this.fields.push(fields);
    this.packets.push(packet);
    if (packet.kind === 'pong') this.#pongs++;
    if (packet.kind === 'auth_ok') this.id = packet.user.id;
    this.onPacket(fields, packet);
    this.#wake();
  }

  #show(text: string): string {
    return (this.#options.show ?? arrows)(text);
  }

  #complaint(what: string): Error {
    const log = this.#log.slice(-60).map((line) => this.#show(line));
    return new Error(`${this.#options.name ?? 'a client'} ${what}. So far:\n${log.join('\n')}`);
  }

  #wake(): void {
    for (const look of [...this.#waiting]) look();
  }
}

/** A frame as the specification prints one: `→` for TAB, `␌` for form feed. */
export function arrows(text: string): string {
  return text.replaceAll('\t', '→').replaceAll('\f', '␌');
}

/** The frame behind {@link arrows}. */
export function frame(shown: string): string {
  return shown.replaceAll('→', '\t').replaceAll('␌', '\f');
}

/** A live message of a person in a channel. */
export function isMessage(fields: Fields): boolean {
  return fields[0] === '2' && fields[2] !== '-1' && fields[5] !== '10011';
}

/** A notice as its id and arguments, joined by spaces; its type is left out. */
export function noticeOf(fields: Fields): string {
  return (fields[3] ?? '').split('\f').slice(1).join(' ');
}

/** Whether a packet is a live notice with this id. */
export function isNotice(id: string): (fields: Fields) => boolean {
  return (fields) => fields[0] === '2' && fields[2] === '-1' && fields[3]?.split('\f')[1] === id;
}
