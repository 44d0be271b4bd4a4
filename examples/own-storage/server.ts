// A chat that keeps its data in a file of its own making.
//   PORT=8080 FILE=chat.journal node --import tsx examples/own-storage/server.ts
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createChat } from 'polylect';
import { guest } from 'polylect/auth/guest';
import { sockchat } from 'polylect/dialects/sockchat';
import { attach } from 'polylect/sockets/ws';
import { journal } from './journal.js';

const chat = await createChat({
  storage: journal(process.env.FILE ?? 'chat.journal'),
  auth: guest(),
  dialects: [sockchat()],
});

const server = createServer();
attach(server, chat, { sockchat: '/sock' });
server.listen(Number(process.env.PORT ?? 8080), () => {
  const { port } = server.address() as AddressInfo;
  console.log(`listening on http://localhost:${port}, Sock Chat on ws://localhost:${port}/sock`);
});

process.once('SIGTERM', async () => {
  await chat.drain();
  server.close();
});
