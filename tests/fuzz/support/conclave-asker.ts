import { Agent, type IncomingMessage, request } from 'node:http';
import { decode, ErrorCode, ErrorResponse } from '../../../src/dialects/conclave/codec.js';
import { bodyLimit, type Wish } from './conclave-requests.js';

/** An answer; `undefined` where the connection ended without a whole one. */
export interface Answered {
  readonly status: number;
  readonly type: string | undefined;
  readonly body: Uint8Array;
}

/** The status that goes with each code (Conclave, section 3). */
const statuses: Readonly<Record<number, number>> = {
  [ErrorCode.INPUT_BAD_REQUEST]: 400,
  [ErrorCode.INPUT_VALIDATION]: 400,
  [ErrorCode.AUTH_HEADER_MISSING]: 401,
  [ErrorCode.AUTH_HEADER_INVALID]: 401,
  [ErrorCode.AUTH_TOKEN_EXPIRED]: 401,
  [ErrorCode.RESOURCE_NOT_FOUND]: 404,
  [ErrorCode.RESOURCE_CONFLICT]: 409,
  [ErrorCode.RESOURCE_FORBIDDEN]: 403,
  [ErrorCode.GROUP_NOT_MEMBER]: 401,
  [ErrorCode.GROUP_NOT_ADMIN]: 401,
  [ErrorCode.GROUP_NOT_PUBLIC]: 403,
  [ErrorCode.GROUP_BANNED]: 403,
};

/** Sends wishes over connections that stay, and keeps some event streams open for a while. */
export class Asker {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });
  readonly #streams: IncomingMessage[] = [];

  constructor(private readonly port: number) {}

  ask(wish: Wish, token: string): Promise<Answered | undefined> {
    const { method, path, body, chunked, goes } = wish;
    const authorization = wish.authorization === 'good' ? `Bearer ${token}` : wish.authorization;
    const headers: Record<string, string> = { ...wish.headers };
    if (authorization !== 'none') headers.authorization = authorization;
    if (body !== undefined && chunked) headers['transfer-encoding'] = 'chunked';
    else if (body !== undefined) headers['content-length'] = String(body.length);
    return new Promise((resolve) => {
      const asked = request({
        port: this.port,
        host: '127.0.0.1',
        agent: this.#agent,
        method,
        path,
        headers,
      });
      asked.on('error', () => resolve(undefined));
      asked.on('close', () => resolve(undefined));
      asked.on('response', (response) => {
        const { statusCode: status = 0, headers: came } = response;
        const type = came['content-type'];
        if (type === 'text/event-stream' && method === 'GET') {
          this.#keep(response);
          return resolve({ status, type, body: new Uint8Array() });
        }
        const parts: Buffer[] = [];
        response.on('error', () => {});
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () => resolve({ status, type, body: Buffer.concat(parts) }));
      });
      if (goes !== undefined) {
        asked.write((body ?? new Uint8Array()).subarray(0, goes));
        setTimeout(() => asked.destroy(), 1);
      } else if (body !== undefined && chunked) {
        for (let at = 0; at < body.length; at += 65_536) asked.write(body.subarray(at, at + 65_536));
        asked.end();
      } else asked.end(body);
    });
  }

  end(): void {
    for (const stream of this.#streams) stream.destroy();
    this.#agent.destroy();
  }

  #keep(stream: IncomingMessage): void {
    stream.on('error', () => {});
    stream.resume();
    this.#streams.push(stream);
    if (this.#streams.length > 20) this.#streams.shift()?.destroy();
  }
}

/** What is wrong with an answer (sections 1 and 3); `undefined`: nothing. */
export function faultOf(wish: Wish, answered: Answered | undefined): string | undefined {
  const { operation, method, strange, body: sent } = wish;
  // Whoever sends too much may be cut off before the answer is read.
  if (answered === undefined)
    return wish.goes !== undefined || strange.has('large') ? undefined : 'there was no answer';
  const { status, type, body } = answered;
  if (status >= 500) return 'the server failed';
  const head = method === 'HEAD';
  const routed = !strange.has('path') && !strange.has('method');
  if (routed && strange.has('token') && operation.auth === 'user' && status !== 401)
    return 'it needs a token';
  if (routed && sent !== undefined && sent.length > bodyLimit && operation.request !== undefined) {
    const refused = status === 413 || (operation.auth === 'user' && status === 401) || strange.has('path');
    if (!refused) return 'it took too large a body';
  }
  if (status === 413)
    return type === 'text/plain' && strange.has('large') ? undefined : 'nothing was too large';
  if (status < 300) {
    if (status === 204)
      return body.length === 0 && type === undefined ? undefined : '204 has something to say';
    if (type === 'text/event-stream') return operation.path === '/events' ? undefined : 'a stream of nothing';
    if (type !== 'application/x-protobuf') return 'granted in another type';
    if (!routed || head || operation.response === undefined) return undefined;
    return decode(operation.response, body).ok ? undefined : 'the answer does not decode';
  }
  if (type === undefined) {
    const empty = body.length === 0 && ((status === 404 && strange.has('path')) || status === 405);
    return empty ? undefined : 'refused without a word';
  }
  if (type === 'text/plain')
    return status === 400 && (strange.has('path') || strange.has('query'))
      ? undefined
      : 'refused in plain text';
  if (type !== 'application/x-protobuf') return 'refused in another type';
  if (head) return undefined;
  const read = decode(ErrorResponse, body);
  if (!read.ok || read.message.message === '') return 'refused without an ErrorResponse';
  return statuses[read.message.errorCode] === status ? undefined : 'the code does not go with the status';
}
