import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as wire from '../../src/dialects/conclave/codec.js';
import { ROOT } from '../house/support/entries.js';
import { readPage } from '../house/support/markdown.js';
import { ExampleProcess } from '../support/example-process.js';

// Below the repository's top, so that the package's name means the source.
const parent = join(ROOT, 'tests/examples/.run-conclave');
let folder: string;
let running: ExampleProcess | undefined;

beforeEach(() => {
  mkdirSync(parent, { recursive: true });
  folder = mkdtempSync(join(parent, 'page-'));
});

afterEach(async () => {
  await running?.kill();
  running = undefined;
  rmSync(parent, { recursive: true, force: true });
});

const { blocks } = readPage(readFileSync(join(ROOT, 'docs/conclave.md'), 'utf8'));

/** The one block of the page that has this in it. */
function blockWith(text: string): string {
  const found = blocks.filter(({ language, code }) => language === 'ts' && code.includes(text));
  expect(found).toHaveLength(1);
  return found[0]?.code ?? '';
}

/** Runs a server of the page; gives where it listens. */
async function run(code: string): Promise<string> {
  const file = join(folder, 'server.ts');
  const changed = code
    .replace('listen(8080)', "listen(0, '127.0.0.1')")
    .replace("'chat.sqlite'", JSON.stringify(join(folder, 'chat.sqlite')));
  expect(changed).not.toMatch(/8080|declare/);
  writeFileSync(
    file,
    `${changed}\nserver.on('listening', () => console.log(\`http://localhost:\${(server.address() as { port: number }).port}\`));\n`,
  );
  running = new ExampleProcess(relative(ROOT, file));
  return `http://127.0.0.1:${await running.port()}`;
}

/** A chat for the blocks that are given one, and a server for a function of theirs. */
const given = `
import { createServer } from 'node:http';
import { createChat } from 'polylect';
import { conclave } from 'polylect/dialects/conclave';
import { memory } from 'polylect/storage/memory';
const hasher = {
  hash: async (text: string) => text,
  verify: async (hash: string, text: string) => ({ ok: hash === text, rehash: false }),
};
const chat = await createChat({ storage: memory(), auth: () => null, hasher, dialects: [conclave()] });
`;

async function post<Q>(url: string, schema: wire.MessageSchema<Q>, body: Partial<Q>, token = '') {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-protobuf', authorization: `Bearer ${token}` },
    body: wire.encode(schema, body as never) as BodyInit,
  });
  return { status: response.status, bytes: new Uint8Array(await response.arrayBuffer()) };
}

/** Registers, logs in, and hears of a change over an event stream. */
async function meet(server: string): Promise<void> {
  const api = `${server}/chat/api/v1`;
  const account = { username: 'ann', password: 'password123' };
  const registered = await post(`${api}/register`, wire.RegisterRequest, {
    ...account,
    registrationToken: 'tok-1',
  });
  expect(registered.status).toBe(201);
  const login = wire.decode(
    wire.LoginResponse,
    (await post(`${api}/login`, wire.LoginRequest, account)).bytes,
  );
  const token = login.ok ? login.message.token : '';
  const headers = { authorization: `Bearer ${token}` };
  const stream = await fetch(`${api}/events`, { headers });
  expect([stream.status, stream.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
  expect((await post(`${api}/groups`, wire.CreateGroupRequest, { groupName: 'team' }, token)).status).toBe(
    201,
  );
  await fetch(`${api}/me`, { method: 'PATCH', headers });
  const { value } = (await stream.body?.getReader().read()) ?? {};
  expect(Buffer.from(value ?? []).toString()).toMatch(/^data: 12[0-9a-f]+1002\n\n$/);
}

describe('the servers on the page of Conclave', () => {
  it('serves Conclave below a path, and leaves the rest to the site', async () => {
    const at = await run(blockWith('createServer'));
    await meet(at);
    for (const path of ['/', '/api/v1/me', '/chat/api/v1/nothing'])
      expect(await (await fetch(at + path)).text()).toBe('the rest of the site');
    const stranger = await post(`${at}/chat/api/v1/register`, wire.RegisterRequest, { username: 'ben' });
    expect(stranger.status).toBe(403);
  });

  it('is middleware before what reads bodies', async () => {
    const code = blockWith('express.json').replace(/import type .*\n|declare const .*\n/g, '');
    const at = await run(`${given}${code}
app.use((request, response) => void response.json(request.body ?? null));
const server = createServer(app).listen(0, '127.0.0.1');`);
    await meet(at);
    const mine = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"mine":1}' };
    expect(await (await fetch(`${at}/chat/mine`, mine)).json()).toEqual({ mine: 1 });
  });

  it('answers requests that come from elsewhere than a server of Node', async () => {
    const code = blockWith('chat.fetch').replace(/import type .*\n|declare .*\n/g, '');
    const site = 'const site = async (_request: Request) => new Response("the site");';
    const at = await run(`${given}${site}
import { Readable } from 'node:stream';
${code}
const server = createServer(async (request, response) => {
  const { method = 'GET' } = request;
  const body = method === 'GET' ? {} : { body: Readable.toWeb(request) as BodyInit, duplex: 'half' };
  const headers = request.headers as Record<string, string>;
  const answered = await answer(new Request('http://site' + request.url, { method, headers, ...body }), '');
  response.writeHead(answered.status, Object.fromEntries(answered.headers)).flushHeaders();
  if (answered.body === null) return void response.end();
  Readable.fromWeb(answered.body as never).pipe(response);
}).listen(0, '127.0.0.1');`);
    await meet(at);
    expect(await (await fetch(`${at}/chat/api/v1/nothing`)).text()).toBe('the site');
  });
});
