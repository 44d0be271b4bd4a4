import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sqlite } from '../../../src/adapters/storage/sqlite.js';
import { HOSTILE } from '../../support/hostile-strings.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { dataUri, httpOf, png, post, upload } from './support/files.js';
import { serve } from './support/server.js';

const parts = [
  '..',
  '../..',
  '..\\..',
  '/etc/passwd',
  'C:\\Windows\\win.ini',
  '\\\\host\\share',
  '%2e%2e%2f',
  '..%c0%af',
  '.',
  '...',
  '.htaccess',
  'con',
  'NUL',
  'aux.png',
  'COM1',
  'lpt9.txt',
  'name.',
  'name. . .',
  'name ',
  ' name',
  'a\0b.png',
  'a\nb',
  'a\r\nset-cookie: a=1',
  'a\u202egnp.exe',
  '\u200b',
  '\ufeff',
  'аdmin', // Cyrillic а
  'ａdmin',
  'admin\u0301',
  '\ud800',
  'x\udc00',
  'a:b',
  'a:$DATA',
  '~/x',
  '$(id)',
  '`id`',
  '{{7*7}}',
  '%s%n',
  "'; drop table rows; --",
  '"',
  "'",
  '__proto__',
  'constructor',
  'toString',
  '-rf',
  '👩‍👩‍👧‍👦',
  'x'.repeat(300),
  '.'.repeat(300),
  'é'.repeat(300),
  '😀'.repeat(150),
];

/** 500 names and more: each alone, as a folder, as a file in a folder, and with an ending, and those that run script somewhere. */
export function hostileNames(): readonly string[] {
  const made = parts.flatMap((one) => [
    one,
    `${one}/${one}`,
    `../${one}`,
    `${one}.png`,
    `${one}\0.png`,
    `${one}/../../x`,
    `${one}...`,
    `a${one}`,
  ]);
  return [...new Set([...made, ...HOSTILE])];
}

/** The status of a request with a name in its path as it stands, which a browser would not send. */
function rawGet(url: string, name: string): Promise<number | undefined> {
  const path =
    new URL(url).pathname +
    name.replace(/[\0-\x20?#%\x7f]|[^\x20-\x7e]+/g, (one) =>
      encodeURIComponent(one.replace(/\p{Cs}/gu, '?')),
    );
  return new Promise((resolve, reject) => {
    httpRequest(url, { path }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

export function namesOfFiles(): void {
  test('500 hostile names of attachments, emoji and webhooks reach nothing outside, and every answer is sane', async () => {
    const names = hostileNames();
    expect(names.length).toBeGreaterThanOrEqual(500);
    const folder = temporaryFolder();
    const inner = join(folder.path, 'inner');
    mkdirSync(inner);
    const server = await serve({
      storage: sqlite({ file: join(inner, 'chat.sqlite') }),
      limits: { webhooksPerChannel: 10_000 },
    });
    const files = readdirSync(inner).sort();
    const { root, alice } = await server.cast({ root: { roles: ['owner', 'user'] }, alice: {} });
    const url = httpOf(server);
    const image = dataUri('image/png', png);
    for (const [i, name] of names.entries()) {
      const file = Buffer.concat([png, Buffer.from(String(i))]).toString('base64');
      const taken = await upload(server, alice, { name, file });
      expect(taken.status).toBe(201);
      const { attachment } = (await taken.json()) as { attachment: { id: string; name: string } };
      expect(attachment.name).toMatch(/^[^/\\\p{Cc}<>:"|?*]{1,255}$/u);
      expect(attachment.name).not.toMatch(/^\.|[. ]$|\p{Cs}/u);
      const given = await fetch(`${url}/attachments/${attachment.id}`);
      expect([given.status, (await given.arrayBuffer()).byteLength]).toEqual([
        200,
        png.length + String(i).length,
      ]);
      expect(given.headers.get('content-disposition')).toMatch(
        /^inline; filename="[ !#-[\]-~]*"; filename\*=UTF-8''[A-Za-z0-9!#$&+.^_`|~%-]+$/,
      );
      expect(given.headers.get('set-cookie')).toBeNull();

      for (const path of ['attachments', 'emojis', 'server-assets']) {
        const none = await rawGet(`${url}/${path}/`, name);
        // 400: it leads to the root, where only WebSockets are.
        expect([path, name, none === 404 || none === 400]).toEqual([path, name, true]);
      }
      const emoji = await root.ask({ cmd: 'emoji_add', name, image });
      if (/^[A-Za-z0-9_]{1,64}$/.test(name)) expect(emoji.fileName).toMatch(/^\d+\.png$/);
      else expect(emoji.val).toMatch(/^Invalid emoji_add command scheme: name: /);
      for (const cmd of ['emoji_get_id', 'emoji_get_filename']) {
        const found = await alice.ask({ cmd, name });
        expect(found.cmd).toBe(emoji.added ? cmd : 'error');
      }

      const made = await root.ask({ cmd: 'webhook_create', channel: 'general', name });
      if (name.length > 256) {
        expect(made).toMatchObject({ cmd: 'error', val: 'Failed to create webhook' });
        continue;
      }
      // Names that only people read are kept as they are, but for what no UTF-8 carries.
      expect(made.webhook.name.replace(/[\p{Cs}\ufffd]/gu, '')).toBe(name.replace(/\p{Cs}/gu, ''));
      const said = await post(`${url}/webhooks?token=${made.webhook.token}`, {
        content: 'x',
        username: name,
      });
      expect([name, said.status]).toEqual([name, 204]);
      for (const id of ['webhook_get', 'webhook_delete'])
        expect((await root.ask({ cmd: id, id: name })).val).toBe('Webhook not found');
    }
    expect(await alice.settle()).not.toEqual([]);
    expect(readdirSync(inner).sort()).toEqual(files);
    expect(readdirSync(folder.path)).toEqual(['inner']);
    expect(readFileSync(join(inner, 'chat.sqlite')).subarray(0, 6).toString()).toBe('SQLite');
    expect(server.errors).toEqual([]);
    await server.stop();
    folder.remove();
  }, 120_000);
}
