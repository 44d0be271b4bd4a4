import { connect } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { memory } from '../../../src/adapters/storage/memory.js';
import type { Batch } from '../../../src/core/ports.js';
import * as wire from '../../../src/dialects/conclave/codec.js';
import { operations } from '../../../src/dialects/conclave/operations/index.js';
import { tokenUses } from '../../../src/domain/tokens/tokens.js';
import { StandingClock } from '../sockchat/support/clock.js';
import { type ConclaveServer, hex, seen, serve } from './support/server.js';

const uuid = '00112233-4455-6677-8899-aabbccddeeff';
const limit = 1_048_576;

/** What a path of the table looks like in a request. */
const filled = (path: string) => path.replace(/:username/, 'alice').replace(/:[a-z_]+/, uuid);

/** HTTP as it is, without what fetch makes of it: the answer up to the end of its head, and more if it comes along. */
function raw(server: ConclaveServer, ...lines: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(server.port, '127.0.0.1');
    let text = '';
    socket.setEncoding('latin1');
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      text += chunk;
      if (!text.includes('\r\n\r\n')) return;
      socket.destroy();
      resolve(text);
    });
    socket.write(`${lines.join('\r\n')}\r\nHost: localhost\r\n\r\n`, 'latin1');
  });
}

/** Paths, methods and bodies (sections 1, 2 and 6). */
export function transport(): void {
  let server: ConclaveServer;
  afterEach(async () => {
    await server?.stop();
    expect(server.errors).toEqual([]);
  });

  it('[Conclave 6] has 42 operations', async () => {
    server = await serve();
    expect(new Set(operations.map(({ method, path }) => `${method} ${path}`)).size).toBe(42);
  });

  it('[Conclave 3] tells everybody without a token first of all that it is missing', async () => {
    server = await serve();
    for (const { method, path, auth } of operations) {
      const answer = await server.ask(filled(path), {
        method,
        ...(method === 'GET' ? {} : { body: Uint8Array.of(0xff) }),
      });
      const expected =
        auth === 'public' ? [400, 100, 'invalid request body'] : [401, 200, 'missing Authorization header'];
      expect([path, ...seen(answer)]).toEqual([path, ...expected]);
    }
  });

  it('[Conclave 1] looks at the token before the path, and at the path before the body', async () => {
    server = await serve();
    const alice = await server.arrive('alice');
    for (const { method, path, auth } of operations) {
      if (auth === 'public' || !/:(?!username)/.test(path)) continue;
      const bad = { method, ...(method === 'GET' ? {} : { body: Uint8Array.of(0xff) }) };
      const wrong = path.replace(/:[a-z_]+/, 'no-uuid');
      expect((await server.ask(wrong, bad)).status).toBe(401);
      const answer = await alice.ask(wrong, bad);
      expect([path, answer.status, answer.headers.get('content-type')]).toEqual([path, 400, 'text/plain']);
    }
  });

  it('[Conclave 2] refuses bodies that do not decode before it looks at anything in them', async () => {
    server = await serve();
    const alice = await server.arrive('alice');
    for (const { method, path, request } of operations) {
      if (method === 'GET') continue;
      const answer = await alice.ask(filled(path), { method, body: Uint8Array.of(0x0a, 0x05, 0x61) });
      if (request === undefined) expect([path, answer.status]).not.toEqual([path, 400]);
      else
        expect([path, hex(answer.bytes)]).toEqual([path, '0a14696e76616c6964207265717565737420626f64791064']);
      if (path === '/logout') Object.assign(alice, { token: (await server.login('alice')).token });
    }
  });

  it('[Conclave 1] never checks what type a body says it has', async () => {
    server = await serve();
    await server.register('alice');
    const body = wire.encode(wire.LoginRequest, { username: 'alice', password: 'password123' });
    for (const type of ['text/plain', 'application/json', 'application/x-protobuf'])
      expect(
        (await server.ask('/login', { method: 'POST', headers: { 'content-type': type }, body })).status,
      ).toBe(200);
  });

  it('[Conclave 1] answers other methods with 405 and Allow', async () => {
    server = await serve();
    const allowed = async (path: string, method: 'GET' | 'PUT' | 'DELETE' | 'OPTIONS' | 'POST') => {
      const answer = await server.ask(path, { method });
      return [answer.status, answer.headers.get('allow'), answer.bytes.length];
    };
    expect(await allowed('/register', 'GET')).toEqual([405, 'POST', 0]);
    expect(await allowed('/me', 'DELETE')).toEqual([405, 'GET,HEAD,PATCH', 0]);
    expect(await allowed('/groups', 'PUT')).toEqual([405, 'POST,GET,HEAD', 0]);
    expect(await allowed('/groups/public', 'POST')).toEqual([405, 'GET,HEAD', 0]);
    expect(await allowed(`/groups/${uuid}`, 'GET')).toEqual([405, 'PATCH', 0]);
    expect((await server.ask('/groups/public', { method: 'PATCH' })).status).toBe(405);
    expect(await allowed(`/groups/${uuid}/messages`, 'OPTIONS')).toEqual([405, 'POST,GET,HEAD', 0]);
  });

  it('[Conclave 1] answers what is no path of it with 404, a slash at the end too', async () => {
    server = await serve();
    for (const path of [
      '/nope',
      '/register/',
      '/users/',
      `/groups/${uuid}/`,
      `/groups/${uuid}/nope`,
      '',
      '/',
    ])
      expect([path, ...seen(await server.ask(path))]).toEqual([path, 404, '']);
    expect((await fetch(`${server.url}/`)).status).toBe(404);
  });

  it('[Conclave 1] HEAD answers like GET without a body', async () => {
    server = await serve();
    const alice = await server.arrive('alice');
    const me = await alice.ask('/me');
    const head = await alice.ask('/me', { method: 'HEAD' });
    expect([head.status, head.bytes.length, head.headers.get('content-length')]).toEqual([
      200,
      0,
      String(me.bytes.length),
    ]);
    expect((await server.ask('/me', { method: 'HEAD' })).status).toBe(401);
    const events = await alice.ask('/events', { method: 'HEAD' });
    expect([events.status, events.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
    expect(server.chat.health().connections).toBe(0);
  });

  it('[Conclave 1] takes UUIDs in all forms', async () => {
    server = await serve();
    const alice = await server.arrive('alice');
    const { id } = alice;
    const hyphens = id.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
    for (const form of [
      id,
      id.toUpperCase(),
      hyphens,
      hyphens.toUpperCase(),
      `urn:uuid:${hyphens}`,
      `%7B${hyphens}%7D`,
    ])
      expect([form, (await alice.ask(`/users/by-id/${form}`)).status]).toEqual([form, 200]);
    for (const form of [`${id}0`, id.slice(1), `${hyphens.slice(0, -1)}g`, `{${id}`, 'x'])
      expect([form, (await alice.ask(`/users/by-id/${form}`)).status]).toEqual([form, 400]);
  });

  it('[Conclave 1] refuses bodies over a mebibyte, also when they do not say how long they are', async () => {
    server = await serve();
    const { alice, bob } = await server.cast('alice', 'bob');
    const group = await alice.group('team');
    const path = `/groups/${group}/messages`;
    // A tag and a length of three bytes each way.
    const most = wire.encode(wire.SendMessageRequest, { mlsMessage: new Uint8Array(limit - 4) });
    expect(most.length).toBe(limit);
    expect((await alice.ask(path, { method: 'POST', body: most })).status).toBe(200);
    const over = new Uint8Array(limit + 1);
    const refused = await alice.ask(path, { method: 'POST', body: over });
    expect([refused.status, refused.headers.get('content-type')]).toEqual([413, 'text/plain']);
    expect((await server.ask(path, { method: 'POST', body: over })).status).toBe(401);
    // Where no body is read, none is too large.
    expect((await bob.ask('/reset-account', { method: 'POST', body: over })).status).toBe(200);
    const chunked = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let i = 0; i < 3; i++) controller.enqueue(new Uint8Array(limit / 2));
        controller.close();
      },
    });
    const init = { method: 'POST', headers: alice.headers, body: chunked, duplex: 'half' };
    const answer = await fetch(`${server.url}/api/v1${path}`, init as RequestInit).catch(() => undefined);
    // The server may be done with it before the client has sent all.
    if (answer !== undefined) expect(answer.status).toBe(413);
    const { messages } = await alice.get(`${path}?after=0`, wire.GetMessagesResponse);
    expect(messages.map(({ mlsMessage }) => mlsMessage.length)).toEqual([limit - 4]);
  });

  it('answers 413 before any of a body that is said to be too large has come', async () => {
    server = await serve();
    const { token } = await server.arrive('alice');
    const text = await raw(
      server,
      `POST /api/v1/groups HTTP/1.1`,
      `Authorization: Bearer ${token}`,
      `Content-Length: ${limit + 1}`,
    );
    expect(text).toMatch(/^HTTP\/1\.1 413 /);
    expect(text.toLowerCase()).toContain('connection: close');
  });

  it('[Conclave 1] is served below a path, and leaves all else to the host', async () => {
    server = await serve({ mount: '/my/app' });
    const alice = await server.arrive('alice');
    expect((await alice.ask('/me')).status).toBe(200);
    const root = server.url.replace('/my/app', '');
    expect((await fetch(`${root}/api/v1/me`)).status).toBe(404);
    server.http.on('request', (_, response) => response.end('the host'));
    expect(await (await fetch(`${server.url}/api/v1/nope`)).text()).toBe('the host');
    expect(await (await fetch(`${root}/api/v1/me`)).text()).toBe('the host');
    expect((await server.ask('/me')).status).toBe(401);
    expect((await server.ask('/me', { method: 'PUT' })).status).toBe(405);
  });

  it('takes no WebSockets', async () => {
    server = await serve();
    const text = await raw(
      server,
      'GET / HTTP/1.1',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
    );
    expect(text).toMatch(/^HTTP\/1\.1 404 /);
  });

  it('answers a failure of its own with 500 and nothing about it, and reports it', async () => {
    const hasher = {
      hash: () => Promise.reject(new Error('secret')),
      verify: () => Promise.reject(new Error('secret')),
    };
    server = await serve({ hasher });
    const body = wire.encode(wire.RegisterRequest, { username: 'bob', password: 'password123' });
    const answer = await server.ask('/register', { method: 'POST', body });
    expect([answer.status, hex(answer.bytes)]).toEqual([
      500,
      '0a15696e7465726e616c20736572766572206572726f72',
    ]);
    expect(server.errors.splice(0).map(({ code }) => code)).toEqual(['hasher-failed']);
  });

  it('answers 500 for what cannot be read, breaks off what cannot be read to its end, and reports both', async () => {
    const storage = memory();
    let left = Number.POSITIVE_INFINITY;
    const query = storage.query.bind(storage);
    Object.assign(storage, {
      query: async (asked: Parameters<typeof query>[0]) => {
        if (asked.table === 'group_messages' && left-- <= 0) throw new Error('secret');
        return query(asked);
      },
    });
    server = await serve({ storage });
    const alice = await server.arrive('alice');
    const group = await alice.group('team');
    for (let i = 0; i < 30; i++) await alice.send(group, i);
    left = 0;
    const path = `/groups/${group}/messages`;
    expect(seen(await alice.ask(path))).toEqual([500, 0, 'internal server error']);
    left = 1;
    await expect(alice.ask(path)).rejects.toThrow();
    expect(server.errors.splice(0).map(({ code }) => code)).toEqual(['handler-failed', 'handler-failed']);
  });

  it('shows nothing before it is stored', async () => {
    const storage = memory();
    let hold: Promise<void> | undefined;
    const commit = storage.commit.bind(storage);
    Object.assign(storage, {
      commit: async (batch: Batch) => {
        await hold;
        await commit(batch);
      },
    });
    server = await serve({ storage });
    const alice = await server.arrive('alice');
    let letGo = () => {};
    hold = new Promise((resolve) => {
      letGo = resolve;
    });
    const order: string[] = [];
    const made = alice.group('team').then(() => order.push('made'));
    while (server.chat.health().waiting === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const listed = alice.ask('/groups').then(({ bytes }) => order.push(`listed ${bytes.length > 0}`));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(order).toEqual([]);
    hold = undefined;
    letGo();
    await Promise.all([made, listed]);
    expect(order.sort()).toEqual(['listed true', 'made']);
  });

  it('answers what rests on nothing that storage has yet to take, while it takes nothing, also with a token to renew', async () => {
    const storage = memory();
    const clock = new StandingClock();
    const never: (() => void)[] = [];
    let isHeld = false;
    const commit = storage.commit.bind(storage);
    Object.assign(storage, {
      commit: async (batch: Batch) => {
        if (isHeld) await new Promise<void>((resolve) => never.push(resolve));
        await commit(batch);
      },
    });
    server = await serve({ storage, clock });
    const alice = await server.arrive('alice');
    const group = await alice.group('team');
    await clock.advance(61_000);
    isHeld = true;
    const sent = alice.send(group, 1);
    while (never.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    for (let i = 0; i < 3; i++) expect((await alice.ask('/me')).status).toBe(200);
    expect(server.chat.health().waiting).toBeGreaterThan(0);
    const renewed = server.chat.read((view) => [...view.all(tokenUses)].map(({ expiresAt }) => expiresAt));
    expect(renewed).toEqual([clock.now() + 2_592_000_000]);
    isHeld = false;
    for (const letGo of never) letGo();
    expect(await sent).toBe(1);
  });

  it('asks no hook about the use of a token', async () => {
    const asked: string[] = [];
    server = await serve({
      hooks: { before: ({ type }) => void asked.push(type) },
      conclave: { tokenTtlSeconds: 1 },
    });
    const alice = await server.arrive('alice');
    await new Promise((resolve) => setTimeout(resolve, 20));
    await alice.group('team');
    expect(server.chat.read((view) => [...view.all(tokenUses)].length)).toBe(1);
    expect(asked).toEqual(['group.register', 'token.create', 'group.create']);
  });

  it('asks the host’s hook, and refuses what that refuses', async () => {
    server = await serve({ hooks: { before: async ({ type }) => type !== 'group.create' } });
    const alice = await server.arrive('alice');
    const answer = await alice.post('/groups', wire.CreateGroupRequest, { groupName: 'team' });
    expect(seen(answer)).toEqual([403, 302, 'refused by the server']);
  });
}
