// polylect as a host runs it: logins, permissions, flood control, rate limits and storage are on. Arguments: folder of the build, storage
// (`memory`, `full` or `normal`), number of channels.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { serve } from './serve.mjs';

const [build, kind, channelCount] = process.argv.slice(2);
const load = (file) => import(pathToFileURL(join(build, file)).href);
const { createChat } = await load('index.js');
const { originchats } = await load('dialects/originchats.js');
const { sockchat } = await load('dialects/sockchat.js');
const { venueless } = await load('dialects/venueless.js');
const { attach } = await load('sockets/ws.js');

async function storageOf() {
  if (kind === 'memory') return (await load('storage/memory.js')).memory();
  const folder = mkdtempSync(join(tmpdir(), 'polylect-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return (await load('storage/sqlite.js')).sqlite({ file: join(folder, 'chat.sqlite'), synchronous: kind });
}

const person = (id) => ({ provider: 'bench', id, name: `member-${id}` });
const chat = await createChat({
  storage: await storageOf(),
  auth: async ({ kind, arguments: [first, second] }) => person(kind === 'arguments' ? second : first),
  channels: Array.from({ length: Number(channelCount) }, (_, i) => ({ name: i === 0 ? 'lounge' : `c${i}` })),
  dialects: [
    sockchat({
      // On for everybody, at a rate that the bench stays below.
      flood: { backlog: 1_000, thresholdMs: 1, exemptRank: 0 },
      pingTimeoutMs: 3_600_000,
    }),
    originchats({ rateLimits: { messagesPerMinute: 1_000_000, burst: 1_000_000 }, pingMs: 3_600_000 }),
    venueless({ worlds: { bench: {} }, traitGrants: { attendee: [] } }),
  ],
});
chat.on('error', (error) => {
  process.stderr.write(`${error.stack}\n`);
});
const http = createServer();
attach(http, chat, { sockchat: '/', originchats: '/originchats', venueless: '/ws/world' });
process.once('SIGTERM', () => chat.close().finally(() => process.exit()));
serve(http);
