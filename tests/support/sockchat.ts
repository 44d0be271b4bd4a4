import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { attach } from '../../src/adapters/sockets/ws.js';
import type { Chat } from '../../src/index.js';

/** A server on a free port with a chat's Sock Chat dialect at `/sock`. */
export async function serve(
  chat: Chat,
): Promise<{ readonly url: string; readonly server: Server; close(): Promise<void> }> {
  const server = createServer();
  attach(server, chat, { sockchat: '/sock' });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `ws://127.0.0.1:${port}/sock`,
    server,
    async close() {
      await chat.close();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
