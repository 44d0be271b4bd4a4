import { afterAll, describe, expect, it } from 'vitest';
import { needs } from '../support/needs.js';
import { bundle } from './support/bundle.js';
import { PRESENT } from './support/entries.js';

const sources = new Map(PRESENT.map((entry) => [entry.subpath, `./${entry.source}`]));

describe('entries for browsers', () => {
  const forBrowsers = PRESENT.filter(({ subpath }) =>
    /^\.\/client$|^\.\/dialects\/[^/]+\/codec$/.test(subpath),
  );

  it
    .runIf(needs('a browser entry', forBrowsers.length > 0, 'no codec and no client has a source file yet'))
    .for(forBrowsers)('bundles $subpath for browsers without a node: import', async ({ source }) => {
    const { externals } = await bundle(`export * from './${source}';`, 'browser');
    expect(externals).toEqual([]);
  });

  it('notices a node: import that a browser could not have', async () => {
    const { externals } = await bundle(`export { readFileSync } from 'node:fs';`, 'browser');
    expect(externals).toEqual(['node:fs']);
  });
});

/** Size budget, minified and gzipped, with dependencies. Raise a figure only in a commit of its own with the reason. */
const BUDGETS = [
  { what: 'codec of sockchat', parts: ['./dialects/sockchat/codec'], maxBytes: 4_000, platform: 'browser' },
  {
    what: 'codec of originchats',
    parts: ['./dialects/originchats/codec'],
    maxBytes: 1_000,
    platform: 'browser',
  },
  {
    what: 'codec of conclave',
    parts: ['./dialects/conclave/codec'],
    maxBytes: 6_000,
    platform: 'browser',
  },
  // Four protocols' clients, three of them in one frame; the codec of the fourth is 5 kB of it. A page that uses one of them loads about 8 kB.
  {
    what: 'client',
    parts: ['./client'],
    maxBytes: 17_500,
    above: './dialects/sockchat/codec',
    platform: 'browser',
  },
  {
    what: 'client of conclave alone',
    parts: ['./client'],
    names: ['conclaveClient', 'ConclaveError'],
    maxBytes: 8_500,
    platform: 'browser',
  },
  // 29 kB of it is the table of characters that look alike (Unicode TR 39), which only servers load. The rules of all protocols are in it,
  // whichever are spoken: those of encrypted groups are seven. Linked identities and edits are two, whom Sock Chat's viewers know of other protocols' people three.
  // That all a host calls says which argument is wrong, and which part is misspelt, is half a kilobyte; that a host reads accounts, bans and what was
  // said page by page is another. That no more is kept of somebody banned who has left than the ban needs is a third of one, that being away is one
  // fact, whatever protocol says so, a fifth, and that no name or status of somebody silenced is a way to speak a tenth.
  { what: 'core with sockchat', parts: ['.', './dialects/sockchat'], maxBytes: 118_000, platform: 'node' },
] as const;

describe('size budget', () => {
  const table: { what: string; bytes: number; limit: number }[] = [];

  afterAll(() => {
    if (table.length > 0) console.table(table);
  });

  for (const { what, parts, maxBytes, platform, ...rest } of BUDGETS) {
    const missing = parts.filter((part) => !sources.has(part));
    it.runIf(needs(`the ${what}`, missing.length === 0, `no source file for ${missing.join(', ')} yet`))(
      `keeps the ${what} within ${maxBytes} bytes${'above' in rest ? ' more than its codec' : ''}`,
      async () => {
        const code = parts
          .map((part, index) => {
            const what = 'names' in rest ? `{ ${rest.names.join(', ')} }` : `* as part${index}`;
            return `export ${what} from '${sources.get(part)}';`;
          })
          .join('\n');
        const { gzipBytes } = await bundle(code, platform);
        const above =
          'above' in rest
            ? (await bundle(`export * from '${sources.get(rest.above)}';`, platform)).gzipBytes
            : 0;
        table.push({ what, bytes: gzipBytes, limit: maxBytes + above });
        expect(gzipBytes).toBeLessThanOrEqual(maxBytes + above);
      },
    );
  }
});
