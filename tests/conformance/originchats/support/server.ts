import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { attach } from '../../../../src/adapters/sockets/ws.js';
import { memory } from '../../../../src/adapters/storage/memory.js';
import { type Chat, createChat } from '../../../../src/chat.js';
import type { ChatError } from '../../../../src/core/errors.js';
import type { Storage } from '../../../../src/core/ports.js';
import type { Door } from '../../../../src/delivery/connection.js';
import { type OriginChatsOptions, originchats } from '../../../../src/dialects/originchats/index.js';
import type { Identity } from '../../../../src/domain/users/identity.js';
import type { ChatOptions } from '../../../../src/options.js';
import { type Json, JsonProbe } from '../../../support/json-probe.js';

export interface ServeOptions extends Partial<ChatOptions> {
  readonly originchats?: OriginChatsOptions;
  /** Stands between the socket adapter and the chat. */
  readonly door?: (chat: Chat) => Door;
}

/** A logged-in client of these tests. */
export class Member extends Object {
  constructor(
    readonly probe: JsonProbe,
    readonly name: string,
    /** What the login answered, in order, up to its own `user_connect` or `ready`. */
    readonly login: readonly Json[],
  ) {
    super();
  }

  send(frame: object | string): void {
    this.probe.send(frame);
  }

  /** Sends a request and takes the next frame that answers it: an error or a frame of that name (or `as`). */
  async ask(
    request: { readonly cmd: string; readonly [field: string]: unknown },
    as?: string,
  ): Promise<Json> {
    this.#asked++;
    const listener = `${this.name}-${this.#asked}`;
    this.send({ ...request, listener });
    const answer = await this.probe.until((frame) => frame.listener === listener, as ?? request.cmd);
    const { listener: _, ...rest } = answer;
    return rest;
  }

  /** Waits until everything that this client was sent so far has come; forgets it and returns it. */
  async settle(): Promise<Json[]> {
    const mark = `settled-${this.name}-${++this.#asked}`;
    const before: Json[] = [];
    this.send({ cmd: 'ping', listener: mark });
    for (;;) {
      const frame = await this.probe.next();
      if (frame.listener === mark) return before;
      if (frame.cmd !== 'ping') before.push(frame);
    }
  }

  #asked = 0;
}

/** A chat behind a real server on a port of its own. */
export class OriginServer {
  readonly errors: ChatError[] = [];
  readonly #probes: JsonProbe[] = [];

  constructor(
    readonly chat: Chat,
    readonly url: string,
    readonly stop: () => Promise<void>,
    readonly storage: Storage,
  ) {
    chat.on('error', (failure) => this.errors.push(failure));
  }

  /** A connection that has not logged in, past its handshake. */
  async connect(name = 'somebody'): Promise<JsonProbe> {
    const probe = await JsonProbe.open(this.url, name);
    this.#probes.push(probe);
    await probe.next();
    return probe;
  }

  /** Logs somebody in. The test's auth takes the identity from the validator. */
  async arrive(name: string, who: Partial<Identity> = {}): Promise<Member> {
    const probe = await this.connect(name);
    probe.send({ cmd: 'auth', validator: JSON.stringify({ id: `USR:${name}`, name, ...who }) });
    const login = [await probe.next(), await probe.next()];
    const member = new Member(probe, name, login);
    await member.settle();
    return member;
  }

  /** Logs several people in, one after the other; what they saw of it is forgotten. */
  async cast<N extends string>(people: Readonly<Record<N, Partial<Identity>>>): Promise<Record<N, Member>> {
    const arrived: Partial<Record<N, Member>> = {};
    for (const [name, who] of Object.entries<Partial<Identity>>(people))
      arrived[name as N] = await this.arrive(name, who);
    for (const member of Object.values<Member>(arrived as Record<N, Member>)) await member.settle();
    return arrived as Record<N, Member>;
  }
}

/** Serves a chat with OriginChats at the root. */
export async function serve(options: ServeOptions = {}): Promise<OriginServer> {
  const { originchats: own, door = (inner: Chat): Door => inner, ...rest } = options;
  const storage = rest.storage ?? memory();
  const chat = await createChat({
    storage,
    auth: ({ arguments: [validator = ''] }) => {
      if (!validator.startsWith('{')) return { denied: 'credentials' };
      return { provider: 'test', ...(JSON.parse(validator) as Pick<Identity, 'id' | 'name'>) };
    },
    dialects: [originchats({ rateLimits: { enabled: false }, ...own })],
    channels: [{ name: 'general' }],
    defaults: { roles: ['user'] },
    ...rest,
  });
  const http = createServer();
  attach(http, door(chat), { originchats: '/' });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  return new OriginServer(
    chat,
    `ws://127.0.0.1:${port}/`,
    async () => {
      await chat.close();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
    storage,
  );
}
