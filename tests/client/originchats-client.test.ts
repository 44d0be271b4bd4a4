import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  connect,
  type OriginChatsClient,
  type OriginChatsConnectOptions,
  originchats,
  RequestError,
} from '../../src/client/index.js';
import type { ConnectOptions } from '../../src/client/link.js';
import { FakeSocket, turn } from './fake-socket.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const HANDSHAKE = {
  cmd: 'handshake',
  val: {
    server: { name: 'Test' },
    limits: { post_content: 2_000, search_results: 30 },
    version: '1.1.0',
    validator_key: 'key-1',
    capabilities: ['message_new'],
    auth_mode: 'cracked',
  },
};
const READY = { cmd: 'ready', user: { username: 'ada', roles: ['user'], cracked: true }, validator: 'x' };

type Told = [name: string, about: unknown];

function rig(options: Partial<OriginChatsConnectOptions & ConnectOptions> = {}) {
  const sockets: FakeSocket[] = [];
  class Counted extends FakeSocket {
    constructor(url: string) {
      super(url);
      sockets.push(this);
    }
  }
  const client = connect(originchats, 'ws://test/', {
    credentials: { username: 'ada', password: 'secret' },
    WebSocket: Counted,
    random: () => 0.5,
    ...options,
  });
  const told: Told[] = [];
  for (const name of ['login', 'disconnected', 'user_leave', 'message_new', 'poll_end', 'error'] as const)
    client.on(name, ((about: unknown) => void told.push([name, about])) as never);
  const socket = () => sockets.at(-1) as FakeSocket;
  const say = (...frames: readonly object[]) => socket().say(...frames.map((one) => JSON.stringify(one)));
  const sent = () => socket().sent.map((text) => JSON.parse(text) as Record<string, unknown>);
  return { client, sockets, socket, say, sent, told };
}

async function shakeHands({ socket, say }: ReturnType<typeof rig>) {
  socket().open();
  say(HANDSHAKE);
  await turn();
}

async function online(options: Parameters<typeof rig>[0] = {}) {
  const it = rig(options);
  await shakeHands(it);
  it.say({ cmd: 'auth_success', val: 'Authentication successful' }, READY);
  return it;
}

const settled = async (promise: Promise<unknown>) => promise.catch((thrown: unknown) => thrown);

describe('logging in', () => {
  it('[3.1] waits for the handshake, and asks for a validator of its key', async () => {
    const it = rig({ credentials: { validator: async (key) => `v(${key})` } });
    it.socket().open();
    await turn();
    expect(it.sent()).toEqual([]);
    it.say(HANDSHAKE);
    await turn();
    expect(it.sent()).toEqual([{ cmd: 'auth', validator: 'v(key-1)' }]);
    expect(it.client.state).toBe('authenticating');
  });

  it('[3.4] is logged in with `ready`, and asks for the lists', async () => {
    const { client, sent, told } = await online();
    await expect(client.login).resolves.toMatchObject({ user: { username: 'ada' } });
    expect(told).toMatchObject([['login', { again: false }]]);
    expect(sent().map((one) => one.cmd)).toEqual(['login', 'channels_get', 'users_list']);
  });

  it('[3.3] registers once, and logs in to that account afterwards', async () => {
    const it = rig({ credentials: { username: 'ada', password: 'secret', register: true } });
    await shakeHands(it);
    expect(it.sent()).toEqual([{ cmd: 'register', username: 'ada', password: 'secret' }]);
    it.say(READY);
    it.socket().break();
    vi.advanceTimersByTime(30_000);
    await shakeHands(it);
    expect(it.sent()).toEqual([{ cmd: 'login', username: 'ada', password: 'secret' }]);
  });

  it.each([
    ['Invalid authentication', 'credentials'],
    ['Invalid password', 'credentials'],
    ['User not found', 'credentials'],
    ['Username and password required', 'credentials'],
    ['Access denied: You are banned from this server', 'banned'],
    ['Registration is disabled', 'disabled'],
    ['Rotur authentication is disabled. Use login or register commands.', 'disabled'],
    ['This account uses Rotur authentication', 'disabled'],
    ['Authentication required', 'disabled'],
    ['Username already taken', 'name-taken'],
    ['Username must be 2-32 characters', 'name-invalid'],
    ['Username can only contain letters, numbers, hyphens, and underscores', 'name-invalid'],
    ['Password must be 4-72 characters', 'password-invalid'],
    ['Authentication failed', 'other'],
  ])('[3.3] says why it failed and stays away: %s', async (val, reason) => {
    const it = rig();
    await shakeHands(it);
    it.say({ cmd: 'auth_error', val });
    expect(await settled(it.client.login)).toMatchObject({ code: 'login-refused', reason, text: val });
    vi.advanceTimersByTime(600_000);
    expect(it.sockets).toHaveLength(1);
    expect(it.client.state).toBe('ended');
  });

  it('tries again when the server cannot ask who it is, and when it says nothing', async () => {
    const it = rig({ loginTimeoutMs: 5_000 });
    await shakeHands(it);
    it.say({ cmd: 'auth_error', val: 'Authentication failed: identity service unreachable' });
    expect(it.client.state).toBe('waiting');
    vi.advanceTimersByTime(1_000);
    expect(it.sockets).toHaveLength(2);
    it.socket().open();
    vi.advanceTimersByTime(5_000);
    expect(it.told.map(([name]) => name)).toEqual(['disconnected', 'disconnected']);
  });
});

describe('requests', () => {
  it('[2] takes each answer to its request, in whatever order they come', async () => {
    const { client, say, sent } = await online();
    const [a, b] = [client.request('server_info'), client.request('server_info')];
    const [one, other] = sent().slice(-2);
    say({ cmd: 'server_info', name: 'B', listener: other?.listener });
    say({ cmd: 'server_info', name: 'A', listener: one?.listener });
    expect([await a, await b].map((frame) => frame.name)).toEqual(['A', 'B']);
  });

  it('[2] fields named cmd or listener do not get into its way', async () => {
    const { client, sent } = await online();
    void settled(client.request('ping', { cmd: 'nope', listener: 'mine' }));
    expect(sent().at(-1)).toEqual({ cmd: 'ping', listener: expect.stringMatching(/^c\d+$/) });
  });

  it('[2, 10] tells refusals and rate limits as errors', async () => {
    const { client, say, sent, told } = await online();
    const refused = settled(client.send('general', 'x'));
    say({ cmd: 'error', src: 'message_new', val: 'Channel not found', listener: sent().at(-1)?.listener });
    expect(await refused).toBeInstanceOf(RequestError);
    expect(await refused).toMatchObject({ code: 'request-refused', text: 'Channel not found' });
    const limited = settled(client.edit('general', '1', 'x'));
    say({ cmd: 'rate_limit', length: 1_500, listener: sent().at(-1)?.listener });
    expect(await limited).toMatchObject({ code: 'rate-limited', waitMs: 1_500, text: '' });
    expect(told.map(([name]) => name)).toEqual(['login']);
    say({ cmd: 'error', val: 'out of the blue' });
    expect(told.at(-1)).toMatchObject(['error', { val: 'out of the blue' }]);
  });

  it('[2] tells an answer as an event only where it is news for everybody', async () => {
    const { client, say, sent, told } = await online();
    const message = { user: 'ada', content: 'hi', timestamp: 1, id: '5', pinned: false, type: 'message' };
    const saying = client.send('general', 'hi');
    const { listener } = sent().at(-1) ?? {};
    say({ cmd: 'message_new', message, channel: 'general', thread_id: null, global: true, listener });
    expect(await saying).toMatchObject({ id: '5' });
    expect(told.at(-1)).toMatchObject(['message_new', { channel: 'general' }]);
    const ending = client.request('poll_end', { poll_id: 'p' });
    say({ cmd: 'poll_end', poll_id: 'p', channel: 'general', results: {} });
    say({ cmd: 'poll_end', poll_id: 'p', results: {}, listener: sent().at(-1)?.listener });
    await ending;
    expect(told.filter(([name]) => name === 'poll_end')).toHaveLength(1);
  });

  it('has a deadline, and fails with the connection', async () => {
    const { client, socket } = await online({ requestTimeoutMs: 2_000, pingMs: 60_000 });
    const late = settled(client.request('server_info'));
    vi.advanceTimersByTime(2_000);
    expect(await late).toMatchObject({ code: 'no-answer' });
    const cut = settled(client.request('server_info'));
    socket().break();
    expect(await cut).toMatchObject({ code: 'connection-lost' });
    expect(await settled(client.request('server_info'))).toMatchObject({ code: 'not-connected' });
    client.close();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('somebody with another name', () => {
  const known = (username: string) => ({ username, nickname: null, roles: [], color: null });
  const listed = (...names: readonly string[]) => ({ cmd: 'users_list', users: names.map(known) });
  const said = (id: string, user: string) => ({ user, content: id, timestamp: 1, id, pinned: false });
  const names = ({ client }: Awaited<ReturnType<typeof rig>>) => [...client.users.keys()];

  /** Renames somebody, and answers the list that the client asks for thereupon. */
  async function rename(it: Awaited<ReturnType<typeof online>>, to: string, ...now: readonly string[]) {
    it.say({ cmd: 'user_updated', user_id: 'X', username: to, nickname: null });
    expect(it.sent().at(-1)).toMatchObject({ cmd: 'users_list' });
    it.say({ ...listed(...now), listener: it.sent().at(-1)?.listener });
    await turn();
  }

  it('[6.5] is found by the list that is asked for, with their messages and reactions', async () => {
    const it = await online();
    const reactions = { '👍': ['bob', 'ada'] };
    it.say(listed('ada', 'bob'), {
      cmd: 'message_new',
      channel: 'lounge',
      message: { ...said('1', 'bob'), reactions, reply_to: { id: '0', user: 'bob' } },
    });
    it.say({ cmd: 'message_new', channel: 'lounge', message: said('2', 'ada') });
    it.say({ cmd: 'typing', channel: 'lounge', user: 'bob' });
    const [, other] = it.client.messages('lounge');
    await rename(it, 'robert', 'ada', 'robert');
    expect(names(it)).toEqual(['ada', 'robert']);
    expect(it.client.messages('lounge')).toMatchObject([
      { user: 'robert', reactions: { '👍': ['robert', 'ada'] }, reply_to: { user: 'robert' } },
      { user: 'ada' },
    ]);
    expect(it.client.messages('lounge')[1]).toBe(other);
    expect(it.client.typists('lounge')).toEqual(['robert']);
    expect(it.client.self?.username).toBe('ada');
  });

  it('[6.5] may be oneself, even while others are missing', async () => {
    const it = await online();
    it.say(listed('ada', 'bob', 'banned'));
    await rename(it, 'countess', 'bob', 'countess');
    expect(it.client.self?.username).toBe('countess');
    expect(names(it)).toEqual(['bob', 'countess']);
  });

  it('[6.5] is not guessed among several', async () => {
    const it = await online();
    it.say(listed('ada', 'bob', 'cleo'));
    it.say({ cmd: 'message_new', channel: 'lounge', message: said('1', 'bob') });
    await rename(it, 'robert', 'ada', 'robert');
    expect(it.client.messages('lounge')).toMatchObject([{ user: 'bob' }]);
    expect(names(it)).toEqual(['ada', 'robert']);
  });

  it('[6.5] needs no list for another nickname', async () => {
    const it = await online();
    it.say(listed('ada', 'bob'));
    const count = it.sent().length;
    it.say({ cmd: 'user_updated', user_id: 'X', username: 'bob', nickname: 'Bobby' });
    expect(it.client.users.get('bob')).toMatchObject({ nickname: 'Bobby' });
    expect(it.sent()).toHaveLength(count);
  });
});

describe('keeping a connection', () => {
  it('pings, takes any frame as an answer, and gives a silent connection up', async () => {
    const { client, say, sent, sockets } = await online({ pingMs: 30_000, pongTimeoutMs: 10_000 });
    vi.advanceTimersByTime(30_000);
    expect(sent().at(-1)).toEqual({ cmd: 'ping' });
    say({ cmd: 'pong', val: 'pong' });
    vi.advanceTimersByTime(29_999);
    expect(client.state).toBe('online');
    vi.advanceTimersByTime(10_001);
    expect(client.state).toBe('waiting');
    vi.advanceTimersByTime(250);
    expect(sockets).toHaveLength(2);
  });

  it.each([
    ['left', { cmd: 'user_leave', username: 'ada', val: 'User left server' }],
    ['left', { cmd: 'user_leave', user: 'ada', val: 'User left server' }],
    ['ban', { cmd: 'disconnect', reason: 'You have been banned' }],
  ] as const)('[3.5, 8] does not come back when it has %s', async (reason, frame) => {
    const { client, say, sockets, told } = await online();
    say({ cmd: 'user_leave', username: 'bob' });
    expect(client.state).toBe('online');
    say(frame);
    expect(told.at(-1)).toEqual(['disconnected', { reason, willReconnect: false }]);
    vi.advanceTimersByTime(600_000);
    expect(sockets).toHaveLength(1);
  });

  it('[6.1] sends typing notes at most every three seconds for each place', async () => {
    const { client, sent } = await online();
    const notes = () => sent().filter((one) => one.cmd === 'typing');
    for (let key = 0; key < 10; key += 1) {
      client.typing('general');
      client.typing({ thread: 't' });
    }
    expect(notes()).toEqual([
      { cmd: 'typing', channel: 'general' },
      { cmd: 'typing', thread_id: 't' },
    ]);
    vi.advanceTimersByTime(3_000);
    client.typing('general');
    expect(notes()).toHaveLength(3);
  });

  it('keeps no more messages than it is told to, and none from before a lost connection', async () => {
    const it = await online({ maxMessages: 3 });
    const message = (id: number) => ({ user: 'bob', content: '', timestamp: id, id: String(id) });
    for (const id of [8, 9, 10, 11]) it.say({ cmd: 'message_new', channel: 'general', message: message(id) });
    expect(it.client.messages('general').map((one) => one.id)).toEqual(['9', '10', '11']);
    it.socket().break();
    vi.advanceTimersByTime(1_000);
    await shakeHands(it);
    it.say(READY);
    expect(it.client.messages('general')).toEqual([]);
  });
});

describe('frames that are none', () => {
  const odd = [
    ...['', '{', 'null', '7', '[]', '"text"', '{}', '{"cmd":7}', '{"cmd":"__proto__"}'],
    ...['{"cmd":"constructor"}', '{"cmd":"toString"}', `{"cmd":"x","a":${'['.repeat(50)}${']'.repeat(50)}}`],
  ];
  it.each(odd)('leave the client alone: %s', async (wire) => {
    const { client, socket, told } = await online();
    socket().say(wire);
    expect(client.state).toBe('online');
    expect(told).toHaveLength(1);
    expect((client as OriginChatsClient).channels).toEqual([]);
  });
});
