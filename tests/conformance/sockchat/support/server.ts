import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { attach } from '../../../../src/adapters/sockets/ws.js';
import { memory } from '../../../../src/adapters/storage/memory.js';
import { type Chat, createChat } from '../../../../src/chat.js';
import type { ChatError } from '../../../../src/core/errors.js';
import type { Door } from '../../../../src/delivery/connection.js';
import type { DialectDefinition } from '../../../../src/dialects/dialect.js';
import { type SockChatOptions, sockchat } from '../../../../src/dialects/sockchat/index.js';
import { type Permission, permissions } from '../../../../src/domain/access/permissions.js';
import type { Auth } from '../../../../src/domain/auth.js';
import type { ChannelId, UserId } from '../../../../src/domain/ids.js';
import type { RejectionCode } from '../../../../src/domain/rejections.js';
import type { Identity } from '../../../../src/domain/users/identity.js';
import type { ChatOptions } from '../../../../src/options.js';
import type { JsonProbe } from '../../../support/json-probe.js';
import { SockProbe } from '../../../support/sock-probe.js';
import { StandingClock } from './clock.js';
import { noteReceived, noteRefused, noteSent, sendingBegins, sendingEnds } from './evidence.js';
import { show } from './notation.js';

/** Somebody's identity, but for what the support fills in. */
export type Who = Partial<Identity>;

export interface ServeOptions extends Partial<ChatOptions> {
  readonly sockchat?: SockChatOptions;
  /** Other protocols of the same chat, by where they are mounted. */
  readonly beside?: Readonly<Record<string, DialectDefinition>>;
  /** Stands between the socket adapter and the chat. */
  readonly door?: (chat: Chat) => Door;
}

/** Everything a moderator of these tests may do. */
export const everything: readonly Permission[] = permissions;

/** A chat behind a real server on a port of its own, and everybody connected to it. */
export class TestServer {
  readonly clients: SockProbe[] = [];
  /** Connections of other protocols. */
  readonly elsewhere: JsonProbe[] = [];
  /** Whose ids of live lines need not grow. */
  readonly unordered = new Set<SockProbe>();
  readonly errors: ChatError[] = [];
  #numbers = new Map<string, string>();

  constructor(
    readonly chat: Chat,
    readonly clock: StandingClock,
    readonly url: string,
    /** Counters of the metrics port, by name and labels. */
    readonly counted: ReadonlyMap<string, number>,
    readonly stop: () => Promise<void>,
  ) {
    chat.on('error', (failure) => this.errors.push(failure));
  }

  /** A connection that has not logged in. */
  async connect(name = 'somebody', address = '127.0.0.1'): Promise<SockProbe> {
    let newest = 0;
    const client = await SockProbe.open(this.url, {
      name,
      localAddress: address,
      show,
      onSend: noteSent,
      onPacket: (_, packet) => {
        noteReceived(packet);
        // Ids of live lines grow on every connection (section 3).
        if (!('messageId' in packet) || packet.kind === 'context_message' || packet.kind === 'message_delete')
          return;
        const id = Number(packet.messageId);
        if (!(id > newest) && !this.unordered.has(client))
          throw new Error(`${name} received id ${id} after ${newest}`);
        newest = id;
      },
    });
    this.clients.push(client);
    return client;
  }

  /** What `name` sends as packet 1: the identity the test's auth answers with. */
  words(name: string, who: Who = {}): string {
    let id = this.#numbers.get(name);
    if (id === undefined) {
      id = String(this.#numbers.size + 1);
      this.#numbers.set(name, id);
    }
    return `1→${JSON.stringify({ provider: 'test', id, name, ...who })}`;
  }

  /** Logs somebody in and waits for the last packet of the login. The packets are left to be taken. */
  async arrive(name: string, who: Who = {}, address?: string): Promise<SockProbe> {
    const client = await this.connect(name, address);
    client.send(this.words(name, who));
    await client.packet('context_channels');
    return client;
  }

  /** Logs several people in and forgets what they saw of it. */
  async cast<N extends string>(people: Readonly<Record<N, Who>>): Promise<Record<N, SockProbe>> {
    const arrived: Partial<Record<N, SockProbe>> = {};
    for (const [name, who] of Object.entries<Who>(people)) arrived[name as N] = await this.arrive(name, who);
    await this.settle();
    this.forget();
    return arrived as Record<N, SockProbe>;
  }

  /** Waits until everything sent so far is decided, stored, shown and received. */
  async settle(): Promise<void> {
    await this.#pingAll();
    await this.chat.run('moderation.purge', {});
    await this.#pingAll();
  }

  /**
   * Somebody sends a message or a command; everything that follows from it has come when this resolves. `meanwhile` happens once it is
   * sent.
   */
  async says(client: SockProbe, text: string, meanwhile?: () => Promise<unknown>): Promise<void> {
    this.forget();
    sendingBegins(text);
    client.say(text);
    await meanwhile?.();
    await this.settle();
    sendingEnds();
  }

  /** {@link says}, and what the speaker was sent. */
  async answer(client: SockProbe, text: string): Promise<string[]> {
    await this.says(client, text);
    return client.take();
  }

  /** Tries to log in; answers with the first packet that came, and is gone again. */
  async attempt(name: string, address?: string): Promise<string> {
    const one = await this.connect(name, address);
    one.send(this.words(name));
    const answered = () => one.packets.some(({ kind }) => kind === 'auth_ok' || kind === 'auth_fail');
    await one.until(answered, 'an answer');
    const [answer = ''] = one.take();
    one.terminate();
    await this.settle();
    this.forget();
    return answer;
  }

  userId(handle: string): UserId {
    const found = this.chat.users.byHandle(handle);
    if (found === undefined) throw new Error(`no user ${handle}`);
    return found.id;
  }

  channelId(name: string): ChannelId {
    const found = this.chat.channels.byName(name);
    if (found === undefined) throw new Error(`no channel ${name}`);
    return found.id;
  }

  forget(): void {
    for (const client of this.clients) client.take();
  }

  async #pingAll(): Promise<void> {
    await Promise.all(this.clients.map((one) => (one.id === '' || one.isClosed ? undefined : one.ping())));
  }
}

/** Says whatever identity or refusal is in packet 1. */
export const honest: Auth = ({ arguments: [word = ''] }) => {
  try {
    return JSON.parse(word) as Identity;
  } catch {
    return null;
  }
};

const open = new Set<TestServer>();

/** Starts a server on a free port of 127.0.0.1. {@link stopAll} ends it. */
export async function serve(options: ServeOptions = {}): Promise<TestServer> {
  const clock = new StandingClock();
  const { sockchat: dialect, beside = {}, door = (inner: Chat): Door => inner, ...rest } = options;
  const counted = new Map<string, number>();
  const chat = await createChat({
    storage: memory(),
    auth: honest,
    channels: [{ name: 'Lounge' }],
    // Flood control has tests of its own; the others settle with pings, which count.
    dialects: [sockchat({ flood: { banMs: 0 }, ...dialect }), ...Object.values(beside)],
    clock,
    metrics: {
      count: (name, by = 1, labels = {}) => {
        const key = [name, ...Object.entries(labels).map(([label, value]) => `${label}=${value}`)].join(' ');
        counted.set(key, (counted.get(key) ?? 0) + by);
        if (name === 'commands.refused') noteRefused(labels.code as RejectionCode);
      },
      gauge: () => {},
    },
    ...rest,
  });
  const http = createServer();
  const others = Object.fromEntries(Object.entries(beside).map(([path, { name }]) => [name, path]));
  const detach = attach(http, door(chat), { sockchat: '/sock', ...others });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  const stop = async () => {
    for (const client of server.clients) void client.terminate();
    for (const client of server.elsewhere) client.terminate();
    let closed = false;
    const closing = chat.close().finally(() => {
      closed = true;
    });
    while (!closed) await clock.advance(10);
    await closing;
    detach();
    http.closeAllConnections();
    await new Promise((resolve) => http.close(resolve));
  };
  const server = new TestServer(chat, clock, `ws://127.0.0.1:${port}/sock`, counted, stop);
  open.add(server);
  return server;
}

/** Ends every server of the test. */
export async function stopAll(): Promise<void> {
  const all = [...open];
  open.clear();
  for (const server of all) await server.stop();
}
