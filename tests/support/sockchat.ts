import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import WebSocket from 'ws';
import { attach } from '../../src/adapters/sockets/ws.js';
import { decodeServer, encodeClient, type ServerPacket } from '../../src/dialects/sockchat/codec.js';
import type { Chat } from '../../src/index.js';

/** A server on a free port with a chat's Sock Chat dialect at `/sock`. */
export async function serve(
  chat: Chat,
): Promise<{ readonly url: string; readonly server: Server; close(): Promise<void> }> {
  const server = createServer();
  attach(server, chat, { sockchat: '/sock' });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `ws://127.0.0.1:${port}/sock`,
    server,
    async close() {
      await chat.close();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

/** One Sock Chat client that keeps everything it was sent. */
export class SockChatProbe {
  readonly packets: ServerPacket[] = [];
  readonly raw: string[] = [];
  closedWith: number | undefined;
  #seen = 0;
  #waiting: (() => void)[] = [];

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => {
      const text = data.toString();
      this.raw.push(text);
      const decoded = decodeServer(text);
      if (decoded.ok) this.packets.push(decoded.packet);
      for (const wake of this.#waiting.splice(0)) wake();
    });
    socket.on('close', (code) => {
      this.closedWith = code;
      for (const wake of this.#waiting.splice(0)) wake();
    });
  }

  static async open(url: string): Promise<SockChatProbe> {
    const socket = new WebSocket(url);
    const probe = new SockChatProbe(socket);
    await new Promise((done, failed) => {
      socket.once('open', done);
      socket.once('error', failed);
    });
    return probe;
  }

  static async login(url: string, ...args: string[]): Promise<SockChatProbe> {
    const probe = await SockChatProbe.open(url);
    probe.socket.send(encodeClient({ kind: 'auth', args }));
    await probe.next('context_channels');
    return probe;
  }

  /** The id this client was given at login. */
  get id(): string {
    const ok = this.packets.find((packet) => packet.kind === 'auth_ok');
    if (ok?.kind !== 'auth_ok') throw new Error(`not logged in; so far:\n${this.raw.join('\n')}`);
    return ok.user.id;
  }

  say(text: string): void {
    this.socket.send(encodeClient({ kind: 'message', userId: this.id, text }));
  }

  /** The next packet of a kind behind those already taken, that also passes `test`. */
  async next<K extends ServerPacket['kind']>(
    kind: K,
    test: (packet: Extract<ServerPacket, { kind: K }>) => boolean = () => true,
  ): Promise<Extract<ServerPacket, { kind: K }>> {
    const found = await this.#until(`a ${kind}`, () => {
      for (let i = this.#seen; i < this.packets.length; i++) {
        const packet = this.packets[i] as Extract<ServerPacket, { kind: K }>;
        if (packet.kind !== kind || !test(packet)) continue;
        this.#seen = i + 1;
        return packet;
      }
      return undefined;
    });
    return found;
  }

  /** The code the server closed with. */
  closed(): Promise<number> {
    return this.#until('the end of the connection', () => this.closedWith);
  }

  async #until<T>(what: string, look: () => T | undefined): Promise<T> {
    const deadline = Date.now() + 8_000;
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`waited for ${what}; so far:\n${this.raw.slice(-30).join('\n')}`);
      await new Promise<void>((wake) => {
        const timer = setTimeout(wake, left);
        this.#waiting.push(() => {
          clearTimeout(timer);
          wake();
        });
      });
    }
  }
}
