// Figures of the SQLite storage: node --import tsx tests/bench/storage.ts [messages, default 1000000]
// Prints one line of JSON per figure. Times in ms.
import { join } from 'node:path';
import { sqlite } from '../../src/adapters/storage/sqlite.js';
import type { Change } from '../../src/core/change.js';
import type { OpenOptions, Storage } from '../../src/core/ports.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const opening: OpenOptions = {
  tables: [{ name: 'messages', class: 'archive', key: 'integer' }],
  format: 1,
  takeover: 'refuse',
};
const folder = temporaryFolder();
const total = Number(process.argv[2] ?? 1_000_000);
let key = 0;
let n = 0;

try {
  for (const synchronous of ['normal', 'full'] as const) {
    n = key = 0;
    const storage = sqlite({ file: join(folder.path, `${synchronous}.sqlite`), synchronous });
    await storage.open(opening);
    for (let i = 0; i < 50; i++) await commit(storage, 50);
    for (const rows of [1, 50])
      print(`${synchronous}: one by one, rows ${rows}`, await latency(storage, rows));
    print(`${synchronous}: commits of 50 rows per s`, await rate(storage, 50));
    await storage.close();
  }
  const file = join(folder.path, 'large.sqlite');
  n = key = 0;
  const storage = sqlite({ file, synchronous: 'normal' });
  await storage.open(opening);
  const filled = performance.now();
  while (key < total) await commit(storage, 1000);
  print(`fill ${total}`, performance.now() - filled);
  await storage.close();
  const opened = performance.now();
  await storage.open(opening);
  print(`open ${total}`, performance.now() - opened);
  const before = Number.MAX_SAFE_INTEGER;
  print(
    'newest 50 of a channel',
    await time(500, (i) => storage.query({ table: 'messages', in: `c${i % 100}`, before, limit: 50 })),
  );
  print('newest 10,000', await time(10, () => storage.query({ table: 'messages', before, limit: 10_000 })));
  print('count one channel', await time(20, (i) => storage.count({ table: 'messages', in: `c${i}` })));
  print('count all', await time(3, () => storage.count({ table: 'messages' })));
  const begun = performance.now();
  let done = false;
  const filter = { contains: { text: 'NOWHERE' } };
  const search = storage.query({ table: 'messages', filter, limit: 50 }).then(() => {
    done = true;
  });
  const during: number[] = [];
  while (!done) during.push(...(await samples(1, () => commit(storage, 50))));
  await search;
  print(`search through ${total}`, performance.now() - begun);
  print('commits of 50 rows meanwhile', spread(during));
  let copied = false;
  const backupBegun = performance.now();
  const backup = storage.backup(join(folder.path, 'copy.sqlite')).then(() => {
    copied = true;
  });
  const besides: number[] = [];
  while (!copied) besides.push(...(await samples(1, () => commit(storage, 50))));
  await backup;
  print('backup', performance.now() - backupBegun);
  print('commits of 50 rows meanwhile', spread(besides));
  await storage.close();
} finally {
  folder.remove();
}

function commit(storage: Storage, rows: number): Promise<void> {
  const changes: Change[] = [];
  for (let i = 0; i < rows; i++) {
    key++;
    const row = {
      id: key,
      author: `user${key % 997}`,
      at: 1_700_000_000_000 + key,
      text: `this is message ${key}`,
    };
    changes.push({ op: 'put', table: 'messages', key, in: `c${key % 100}`, row });
  }
  n++;
  return Promise.resolve(storage.commit({ n, after: n - 1, changes }));
}

async function rate(storage: Storage, rows: number): Promise<number> {
  const begun = performance.now();
  const count = 3000;
  let last: Promise<void> = Promise.resolve();
  for (let i = 0; i < count; i++) {
    const next = commit(storage, rows);
    await last;
    last = next;
  }
  await last;
  return count / ((performance.now() - begun) / 1000);
}

async function latency(storage: Storage, rows: number): Promise<object> {
  return spread(await samples(2000, () => commit(storage, rows)));
}

async function time(times: number, run: (i: number) => Promise<unknown>): Promise<object> {
  return spread(await samples(times, run));
}

async function samples(times: number, run: (i: number) => Promise<unknown>): Promise<number[]> {
  const taken: number[] = [];
  for (let i = 0; i < times; i++) {
    const begun = performance.now();
    await run(i);
    taken.push(performance.now() - begun);
  }
  return taken;
}

function spread(taken: number[]): object {
  taken.sort((a, b) => a - b);
  const at = (share: number) => Number((taken[Math.floor((taken.length - 1) * share)] ?? 0).toFixed(3));
  return { times: taken.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}

function print(what: string, value: number | object): void {
  console.log(JSON.stringify({ [what]: typeof value === 'number' ? Math.round(value) : value }));
}
