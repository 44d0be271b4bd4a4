// A chat with a word filter, a bot that greets, and a log of what moderators do.
//   PORT=8080 LOG=moderation.log node --import tsx examples/plugin/server.ts
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createChat } from 'polylect';
import { chain } from 'polylect/auth/chain';
import { guest } from 'polylect/auth/guest';
import { tokens } from 'polylect/auth/tokens';
import { sockchat } from 'polylect/dialects/sockchat';
import { attach } from 'polylect/sockets/ws';
import { memory } from 'polylect/storage/memory';
import { moderationLog } from './moderation-log.js';
import { welcomeBot } from './welcome-bot.js';
import { wordFilter } from './word-filter.js';

const { MODERATOR_TOKEN: token, LOG = 'moderation.log', PORT = '8080' } = process.env;
const moderator = { id: 1, name: 'moderator', rank: 5 };
const permissions = ['message.send', 'message.delete.any', 'user.kick', 'user.ban', 'user.silence'] as const;

const chat = await createChat({
  storage: memory(),
  // Whoever has the token is the moderator, everybody else a guest who may choose a nickname.
  auth: chain(tokens({ tokens: token === undefined ? [] : [{ token, ...moderator, permissions }] }), guest()),
  dialects: [sockchat()],
  defaults: { permissions: ['message.send', 'message.delete.own', 'nick.own'] },
  hooks: { before: wordFilter(['darn', 'heck']) },
});
welcomeBot(chat);
const log = moderationLog(chat, LOG);
chat.on('error', (error) => console.error(error.code, error.message));

const server = createServer((_request, response) =>
  response.end('This is a chat. Bring a Sock Chat client.\n'),
);
attach(server, chat, { sockchat: '/sock' });
server.listen(Number(PORT), () => {
  const { port } = server.address() as AddressInfo;
  console.log(`listening on http://localhost:${port}, Sock Chat on ws://localhost:${port}/sock`);
});

process.once('SIGTERM', async () => {
  await chat.drain();
  await log.written();
  server.close();
  server.closeAllConnections();
});
