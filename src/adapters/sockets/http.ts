import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Door } from '../../delivery/connection.js';

/** An HTTP request for a dialect's own routes. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly dialect: string;
  readonly address: string | undefined;
  /** See `RequestOrigin`. */
  readonly mount: string;
  readonly alone: boolean;
  /** Largest body, in bytes. */
  readonly bodyBytes: number;
  /** Called if it is none of the dialect's routes; nothing has been read or answered then. */
  pass(): void;
}

/**
 * Lets a dialect answer an HTTP request: Node's request becomes a WHATWG one whose body is read only as the dialect asks for it, and the
 * answer is written as fast as the client takes it. A client that goes away aborts `request.signal` and cancels the answer's body.
 * Too large a body is answered with 413, a route that throws with 500, a request that makes no sense with 400. Never rejects.
 */
export async function exchange(chat: Door, it: Exchange): Promise<void> {
  const { request, response, dialect, address, mount, alone } = it;
  const gone = new AbortController();
  const onClose = () => gone.abort();
  response.on('close', onClose);
  // Somebody who goes away is noticed by the close event.
  response.on('error', ignore);
  try {
    const body = bodyOf(it, gone);
    if (body === 'too-large') return plain(response, 413);
    const asked = requestOf(it.request, body?.stream, gone.signal);
    if (asked === undefined) return plain(response, 400);
    let answer: Response | undefined;
    try {
      answer = await chat.fetch(dialect, asked, { address, mount, alone });
    } catch {
      answer = new Response(null, { status: 500 });
    }
    if (body?.over()) return plain(response, 413);
    if (response.destroyed) return void answer?.body?.cancel().catch(ignore);
    // What is left of a body that was begun would stand in the way of the next request.
    if (answer !== undefined && body?.begun() && !request.complete) response.setHeader('connection', 'close');
    if (answer !== undefined) return await write(response, answer, request.method === 'HEAD', gone.signal);
  } catch {
    // The answer's body broke off, and with it the answer.
    response.destroy();
    return;
  }
  response.off('close', onClose);
  response.off('error', ignore);
  it.pass();
}

function requestOf(
  request: IncomingMessage,
  body: ReadableStream<Uint8Array> | undefined,
  signal: AbortSignal,
): Request | undefined {
  const headers = new Headers();
  const { rawHeaders } = request;
  try {
    for (let i = 0; i < rawHeaders.length; i += 2)
      headers.append(rawHeaders[i] as string, rawHeaders[i + 1] as string);
    const scheme = 'encrypted' in request.socket ? 'https' : 'http';
    const url = new URL(`${scheme}://${request.headers.host ?? 'localhost'}`);
    const target = urlOf(request);
    if (url.pathname !== '/' || url.search !== '' || !target.startsWith('/')) return undefined;
    const init: RequestInit & { duplex?: 'half' } = { method: request.method ?? 'GET', headers, signal };
    if (body !== undefined) Object.assign(init, { body, duplex: 'half' });
    return new Request(url.origin + target, init);
  } catch {
    // A header, host or method that WHATWG does not know.
    return undefined;
  }
}

/** The URL as the client sent it: frameworks such as Express shorten `url` for what is mounted below a path. */
export function urlOf(request: IncomingMessage & { readonly originalUrl?: string }): string {
  return request.originalUrl ?? request.url ?? '/';
}

function bodyOf({ request, bodyBytes }: Exchange, gone: AbortController) {
  if (request.method === 'GET' || request.method === 'HEAD') return undefined;
  const length = request.headers['content-length'];
  if (length === undefined && request.headers['transfer-encoding'] === undefined) return undefined;
  if (length !== undefined && Number(length) > bodyBytes) return 'too-large';
  let over = false;
  let read = 0;
  let pieces: AsyncIterator<Buffer> | undefined;
  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        pieces ??= request.iterator({ destroyOnReturn: false })[Symbol.asyncIterator]();
        const { done, value } = await pieces.next();
        if (done) return controller.close();
        read += value.length;
        if (read <= bodyBytes) return controller.enqueue(value);
        over = true;
        gone.abort();
        controller.error(new RangeError(`body is longer than ${bodyBytes} bytes (bodyBytes)`));
      },
    },
    { highWaterMark: 0 },
  );
  return { stream, over: () => over, begun: () => pieces !== undefined };
}

async function write(
  response: ServerResponse,
  answer: Response,
  headOnly: boolean,
  signal: AbortSignal,
): Promise<void> {
  response.statusCode = answer.status;
  if (answer.statusText !== '') response.statusMessage = answer.statusText;
  const cookies = answer.headers.getSetCookie();
  for (const [name, value] of answer.headers) if (name !== 'set-cookie') response.setHeader(name, value);
  if (cookies.length > 0) response.setHeader('set-cookie', cookies);
  if (answer.body === null || headOnly) {
    await answer.body?.cancel();
    response.end();
    return;
  }
  // An event stream may say nothing for long; the client is to know that it is open.
  response.flushHeaders();
  const reader = answer.body.getReader();
  signal.addEventListener('abort', () => void reader.cancel().catch(ignore), { once: true });
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    // A body that breaks off meanwhile is not waited for.
    if (!response.write(value)) await Promise.race([once(response, 'drain', { signal }), reader.closed]);
  }
  response.end();
}

function plain(response: ServerResponse, status: number): void {
  if (response.headersSent || response.destroyed) return void response.destroy();
  // What is left of the body is not waited for.
  response.writeHead(status, { 'content-type': 'text/plain', connection: 'close' }).end();
}

function ignore(): void {}
