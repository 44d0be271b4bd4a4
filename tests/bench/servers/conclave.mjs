// Conclave as a host runs it, with one group of many members, and one more who sends. Arguments: folder of the build, storage (`memory`, `full`
// or `normal`), number of members. Tells the parent the group's id and everybody's tokens.
import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { serve } from './serve.mjs';

const [build, kind, memberCount] = process.argv.slice(2);
const load = (file) => import(pathToFileURL(join(build, file)).href);
const { createChat } = await load('index.js');
const { conclave } = await load('dialects/conclave.js');
const { attach } = await load('sockets/ws.js');

async function storageOf() {
  if (kind === 'memory') return (await load('storage/memory.js')).memory();
  const folder = mkdtempSync(join(tmpdir(), 'polylect-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return (await load('storage/sqlite.js')).sqlite({ file: join(folder, 'chat.sqlite'), synchronous: kind });
}

const chat = await createChat({
  storage: await storageOf(),
  auth: () => null,
  // Nobody logs in here.
  hasher: { hash: async () => '', verify: async () => ({ ok: false, rehash: false }) },
  dialects: [conclave()],
});
chat.on('error', (error) => {
  process.stderr.write(`${error.stack}\n`);
});

async function account(name) {
  const identity = { provider: 'conclave', id: randomUUID(), name };
  const about = { realm: 'conclave', login: name, key: name, hash: '', identity, alias: '' };
  const { user } = await chat.run('group.register', about);
  const token = randomUUID();
  const hash = createHash('sha256').update(token).digest('hex');
  await chat.run('token.create', { user, hash, dialect: 'conclave' });
  return { user, token };
}

const sender = await account('sender');
const { group } = await chat.run('group.create', { by: sender.user, name: 'team' });
await chat.run('group.update', { by: sender.user, group, visibility: 'public' });
await chat.run('group.commit', { by: sender.user, group, info: 'aW5mbw==' });
const members = await Promise.all(Array.from({ length: Number(memberCount) }, (_, i) => account(`m${i}`)));
await Promise.all(members.map(({ user }) => chat.run('group.join', { by: user, group })));

// Senders pause between two scenarios.
const http = createServer({ keepAliveTimeout: 120_000 });
attach(http, chat, { conclave: '/' });
process.once('SIGTERM', () => chat.close().finally(() => process.exit()));
process.send({ kind: 'people', sender: sender.token, members: members.map(({ token }) => token) });
serve(http);
