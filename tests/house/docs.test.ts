import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from './support/entries.js';
import { filesBelow } from './support/files.js';
import { readPage } from './support/markdown.js';
import { typeErrors } from './support/snippets.js';

const files = ['README.md', 'SECURITY.md', 'CHANGELOG.md']
  .concat(['docs', 'src', 'examples', 'tests'].flatMap((folder) => filesBelow(folder, '.md')))
  .filter((path) => !path.startsWith('docs/api/'));
const pages = new Map(files.map((path) => [path, readPage(readFileSync(join(ROOT, path), 'utf8'))]));
const blocks = [...pages].flatMap(([path, page]) =>
  page.blocks
    .filter((block) => /^(ts|typescript|tsx)$/.test(block.language))
    .map((block) => ({ ...block, at: `${path}:${block.line}` })),
);
const isChecked = (block: { remark: string }) => !/^no-check\b/.test(block.remark);

describe('code in the documentation', () => {
  it('type-checks against the source', () => {
    expect(typeErrors(blocks.filter(isChecked))).toEqual([]);
  }, 120_000);

  it('says why where it is not checked', () => {
    const silent = blocks.filter((block) => !isChecked(block) && !/^no-check\s+\S+/.test(block.remark));
    expect(silent.map((block) => block.at)).toEqual([]);
  });

  it('is found out when it is wrong', () => {
    const wrong = {
      at: 'docs/page.md:7',
      line: 7,
      code: `const fine = 1;\nconst limit: number = 'ten';\nawait fine;`,
    };
    expect(typeErrors([wrong])).toEqual([`docs/page.md:8 Type 'string' is not assignable to type 'number'.`]);
    const unknown = { at: 'docs/page.md:3', line: 3, code: `import { x } from 'polylect/nowhere';` };
    expect(typeErrors([unknown])).toEqual([expect.stringContaining(`docs/page.md:3 Cannot find module`)]);
  }, 120_000);
});

describe('links in the documentation', () => {
  it('lead to files and headings that exist', () => {
    const dead: string[] = [];
    for (const [path, page] of pages) {
      for (const { target, line } of page.links) {
        if (/^[a-z][a-z0-9+.-]*:/i.test(target)) continue;
        const [relative = '', anchor] = decodeURI(target).split('#');
        const file = relative === '' ? path : posix.normalize(posix.join(posix.dirname(path), relative));
        // Generated on demand; typedoc checks the links inside.
        if (file.startsWith('docs/api/') || file === 'docs/api') continue;
        const anchors = pages.get(file)?.anchors;
        if (file.startsWith('..') || !existsSync(join(ROOT, file))) dead.push(`${path}:${line} ${target}`);
        else if (anchor && anchors && !anchors.has(anchor))
          dead.push(`${path}:${line} ${target} (no such heading)`);
      }
    }
    expect(dead).toEqual([]);
  });
});

describe('the reader of Markdown', () => {
  it('takes blocks with their language, remark and place', () => {
    const text = [
      '# A',
      '```ts no-check only a shape',
      'a();',
      '',
      'b();',
      '```',
      '~~~~',
      '```',
      '~~~~',
    ].join('\n');
    expect(readPage(text).blocks).toEqual([
      { language: 'ts', remark: 'no-check only a shape', line: 3, code: 'a();\n\nb();' },
      { language: '', remark: '', line: 8, code: '```' },
    ]);
  });

  it('refuses a block that is never closed', () => {
    expect(() => readPage('# A\n```ts\na();\n')).toThrow('the code block at line 2 is never closed');
  });

  it('takes links from prose and not from code', () => {
    const text = [
      '[a](a.md) and ![b](<b.png> "B"), `[c](c.md)`',
      '```',
      '[d](d.md)',
      '```',
      '[e]: e.md#f',
    ].join('\n');
    expect(readPage(text).links.map(({ target, line }) => `${line} ${target}`)).toEqual([
      '1 a.md',
      '1 b.png',
      '5 e.md#f',
    ]);
  });

  it('knows the anchors of headings', () => {
    const text = [
      '# Two words',
      '## `room-full`',
      "## What's new?",
      '## Two words',
      '```',
      '# not this',
      '```',
    ].join('\n');
    expect([...readPage(text).anchors]).toEqual(['two-words', 'room-full', 'whats-new', 'two-words-1']);
  });
});
