import type { Duplex } from 'node:stream';
import isomorphic from 'isomorphic-ws';
import type * as ws from 'ws';
import type { Receiver, Transport } from '../../delivery/connection.js';
import type { Caller, Callers } from './limits.js';

// Under ESM isomorphic-ws has a default export only; in Node it is the `ws` package itself.
const { WebSocketServer, WebSocket } = isomorphic as unknown as typeof ws;

/** A WebSocket of `ws` that knows what it serves, so that one set of listeners does for all of them. */
class Socket extends WebSocket {
  link: Link | undefined = undefined;
}

/** What `ws` takes and its types do not list yet. */
interface ServerOptions extends ws.ServerOptions {
  readonly closeTimeout: number;
}

/** Makes what answers handshakes for one dialect. Nothing is compressed, no subprotocol is chosen, no list of sockets is kept. */
export function handshakes(limits: {
  readonly frameBytes: number;
  readonly fragments: number;
  readonly bufferedChunks: number;
  readonly closeMs: number;
}): ws.WebSocketServer {
  const options: ServerOptions = {
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: limits.frameBytes,
    maxFragments: limits.fragments,
    maxBufferedChunks: limits.bufferedChunks,
    closeTimeout: limits.closeMs,
    handleProtocols: () => false,
    WebSocket: Socket as unknown as typeof ws.WebSocket,
  };
  return new WebSocketServer(options);
}

const link = Symbol('link');

/**
 * One WebSocket as delivery sees it.
 *
 * Frames come ready made and are written to the raw socket. `ws` writes its control frames there too, each at once and whole: it queues
 * nothing while nothing is compressed. So frames never get inside one another.
 */
export class Link implements Transport {
  readonly #ws: Socket;
  readonly #socket: Duplex;
  readonly #closeMs: number;
  readonly #callers: Callers;
  readonly #caller: Caller | undefined;
  #ending: NodeJS.Timeout | undefined = undefined;
  /** Set once the chat has taken it in. */
  receiver: Receiver | undefined = undefined;

  constructor(
    opened: ws.WebSocket,
    socket: Duplex,
    closeMs: number,
    callers: Callers,
    caller: Caller | undefined,
  ) {
    this.#ws = opened as Socket;
    this.#socket = socket;
    this.#closeMs = closeMs;
    this.#callers = callers;
    this.#caller = caller;
    if (caller !== undefined) callers.enter(caller);
    this.#ws.link = this;
    (socket as Duplex & { [link]?: Link })[link] = this;
    this.#ws.on('message', onMessage);
    this.#ws.on('ping', onHeard);
    this.#ws.on('pong', onHeard);
    this.#ws.on('close', onClose);
    // The close event follows; what went wrong concerns this connection only.
    this.#ws.on('error', onError);
    socket.on('end', onEnd);
  }

  /** Drops what comes after the close frame of either side. */
  write(bytes: Uint8Array): void {
    if (this.#ws.readyState === WebSocket.OPEN) this.#socket.write(bytes);
  }

  buffered(): number {
    return this.#socket.writableLength;
  }

  close(code: number, reason: string): void {
    if (this.#ws.readyState !== WebSocket.OPEN) return this.endSoon();
    try {
      this.#ws.close(code, shortened(reason));
    } catch {
      // A code that may not be sent (RFC 6455, section 7.4).
      this.terminate();
    }
  }

  terminate(): void {
    this.#ws.terminate();
  }

  ping(): void {
    if (this.#ws.readyState === WebSocket.OPEN) this.#ws.ping();
  }

  pause(): void {
    this.#ws.pause();
  }

  resume(): void {
    this.#ws.resume();
  }

  /** Ends it after the grace, whether or not the other side has read what it was sent. */
  endSoon(): void {
    this.#ending ??= setTimeout(terminateLink, this.#closeMs, this).unref();
  }

  closed(): void {
    clearTimeout(this.#ending);
    if (this.#caller !== undefined) this.#callers.leave(this.#caller);
    this.receiver?.closed();
  }
}

function onMessage(this: ws.WebSocket, data: ws.RawData, isBinary: boolean): void {
  const frame = data as Buffer;
  (this as Socket).link?.receiver?.receive(isBinary ? frame : frame.toString());
}

function onHeard(this: ws.WebSocket): void {
  (this as Socket).link?.receiver?.heard?.();
}

function onClose(this: ws.WebSocket): void {
  (this as Socket).link?.closed();
}

function onError(): void {}

/** The other side writes no more. `ws` ends ours after what is still unread, for which nobody else would set a time. */
function onEnd(this: Duplex & { [link]?: Link }): void {
  this[link]?.endSoon();
}

function terminateLink(one: Link): void {
  one.terminate();
}

/** A close reason has room for 123 bytes. */
function shortened(reason: string): string {
  if (Buffer.byteLength(reason) <= 123) return reason;
  const cut = Buffer.from(reason).subarray(0, 123).toString();
  return cut.replace(/\uFFFD$/, '');
}
