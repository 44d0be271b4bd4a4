import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { MANIFEST, ROOT } from './entries.js';
import { installedWith, LOCK } from './lock.js';

const run = promisify(execFile);

/** Runs a program and gives its standard output; a failure carries everything it printed. */
async function output(
  command: string,
  args: string[],
  cwd: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  try {
    return (await run(command, args, { cwd, env, maxBuffer: 64 * 1024 * 1024 })).stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${command} ${args.join(' ')} failed\n${stdout}\n${stderr}`, { cause: error });
  }
}

/** Runs the Node that runs the tests. */
export function node(args: string[], cwd: string, env?: NodeJS.ProcessEnv): Promise<string> {
  return output(process.execPath, args, cwd, env);
}

/** Path of the TypeScript compiler's program. */
export const TSC = join(ROOT, 'node_modules/typescript/bin/tsc');

/**
 * Builds the package, packs it as for publishing, and installs the tarball into a new project below `folder`: beside
 * it lie the packages that an install would bring, and nothing else. Reaches no network.
 *
 * @returns the project's folder and the names of the packed files.
 */
export async function installTarball(folder: string): Promise<{ project: string; packed: string[] }> {
  const staged = join(folder, 'staged');
  mkdirSync(staged);
  await node([join(ROOT, 'node_modules/tsup/dist/cli-default.js'), '--out-dir', join(staged, 'dist')], ROOT);
  for (const name of ['package.json', ...MANIFEST.files.filter((file) => file !== 'dist')]) {
    cpSync(join(ROOT, name), join(staged, name), { recursive: true });
  }
  const said = await output('npm', ['pack', '--json', '--ignore-scripts', '--offline'], staged);
  const [report] = JSON.parse(said) as { filename: string; files: { path: string }[] }[];
  if (report === undefined) throw new Error(`npm pack reported nothing: ${said}`);

  const project = join(folder, 'project');
  const installed = join(project, 'node_modules', MANIFEST.name);
  mkdirSync(installed, { recursive: true });
  await output(
    'tar',
    ['-xzf', join(staged, report.filename), '--strip-components=1', '-C', installed],
    folder,
  );
  const brought = installedWith(LOCK, Object.keys(MANIFEST.dependencies ?? {}));
  // A TypeScript host has the types of its own platform.
  for (const key of [...brought, ...installedWith(LOCK, ['@types/node'])]) {
    cpSync(join(ROOT, key), join(project, key), { recursive: true, dereference: true });
  }
  writeFileSync(join(project, 'package.json'), '{ "name": "host", "private": true }\n');
  return { project, packed: report.files.map((file) => file.path) };
}

export interface Loaded {
  /** Files that were run, relative to the project, in `node_modules/…` form. */
  files: string[];
  /** Source files that went into those of the package itself, from their source maps, relative to the repository's top. */
  sources: string[];
  /** Names of Node's public modules that were loaded besides those an empty program loads. */
  builtins: string[];
}

/**
 * Runs a program in its own process and tells what it loaded. The engine's coverage record names every script that
 * ran, ES module or CommonJS, in every version of Node.
 *
 * @param extension - `mjs` or `cjs`.
 */
export async function loadedBy(
  project: string,
  name: string,
  extension: 'mjs' | 'cjs',
  code: string,
): Promise<Loaded> {
  const coverage = join(project, 'loaded', `${name}.${extension}`);
  const report = `\nconsole.log(JSON.stringify(process.moduleLoadList));\n`;
  const listBuiltins = async (file: string, text: string): Promise<string[]> => {
    const path = join(project, `${file}.${extension}`);
    writeFileSync(path, text + report);
    const said = await node([path], project, { PATH: process.env.PATH, NODE_V8_COVERAGE: coverage });
    const list = JSON.parse(said.trim().split('\n').at(-1) ?? '[]') as string[];
    return list
      .filter((item) => /^NativeModule (?!internal\/|_)/.test(item))
      .map((item) => item.slice('NativeModule '.length));
  };
  const usual = new Set(await listBuiltins('empty', ''));
  const builtins = (await listBuiltins(name, code)).filter((item) => !usual.has(item));

  const files = new Set<string>();
  const sources = new Set<string>();
  for (const record of readdirSync(coverage)) {
    const { result } = JSON.parse(readFileSync(join(coverage, record), 'utf8')) as {
      result: { url: string }[];
    };
    for (const { url } of result) {
      const file = url.startsWith('file:') ? fileURLToPath(url) : '';
      const start = file.indexOf('/project/node_modules/');
      if (start < 0) continue;
      const relative = file.slice(start + '/project/'.length);
      files.add(relative);
      if (!relative.startsWith(`node_modules/${MANIFEST.name}/`)) continue;
      const map = JSON.parse(readFileSync(`${file}.map`, 'utf8')) as { sources: string[] };
      for (const source of map.sources) sources.add(source.replace(/^.*?(?=src\/)/, ''));
    }
  }
  return { files: [...files].sort(), sources: [...sources].sort(), builtins };
}
