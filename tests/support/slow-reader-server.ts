import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { getHeapSpaceStatistics } from 'node:v8';
import { attach } from '../../src/adapters/sockets/ws.js';
import { memory } from '../../src/adapters/storage/memory.js';
import { createChat } from '../../src/chat.js';
import type { Batch, Storage } from '../../src/core/ports.js';
import { echo } from './echo-dialect.js';

/** What this process tells its parent. */
export type ServerTold =
  | { readonly event: 'listening'; readonly port: number }
  /** The first messages have been sent and read by all, and after them as many as `quiet` says, while nobody was slow. */
  | { readonly event: 'warm'; readonly quiet: Growth }
  | { readonly event: 'cut'; readonly reason: string }
  | {
      readonly event: 'done';
      /** Most bytes that were unread for the slow reader after any message. */
      readonly unread: number;
      readonly grown: Growth;
      readonly connections: number;
    };

/** How much more memory was resident at the peak than when it was warm, each time after a forced collection, in bytes. */
export interface Growth {
  /** Without V8's young generation. */
  readonly kept: number;
  /** All of it. */
  readonly all: number;
}

// A chat that sends many large messages to one channel, as fast as all but the first connection read them. Messages are not kept.
const [warmUp = 0, quiet = 0, count = 0, bytes = 0] = process.argv.slice(2).map(Number);
const tell = (told: ServerTold) => process.send?.(told);

const storage = memory();
const forgetful: Storage = {
  open: (options) => storage.open(options),
  commit: (batch: Batch) =>
    storage.commit({ ...batch, changes: batch.changes.filter((change) => change.table !== 'messages') }),
  lastCommitted: () => storage.lastCommitted(),
  rows: (table, keys) => storage.rows(table, keys),
  query: (query) => storage.query(query),
  count: (query) => storage.count(query),
  bodies: storage.bodies,
  close: () => storage.close(),
};
const chat = await createChat({
  storage: forgetful,
  auth: ({ arguments: [name = ''] }) => ({ provider: 'test', id: name, name }),
  dialects: [echo()],
  limits: { messageLength: bytes },
});
const server = createServer();
attach(server, chat, { echo: '/echo' });
const sockets: Socket[] = [];
server.on('connection', (socket: Socket) => {
  sockets.push(socket);
  socket.once('close', () => sockets.splice(sockets.indexOf(socket), 1));
});
chat.on('slow_reader', ({ reason }) => tell({ event: 'cut', reason }));
server.listen(0, '127.0.0.1');
await once(server, 'listening');
tell({ event: 'listening', port: (server.address() as AddressInfo).port });

process.once('message', () => void run());

/**
 * Bytes resident after a collection. Frames that were written and not collected yet come to about as much as the whole allowance, with
 * or without a slow reader, and would hide what one keeps. So would the room V8 has made for young objects, which it does not give back: it
 * grows with what was allocated, in Node 24 to some 100 MB, whoever reads and whatever is kept.
 */
function resident(): Growth {
  if (gc === undefined) throw new Error('needs --expose-gc');
  gc();
  const all = process.memoryUsage.rss();
  const young = getHeapSpaceStatistics().find((space) => space.space_name === 'new_space');
  return { all, kept: all - (young?.physical_space_size ?? 0) };
}

function larger(peak: Growth, before: Growth): Growth {
  const now = resident();
  return { all: Math.max(peak.all, now.all - before.all), kept: Math.max(peak.kept, now.kept - before.kept) };
}

async function run(): Promise<void> {
  const [slow] = sockets;
  const channel = chat.channels.byName('lounge')?.id;
  if (channel === undefined || slow === undefined) throw new Error('nobody is here');
  const text = 'x'.repeat(bytes - 30);
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
  const drained = async (most: number, except?: Socket) => {
    while (sockets.some((socket) => socket !== except && socket.writableLength > most)) await turn();
  };
  let grown: Growth = { all: 0, kept: 0 };
  let unread = 0;
  let before = grown;
  for (let n = 0; n < warmUp + quiet + count; n++) {
    if (n === warmUp) {
      await drained(0);
      before = resident();
    }
    if (n === warmUp + quiet) {
      await drained(0);
      const go = once(process, 'message');
      tell({ event: 'warm', quiet: grown });
      await go;
      before = resident();
      grown = { all: 0, kept: 0 };
    }
    const sent = process.hrtime.bigint() / 1_000n;
    await chat.messages.send(channel, `${String(n).padStart(9)} ${sent} ${text}`);
    await turn();
    await drained(262_144, n < warmUp + quiet ? undefined : slow);
    if (n < warmUp) continue;
    if (n >= warmUp + quiet) unread = Math.max(unread, slow.writableLength);
    if (n % 50 === 0) grown = larger(grown, before);
  }
  await drained(0, slow);
  tell({ event: 'done', unread, grown, connections: chat.health().connections });
}
