import isomorphic from 'isomorphic-ws';
import type { WebSocket as Socket } from 'ws';
import { decodeClient, decodeServer, encodeClient } from '../../../../src/dialects/sockchat/codec.js';
import type { ClientPacket, ServerPacket } from '../../../../src/dialects/sockchat/packets.js';
import { evidence, noteReceived } from './evidence.js';
import { frame, show } from './notation.js';

const { WebSocket } = isomorphic as unknown as { WebSocket: typeof Socket };

/** How long a test waits for a packet before it fails with what it has seen so far. */
const deadlineMs = 5_000;

/** A Sock Chat client of a few lines: sends, remembers every frame, waits for packets with a deadline. */
export class TestClient {
  /** Every frame in order, in the notation; `<` received, `>` sent. */
  readonly log: string[] = [];
  /** Every frame received, as it was. */
  readonly frames: string[] = [];
  /** The packets of {@link frames}. */
  readonly packets: ServerPacket[] = [];
  /** Its id on the wire, once logged in. */
  id = '';
  /** Whether ids of live lines have to grow. */
  ordered = true;
  /** The close code, once closed. */
  closed: number | undefined;
  readonly #socket: Socket;
  readonly #waiting = new Set<() => void>();
  #taken = 0;
  #pongs = 0;
  #newest = 0;

  private constructor(
    readonly name: string,
    socket: Socket,
  ) {
    this.#socket = socket;
    socket.on('message', (data: Buffer, isBinary: boolean) => this.#received(data, isBinary));
    socket.on('close', (code: number) => {
      this.closed = code;
      this.log.push(`closed with ${code}`);
      this.#wake();
    });
    socket.on('error', () => {});
  }

  static async connect(url: string, name: string, localAddress: string): Promise<TestClient> {
    const socket = new WebSocket(url, { localAddress, perMessageDeflate: false });
    const client = new TestClient(name, socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    return client;
  }

  /** Sends a packet, a frame in the notation, or bytes. */
  send(what: ClientPacket | string | Uint8Array): void {
    if (what instanceof Uint8Array) {
      this.log.push(`> ${what.length} bytes`);
      this.#socket.send(what);
      return;
    }
    const wire = typeof what === 'string' ? frame(what) : encodeClient(what);
    this.log.push(`> ${show(wire.slice(0, 300))}`);
    const decoded = decodeClient(wire);
    if (decoded.ok) evidence.sent.add(decoded.packet.kind);
    this.#socket.send(wire);
  }

  /** Packet 2 with the own id. */
  say(text: string): void {
    this.send(`2\t${this.id}\t${text}`);
  }

  /** Sends a ping and waits for its pong: every frame sent before has been looked at, every frame written before has come. */
  async ping(): Promise<void> {
    const before = this.#pongs;
    this.send({ kind: 'ping', userId: this.id });
    await this.until(() => this.#pongs > before || this.closed !== undefined, 'a pong');
  }

  /** Waits until something holds. */
  async until(holds: () => boolean, what: string): Promise<void> {
    if (holds()) return;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(look);
        reject(new Error(`${this.name} waited for ${what}. So far:\n${this.log.slice(-60).join('\n')}`));
      }, deadlineMs);
      const look = () => {
        if (!holds()) return;
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
    });
  }

  /** Waits for a packet of a kind, not counting those that were taken. */
  async packet<K extends ServerPacket['kind']>(kind: K): Promise<Extract<ServerPacket, { kind: K }>> {
    const find = () => this.packets.slice(this.#taken).find((one) => one.kind === kind);
    await this.until(() => find() !== undefined, kind);
    return find() as Extract<ServerPacket, { kind: K }>;
  }

  /** Waits for the end; answers with the close code. */
  async end(): Promise<number> {
    await this.until(() => this.closed !== undefined, 'the end');
    return this.closed as number;
  }

  /** What has come since the last call, in the notation and without pongs. */
  take(): string[] {
    const taken = this.takeFrames();
    return taken.map(show);
  }

  /** {@link take}, byte for byte. */
  takeFrames(): string[] {
    const fresh = this.frames.slice(this.#taken).filter((one) => one !== '0\tpong');
    this.#taken = this.frames.length;
    return fresh;
  }

  /** The id of the newest message received, notices included. */
  get newestId(): string {
    for (let i = this.packets.length - 1; i >= 0; i--) {
      const packet = this.packets[i];
      if (packet?.kind === 'message') return packet.messageId;
    }
    throw new Error('no message yet');
  }

  close(): void {
    this.#socket.close();
  }

  terminate(): void {
    this.#socket.terminate();
  }

  pause(): void {
    this.#socket.pause();
  }

  #received(data: Buffer, isBinary: boolean): void {
    const text = data.toString();
    this.log.push(`< ${show(text)}`);
    this.frames.push(text);
    const decoded = decodeServer(text);
    if (isBinary || !decoded.ok) throw new Error(`${this.name} received what is no packet: ${show(text)}`);
    const { packet } = decoded;
    this.packets.push(packet);
    noteReceived(packet);
    if (packet.kind === 'pong') this.#pongs++;
    if (packet.kind === 'auth_ok') this.id = packet.user.id;
    this.#checkOrder(packet);
    this.#wake();
  }

  /** Ids of live lines grow on every connection (section 3). */
  #checkOrder(packet: ServerPacket): void {
    if (!('messageId' in packet) || packet.kind === 'context_message' || packet.kind === 'message_delete')
      return;
    const id = Number(packet.messageId);
    if (this.ordered && !(id > this.#newest))
      throw new Error(`${this.name} received id ${id} after ${this.#newest}`);
    this.#newest = id;
  }

  #wake(): void {
    for (const look of [...this.#waiting]) look();
  }
}
