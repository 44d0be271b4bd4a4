import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import isomorphic from 'isomorphic-ws';
import type { WebSocket, WebSocketServer } from 'ws';
import type { Door, Transport } from '../../delivery/connection.js';

// Under ESM isomorphic-ws has a default export only; in Node it is the `ws` package itself.
const { WebSocketServer: Sockets } = isomorphic as unknown as { WebSocketServer: typeof WebSocketServer };

/** Path by dialect: `{ sockchat: '/sock' }`. */
export type Mounts = Readonly<Record<string, string>>;

/**
 * Serves a chat's dialects on an HTTP server, each on its own path. Every other upgrade and request is left to the host's listeners.
 * Returns what takes the listeners off again.
 */
export function attach(server: Server, chat: Door, mounts: Mounts): () => void {
  const sockets = new Map<string, WebSocketServer>();
  for (const dialect of Object.keys(mounts)) {
    const limits = chat.limitsOf(dialect);
    if (limits === undefined) throw new TypeError(`the chat does not speak ${dialect}`);
    sockets.set(
      dialect,
      new Sockets({ noServer: true, perMessageDeflate: false, maxPayload: limits.frameBytes }),
    );
  }
  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    const mount = Object.entries(mounts).find(([, at]) => at === path);
    if (mount === undefined) return;
    const [dialect] = mount;
    const address = request.socket.remoteAddress;
    sockets
      .get(dialect)
      ?.handleUpgrade(request, socket, head, (opened) => take(chat, dialect, opened, socket, address));
  };
  server.on('upgrade', onUpgrade);
  return () => server.off('upgrade', onUpgrade);
}

/** Hands an open WebSocket to the chat. Frames are written to the raw socket: nothing is compressed, so `ws` itself has nothing queued. */
function take(
  chat: Door,
  dialect: string,
  opened: WebSocket,
  socket: Duplex,
  address: string | undefined,
): void {
  const transport: Transport = {
    write: (bytes) => void socket.write(bytes),
    buffered: () => socket.writableLength,
    close: (code, reason) => opened.close(code, reason),
    terminate: () => opened.terminate(),
    pause: () => opened.pause(),
    resume: () => opened.resume(),
  };
  const receiver = chat.accept(dialect, transport, address);
  if (receiver === undefined) return opened.close(1012);
  opened.on('message', (data: Buffer, isBinary: boolean) =>
    receiver.receive(isBinary ? data : data.toString()),
  );
  opened.on('close', () => receiver.closed());
  // The close event follows; what went wrong concerns this connection only.
  opened.on('error', () => {});
}
