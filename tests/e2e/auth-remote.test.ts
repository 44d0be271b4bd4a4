import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RemoteOptions, remote } from '../../src/adapters/auth/remote.js';

const secret = 'marked-secret-0123456789';
const shared = 'shared-secret-0123456789';
let server: Server;
let answer: RequestListener;
let asked: { request: IncomingMessage; body: string }[];
let url: string;

beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (piece) => {
      body += piece;
    });
    request.on('end', () => {
      asked.push({ request, body });
      answer(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/login`;
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const ask = (options: Partial<RemoteOptions> = {}, words = ['Bearer', secret]) =>
  remote({ url: `${url}?key=${shared}`, ...options })(
    { kind: 'arguments', arguments: words },
    { dialect: 'sockchat', address: '192.0.2.7' },
  );

/** What it throws, whole: nothing in it may repeat a secret. */
async function failure(options: Partial<RemoteOptions> = {}): Promise<string> {
  const thrown = await Promise.resolve(ask(options)).then(
    () => new Error('it did not throw'),
    (error) => error,
  );
  expect(thrown).toMatchObject({ code: 'auth-failed', retryable: true });
  const { cause, stack } = thrown as Error;
  const all = [String(thrown), stack, String(cause), JSON.stringify(thrown)].join('\n');
  expect(all).not.toContain(secret);
  expect(all).not.toContain(shared);
  return (thrown as Error).message;
}

describe('auth by an HTTP service', () => {
  it('posts what was given and reads who it is', async () => {
    answer = (_, response) => response.end('{"id":47,"name":"Ann","rank":3}');
    const identity = await ask({ headers: { authorization: `Bearer ${shared}` }, provider: 'forum' });
    expect(identity).toEqual({ provider: 'forum', id: '47', name: 'Ann', rank: 3 });
    expect(asked).toHaveLength(1);
    const { request, body } = asked[0] as { request: IncomingMessage; body: string };
    expect(request.method).toBe('POST');
    expect(request.headers).toMatchObject({
      authorization: `Bearer ${shared}`,
      'content-type': 'application/json',
      accept: 'application/json',
    });
    expect(JSON.parse(body)).toEqual({
      dialect: 'sockchat',
      arguments: ['Bearer', secret],
      address: '192.0.2.7',
    });
  });

  it('takes 204 for not knowing', async () => {
    answer = (_, response) => response.writeHead(204).end();
    expect(await ask()).toBeUndefined();
  });

  it('does not send words that it does not take', async () => {
    expect(await ask({ takes: ([scheme]) => scheme === 'Bearer' }, ['client', 'Ann'])).toBeUndefined();
    expect(asked).toEqual([]);
  });

  it('takes 401 and 403 for a refusal, with its reason', async () => {
    answer = (_, response) => response.writeHead(401).end();
    expect(await ask()).toEqual({ denied: 'credentials' });
    answer = (_, response) => response.writeHead(403).end('{"denied":"banned","until":1750000000000}');
    expect(await ask()).toEqual({ denied: 'banned', until: 1_750_000_000_000 });
  });

  it.each([302, 307, 400, 404, 418, 500, 503])('throws on status %i', async (status) => {
    answer = (_, response) => response.writeHead(status, { location: '/elsewhere' }).end(secret);
    expect(await failure()).toContain(status < 400 ? 'redirect' : `status ${status}`);
    expect(asked).toHaveLength(1);
  });

  it.each(['', '<html>', '[]', `{"id":"${secret}"}`, '{"id":1,"name":"Ann","rank":"high"}'])(
    'throws on the answer %s',
    async (text) => {
      answer = (_, response) => response.end(text);
      expect(await failure()).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/login answered with (something|no|a) /);
    },
  );

  it('throws on an answer that is too long, without reading all of it', async () => {
    answer = (_, response) => {
      const pour = () => {
        while (response.write('x'.repeat(10_000)));
      };
      response.on('drain', pour);
      pour();
    };
    expect(await failure({ maxBytes: 1_000 })).toContain('more than 1000 bytes (maxBytes)');
  });

  it('throws when no answer, or no whole answer, comes in time', async () => {
    answer = () => {};
    expect(await failure({ timeoutMs: 50 })).toContain('longer than 50 ms (timeoutMs)');
    answer = (_, response) => response.write('{"id":');
    expect(await failure({ timeoutMs: 50 })).toContain('longer than 50 ms (timeoutMs)');
  });

  it('throws when nobody answers there', async () => {
    answer = (request) => request.socket.destroy();
    expect(await failure()).toContain('could not be asked');
    await new Promise((resolve) => server.close(resolve));
    expect(await failure()).toContain('ECONNREFUSED');
  });

  it.each<[string, Partial<RemoteOptions>]>([
    ['url', { url: 'not an address' }],
    ['url', { url: `ftp://example.com/${secret}` }],
    ['url', { url: `https://user:${secret}@example.com/` }],
    ['headers', { headers: { authorization: `${secret}\nx` } }],
    ['headers', { headers: { 'a b': secret } }],
    ['timeoutMs', { timeoutMs: 0 }],
    ['maxBytes', { maxBytes: 1.5 }],
    ['takes', { takes: true as never }],
    ['provider', { provider: '' }],
    ['timeout', { timeout: 5 } as never],
  ])('names the option %s when it is wrong, and no secret', (option, wrong) => {
    const made = () => remote({ url, ...wrong });
    expect(made).toThrow(expect.objectContaining({ code: 'options-invalid' }));
    expect(made).toThrow(new RegExp(`option ${option}\\b`));
    expect(made).not.toThrow(secret);
  });
});
