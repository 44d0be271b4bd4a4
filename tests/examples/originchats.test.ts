import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ROOT } from '../house/support/entries.js';
import { readPage } from '../house/support/markdown.js';
import { CliProcess } from '../support/cli-process.js';
import { ExampleProcess } from '../support/example-process.js';
import { type Json, JsonProbe } from '../support/json-probe.js';
import { needs } from '../support/needs.js';
import { writeDataFolder } from '../support/originchats-folder.js';

const own = 'docs/originchats.md';
const moving = 'docs/moving-from-originchats.md';

// Below the repository's top, so that the package's name means the source.
const parent = join(ROOT, 'tests/examples/.run-originchats');
let folder: string;
let running: ExampleProcess | undefined;
let service: Server;
/** Whom the stand-in for the identity service knows, by validator. */
let known: Readonly<Record<string, { readonly id: string; readonly username: string }>> = {};

beforeEach(async () => {
  mkdirSync(parent, { recursive: true });
  folder = mkdtempSync(join(parent, 'page-'));
  service = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const person = searchParams.get('key') ? known[searchParams.get('v') ?? ''] : undefined;
    response.end(JSON.stringify(person === undefined ? { valid: false } : { valid: true, ...person }));
  });
  service.listen(0, '127.0.0.1');
  await once(service, 'listening');
});

afterEach(async () => {
  await running?.kill();
  running = undefined;
  service.close();
  rmSync(parent, { recursive: true, force: true });
});

/** Code on a page that has all of these words. */
function codeOf(page: string, language: string, ...words: string[]): string {
  const { blocks } = readPage(readFileSync(join(ROOT, page), 'utf8'));
  const found = blocks.filter(
    ({ language: of, code }) => of === language && words.every((word) => code.includes(word)),
  );
  expect(found).toHaveLength(1);
  return found[0]?.code ?? '';
}

/** Runs a server as it stands on a page, but for its port, its file and the address of the identity service; gives where it listens. */
async function run(code: string): Promise<string> {
  const { port } = service.address() as AddressInfo;
  const changed = code
    .replace('listen(8080)', "listen(0, '127.0.0.1')")
    .replace("'chat.sqlite'", JSON.stringify(join(folder, 'chat.sqlite')))
    .replace('rotur()', `rotur({ validateUrl: 'http://127.0.0.1:${port}/validate' })`);
  expect(changed).not.toContain('8080');
  const file = join(folder, 'server.ts');
  writeFileSync(
    file,
    `${changed}\nserver.on('listening', () => console.log(\`http://localhost:\${(server.address() as { port: number }).port}\`));\n`,
  );
  running = new ExampleProcess(relative(ROOT, file));
  return `127.0.0.1:${await running.port()}`;
}

interface Arrived {
  readonly probe: JsonProbe;
  readonly key: string;
  readonly ready: Json;
}

async function logIn(at: string, request: object): Promise<Arrived> {
  const probe = await JsonProbe.open(`ws://${at}/`);
  const handshake = await probe.next();
  probe.send(request);
  expect(await probe.next()).toMatchObject({ cmd: 'auth_success' });
  return { probe, key: handshake.val.validator_key, ready: await probe.next() };
}

/** Says something, and waits for what everybody sees of it. */
async function say({ probe }: Arrived, request: object): Promise<Json> {
  probe.send({ cmd: 'message_new', channel: 'general', ...request });
  return (await probe.until(({ cmd }) => cmd === 'message_new', 'the message')).message;
}

describe('the servers on the page of OriginChats', () => {
  it('take accounts of the identity service, the owner among them, and keep what is said', async () => {
    const code = codeOf(own, 'ts', 'createServer', 'rotur()');
    const id = /owners: \['([^']+)'\]/.exec(code)?.[1] ?? '';
    known = { a: { id, username: 'ann' }, b: { id: 'USR:bob', username: 'bob' } };
    // Whoever is not on the list yet learns their id from the first login.
    let at = await run(code.replace(id, 'USR:somebody-else'));
    const ann = await logIn(at, { cmd: 'auth', validator: 'a' });
    expect(ann.ready.user).toMatchObject({ username: 'ann', roles: ['user'] });
    expect((await running?.says(/ann is (\S+)/))?.[1]).toBe(id);
    const bob = await logIn(at, { cmd: 'auth', validator: 'b' });
    expect(bob.ready.user).toMatchObject({ username: 'bob', roles: ['user'] });
    expect(await say(bob, { content: 'hello' })).toMatchObject({ user: 'bob', content: 'hello' });
    await running?.stop();
    expect(await bob.probe.closed).toBe(1012);
    at = await run(code);
    const again = await logIn(at, { cmd: 'auth', validator: 'a' });
    again.probe.send({ cmd: 'messages_get', channel: 'general' });
    const { messages } = await again.probe.until(({ cmd }) => cmd === 'messages_get', 'the past');
    expect(again.ready.user).toMatchObject({ username: 'ann', roles: ['owner', 'user'] });
    expect(messages).toMatchObject([{ user: 'bob', content: 'hello' }]);
  }, 60_000);

  it('take local accounts, and whoever registers the name of the owner first is the owner', async () => {
    const at = await run(codeOf(own, 'ts', 'createServer', 'argon2()'));
    const ann = await logIn(at, { cmd: 'register', username: 'ann', password: 'correct horse' });
    expect(ann.ready.user).toMatchObject({ username: 'ann', roles: ['owner', 'user'] });
    const second = await JsonProbe.open(`ws://${at}/`);
    await second.next();
    second.send({ cmd: 'register', username: 'ann', password: 'another horse' });
    expect(await second.next()).toEqual({ cmd: 'auth_error', val: 'Username already taken' });
    second.send({ cmd: 'auth', validator: 'a' });
    expect(await second.next()).toEqual({ cmd: 'auth_error', val: 'Invalid authentication' });
    const bob = await logIn(at, { cmd: 'register', username: 'bob', password: 'correct horse' });
    expect(bob.ready.user).toMatchObject({ username: 'bob', roles: ['user'] });
    await logIn(at, { cmd: 'login', username: 'ann', password: 'correct horse' });
  }, 60_000);

  const curl = has('curl');
  it.runIf(needs('curl', curl, 'curl is not installed'))(
    'take files and webhooks as the page sends them',
    async () => {
      const at = await run(codeOf(own, 'ts', 'createServer', 'argon2()'));
      const ann = await logIn(at, { cmd: 'register', username: 'ann', password: 'correct horse' });
      writeFileSync(
        join(folder, 'cat.png'),
        '\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\x02\0\0\0\x05rest',
        'latin1',
      );
      const send = (code: string, env: Readonly<Record<string, string>>) =>
        execFileSync('sh', ['-c', code.replace('https://chat.example', `http://${at}`)], {
          cwd: folder,
          env: { ...process.env, ...env, no_proxy: '*' },
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'ignore'],
        });
      const pair = { KEY: ann.key, VALIDATOR: ann.ready.validator };
      const { attachment, permanent } = JSON.parse(
        send(codeOf(own, 'sh', 'curl', '/attachments/upload'), pair),
      );
      expect([attachment.name, permanent]).toEqual(['cat.png', false]);
      const shown = await say(ann, { content: 'a cat', attachments: [{ id: attachment.id }] });
      expect(shown.attachments).toMatchObject([{ id: attachment.id }]);

      ann.probe.send({ cmd: 'webhook_create', channel: 'general', name: 'builds' });
      const { webhook } = await ann.probe.until(({ cmd }) => cmd === 'webhook_create', 'the webhook');
      const posted = (what: string) =>
        ann.probe.until(({ cmd }) => cmd === 'message_new', what).then(({ message }) => message);
      send(codeOf(own, 'sh', 'curl', '/webhooks?token'), { TOKEN: webhook.token });
      expect(await posted('what was posted')).toMatchObject({ content: 'The build is green' });
      const push = { ref: 'refs/heads/main', repository: { full_name: 'ann/place' }, commits: [] };
      const github = (event: string, body: object) =>
        fetch(`http://${at}/webhooks/github?token=${webhook.token}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-github-event': event },
          body: JSON.stringify(body),
        });
      expect((await github('ping', { zen: 'Keep it simple.', repository: {} })).status).toBe(400);
      expect((await github('push', push)).status).toBe(204);
      expect((await posted('the push')).embeds).toMatchObject([{ title: '[ann/place:main] 0 new commits' }]);
    },
    60_000,
  );
});

describe('the server on the page about moving', () => {
  it('runs on an imported file: accounts of the identity service and local ones are who they were', async () => {
    const data = join(folder, 'db');
    writeDataFolder(data);
    const command = new CliProcess('import', 'originchats', data, '--into', join(folder, 'chat.sqlite'));
    expect(await command.exited).toBe(0);
    known = { a: { id: 'USR:a1', username: 'anna' } };
    const at = await run(codeOf(moving, 'ts', 'createServer'));
    const anna = await logIn(at, { cmd: 'auth', validator: 'a' });
    expect(anna.ready.user).toMatchObject({ username: 'anna', nickname: 'Änni', roles: ['owner', 'user'] });
    const lena = await logIn(at, { cmd: 'login', username: 'lena', password: 'secret' });
    expect(lena.ready.user).toMatchObject({ username: 'lena', cracked: true, roles: ['user'] });
    lena.probe.send({ cmd: 'messages_get', channel: 'general', limit: 1 });
    const { messages } = await lena.probe.until(({ cmd }) => cmd === 'messages_get', 'the past');
    expect(messages).toMatchObject([{ content: 'last' }]);
  }, 60_000);
});

function has(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
