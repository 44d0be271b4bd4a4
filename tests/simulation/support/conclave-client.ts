import type { Chat } from '../../../src/chat.js';
import * as wire from '../../../src/dialects/conclave/codec.js';

const base = 'http://chat.test/api/v1';

/** An answer that has come. */
export interface ConclaveAnswer {
  readonly status: number;
  readonly bytes: Uint8Array;
}

/** A request on its way; `answer` is set once it is through. */
export interface Asked {
  readonly path: string;
  answer: ConclaveAnswer | undefined;
  /** What the request came to grief with. */
  failed: unknown;
}

/** A Conclave client within the process: requests through the chat's routes, and its event stream. */
export class ConclaveClient {
  token = '';
  /** The own id in hexadecimal, once logged in. */
  id = '';
  /** Everything that the stream brought. A test that goes on for long empties it. */
  readonly events: wire.StreamItem[] = [];
  streaming = false;
  #reads = true;
  /** Counts how often it has hung up. */
  #call = 0;
  #goOn = () => {};
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined = undefined;

  constructor(
    readonly chat: Chat,
    readonly name: string,
    readonly onEvent: (client: ConclaveClient, item: wire.StreamItem) => void = () => {},
    readonly address = '127.0.0.1',
  ) {}

  /** Sends a request. It is answered while the rig lets turns go by; `then` is called with the answer. */
  ask<Q, A>(
    method: 'GET' | 'POST' | 'PATCH',
    path: string,
    body?: readonly [schema: wire.MessageSchema<Q>, request: wire.Sparse<Q>],
    reply?: readonly [schema: wire.MessageSchema<A>, then: (answer: A) => void],
  ): Asked {
    const asked: Asked = { path, answer: undefined, failed: undefined };
    const headers = { 'content-type': 'application/x-protobuf', authorization: `Bearer ${this.token}` };
    const bytes = body === undefined ? {} : { body: wire.encode(...body) as BodyInit };
    const request = new Request(`${base}${path}`, { method, headers, ...bytes });
    const run = async () => {
      const response = await this.chat.fetch('conclave', request, { address: this.address });
      if (response === undefined) throw new Error(`no route ${path}`);
      const answered = new Uint8Array(await response.arrayBuffer());
      asked.answer = { status: response.status, bytes: answered };
      if (reply === undefined || !response.ok) return;
      const [schema, then] = reply;
      const decoded = wire.decode(schema, answered);
      if (!decoded.ok) throw new Error(`${path}: no ${schema.name}`);
      then(decoded.message);
    };
    run().catch((thrown: unknown) => {
      asked.failed = thrown;
    });
    return asked;
  }

  register(username: string, password = 'password123'): Asked {
    return this.ask('POST', '/register', [wire.RegisterRequest, { username, password }]);
  }

  login(username: string, password = 'password123'): Asked {
    return this.ask(
      'POST',
      '/login',
      [wire.LoginRequest, { username, password }],
      [
        wire.LoginResponse,
        ({ token, userId }) => {
          this.token = token;
          this.id = hex(userId);
        },
      ],
    );
  }

  /** Opens the event stream. */
  async listen(): Promise<void> {
    this.drop();
    const call = this.#call;
    const headers = { authorization: `Bearer ${this.token}` };
    const response = await this.chat.fetch('conclave', new Request(`${base}/events`, { headers }), {
      address: this.address,
    });
    if (response?.status !== 200 || response.body === null) return;
    // Hung up before it was answered.
    if (call !== this.#call) return void response.body.cancel().catch(() => {});
    this.streaming = true;
    const reader = response.body.getReader();
    this.#reader = reader;
    const read = wire.eventStreamReader();
    try {
      for (;;) {
        if (!this.#reads)
          await new Promise<void>((resolve) => {
            this.#goOn = resolve;
          });
        const { done, value } = await reader.read();
        if (done) break;
        for (const item of read(value)) {
          this.events.push(item);
          this.onEvent(this, item);
        }
      }
    } catch {
      // Cut by either side.
    }
    if (this.#reader === reader) this.streaming = false;
  }

  /** Reads nothing more of its stream until {@link ConclaveClient.catchUp}. */
  stall(): void {
    this.#reads = false;
  }

  catchUp(): void {
    this.#reads = true;
    this.#goOn();
  }

  /** Hangs up on its stream. */
  drop(): void {
    this.catchUp();
    this.#reader?.cancel().catch(() => {});
    this.#reader = undefined;
    this.streaming = false;
    this.#call++;
  }
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

export function unhex(digits: string): Uint8Array {
  return new Uint8Array(Buffer.from(digits, 'hex'));
}
