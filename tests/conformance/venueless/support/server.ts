import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT } from 'jose';
import { chain } from '../../../../src/adapters/auth/chain.js';
import { guest } from '../../../../src/adapters/auth/guest.js';
import { jwt } from '../../../../src/adapters/auth/jwt.js';
import { attach } from '../../../../src/adapters/sockets/ws.js';
import { memory } from '../../../../src/adapters/storage/memory.js';
import { type Chat, createChat } from '../../../../src/chat.js';
import type { ChatError } from '../../../../src/core/errors.js';
import type { Storage } from '../../../../src/core/ports.js';
import type { Door } from '../../../../src/delivery/connection.js';
import type { DialectDefinition } from '../../../../src/dialects/dialect.js';
import { type VenuelessOptions, venueless } from '../../../../src/dialects/venueless/index.js';
import type { ChatOptions } from '../../../../src/options.js';
import { type Json, JsonProbe } from '../../../support/json-probe.js';
import { noteReceived } from './evidence.js';

/** What the tests' tokens are signed with. */
export const secret = 'a secret of at least thirty-two bytes';

/** Knows the tests' tokens. */
export const tokens = jwt({ secrets: [{ secret, issuer: 'any', audience: 'venueless' }] });

export interface ServeOptions extends Partial<ChatOptions> {
  readonly venueless?: Partial<VenuelessOptions>;
  /** Further dialects, each at a path of its name. */
  readonly beside?: readonly DialectDefinition[];
  /** Stands between the socket adapter and the chat. */
  readonly door?: (chat: Chat) => Door;
}

/** What a token says. */
export interface Claims {
  readonly uid?: string | number;
  readonly traits?: readonly string[];
  readonly profile?: object;
  readonly [claim: string]: unknown;
}

/** A token that the tests' worlds accept. */
export function token(claims: Claims): Promise<string> {
  return new SignJWT({ ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer('any')
    .setAudience('venueless')
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(secret));
}

/** Somebody who has logged in. */
export class Member {
  #asked = 0;

  constructor(
    readonly probe: JsonProbe,
    readonly name: string,
    /** What `authenticated` brought. */
    readonly welcome: Json,
  ) {}

  get id(): string {
    return this.welcome['user.config'].id;
  }

  /** The channel of the room of this name. */
  channel(room: string): string {
    const found = this.welcome['world.config'].rooms.find((one: Json) => one.name === room);
    return found.modules[0].channel_id;
  }

  send(frame: object | string): void {
    this.probe.send(frame);
  }

  /** Sends a request and takes the frames up to its answer, which is returned as it is. */
  async ask(action: string, payload: unknown = {}): Promise<Json> {
    const id = ++this.#asked;
    this.send([action, id, payload]);
    return this.probe.until(
      ([kind, echo]) => (kind === 'success' || kind === 'error') && echo === id,
      `the answer to ${action}`,
    );
  }

  /** The same for what is granted: the result alone. */
  async done(action: string, payload: unknown = {}): Promise<Json> {
    const [kind, , result] = await this.ask(action, payload);
    if (kind !== 'success') throw new Error(`${this.name}: ${action} was refused: ${JSON.stringify(result)}`);
    return result;
  }

  /** The same for what is refused: the error alone. */
  async refused(action: string, payload: unknown = {}): Promise<Json> {
    const [kind, , result] = await this.ask(action, payload);
    if (kind !== 'error') throw new Error(`${this.name}: ${action} was granted: ${JSON.stringify(result)}`);
    return result;
  }

  /** Waits for how many look at a room, and skips all else. */
  async crowd(): Promise<Json> {
    const [, told] = await this.probe.until(([name]) => name === crowdChange, 'the crowd of a room');
    return told;
  }

  /**
   * Waits until everything that this client was sent so far has come; forgets it and returns it. Without the crowds of rooms, which are told
   * at a time of their own (see {@link Member.crowd}).
   */
  async settle(): Promise<Json[]> {
    const mark = `settled-${++this.#asked}`;
    const before: Json[] = [];
    // Requests are answered in their order, behind everything pushed before (section 2).
    this.send(['user.online_status', mark, { ids: [] }]);
    for (;;) {
      const frame = await this.probe.next();
      if (frame[1] === mark) return before;
      if (frame[0] !== crowdChange) before.push(frame);
    }
  }
}

const crowdChange = 'world.user_count_change';

/** A chat behind a real server on a port of its own. */
export class VenuelessServer {
  readonly errors: ChatError[] = [];

  constructor(
    readonly chat: Chat,
    /** Without the world. */
    readonly url: string,
    readonly stop: () => Promise<void>,
    readonly storage: Storage,
  ) {
    chat.on('error', (failure) => this.errors.push(failure));
  }

  /** Where HTTP requests go. */
  get http(): string {
    return this.url.replace('ws:', 'http:').replace('/ws/world', '');
  }

  /** Where a further dialect is. */
  beside(dialect: string): string {
    return this.url.replace('/ws/world', `/${dialect}`);
  }

  /** A connection that has not logged in. */
  connect(name = 'somebody', world = 'demo'): Promise<JsonProbe> {
    return JsonProbe.open(`${this.url}/${world}/`, name, undefined, noteReceived);
  }

  /** Logs in with a payload of `authenticate`. */
  async login(name: string, payload: object, world = 'demo'): Promise<Member> {
    const probe = await this.connect(name, world);
    probe.send(['authenticate', payload]);
    const [kind, welcome] = await probe.next();
    if (kind !== 'authenticated') throw new Error(`${name} was not let in: ${JSON.stringify(welcome)}`);
    return new Member(probe, name, welcome);
  }

  /** Logs somebody in by a token under whose `uid` they have their name from the start. */
  async arrive(name: string, claims: Claims = {}, world = 'demo'): Promise<Member> {
    const said = { uid: name, traits: ['attendee'], profile: { display_name: name }, ...claims };
    return this.login(name, { token: await token(said) }, world);
  }

  /** A guest, without a name. */
  guest(name: string, world = 'demo'): Promise<Member> {
    return this.login(name, { client_id: `client-of-${name}` }, world);
  }

  /** Logs several people in, one after the other; what they saw of it is forgotten. */
  async cast<N extends string>(people: Readonly<Record<N, Claims>>): Promise<Record<N, Member>> {
    const arrived: Partial<Record<N, Member>> = {};
    for (const [name, claims] of Object.entries<Claims>(people))
      arrived[name as N] = await this.arrive(name, claims);
    for (const member of Object.values<Member>(arrived as Record<N, Member>)) await member.settle();
    return arrived as Record<N, Member>;
  }
}

/** What people may do in the rooms of these tests, unless a test says otherwise. */
export const openRoom = { viewer: [], participant: [], moderator: ['moderator'] };

/** Serves a chat with Venueless below `/ws/world`. */
export async function serve(options: ServeOptions = {}): Promise<VenuelessServer> {
  const { venueless: own, beside = [], door = (inner: Chat): Door => inner, ...rest } = options;
  const storage = rest.storage ?? memory();
  const chat = await createChat({
    storage,
    auth: chain(tokens, guest()),
    dialects: [
      venueless({
        worlds: { demo: { title: 'Demo' } },
        traitGrants: { attendee: [], admin: ['admin'] },
        ...own,
      }),
      ...beside,
    ],
    channels: [
      { name: 'stage', grants: openRoom },
      { name: 'bar', grants: openRoom },
    ],
    ...rest,
  });
  const http = createServer();
  const mounts = Object.fromEntries(beside.map(({ name }) => [name, `/${name}`]));
  attach(http, door(chat), { venueless: '/ws/world', ...mounts });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  return new VenuelessServer(
    chat,
    `ws://127.0.0.1:${port}/ws/world`,
    async () => {
      await chat.close();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
    storage,
  );
}
