import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { attach } from '../../src/adapters/sockets/ws.js';
import { type Chat, createChat } from '../../src/chat.js';
import type { ChatError } from '../../src/core/errors.js';
import { type SockChatOptions, sockchat } from '../../src/dialects/sockchat/index.js';
import type { ChatOptions } from '../../src/options.js';
import { FaultyStorage, type Plan } from '../../src/testing/faulty-storage.js';
import { ManualClock } from '../../src/testing/manual-clock.js';
import { letIn } from './let-in.js';
import { type Fields, isMessage, SockProbe } from './sock-probe.js';

/** Time stands still until a test moves it, but the event loop goes round by itself: sockets need it. */
export class SocketClock extends ManualClock {
  override soon(run: () => void): void {
    setImmediate(run);
  }
}

/** A chat over a storage that fails as told, with real sockets. Whatever clients are shown is held against what is stored. */
export class FaultyChat {
  readonly clock = new SocketClock();
  readonly storage: FaultyStorage;
  readonly states: string[] = [];
  readonly errors: ChatError[] = [];
  /** What a client was shown before it was stored. */
  readonly early: string[] = [];
  readonly clients: SockProbe[] = [];
  chat!: Chat;
  #server: Server | undefined;
  #url = '';

  constructor(plan?: Plan) {
    this.storage = new FaultyStorage(this.clock, plan);
  }

  async start(options: Partial<ChatOptions> = {}, dialect: SockChatOptions = {}): Promise<this> {
    this.chat = await createChat({
      storage: this.storage,
      auth: letIn,
      dialects: [sockchat({ flood: { banMs: 0 }, ...dialect })],
      clock: this.clock,
      ...options,
    });
    this.chat.on('storage_state', ({ state }) => this.states.push(state));
    this.chat.on('error', (error) => this.errors.push(error));
    this.#server = createServer();
    attach(this.#server, this.chat, { sockchat: '/sock' });
    await new Promise<void>((resolve) => this.#server?.listen(0, '127.0.0.1', resolve));
    this.#url = `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}/sock`;
    return this;
  }

  async connect(): Promise<SockProbe> {
    const client = await SockProbe.open(this.#url, { onPacket: (packet) => this.#check(packet) });
    this.clients.push(client);
    return client;
  }

  async visit(id: string, kind = 'staff'): Promise<SockProbe> {
    const client = await this.connect();
    return client.login(id, kind);
  }

  /** Everybody has read everything that was written so far. */
  async calm(...clients: readonly SockProbe[]): Promise<void> {
    for (const client of clients) await client.ping();
  }

  /** Waits, without moving the time, until something holds. */
  async settled(what: string, holds: () => boolean): Promise<void> {
    const late = performance.now() + 10_000;
    while (!holds()) {
      if (performance.now() > late) throw new Error(`waited too long for: ${what}`);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  get stored(): string[] {
    return this.storage.content<{ text: string }>('messages').map((row) => row.text);
  }

  async stop(): Promise<void> {
    this.storage.plan = () => 'ok';
    this.storage.release();
    for (const client of this.clients) if (!client.isClosed) await client.terminate();
    let closed = false;
    const closing = this.chat.close().then(() => {
      closed = true;
    });
    while (!closed) await this.clock.advance(1_000);
    await closing;
    this.#server?.closeAllConnections();
    await new Promise((resolve) => this.#server?.close(resolve));
  }

  #check(packet: Fields): void {
    const lacks = (table: string, fits: (row: Record<string, unknown>) => boolean) =>
      !this.storage.content(table).some((row) => fits(row as Record<string, unknown>));
    const [kind, first] = packet;
    const early =
      (isMessage(packet) && lacks('messages', (row) => String(row.id) === packet[4])) ||
      (kind === '1' && first === 'y' && lacks('users', (row) => String(row.number) === packet[2])) ||
      (kind === '7' &&
        first === '0' &&
        listedIn(packet).some((id) => lacks('users', (row) => String(row.number) === id))) ||
      (kind === '4' && first === '0' && lacks('channels', (row) => row.name === packet[2])) ||
      (kind === '5' && first === '2' && lacks('channels', (row) => row.name === packet[2])) ||
      (kind === '1' &&
        /^[0-9]+$/.test(first ?? '') &&
        lacks('users', (row) => String(row.number) === packet[2]));
    if (early) this.early.push(packet.join('→'));
  }
}

/** Ids of those in packet 7.0: five fields each, the first of them. */
function listedIn(packet: Fields): string[] {
  return packet.slice(3).filter((_, index) => index % 5 === 0);
}
