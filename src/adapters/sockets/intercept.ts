import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

/** Somebody who takes some of a server's requests before its own listeners see them. */
export interface Attachment {
  /** Whether it took the upgrade. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  /**
   * Whether it took the request. It may give it back later by calling `pass`, with nothing of it read or answered. `alone`: there is nobody
   * else to answer it.
   */
  request(request: IncomingMessage, response: ServerResponse, pass: () => void, alone: boolean): boolean;
  /** Whether a WebSocket could be opened at this URL. */
  serves(url: string): boolean;
}

const attachments = Symbol('attachments');
/** Marks our last resorts, also those of another copy of this package. */
const lastResort = Symbol.for('polylect.sockets.last-resort');

type Emit = Server['emit'];
type Attached = Server & { [attachments]?: Wrapped };
type Marked = { [lastResort]?: true };

/**
 * Puts an attachment in front of a server's listeners, whenever those were or will be added. Returns what takes it away.
 *
 * Listeners cannot hide an event from one another, and a usual `ws` server on the same HTTP server answers every upgrade that is not its
 * own with 400, into a socket that may be ours. So the server's own `emit` is wrapped: what an attachment takes is not emitted.
 */
export function intercept(server: Server, attachment: Attachment): () => void {
  const attached: Attached = server;
  attached[attachments] ??= wrap(attached);
  const { list, unwrap } = attached[attachments];
  list.push(attachment);
  return () => {
    const at = list.indexOf(attachment);
    if (at < 0) return;
    list.splice(at, 1);
    if (list.length === 0) unwrap();
  };
}

interface Wrapped {
  readonly list: Attachment[];
  unwrap(): void;
}

function wrap(server: Attached): Wrapped {
  const list: Attachment[] = [];
  const own = Object.hasOwn(server, 'emit');
  const emit: Emit = server.emit;
  const offer = (from: number, request: IncomingMessage, response: ServerResponse): boolean => {
    for (let i = from; i < list.length; i++) {
      const last = i === list.length - 1 && alone(server, 'request', onRequest);
      if (list[i]?.request(request, response, () => offer(i + 1, request, response), last)) return true;
    }
    return Reflect.apply(emit, server, ['request', request, response]) as boolean;
  };
  const wrapped = ((...input: Parameters<Emit>) => {
    const [event, request, second, third] = input as unknown as [string, IncomingMessage, unknown, unknown];
    if (event === 'request') return offer(0, request, second as ServerResponse);
    if (event === 'upgrade') {
      for (const one of list) if (one.upgrade(request, second as Duplex, third as Buffer)) return true;
    }
    return emit.apply(server, input);
  }) as Emit;
  const onUpgrade = (_: IncomingMessage, socket: Duplex) => {
    if (alone(server, 'upgrade', onUpgrade)) refuse(socket, 404);
  };
  const onRequest = (request: IncomingMessage, response: ServerResponse) => {
    if (!alone(server, 'request', onRequest)) return;
    const upgradeOnly = list.some((one) => one.serves(request.url ?? '/'));
    response.writeHead(upgradeOnly ? 426 : 404, {
      'content-type': 'text/plain',
      ...(upgradeOnly ? { connection: 'upgrade', upgrade: 'websocket' } : {}),
    });
    response.end(STATUS_CODES[upgradeOnly ? 426 : 404]);
  };
  // Node takes upgrades apart only for servers with a listener for them.
  server.on('upgrade', mark(onUpgrade));
  server.on('request', mark(onRequest));
  server.emit = wrapped;
  const unwrap = () => {
    // Somebody else wrapped ours: it stays, and passes everything on.
    if (server.emit !== wrapped) return;
    server.off('upgrade', onUpgrade);
    server.off('request', onRequest);
    delete server[attachments];
    if (own) server.emit = emit;
    else Reflect.deleteProperty(server, 'emit');
  };
  return { list, unwrap };
}

function mark<L extends object>(listener: L): L {
  (listener as Marked)[lastResort] = true;
  return listener;
}

/** Whether nobody else listens, and this is the one of our last resorts to answer. */
function alone(server: Server, event: 'upgrade' | 'request', mine: object): boolean {
  const listeners = server.listeners(event);
  return listeners[0] === mine && listeners.every((one) => (one as Marked)[lastResort] === true);
}

/** Answers an upgrade with a plain HTTP response and closes. */
export function refuse(socket: Duplex, status: number, headers: Readonly<Record<string, string>> = {}): void {
  const text = STATUS_CODES[status] ?? '';
  const lines = [
    `HTTP/1.1 ${status} ${text}`,
    'Connection: close',
    'Content-Type: text/plain',
    `Content-Length: ${Buffer.byteLength(text)}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  // Node gives up its own listener with the socket.
  socket.on('error', destroy);
  socket.once('finish', destroy);
  socket.end(`${lines.join('\r\n')}\r\n\r\n${text}`);
}

function destroy(this: Duplex): void {
  this.destroy();
}
