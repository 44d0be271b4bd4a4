import { mkdirSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { ChatError, createChat } from 'polylect';
import { conclave } from 'polylect/dialects/conclave';
import { originchats } from 'polylect/dialects/originchats';
import { sockchat } from 'polylect/dialects/sockchat';
import { venueless } from 'polylect/dialects/venueless';
import { argon2 } from 'polylect/hashing/argon2';
import { attach } from 'polylect/sockets/ws';
import { sqlite } from 'polylect/storage/sqlite';
import { auth } from './auth.js';
import { KnownCommunity } from './community.js';
import { EventLog } from './event-log.js';
import { serveFiles } from './files.js';
import { HostActions } from './host-actions.js';

const folder = process.env.DATA ?? 'data';
mkdirSync(folder, { recursive: true });

// A playground that is about to end gives the file up within a moment; one that is not is named instead of waited for.
const patience = AbortSignal.timeout(10_000);
const chat = await createChat({
  storage: sqlite({ file: join(folder, 'playground.sqlite') }),
  auth,
  hasher: argon2(),
  dialects: [
    sockchat({ welcome: 'Welcome, {username}! Type /who, or pick somebody on the list.' }),
    originchats({ server: { name: 'polylect playground' } }),
    venueless({
      worlds: { demo: { title: 'polylect playground' } },
      // Everybody may come in and write to people; what else they may is in their identity, as in every protocol.
      traitGrants: { attendee: [] },
      badges: { moderator: 'mod' },
    }),
    conclave({
      // Everybody on this computer has the same address.
      rateLimits: {
        registration: { count: 120, ms: 3_600_000 },
        login: { count: 60, ms: 60_000 },
        keyPackages: { count: 60, ms: 60_000 },
      },
      messageRetention: '30d',
      promoteSuccessor: true,
      dropEmptyGroups: true,
    }),
  ],
  channels: [{ name: 'lounge' }, { name: 'workshop' }, { name: 'staff', rank: 9 }],
  takeover: 'wait',
  signal: patience,
}).catch((error: unknown) => {
  if (!(error instanceof ChatError) || error.code !== 'storage-in-use') throw error;
  console.error(`Another playground is running on ${folder}/. End it, or set DATA to another folder.`);
  process.exit(1);
});
const log = new EventLog(chat);
const community = new KnownCommunity(chat, (now) => log.tell('community', now));
log.tell('community', community.now());
const actions = new HostActions(chat);

const page = new URL('../page/index.html', import.meta.url);
const built = new URL('./public/', import.meta.url);
const files = serveFiles({
  '/': page,
  '/sockchat': page,
  '/originchats': page,
  '/venueless': page,
  '/conclave': new URL('../page/conclave/index.html', import.meta.url),
  ...Object.fromEntries(readdirSync(built).map((name) => [`/${name}`, new URL(name, built)])),
  '/icon.svg': new URL('../page/icon.svg', import.meta.url),
});
const server = createServer((request, response) => {
  if (request.url === '/events') return log.stream(response);
  if (actions.answer(request, response)) return;
  if (!files(request, response)) response.writeHead(404, { 'content-type': 'text/plain' }).end('not found');
});
attach(server, chat, {
  sockchat: '/sock',
  originchats: '/origin',
  venueless: '/ws/world',
  conclave: '/conclave',
});

server.listen(Number(process.env.PORT ?? 8080), '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  console.log(`The polylect playground is at http://127.0.0.1:${port}/ and keeps its data in ${folder}/`);
});
server.on('error', (error) => {
  console.error(`${error.message}. Set PORT to another one.`);
  process.exitCode = 1;
  void chat.close();
});

let stopping = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, async () => {
    if (stopping) process.exit(1);
    stopping = true;
    server.close();
    log.close();
    await chat.drain({ timeoutMs: 2_000 });
    server.closeAllConnections();
    process.exit();
  });
}
