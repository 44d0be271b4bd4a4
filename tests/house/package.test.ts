import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { needs } from '../support/needs.js';
import { writeFiles } from '../support/originchats-folder.js';
import { ABSENT, ENTRIES, type Entry, INTERNAL, MANIFEST, PRESENT, ROOT } from './support/entries.js';
import { filesBelow } from './support/files.js';
import { installTarball, loadedBy, node, TSC } from './support/host.js';
import { installedWith, LOCK, type Lock, locate } from './support/lock.js';

describe('the list of entries', () => {
  it('agrees with the exports of package.json and the source files', () => {
    const said = execFileSync(process.execPath, ['scripts/exports.mjs', '--check'], {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: 'pipe',
    });
    expect(said).toContain('up to date');
  });

  const absent = ABSENT.map((entry) => `${entry.subpath} (${entry.source})`).join(', ');
  it.runIf(needs('every entry', ABSENT.length === 0, `no source file yet for ${absent}`))(
    'names only source files that exist',
    () => {
      expect(
        [...ENTRIES.map((entry) => entry.source), ...INTERNAL].filter(
          (file) => !existsSync(join(ROOT, file)),
        ),
      ).toEqual([]);
    },
  );

  it('has an entry and a codec entry for every dialect', () => {
    const dialects = filesBelow('src/dialects', '/index.ts').map((path) => path.split('/')[2]);
    const subpaths = new Set(ENTRIES.map((entry) => entry.subpath));
    const wanted = dialects.flatMap((name) => [`./dialects/${name}`, `./dialects/${name}/codec`]);
    expect(wanted.filter((subpath) => !subpaths.has(subpath))).toEqual([]);
  });
});

describe('the lock file', () => {
  it('brings no package with an install script to a host', () => {
    const brought = installedWith(LOCK, Object.keys(MANIFEST.dependencies ?? {}));
    expect(brought.length).toBeGreaterThan(0);
    expect(brought.filter((key) => LOCK.packages[key]?.hasInstallScript)).toEqual([]);
  });

  it('names no address to download from', () => {
    const resolved = Object.entries(LOCK.packages).filter(([, item]) => item.resolved !== undefined);
    expect(resolved.map(([key]) => key)).toEqual([]);
  });

  it('knows the optional packages of every platform, so that `npm ci` works on all of them', () => {
    const unknown = Object.entries(LOCK.packages).flatMap(([key, item]) =>
      Object.keys(item.optionalDependencies ?? {})
        .filter((name) => locate(LOCK, name, key) === undefined)
        .map((name) => `${name}, for ${key}`),
    );
    expect(unknown).toEqual([]);
  });

  it('is walked the way Node looks packages up', () => {
    const lock: Lock = {
      packages: {
        'node_modules/a': {
          dependencies: { b: '1', c: '1' },
          peerDependencies: { p: '1', q: '1' },
          peerDependenciesMeta: { q: { optional: true } },
        },
        'node_modules/a/node_modules/b': { dependencies: { c: '1' } },
        'node_modules/b': { hasInstallScript: true },
        'node_modules/c': {},
        'node_modules/p': {},
        'node_modules/q': {},
      },
    };
    expect(installedWith(lock, ['a'])).toEqual([
      'node_modules/a',
      'node_modules/a/node_modules/b',
      'node_modules/c',
      'node_modules/p',
    ]);
  });
});

const root = PRESENT.find((entry) => entry.subpath === '.');

describe.runIf(needs('the main entry', root !== undefined, 'src/index.ts does not exist yet'))(
  'the packed package',
  () => {
    let folder: string;
    let project: string;
    let packed: string[];

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'polylect-package-'));
      ({ project, packed } = await installTarball(folder));
    }, 240_000);

    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    it('holds what was built, the papers, and nothing else', () => {
      const papers = MANIFEST.files.filter((file) => file !== 'dist');
      expect(packed.filter((path) => !path.startsWith('dist/')).sort()).toEqual(
        [...papers, 'package.json'].sort(),
      );
      expect(
        packed.filter((path) => path.startsWith('dist/') && !/\.(js|cjs|d\.ts|d\.cts)(\.map)?$/.test(path)),
      ).toEqual([]);
    });

    it('keeps code that looks for files beside it in the file that its entry names', () => {
      const built = packed.filter((path) => /\bchunk-[^/]*\.c?js$/.test(path));
      const moved = built.filter((path) => {
        const text = readFileSync(join(project, 'node_modules', MANIFEST.name, path), 'utf8');
        return /import\.meta\.url|fileUrlOfThisModule/.test(text);
      });
      expect(moved).toEqual([]);
    });

    it('gives the same names to ES modules and to CommonJS, for every entry', async () => {
      const specifiers = JSON.stringify(PRESENT.map((entry) => entry.specifier));
      const names = `(module) => Object.keys(module).filter((name) => name !== 'default' && name !== 'module.exports').sort()`;
      writeFileSync(
        join(project, 'all.mjs'),
        `const all = {};\nfor (const name of ${specifiers}) all[name] = (${names})(await import(name));\nconsole.log(JSON.stringify(all));\n`,
      );
      writeFileSync(
        join(project, 'all.cjs'),
        `const all = {};\nfor (const name of ${specifiers}) all[name] = (${names})(require(name));\nconsole.log(JSON.stringify(all));\n`,
      );
      const [esm, cjs] = await Promise.all([node(['all.mjs'], project), node(['all.cjs'], project)]);
      const found = JSON.parse(esm) as Record<string, string[]>;
      expect(Object.keys(found)).toEqual(PRESENT.map((entry) => entry.specifier));
      expect(JSON.parse(cjs)).toEqual(found);
    });

    it('brings a command that needs nothing else but the driver of SQLite', async () => {
      const command = join(project, 'node_modules', MANIFEST.name, MANIFEST.bin.polylect);
      expect(readFileSync(command, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
      expect(await node([command, '--help'], project)).toContain('Usage: polylect');
      writeFiles(join(project, 'db'), {
        'users.json': {},
        'channels/general.json': '{"user":"u","content":"x"}',
      });
      const importing = [command, 'import', 'originchats', 'db'];
      expect(await node([...importing, '--dry-run'], project)).toContain('1 messages');
      const driver = join('node_modules', '@photostructure');
      symlinkSync(join(ROOT, driver), join(project, driver));
      expect(await node([...importing, '--into', 'chat.sqlite'], project)).toContain('Taken over into');
      rmSync(join(project, driver));
    }, 60_000);

    it('lets nobody import a file that is not an entry', async () => {
      writeFileSync(join(project, 'deep.mjs'), `await import('${MANIFEST.name}/dist/index.js');\n`);
      await expect(node(['deep.mjs'], project)).rejects.toThrow('ERR_PACKAGE_PATH_NOT_EXPORTED');
    });

    describe.each([
      {
        host: 'an ES module host',
        file: 'host.mts',
        module: 'node16',
        resolution: 'node16',
        lib: ['es2022'],
      },
      { host: 'a CommonJS host', file: 'host.cts', module: 'node16', resolution: 'node16', lib: ['es2022'] },
      {
        host: 'a bundled host',
        file: 'host.ts',
        module: 'esnext',
        resolution: 'bundler',
        lib: ['es2022', 'dom'],
      },
    ])('in TypeScript, for $host', ({ file, module, resolution, lib }) => {
      it('has types for every entry that need nothing else installed', async () => {
        const lines = PRESENT.map(({ specifier }, index) =>
          file.endsWith('.cts')
            ? `import part${index} = require('${specifier}');`
            : `import * as part${index} from '${specifier}';`,
        );
        const uses = `export const all: object[] = [${PRESENT.map((_, index) => `part${index}`).join(', ')}];`;
        writeFileSync(join(project, file), `${[...lines, uses].join('\n')}\n`);
        const config = {
          compilerOptions: {
            module,
            moduleResolution: resolution,
            target: 'es2022',
            lib,
            types: ['node'],
            strict: true,
            exactOptionalPropertyTypes: true,
            noEmit: true,
            skipLibCheck: false,
          },
          files: [file],
        };
        const configFile = `tsconfig.${file}.json`;
        writeFileSync(join(project, configFile), JSON.stringify(config));
        await node([TSC, '-p', configFile], project);
      }, 120_000);
    });

    describe.each(PRESENT)('importing $specifier', (entry) => {
      it.each(['mjs', 'cjs'] as const)(
        'loads only what belongs to it, in %s',
        async (extension) => {
          const code =
            extension === 'mjs' ? `import '${entry.specifier}';` : `require('${entry.specifier}');`;
          const loaded = await loadedBy(project, `load${PRESENT.indexOf(entry)}`, extension, code);
          expect(loaded.files).toContainEqual(expect.stringContaining(`node_modules/${MANIFEST.name}/dist/`));
          expect(strangers(entry, loaded)).toEqual([]);
        },
        60_000,
      );
    });
  },
);

/** What loading an entry must not have brought along. */
function strangers(
  entry: Entry,
  loaded: { files: string[]; sources: string[]; builtins: string[] },
): string[] {
  const isAdapter = entry.source.startsWith('src/adapters/');
  const isClient = entry.subpath === './client';
  const folder = entry.source.slice(0, entry.source.lastIndexOf('/') + 1);
  const otherEntries = new Set(ENTRIES.filter((other) => other !== entry).map((other) => other.source));
  const otherSources = loaded.sources.filter((source) => {
    if (source.startsWith('src/adapters/')) return !source.startsWith(folder) || otherEntries.has(source);
    if (source.startsWith('src/dialects/'))
      return !isClient && !/^src\/dialects\/(http\/)?[^/]+$/.test(source) && !source.startsWith(folder);
    if (source.startsWith('src/client/') || source.startsWith('src/testing/'))
      return !source.startsWith(folder);
    return false;
  });
  // The drivers of databases are looked for when a storage is opened; a socket library only where sockets are.
  const mayHaveSockets = isClient || entry.subpath.startsWith('./sockets/');
  const packages = loaded.files
    .map((file) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? file)
    .filter(
      (name) =>
        name in (MANIFEST.peerDependencies ?? {}) || (/^(isomorphic-)?ws$/.test(name) && !mayHaveSockets),
    );
  const mayHaveNode = isAdapter || isClient || entry.subpath === './testing';
  // The rules hash channel passwords with node:crypto, which brings node:stream along.
  const ofTheRules = /^(crypto|stream(\/promises)?|string_decoder)$/;
  return [
    ...otherSources,
    ...new Set(packages),
    ...(mayHaveNode
      ? []
      : loaded.builtins.filter((name) => !ofTheRules.test(name)).map((name) => `node:${name}`)),
  ];
}
