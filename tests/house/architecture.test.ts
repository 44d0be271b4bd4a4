import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isAllowed, realArrows } from './support/arrows.js';
import { drawnArrows } from './support/drawing.js';
import { ROOT } from './support/entries.js';
import { filesBelow } from './support/files.js';

const page = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8');
const sources = new Map(
  filesBelow('src', '.ts').map((path) => [path.slice('src/'.length), readFileSync(join(ROOT, path), 'utf8')]),
);
const listed = (arrows: ReadonlyMap<string, string>) =>
  [...arrows].map(([arrow, what]) => `${arrow} ${what}`).sort();

describe('the page about the architecture', () => {
  it('draws the imports that there are, and no others', () => {
    expect(listed(drawnArrows(page))).toEqual(listed(realArrows(sources)));
  });

  it('draws nothing that is not allowed', () => {
    const forbidden = [...drawnArrows(page)].filter(([arrow, what]) => {
      const [from = '', to = ''] = arrow.split(' ');
      return !isAllowed(from, to, what);
    });
    expect(forbidden).toEqual([]);
  });

  it('tells of every folder of src and of every one in those', () => {
    const folders = new Set<string>();
    for (const path of sources.keys()) {
      const parts = path.split('/').slice(0, -1);
      for (let depth = 1; depth <= Math.min(2, parts.length); depth++)
        folders.add(`${parts.slice(0, depth).join('/')}/`);
    }
    expect(folders.size).toBeGreaterThan(40);
    expect([...folders].filter((folder) => !page.includes(`\`${folder}\``))).toEqual([]);
  });

  it('tells of no folder that is not there', () => {
    const told = [...page.matchAll(/`((?:\w+\/)+)`/g)].map(([, folder = '']) => folder);
    const there = (folder: string) =>
      ['', 'src/'].some((top) => filesBelow(`${top}${folder}`, '').length > 0);
    expect(told.length).toBeGreaterThan(40);
    expect(told.filter((folder) => !there(folder))).toEqual([]);
  });
});

describe('what reads the drawing', () => {
  const chart = (...lines: string[]) => ['```mermaid', 'flowchart TD', ...lines, '```'].join('\n');

  it('tells values from types', () => {
    expect([...drawnArrows(chart('  a --> b', '  a -.-> c'))]).toEqual([
      ['a b', 'values'],
      ['a c', 'types'],
    ]);
  });

  it('stops at what it does not understand', () => {
    expect(() => drawnArrows(chart('  a ==> b'))).toThrow('no arrow');
    expect(() => drawnArrows(chart('  a --> b', '  a -.-> b'))).toThrow('twice');
    expect(() => drawnArrows('no chart')).toThrow('no flow chart');
  });

  it('knows which arrows are allowed', () => {
    expect(isAllowed('domain', 'core', 'values')).toBe(true);
    expect(isAllowed('core', 'domain', 'types')).toBe(false);
    expect(isAllowed('dialects', 'delivery', 'types')).toBe(true);
    expect(isAllowed('dialects', 'delivery', 'values')).toBe(false);
    expect(isAllowed('client', 'dialects', 'values')).toBe(true);
  });

  it('finds what folders import of each other', () => {
    const found = realArrows(
      new Map([
        ['chat.ts', `import type { A } from './core/a.js';\nimport { b } from './core/b.js';`],
        ['core/a.ts', `import { b } from './b.js';`],
        ['domain/c.ts', `import type { A } from '../core/a.js';`],
        ['domain/c.test.ts', `import { chat } from '../chat.js';`],
      ]),
    );
    expect([...found]).toEqual([
      ['chat core', 'values'],
      ['domain core', 'types'],
    ]);
  });
});
