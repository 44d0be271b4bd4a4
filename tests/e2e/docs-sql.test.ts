import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { sqlite } from '../../src/adapters/storage/sqlite.js';
import { createChat } from '../../src/chat.js';
import { sockchat } from '../../src/dialects/sockchat/index.js';
import { ROOT } from '../house/support/entries.js';
import { readPage } from '../house/support/markdown.js';
import { sqlOf } from '../support/sqlite-check.js';
import { temporaryFolder } from '../support/temporary-folder.js';

it('runs the SQL of docs/storage.md on the file of a chat', async () => {
  const folder = temporaryFolder();
  const file = join(folder.path, 'chat.sqlite');
  const options = { auth: () => undefined, dialects: [sockchat()] };
  const chat = await createChat({ storage: sqlite({ file }), ...options });
  const lounge = chat.channels.byName('lounge');
  if (lounge === undefined) throw new Error('there is no lounge');
  const { id } = await chat.messages.send(lounge.id, 'hello');

  const page = readPage(readFileSync(join(ROOT, 'docs/storage.md'), 'utf8'));
  const statements = page.blocks.filter((block) => block.language === 'sql').map((block) => block.code);
  const answers = [];
  for (const sql of statements) answers.push(await sqlOf(file, sql));
  expect(answers).toEqual([
    [{ id, at: expect.any(Number), author: null, text: 'hello' }],
    [],
    [{ messages: 1 }],
  ]);

  const told = [...readFileSync(join(ROOT, 'docs/storage.md'), 'utf8').matchAll(/^\| `([a-z_]+)` /gm)];
  const tables = await sqlOf(
    file,
    `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'polylect%' AND name NOT LIKE 'sqlite%'`,
  );
  const names = new Set(told.map(([, name]) => name));
  expect(tables.filter(({ name }) => !names.has(String(name)))).toEqual([]);
  await chat.close();
  folder.remove();
}, 30_000);
