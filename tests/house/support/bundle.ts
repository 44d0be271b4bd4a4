import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { ROOT } from './entries.js';

export interface Bundle {
  /** Bytes of the minified bundle after gzip, dependencies included. */
  gzipBytes: number;
  /** Modules the bundle still asks its surroundings for. */
  externals: string[];
  /** Source files in it, relative to the repository's top. */
  inputs: string[];
}

/** Bundles a piece of code that may import from `./src/…`, as a host's own bundler would. */
export async function bundle(code: string, platform: 'browser' | 'node'): Promise<Bundle> {
  const result = await build({
    stdin: { contents: code, resolveDir: ROOT, loader: 'ts' },
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    target: 'es2022',
    platform,
    // Left for the caller to judge: for the browser esbuild would only say that it cannot resolve them.
    external: ['node:*'],
    logLevel: 'silent',
  });
  const [file] = result.outputFiles;
  if (file === undefined) throw new Error('esbuild wrote nothing');
  const outputs = Object.values(result.metafile.outputs);
  return {
    gzipBytes: gzipSync(file.contents, { level: 9 }).byteLength,
    externals: outputs.flatMap((output) =>
      output.imports.filter((item) => item.external).map((item) => item.path),
    ),
    inputs: Object.keys(result.metafile.inputs).filter((path) => path !== '<stdin>'),
  };
}
