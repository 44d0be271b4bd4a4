import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Server as SecureServer } from 'node:https';
import type { Duplex } from 'node:stream';
import type { WebSocketServer } from 'ws';
import { ChatError } from '../../core/errors.js';
import { noSuch } from '../../core/no-such.js';
import type { Door } from '../../delivery/connection.js';
import { clientAddress, type ProxyHeader, type TrustedProxies, trustedProxies } from './address.js';
import { exchange, urlOf } from './http.js';
import { intercept, refuse } from './intercept.js';
import { type Caller, Callers, type SocketLimits, settleLimits, socketLimits } from './limits.js';
import { handshakes, Link } from './link.js';
import { type Asked, type Mount, type Mounts, mountAbove, mountAt, settleMounts } from './mounts.js';
import { originRule } from './origin.js';

export { clientAddress, type ProxyHeader, type TrustedProxies, trustedProxies } from './address.js';
export { type SocketLimits, socketLimits } from './limits.js';
export type { Mounts } from './mounts.js';

/** How clients reach the server. */
export interface ProxyOptions {
  /**
   * Proxies whose word about the client's address is taken: addresses, networks such as `10.0.0.0/8`, and `'loopback'` (this machine and Unix
   * sockets). Default: none.
   */
  readonly trustProxy?: readonly string[];
  /** The header those proxies write. The other one is not read, since they would pass on a client's. Default `x-forwarded-for`. */
  readonly proxyHeader?: ProxyHeader;
}

/** Options of {@link handler}. */
export interface HandlerOptions extends ProxyOptions {
  readonly limits?: Pick<Partial<SocketLimits>, 'bodyBytes'>;
}

/** Options of {@link attach}. */
export interface AttachOptions extends ProxyOptions {
  /**
   * Pages that may open a WebSocket besides those of the same host: origins such as `https://app.example`, `'null'`, or `'*'` for all.
   * Requests without an Origin are let in. Default: none. Others are answered with HTTP 403.
   */
  readonly origins?: '*' | readonly string[];
  readonly limits?: Partial<SocketLimits>;
  /** Milliseconds that have gone by since any time. Default `performance.now`. */
  readonly now?: () => number;
}

/**
 * Serves a chat's dialects on an HTTP or HTTPS server, each on its own path, and leaves everything else to the server's other listeners,
 * whether those were there before or come later. Only when there are none, what is not ours is answered with 404 (426 for a plain request
 * where a WebSocket is served).
 *
 * An upgrade is refused with 503 while the chat drains, 403 for a foreign Origin, 429 beyond the limits of an address, 400 or 405 if it is no
 * proper handshake. Until the head of a request is there, the connection is the server's: its `headersTimeout` (Node's default: 60 s) ends
 * it. Several chats may be attached to one server.
 *
 * Throws `options-invalid`. Returns what detaches the chat; open connections stay.
 */
export function attach(
  server: Server | SecureServer,
  chat: Door,
  mounts: Mounts,
  options: AttachOptions = {},
): () => void {
  if (typeof server?.on !== 'function')
    throw invalid('attach takes a server of node:http or node:https first');
  known('attach', chat, options, ['trustProxy', 'proxyHeader', 'origins', 'limits', 'now']);
  const settled = settleMounts(chat, mounts);
  const limits = settleLimits(options.limits);
  const proxies = proxiesOf(options);
  const mayOpen = originRule(options.origins);
  const callers = new Callers(limits, options.now ?? (() => performance.now()));
  const doors = new Map<Mount, WebSocketServer>();
  for (const mount of settled) {
    const { frameBytes = 0 } = chat.limitsOf(mount.dialect) ?? {};
    doors.set(mount, handshakes({ ...limits, frameBytes }));
  }

  const open = ({ mount, realm }: Asked, request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (chat.draining) {
      chat.refused?.('draining');
      return refuse(socket, 503);
    }
    if (!mayOpen(request.headers)) {
      chat.refused?.('origin');
      return refuse(socket, 403);
    }
    const address = clientAddress(request, proxies);
    const caller = callers.ask(address);
    if (caller !== 'free' && 'retryAfter' in caller) {
      chat.refused?.('address');
      return refuse(socket, 429, caller.retryAfter > 0 ? { 'Retry-After': String(caller.retryAfter) } : {});
    }
    doors.get(mount)?.handleUpgrade(request, socket, head, (opened) => {
      const counted: Caller | undefined = caller === 'free' ? undefined : caller;
      const link = new Link(opened, socket, limits.closeMs, callers, counted);
      link.receiver = chat.accept(mount.dialect, link, address, realm);
      if (link.receiver === undefined) link.close(1012, 'service restart');
    });
  };

  return intercept(server as Server, {
    serves: (url) => mountAt(settled, url) !== undefined,
    upgrade(request, socket, head) {
      const asked = mountAt(settled, request.url ?? '/');
      if (asked === undefined) return false;
      open(asked, request, socket, head);
      return true;
    },
    request: (request, response, pass, alone) =>
      route({ chat, mounts: settled, proxies, limits: options.limits }, request, response, pass, alone),
  });
}

/**
 * Middleware for Express and whatever else calls `(request, response, next)`: answers the HTTP routes of a chat's dialects and calls `next`
 * for everything else. It has to come before what reads bodies. WebSockets need {@link attach}.
 *
 * Paths are those of the whole server, also where the middleware is mounted below one. Throws `options-invalid`.
 */
export function handler(
  chat: Door,
  mounts: Mounts,
  options: HandlerOptions = {},
): (request: IncomingMessage, response: ServerResponse, next: () => void) => void {
  known('handler', chat, options, ['trustProxy', 'proxyHeader', 'limits']);
  const settled = settleMounts(chat, mounts);
  settleLimits(options.limits);
  const place: Place = { chat, mounts: settled, proxies: proxiesOf(options), limits: options.limits };
  return (request, response, next) => {
    if (!route(place, request, response, next, false)) next();
  };
}

/** Where routes are served. */
interface Place {
  readonly chat: Door;
  readonly mounts: readonly Mount[];
  readonly proxies: TrustedProxies | undefined;
  readonly limits: Partial<SocketLimits> | undefined;
}

/** Whether a dialect may have a route for it, and so was asked. */
function route(
  { chat, mounts, proxies, limits }: Place,
  request: IncomingMessage,
  response: ServerResponse,
  pass: () => void,
  alone: boolean,
): boolean {
  const found = mountAbove(mounts, urlOf(request));
  const spoken = found === undefined ? undefined : chat.limitsOf(found.dialect);
  if (found === undefined || spoken?.routes !== true) return false;
  const otherwise = spoken.boundsBodies ? Number.POSITIVE_INFINITY : socketLimits.bodyBytes;
  void exchange(chat, {
    request,
    response,
    dialect: found.dialect,
    mount: found.path === '/' ? '' : found.path,
    alone,
    address: clientAddress(request, proxies),
    bodyBytes: limits?.bodyBytes ?? otherwise,
    pass,
  });
  return true;
}

function proxiesOf({ trustProxy, proxyHeader }: ProxyOptions): TrustedProxies | undefined {
  if (proxyHeader !== undefined && proxyHeader !== 'x-forwarded-for' && proxyHeader !== 'forwarded')
    throw invalid(`option proxyHeader takes 'x-forwarded-for' or 'forwarded'`);
  if (trustProxy === undefined) return undefined;
  if (!Array.isArray(trustProxy)) throw invalid(`option trustProxy takes a list such as ['loopback']`);
  return trustedProxies(trustProxy, proxyHeader ?? 'x-forwarded-for');
}

/** That the chat is one, and options are some that there are. */
function known(what: string, chat: Door, options: object, names: readonly string[]): void {
  if (typeof chat?.limitsOf !== 'function')
    throw invalid(`${what} takes a chat, as createChat makes it, before mounts`);
  if (typeof options !== 'object' || options === null) throw invalid(`${what} takes an object of options`);
  for (const name of Object.keys(options)) if (!names.includes(name)) throw noSuch(what, name, names);
}

function invalid(message: string): ChatError {
  return new ChatError('options-invalid', message);
}
