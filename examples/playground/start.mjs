// What `npm start` runs: builds the library and the playground where needed, then starts the server.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, stop } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');

function newest(folder) {
  if (!existsSync(folder)) return 0;
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  return Math.max(0, ...files.map((file) => statSync(join(file.parentPath ?? file.path, file.name)).mtimeMs));
}

const built = join(root, 'dist', 'index.js');
const sources = Math.max(newest(join(root, 'src')), statSync(join(root, 'package.json')).mtimeMs);
if (!existsSync(built) || (existsSync(join(root, 'src')) && statSync(built).mtimeMs < sources)) {
  console.log('Building polylect, once …');
  const tsup = join(root, 'node_modules', 'tsup', 'dist', 'cli-default.js');
  execFileSync(process.execPath, [tsup, '--silent'], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
}

// The playground imports `polylect` by name, as any host does; `tsconfigRaw` keeps the bundler from looking into `src`.
const common = { bundle: true, format: 'esm', tsconfigRaw: '{}', logLevel: 'warning', sourcemap: true };
const out = join(here, 'dist');
// Parts that are loaded later have names by what is in them.
rmSync(join(out, 'public'), { recursive: true, force: true });
await Promise.all([
  build({
    ...common,
    entryPoints: { server: join(here, 'server', 'main.ts') },
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
