import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { attach, handler } from '../../../src/adapters/sockets/ws.js';
import { memory } from '../../../src/adapters/storage/memory.js';
import { createChat } from '../../../src/chat.js';
import { originchats } from '../../../src/dialects/originchats/index.js';

export function routes(): void {
  let stop = async () => {};
  afterEach(() => stop());

  /** A server with OriginChats at a path; `own`: what the host answers besides. */
  async function start(mount: string, own?: 'own', how: 'attach' | 'handler' = 'attach') {
    const chat = await createChat({
      storage: memory(),
      auth: () => ({ provider: 'test', id: 'a', name: 'a' }),
      dialects: [originchats()],
    });
    const http = createServer();
    const mounts = { originchats: mount };
    if (how === 'attach') attach(http, chat, mounts);
    const middle = how === 'handler' ? handler(chat, mounts) : undefined;
    if (own !== undefined)
      http.on('request', (request, response) => {
        const answer = () => response.end(`own ${request.method} ${request.url}`);
        if (middle === undefined) answer();
        else middle(request, response, answer);
      });
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
    stop = async () => {
      await chat.close();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    };
    return async (path: string, method = 'GET') => {
      const response = await fetch(url + path, { method });
      return { status: response.status, text: await response.text(), headers: response.headers };
    };
  }

  const cors = {
    'access-control-allow-origin': '*',
    'access-control-allow-methods': 'GET, HEAD, OPTIONS, POST',
    'access-control-allow-headers': 'Content-Type, Authorization, Range',
    'access-control-expose-headers': 'Content-Length, Content-Type, Cache-Control',
  };

  test.each(['', '/chat'])(
    'alone on the server at %j it answers every path, and OPTIONS for all',
    async (mount) => {
      const ask = await start(mount || '/');
      for (const path of ['/info', '/attachments/upload', '/none', '/']) {
        const options = await ask(mount + path, 'OPTIONS');
        expect([options.status, options.text]).toEqual([204, '']);
        expect(Object.fromEntries(options.headers)).toMatchObject(cors);
      }
      expect((await ask(`${mount}/info`)).status).toBe(200);
      const rows: [string, number, string][] = [
        ['/none', 404, 'Not found'],
        ['/info/more', 404, 'Not found'],
        ['/emojis', 404, 'Not found'],
        ['/attachments/a/b', 404, 'Not found'],
        ['/attachments/none', 404, 'Attachment not found or expired'],
        ['/server-assets/icon', 404, 'Server asset not found'],
        ['', 400, 'WebSocket upgrade required'],
      ];
      for (const [path, status, error] of rows) {
        const answer = await ask(mount + path);
        expect([path, answer.status, JSON.parse(answer.text)]).toEqual([path, status, { error }]);
        expect(Object.fromEntries(answer.headers)).toMatchObject(cors);
      }
      expect((await ask(`${mount}/none`, 'POST')).status).toBe(404);
      expect((await ask(`${mount}/info`, 'HEAD')).status).toBe(200);
    },
  );

  test.each([
    ['/', 'attach'],
    ['/chat', 'attach'],
    ['/', 'handler'],
    ['/chat', 'handler'],
  ] as const)('beside a host’s own routes it takes its own only: %s, %s', async (mount, how) => {
    const ask = await start(mount, 'own', how);
    const at = mount === '/' ? '' : mount;
    for (const path of [
      '/',
      '/none',
      '/information',
      '/info/x',
      '/emojis',
      '/attachments',
      '/attachments/a/b',
      '/x/info',
    ]) {
      for (const method of ['GET', 'OPTIONS', 'PUT', 'DELETE'])
        expect((await ask(at + path, method)).text).toBe(`own ${method} ${at + path}`);
      expect((await ask(at + path, 'HEAD')).status).toBe(200);
    }
    expect((await ask(`${at}/attachments/a`, 'POST')).text).toBe(`own POST ${at}/attachments/a`);
    expect((await ask(`${at}/info`, 'PUT')).text).toBe(`own PUT ${at}/info`);
    if (at !== '') expect((await ask('/info')).text).toBe('own GET /info');
    expect(JSON.parse((await ask(`${at}/info`)).text)).toMatchObject({
      server: { name: 'My OriginChats Server' },
    });
    expect((await ask(`${at}/attachments/upload`, 'OPTIONS')).status).toBe(204);
    expect((await ask(`${at}/attachments/none`)).status).toBe(404);
    expect((await ask(`${at}/attachments/upload`, 'POST')).status).toBe(415);
    expect((await ask(`${at}/webhooks/x`, 'POST')).status).toBe(401);
  });
}
