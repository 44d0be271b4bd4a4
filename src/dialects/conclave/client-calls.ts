import { ConclaveError } from './client-errors.js';
import { idsToBytes, idsToText, type WithIds } from './client-ids.js';
import { decode } from './decode.js';
import { encode } from './encode.js';
import { ErrorResponse } from './gen/messages.js';
import type { MessageSchema, Sparse } from './schema.js';

/** The part of `fetch` that is used here. */
export type ConclaveFetch = (url: string, init: RequestInit) => Promise<Response>;

/** Options of {@link conclaveClient}. */
export interface ConclaveClientOptions {
  /** A session from an earlier login. */
  readonly token?: string;
  /** Default: the global one. */
  readonly fetch?: ConclaveFetch;
  /** How long an operation may take, answer included. Default 60,000 ms. */
  readonly timeoutMs?: number;
  /** The header that the server reads the token from, if another one than `Authorization`: it has the token without `Bearer` then. */
  readonly authHeader?: string;
}

/** What is sent with a request. */
interface Asked {
  readonly method?: 'GET' | 'POST' | 'PATCH';
  readonly body?: Uint8Array;
}

const protobufType = 'application/x-protobuf';

/** Requests to one server with one token. */
export class Calls {
  token: string | undefined;
  readonly #base: string;
  readonly #options: ConclaveClientOptions;

  constructor(url: string | URL, options: ConclaveClientOptions) {
    const given = String(url).replace(/\/+$/, '');
    this.#base = `${/^https?:\/\//i.test(given) ? given : `https://${given}`}/api/v1`;
    this.#options = options;
    this.token = options.token;
  }

  /** What an operation answers. Throws a {@link ConclaveError}. */
  async get<Answer>(path: string, response: MessageSchema<Answer>): Promise<WithIds<Answer>> {
    return this.#read(await this.#ask(path, {}), response);
  }

  /** The same for one with a body. A body that cannot be written rejects with a `TypeError` or a `RangeError`. */
  async send<Body, Answer>(
    path: string,
    request: MessageSchema<Body>,
    body: Sparse<WithIds<Body>>,
    response: MessageSchema<Answer>,
    method: 'POST' | 'PATCH' = 'POST',
  ): Promise<WithIds<Answer>> {
    const bytes = encode<Body>(request, idsToBytes(request, body) as never);
    return this.#read(await this.#ask(path, { method, body: bytes }), response);
  }

  /** The same for one whose answer says nothing but that it was done. */
  async do<Body>(
    path: string,
    request?: MessageSchema<Body>,
    body: Sparse<WithIds<Body>> = {} as Sparse<WithIds<Body>>,
    method: 'POST' | 'PATCH' = 'POST',
  ): Promise<void> {
    const bytes = request && encode<Body>(request, idsToBytes(request, body) as never);
    await this.#ask(path, bytes === undefined ? { method } : { method, body: bytes });
  }

  /** One without a body that answers. */
  async post<Answer>(path: string, response: MessageSchema<Answer>): Promise<WithIds<Answer>> {
    return this.#read(await this.#ask(path, { method: 'POST' }), response);
  }

  /** The beginning of an answer, whatever it is; its body ends with the signal. Throws a {@link ConclaveError} if there is none. */
  async open(path: string, signal: AbortSignal, { method = 'GET', body }: Asked = {}): Promise<Response> {
    const { authHeader, fetch: own } = this.#options;
    const headers: Record<string, string> = {};
    if (body !== undefined) headers['content-type'] = protobufType;
    if (this.token !== undefined) {
      if (authHeader === undefined || /^authorization$/i.test(authHeader))
        headers.authorization = `Bearer ${this.token}`;
      else headers[authHeader] = this.token;
    }
    const init: RequestInit = { method, headers, signal };
    if (body !== undefined) init.body = body as Uint8Array<ArrayBuffer>;
    try {
      return await (own ?? globalThis.fetch)(this.#base + path, init);
    } catch (cause) {
      throw noAnswer(path, cause);
    }
  }

  async #ask(path: string, asked: Asked): Promise<{ status: number; bytes: Uint8Array }> {
    const timeout = new AbortController();
    const timer = setTimeout(
      () => timeout.abort(new Error('it took too long')),
      this.#options.timeoutMs ?? 60_000,
    );
    try {
      const response = await this.open(path, timeout.signal, asked);
      if (!response.ok) throw await refusalOf(response);
      const { status } = response;
      // Some networks answer everything with a page of their own.
      if (status !== 204 && !isMessage(response))
        throw new ConclaveError(status, undefined, `no message answers ${path}`);
      return { status, bytes: await bytesOf(path, response) };
    } finally {
      clearTimeout(timer);
    }
  }

  #read<Answer>(
    { status, bytes }: { status: number; bytes: Uint8Array },
    schema: MessageSchema<Answer>,
  ): WithIds<Answer> {
    const read = decode(schema, bytes);
    if (!read.ok) throw new ConclaveError(status, undefined, `the answer is no ${schema.name}: ${read.code}`);
    return idsToText(schema, read.message);
  }
}

/** What an answer that grants nothing says. */
export async function refusalOf(response: Response): Promise<ConclaveError> {
  const { status } = response;
  const bytes = await bytesOf(response.url, response);
  const read =
    response.headers.get('content-type') === protobufType ? decode(ErrorResponse, bytes) : undefined;
  if (read?.ok) return new ConclaveError(status, read.message.errorCode, read.message.message);
  return new ConclaveError(status, undefined, new TextDecoder().decode(bytes) || `status ${status}`);
}

function isMessage(response: Response): boolean {
  return response.headers.get('content-type')?.startsWith(protobufType) === true;
}

async function bytesOf(path: string, response: Response): Promise<Uint8Array> {
  try {
    return new Uint8Array(await response.arrayBuffer());
  } catch (cause) {
    throw noAnswer(path, cause);
  }
}

function noAnswer(path: string, cause: unknown): ConclaveError {
  return new ConclaveError(0, undefined, `no answer to ${path}`, { cause });
}
