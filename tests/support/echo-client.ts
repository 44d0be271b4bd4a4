import { once } from 'node:events';
import { createServer, type Server, type ServerOptions } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { type ClientOptions, WebSocket } from 'ws';
import { type AttachOptions, attach, type Mounts } from '../../src/adapters/sockets/ws.js';
import { memory } from '../../src/adapters/storage/memory.js';
import { type Chat, createChat } from '../../src/chat.js';
import type { ChatOptions } from '../../src/options.js';
import { type EchoOptions, echo } from './echo-dialect.js';

/** How long a test waits for anything, in ms. */
export const patience = 10_000;

/** Resolves with the first value of `look` that is not `undefined`, asked whenever the event loop comes round. */
export async function until<T>(what: string, look: () => T | undefined | false, ms = patience): Promise<T> {
  const end = performance.now() + ms;
  for (;;) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > end) throw new Error(`no ${what} within ${ms} ms`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

export interface Started {
  readonly chat: Chat;
  readonly server: Server;
  readonly port: number;
  readonly detach: () => void;
  client(options?: ClientOptions & { readonly path?: string; readonly from?: string }): EchoClient;
  /** A client that is logged in and has read what comes with that. */
  member(name: string, options?: ClientOptions & { readonly path?: string }): Promise<EchoClient>;
  raw(): Promise<RawClient>;
  stop(): Promise<void>;
}

const open = new Set<Started>();

/** Stops everything that was started. */
export async function stopAll(): Promise<void> {
  const all = [...open];
  open.clear();
  for (const one of all) await one.stop();
}

/** A chat that speaks the test protocol at `/echo`, on a server of its own, until {@link stopAll}. Everybody may log in. */
export async function start(
  setup: {
    readonly echo?: EchoOptions;
    readonly chat?: Partial<ChatOptions>;
    readonly attach?: AttachOptions;
    readonly mounts?: Mounts;
    readonly server?: ServerOptions;
  } = {},
): Promise<Started> {
  const chat = await createChat({
    storage: memory(),
    auth: ({ arguments: [name = ''] }) =>
      name === '' ? { denied: 'credentials' } : { provider: 'test', id: name, name },
    dialects: [echo(setup.echo)],
    ...setup.chat,
  });
  const server = createServer(setup.server ?? {});
  const detach = attach(server, chat, setup.mounts ?? { echo: '/echo' }, setup.attach);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const clients: (EchoClient | RawClient)[] = [];
  const client: Started['client'] = ({ path = '/echo', from, ...options } = {}) => {
    const headers = { ...options.headers, ...(from === undefined ? {} : { 'x-forwarded-for': from }) };
    const one = new EchoClient(new WebSocket(`ws://127.0.0.1:${port}${path}`, { ...options, headers }));
    clients.push(one);
    return one;
  };
  const started: Started = {
    chat,
    server,
    port,
    detach,
    client,
    async member(name, options) {
      const one = client(options);
      one.send({ do: 'login', name });
      await one.next('welcome');
      return one;
    },
    async raw() {
      const one = new RawClient(connect(port, '127.0.0.1'));
      clients.push(one);
      await once(one.socket, 'connect');
      return one;
    },
    async stop() {
      for (const one of clients) one.end();
      await chat.close();
      server.close();
      server.closeAllConnections();
    },
  };
  open.add(started);
  return started;
}

type Packet = { readonly [field: string]: unknown } & { readonly bytes?: Buffer };

/** A client of the test protocol that keeps all it was sent. */
export class EchoClient {
  /** Everything received, in order. */
  readonly log: Packet[] = [];
  closed: { readonly code: number; readonly reason: string } | undefined;
  /** The status of a handshake that was refused. */
  refused: number | undefined;
  retryAfter: string | undefined;
  error: Error | undefined;
  #read = 0;
  readonly #unsent: (string | Buffer)[] = [];

  constructor(readonly socket: WebSocket) {
    socket.on('message', (data: Buffer, binary) => {
      this.log.push(binary ? { bytes: data } : (JSON.parse(data.toString()) as Packet));
    });
    socket.on('open', () => {
      for (const data of this.#unsent) socket.send(data);
    });
    socket.on('close', (code, reason) => {
      this.closed ??= { code, reason: reason.toString() };
    });
    socket.on('unexpected-response', (request, response) => {
      this.refused = response.statusCode;
      this.retryAfter = response.headers['retry-after'];
      request.destroy();
    });
    socket.on('error', (error) => {
      this.error = error;
    });
  }

  /** Sends once the connection is open. */
  send(wish: object | string | Buffer): void {
    const data = typeof wish === 'string' || Buffer.isBuffer(wish) ? wish : JSON.stringify(wish);
    if (this.socket.readyState === WebSocket.CONNECTING)
      this.socket.once('open', () => this.socket.send(data));
    else this.socket.send(data);
  }

  /** The next packet, read in order, that has this field. */
  async next(field: string): Promise<Packet> {
    return until(
      `packet with ${field}; so far ${JSON.stringify(this.log.slice(-20))}, ${JSON.stringify(this.closed)} ${this.error ?? ''}`,
      () => {
        for (let i = this.#read; i < this.log.length; i++) {
          const packet = this.log[i];
          if (packet === undefined || !(field in packet)) continue;
          this.#read = i + 1;
          return packet;
        }
        return undefined;
      },
    );
  }

  async close(): Promise<{ readonly code: number; readonly reason: string }> {
    return until(`close; so far ${JSON.stringify(this.log.slice(-20))}`, () => this.closed);
  }

  /** `open`, or the status with which the handshake was refused. */
  async outcome(): Promise<'open' | number> {
    return until('outcome of the handshake', () =>
      this.socket.readyState === WebSocket.OPEN ? 'open' : this.refused,
    );
  }

  end(): void {
    this.socket.terminate();
  }
}

/** A frame as a client sends it (RFC 6455, section 5.2), masked with zeroes unless `announced` says that it is longer than it is. */
export function clientFrame(
  payload: Buffer | string,
  { opcode = 1, fin = true, announced }: { opcode?: number; fin?: boolean; announced?: number } = {},
): Buffer {
  const bytes = Buffer.from(payload as string);
  const length = announced ?? bytes.length;
  const first = (fin ? 0x80 : 0) | opcode;
  const mask = Buffer.alloc(4);
  if (length < 126) return Buffer.concat([Buffer.from([first, 0x80 | length]), mask, bytes]);
  const head = Buffer.alloc(length < 65_536 ? 4 : 10);
  head[0] = first;
  if (head.length === 4) {
    head[1] = 0x80 | 126;
    head.writeUInt16BE(length, 2);
  } else {
    head[1] = 0x80 | 127;
    head.writeBigUInt64BE(BigInt(length), 2);
  }
  return Buffer.concat([head, mask, bytes]);
}

/** A TCP connection, for what a WebSocket client would not do. */
export class RawClient {
  received = Buffer.alloc(0);
  closed = false;

  constructor(readonly socket: Socket) {
    socket.on('data', (data) => {
      this.received = Buffer.concat([this.received, data]);
    });
    socket.on('close', () => {
      this.closed = true;
    });
    socket.on('error', () => {});
  }

  /** Asks for a WebSocket and waits for the answer's head, which it takes off. */
  async upgrade(headers: readonly string[] = [], path = '/echo'): Promise<string> {
    const lines = [
      `GET ${path} HTTP/1.1`,
      'Host: localhost',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      ...headers,
    ];
    this.socket.write(`${lines.join('\r\n')}\r\n\r\n`);
    const end = await until('answer', () => {
      const at = this.received.indexOf('\r\n\r\n');
      return at < 0 ? (this.closed ? -1 : undefined) : at;
    });
    const head = this.received.subarray(0, Math.max(0, end)).toString();
    this.received = this.received.subarray(end + 4);
    return head;
  }

  /** Whole frames received so far; they stay. Throws at what cannot be a server's frame. */
  frames(): { readonly opcode: number; readonly payload: Buffer }[] {
    const found: { opcode: number; payload: Buffer }[] = [];
    for (let at = 0; at + 2 <= this.received.length; ) {
      const [first = 0, second = 0] = this.received.subarray(at, at + 2);
      if ((first & 0x70) !== 0 || (first & 0x80) === 0 || second > 127)
        throw new Error(`no frame at byte ${at}`);
      let head = 2;
      let length = second;
      if (second === 126) {
        length = this.received.readUInt16BE(at + 2);
        head = 4;
      } else if (second === 127) {
        length = Number(this.received.readBigUInt64BE(at + 2));
        head = 10;
      }
      if (at + head + length > this.received.length) break;
      found.push({ opcode: first & 15, payload: this.received.subarray(at + head, at + head + length) });
      at += head + length;
    }
    return found;
  }

  /** The code of the close frame, once it is there. */
  async closeCode(): Promise<number> {
    const payload = await until(
      'close frame',
      () => this.frames().find((frame) => frame.opcode === 8)?.payload,
    );
    return payload.readUInt16BE(0);
  }

  end(): void {
    this.socket.destroy();
  }
}
