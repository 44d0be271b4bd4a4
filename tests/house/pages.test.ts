import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorCodes, permissionBits, rejectionCodes } from 'polylect';
import { sockchat } from 'polylect/dialects/sockchat';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { commandTable as originCommands } from '../../src/dialects/originchats/commands/index.js';
import { commandTable } from '../../src/dialects/sockchat/commands/index.js';
import { settings } from '../../src/dialects/sockchat/options.js';
import { commandTable as venuelessCommands } from '../../src/dialects/venueless/commands/index.js';
import { PRESENT, ROOT } from './support/entries.js';
import { filesBelow } from './support/files.js';
import { readPage } from './support/markdown.js';

const text = (path: string) => readFileSync(join(ROOT, path), 'utf8');

/** Namespaces of Venueless of which nothing is spoken. */
const unsupported = ['announcement', 'bbb', 'digitalsamba', 'zoom', 'januscall', 'exhibition']
  .concat(['poster', 'question', 'poll', 'room', 'roulette', 'world'])
  .filter((name) => !venuelessCommands.some(({ action }) => action.startsWith(`${name}.`)));

/** Headings of one level, without code marks. */
const headings = (path: string, level: number) =>
  [...text(path).matchAll(new RegExp(`^#{${level}} \`?([^\`\n]+)\`?$`, 'gm'))].map(([, heading]) => heading);

/** First cells of every row of every table on a page, without code marks. */
const firstCells = (path: string) => [...text(path).matchAll(/^\| `([^`]+)`/gm)].map(([, cell = '']) => cell);

describe('pages of the documentation', () => {
  it('that are written from the source are up to date', () => {
    const said = execFileSync(process.execPath, ['scripts/docs.mjs', '--check'], {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: 'pipe',
    });
    expect(said.trim().split('\n')).toEqual(
      ['events', 'limits', 'conclave', 'originchats', 'venueless', 'dialects'].map(
        (page) => `docs/${page}.md is up to date`,
      ),
    );
  });

  it('have a heading for every error code, in the order of the list', () => {
    expect(headings('docs/errors.md', 2)).toEqual([...errorCodes]);
  });

  it('tell of every reason for a refusal', () => {
    const told = new Set(firstCells('docs/errors.md'));
    expect(rejectionCodes.filter((code) => !told.has(code))).toEqual([]);
  });

  it('tell of every permission and no other', () => {
    expect(firstCells('docs/permissions.md').sort()).toEqual(Object.keys(permissionBits).sort());
  });

  it('tell of every option of Sock Chat', () => {
    const file = ts.createSourceFile(
      'options.ts',
      text('src/dialects/sockchat/options.ts'),
      ts.ScriptTarget.Latest,
      true,
    );
    const options = file.statements.find(
      (one): one is ts.InterfaceDeclaration =>
        ts.isInterfaceDeclaration(one) && one.name.text === 'SockChatOptions',
    );
    const names = options?.members.map((one) => one.name?.getText() ?? '') ?? [];
    expect(names.length).toBeGreaterThan(5);
    const told = new Set(firstCells('docs/sockchat.md'));
    expect(names.filter((name) => !told.has(name))).toEqual([]);
    expect(sockchat({}).name).toBe('sockchat');
  });

  it('tell of every command of Sock Chat', () => {
    const page = text('docs/sockchat.md');
    const names = commandTable('sockchat', settings({})).flatMap((row) => row.names);
    expect(names.length).toBeGreaterThan(20);
    expect(names.filter((name) => !page.includes(`\`/${name}\``))).toEqual([]);
  });

  it('tell of every event for plugins of OriginChats and no other', () => {
    const path = 'src/dialects/originchats/plugin-events.ts';
    const file = ts.createSourceFile(path, text(path), ts.ScriptTarget.Latest, true);
    const events = file.statements.find(
      (one): one is ts.InterfaceDeclaration =>
        ts.isInterfaceDeclaration(one) && one.name.text === 'OriginChatsEvents',
    );
    const names = events?.members.map((one) => one.name?.getText() ?? '') ?? [];
    expect(names.length).toBeGreaterThan(20);
    expect(firstCells('docs/originchats-events.md')).toEqual(names);
  });

  it('tell of every command of OriginChats', () => {
    const page = text('docs/originchats.md');
    expect(originCommands.length).toBeGreaterThan(20);
    expect(originCommands.filter(({ cmd }) => !page.includes(`\`${cmd}\``)).map(({ cmd }) => cmd)).toEqual(
      [],
    );
  });

  it('tell of every command of Venueless, and of what is answered as unsupported', () => {
    const page = text('docs/venueless.md');
    const told = firstCells('docs/venueless.md');
    expect(venuelessCommands.length).toBeGreaterThan(20);
    expect(venuelessCommands.filter(({ action }) => !told.includes(action))).toEqual([]);
    expect(unsupported.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });

  it.each(['originchats', 'venueless'])('tell of every source file of %s beside them', (dialect) => {
    const folder = `src/dialects/${dialect}`;
    // A folder stands for all that is in it, and `*` for any part of a name.
    const told = [...text(`${folder}/README.md`).matchAll(/`([\w*/.-]+)`/g)].map(
      ([, name = '']) =>
        new RegExp(
          `(^|/)${name.replaceAll('.', '\\.').replaceAll('*', '[^/]*')}${name.endsWith('/') ? '' : '$'}`,
        ),
    );
    const isTold = (path: string) => told.some((one) => one.test(path));
    const files = filesBelow(folder, '.ts').map((path) => path.slice(folder.length + 1));
    expect(files.length).toBeGreaterThan(20);
    expect(files.filter((path) => !path.endsWith('.test.ts') && !isTold(path))).toEqual([]);
  });

  it('link each promise to a test that exists', () => {
    const page = text('docs/guarantees.md');
    const links = readPage(page).links.map(({ target }) => target);
    const tests = links.filter((target) => target.endsWith('.test.ts'));
    expect(tests.filter((target) => !existsSync(join(ROOT, 'docs', target)))).toEqual([]);
    const [promises = ''] = page.split('## What is not promised');
    const each = promises.split(/^- /m).slice(1);
    expect(each.length).toBeGreaterThan(30);
    expect(each.filter((promise) => !promise.includes('.test.ts)'))).toEqual([]);
  });

  it('tell of every event what each protocol shows of it', () => {
    const page = text('docs/dialects.md');
    const [, byEvent = ''] = page.split('## Event by event');
    const rows = byEvent.split('\n## ')[0]?.match(/^\| `.*$/gm) ?? [];
    const told = new Set(rows.map((row) => /`(\w+)`/.exec(row)?.[1]));
    const [facts = ''] = text('docs/events.md').split('### `error`');
    const events = [...facts.matchAll(/^### `(\w+)`$/gm)].map(([, name]) => name);
    expect(events.length).toBeGreaterThan(80);
    expect(events.filter((name) => !told.has(name))).toEqual([]);
    const cells = rows.flatMap((row) => row.slice(1, -1).split(' | '));
    expect(cells.length).toBe(rows.length * 5);
    expect(cells.filter((cell) => cell.trim() === '')).toEqual([]);
  });
});

describe('examples', () => {
  const sources = filesBelow('examples', '.ts').filter((path) => !path.startsWith('examples/playground/'));

  it('import only what everybody can import', () => {
    const entries = new Set(PRESENT.map((entry) => entry.specifier));
    const strange = sources.flatMap((path) =>
      ts
        .preProcessFile(text(path))
        .importedFiles.map(({ fileName }) => fileName)
        .filter(
          (name) => !/^\.\/|^node:|^(express|ts-mls(\/groupInfo\.js)?)$/.test(name) && !entries.has(name),
        )
        .map((name) => `${path} imports ${name}`),
    );
    expect(sources.length).toBeGreaterThan(5);
    expect(strange).toEqual([]);
  });

  it('mean the source when they import the package', () => {
    const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile);
    const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
    const host = ts.createCompilerHost(options);
    const found = PRESENT.map(({ specifier }) => [
      specifier,
      ts.resolveModuleName(specifier, join(ROOT, 'examples/x.ts'), options, host).resolvedModule
        ?.resolvedFileName,
    ]);
    expect(found).toEqual(PRESENT.map(({ specifier, source }) => [specifier, join(ROOT, source)]));
  });

  it('have a README each', () => {
    const folders = new Set(sources.map((path) => path.split('/')[1]));
    expect(
      [...folders].filter((name) => !existsSync(join(ROOT, 'examples', String(name), 'README.md'))),
    ).toEqual([]);
  });
});
