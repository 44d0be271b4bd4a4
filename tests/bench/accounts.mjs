// Memory of a chat that has many accounts, none of them online. Arguments: folder of the build, accounts, rows of the lazy table.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [build, accountsText, lazyText] = process.argv.slice(2);
const accounts = Number(accountsText);
const lazyRows = Number(lazyText);
const load = (file) => import(pathToFileURL(join(build, file)).href);
const { createChat } = await load('index.js');
const { sockchat } = await load('dialects/sockchat.js');
const { sqlite } = await load('storage/sqlite.js');

const folder = mkdtempSync(join(tmpdir(), 'polylect-bench-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

const account = (i) => ({
  id: String(44_000_000_000_000 + i),
  provider: 'bench',
  identity: `account-${i}`,
  name: `Member${i}`,
  handle: `Member${i}`,
  number: 2 ** 40 + i,
  createdAt: 1_763_000_000_000 + i,
});
const lastSeen = (i) => ({ user: String(44_000_000_000_000 + i), at: 1_763_000_000_000 + i });

/** Writes rows as the chat would have left them. */
async function fill(file, users, seen) {
  const storage = sqlite({ file, synchronous: 'normal' });
  const tables = [
    { name: 'users', class: 'resident', key: 'text' },
    { name: 'last_seen', class: 'lazy', key: 'text' },
  ];
  let { lastCommitted: n } = await storage.open({ tables, format: 1, takeover: 'refuse' });
  const put = async (table, total, row, key) => {
    for (let from = 0; from < total; from += 5_000) {
      const changes = [];
      for (let i = from; i < Math.min(total, from + 5_000); i++) {
        const one = row(i);
        changes.push({ op: 'put', table, key: one[key], in: '', row: one });
      }
      await storage.commit({ n: n + 1, after: n, changes });
      n++;
    }
  };
  await put('users', users, account, 'id');
  await put('last_seen', seen, lastSeen, 'user');
  await storage.close();
}

function held() {
  for (let i = 0; i < 3; i++) globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Bytes a chat over this file holds more than before it was opened, and how long opening took. */
async function measure(file) {
  const before = held();
  const started = performance.now();
  const chat = await createChat({
    storage: sqlite({ file }),
    auth: async () => ({ denied: 'credentials' }),
    dialects: [sockchat()],
  });
  const ms = performance.now() - started;
  await new Promise((resolve) => setTimeout(resolve, 200));
  const bytes = held() - before;
  await chat.close();
  return { bytes, ms };
}

const files = [
  ['empty', 0, 0],
  ['accounts', accounts, 0],
  ['both', accounts, lazyRows],
];
const found = {};
for (const [name, users, seen] of files) {
  const file = join(folder, `${name}.sqlite`);
  await fill(file, users, seen);
  found[name] = await measure(file);
}
process.send({
  kind: 'counted',
  row: {
    accounts,
    lazyRows,
    bytesPerAccount: (found.accounts.bytes - found.empty.bytes) / accounts,
    bytesPerLazyRow: (found.both.bytes - found.accounts.bytes) / lazyRows,
    openAccountsMs: found.accounts.ms,
    openBothMs: found.both.ms,
  },
});
process.disconnect();
