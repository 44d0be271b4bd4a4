// What `npm start` runs: bundles the playground with the library's source, in well under a second, and starts the server.
import { readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, stop } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');
const { exports, internal } = JSON.parse(readFileSync(join(root, 'entries.json'), 'utf8'));

/** The playground imports `polylect` by name, as any host does. In this repository the name stands for the source. */
const source = {
  name: 'source',
  setup({ onResolve }) {
    onResolve({ filter: /^polylect(\/|$)/ }, ({ path }) => {
      const file = exports[path.replace('polylect', '.')];
      return file === undefined ? undefined : { path: join(root, file) };
    });
  },
};

const common = { bundle: true, format: 'esm', plugins: [source], logLevel: 'warning', sourcemap: true };
const out = join(here, 'dist');
// Parts that are loaded later have names by what is in them.
rmSync(join(out, 'public'), { recursive: true, force: true });
await Promise.all([
  build({
    ...common,
    entryPoints: {
      server: join(here, 'server', 'main.ts'),
      // The library looks for it beside the file that it is in itself.
      'sqlite-worker': join(root, internal['./storage/sqlite-worker']),
    },
    outdir: out,
    platform: 'node',
    target: 'node20',
    packages: 'external',
  }),
  build({
    ...common,
    entryPoints: {
      page: join(here, 'page', 'main.ts'),
      conclave: join(here, 'page', 'conclave', 'main.ts'),
      style: join(here, 'style', 'style.css'),
    },
    outdir: join(out, 'public'),
    platform: 'browser',
    target: ['es2022', 'chrome111', 'firefox115', 'safari16'],
    minify: true,
    splitting: true,
    chunkNames: 'part-[hash]',
  }),
]);
await stop();
await import(pathToFileURL(join(out, 'server.js')).href);
