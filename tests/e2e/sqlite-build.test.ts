import { execFile } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'tsup';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = temporaryFolder();

beforeAll(async () => {
  const common = {
    outDir: join(folder.path, 'dist'),
    tsconfig: join(root, 'tsconfig.json'),
    config: false,
    target: 'node20',
    silent: true,
  } as const;
  await build({
    ...common,
    entry: {
      'storage/sqlite': join(root, 'src/adapters/storage/sqlite.ts'),
      testing: join(root, 'src/testing/storage.ts'),
    },
    format: ['esm', 'cjs'],
    shims: true,
    splitting: true,
  });
  await build({
    ...common,
    entry: { 'storage/sqlite-worker': join(root, 'src/adapters/storage/sqlite-worker.ts') },
    format: ['esm'],
    splitting: false,
  });
  symlinkSync(join(root, 'node_modules'), join(folder.path, 'node_modules'));
  writeFileSync(join(folder.path, 'package.json'), '{ "type": "module" }');
}, 60_000);

afterAll(() => folder.remove());

const body = `
  const storage = sqlite({ file: process.argv[2] });
  const opened = await storage.open({ tables: contractTables, format: 1, takeover: 'refuse' });
  const row = { text: 'hi' };
  const n = opened.lastCommitted + 1;
  await storage.commit({ n, after: n - 1, changes: [{ op: 'put', table: 'messages', key: n, in: 'c', row }] });
  await storage.backup(process.argv[2] + '-copy-' + n);
  const refused = await sqlite({ file: process.argv[2] })
    .open({ tables: contractTables, format: 1, takeover: 'refuse' })
    .catch((error) => error.code);
  const found = await storage.query({ table: 'messages', in: 'c', limit: 9 });
  await storage.close();
  console.log(JSON.stringify({ refused, found }));
`;
const scripts = {
  'esm.mjs': `
    import { sqlite } from './dist/storage/sqlite.js';
    import { contractTables } from './dist/testing.js';
    ${body}`,
  'cjs.cjs': `
    const { sqlite } = require('./dist/storage/sqlite.cjs');
    const { contractTables } = require('./dist/testing.cjs');
    (async () => { ${body} })();`,
};

it('finds its worker in the built package, from modules and from CommonJS', async () => {
  const file = join(folder.path, 'chat.sqlite');
  const said: unknown[] = [];
  for (const [name, text] of Object.entries(scripts)) {
    writeFileSync(join(folder.path, name), text);
    const { stdout } = await run(process.execPath, [join(folder.path, name), file], { timeout: 15_000 });
    said.push(JSON.parse(stdout));
  }
  const message = (key: number) => ({ key, in: 'c', row: { text: 'hi' } });
  expect(said).toEqual([
    { refused: 'storage-in-use', found: [message(1)] },
    { refused: 'storage-in-use', found: [message(1), message(2)] },
  ]);
});

it('lets the process end with the storage open once nothing is under way', async () => {
  const script = join(folder.path, 'open.mjs');
  writeFileSync(
    script,
    `import { sqlite } from './dist/storage/sqlite.js';
     const storage = sqlite({ file: process.argv[2] });
     await storage.open({ tables: [], format: 1, takeover: 'refuse' });
     storage.commit({ n: 1, after: 0, changes: [] }).then(() => console.log('stored'));`,
  );
  const { stdout } = await run(process.execPath, [script, join(folder.path, 'open.sqlite')], {
    timeout: 15_000,
  });
  expect(stdout).toBe('stored\n');
});

it('is not disturbed by flags of the process', async () => {
  const script = `import('${join(folder.path, 'dist/storage/sqlite.js')}').then(async ({ sqlite }) => {
    const storage = sqlite({ file: ${JSON.stringify(join(folder.path, 'flags.sqlite'))} });
    console.log((await storage.open({ tables: [], format: 1, takeover: 'refuse' })).lastCommitted);
  });`;
  const flags = ['--input-type=module', '--import', 'data:text/javascript,globalThis.hooked=1', '-e', script];
  const { stdout } = await run(process.execPath, flags, { timeout: 15_000 });
  expect(stdout).toBe('0\n');
});
