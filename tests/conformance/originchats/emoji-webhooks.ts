import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Json } from '../../support/json-probe.js';
import { dataUri, gif, httpOf, png, post } from './support/files.js';
import { type Member, type OriginServer, serve } from './support/server.js';

const denied = (src: string, permission = 'manage_server') => ({
  cmd: 'error',
  src,
  val: `Access denied: '${permission}' permission required`,
});

/** What looks like a link to somebody, and is none that a picture is fetched from. */
const notLinks = [
  'javascript:alert(1)',
  'data:image/png;base64,aWNvbg==',
  '//x.test/a.png',
  'a.png',
  'https://',
  'https://x.test/a b',
  ' https://x.test/a',
];

export function emojiAndWebhooks(): void {
  let server: OriginServer;
  let root: Member;
  let alice: Member;
  beforeEach(async () => {
    server = await serve();
    ({ root, alice } = await server.cast({ root: { roles: ['owner', 'user'] }, alice: {} }));
  });
  afterEach(async () => {
    expect(server.errors).toEqual([]);
    await server.stop();
  });

  test('an emoji is added, found, fetched, changed and deleted; only the asker is told', async () => {
    const added = await root.ask({ cmd: 'emoji_add', name: 'wave', image: dataUri('image/png', png) });
    expect(added).toEqual({ cmd: 'emoji_add', id: '1', added: true, name: 'wave', fileName: '1.png' });
    expect(await alice.ask({ cmd: 'emoji_get_all' })).toEqual({
      cmd: 'emoji_get_all',
      emojis: { 1: { name: 'wave', fileName: '1.png' } },
    });
    expect(await alice.ask({ cmd: 'emoji_get_id', name: 'WAVE' })).toEqual({
      cmd: 'emoji_get_id',
      name: 'wave',
      id: '1',
    });
    expect(await alice.ask({ cmd: 'emoji_get_filename', name: 'wave' })).toEqual({
      cmd: 'emoji_get_filename',
      name: 'wave',
      filepath: '1.png',
    });
    for (const path of ['1', '1.png']) {
      const file = await fetch(`${httpOf(server)}/emojis/${path}`);
      expect(Buffer.from(await file.arrayBuffer())).toEqual(png);
      expect(Object.fromEntries(file.headers)).toMatchObject({
        'access-control-allow-origin': '*',
        'cache-control': 'public, max-age=3600',
        'content-type': 'image/png',
        'content-length': String(png.length),
        'x-content-type-options': 'nosniff',
      });
    }
    const changed = await root.ask({
      cmd: 'emoji_update',
      emoji_id: 1,
      name: 'hello',
      image: dataUri('image/gif', gif),
    });
    expect(changed).toMatchObject({ cmd: 'emoji_update', id: '1', updated: true, name: 'hello' });
    expect(changed.fileName).toMatch(/^1-\d+\.gif$/);
    expect((await fetch(`${httpOf(server)}/emojis/1.png`)).status).toBe(404);
    expect((await fetch(`${httpOf(server)}/emojis/${changed.fileName}`)).headers.get('content-type')).toBe(
      'image/gif',
    );
    expect(await root.ask({ cmd: 'emoji_delete', emoji_id: 1 })).toEqual({
      cmd: 'emoji_delete',
      id: '1',
      deleted: true,
    });
    const gone = await fetch(`${httpOf(server)}/emojis/1`);
    expect([gone.status, await gone.text()]).toEqual([404, 'Emoji not found']);
    expect(await alice.settle()).toEqual([]);
    expect(await root.settle()).toEqual([]);
  });

  test('emoji are refused in the words of section 6.11', async () => {
    const image = dataUri('image/png', png);
    for (const cmd of ['emoji_add', 'emoji_update', 'emoji_delete'])
      expect(await alice.ask({ cmd, name: 'x', image, emoji_id: 1 })).toEqual(denied(cmd));
    await root.ask({ cmd: 'emoji_add', name: 'wave', image });
    const rows: [Json & { cmd: string }, string | RegExp][] = [
      [{ cmd: 'emoji_add', name: 'a b', image }, /^Invalid emoji_add command scheme: name: /],
      [{ cmd: 'emoji_add', name: 'x' }, /^Invalid emoji_add command scheme: image: /],
      [{ cmd: 'emoji_add', name: 'x', image: 'x' }, /^Invalid emoji_add command scheme: image: /],
      [{ cmd: 'emoji_add', name: 'x', image: 'data:image/png,x' }, 'Error adding emoji'],
      [{ cmd: 'emoji_add', name: 'x', image: dataUri('image/png', gif) }, 'Error adding emoji'],
      [
        { cmd: 'emoji_add', name: 'x', image: dataUri('image/svg+xml', Buffer.from('<svg/>')) },
        'Error adding emoji',
      ],
      [{ cmd: 'emoji_add', name: 'WAVE', image }, 'Error adding emoji'],
      [{ cmd: 'emoji_update' }, /^Invalid emoji_update command scheme: emoji_id: /],
      [{ cmd: 'emoji_update', emoji_id: 1 }, 'At least one field to update is required (name or image)'],
      [{ cmd: 'emoji_update', emoji_id: 9, name: 'x' }, 'Emoji not found'],
      [{ cmd: 'emoji_update', emoji_id: 1, image: dataUri('image/gif', png) }, 'Error updating emoji'],
      [{ cmd: 'emoji_delete', emoji_id: '1' }, /^Invalid emoji_delete command scheme: emoji_id: /],
      [{ cmd: 'emoji_delete', emoji_id: 9 }, 'Emoji not found'],
      [{ cmd: 'emoji_get_id', name: 'nope' }, 'Emoji not found'],
      [{ cmd: 'emoji_get_filename', name: 'nope' }, 'Emoji file not found'],
    ];
    for (const [request, val] of rows) {
      const wanted = typeof val === 'string' ? val : expect.stringMatching(val);
      expect(await root.ask(request)).toEqual({ cmd: 'error', src: request.cmd, val: wanted });
    }
    // A common way to misname a JPEG.
    const jpeg = dataUri('image/jpg', Buffer.from([0xff, 0xd8, 0xff, 0xe0]));
    expect(await root.ask({ cmd: 'emoji_add', name: 'photo', image: jpeg })).toMatchObject({
      fileName: '2.jpg',
    });
  });

  test('a webhook is made, listed without its token, changed, renewed and deleted', async () => {
    const { webhook } = await root.ask({ cmd: 'webhook_create', channel: 'general', name: 'builds' });
    const { token, ...open } = webhook;
    expect(Object.keys(webhook)).toEqual([
      'id',
      'channel',
      'name',
      'token',
      'created_by',
      'created_at',
      'avatar',
    ]);
    expect(open).toMatchObject({ channel: 'general', name: 'builds', created_by: 'USR:root', avatar: null });
    expect(token).toMatch(/^[0-9a-f]{64}$/);
    const { id } = webhook;
    expect(await alice.ask({ cmd: 'webhook_get', id })).toEqual({ cmd: 'webhook_get', webhook: open });
    expect(await alice.ask({ cmd: 'webhook_list' })).toEqual({ cmd: 'webhook_list', webhooks: [open] });
    expect(await root.ask({ cmd: 'webhook_list', channel: 'general' })).toEqual({
      cmd: 'webhook_list',
      webhooks: [webhook],
    });
    const named = { ...open, name: 'releases', avatar: 'https://x.test/a.png' };
    expect(await root.ask({ cmd: 'webhook_update', id, name: 'releases', avatar: named.avatar })).toEqual({
      cmd: 'webhook_update',
      webhook: named,
    });
    const renewed = await root.ask({ cmd: 'webhook_regenerate', id });
    expect(renewed).toEqual({
      cmd: 'webhook_regenerate',
      webhook: { ...named, token: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
    expect(renewed.webhook.token).not.toBe(token);
    expect((await post(`${httpOf(server)}/webhooks?token=${token}`, { content: 'x' })).status).toBe(401);
    expect(
      (await post(`${httpOf(server)}/webhooks?token=${renewed.webhook.token}`, { content: 'x' })).status,
    ).toBe(204);
    expect(await alice.settle()).toHaveLength(1);
    expect(await root.ask({ cmd: 'webhook_delete', id })).toEqual({
      cmd: 'webhook_delete',
      id,
      deleted: true,
    });
    expect(
      (await post(`${httpOf(server)}/webhooks?token=${renewed.webhook.token}`, { content: 'x' })).status,
    ).toBe(401);
    expect(await alice.settle()).toEqual([]);
  });

  test('webhooks are refused in the words of section 6.11, and hidden with their channel', async () => {
    await server.chat.run('channel.create', {
      by: 'host',
      name: 'staff',
      roles: { see: ['admin'], enter: ['admin'], read: ['admin'] },
    });
    await server.chat.run('channel.create', { by: 'host', name: 'talk', kind: 'voice' });
    const {
      webhook: { id },
    } = await root.ask({ cmd: 'webhook_create', channel: 'staff', name: 'w' });
    for (const cmd of ['webhook_create', 'webhook_update', 'webhook_regenerate', 'webhook_delete'])
      expect(await alice.ask({ cmd, id, channel: 'general', name: 'x' })).toEqual(denied(cmd));
    expect(await alice.ask({ cmd: 'webhook_get', id })).toMatchObject({ val: 'Webhook not found' });
    expect(await alice.ask({ cmd: 'webhook_list' })).toEqual({ cmd: 'webhook_list', webhooks: [] });
    expect((await root.ask({ cmd: 'webhook_list' })).webhooks).toHaveLength(1);
    expect((await root.ask({ cmd: 'webhook_list', channel: 'staff' })).webhooks).toHaveLength(1);
    for (const channel of ['staff', 'nowhere'])
      expect(await alice.ask({ cmd: 'webhook_list', channel })).toEqual({
        cmd: 'error',
        src: 'webhook_list',
        val: 'Channel not found',
      });
    const rows: [Json & { cmd: string }, string][] = [
      [{ cmd: 'webhook_create' }, 'Channel is required'],
      [{ cmd: 'webhook_create', channel: 'general' }, 'Webhook name is required'],
      [{ cmd: 'webhook_create', channel: 'nowhere', name: 'x' }, 'Channel not found'],
      [
        { cmd: 'webhook_create', channel: 'talk', name: 'x' },
        'Webhooks can only be created for text channels',
      ],
      [{ cmd: 'webhook_create', channel: 'general', name: 'x'.repeat(300) }, 'Failed to create webhook'],
      [{ cmd: 'webhook_get' }, 'Webhook ID is required'],
      [{ cmd: 'webhook_get', id: 'none' }, 'Webhook not found'],
      [{ cmd: 'webhook_list', channel: 'nowhere' }, 'Channel not found'],
      [{ cmd: 'webhook_update', id: 'none', name: 'x' }, 'Webhook not found'],
      [{ cmd: 'webhook_update', id, name: '' }, 'Webhook name must be a non-empty string'],
      [{ cmd: 'webhook_update', id, name: 7 }, 'Webhook name must be a non-empty string'],
      [{ cmd: 'webhook_update', id }, 'No updates provided'],
      ...notLinks.map((avatar): [Json & { cmd: string }, string] => [
        { cmd: 'webhook_update', id, avatar },
        'Webhook avatar must be an http or https URL',
      ]),
      [{ cmd: 'webhook_regenerate' }, 'Webhook ID is required'],
      [{ cmd: 'webhook_delete', id: '__proto__' }, 'Webhook not found'],
    ];
    for (const [request, val] of rows)
      expect(await root.ask(request)).toEqual({ cmd: 'error', src: request.cmd, val });
  });

  test('programs post by a webhook, and each thing that can be wrong has its answer', async () => {
    const { webhook } = await root.ask({ cmd: 'webhook_create', channel: 'general', name: 'builds' });
    const url = `${httpOf(server)}/webhooks?token=${webhook.token}`;
    const sub = `${httpOf(server)}/webhooks/any/where?token=${webhook.token}`;
    const said: [string, object, object][] = [
      [
        url,
        { content: 'one' },
        { user: 'originChats', content: 'one', webhook: { id: webhook.id, name: 'builds', avatar: null } },
      ],
      [sub, { text: 'two', username: 'Other' }, { content: 'two', webhook: { name: 'Other' } }],
      [
        url,
        { message: 'three', avatar_url: 'https://x.test/a' },
        { content: 'three', webhook: { avatar: 'https://x.test/a' } },
      ],
      [url, { content: '\u{1f44b}'.repeat(2_000) }, { content: '\u{1f44b}'.repeat(2_000) }],
      [url, { embeds: [{ title: 'four' }] }, { content: '', embeds: [{ title: 'four' }] }],
    ];
    for (const [to, body, message] of said) {
      const answer = await post(to, body);
      expect([answer.status, await answer.text()]).toEqual([204, '']);
      const [told, ...more] = await alice.settle();
      expect(told).toMatchObject({ cmd: 'message_new', channel: 'general', message, global: true });
      expect(told).not.toHaveProperty('thread_id');
      expect(more).toEqual([]);
    }
    const rows: [string, unknown, number, string | RegExp, Record<string, string>?][] = [
      [`${httpOf(server)}/webhooks`, {}, 401, 'Webhook token required'],
      [`${httpOf(server)}/webhooks?token=x`, {}, 401, 'Invalid webhook token'],
      [url, {}, 415, 'Content-Type must be application/json', { 'content-type': 'text/plain' }],
      [url, '{', 400, 'Invalid JSON body'],
      [url, '[]', 400, 'Invalid JSON body'],
      [url, '['.repeat(5_000), 400, 'Invalid JSON body'],
      [url, {}, 400, 'No content provided'],
      [url, { content: '   ' }, 400, 'No content provided'],
      [url, { content: 'x', embeds: 'y' }, 400, 'Embeds must be an array'],
      [url, { content: 'x'.repeat(2_001) }, 400, 'Message too long. Maximum length is 2000 characters'],
      ...notLinks.map((avatar_url): [string, object, number, string] => [
        url,
        { content: 'x', avatar_url },
        400,
        'avatar_url must be an http or https URL',
      ]),
      [url, { content: 'x', username: 'y'.repeat(300) }, 400, 'Text is too long'],
      [url, { content: 'x'.repeat(11_000_000) }, 413, 'Request body too large (max 10MB)'],
    ];
    for (const [to, body, status, error, headers] of rows) {
      const answer = await post(to, body, headers);
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
      const wanted = typeof error === 'string' ? error : expect.stringMatching(error);
      expect([answer.status, await answer.json()]).toEqual([status, { error: wanted }]);
    }
    expect(await alice.settle()).toEqual([]);
  });

  test('a push to GitHub becomes an embed by github, whatever is missing or odd in it', async () => {
    const { webhook } = await root.ask({ cmd: 'webhook_create', channel: 'general', name: 'builds' });
    const url = `${httpOf(server)}/webhooks/github?token=${webhook.token}`;
    const push = {
      ref: 'refs/heads/main',
      compare: 'https://git.test/compare',
      repository: { full_name: 'one/two' },
      sender: { login: 'ann', avatar_url: 'https://git.test/ann.png' },
      commits: [
        {
          id: '0123456789abcdef',
          message: 'fix it\n\nreally',
          url: 'https://git.test/0123',
          author: { name: 'Ann' },
        },
      ],
    };
    const headers = { 'x-github-event': 'push' };
    expect((await post(url, push, headers)).status).toBe(204);
    const [told] = await alice.settle();
    expect(told.message).toMatchObject({
      user: 'originChats',
      content: '',
      webhook: { name: 'github' },
      embeds: [
        {
          type: 'rich',
          title: '[one/two:main] 1 new commit',
          description: '[`0123456`](https://git.test/0123) fix it — Ann',
          url: 'https://git.test/compare',
          author: { name: 'ann', icon_url: 'https://git.test/ann.png' },
        },
      ],
    });
    const odd = {
      ref: 'x'.repeat(9_999),
      repository: {},
      commits: Array(5_000).fill({ message: 'm'.repeat(999), author: 7, url: 'u'.repeat(999) }),
    };
    expect((await post(url, odd, headers)).status).toBe(204);
    const [embed] = (await alice.settle())[0].message.embeds;
    expect(embed.title.length).toBeLessThanOrEqual(256);
    expect(embed.description.length).toBeLessThanOrEqual(4_096);
    expect(embed.description).toContain('and 4990 more');
    for (const body of [{}, { ref: 'x' }, { repository: null, ref: 'x' }, { repository: {}, ref: 7 }])
      expect((await post(url, body, headers)).status).toBe(400);
    expect((await post(url, { zen: 'z' }, { 'x-github-event': 'ping' })).status).toBe(400);
  });

  test('a token that got about does not drown a channel', async () => {
    await server.stop();
    server = await serve({ originchats: { rateLimits: { enabled: true, burst: 3 } } });
    ({ root } = await server.cast({ root: { roles: ['owner', 'user'] } }));
    const { webhook } = await root.ask({ cmd: 'webhook_create', channel: 'general', name: 'builds' });
    const url = `${httpOf(server)}/webhooks?token=${webhook.token}`;
    for (let i = 0; i < 3; i++) expect((await post(url, { content: 'x' })).status).toBe(204);
    const answer = await post(url, { content: 'x' });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '30']);
  });
}
