import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type RoturOptions, rotur } from './rotur.js';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

/** Where a service answers so. */
async function service(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/validate`;
}

const says = (body: unknown, status = 200): Promise<string> =>
  service((_, response) => {
    response.statusCode = status;
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });

const secret = 'a+b&c=/?validator';
const key = 'originChats-k&y';

const log = (validateUrl: string, options: RoturOptions = {}) =>
  rotur({ validateUrl, ...options })(
    { kind: 'validator', arguments: [secret, key] },
    { dialect: 'originchats' },
  );

describe('rotur', () => {
  it('asks with the key and the validator, and takes id and username', async () => {
    const asked: (string | undefined)[] = [];
    const url = await service((request, response) => {
      asked.push(request.method, request.url);
      response.end(JSON.stringify({ valid: true, id: 'USR:ff', username: 'Ann', token: 'x' }));
    });
    expect(await log(url)).toEqual({ provider: 'rotur', id: 'USR:ff', name: 'Ann' });
    const query = new URLSearchParams({ key, v: secret });
    expect(asked).toEqual(['GET', `/validate?${query}`]);
    expect(await log(`${url}?site=1`, { provider: 'mine' })).toMatchObject({ provider: 'mine' });
    expect(asked[3]).toBe(`/validate?site=1&${query}`);
  });

  it.each<[string, unknown, number]>([
    ['valid is not true', { valid: false, id: 'USR:ff', username: 'Ann' }, 200],
    ['valid is another kind of true', { valid: 1, id: 'USR:ff', username: 'Ann' }, 200],
    ['there is nothing', 'null', 200],
    ['the status is another', { valid: true, id: 'USR:ff', username: 'Ann' }, 201],
    ['the status is 403', { valid: true, id: 'USR:ff', username: 'Ann' }, 403],
  ])('refuses when %s', async (_, body, status) => {
    expect(await log(await says(body, status))).toEqual({ denied: 'credentials' });
  });

  it.each<[string, unknown, string]>([
    ['no JSON', '<html>', 'no JSON'],
    ['no id', { valid: true, username: 'Ann' }, 'no id'],
    ['no username', { valid: true, id: 'USR:ff' }, 'no name'],
    ['too much', 'x'.repeat(70_000), 'more than 65536 bytes'],
  ])('throws on %s, without repeating what was sent', async (_, body, told) => {
    const thrown = await Promise.resolve(log(await says(body))).catch((one: unknown) => one as Error);
    expect(thrown).toMatchObject({ code: 'auth-failed' });
    const { message, cause } = thrown as Error;
    expect(message).toContain(told);
    expect(`${message}${String(cause)}`).not.toMatch(/validator|k&y|k%26y/i);
  });

  it('says that a service is unreachable which is gone, fails, redirects or takes too long', async () => {
    const url = await says({});
    await new Promise((resolve) => servers.splice(0)[0]?.close(resolve));
    expect(await log(url)).toEqual({ denied: 'unreachable' });
    expect(await log(await says('busy', 502))).toEqual({ denied: 'unreachable' });
    const moved = await service((_, response) => response.writeHead(302, { location: '/x' }).end());
    expect(await log(moved)).toEqual({ denied: 'unreachable' });
    expect(await log(await service(() => {}), { timeoutMs: 50 })).toEqual({ denied: 'unreachable' });
    const halfway = await service((_, response) => void response.write('{"valid":'));
    expect(await log(halfway, { timeoutMs: 50 })).toEqual({ denied: 'unreachable' });
  });

  it('does not know other credentials', async () => {
    const auth = rotur({ fetch: () => Promise.reject(new Error('not to be asked')) });
    expect(await auth({ kind: 'arguments', arguments: [secret] }, { dialect: 'sockchat' })).toBeUndefined();
  });

  it.each<[string, object, string]>([
    ['no address', { validateUrl: 'nowhere' }, 'option validateUrl of rotur takes an http:'],
    ['a user in it', { validateUrl: 'https://a:b@c' }, 'option validateUrl'],
    ['no time', { timeoutMs: 0 }, 'option timeoutMs'],
    ['no bytes', { maxBytes: 0.5 }, 'option maxBytes'],
    ['no function', { fetch: 1 }, 'option fetch'],
    ['nobody', { provider: '' }, 'option provider'],
    ['something else', { url: 'https://c' }, 'has no option url'],
  ])('does not take %s', (_, options, message) => {
    expect(() => rotur(options)).toThrow(message);
  });
});
