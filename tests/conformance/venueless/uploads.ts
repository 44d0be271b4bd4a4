import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { attach } from '../../../src/adapters/sockets/ws.js';
import { memory } from '../../../src/adapters/storage/memory.js';
import { createChat } from '../../../src/chat.js';
import * as clients from '../../../src/client/index.js';
import { originchats } from '../../../src/dialects/originchats/index.js';
import { venueless } from '../../../src/dialects/venueless/index.js';
import type { UserId } from '../../../src/domain/ids.js';
import type { Json } from '../../support/json-probe.js';
import { type Member, serve, token, type VenuelessServer } from './support/server.js';

const bytesOf = (text: string) => Buffer.from(text, 'latin1');
const png = bytesOf('\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\x02\0\0\0\x05\x08\x06\0\0\0');
const svg = bytesOf('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
const pdf = bytesOf('%PDF-1.7 and what follows');

type Part = readonly [name: string, content: Buffer | string, fileName?: string, type?: string];

function formOf(...parts: readonly Part[]): FormData {
  const form = new FormData();
  for (const [name, content, fileName, type = 'application/octet-stream'] of parts) {
    if (fileName === undefined) form.append(name, content.toString());
    else form.append(name, new Blob([new Uint8Array(Buffer.from(content))], { type }), fileName);
  }
  return form;
}

const bearer = async (name: string, claims: object = {}) =>
  `Bearer ${await token({ uid: name, traits: ['attendee'], ...claims })}`;

const { connect } = clients;

/** Files, over HTTP (section 10). */
export function uploads(): void {
  let server: VenuelessServer;
  let anna: Member;
  let ben: Member;

  beforeAll(async () => {
    server = await serve({ venueless: { uploads: { maxBytes: 100_000 } } });
    ({ anna, ben } = await server.cast({ anna: {}, ben: {} }));
    for (const member of [anna, ben]) await member.done('chat.join', { channel: anna.channel('stage') });
  });
  beforeEach(async () => {
    for (const member of [anna, ben]) await member.settle();
  });
  afterAll(async () => {
    expect(server.errors).toEqual([]);
    await server.stop();
  });

  const post = async (
    body: BodyInit | undefined,
    authorization: string | undefined = undefined,
    path = '/demo/upload/',
    headers: Record<string, string> = {},
  ) =>
    fetch(`${server.http}/ws/world${path}`, {
      method: 'POST',
      headers: { authorization: authorization ?? (await bearer('anna')), ...headers },
      ...(body === undefined ? {} : { body }),
    });
  const send = (content: Buffer, name = 'a.png') => post(formOf(['file', content, name]));
  const answerOf = async (response: Response) => [response.status, await response.json()];
  const uploaded = async (content = png, name = 'a.png') =>
    ((await (await send(content, name)).json()) as { url: string }).url;
  const say = (content: object) => ({
    channel: anna.channel('stage'),
    event_type: 'channel.message',
    content,
  });

  test.each(['/demo/upload/', '/demo/upload'])(
    'a picture is taken at %s and answered with its address',
    async (path) => {
      const form = formOf(['width', '160'], ['height', '160'], ['file', png, '../me "x".png', 'image/png']);
      const response = await post(form, undefined, path);
      expect(response.status).toBe(201);
      expect(response.headers.get('access-control-allow-origin')).toBe('*');
      const said = (await response.json()) as { url: string };
      expect(Object.keys(said)).toEqual(['url']);
      expect(said.url).toMatch(/^\/ws\/world\/demo\/files\/[0-9a-f-]{36}\/me%20_x_\.png$/);
      const file = await fetch(server.http + said.url);
      expect(file.status).toBe(200);
      expect(Buffer.from(await file.arrayBuffer())).toEqual(png);
      expect(Object.fromEntries(file.headers)).toMatchObject({
        'content-type': 'image/png',
        'content-disposition': expect.stringMatching(/^inline; filename="me _x_.png"/),
        'content-length': String(png.length),
        'x-content-type-options': 'nosniff',
        'content-security-policy': "default-src 'none'; sandbox",
        'access-control-allow-origin': '*',
        'accept-ranges': 'bytes',
      });
    },
  );

  test('a guest uploads with the id of their browser', async () => {
    await server.guest('gus');
    const form = () => formOf(['file', png, 'a.png']);
    expect((await post(form(), 'Client client-of-gus')).status).toBe(201);
    expect((await post(form(), 'client client-of-gus')).status).toBe(201);
    expect((await post(form(), 'Client client-of-nobody')).status).toBe(403);
    await server.guest('a guest of three words');
    expect((await post(form(), 'Client client-of-a guest of three words')).status).toBe(201);
  });

  test.each([
    ['image/jpeg', 'a.jpg', '\xff\xd8\xff\xc0\0\x11\x08\0\x05\x01\x02\x03'],
    ['image/gif', 'a.gif', 'GIF89a\x02\0\x03\0'],
    ['application/pdf', 'a.pdf', '%PDF-1.7'],
    ['image/svg+xml', 'a.svg', '<?xml version="1.0"?><svg/>'],
    ['video/mp4', 'a.mp4', '\0\0\0\x20ftypisom'],
    ['video/webm', 'a.webm', '\x1aE\xdf\xa3'],
    ['audio/mpeg', 'a.mp3', 'ID3\x03'],
  ])('%s is taken for what its bytes are', async (type, name, content) => {
    const file = await fetch(server.http + (await uploaded(bytesOf(content), name)));
    expect(file.headers.get('content-type')).toBe(type);
  });

  test('what could run scripts is for saving, and may do nothing where it is opened', async () => {
    for (const [content, name] of [
      [svg, 'a.svg'],
      [pdf, 'a.pdf'],
    ] as const) {
      const { headers } = await fetch(server.http + (await uploaded(content, name)));
      expect(headers.get('content-disposition')).toMatch(/^attachment; /);
      expect(headers.get('content-security-policy')).toBe("default-src 'none'; sandbox");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  test('a file is read in parts, and not sent again to whoever has it', async () => {
    const url = server.http + (await uploaded(pdf, 'a.pdf'));
    const part = await fetch(url, { headers: { range: 'bytes=1-3' } });
    expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([
      206,
      `bytes 1-3/${pdf.length}`,
      'PDF',
    ]);
    expect((await fetch(url, { headers: { range: 'bytes=999-' } })).status).toBe(416);
    const tag = part.headers.get('etag') ?? '';
    expect((await fetch(url, { headers: { 'if-none-match': tag } })).status).toBe(304);
    const head = await fetch(url, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(pdf.length)]);
  });

  test.each([
    ['file.missing', formOf(['width', '1']), {}],
    ['file.missing', formOf(['file', 'text, not a file']), {}],
    ['file.missing', formOf(['picture', png, 'a.png']), {}],
    ['file.missing', '{}', { 'content-type': 'application/json' }],
    ['file.missing', '--x\r\nnonsense', { 'content-type': 'multipart/form-data; boundary=x' }],
    ['file.type', formOf(['file', '<html><script/></html>', 'a.png', 'image/png']), {}],
    ['file.type', formOf(['file', 'BM what is no longer usual', 'a.bmp']), {}],
    ['file.type', formOf(['file', '', 'a.png']), {}],
    ['file.picture.invalid', formOf(['file', png.subarray(0, 12), 'a.png']), {}],
    ['file.size', formOf(['file', Buffer.concat([png, Buffer.alloc(100_000)]), 'a.png']), {}],
    ['file.size', formOf(['file', Buffer.concat([png, Buffer.alloc(200_000)]), 'a.png']), {}],
  ] as const)('%s', async (error, body, headers) => {
    expect(await answerOf(await post(body, undefined, undefined, headers))).toEqual([400, { error }]);
  });

  test('nobody uploads who may not be in the world', async () => {
    const form = () => formOf(['file', png, 'a.png']);
    const refused = [403, { error: 'auth.denied' }];
    await server.arrive('eve');
    await server.chat.users.ban(idOf('eve'));
    for (const authorization of [
      '',
      'Bearer',
      'Bearer nonsense',
      'Basic YTpi',
      await bearer('never seen'),
      `${await bearer('anna')}x`,
      await bearer('eve'),
    ])
      expect(await answerOf(await post(form(), authorization))).toEqual(refused);
  });

  /** The chat's own id of somebody. */
  const idOf = (name: string) => server.chat.users.byHandle(name)?.id as UserId;

  test('web apps of other origins are let through, and only by what is there', async () => {
    const options = await fetch(`${server.http}/ws/world/demo/upload/`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://app.test',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization',
      },
    });
    expect(options.status).toBe(204);
    expect(options.headers.get('access-control-allow-origin')).toBe('*');
    expect(options.headers.get('access-control-allow-headers')).toMatch(/authorization/i);
    expect((await fetch(`${server.http}/ws/world/demo/upload/`)).status).toBe(405);
    expect((await post(formOf(['file', png, 'a.png']), undefined, '/other/upload/')).status).toBe(404);
    const none = `${server.http}/ws/world/demo/files/00000000-0000-4000-8000-000000000000/a.png`;
    expect((await fetch(none)).status).toBe(404);
    expect((await fetch(none, { method: 'DELETE' })).status).toBe(405);
  });

  describe('in messages', () => {
    test('files are shown to everybody with their addresses, with and without a text', async () => {
      // The same bytes once more are the same file, under the name that it had first.
      const other = Buffer.concat([pdf, bytesOf('another')]);
      const [one, two] = [
        await uploaded(bytesOf('GIF89a\x07\0\x07\0'), 'one.gif'),
        await uploaded(other, 'two.pdf'),
      ];
      const files = [
        { url: one, name: 'one.gif', mimeType: 'image/gif' },
        { url: two, name: 'two.pdf', mimeType: 'application/pdf' },
      ];
      const { event } = await anna.done('chat.send', say({ type: 'files', files }));
      expect(event.content).toEqual({ type: 'files', files });
      const [[, pushed]] = (await ben.settle()).filter(([name]) => name === 'chat.event') as [Json];
      expect(pushed).toMatchObject({ event_id: event.event_id, content: { type: 'files', files } });
      // Whatever the address was read below, and whatever a client calls it: it is what was uploaded.
      const again = [{ url: `https://elsewhere.test${one}`, name: 'x', mimeType: 'text/html' }];
      const said = await anna.done(
        'chat.send',
        say({ type: 'files', files: again, body: `look @${ben.id}` }),
      );
      expect(said.event.content).toEqual({ type: 'files', files: [files[0]], body: `look @${ben.id}` });
    });

    test('a file is shown once in a message, below an address that stays short', async () => {
      const url = await uploaded(bytesOf('GIF89a\x05\0\x06\0long'), `${'\u732b'.repeat(250)}.gif`);
      expect(url.length).toBeLessThan(1_000);
      expect(url).toMatch(/\.gif$/);
      expect((await fetch(server.http + url)).status).toBe(200);
      const files = Array.from({ length: 50 }, () => ({ url }));
      const { event } = await anna.done('chat.send', say({ type: 'files', files }));
      expect(event.content.files).toMatchObject([{ url }]);
      const many: object[] = [];
      for (let n = 0; n < 11; n++)
        many.push({ url: await uploaded(bytesOf(`GIF89a\x05\0\x06\0number ${n}`)) });
      expect(await anna.refused('chat.send', say({ type: 'files', files: many }))).toEqual({
        code: 'chat.too_many',
      });
      await ben.settle();
    });

    test('[8.5] an edit makes files of a text, and a text of files', async () => {
      const url = await uploaded(bytesOf('GIF89a\x06\0\x06\0edited'), 'edit.gif');
      const file = { url, name: 'edit.gif', mimeType: 'image/gif' };
      const { event } = await anna.done('chat.send', say({ type: 'text', body: 'text' }));
      const edit = async (content: object) => {
        await ben.settle();
        const made = await anna.done('chat.send', { ...say(content), replaces: event.event_id });
        const [[, pushed]] = (await ben.settle()).filter(([name]) => name === 'chat.event') as [Json];
        expect(pushed.content).toEqual(made.event.content);
        const past = await ben.done('chat.fetch', { channel: anna.channel('stage'), count: 2 });
        expect(past.results.map((one: Json) => one.content)).toEqual([pushed.content, pushed.content]);
        return pushed.content;
      };
      expect(await edit({ type: 'files', files: [{ url }], body: 'with a file' })).toEqual({
        type: 'files',
        files: [file],
        body: 'with a file',
      });
      expect(await edit({ type: 'files', files: [{ url }] })).toEqual({ type: 'files', files: [file] });
      expect((await fetch(server.http + url)).status).toBe(200);
      expect(await edit({ type: 'text', body: 'text again' })).toEqual({ type: 'text', body: 'text again' });
      expect((await fetch(server.http + url)).status).toBe(404);
    });

    test('only files of the sender are taken', async () => {
      const own = await uploaded();
      const invalid = { code: 'chat.invalid_body' };
      for (const files of [
        'x',
        [null],
        [{}],
        [{ url: 7 }],
        [{ url: 'https://elsewhere.test/cat.png' }],
        [{ url: own }, { url: '/ws/world/demo/files/00000000-0000-4000-8000-000000000000/a.png' }],
      ])
        expect(await anna.refused('chat.send', say({ type: 'files', files }))).toEqual(invalid);
      expect(await ben.refused('chat.send', say({ type: 'files', files: [{ url: own }] }))).toEqual(invalid);
      expect(await anna.refused('chat.send', say({ type: 'files', files: [{ url: own }], body: 7 }))).toEqual(
        invalid,
      );
      expect(await anna.refused('chat.send', say({ type: 'files', files: [] }))).toEqual({
        code: 'chat.empty',
      });
    });
  });

  test('an avatar stays where no message shows it, as long as its owner wears it', async () => {
    const url = await uploaded(bytesOf('GIF89a\x09\0\x09\0avatar'), 'me.gif');
    await anna.done('user.update', { profile: { display_name: 'anna', avatar: { url } } });
    const { profile } = (await server.login('anna again', { token: (await bearer('anna')).slice(7) }))
      .welcome['user.config'];
    expect(profile.avatar).toEqual({ url });
    expect((await fetch(server.http + url)).status).toBe(200);
    await server.chat.run('user.leave', { user: idOf('anna'), via: 'host' });
    expect((await fetch(server.http + url)).status).toBe(404);
  });
}

/** What is different where a host wants it so. */
export function uploadsElsewhere(): void {
  test('a file of either protocol has a working address in the other', async () => {
    const chat = await createChat({
      storage: memory(),
      auth: ({ arguments: [name = ''] }) => ({ provider: 'test', id: name, name }),
      dialects: [
        venueless({
          worlds: { demo: {} },
          traitGrants: { attendee: [] },
          url: 'https://chat.test/ws/world/',
        }),
        originchats({ server: { url: 'https://chat.test' } }),
      ],
      channels: [{ name: 'lounge' }],
    });
    const http = createServer();
    attach(http, chat, { venueless: '/ws/world', originchats: '/' });
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    const { port } = http.address() as AddressInfo;
    const here = (url: string) => url.replace('https://chat.test', `http://127.0.0.1:${port}`);
    const ada = connect(clients.venueless, `ws://127.0.0.1:${port}/ws/world/demo/`, {
      credentials: { token: 'ada' },
    });
    const bob = connect(clients.originchats, `ws://127.0.0.1:${port}/`, {
      credentials: { validator: () => 'bob' },
    });
    try {
      await Promise.all([ada.login, bob.login]);
      const channel = ada.world?.rooms[0]?.modules[0]?.channel_id ?? '';
      await ada.update({ profile: { display_name: 'ada' } });
      await ada.join(channel);

      const seen = new Promise<Json>((resolve) => bob.on('message_new', resolve));
      const posted = await fetch(`http://127.0.0.1:${port}/ws/world/demo/upload/`, {
        method: 'POST',
        headers: { authorization: 'Bearer ada' },
        body: formOf(['file', png, 'from ada.png']),
      });
      const { url } = (await posted.json()) as { url: string };
      expect(url).toMatch(/^https:\/\/chat\.test\/ws\/world\/demo\/files\//);
      await ada.send(channel, {
        type: 'files',
        files: [{ url, name: 'from ada.png', mimeType: 'image/png' }],
        body: 'look',
      });
      const { message } = await seen;
      expect(message).toMatchObject({
        content: 'look',
        attachments: [
          {
            name: 'from ada.png',
            mime_type: 'image/png',
            width: 258,
            height: 5,
            expires_at: null,
            permanent: true,
          },
        ],
      });
      expect((await fetch(here(message.attachments[0].url))).status).toBe(200);

      const event = new Promise<Json>((resolve) =>
        ada.on('chat.event', (one) => one.sender !== ada.self?.id && resolve(one)),
      );
      const answered = await fetch(`http://127.0.0.1:${port}/attachments/upload`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          validator_key: bob.server?.validator_key,
          validator: 'bob',
          file: `data:application/pdf;base64,${pdf.toString('base64')}`,
          name: 'from bob.pdf',
          mime_type: 'application/pdf',
          channel: 'lounge',
        }),
      });
      const { attachment } = (await answered.json()) as { attachment: { id: string } };
      await bob.send('lounge', '', { attachments: [{ id: attachment.id }] });
      const { content } = await event;
      expect(content).toEqual({
        type: 'files',
        files: [
          {
            url: `https://chat.test/ws/world/demo/files/${attachment.id}/from%20bob.pdf`,
            name: 'from bob.pdf',
            mimeType: 'application/pdf',
          },
        ],
      });
      expect(await (await fetch(here(content.files[0].url))).text()).toBe(pdf.toString());
    } finally {
      ada.close();
      bob.close();
      await chat.close();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    }
  });

  test('one user has so many files kept, and is told when there are more', async () => {
    const server = await serve({ limits: { uploadsPerUser: 1 } });
    await server.arrive('anna');
    const authorization = await bearer('anna');
    const post = (content: Buffer) => {
      const body = formOf(['file', content, 'a.gif']);
      return fetch(`${server.http}/ws/world/demo/upload/`, {
        method: 'POST',
        headers: { authorization },
        body,
      });
    };
    expect((await post(bytesOf('GIF89a\x02\0\x03\0'))).status).toBe(201);
    const more = await post(bytesOf('GIF89a\x02\0\x04\0'));
    expect([more.status, await more.json()]).toEqual([429, { error: 'too_many' }]);
    await server.stop();
  });

  test('one address has a few uploads at once, and none that stalls', async () => {
    const server = await serve({ venueless: { uploads: { uploadsPerAddress: 1, stallMs: 100 } } });
    await server.arrive('anna');
    const url = `${server.http}/ws/world/demo/upload/`;
    const authorization = await bearer('anna');
    const stalling = fetch(url, {
      method: 'POST',
      headers: { authorization, 'content-type': 'multipart/form-data; boundary=x' },
      body: new ReadableStream({ start: (it) => it.enqueue(Buffer.from('--x\r\n')) }),
      duplex: 'half',
    } as RequestInit);
    const statuses: number[] = [];
    while (!statuses.includes(429)) {
      const form = formOf(['file', png, 'a.png']);
      statuses.push((await fetch(url, { method: 'POST', headers: { authorization }, body: form })).status);
    }
    expect(new Set(statuses)).not.toContain(500);
    expect((await stalling).status).toBe(408);
    await server.stop();
  });

  test('can be turned off', async () => {
    const server = await serve({ venueless: { uploads: { enabled: false } } });
    await server.arrive('anna');
    const response = await fetch(`${server.http}/ws/world/demo/upload/`, {
      method: 'POST',
      headers: { authorization: await bearer('anna') },
      body: formOf(['file', png, 'a.png']),
    });
    expect([response.status, await response.json()]).toEqual([403, { error: 'auth.denied' }]);
    await server.stop();
  });
}
