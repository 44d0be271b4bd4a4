import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { connect, type VenuelessConnectOptions, venueless } from '../../src/client/index.js';
import type { ConnectOptions } from '../../src/client/link.js';
import { FakeSocket, turn } from './fake-socket.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const person = (id: string) => ({
  id,
  profile: { display_name: id },
  pretalx_id: null,
  deleted: false,
  badges: [],
  inactive: false,
});
const room = (id: string, channel: string, volatile = false) => ({
  id,
  name: id,
  modules: [{ type: 'chat.native', config: { volatile }, channel_id: channel }],
  users: 'none',
});
const LOGIN = {
  'user.config': { ...person('ada'), client_state: {} },
  'world.config': {
    world: { id: 'demo', title: 'Demo' },
    permissions: [],
    rooms: [room('one', 'c1'), room('two', 'c2', true)],
  },
  'chat.channels': [
    { id: 'c1', unread_pointer: 0 },
    { id: 'd1', unread_pointer: 3, members: [person('ada'), person('bob')] },
  ],
  'chat.read_pointers': { c1: 4 },
  'chat.notification_counts': { d1: 1 },
  exhibition: { exhibitors: [], contact_requests: [] },
  announcements: [],
};
const SUBSCRIPTION = { state: null, next_event_id: 9, unread_pointer: 0, members: [person('bob')] };

function message(id: number, body: string, more: object = {}) {
  return {
    event_id: id,
    channel: 'c1',
    sender: 'bob',
    timestamp: '2024-01-01T00:00:00+00:00',
    event_type: 'channel.message',
    content: { type: 'text', body },
    edited: null,
    replaces: null,
    reactions: {},
    ...more,
  };
}

function rig(options: Partial<VenuelessConnectOptions & ConnectOptions> = {}) {
  const sockets: FakeSocket[] = [];
  class Counted extends FakeSocket {
    constructor(url: string) {
      super(url);
      sockets.push(this);
    }
  }
  const client = connect(venueless, 'ws://test/ws/world/demo/', {
    credentials: { token: 'a token' },
    WebSocket: Counted,
    random: () => 0.5,
    ...options,
  });
  const told: [name: string, about: unknown][] = [];
  const names = ['login', 'disconnected', 'chat.event', 'resubscribed', 'unsubscribed', 'error'] as const;
  for (const name of names) client.on(name, ((about: unknown) => void told.push([name, about])) as never);
  const socket = () => sockets.at(-1) as FakeSocket;
  const say = (...frames: readonly unknown[]) => socket().say(...frames.map((one) => JSON.stringify(one)));
  const sent = () => socket().sent.map((text) => JSON.parse(text) as unknown[]);
  /** Answers the newest request. */
  const answer = async (result: unknown) => {
    say(['success', sent().at(-1)?.[1], result]);
    await turn();
  };
  return { client, sockets, socket, say, sent, answer, told };
}

async function online(options: Parameters<typeof rig>[0] = {}) {
  const it = rig(options);
  it.socket().open();
  await turn();
  it.say(['authenticated', LOGIN]);
  return it;
}

/** The connection breaks, and the next one logs in. */
async function comeBack(it: Awaited<ReturnType<typeof online>>, login: object = LOGIN) {
  it.socket().break();
  vi.advanceTimersByTime(30_000);
  it.socket().open();
  await turn();
  it.say(['authenticated', login]);
  await turn();
}

const settled = async (promise: Promise<unknown>) => promise.catch((thrown: unknown) => thrown);

describe('logging in', () => {
  it.each([
    [{ token: 'T' }, { token: 'T' }],
    [{ clientId: 'C' }, { client_id: 'C' }],
    [async () => ({ token: 'fresh' }), { token: 'fresh' }],
  ])('[3] says who one is in a frame of two elements', async (credentials, payload) => {
    const it = rig({ credentials });
    it.socket().open();
    await turn();
    expect(it.sent()).toEqual([['authenticate', payload]]);
    expect(it.client.state).toBe('authenticating');
  });

  it('[3] knows the seven keys, and answers them', async () => {
    const { client, told } = await online();
    await expect(client.login).resolves.toEqual(LOGIN);
    expect(told).toEqual([['login', { ...LOGIN, again: false }]]);
    expect(client).toMatchObject({
      state: 'online',
      self: { id: 'ada' },
      world: { world: { title: 'Demo' } },
      channels: [{ id: 'c1' }, { id: 'd1' }],
      readPointers: { c1: 4 },
      notificationCounts: { d1: 1 },
    });
    expect([...client.users.keys()]).toEqual(['ada', 'bob']);
  });

  it.each([
    ['auth.missing_id_or_token', 'refused'],
    ['auth.invalid_token', 'refused'],
    ['auth.expired_token', 'refused'],
    ['auth.missing_token', 'refused'],
    ['auth.denied', 'refused'],
    ['world.unknown_world', 'refused'],
    ['server.fatal', 'fatal'],
  ])('[3] says why it was refused and stays away: %s', async (code, reason) => {
    const it = rig();
    it.socket().open();
    await turn();
    it.say(['error', { code }]);
    expect(await settled(it.client.login)).toMatchObject({ code: 'login-refused', reason: code });
    vi.advanceTimersByTime(600_000);
    expect(it.sockets).toHaveLength(1);
    expect(it.told).toMatchObject([['disconnected', { reason, willReconnect: false }]]);
  });

  it('[1] waits a minute for it, and tries again where the server cannot say', async () => {
    const it = rig();
    it.socket().open();
    vi.advanceTimersByTime(59_999);
    expect(it.client.state).toBe('authenticating');
    vi.advanceTimersByTime(1);
    expect(it.client.state).toBe('waiting');
    vi.advanceTimersByTime(1_000);
    it.socket().open();
    it.say(['error', { code: 'server.unavailable' }]);
    expect(it.client.state).toBe('waiting');
  });
});

describe('requests', () => {
  it('[1] are answered by the id that they carry, in any order', async () => {
    const { client, say, sent } = await online();
    const one = client.request('user.online_status', { ids: [] });
    const two = settled(client.request('chat.fetch', { channel: 'c1' }));
    const ids = sent()
      .slice(-2)
      .map(([, id]) => id);
    expect(sent().slice(-2)).toEqual([
      ['user.online_status', ids[0], { ids: [] }],
      ['chat.fetch', ids[1], { channel: 'c1' }],
    ]);
    say(['error', ids[1], { code: 'protocol.denied', message: 'Permission denied.' }]);
    say(['success', ids[0], { x: true }], ['success', 99, {}], ['success']);
    expect(await one).toEqual({ x: true });
    expect(await two).toMatchObject({
      name: 'VenuelessRequestError',
      code: 'request-refused',
      action: 'chat.fetch',
      reason: 'protocol.denied',
    });
  });

  it('[1] have a deadline of 15 s, and fail with the connection', async () => {
    const { client, say, socket } = await online();
    const late = settled(client.request('user.list'));
    vi.advanceTimersByTime(14_999);
    say(['pong', 1]);
    vi.advanceTimersByTime(1);
    expect(await late).toMatchObject({ code: 'no-answer' });
    const cut = settled(client.request('user.list'));
    socket().break();
    expect(await cut).toMatchObject({ code: 'connection-lost' });
    expect(await settled(client.request('user.list'))).toMatchObject({ code: 'not-connected' });
    client.close();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('keeping a connection', () => {
  it('[1] pings every 10 s, and comes back a second after no pong came', async () => {
    const { client, say, sent, sockets } = await online();
    vi.advanceTimersByTime(10_000);
    expect(sent().at(-1)).toEqual(['ping', expect.any(Number)]);
    say(['pong', 1]);
    vi.advanceTimersByTime(19_999);
    expect(client.state).toBe('online');
    vi.advanceTimersByTime(1);
    expect(client.state).toBe('waiting');
    vi.advanceTimersByTime(999);
    expect(sockets).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(sockets).toHaveLength(2);
  });

  it.each([
    ['replaced', ['error', { code: 'connection.replaced', message: 'Connection replaced' }]],
    ['replaced', ['error', 900, { code: 'connection.replaced' }]],
    ['fatal', ['error', { code: 'server.fatal', message: 'Fatal Server Error' }]],
    ['denied', ['error', { code: 'auth.denied' }]],
  ] as const)('[2] does not come back when it was %s', async (reason, frame) => {
    const { client, say, sockets, told } = await online();
    say(frame);
    expect(told.at(-1)).toEqual(['disconnected', { reason, willReconnect: false }]);
    vi.advanceTimersByTime(600_000);
    expect(sockets).toHaveLength(1);
    expect(client.state).toBe('ended');
  });

  it('[2] logs in anew when the server wants it', async () => {
    const { say, sockets, told } = await online();
    say(['connection.reload', {}]);
    expect(told.at(-1)).toMatchObject(['disconnected', { reason: 'reload', willReconnect: true }]);
    vi.advanceTimersByTime(1_000);
    expect(sockets).toHaveLength(2);
  });

  it('tells other errors that answer nothing', async () => {
    const { client, say, told } = await online();
    say(
      ['error', { code: 'server.unavailable' }],
      ['error', 77, { code: 'auth.denied' }],
      ['error'],
      ['error', 1],
    );
    expect(told.slice(1)).toEqual([
      ['error', { code: 'server.unavailable' }],
      ['error', { code: 'auth.denied' }],
    ]);
    expect(client.state).toBe('online');
  });
});

describe('what is known', () => {
  it('[8] follows channels again, as volatile members too, and fetches what was known of them', async () => {
    const it = await online();
    const following = [it.client.join('c1'), it.client.join('c2'), it.client.subscribe('c3')];
    for (const [, id] of it.sent().slice(-3)) it.say(['success', id, SUBSCRIPTION]);
    await Promise.all(following);
    it.say(['chat.event', { ...message(5, 'before'), users: {} }]);
    await comeBack(it);
    const asked = it.sent().slice(1);
    expect(asked.map(([action, , payload]) => [action, payload])).toEqual([
      ['chat.subscribe', { channel: 'c1' }],
      ['chat.join', { channel: 'c2' }],
      ['chat.subscribe', { channel: 'c3' }],
    ]);
    it.say(['success', asked[0]?.[1], SUBSCRIPTION]);
    it.say(['success', asked[1]?.[1], SUBSCRIPTION]);
    it.say(['error', asked[2]?.[1], { code: 'chat.denied' }]);
    await turn();
    expect(it.told.slice(-3)).toMatchObject([
      ['resubscribed', { channel: 'c1', subscription: SUBSCRIPTION }],
      ['resubscribed', { channel: 'c2' }],
      ['unsubscribed', { channel: 'c3', error: { reason: 'chat.denied' } }],
    ]);
    expect(it.client.followed).toEqual(['c1', 'c2']);
    expect(it.sent().at(-1)).toMatchObject(['chat.fetch', expect.any(Number), { channel: 'c1', count: 1 }]);
    await it.answer({ results: [{ ...message(6, 'missed'), type: 'chat.event' }], users: {} });
    expect(it.client.messages('c1')).toEqual([message(6, 'missed')]);
  });

  it('[8.5] shows an edit in the place of what it replaces, and nothing of what was deleted', async () => {
    const { client, say } = await online();
    for (const id of [3, 1, 2])
      say(['chat.event', { ...message(id, `${id}`), users: { bob: person('bob') } }]);
    const edit = { content: { type: 'text', body: 'better' }, timestamp: '2024-01-01T00:01:00+00:00' };
    say(['chat.event', { ...message(4, ''), ...edit, replaces: 1, users: {} }]);
    say(['chat.event', { ...message(5, ''), content: { type: 'deleted' }, replaces: 2, users: {} }]);
    say(['chat.event.reaction', { ...message(3, '3'), reactions: { '👍': ['ada'] }, users: {} }]);
    say(['chat.event.reaction', { ...message(0, 'never seen'), reactions: { '👍': ['ada'] }, users: {} }]);
    expect(client.messages('c1')).toEqual([
      message(1, 'better', { edited: edit.timestamp }),
      message(3, '3', { reactions: { '👍': ['ada'] } }),
    ]);
  });

  it('[6, 9] keeps world, channels, members and pointers up', async () => {
    const it = await online();
    const { client, say } = it;
    const following = client.subscribe('c1');
    await it.answer(SUBSCRIPTION);
    await following;
    const member = (id: number, membership: string) =>
      message(id, '', { event_type: 'channel.member', content: { membership, user: person('eve') } });
    say(['chat.event', { ...member(7, 'join'), users: {} }]);
    expect(client.members('c1').map((one) => one.id)).toEqual(['bob', 'eve']);
    say(['chat.event', { ...member(8, 'leave'), users: {} }]);
    expect(client.members('c1').map((one) => one.id)).toEqual(['bob']);
    say(
      ['chat.unread_pointers', { d1: 8 }],
      ['chat.read_pointers', { c1: 8 }],
      ['chat.notification_counts', {}],
    );
    expect(client.channels.map((one) => one.unread_pointer)).toEqual([0, 8]);
    expect(client).toMatchObject({ readPointers: { c1: 8 }, notificationCounts: {} });
    say(['room.create', room('new', 'c9')], ['room.delete', { id: 'one' }]);
    say(['world.user_count_change', { room: 'new', users: 'few' }]);
    expect(client.world?.rooms.map((one) => [one.id, one.users])).toEqual([
      ['two', 'none'],
      ['new', 'few'],
    ]);
    say(['user.updated', { ...person('ada'), profile: { display_name: 'Ada' } }]);
    expect(client.self).toMatchObject({ profile: { display_name: 'Ada' }, client_state: {} });
    say(['chat.channels', { channels: [] }]);
    expect(client.channels).toEqual([]);
  });

  it('[8, 9] knows by itself what only its other connections are told', async () => {
    const it = await online();
    const { client, say } = it;
    const joining = client.join('c2');
    await it.answer({ ...SUBSCRIPTION, unread_pointer: 5 });
    await joining;
    const writing = client.direct(['eve']);
    await it.answer({ ...SUBSCRIPTION, id: 'd2', members: [person('ada'), person('eve')] });
    await writing;
    expect(client.channels.slice(2)).toEqual([
      { id: 'c2', unread_pointer: 5 },
      { id: 'd2', unread_pointer: 0, members: [person('ada'), person('eve')] },
    ]);
    const reading = client.markRead('c2', 5);
    await it.answer({});
    await reading;
    expect(client.readPointers).toEqual({ c1: 4, c2: 5 });
    const leaving = client.leave('c2');
    await it.answer({});
    await leaving;
    expect(client.channels.map(({ id }) => id)).toEqual(['c1', 'd1', 'd2']);
    const event = { ...message(9, 'psst', { channel: 'd2' }), type: 'chat.event' };
    say(['chat.notification', { event, sender: person('eve') }]);
    say(['chat.notification', { event, sender: person('eve') }]);
    expect(client.notificationCounts).toEqual({ d1: 1, d2: 2 });
  });

  it('keeps no more messages than it is told to', async () => {
    const { client, say } = await online({ maxMessages: 2 });
    for (const id of [8, 9, 10]) say(['chat.event', { ...message(id, ''), users: {} }]);
    expect(client.messages('c1').map((one) => one.event_id)).toEqual([9, 10]);
  });
});

describe('frames that are none', () => {
  const odd = [
    ...['', '{', 'null', '7', '[]', '"text"', '{}', '[7]', '["__proto__",{}]', '["constructor",{}]'],
    ...['["chat.event"]', '["chat.channels",null]', '["success"]', '["error"]', '["error",null]'],
  ];
  it.each(odd)('leave the client alone: %s', async (wire) => {
    const { client, socket, told } = await online();
    socket().say(wire);
    expect(client.state).toBe('online');
    expect(told).toHaveLength(1);
    expect(client.channels).toHaveLength(2);
  });
});
