// A process with a chat over an SQLite file with Sock Chat on a WebSocket and Conclave, run by the tests: durable-child.ts <options as JSON>
import { openSync, writeSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { attach } from '../../src/adapters/sockets/ws.js';
import { sqlite } from '../../src/adapters/storage/sqlite.js';
import { createChat } from '../../src/chat.js';
import { ChatError } from '../../src/core/errors.js';
import type { Storage } from '../../src/core/ports.js';
import { conclave } from '../../src/dialects/conclave/index.js';
import { sockchat } from '../../src/dialects/sockchat/index.js';
import { cheapHasher } from './cheap-hasher.js';
import type { ChildOptions, ChildTold, ChildWish } from './durable-process.js';
import { letIn } from './let-in.js';

const { file, synchronous, takeover, marks } = JSON.parse(process.argv[2] ?? '{}') as ChildOptions;
const tell = (told: ChildTold) => void process.send?.(told);

/** Set when the process is to kill itself right after it has handed a batch to storage, that many microseconds later. */
let dieAfter: number | undefined;

/** Notes in a file, which outlives the process, which batch was handed over last and which was done last. */
function marked(storage: Storage, path: string): Storage {
  const notes = openSync(path, 'w');
  const note = (place: number, n: number) => {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleLE(n);
    writeSync(notes, bytes, 0, 8, place * 8);
  };
  const { commit } = storage;
  storage.commit = async (batch) => {
    note(0, batch.n);
    const done = commit.call(storage, batch);
    if (dieAfter !== undefined) {
      const until = process.hrtime.bigint() + BigInt(dieAfter) * 1000n;
      while (process.hrtime.bigint() < until);
      process.kill(process.pid, 'SIGKILL');
    }
    await done;
    note(1, batch.n);
  };
  return storage;
}

const began = performance.now();
try {
  const plain = sqlite({ file, ...(synchronous === undefined ? {} : { synchronous }) });
  if (takeover === 'wait') tell({ event: 'waiting' });
  const chat = await createChat({
    storage: marks === undefined ? plain : marked(plain, marks),
    auth: letIn,
    hasher: cheapHasher(),
    dialects: [sockchat({ flood: { banMs: 0 }, limits: { waitingPackets: 1_024 } }), conclave()],
    limits: { channelsPerUser: 100_000 },
    ...(takeover === undefined ? {} : { takeover }),
  });
  chat.on('error', (error) => tell({ event: 'error', code: error.code, message: error.message }));
  const server = createServer();
  attach(server, chat, { sockchat: '/sock', conclave: '/conclave' });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  tell({ event: 'open', port, ms: performance.now() - began, committed: chat.health().committed });
  process.on('message', (wish: ChildWish) => {
    if ('dieAfter' in wish) dieAfter = wish.dieAfter;
    else void drain(wish.drain);
  });
  const drain = async (options: { timeoutMs?: number; spreadMs?: number }) => {
    const since = performance.now();
    const given = await chat.drain(options);
    tell({ event: 'drained', ms: performance.now() - since, ...given });
    server.closeAllConnections();
    server.close();
    process.disconnect?.();
  };
} catch (thrown) {
  if (!(thrown instanceof ChatError)) throw thrown;
  tell({ event: 'failed', code: thrown.code, message: thrown.message });
  process.disconnect?.();
}
