import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ClientError, connect, LoginError, sockchat, type WirePacket } from '../../src/client/index.js';
import { invalidVectors, validVectors } from '../../src/dialects/sockchat/vectors/load.js';
import { FakeSocket, LOGIN, online, rig, turn } from './fake-socket.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function wires(of: { client: { on(event: 'packet', listener: (packet: WirePacket) => void): unknown } }) {
  const heard: WirePacket[] = [];
  of.client.on('packet', (packet) => void heard.push(packet));
  return heard;
}

describe('the vectors of the codec', () => {
  const valid = validVectors.filter((vector) => vector.direction === 'server');
  const invalid = invalidVectors.filter((vector) => vector.direction === 'server');

  it.each(valid.map((vector) => [vector.name, vector] as const))(
    'come in: %s',
    async (_, { wire, packet }) => {
      const it = await online();
      const heard = wires(it);
      it.socket().say(wire);
      expect(heard).toMatchObject([{ direction: 'in', raw: wire, result: { ok: true, packet } }]);
      expect(it.client.state).toBe(
        packet.kind === 'auth_fail' || packet.kind === 'forced_disconnect' ? 'ended' : 'online',
      );
    },
  );

  it.each(invalid.map((vector) => [vector.name, vector] as const))(
    'leave the client alone: %s',
    async (_, { wire, error }) => {
      const it = await online();
      const [heard, before] = [wires(it), it.told.length];
      it.socket().say(wire);
      expect(heard).toMatchObject([{ direction: 'in', raw: wire, result: { ok: false, ...error } }]);
      expect(it.told).toHaveLength(before);
      expect(it.client.state).toBe('online');
    },
  );

  // It asks for TYPING and nothing else, and does not speak the draft of 2025.
  const unsaid = ['capabilities', 'client_info'];
  const outgoing = validVectors.flatMap((vector) =>
    vector.direction === 'client' && vector.decodeOnly !== true && !unsaid.includes(vector.packet.kind)
      ? [vector]
      : [],
  );
  it.each(outgoing.map((vector) => [vector.name, vector] as const))(
    'go out: %s',
    async (_, { wire, packet }) => {
      if (packet.kind === 'auth') {
        const it = rig({ credentials: packet.args });
        it.socket().open();
        await turn();
        return expect(it.socket().sent).toEqual([wire]);
      }
      if (!('userId' in packet)) throw new Error(`nobody sends ${packet.kind}`);
      const it = rig({ typing: true });
      it.socket().open();
      await turn();
      const channel = packet.kind === 'typing' ? packet.channel : 'lounge';
      it.socket().say('11\tTYPING', `1\ty\t${packet.userId}\tada\tinherit\t0 0 0 0 0\t${channel}`);
      it.socket().sent.length = 0;
      if (packet.kind === 'message') it.client.send(packet.text);
      else if (packet.kind === 'typing') it.client.typing();
      else vi.advanceTimersByTime(30_000);
      expect(it.socket().sent).toEqual([wire]);
    },
  );
});

describe('logging in', () => {
  it('[14] sends packet 1 when the socket is open, and tells the outcome', async () => {
    const { client, socket } = rig();
    expect(socket().sent).toEqual([]);
    socket().open();
    await turn();
    expect(socket().sent).toEqual(['1\t7\tsecret']);
    expect(client.state).toBe('authenticating');
    socket().say(...LOGIN);
    await expect(client.login).resolves.toMatchObject({
      user: { id: '7', name: 'ada' },
      channel: 'lounge',
      maxLength: 500,
    });
    expect(client.state).toBe('online');
  });

  it.each([
    ['1\tn\tauthfail', 'authfail', undefined],
    ['1\tn\tuserfail', 'userfail', undefined],
    ['1\tn\tsockfail', 'sockfail', undefined],
    ['1\tn\tjoinfail\t1744580755', 'joinfail', new Date(1_744_580_755_000)],
    ['1\tn\tjoinfail\t-1', 'joinfail', null],
    ['1\tn\tnewfail', 'newfail', undefined],
  ])('[5 S1.n] says why it failed and stays away: %j', async (wire, reason, until) => {
    const { client, socket, sockets, told } = rig();
    socket().open();
    await turn();
    socket().say(wire);
    const error = await client.login.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(LoginError);
    expect(error).toMatchObject({ code: 'login-refused', reason, until });
    expect(told).toMatchObject([['disconnected', { reason: 'refused', willReconnect: false, until }]]);
    vi.advanceTimersByTime(600_000);
    expect(sockets).toHaveLength(1);
    expect(client.state).toBe('ended');
  });

  it('asks for credentials at every login, and ends when they cannot be had', async () => {
    let count = 0;
    const credentials = vi.fn(async () => {
      count += 1;
      if (count === 3) throw new Error('no token');
      return ['Bearer', `token${count}`];
    });
    const { client, socket, told } = rig({ credentials });
    for (const token of ['token1', 'token2']) {
      socket().open();
      await turn();
      expect(socket().sent).toEqual([`1\tBearer\t${token}`]);
      socket().break();
      vi.advanceTimersByTime(30_000);
    }
    socket().open();
    await turn();
    expect(told.at(-1)).toMatchObject([
      'disconnected',
      { reason: 'refused', error: { code: 'credentials-failed' } },
    ]);
    await expect(client.login).rejects.toMatchObject({ code: 'credentials-failed' });
  });

  it('gives a server that does not answer up and tries again', async () => {
    const { socket, sockets, names } = rig({ loginTimeoutMs: 5_000 });
    socket().open();
    await turn();
    vi.advanceTimersByTime(5_000);
    expect(names()).toEqual(['disconnected']);
    vi.advanceTimersByTime(1_000);
    expect(sockets).toHaveLength(2);
  });
});

describe('keeping a connection', () => {
  it('[4 C0] pings however much is said, and takes any packet as an answer', async () => {
    const { client, socket } = await online({ pingMs: 30_000, pongTimeoutMs: 10_000 });
    socket().sent.length = 0;
    for (let second = 0; second < 60; second += 5) {
      vi.advanceTimersByTime(5_000);
      socket().say('2\t1700000000\t9\thi\t50\t10010');
    }
    expect(socket().sent).toEqual(['0\t7', '0\t7']);
    expect(client.state).toBe('online');
  });

  it('gives a silent connection up and logs in again', async () => {
    const { client, socket, sockets, told } = await online({ pingMs: 30_000, pongTimeoutMs: 10_000 });
    vi.advanceTimersByTime(40_000);
    expect(told.at(-1)).toEqual([
      'disconnected',
      { reason: 'lost', willReconnect: true, attempt: 1, inMs: 250 },
    ]);
    expect(client.state).toBe('waiting');
    vi.advanceTimersByTime(250);
    expect(sockets).toHaveLength(2);
    socket().open();
    await turn();
    socket().say(...LOGIN);
    expect(told.filter(([name]) => name === 'login')).toMatchObject([
      ['login', { again: false }],
      ['login', { again: true }],
    ]);
  });

  it('does not show twice what the backlog repeats after a reconnect', async () => {
    const { client, socket } = await online();
    socket().say('2\t150\t9\tlive\t50\t10010', '5\t0\t12\tdee\tinherit\t51');
    socket().break();
    vi.advanceTimersByTime(500);
    socket().open();
    await turn();
    socket().say(
      ...LOGIN,
      '7\t1\t150\t9\tbob\tinherit\t0 0 0 0 0\tlive\t50\t0\t10010',
      '7\t1\t151\t-1\tChatBot\tinherit\t\t0\fjchan\fdee\t51\t0\t10010',
      '7\t1\t160\t9\tbob\tinherit\t0 0 0 0 0\tmissed\t52\t0\t10010',
      '7\t1\t161\t9\tbob\tinherit\t0 0 0 0 0\tanother with a known id\t41\t0\t10010',
    );
    expect(client.lines.map((line) => line.id)).toEqual(['41', '42', '50', '52', '41', '51']);
  });

  it('forgets the lines of a channel it is no longer in after a reconnect', async () => {
    const { client, socket, told } = await online();
    socket().say('8\t3', '7\t0\t0', '5\t2\tstaff', '2\t150\t7\tin staff\t50\t10010');
    socket().break();
    vi.advanceTimersByTime(500);
    socket().open();
    await turn();
    socket().say('7\t1\t90\t-1\tChatBot\tinherit\t\t0\fsay\fhi\twelcome\t0\t10010', ...LOGIN);
    expect(told).toContainEqual(['clear', { lines: true, users: true, channels: true }]);
    expect(client.lines.map((line) => line.id)).toEqual(['welcome', '41', '42']);
  });

  it('waits longer and longer, up to the cap, and starts anew after a login that lasted', async () => {
    const { client, socket, told } = rig({ reconnect: { baseMs: 100, capMs: 1_000, stableMs: 5_000 } });
    const waits = () =>
      told.flatMap(([name, about]) => (name === 'disconnected' ? [(about as { inMs: number }).inMs] : []));
    for (let i = 0; i < 6; i += 1) {
      socket().break();
      vi.advanceTimersByTime(1_000);
    }
    expect(waits()).toEqual([50, 100, 200, 400, 500, 500]);
    socket().open();
    await turn();
    socket().say(...LOGIN);
    vi.advanceTimersByTime(4_999);
    socket().break();
    expect(waits().at(-1)).toBe(500);
    vi.advanceTimersByTime(500);
    socket().open();
    await turn();
    socket().say(...LOGIN);
    vi.advanceTimersByTime(5_000);
    socket().break();
    expect(waits().at(-1)).toBe(50);
    expect(client.state).toBe('waiting');
  });

  it('spreads attempts over the whole of the time', () => {
    for (const [random, inMs] of [
      [0, 0],
      [0.999, 99],
    ] as const) {
      const { socket, told } = rig({ reconnect: { baseMs: 100 }, random: () => random });
      socket().break();
      expect(told).toMatchObject([['disconnected', { inMs }]]);
    }
  });

  it('tries at once when told to, and only while it waits', async () => {
    const { client, socket, sockets } = rig();
    socket().break();
    client.retry();
    expect(sockets).toHaveLength(2);
    client.retry();
    expect(sockets).toHaveLength(2);
    vi.advanceTimersByTime(60_000);
    expect(sockets).toHaveLength(2);
  });

  it('gives up after the last attempt', async () => {
    const { client, socket, sockets, told } = rig({ reconnect: { maxAttempts: 2 } });
    for (let i = 0; i < 3; i += 1) {
      socket().break();
      vi.advanceTimersByTime(30_000);
    }
    expect(sockets).toHaveLength(3);
    expect(told.at(-1)).toEqual(['disconnected', { reason: 'lost', willReconnect: false }]);
    await expect(client.login).rejects.toMatchObject({ code: 'connection-lost' });
    expect(client.state).toBe('ended');
  });

  it('does not come back where that is not wanted', async () => {
    const { client, socket, sockets } = await online({ reconnect: false });
    socket().break();
    vi.advanceTimersByTime(600_000);
    expect(sockets).toHaveLength(1);
    expect(client.state).toBe('ended');
  });
});

describe('being sent away', () => {
  it.each([
    ['9\t0', 'kick', undefined],
    ['9\tkick', 'kick', undefined],
    ['9\t1\t1744584982', 'ban', new Date(1_744_584_982_000)],
    ['9\t1\t-1', 'ban', null],
    ['9\tban\t1744584982', 'ban', new Date(1_744_584_982_000)],
    ['9\t1\tsoon', 'ban', null],
  ])('[14] %j ends it for good', async (wire, reason, until) => {
    const { client, socket, sockets, told } = await online();
    socket().say(wire);
    socket().break();
    expect(told.filter(([name]) => name === 'disconnected')).toEqual([
      ['disconnected', { reason, until, willReconnect: false }],
    ]);
    vi.advanceTimersByTime(600_000);
    expect(sockets).toHaveLength(1);
    expect(client.state).toBe('ended');
  });

  it('[14] a login refused after a reconnect ends it for good', async () => {
    const { client, socket, sockets, told } = await online();
    socket().break();
    vi.advanceTimersByTime(500);
    socket().open();
    await turn();
    socket().say('1\tn\tuserfail');
    vi.advanceTimersByTime(600_000);
    expect(sockets).toHaveLength(2);
    expect(told.at(-1)).toMatchObject(['disconnected', { reason: 'refused', error: { reason: 'userfail' } }]);
    await expect(client.login).resolves.toMatchObject({ channel: 'lounge' });
  });
});

describe('saying something', () => {
  it('writes commands as the protocol has them', async () => {
    const { client, socket } = await online();
    socket().sent.length = 0;
    client.send('a\tb');
    client.action('waves');
    client.whisper('bob', 'psst you');
    client.join('staff');
    client.join('staff', 'open  sesame');
    client.command('who');
    client.command('kick', 'bob', '60');
    expect(socket().sent).toEqual([
      '2\t7\ta    b',
      '2\t7\t/me waves',
      '2\t7\t/msg bob psst you',
      '2\t7\t/join staff',
      '2\t7\t/join staff open  sesame',
      '2\t7\t/who',
      '2\t7\t/kick bob 60',
    ]);
  });

  it('does not let a name be more than one word', async () => {
    const { client } = await online();
    for (const name of ['', 'a b', 'a\tb', 'a\nb']) {
      expect(() => client.whisper(name, 'x')).toThrow(expect.objectContaining({ code: 'name-invalid' }));
      expect(() => client.join(name)).toThrow(ClientError);
    }
  });

  it('refuses, and keeps nothing, while there is no login', async () => {
    const { client, socket } = rig();
    const refused = expect.objectContaining({ code: 'not-connected' });
    expect(() => client.send('early')).toThrow(refused);
    socket().open();
    await turn();
    expect(() => client.send('early')).toThrow(refused);
    socket().say(...LOGIN);
    client.send('in time');
    socket().break();
    expect(() => client.send('late')).toThrow(refused);
    vi.advanceTimersByTime(500);
    socket().open();
    await turn();
    socket().say(...LOGIN);
    expect(socket().sent).toEqual(['1\t7\tsecret']);
  });

  it('refuses while the socket is closing', async () => {
    const { client, socket } = await online();
    socket().readyState = 2;
    expect(() => client.send('late')).toThrow(expect.objectContaining({ code: 'not-connected' }));
  });

  it('leaves for good, once', async () => {
    const { client, socket, sockets, told } = await online();
    client.close();
    client.close();
    expect(socket().readyState).toBe(3);
    expect(told.at(-1)).toEqual(['disconnected', { reason: 'closed', willReconnect: false }]);
    expect(told.filter(([name]) => name === 'disconnected')).toHaveLength(1);
    vi.advanceTimersByTime(600_000);
    expect(sockets).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('rejects the login when it is closed before', async () => {
    const { client, socket } = rig();
    client.close();
    socket().open();
    await turn();
    expect(socket().sent).toEqual([]);
    await expect(client.login).rejects.toMatchObject({ code: 'closed' });
  });
});

describe('typing', () => {
  const agreed = async () => {
    const it = await online({ typing: true });
    it.socket().say('11\tTYPING');
    it.socket().sent.length = 0;
    return it;
  };

  it('[12] is asked for ahead of the login, if wanted', async () => {
    expect((await online({ typing: true })).socket().sent).toEqual(['3\tTYPING', '1\t7\tsecret']);
    const { client, socket } = await online();
    socket().say('11\tTYPING');
    client.typing();
    expect(socket().sent).toEqual(['1\t7\tsecret']);
  });

  it('[12] is told once in 5 s, and at once in another channel', async () => {
    const { client, socket } = await agreed();
    for (let key = 0; key < 3; key++) client.typing();
    vi.advanceTimersByTime(4_999);
    client.typing();
    expect(socket().sent).toEqual(['4\t7\tlounge']);
    vi.advanceTimersByTime(1);
    client.typing();
    socket().say('8\t3', '7\t0\t0', '5\t2\tstaff');
    client.typing();
    expect(socket().sent.slice(1)).toEqual(['4\t7\tlounge', '4\t7\tstaff']);
  });

  it('[12] is not told to a server that has not agreed, agrees no more, or is away', async () => {
    const { client, socket } = await online({ typing: true });
    socket().sent.length = 0;
    client.typing();
    socket().say('11\tMCHAN');
    client.typing();
    socket().say('11\tTYPING');
    socket().say('11\t');
    client.typing();
    socket().say('11\tTYPING');
    socket().break();
    client.typing();
    expect(socket().sent).toEqual([]);
    vi.advanceTimersByTime(500);
    socket().open();
    await turn();
    socket().say(...LOGIN);
    client.typing();
    expect(socket().sent).toEqual(['3\tTYPING', '1\t7\tsecret']);
    socket().say('11\tTYPING');
    client.typing();
    expect(socket().sent).toHaveLength(3);
  });

  it('[12] of others in the channel is told, with its end; one’s own, strangers and other channels are not', async () => {
    const { socket, told } = await agreed();
    const before = told.length;
    socket().say('12\tlounge\t7\t100', '12\tlounge\t404\t100', '12\tstaff\t9\t100');
    expect(told).toHaveLength(before);
    socket().say('12\tlounge\t9\t100');
    expect(told.at(-1)).toMatchObject(['typing', { user: { name: 'bob' }, until: Date.now() + 5_000 }]);
  });
});

it('survives a listener that throws, which surfaces in a task of its own', async () => {
  const { client, socket, names } = await online();
  client.on('packet', () => {
    throw new Error('of the host');
  });
  socket().say('6\t41');
  expect(names().at(-1)).toBe('message_delete');
  expect(() => vi.runOnlyPendingTimers()).toThrow('of the host');
});

it('lets the complaint about a malformed address through', () => {
  class Picky extends FakeSocket {
    constructor(url: string) {
      super(url);
      throw new SyntaxError('bad address');
    }
  }
  expect(() => connect(sockchat, 'nonsense', { credentials: [], WebSocket: Picky })).toThrow(SyntaxError);
});
