import { Hono } from 'hono';
import { asChatError } from '../../core/errors.js';
import type { RequestOrigin } from '../../delivery/connection.js';
import type { Dialect } from '../dialect.js';
import { BodyFault, bytesOfBody, saysMoreThan } from '../http/body.js';
import { decode } from './decode.js';
import { encode } from './encode.js';
import { ErrorResponse } from './gen/messages.js';
import { uuidOfPath } from './ids.js';
import { Call, type Operation, type Query, type Tools } from './operation.js';
import { operations } from './operations/index.js';
import { protobufType } from './pieces.js';
import { badRequest, Refusal } from './refusal.js';
import { authenticate } from './tokens.js';
import { wordFor } from './wording.js';

/** Where everything is, below the mount (section 1). */
const base = '/api/v1';

/** Largest body that is read (section 1). */
const bodyBytes = 1_048_576;

/** How long nothing of a body may come. */
const stallMs = 10_000;

/** What is wrong with a request before it comes to messages: answered with a line of text (section 1). */
class Fault extends Error {
  constructor(
    readonly status: 400 | 413,
    message: string,
  ) {
    super(message);
  }
}

interface Passage {
  readonly from: RequestOrigin;
  /** Set where no route has the path. */
  missed: boolean;
}

/** The HTTP routes (section 6). What is none of them is the host's, unless nobody else is there to answer. */
export function routesOf(tools: Tools): NonNullable<Dialect['fetch']> {
  const app = new Hono<{ Bindings: Passage }>({
    getPath: (request, { env } = {}) => {
      const { pathname } = new URL(request.url);
      return pathname.slice((env as Passage | undefined)?.from.mount?.length ?? 0) || '/';
    },
  });
  for (const path of new Set(operations.map((one) => one.path))) {
    const here = operations.filter((one) => one.path === path);
    for (const operation of here)
      app.on(operation.method, base + path, ({ req, env }) =>
        answer(tools, operation, req.raw, env.from, Object.values<string>(req.param())[0] ?? ''),
      );
    const allow = here.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : method)).join(',');
    app.all(base + path, () => new Response(null, { status: 405, headers: { allow } }));
  }
  app.notFound(({ env }) => {
    env.missed = true;
    return new Response(null, { status: 404 });
  });
  app.onError((thrown) => {
    throw thrown;
  });
  return async (request, from) => {
    const passage: Passage = { from, missed: false };
    const response = await app.fetch(request, passage);
    return passage.missed && from.alone !== true ? undefined : response;
  };
}

/** Runs an operation: who asks, the path, the query, the body, the message, and then the rules (section 1). */
async function answer(
  tools: Tools,
  operation: Operation,
  request: Request,
  { address }: RequestOrigin,
  given: string,
): Promise<Response> {
  try {
    const caller = operation.auth === 'public' ? undefined : await authenticate(tools, request.headers);
    const param = paramOf(operation, given);
    const query = queryOf(operation, new URL(request.url).searchParams);
    const body = await bodyOf(tools, operation, request);
    const result = await operation.run(new Call(tools, request, address, caller, param, query, body));
    if (result instanceof Response) return result;
    const { response, status = 200 } = operation;
    if (response === undefined) return new Response(null, { status: 204 });
    return message(encode(response, result), status);
  } catch (thrown) {
    if (thrown instanceof Refusal) return refused(thrown);
    if (thrown instanceof Fault) return faulty(thrown);
    if (!request.signal.aborted)
      tools.host.report(asChatError('handler-failed', `${operation.method} ${operation.path} threw`, thrown));
    return refused(wordFor({ code: 'internal', details: {} }));
  }
}

function paramOf({ path }: Operation, given: string): string {
  if (given === '' || path.endsWith('/:username')) return given;
  const uuid = uuidOfPath(given);
  if (uuid === undefined) throw new Fault(400, 'a UUID is needed in the path');
  return uuid;
}

function queryOf({ query = [] }: Operation, params: URLSearchParams): Query {
  const one = (name: keyof Query): string | undefined => {
    if (!query.includes(name)) return undefined;
    const all = params.getAll(name);
    if (all.length > 1) throw new Fault(400, `${name} is there more than once`);
    return all[0];
  };
  const number = (name: 'after' | 'limit', otherwise: number): number => {
    const text = one(name);
    if (text === undefined) return otherwise;
    if (!/^[+-]?[0-9]+$/.test(text) || BigInt.asIntN(64, BigInt(text)) !== BigInt(text))
      throw new Fault(400, `${name} is no whole number`);
    return Math.max(Math.min(Number(text), Number.MAX_SAFE_INTEGER), Number.MIN_SAFE_INTEGER);
  };
  return { after: number('after', 0), limit: number('limit', 100), pattern: one('pattern') ?? '' };
}

async function bodyOf({ host }: Tools, { request: schema }: Operation, request: Request): Promise<unknown> {
  if (schema === undefined) return undefined;
  if (saysMoreThan(request, bodyBytes)) throw new Fault(413, 'the body is too large');
  let bytes: Uint8Array;
  try {
    bytes = await bytesOfBody(request, { clock: host.clock, stallMs, maxBytes: bodyBytes });
  } catch (thrown) {
    if (thrown instanceof BodyFault && thrown.code === 'too-large')
      throw new Fault(413, 'the body is too large');
    throw new Fault(400, 'the body could not be read');
  }
  const read = decode(schema, bytes);
  if (!read.ok) throw badRequest('invalid request body');
  return read.message;
}

function message(bytes: Uint8Array, status: number, more: Record<string, string> = {}): Response {
  const headers = { 'content-type': protobufType, 'content-length': String(bytes.length), ...more };
  return new Response(bytes as Uint8Array<ArrayBuffer>, { status, headers });
}

function refused({ status, code, message: text, retryMs }: Refusal): Response {
  const bytes = encode(ErrorResponse, { message: text, errorCode: code });
  return message(
    bytes,
    status,
    retryMs === undefined ? {} : { 'retry-after': String(Math.ceil(retryMs / 1_000)) },
  );
}

function faulty({ status, message: text }: Fault): Response {
  // What is left of too large a body is not waited for.
  const closing: Record<string, string> = status === 413 ? { connection: 'close' } : {};
  return new Response(text, { status, headers: { 'content-type': 'text/plain', ...closing } });
}
