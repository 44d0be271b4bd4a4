import { afterEach, expect, test } from 'vitest';
import { type OriginServer, serve } from './support/server.js';

export function envelope(): void {
  let server: OriginServer;
  afterEach(async () => {
    expect(server.errors).toEqual([]);
    await server.stop();
  });

  test('the server speaks first, and answers a login with auth_success, ready, user_join and user_connect', async () => {
    server = await serve();
    const { JsonProbe } = await import('../../support/json-probe.js');
    const probe = await JsonProbe.open(server.url, 'alice');
    const handshake = await probe.next();
    expect(Object.keys(handshake)).toEqual(['cmd', 'val']);
    expect(handshake.val).toMatchObject({
      server: { name: 'My OriginChats Server', owner: { name: 'Admin' } },
      limits: { post_content: 2000, search_results: 30 },
      version: '1.1.0',
      auth_mode: 'rotur',
    });
    expect(handshake.val.validator_key).toMatch(/^originChats-[A-Za-z0-9_-]{32}$/);
    probe.send({ cmd: 'auth', validator: '{"id":"USR:1","name":"alice"}' });
    const login = await probe.take(4);
    const user = { username: 'alice', roles: ['user'], color: null };
    expect(login).toEqual([
      { cmd: 'auth_success', val: 'Authentication successful' },
      {
        cmd: 'ready',
        user: {
          username: 'alice',
          roles: ['user'],
          status: { status: 'online', text: '' },
          cracked: false,
        },
        validator: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
      },
      { cmd: 'user_join', user },
      { cmd: 'user_connect', user },
    ]);
    await probe.close();
  });

  test('a refused validator is answered and may be tried again', async () => {
    server = await serve();
    const probe = await server.connect();
    probe.send({ cmd: 'auth', validator: 'nobody' });
    expect(await probe.next()).toEqual({ cmd: 'auth_error', val: 'Invalid authentication' });
    probe.send({ cmd: 'auth', validator: '{"id":"USR:1","name":"alice"}' });
    expect(await probe.next()).toEqual({ cmd: 'auth_success', val: 'Authentication successful' });
  });

  test('before login every command is answered with auth_error, and login commands after it are unknown', async () => {
    server = await serve();
    const probe = await server.connect();
    for (const cmd of ['ping', 'message_new', 'user_leave', 'nope', '__proto__', 'constructor']) {
      probe.send({ cmd });
      expect(await probe.next()).toEqual({ cmd: 'auth_error', val: 'Authentication required' });
    }
    const alice = await server.arrive('alice');
    for (const cmd of ['auth', 'login', 'register'])
      expect(await alice.ask({ cmd })).toEqual({ cmd: 'error', src: cmd, val: `Unknown command: ${cmd}` });
  });

  test('listener comes back on the one direct reply if it is text', async () => {
    server = await serve();
    const { alice } = await server.cast({ alice: {} });
    const pairs: [object, object][] = [
      [
        { cmd: 'ping', listener: 'L-1' },
        { cmd: 'pong', val: 'pong', listener: 'L-1' },
      ],
      [
        { cmd: 'nope', listener: 'L-2' },
        { cmd: 'error', src: 'nope', val: 'Unknown command: nope', listener: 'L-2' },
      ],
      [
        { cmd: 'ping', listener: 7 },
        { cmd: 'pong', val: 'pong' },
      ],
      [
        { cmd: 'ping', listener: '' },
        { cmd: 'pong', val: 'pong' },
      ],
      [{ val: 1 }, { cmd: 'error', val: 'Unknown command: None' }],
      [{ cmd: 7 }, { cmd: 'error', val: 'Unknown command: 7' }],
      [{ cmd: { toString: 1 } }, { cmd: 'error', val: 'Unknown command: {"toString":1}' }],
      [{ cmd: 'toString' }, { cmd: 'error', src: 'toString', val: 'Unknown command: toString' }],
    ];
    for (const [sent, answer] of pairs) {
      alice.send(sent);
      expect(await alice.probe.next()).toEqual(answer);
    }
  });

  test('what is no JSON object is answered with an error, binary frames with nothing, and the connection stays', async () => {
    server = await serve();
    const { alice } = await server.cast({ alice: {} });
    const wrong = [
      ['{', 'not JSON'],
      ['null', 'expected a dictionary, got NoneType'],
      ['[]', 'expected a dictionary, got list'],
      ['7', 'expected a dictionary, got int'],
      ['"text"', 'expected a dictionary, got str'],
      ['['.repeat(100_000), 'nested too deep'],
      [`{"cmd":${'{"a":'.repeat(40)}1${'}'.repeat(41)}`, 'nested too deep'],
    ] as const;
    for (const [text, why] of wrong) {
      alice.send(text);
      expect(await alice.probe.next()).toMatchObject({
        cmd: 'error',
        val: `Invalid message format: ${why}`,
      });
    }
    alice.probe.sendBytes(Buffer.from('{"cmd":"ping"}'));
    expect(await alice.settle()).toEqual([]);
  });

  test('a second connection of the same user is not announced, and everybody hears of the last one going', async () => {
    server = await serve();
    const { bob, alice } = await server.cast({ bob: {}, alice: {} });
    const second = await server.arrive('alice');
    expect(await bob.settle()).toEqual([]);
    await alice.probe.close();
    expect(await bob.settle()).toEqual([]);
    await second.probe.close();
    await expect.poll(() => bob.settle()).toEqual([{ cmd: 'user_disconnect', username: 'alice' }]);
  });

  test('a client that answers no WebSocket ping any more is ended, and others hear that it went', async () => {
    server = await serve({ originchats: { limits: { idlePingMs: 1_000, idleTimeoutMs: 2_000 } } });
    const bob = await server.arrive('bob');
    const { WebSocket } = await import('ws');
    const dead = new WebSocket(server.url, { autoPong: false });
    dead.on('error', () => {});
    const closed = new Promise((resolve) => dead.on('close', resolve));
    await new Promise((resolve) => dead.once('message', resolve));
    dead.send(JSON.stringify({ cmd: 'auth', validator: '{"id":"USR:dead","name":"dead"}' }));
    expect(await bob.probe.until((frame) => frame.cmd === 'user_disconnect')).toEqual({
      cmd: 'user_disconnect',
      username: 'dead',
    });
    await closed;
    expect(bob.probe.closedWith).toBeUndefined();
  });

  test('the server sends ping in intervals and drops nobody for silence', async () => {
    server = await serve({ originchats: { pingMs: 1_000 } });
    const probe = await server.connect();
    expect(await probe.next()).toEqual({ cmd: 'ping' });
    expect(await probe.next()).toEqual({ cmd: 'ping' });
    expect(probe.closedWith).toBeUndefined();
  });
}
