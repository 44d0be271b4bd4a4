import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect, VenuelessLoginError, venueless } from '../../src/client/index.js';
import { ROOT } from '../house/support/entries.js';
import { readPage } from '../house/support/markdown.js';
import { ExampleProcess } from '../support/example-process.js';

// Below the repository's top, so that the package's name means the source.
const parent = join(ROOT, 'tests/examples/.run-venueless');
const secret = 'a secret of thirty-two bytes, or more';
/** The host's accounts, by the cookie of its own login. */
const accounts = `new Map([
  ['session=a', { id: 7, name: 'Ann', groups: ['staff'] }],
  ['session=b', { id: 8, name: 'Bob', groups: [] }],
])`;
let folder: string;
let running: ExampleProcess | undefined;
const clients: { close(): void }[] = [];

beforeEach(() => {
  mkdirSync(parent, { recursive: true });
  folder = mkdtempSync(join(parent, 'page-'));
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await running?.kill();
  running = undefined;
  rmSync(parent, { recursive: true, force: true });
});

/** Runs the server as it stands on the page, but for its port, its file and the accounts that are declared there; gives where it listens. */
async function run(): Promise<string> {
  const { blocks } = readPage(readFileSync(join(ROOT, 'docs/venueless.md'), 'utf8'));
  const found = blocks.filter(({ language, code }) => language === 'ts' && code.includes('createServer'));
  expect(found).toHaveLength(1);
  const changed = (found[0]?.code ?? '')
    .replace('listen(8080)', "listen(0, '127.0.0.1')")
    .replace("'chat.sqlite'", JSON.stringify(join(folder, 'chat.sqlite')))
    .replace(
      /declare const myApp[\s\S]*?\n\};/,
      `const myApp = { userOf: (cookie = '') => ${accounts}.get(cookie) };`,
    );
  expect(changed).not.toMatch(/8080|declare/);
  const file = join(folder, 'server.ts');
  writeFileSync(
    file,
    `${changed}\nserver.on('listening', () => console.log(\`http://localhost:\${(server.address() as { port: number }).port}\`));\n`,
  );
  running = new ExampleProcess(relative(ROOT, file), { CHAT_SECRET: secret });
  return `127.0.0.1:${await running.port()}`;
}

/** The token in the link that somebody's login with the host leads to. */
async function tokenFor(at: string, cookie: string): Promise<string> {
  const response = await fetch(`http://${at}/chat`, { headers: { cookie }, redirect: 'manual' });
  expect(response.status).toBe(303);
  const link = new URL(response.headers.get('location') ?? '');
  expect(link.origin).toBe('https://event.example');
  return link.hash.replace('#token=', '');
}

function enter(at: string, credentials: { token: string } | { clientId: string }) {
  const client = connect(venueless, `ws://${at}/ws/world/demo/`, { credentials, reconnect: false });
  clients.push(client);
  return client;
}

describe('the server on the page of Venueless', () => {
  it('lets people in with the tokens that it makes, and shows a room to those who have its trait', async () => {
    const at = await run();
    const ann = enter(at, { token: await tokenFor(at, 'session=a') });
    const bob = enter(at, { token: await tokenFor(at, 'session=b') });
    await Promise.all([ann.login, bob.login]);
    const rooms = (client: typeof ann) => client.world?.rooms.map(({ name }) => name);
    expect([rooms(ann), rooms(bob)]).toEqual([['lobby', 'backstage'], ['lobby']]);
    expect(ann.self).toMatchObject({ profile: { display_name: 'Ann' }, badges: ['Staff'] });
    expect(ann.world?.rooms[0]?.permissions).toContain('room:chat.moderate');
    expect(bob.world?.rooms[0]?.permissions).not.toContain('room:chat.moderate');

    const channel = bob.world?.rooms[0]?.modules[0]?.channel_id ?? '';
    await ann.join(channel);
    await bob.join(channel);
    const heard = new Promise((resolve) =>
      ann.on('chat.event', ({ event_type: type, content }) => type === 'channel.message' && resolve(content)),
    );
    await bob.send(channel, 'hello');
    expect(await heard).toEqual({ type: 'text', body: 'hello' });
  }, 60_000);

  it('lets guests in, who choose a name, and nobody with a token of somebody else', async () => {
    const at = await run();
    const guest = enter(at, { clientId: 'a-browser' });
    await guest.login;
    expect(guest.self?.profile).toEqual({});
    await guest.update({ profile: { display_name: 'Cy' } });
    expect(guest.world?.rooms.map(({ name }) => name)).toEqual(['lobby']);
    const [head, body] = (await tokenFor(at, 'session=a')).split('.');
    const forged = enter(at, { token: `${head}.${body}.${'a'.repeat(43)}` });
    await expect(forged.login).rejects.toMatchObject({ reason: 'auth.invalid_token' });
    await expect(forged.login).rejects.toBeInstanceOf(VenuelessLoginError);
    const stranger = await fetch(`http://${at}/chat`, { redirect: 'manual' });
    expect(stranger.status).toBe(401);
  }, 60_000);
});
