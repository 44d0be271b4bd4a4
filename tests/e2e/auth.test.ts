import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { callback } from '../../src/adapters/auth/callback.js';
import { chain } from '../../src/adapters/auth/chain.js';
import { guest } from '../../src/adapters/auth/guest.js';
import { jwt } from '../../src/adapters/auth/jwt.js';
import { remote } from '../../src/adapters/auth/remote.js';
import { tokens } from '../../src/adapters/auth/tokens.js';
import { attach } from '../../src/adapters/sockets/ws.js';
import { memory } from '../../src/adapters/storage/memory.js';
import { type Chat, createChat } from '../../src/chat.js';
import type { Storage } from '../../src/core/ports.js';
import { sockchat } from '../../src/dialects/sockchat/index.js';
import type { Auth } from '../../src/domain/auth.js';
import type { ChatOptions } from '../../src/options.js';
import { type Fields, SockProbe } from '../support/sock-probe.js';

const token = 'marked-token-0123456789';
const pairSecret = 'marked-pair-0123456789';
const wrong = 'marked-wrong-0123456789';
const password = 'marked-password-0123456789';
const clientId = 'marked-client-0123456789';
const shared = 'marked-shared-0123456789';
const signing = 'marked-signing-0123456789-0123456789';
/** What stands out in each of the above; tokens that are signed show what they hold in base64url. */
const marked = /marked-|eyJhbGci/;

let server: Server;
let service: Server;
let chat: Chat | undefined;
let url: string;
let serviceUrl: string;
const clients: SockProbe[] = [];

const listen = (one: Server) =>
  new Promise<number>((resolve) =>
    one.listen(0, '127.0.0.1', () => resolve((one.address() as AddressInfo).port)),
  );

beforeEach(async () => {
  server = createServer();
  service = createServer((_, response) => response.writeHead(500).end(token));
  url = `ws://127.0.0.1:${await listen(server)}/sock`;
  serviceUrl = `http://127.0.0.1:${await listen(service)}/login?key=${shared}`;
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await chat?.close();
  chat = undefined;
  for (const one of [server, service]) {
    one.closeAllConnections();
    one.close();
  }
});

async function start(auth: Auth, more: Partial<ChatOptions> = {}): Promise<Chat> {
  chat = await createChat({ storage: memory(), auth, dialects: [sockchat()], ...more });
  attach(server, chat, { sockchat: '/sock' });
  return chat;
}

async function knock(...words: string[]): Promise<SockProbe> {
  const client = await SockProbe.open(url);
  clients.push(client);
  client.knock(...words);
  return client;
}

async function login(...words: string[]): Promise<{ client: SockProbe; answer: Fields }> {
  const client = await knock(...words);
  return {
    client,
    answer: await client.next('an answer', (packet) => packet[0] === '1' && /^[yn]$/.test(packet[1] ?? '')),
  };
}

const bots = tokens({ tokens: [{ token, id: 7, name: 'Bot', rank: 5, colour: '#abc' }] });

const signed = (claims: Record<string, unknown>, key = signing) =>
  new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer('my-app')
    .setAudience('chat')
    .setIssuedAt()
    .sign(Buffer.from(key));
const signers = jwt({ secrets: [{ secret: signing, issuer: 'my-app', audience: 'chat' }] });

describe('logging in through Sock Chat', () => {
  it('by a bearer token', async () => {
    await start(bots);
    const { answer } = await login('Bearer', token);
    expect(answer.slice(0, 6)).toEqual(['1', 'y', '7', 'Bot', '#abc', '5 0 0 0 0']);
    const refused = await login('Bearer', wrong);
    expect(refused.answer).toEqual(['1', 'n', 'authfail']);
    expect(await refused.client.closed).toBe(1000);
  });

  it('by an id and a secret', async () => {
    await start(tokens({ tokens: { [pairSecret]: { id: 47, name: 'Ann' } }, takes: 'pair' }));
    expect((await login('47', pairSecret)).answer.slice(0, 4)).toEqual(['1', 'y', '47', 'Ann']);
    expect((await login('48', pairSecret)).answer).toEqual(['1', 'n', 'authfail']);
  });

  it('by a function of the host, which may refuse with a reason', async () => {
    const people = new Map([[password, { id: 1, name: 'Ann' }]]);
    const auth = callback(([name, typed = '']) =>
      name === 'troll' ? { denied: 'banned', until: null } : people.get(typed),
    );
    await start(auth);
    expect((await login('ann', password)).answer.slice(0, 4)).toEqual(['1', 'y', '1', 'Ann']);
    expect((await login('ann', wrong)).answer).toEqual(['1', 'n', 'authfail']);
    expect((await login('troll', password)).answer).toEqual(['1', 'n', 'joinfail', '-1']);
  });

  it('by a service', async () => {
    service.removeAllListeners('request');
    service.on('request', (_, response) => response.end('{"id":12,"name":"Cay"}'));
    await start(remote({ url: serviceUrl }));
    expect((await login('anything')).answer.slice(0, 4)).toEqual(['1', 'y', '12', 'Cay']);
  });

  it('by a JSON Web Token, which makes the same user each time', async () => {
    const running = await start(chain(signers, guest()));
    const claims = {
      uid: 12,
      name: 'Cay',
      traits: ['attendee'],
      profile: { display_name: 'Cay of the hill' },
    };
    const { client, answer } = await login('Bearer', await signed(claims));
    expect(answer.slice(0, 4)).toEqual(['1', 'y', '12', 'Cay']);
    client.say('hello');
    await client.next('the echo', (packet) => packet[0] === '2' && packet[3] === 'hello');
    const user = running.users.byIdentity('jwt', '12');
    expect(user).toMatchObject({ handle: 'Cay', traits: ['attendee'] });

    expect((await login('Bearer', await signed({ ...claims, uid: '12', traits: [] }))).answer[2]).toBe('12');
    expect(running.users.byIdentity('jwt', '12')).toMatchObject({ id: user?.id, traits: [] });
    for (const refused of [
      await signed({ ...claims, exp: 1 }),
      await signed({ ...claims, iss: 'your-app' }, 'marked-strange-0123456789-0123456789'),
      `eyJhbGciOiJub25lIn0.${(await signed(claims)).split('.')[1]}.`,
    ])
      expect((await login('Bearer', refused)).answer).toEqual(['1', 'n', 'authfail']);
  });

  it('as a guest, who is never the account whose id was picked', async () => {
    const running = await start(chain(bots, guest()));
    const { answer } = await login('7', 'Bot2');
    expect(answer[1]).toBe('y');
    expect(Number(answer[2])).toBeGreaterThanOrEqual(2 ** 40);
    expect((await login('Bearer', token)).answer[2]).toBe('7');
    expect(running.users.byIdentity('guest', '7')).toBeUndefined();
    expect(running.users.byIdentity('tokens', '7')).toMatchObject({ handle: 'Bot' });
  });

  it('as the same guest on another connection', async () => {
    await start(guest());
    const first = (await login(clientId, 'Ann')).answer[2];
    expect((await login(clientId, 'Ann')).answer[2]).toBe(first);
    expect((await login('someone-else', 'Bea')).answer[2]).not.toBe(first);
  });

  it('is put off and reported when the service cannot be asked, and nobody becomes a guest', async () => {
    const running = await start(chain(remote({ url: serviceUrl }), guest()));
    const reported = new Promise((resolve) => running.once('error', resolve));
    expect(await (await knock(clientId, 'Ann')).closed).toBe(1013);
    expect(await reported).toMatchObject({ code: 'auth-failed' });
  });
});

describe('secrets', () => {
  it('appear in no log line, metric, error, event, packet or stored row', async () => {
    const seen: unknown[] = [];
    const see =
      (where: string) =>
      (...given: unknown[]) =>
        void seen.push([where, ...given.map(whole)]);
    const log = see('log');
    const base = memory();
    const storage: Storage = new Proxy(base, {
      get(target, name) {
        if (name !== 'commit') return bound(target, name);
        return (batch: Parameters<Storage['commit']>[0]) => {
          seen.push(['stored', whole(batch)]);
          return target.commit(batch);
        };
      },
    });
    const running = await start(
      chain(
        signers,
        bots,
        tokens({ tokens: { [pairSecret]: { id: 47, name: 'Ann' } }, takes: 'pair', unknown: 'pass' }),
        callback(([, typed]) => (typed === password ? { id: 3, name: 'Bea' } : undefined)),
        guest({ scheme: 'guest' }),
        remote({ url: serviceUrl, headers: { authorization: `Bearer ${shared}` } }),
      ),
      {
        storage,
        logger: { debug: log, info: log, warn: log, error: log },
        metrics: { count: see('count'), gauge: see('gauge') },
      },
    );
    const { emit } = running;
    const failures: unknown[] = [];
    running.emit = function (this: Chat, ...given: never[]) {
      seen.push(['event', ...given.map(whole)]);
      return (emit as (...all: never[]) => boolean).apply(this, given);
    } as typeof emit;
    running.on('error', (error) => void failures.push(error.code));

    const answers = [
      await login('Bearer', token),
      await login('47', pairSecret),
      await login('bea', password),
      await login('guest', clientId, 'Cay'),
      await login('Bearer', await signed({ uid: 5, name: 'Dot' })),
      await login('Bearer', await signed({ uid: 5, name: 'Dot', exp: 1 })),
      await login('Bearer', await signed({ uid: 5, name: 'Dot' }, wrong)),
      await login('Bearer', wrong),
    ].map(({ answer }) => answer.slice(0, 2).join(''));
    expect(answers).toEqual(['1y', '1y', '1y', '1y', '1y', '1n', '1n', '1n']);
    for (const words of [['47', wrong], [wrong], []]) expect(await (await knock(...words)).closed).toBe(1013);
    const [first] = clients as [SockProbe];
    first.say('hello');
    await first.next('the echo', (packet) => packet[0] === '2' && packet[3] === 'hello');
    for (const client of clients) client.close();
    await Promise.all(clients.map((client) => client.closed));
    await running.close();

    expect(failures).toEqual(['auth-failed', 'auth-failed', 'auth-failed']);
    const kinds = new Set((seen as [string][]).map(([where]) => where));
    expect([...kinds].filter((kind) => kind !== 'gauge').sort()).toEqual(['count', 'event', 'log', 'stored']);
    for (const client of clients) seen.push(['packets', client.frames]);
    expect(seen.filter((one) => marked.test(JSON.stringify(one)))).toEqual([]);
  });

  it('would be found if they did', () => {
    const hidden = new Error('outer', { cause: new Error(`about ${token}`) });
    expect(marked.test(JSON.stringify(whole({ deep: [hidden] })))).toBe(true);
  });
});

function bound(target: object, name: string | symbol): unknown {
  const value: unknown = Reflect.get(target, name);
  return typeof value === 'function' ? value.bind(target) : value;
}

/** A value with what JSON leaves out: messages, stacks and causes of errors. */
function whole(value: unknown): unknown {
  if (value instanceof Error) {
    const { message, stack, cause } = value;
    return { ...value, message, stack, cause: whole(cause) };
  }
  if (Array.isArray(value)) return value.map(whole);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, whole(one)]));
}
