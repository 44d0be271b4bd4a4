import { existsSync } from 'node:fs';
import { defineConfig } from 'tsup';
import entries from './entries.json' with { type: 'json' };

/** `.` becomes `index`, `./storage/memory` becomes `storage/memory`: the output lies where the subpath says. */
function outputName(subpath: string): string {
  return subpath === '.' ? 'index' : subpath.replace(/^\.\//, '');
}

const sources = Object.entries<string>({ ...entries.exports, ...entries.internal });
const present = sources.filter(([, source]) => existsSync(source));
const absent = sources.filter(([, source]) => !existsSync(source));
if (absent.length > 0) {
  console.warn(`not built, no source yet: ${absent.map(([subpath]) => subpath).join(', ')}`);
}
if (present.length === 0) throw new Error('nothing to build: no entry of entries.json has a source file');

export default defineConfig({
  entry: Object.fromEntries(present.map(([subpath, source]) => [outputName(subpath), source])),
  format: ['esm', 'cjs'],
  dts: true,
  sourcemap: true,
  splitting: true,
  clean: true,
  target: 'node20',
  platform: 'node',
  // `node:sqlite` has no name without the prefix.
  removeNodeProtocol: false,
  // tsup's own shims import `node:path` into ESM chunks, which would break the browser entries, and in CommonJS with
  // splitting they give the address of a shared chunk. So each CommonJS file that asks for its address works it out.
  shims: false,
  esbuildOptions(options, { format }) {
    if (format === 'cjs') options.define = { ...options.define, 'import.meta.url': 'fileUrlOfThisModule' };
  },
  plugins: [
    {
      name: 'address-of-commonjs-files',
      renderChunk(code) {
        if (this.format !== 'cjs' || !code.includes('fileUrlOfThisModule')) return undefined;
        // On the first line that is code, so that the lines of the source map stay true.
        const value = `require('node:url').pathToFileURL(__filename).href`;
        const first = /^#!.*\n/.exec(code)?.[0] ?? '';
        return { code: `${first}const fileUrlOfThisModule = ${value};${code.slice(first.length)}` };
      },
    },
  ],
});
