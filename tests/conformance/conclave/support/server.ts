import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chain } from '../../../../src/adapters/auth/chain.js';
import { guest } from '../../../../src/adapters/auth/guest.js';
import { type AttachOptions, attach } from '../../../../src/adapters/sockets/ws.js';
import { memory } from '../../../../src/adapters/storage/memory.js';
import { type Chat, createChat } from '../../../../src/chat.js';
import type { ChatError } from '../../../../src/core/errors.js';
import * as wire from '../../../../src/dialects/conclave/codec.js';
import { type ConclaveOptions, conclave } from '../../../../src/dialects/conclave/index.js';
import type { MessageSchema, Sparse } from '../../../../src/dialects/conclave/schema.js';
import type { ChatOptions } from '../../../../src/options.js';
import { cheapHasher } from '../../../support/cheap-hasher.js';

export interface ServeOptions extends Partial<ChatOptions> {
  readonly conclave?: ConclaveOptions;
  readonly mount?: string;
  readonly attach?: AttachOptions;
}

/** An answer as it came. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
}

type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE' | 'HEAD' | 'OPTIONS';

export interface Ask {
  readonly method?: Method;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
}

/** A chat that speaks Conclave behind a real server. */
export class ConclaveServer {
  readonly errors: ChatError[] = [];

  constructor(
    readonly chat: Chat,
    readonly http: Server,
    /** Up to the mount, without a slash at the end. */
    readonly url: string,
    readonly hasher: ReturnType<typeof cheapHasher>,
  ) {
    chat.on('error', (failure) => this.errors.push(failure));
  }

  get port(): number {
    return (this.http.address() as AddressInfo).port;
  }

  async ask(path: string, { method = 'GET', headers = {}, body }: Ask = {}): Promise<Answer> {
    const init = { method, headers, ...(body === undefined ? {} : { body: body as BodyInit }) };
    const response = await fetch(`${this.url}/api/v1${path}`, init);
    return {
      status: response.status,
      headers: response.headers,
      bytes: new Uint8Array(await response.arrayBuffer()),
    };
  }

  async register(username: string, more: Sparse<wire.RegisterRequest> = {}): Promise<string> {
    const request = { username, password: 'password123', ...more };
    const answer = await this.ask('/register', {
      method: 'POST',
      body: wire.encode(wire.RegisterRequest, request),
    });
    return hex(read(answer, wire.RegisterResponse, 201).userId);
  }

  async login(username: string, password = 'password123'): Promise<Person> {
    const body = wire.encode(wire.LoginRequest, { username, password });
    const { token, userId } = read(await this.ask('/login', { method: 'POST', body }), wire.LoginResponse);
    return new Person(this, username, hex(userId), token);
  }

  /** Registers and logs in. */
  async arrive(username: string): Promise<Person> {
    await this.register(username);
    return this.login(username);
  }

  /** Several at once, each with an open stream. */
  async cast<N extends string>(...names: readonly N[]): Promise<Record<N, Person>> {
    const people: Partial<Record<N, Person>> = {};
    for (const name of names) {
      const person = await this.arrive(name);
      await person.listen();
      people[name] = person;
    }
    return people as Record<N, Person>;
  }

  async stop(): Promise<void> {
    await this.chat.close();
    this.http.closeAllConnections();
    await new Promise((done) => this.http.close(done));
  }
}

/** Somebody with a token. */
export class Person {
  readonly streams: Stream[] = [];

  constructor(
    readonly server: ConclaveServer,
    readonly name: string,
    /** The UUID in hexadecimal, without hyphens. */
    readonly id: string,
    readonly token: string,
  ) {}

  get bytes(): Uint8Array {
    return fromHex(this.id);
  }

  get headers(): Record<string, string> {
    return { authorization: `Bearer ${this.token}` };
  }

  ask(path: string, ask: Ask = {}): Promise<Answer> {
    return this.server.ask(path, { ...ask, headers: { ...this.headers, ...ask.headers } });
  }

  async get<M>(path: string, schema: MessageSchema<M>): Promise<M> {
    return read(await this.ask(path), schema);
  }

  post<Q>(
    path: string,
    schema?: MessageSchema<Q>,
    body: Sparse<Q> = {} as Sparse<Q>,
    method: Method = 'POST',
  ) {
    return this.ask(path, {
      method,
      headers: { 'content-type': 'application/x-protobuf' },
      ...(schema === undefined ? {} : { body: wire.encode(schema, body) }),
    });
  }

  /** The same for what is granted with an empty answer. */
  async done<Q>(path: string, schema?: MessageSchema<Q>, body?: Sparse<Q>, method?: Method): Promise<void> {
    const answer = await this.post(path, schema, body, method);
    if (answer.status !== 200 || answer.bytes.length > 0)
      throw new Error(`${this.name}: ${path} was answered ${JSON.stringify(seen(answer))}`);
  }

  async listen(): Promise<Stream> {
    const stream = await Stream.open(this);
    this.streams.push(stream);
    return stream;
  }

  /** What the first stream has brought since it was last asked. */
  async heard(): Promise<string[]> {
    const [stream] = this.streams;
    if (stream === undefined) throw new Error(`${this.name} does not listen`);
    return stream.settle();
  }

  /** Makes a group; its id in hexadecimal. */
  async group(name: string, more: Sparse<wire.CreateGroupRequest> = {}): Promise<string> {
    const answer = await this.post('/groups', wire.CreateGroupRequest, { groupName: name, ...more });
    return hex(read(answer, wire.CreateGroupResponse, 201).groupId);
  }

  /** Uploads regular key packages and the last resort, told apart by their fifth byte. */
  keys(...entries: readonly Sparse<wire.KeyPackageEntry>[]): Promise<void> {
    return this.done('/key-packages', wire.UploadKeyPackageRequest, { entries });
  }

  /** Invites somebody by escrow; returns the path of the invitation. */
  async invite(group: string, to: Person, mark = 0): Promise<string> {
    await this.done(`/groups/${group}/escrow-invite`, wire.EscrowInviteRequest, {
      inviteeId: to.bytes,
      commitMessage: Uint8Array.of(0, 1, 0, 1, mark),
      welcomeMessage: Uint8Array.of(0, 1, 0, 3, mark),
      groupInfo: Uint8Array.of(0, 1, 0, 4, mark),
    });
    const { invites } = await to.get('/invites', wire.ListPendingInvitesResponse);
    const found = invites.find(({ groupId }) => hex(groupId) === group);
    if (found === undefined) throw new Error(`${to.name} has no invitation`);
    return `/invites/${hex(found.inviteId)}`;
  }

  /** Brings somebody into a group. */
  async bring(group: string, to: Person, mark = 0): Promise<void> {
    await to.done(`${await this.invite(group, to, mark)}/accept`);
  }

  /** Sends a message; its number. */
  async send(group: string, ...bytes: readonly number[]): Promise<number> {
    const answer = await this.post(`/groups/${group}/messages`, wire.SendMessageRequest, {
      mlsMessage: Uint8Array.from(bytes),
    });
    return read(answer, wire.SendMessageResponse).sequenceNum;
  }
}

/** An open event stream. */
export class Stream {
  readonly #items: string[] = [];
  readonly #wakers: (() => void)[] = [];
  /** All that came, as text. */
  text = '';
  ended = false;

  private constructor(
    readonly person: Person,
    readonly response: Response,
    private readonly controller: AbortController,
  ) {
    void this.#read();
  }

  static async open(person: Person): Promise<Stream> {
    const controller = new AbortController();
    const { headers, server } = person;
    const response = await fetch(`${server.url}/api/v1/events`, { headers, signal: controller.signal });
    if (response.status !== 200) throw new Error(`the stream of ${person.name}: ${response.status}`);
    return new Stream(person, response, controller);
  }

  abort(): void {
    this.controller.abort();
  }

  /** Waits until this much is true of the stream. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`the stream had only ${this.text}`)), 5_000);
        this.#wakers.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  /** Waits for everything that was told before, and returns it since the last time. */
  async settle(): Promise<string[]> {
    const { person } = this;
    // An event for nobody else marks the place: an alias is told in the own group only.
    const mark = `mark${++marks}`;
    const other = await person.server.login(person.name);
    const group = await other.group(mark);
    await other.done(`/groups/${group}/delete`);
    const end = `deleted ${group}`;
    await this.until(() => this.#items.includes(end) || this.ended);
    const all = this.#items.splice(0, this.#items.length);
    return all.filter((item) => item !== end);
  }

  /** What has come and was not taken; forgets it. */
  rest(): string[] {
    return this.#items.splice(0);
  }

  async #read(): Promise<void> {
    const take = wire.eventStreamReader();
    try {
      for await (const chunk of this.response.body as unknown as AsyncIterable<Uint8Array>) {
        this.text += Buffer.from(chunk).toString();
        for (const item of take(chunk))
          this.#items.push(item.kind === 'event' ? told(item.event) : item.kind);
        this.#wake();
      }
    } catch {
      // Cut by either side.
    }
    this.ended = true;
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#wakers.splice(0)) wake();
  }
}

let marks = 0;

/** An event in a few words, ids in hexadecimal. */
function told({ case: name, value }: NonNullable<wire.ServerEvent['event']>): string {
  const group = 'groupId' in value ? hex(value.groupId) : '';
  switch (name) {
    case 'newMessage':
      return `message ${group} ${value.sequenceNum} ${hex(value.senderId)}`;
    case 'groupUpdate':
      return `update ${group} ${['', 'commit', 'settings', 'role'][value.updateType]}`;
    case 'welcome':
      return `welcome ${group} ${value.groupAlias}`;
    case 'memberRemoved':
      return `removed ${group} ${hex(value.removedUserId)}`;
    case 'identityReset':
      return `reset ${group} ${hex(value.userId)}`;
    case 'inviteReceived':
      return `invited ${group} ${value.groupName} ${value.groupAlias} ${hex(value.inviterId)}`;
    case 'inviteDeclined':
      return `declined ${group} ${hex(value.declinedUserId)}`;
    case 'inviteCancelled':
      return `cancelled ${group}`;
    case 'groupDeleted':
      return `deleted ${group}`;
  }
}

/** A message of an answer with this status. */
export function read<M>(answer: Answer, schema: MessageSchema<M>, status = 200): M {
  if (answer.status !== status) throw new Error(`answered ${JSON.stringify(seen(answer))}`);
  const found = wire.decode(schema, answer.bytes);
  if (!found.ok) throw new Error(`no ${schema.name}: ${found.code}`);
  return found.message;
}

/** A refusal as it is written in these tests: status, code, message; or the status and text of what is no protobuf. */
export function seen(answer: Answer): unknown[] {
  if (answer.headers.get('content-type') !== 'application/x-protobuf')
    return [answer.status, Buffer.from(answer.bytes).toString()];
  const error = wire.decode(wire.ErrorResponse, answer.bytes);
  return error.ok ? [answer.status, error.message.errorCode, error.message.message] : [answer.status];
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

export function fromHex(digits: string): Uint8Array {
  return new Uint8Array(Buffer.from(digits, 'hex'));
}

/** Serves a chat with Conclave, below `mount`. */
export async function serve(options: ServeOptions = {}): Promise<ConclaveServer> {
  const { conclave: own, mount = '/', attach: how, ...rest } = options;
  const hasher = cheapHasher();
  const chat = await createChat({
    storage: memory(),
    auth: chain(guest()),
    hasher,
    dialects: [conclave(own)],
    ...rest,
  });
  const http = createServer();
  attach(http, chat, { conclave: mount }, how);
  await new Promise<void>((done) => http.listen(0, '127.0.0.1', done));
  const { port } = http.address() as AddressInfo;
  return new ConclaveServer(chat, http, `http://127.0.0.1:${port}${mount === '/' ? '' : mount}`, hasher);
}
