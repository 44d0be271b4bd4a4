import { Rejection } from '../../core/rejection.js';
import type { View } from '../../core/table.js';
import type { GroupId, UserId } from '../../domain/ids.js';
import type { Commands } from '../../domain/index.js';
import type { DialectHost } from '../dialect.js';
import { innerId } from './ids.js';
import type { ConclaveSettings } from './options.js';
import type { RateLimiter } from './rate-limiter.js';
import { unavailable } from './refusal.js';
import type { MessageSchema, Sparse } from './schema.js';
import { type Words, wordFor } from './wording.js';

/** What operations work with. */
export interface Tools {
  readonly host: DialectHost;
  readonly settings: ConclaveSettings;
  readonly rates: {
    readonly login: RateLimiter;
    readonly registration: RateLimiter;
    readonly keyPackages: RateLimiter;
  };
}

/** Who asks, by a good token. */
export interface Caller {
  readonly user: UserId;
  /** The token's hash. */
  readonly token: string;
}

/** What comes in the query; each number as it was given, or its default. */
export interface Query {
  readonly after: number;
  readonly limit: number;
  readonly pattern: string;
}

/** One request on its way through an operation: who asks is known, and all of it has been read. */
export class Call<Body> {
  constructor(
    readonly tools: Tools,
    readonly request: Request,
    readonly address: string | undefined,
    private readonly caller: Caller | undefined,
    /** What stands in the path: text, or a UUID in lower-case with hyphens; empty where the path has nothing of the kind. */
    readonly param: string,
    readonly query: Query,
    readonly body: Body,
  ) {}

  get user(): UserId {
    return this.#known().user;
  }

  get token(): string {
    return this.#known().token;
  }

  /** The group that the path names. */
  get group(): GroupId {
    return innerId('group', this.param) as GroupId;
  }

  get now(): number {
    return this.tools.host.clock.now();
  }

  read<T>(look: (view: View) => T): T {
    return this.tools.host.read(look);
  }

  /** Reads what is answered. Nothing is shown before it is stored. Throws a {@link Refusal} if it was taken back. */
  show<T>(look: (view: View) => T): Promise<T> {
    return this.tools.host.show(look).catch(() => {
      throw unavailable();
    });
  }

  /** Submits a command. Throws a {@link Refusal}, in these words where they have one for it. */
  async submit<T extends keyof Commands & string>(
    type: T,
    input: Commands[T]['input'],
    words?: Words,
  ): Promise<Commands[T]['result']> {
    const decision = await this.tools.host.submit(type, input, { address: this.address });
    if (decision instanceof Rejection) throw wordFor(decision, words);
    return decision as Commands[T]['result'];
  }

  /** Throws what a rule refuses with, for what is checked before a command. A refusal too is shown only when what it rests on is stored. */
  demand(rule: (view: View) => Rejection | undefined, words?: Words): Promise<void> {
    return this.showTo(rule, () => {}, words);
  }

  /** Reads what is answered to whoever a rule does not refuse, both at one moment. */
  async showTo<T>(
    rule: (view: View) => Rejection | undefined,
    look: (view: View) => T,
    words?: Words,
  ): Promise<T> {
    const found = await this.show((view) => rule(view) ?? { shown: look(view) });
    if (found instanceof Rejection) throw wordFor(found, words);
    return found.shown;
  }

  #known(): Caller {
    if (this.caller === undefined) throw new TypeError('a public operation asks who it is for');
    return this.caller;
  }
}

/** One row of section 6. */
export interface Operation<Body = unknown, Answer = unknown> {
  readonly method: 'GET' | 'POST' | 'PATCH';
  /** Under `/api/v1`. `:username` is text, every other parameter a UUID. */
  readonly path: string;
  /** Anybody, or whoever has a good token. What else must hold is for the rules to say. */
  readonly auth: 'public' | 'user';
  /** What its query may hold. */
  readonly query?: readonly (keyof Query)[];
  /** What its body is; without it, whatever is sent is not read. */
  readonly request?: MessageSchema<Body>;
  readonly response?: MessageSchema<Answer>;
  /** Default 200; 204 without `response`. */
  readonly status?: 201;
  /** Throws a {@link Refusal}. A `Response` goes out as it is. */
  run(call: Call<Body>): Promise<Sparse<Answer> | Response> | Sparse<Answer> | Response;
}

/** A row, with its types in agreement. */
export function operation<Body, Answer>(row: Operation<Body, Answer>): Operation {
  return row as unknown as Operation;
}

/** Bytes as rows keep them. */
export function base64Of(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
}

/** What rows keep as bytes. */
export function bytesOf(base64: string): Uint8Array {
  return Buffer.from(base64, 'base64');
}

/** Milliseconds as the wire has times. */
export function secondsOf(ms: number): number {
  return Math.floor(ms / 1_000);
}

/** A text as the wire has it: absent is empty. */
export function textOf(text: string | undefined): string {
  return text ?? '';
}
