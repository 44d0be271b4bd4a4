import { request as httpRequest } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { sessions } from '../../../src/domain/sessions/online.js';
import { dataUri, gif, httpOf, pairOf, png, post, upload, uploaded } from './support/files.js';
import { type OriginServer, serve } from './support/server.js';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function uploads(): void {
  let server: OriginServer;
  afterEach(async () => {
    expect(server.errors).toEqual([]);
    await server.stop();
  });
  const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    fetch(httpOf(server) + path, { headers, method });

  test('the handshake says what files may be, and names the upload among what works', async () => {
    server = await serve({ originchats: { attachments: { maxBytes: 5, types: ['image/*'] } } });
    const { probe } = await server.arrive('alice');
    expect(probe.frames[0].val.attachments).toEqual({
      enabled: true,
      max_size: 5,
      allowed_types: ['image/*'],
      max_attachments_per_user: 10_000,
      permanent_tiers: ['pro', 'max'],
    });
    expect(probe.frames[0].val.capabilities).toEqual(
      expect.arrayContaining(['attachment_delete', 'attachment_get', 'attachment_upload']),
    );
  });

  test('a file is uploaded with the pair of the session, shown by a message, and read by everybody', async () => {
    server = await serve({ originchats: { server: { url: 'https://chat.test/' } } });
    const { alice, bob } = await server.cast({ alice: {}, bob: {} });
    const response = await upload(server, alice, { name: '../../naïve "cat".png' });
    expect(response.status).toBe(201);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    const { attachment, permanent } = (await response.json()) as {
      attachment: { id: string; expires_at: number };
      permanent: boolean;
    };
    const { id, expires_at } = attachment;
    const days = (expires_at * 1_000 - Date.now()) / 86_400_000;
    expect(days > 6.99 && days <= 7).toBe(true);
    expect(id).toMatch(uuid);
    const shape = {
      id,
      name: 'naïve _cat_.png',
      mime_type: 'image/png',
      size: png.length,
      url: `https://chat.test/attachments/${id}`,
      expires_at,
      permanent: false,
      width: 258,
      height: 5,
    };
    expect(attachment).toEqual(shape);
    expect(Object.keys(attachment)).toEqual(Object.keys(shape));
    expect(permanent).toBe(false);

    const told = await alice.ask({
      cmd: 'message_new',
      channel: 'general',
      content: '',
      attachments: [{ id }],
    });
    expect(told.message.attachments).toEqual([shape]);
    expect((await bob.settle())[0].message.attachments).toEqual([shape]);
    expect(await bob.ask({ cmd: 'attachment_get', attachment_id: id }, 'attachment_info')).toEqual({
      cmd: 'attachment_info',
      attachment: shape,
    });

    const file = await get(`/attachments/${id}`);
    expect(file.status).toBe(200);
    expect(Buffer.from(await file.arrayBuffer())).toEqual(png);
    expect(Object.fromEntries(file.headers)).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-expose-headers': 'Content-Length, Content-Type, Cache-Control',
      'content-type': 'image/png',
      'content-length': String(png.length),
      'content-disposition': `inline; filename="na_ve _cat_.png"; filename*=UTF-8''na%C3%AFve%20_cat_.png`,
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      'accept-ranges': 'bytes',
      'cache-control': 'private, no-cache',
    });
    const tag = file.headers.get('etag') ?? '';
    expect((await get(`/attachments/${id}`, { 'if-none-match': tag })).status).toBe(304);
  });

  test.each([
    ['bytes=0-3', 206, [0, 4]],
    ['bytes=4-', 206, [4, undefined]],
    ['bytes=-5', 206, [-5, undefined]],
    ['bytes=-9999', 206, [0, undefined]],
    ['bytes=2-9999', 206, [2, undefined]],
    ['bytes=9999-', 416, undefined],
    ['bytes=-0', 416, undefined],
    ['bytes=3-1', 200, [0, undefined]],
    ['bytes=0-1,3-4', 200, [0, undefined]],
    ['bytes=x', 200, [0, undefined]],
    ['items=0-1', 200, [0, undefined]],
  ] as const)('the range %s is answered with %i', async (range, status, part) => {
    server = await serve();
    const alice = await server.arrive('alice');
    const { id } = await uploaded(server, alice);
    const answer = await get(`/attachments/${id}`, { range });
    expect(answer.status).toBe(status);
    const bytes = Buffer.from(await answer.arrayBuffer());
    if (part === undefined) {
      expect(answer.headers.get('content-range')).toBe(`bytes */${png.length}`);
      return;
    }
    const wanted = png.subarray(...part);
    expect(bytes).toEqual(wanted);
    expect(answer.headers.get('content-length')).toBe(String(wanted.length));
    const from = png.length - wanted.length;
    if (status === 206 && part[1] === undefined)
      expect(answer.headers.get('content-range')).toBe(`bytes ${from}-${png.length - 1}/${png.length}`);
    const head = await get(`/attachments/${id}`, { range }, 'HEAD');
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([
      status,
      String(wanted.length),
      '',
    ]);
    const stale = await get(`/attachments/${id}`, { range, 'if-range': '"other"' });
    expect([stale.status, (await stale.arrayBuffer()).byteLength]).toEqual([200, png.length]);
  });

  test('what is no picture, sound or film is for saving', async () => {
    server = await serve({
      originchats: { attachments: { types: ['*/*', 'text/*', 'application/*', 'audio/*'] } },
    });
    const alice = await server.arrive('alice');
    const shown: [string, string, string][] = [
      ['application/pdf', '%PDF-1.7', 'attachment'],
      ['text/plain', 'plain words', 'attachment'],
      ['application/octet-stream', 'bytes', 'attachment'],
      ['audio/ogg', 'OggS', 'inline'],
      ['audio/strange', 'what?', 'attachment'],
    ];
    for (const [mime_type, text, how] of shown) {
      const file = Buffer.from(text).toString('base64');
      const { id } = await uploaded(server, alice, { file, mime_type, name: 'x' });
      const answer = await get(`/attachments/${id}`);
      expect(answer.headers.get('content-disposition')).toMatch(new RegExp(`^${how}; `));
      expect(answer.headers.get('content-type')).toBe(mime_type);
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  test.each([
    ['image/png', 'GIF89a'],
    ['image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg"/>'],
    ['text/html', '<script>1</script>'],
    ['image/strange', '<!doctype html><script>1</script>'],
    ['application/pdf', 'no pdf at all'],
    ['video/mp4', 'MZ'],
    ['image/png\r\nx: y', '\x89PNG\r\n\x1a\n'],
    ['image/png', ''],
  ])('a file of %j that is %j is not taken', async (mime_type, text) => {
    server = await serve();
    const alice = await server.arrive('alice');
    const answer = await upload(server, alice, {
      mime_type,
      file: Buffer.from(text, 'latin1').toString('base64'),
    });
    expect([answer.status, await answer.json()]).toEqual([500, { error: 'Failed to save attachment' }]);
  });

  test('each thing that can be wrong with an upload has its answer, in the order of section 9', async () => {
    server = await serve({
      originchats: { attachments: { maxBytes: 1_000 } },
    });
    const alice = await server.arrive('alice');
    await server.chat.run('channel.create', { by: 'host', name: 'staff', roles: { send: ['admin'] } });
    const url = `${httpOf(server)}/attachments/upload`;
    const whole = {
      ...pairOf(alice),
      file: dataUri('image/png', png),
      name: 'a',
      mime_type: 'image/png',
      channel: 'general',
    };
    const largest = 1_336 + 16_384;
    const large = `Request body too large (max ${largest} bytes)`;
    const missing = 'Missing required fields: file, name, mime_type, channel';
    const rows: [number, string, unknown, Record<string, string>?][] = [
      [415, 'Content-Type must be application/json', whole, { 'content-type': 'text/plain' }],
      [413, large, { ...whole, file: 'A'.repeat(30_000) }],
      [413, large, { ...whole, note: 'x'.repeat(9_000) }],
      [500, 'Failed to save attachment', { ...whole, file: 'A'.repeat(2_000) }],
      [500, 'Failed to save attachment', { ...whole, file: 'not base64!' }],
      [400, 'Invalid JSON body', '{'],
      [400, 'Invalid JSON body', ''],
      [400, 'Invalid JSON body', '[]'],
      [400, missing, {}],
      [400, missing, { ...whole, name: '' }],
      [400, missing, { ...whole, file: undefined }],
      [400, missing, { ...whole, channel: 7 }],
      [401, 'validator_key and validator are required for authentication', { ...whole, validator: '' }],
      [
        401,
        'validator_key and validator are required for authentication',
        { ...whole, validator_key: undefined },
      ],
      [401, 'Invalid credentials', { ...whole, validator: 'wrong' }],
      [401, 'Invalid credentials', { ...whole, validator_key: 'other' }],
      [401, 'User not found', { ...whole, validator: '{"id":"USR:9","name":"nobody"}' }],
      [404, 'Channel does not exist', { ...whole, channel: 'nowhere' }],
      [404, 'Channel does not exist', { ...whole, channel: '__proto__' }],
      [403, "You don't have permission to send in this channel", { ...whole, channel: 'staff' }],
    ];
    for (const [status, error, body, headers] of rows) {
      const answer = await post(url, body, headers);
      expect([answer.status, await answer.json()]).toEqual([status, { error }]);
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    }
    // Whoever the identity service vouches for may upload too.
    const other = await post(url, { ...whole, validator: '{"id":"USR:alice","name":"alice"}' });
    expect(other.status).toBe(201);
    await alice.probe.close();
    await expect.poll(() => server.chat.health().sessions).toBe(0);
    expect((await post(url, whole)).status).toBe(401);
  });

  test('an identity service that cannot be asked is told apart from wrong credentials', async () => {
    let reachable = true;
    server = await serve({
      auth: () => (reachable ? { provider: 'test', id: 'USR:1', name: 'alice' } : { denied: 'unreachable' }),
    });
    const alice = await server.arrive('alice');
    reachable = false;
    const answer = await upload(server, alice, { validator: 'x' });
    expect([answer.status, await answer.json()]).toEqual([502, { error: 'Failed to validate credentials' }]);
    // The session's own pair needs nobody else.
    expect((await upload(server, alice)).status).toBe(201);
  });

  test('without attachments there are none', async () => {
    server = await serve({ originchats: { attachments: { enabled: false } } });
    const alice = await server.arrive('alice');
    expect(alice.probe.frames[0].val.attachments.enabled).toBe(false);
    expect(alice.probe.frames[0].val.capabilities).not.toContain('attachment_upload');
    for (const answer of [await upload(server, alice), await get('/attachments/x')])
      expect([answer.status, await answer.json()]).toEqual([503, { error: 'Attachments are disabled' }]);
    expect(
      await alice.ask({ cmd: 'message_new', channel: 'general', content: 'x', attachments: [{ id: 'x' }] }),
    ).toEqual({ cmd: 'error', src: 'message_new', val: 'Attachments are disabled' });
  });

  test('hooks are asked about what comes by HTTP', async () => {
    const asked: unknown[] = [];
    server = await serve({
      hooks: {
        before: ({ type }, about) => {
          if (type === 'upload.add') asked.push(about);
          return type !== 'upload.add';
        },
      },
    });
    const alice = await server.arrive('alice');
    const answer = await upload(server, alice);
    expect([answer.status, await answer.json()]).toEqual([403, { error: 'Access denied' }]);
    expect(asked).toEqual([{ dialect: 'originchats', address: '127.0.0.1' }]);
  });

  test('attachments of a message are checked one by one', async () => {
    server = await serve();
    const { alice, bob } = await server.cast({ alice: {}, bob: {} });
    const { id } = await uploaded(server, alice);
    const rows: [unknown, string][] = [
      ['x', 'Attachments must be an array'],
      [['x'], 'Each attachment must be an object'],
      [[{}], 'Attachment ID is required'],
      [[{ id: 'none' }], 'Attachment none not found or expired'],
      [[{ id }], 'You can only attach your own uploads'],
    ];
    for (const [attachments, val] of rows)
      expect(await bob.ask({ cmd: 'message_new', channel: 'general', content: 'x', attachments })).toEqual({
        cmd: 'error',
        src: 'message_new',
        val,
      });
    expect(await alice.settle()).toEqual([]);
  });

  test('the uploader and administrators take a file away, and viewers of what showed it are told', async () => {
    server = await serve();
    const { alice, bob, root } = await server.cast({
      alice: {},
      bob: {},
      root: { roles: ['owner', 'user'] },
    });
    const ids = [
      (await uploaded(server, alice)).id,
      (await uploaded(server, alice, { file: dataUri('image/gif', gif), mime_type: 'image/gif' })).id,
    ];
    for (const id of ids)
      await alice.ask({ cmd: 'message_new', channel: 'general', content: 'x', attachments: [{ id }] });
    await bob.settle();
    const remove = { cmd: 'attachment_delete' };
    const error = (val: string) => ({ cmd: 'error', src: 'attachment_delete', val });
    expect(await bob.ask({ ...remove, attachment_id: 'none' })).toEqual(error('Attachment not found'));
    expect(await bob.ask({ ...remove, attachment_id: ids[0] })).toEqual(
      error('You can only delete your own attachments'),
    );
    expect((await bob.ask(remove)).val).toMatch(/^Invalid attachment_delete command: attachment_id: /);
    for (const [who, id] of [
      [alice, ids[0]],
      [root, ids[1]],
    ] as const) {
      const gone = { cmd: 'attachment_deleted', attachment_id: id, deleted: true };
      await root.settle();
      expect(await who.ask({ ...remove, attachment_id: id }, 'attachment_deleted')).toEqual(gone);
      expect(await bob.settle()).toEqual([gone]);
      expect(await who.settle()).toEqual([]);
      const answer = await get(`/attachments/${id}`);
      expect([answer.status, await answer.json()]).toEqual([
        404,
        { error: 'Attachment not found or expired' },
      ]);
      expect(await bob.ask({ cmd: 'attachment_get', attachment_id: id })).toEqual({
        cmd: 'error',
        src: 'attachment_get',
        val: 'Attachment not found or expired',
      });
    }
  });

  test('a file goes with the last message that shows it', async () => {
    server = await serve();
    const alice = await server.arrive('alice');
    const { id } = await uploaded(server, alice);
    const again = await uploaded(server, alice, { name: 'same.png' });
    expect(again.id).toBe(id);
    const said = [];
    for (let i = 0; i < 2; i++)
      said.push(
        (await alice.ask({ cmd: 'message_new', channel: 'general', content: '', attachments: [{ id }] }))
          .message.id,
      );
    await alice.ask({ cmd: 'message_delete', channel: 'general', id: said[0] });
    expect((await get(`/attachments/${id}`)).status).toBe(200);
    await alice.ask({ cmd: 'message_delete', channel: 'general', id: said[1] });
    expect((await get(`/attachments/${id}`)).status).toBe(404);
  });

  test('files of tiers that pay are kept for a year, and a shorter wish is granted', async () => {
    server = await serve();
    const { alice, bob } = await server.cast({ alice: { traits: ['pro'] }, bob: {} });
    const daysOf = async (response: Response) => {
      const { attachment, permanent } = (await response.json()) as {
        attachment: { expires_at: number; permanent: boolean };
        permanent: boolean;
      };
      expect(attachment.permanent).toBe(permanent);
      return [Math.round((attachment.expires_at * 1_000 - Date.now()) / 8_640_000) / 10, permanent];
    };
    expect(await daysOf(await upload(server, alice))).toEqual([365, true]);
    expect(await daysOf(await upload(server, bob, { expires_in_days: 2 }))).toEqual([2, false]);
    expect(await daysOf(await upload(server, bob, { expires_in_days: 99 }))).toEqual([7, false]);
    expect(await daysOf(await upload(server, bob, { expires_in_days: -1 }))).toEqual([7, false]);
  });

  test('what is over is not found', async () => {
    server = await serve();
    const alice = await server.arrive('alice');
    const { id } = await uploaded(server, alice, { expires_in_days: 0.2 / 86_400 });
    await expect.poll(async () => (await get(`/attachments/${id}`)).status).toBe(404);
    expect(
      await alice.ask({ cmd: 'message_new', channel: 'general', content: 'x', attachments: [{ id }] }),
    ).toEqual({
      cmd: 'error',
      src: 'message_new',
      val: `Attachment ${id} not found or expired`,
    });
  });

  test('an upload that stalls is ended, and others go on', async () => {
    server = await serve({ originchats: { attachments: { stallMs: 200, uploadsPerAddress: 1 } } });
    const alice = await server.arrive('alice');
    const request = httpRequest(`${httpOf(server)}/attachments/upload`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': '5000' },
    });
    const answer = new Promise<[number | undefined, string]>((resolve, reject) => {
      request.on('error', reject);
      request.on('response', (response) => {
        let text = '';
        response.on('data', (piece) => {
          text += piece;
        });
        response.on('end', () => resolve([response.statusCode, text]));
      });
    });
    request.write('{"file":"AAAA');
    await expect.poll(async () => (await upload(server, alice)).status).toBe(429);
    expect(await answer).toEqual([408, '{"error":"Upload timed out"}']);
    expect((await upload(server, alice)).status).toBe(201);
    const pages: unknown[] = await server.storage.bodies.list({ limit: 10 });
    expect(pages).toHaveLength(1);
  });

  test('what an upload is refused for leaves no bytes behind', async () => {
    server = await serve();
    const alice = await server.arrive('alice');
    await uploaded(server, alice);
    const kept = await server.storage.bodies.list({ limit: 10 });
    for (const fields of [
      {},
      { validator: 'x' },
      { channel: 'nowhere' },
      { mime_type: 'image/gif' },
      { name: '' },
      { file: '%' },
    ])
      await upload(server, alice, fields);
    expect(await server.storage.bodies.list({ limit: 10 })).toEqual(kept);
    expect(server.chat.read((view) => [...view.all(sessions)].length)).toBe(1);
  });
}
