// Memory per stored account: node --import tsx tests/bench/memory.ts [accounts, default 100000]
// Prints one line of JSON. Sizes in bytes, times in ms.
import { join } from 'node:path';
import { heapUsed } from '../support/heap.js';
import { addAccounts, openChat } from '../support/prefilled.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const accounts = Number(process.argv[2] ?? 100_000);
const folder = temporaryFolder();
try {
  const empty = await measured(join(folder.path, 'empty.sqlite'), 0);
  const full = await measured(join(folder.path, 'full.sqlite'), accounts);
  const heap = full.heap - empty.heap;
  console.log(
    JSON.stringify({ accounts, heap, perAccount: Math.round(heap / accounts), startMs: full.startMs }),
  );
} finally {
  folder.remove();
}

async function measured(file: string, count: number): Promise<{ heap: number; startMs: number }> {
  await (await openChat(file)).close();
  if (count > 0) await addAccounts(file, count);
  const before = heapUsed();
  const began = performance.now();
  const chat = await openChat(file);
  const startMs = Math.round(performance.now() - began);
  const heap = heapUsed() - before;
  await chat.close();
  return { heap, startMs };
}
