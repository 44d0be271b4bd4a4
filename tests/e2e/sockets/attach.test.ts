import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { attach, handler } from '../../../src/adapters/sockets/ws.js';
import { memory } from '../../../src/adapters/storage/memory.js';
import { createChat } from '../../../src/chat.js';
import { EchoClient, type Started, start, stopAll, until } from '../../support/echo-client.js';
import { echo } from '../../support/echo-dialect.js';
import { needs } from '../../support/needs.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  await stopAll();
});

/** A host's own answer. */
function own(_: IncomingMessage, response: ServerResponse): void {
  response.end('own');
}

function openChat(name = 'echo') {
  return createChat({
    storage: memory(),
    auth: () => ({ provider: 'test', id: 'a', name: 'a' }),
    dialects: [echo({ name })],
  });
}

describe('attach', () => {
  it('serves two dialects of one chat on their own paths', async () => {
    const { client } = await start({
      chat: { dialects: [echo({ name: 'one' }), echo({ name: 'two' })] },
      mounts: { one: '/one', two: '/two/' },
    });
    expect(await client({ path: '/one' }).next('hello')).toEqual({ hello: 'one' });
    expect(await client({ path: '/two' }).next('hello')).toEqual({ hello: 'two' });
    expect(await client({ path: '/one/?x=1' }).next('hello')).toEqual({ hello: 'one' });
  });

  it('tells a dialect with realms which one a client asked for, and takes no WebSocket without', async () => {
    const { client, port } = await start({
      chat: { dialects: [echo({ name: 'realms', realms: true }), echo({ name: 'plain' })] },
      mounts: { realms: '/world/', plain: '/world/plain' },
    });
    expect(await client({ path: '/world/demo/' }).next('hello')).toEqual({ hello: 'realms', realm: 'demo' });
    expect(await client({ path: '/world/b%C3%A9' }).next('hello')).toEqual({ hello: 'realms', realm: 'bé' });
    expect(await client({ path: '/world/plain' }).next('hello')).toEqual({ hello: 'plain' });
    expect(await client({ path: '/world' }).outcome()).toBe(404);
    expect(await client({ path: '/world/demo/more' }).outcome()).toBe(404);
    const statusOf = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).status;
    expect(await Promise.all(['/world/people', '/world/demo/'].map(statusOf))).toEqual([200, 426]);
  });

  it('shows what is said in one dialect to the other', async () => {
    const { member } = await start({
      chat: { dialects: [echo({ name: 'one' }), echo({ name: 'two' })] },
      mounts: { one: '/one', two: '/two' },
    });
    const ann = await member('ann', { path: '/one' });
    const bob = await member('bob', { path: '/two' });
    ann.send({ do: 'say', text: 'hi' });
    expect(await bob.next('message')).toMatchObject({ message: 'hi', from: 'ann' });
  });

  it.each(['before', 'after'])(
    'leaves alone a host’s routes and sockets that were there %s',
    async (when) => {
      const server = createServer();
      const host = () => {
        server.on('request', own);
        const sockets = new WebSocketServer({ server, path: '/live' });
        sockets.on('connection', (socket) => socket.send('"live"'));
        ends.push(() => sockets.close());
      };
      if (when === 'before') host();
      const chat = await openChat();
      ends.push(() => chat.close());
      attach(server, chat, { echo: '/echo' });
      if (when === 'after') host();
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      ends.push(() => server.close());
      const { port } = server.address() as AddressInfo;

      const mine = new EchoClient(new WebSocket(`ws://127.0.0.1:${port}/echo`));
      const theirs = new EchoClient(new WebSocket(`ws://127.0.0.1:${port}/live`));
      ends.push(() => [mine, theirs].map((one) => one.end()));
      expect(await mine.next('hello')).toEqual({ hello: 'echo' });
      await until('greeting of the other server', () => theirs.log.includes('live' as never));
      for (const path of ['/', '/echo', '/echo/none', '/echos'])
        expect(await (await fetch(`http://127.0.0.1:${port}${path}`)).text()).toBe('own');
      expect(await (await fetch(`http://127.0.0.1:${port}/echo/people`)).json()).toMatchObject({
        people: [],
      });
      expect(mine.closed ?? mine.error).toBeUndefined();
    },
  );

  it('answers what is nobody’s when alone on the server, instead of letting it hang', async () => {
    const { client, port } = await start();
    expect(await client({ path: '/other' }).outcome()).toBe(404);
    expect((await fetch(`http://127.0.0.1:${port}/other`)).status).toBe(404);
    const plain = await fetch(`http://127.0.0.1:${port}/echo`);
    expect([plain.status, plain.headers.get('upgrade')]).toEqual([426, 'websocket']);
  });

  it('leaves an upgrade that is not its own to the host, whatever becomes of it', async () => {
    const { server, raw } = await start();
    const seen: string[] = [];
    server.on('upgrade', (request, socket) => {
      seen.push(request.url ?? '');
      socket.end('HTTP/1.1 418 Teapot\r\n\r\n');
    });
    const other = await raw();
    expect(await other.upgrade([], '/other')).toContain('418');
    const mine = await raw();
    expect(await mine.upgrade()).toContain('101');
    expect(seen).toEqual(['/other']);
  });

  it('serves two chats on one server, and leaves what neither wants to the last resort', async () => {
    const { server, client, detach } = await start();
    const other = await openChat('other');
    ends.push(() => other.close());
    const detachOther = attach(server, other, { other: '/other' });
    expect(await client().next('hello')).toEqual({ hello: 'echo' });
    expect(await client({ path: '/other' }).next('hello')).toEqual({ hello: 'other' });
    expect(await client({ path: '/none' }).outcome()).toBe(404);
    detach();
    expect(await client().outcome()).toBe(404);
    expect(await client({ path: '/other' }).next('hello')).toEqual({ hello: 'other' });
    detachOther();
    detachOther();
    expect([server.listenerCount('upgrade'), server.listenerCount('request')]).toEqual([0, 0]);
    expect(Object.hasOwn(server, 'emit')).toBe(false);
  });

  it('serves HTTPS', async () => {
    let made = true;
    const { path: folder, remove } = temporaryFolder();
    ends.push(remove);
    try {
      const files = ['-keyout', join(folder, 'key'), '-out', join(folder, 'cert')];
      const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
      execFileSync('openssl', ['req', '-x509', ...kind, '-subj', '/CN=localhost', ...files], {
        stdio: 'ignore',
      });
    } catch {
      made = false;
    }
    if (!needs('openssl', made, 'openssl made no certificate')) return;
    const server = createSecureServer({
      key: readFileSync(join(folder, 'key')),
      cert: readFileSync(join(folder, 'cert')),
    });
    const chat = await openChat();
    ends.push(() => chat.close());
    attach(server, chat, { echo: '/echo' });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    ends.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    const one = new EchoClient(new WebSocket(`wss://127.0.0.1:${port}/echo`, { rejectUnauthorized: false }));
    ends.push(() => one.end());
    await one.next('hello');
    one.send({ do: 'login', name: 'ann' });
    await one.next('welcome');
    for (let i = 0; i < 100; i++) one.send({ do: 'say', text: `${i}` });
    await until('all messages', () => one.log.filter((packet) => 'message' in packet).length === 100);
  });

  it.each([
    [{ mounts: { none: '/none' } }, /none/],
    [{ mounts: { echo: 'echo' } }, /echo/],
    [{ attach: { origins: ['no origin'] } }, /origins/],
    [{ attach: { trustProxy: ['everybody'] } }, /trustProxy/],
    [{ attach: { trustProxy: 'loopback' as never } }, /trustProxy/],
    [{ attach: { proxyHeader: 'via' as never } }, /proxyHeader/],
    [{ attach: { limits: { connectionsPerAddress: 0 } } }, /limits\.connectionsPerAddress/],
    [{ attach: { limits: { speed: 1 } as never } }, /limits takes no speed/],
    [{ attach: { orgins: [] } as never }, /attach takes no orgins; did you mean origins/],
    [{ attach: { limits: null } as never }, /limits/],
    [{ attach: null as never }, /attach takes an object of options/],
  ])('refuses %j', async (setup, why) => {
    await expect(start(setup)).rejects.toMatchObject({
      code: 'options-invalid',
      message: expect.stringMatching(why),
    });
  });
});

describe('attach and handler', () => {
  it('say what they take, and in which order', async () => {
    const { chat } = await start();
    const server = createServer();
    const attached = attach as (...args: unknown[]) => unknown;
    const handled = handler as (...args: unknown[]) => unknown;
    for (const [wrong, message] of [
      [
        () => attached(chat, server, { echo: '/' }),
        'attach takes a chat, as createChat makes it, before mounts',
      ],
      [
        () => attached(undefined, chat, { echo: '/' }),
        'attach takes a server of node:http or node:https first',
      ],
      [() => attached(server, chat), "mounts takes a path by dialect, such as { sockchat: '/sock' }"],
      [() => handled({ echo: '/' }, chat), 'handler takes a chat, as createChat makes it, before mounts'],
      [() => handled(chat), "mounts takes a path by dialect, such as { sockchat: '/sock' }"],
    ] as const)
      expect(wrong).toThrow(expect.objectContaining({ code: 'options-invalid', message }));
  });
});

describe('handler', () => {
  /** A host that mounts middleware as Express does: below a path, `url` is shortened. */
  async function host(below = '') {
    const chat = await openChat();
    ends.push(() => chat.close());
    const middleware = handler(chat, { echo: '/api/echo' }, { trustProxy: ['loopback'] });
    const server = createServer((request, response) => {
      Object.assign(request, { originalUrl: request.url, url: request.url?.slice(below.length) });
      middleware(request, response, () => own(request, response));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    ends.push(() => server.close());
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`;
  }

  it.each(['', '/api'])(
    'answers a dialect’s routes and passes on the rest, mounted at "%s"',
    async (below) => {
      const url = await host(below);
      const headers = { 'x-forwarded-for': '192.0.2.7' };
      const answer = await fetch(`${url}/echo/people`, { headers });
      expect(await answer.json()).toEqual({ people: [], address: '192.0.2.7' });
      expect(await (await fetch(`${url}/echo/none`)).text()).toBe('own');
      expect(await (await fetch(`${url}/else`)).text()).toBe('own');
    },
  );

  it('passes on a request whose body nobody read', async () => {
    const url = await host();
    expect(await (await fetch(`${url}/echo/none`, { method: 'POST', body: 'x' })).text()).toBe('own');
  });
});

describe('HTTP routes', () => {
  const url = ({ port }: Started) => `http://127.0.0.1:${port}/echo`;

  it('answer with status, cookies and a body, and without one to HEAD', async () => {
    const one = await start();
    const answer = await fetch(`${url(one)}/people`);
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(await answer.json()).toEqual({ people: [], address: '127.0.0.1' });
    const head = await fetch(`${url(one)}/people`, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  it('take a body up to the limit, and 413 beyond it, announced or not', async () => {
    const one = await start({ attach: { limits: { bodyBytes: 100_000 } } });
    const post = (bytes: number, streamed: boolean) => {
      const body = Buffer.alloc(bytes, 'x');
      const init = streamed ? { body: new Blob([body]).stream(), duplex: 'half' } : { body };
      return fetch(`${url(one)}/mirror`, { method: 'POST', ...init } as RequestInit).then(
        async (answer) => [answer.status, (await answer.text().catch(() => '')).length],
        () => ['cut'],
      );
    };
    expect(await post(100_000, false)).toEqual([201, 100_000]);
    expect(await post(100_000, true)).toEqual([201, 100_000]);
    expect((await post(100_001, false))[0]).toBe(413);
    // What was answered already cannot be taken back: the connection breaks.
    expect([201, 413, 'cut']).toContain((await post(100_001, true))[0]);
    expect(await post(10, true)).toEqual([201, 10]);
  });

  it('cost nobody else anything when they throw', async () => {
    const errors: string[] = [];
    const one = await start({
      echo: {
        broken: (place) => {
          if (place === 'route') throw new Error('broken');
        },
      },
    });
    one.chat.on('error', (error) => errors.push(error.code));
    expect((await fetch(`${url(one)}/broken`)).status).toBe(500);
    expect((await fetch(`${url(one)}/people`)).status).toBe(200);
    await until('report', () => errors.length === 1);
    expect(errors).toEqual(['handler-failed']);
  });

  it('hold back a stream that is not read, and end it when the client goes', async () => {
    const stream = { bytes: 0, cancelled: false };
    const one = await start({ echo: { stream } });
    const raw = await one.raw();
    raw.socket.write('GET /echo/stream HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await until('some of it', () => raw.received.length > 65_536);
    raw.socket.pause();
    let before = -1;
    await until('standstill', () => {
      const still = stream.bytes === before;
      before = stream.bytes;
      return still;
    });
    // What the operating system's buffers hold, and no more.
    expect(stream.bytes).toBeLessThan(32 * 2 ** 20);
    raw.end();
    await until('end of the stream', () => stream.cancelled);
  });

  it.each([
    ['no path', 'GET http://else.example/echo/people HTTP/1.1\r\nHost: localhost\r\n\r\n', '404'],
    ['a host that is none', 'GET /echo/people HTTP/1.1\r\nHost: a b\r\n\r\n', '400'],
    ['a host with a path', 'GET /echo/people HTTP/1.1\r\nHost: a/b\r\n\r\n', '400'],
    ['a method nobody fetches', 'TRACE /echo/people HTTP/1.1\r\nHost: localhost\r\n\r\n', '400'],
  ])('survive %s', async (_, text, status) => {
    const one = await start();
    const raw = await one.raw();
    raw.socket.write(text);
    await until('answer', () => raw.received.includes('\r\n\r\n'));
    expect(raw.received.toString()).toMatch(`HTTP/1.1 ${status}`);
    expect((await fetch(`${url(one)}/people`)).status).toBe(200);
  });
});
