import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { breaches, importsOf } from './support/arrows.js';
import { ENTRIES, MANIFEST, ROOT } from './support/entries.js';
import { filesBelow } from './support/files.js';

const packages = new Set(Object.keys({ ...MANIFEST.dependencies, ...MANIFEST.peerDependencies }));
const entries = new Set(ENTRIES.map((entry) => entry.source.replace(/^src\//, '')));

it('keeps every import of src on an allowed arrow', () => {
  const sources = new Map(
    filesBelow('src', '.ts').map((path) => [
      path.slice('src/'.length),
      readFileSync(join(ROOT, path), 'utf8'),
    ]),
  );
  expect(sources.size).toBeGreaterThan(0);
  expect(breaches({ sources, entries, packages })).toEqual([]);
});

describe('the arrow check', () => {
  function check(path: string, ...lines: string[]): string[] {
    return breaches({ sources: new Map([[path, lines.join('\n')]]), entries, packages });
  }

  it.each([
    ['domain/users/rules.ts', `import { reject } from '../../core/rejection.js';`],
    ['delivery/outbox.ts', `import { idAt } from '../core/ids.js';`],
    ['dialects/sockchat/handlers.ts', `import { mayBan } from '../../domain/moderation/rules.js';`],
    ['dialects/sockchat/render.ts', `import type { Frame } from '../../delivery/frame.js';`],
    ['dialects/sockchat/render.ts', `import { wordsFor } from '../refusals.js';`],
    ['dialects/sockchat/routes.ts', `import { piecesOf } from '../http/body.js';`],
    ['dialects/sockchat/index.ts', `import { encodeOnce } from '../../delivery/frame.js';`],
    ['adapters/storage/sqlite.ts', `import { Worker } from 'node:worker_threads';`],
    ['adapters/storage/sqlite.ts', `import { pack } from './rows.js';`],
    ['adapters/sockets/ws.ts', `import type { Outbox } from '../../delivery/outbox.js';`],
    ['adapters/auth/guest.ts', `import type { Auth } from '../../domain/auth.js';`],
    ['client/connect.ts', `import { decode } from '../dialects/sockchat/codec.js';`],
    ['client/connect.ts', `import WebSocket from 'isomorphic-ws';`],
    ['testing/index.ts', `import assert from 'node:assert/strict';`],
    ['testing/storage.ts', `import type { Storage } from '../core/ports.js';`],
    ['import/originchats/places.ts', `import { f } from '../../dialects/originchats/permissions.js';`],
    ['import/originchats/records.ts', `import { openSync } from 'node:fs';`],
    ['cli/command.ts', `import { importAll } from '../import/originchats/run.js';`],
    [
      'chat.ts',
      `import { Engine } from './core/engine.js';`,
      `import { open } from './adapters/storage/memory.js';`,
    ],
    ['core/engine.test.ts', `import { sockchat } from '../dialects/sockchat/index.js';`],
  ])('lets through: %s, %s', (path, ...lines) => {
    expect(check(path, ...lines)).toEqual([]);
  });

  it.each([
    ['core/engine.ts', `import { Users } from '../domain/users/table.js';`, 'core may not'],
    ['core/engine.ts', `import type { Users } from '../domain/users/table.js';`, 'core may not'],
    ['core/engine.ts', `type Users = import('../domain/users/table.js').Users;`, 'core may not'],
    ['core/engine.ts', `export * from '../chat.js';`, 'core may not'],
    ['core/engine.ts', `const late = await import('../delivery/outbox.js');`, 'core may not'],
    ['core/ids.ts', `import { randomBytes } from 'node:crypto';`, 'only adapters and testing'],
    ['core/ids.ts', `const crypto = process.getBuiltinModule('node:crypto');`, 'only adapters and testing'],
    ['core/ids.ts', `import ws from 'ws';`, 'core may not'],
    ['domain/users/rules.ts', `import { send } from '../../delivery/outbox.js';`, 'domain may not'],
    ['delivery/outbox.ts', `import type { User } from '../domain/users/table.js';`, 'delivery may not'],
    [
      'dialects/sockchat/render.ts',
      `import { type Frame } from '../../delivery/frame.js';`,
      'only `import type`',
    ],
    ['dialects/sockchat/render.ts', `import { text } from '../originchats/text.js';`, 'another dialect'],
    ['dialects/sockchat/index.ts', `import { text } from '../originchats/text.js';`, 'another dialect'],
    ['dialects/refusals.ts', `import { text } from './originchats/text.js';`, 'shared by all dialects'],
    ['dialects/http/body.ts', `import { text } from '../originchats/text.js';`, 'shared by all dialects'],
    ['dialects/sockchat/codec.ts', `import { Buffer } from 'node:buffer';`, 'only adapters and testing'],
    [
      'adapters/storage/memory.ts',
      `import { mayBan } from '../../domain/moderation/rules.js';`,
      'adapters may not',
    ],
    [
      'adapters/storage/memory.ts',
      `import type { Outbox } from '../../delivery/outbox.js';`,
      'adapters may not',
    ],
    ['adapters/storage/memory.ts', `import { readFile } from 'fs/promises';`, 'without the node: prefix'],
    ['adapters/storage/memory.ts', `import { serialize } from 'left-pad';`, 'does not declare'],
    ['adapters/sockets/ws.ts', `import { Outbox } from '../../delivery/outbox.js';`, 'only `import type`'],
    ['adapters/auth/guest.ts', `import { isDenied } from '../../domain/auth.js';`, 'only `import type`'],
    ['client/connect.ts', `import { handlers } from '../dialects/sockchat/handlers.js';`, 'client may not'],
    [
      'import/originchats/run.ts',
      `import { sqlite } from '../../adapters/storage/sqlite.js';`,
      'import may not',
    ],
    ['core/engine.ts', `import { importAll } from '../import/files/run.js';`, 'core may not'],
    ['testing/storage.ts', `import { memory } from '../adapters/storage/memory.js';`, 'testing may not'],
    ['chat.ts', `import { wait } from '../tests/support/wait.js';`, 'outside src'],
    ['chat.ts', `import { cases } from './core/engine.test.js';`, 'imports the test'],
    ['plugins/spell.ts', '', 'does not know'],
    ['domain/utils/text.ts', '', 'says nothing'],
    ['delivery/misc.ts', '', 'says nothing'],
    ['core/sockchat.ts', '', 'called after a dialect'],
    ['core/engine.ts', `if (dialect === 'originchats') stop();`, 'names a dialect'],
    ['domain/users/rules.ts', 'const venuelessName = 1;', 'names a dialect'],
    ['domain/users/rules.ts', `const hint = \`as Sock Chat has it: \${name}\`;`, 'names a dialect'],
  ])('stops: %s, %s', (path, line, why) => {
    const found = check(path, line);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(why);
  });

  it('stops a file of more than 400 lines, unless a script wrote it', () => {
    expect(check('delivery/outbox.ts', 'one();\n'.repeat(400))).toEqual([]);
    expect(check('delivery/outbox.ts', 'one();\n'.repeat(401))).toEqual([
      'delivery/outbox.ts has 401 lines, limit 400',
    ]);
    expect(check('dialects/conclave/gen/messages.ts', 'one();\n'.repeat(401))).toEqual([]);
  });

  it('lets a comment in the core name the dialect a rule comes from', () => {
    expect(
      check('core/ids.ts', '/** The epoch that Sock Chat servers count from. */', 'const EPOCH = 1;'),
    ).toEqual([]);
  });

  it('finds an import wherever it stands', () => {
    const text = [
      `import a = require('a');`,
      `export { b } from 'b';`,
      `const c = () => import('c');`,
      `const d = require('d');`,
      `const e = new Worker(new URL('e', import.meta.url));`,
      `// import 'not-this';`,
    ].join('\n');
    expect(importsOf('x.ts', text).map((item) => `${item.line}${item.specifier}`)).toEqual([
      '1a',
      '2b',
      '3c',
      '4d',
      '5e',
    ]);
  });
});
