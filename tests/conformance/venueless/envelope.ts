import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { JsonProbe } from '../../support/json-probe.js';
import { serve, token, type VenuelessServer } from './support/server.js';

/** What the protocol has and this server has not (section 13), by namespace. */
const unsupported = {
  announcement: ['create', 'update', 'list'],
  bbb: ['room_url', 'call_url', 'recordings'],
  digitalsamba: ['room_url', 'recordings'],
  exhibition: [
    'list',
    'list.all',
    'get',
    'get.staffed_by_user',
    'patch',
    'delete',
    'contact',
    'contact_cancel',
    'contact_accept',
  ],
  januscall: ['room_url', 'channel_url', 'roulette_url', 'identify'],
  poll: ['create', 'update', 'delete', 'vote', 'list', 'pin', 'unpin'],
  poster: ['list', 'list.all', 'get', 'get.presented_by_user', 'patch', 'delete', 'vote', 'unvote'],
  question: ['ask', 'update', 'delete', 'vote', 'list', 'pin', 'unpin'],
  room: [
    'create',
    'delete',
    'react',
    'schedule',
    'config.list',
    'config.get',
    'config.patch',
    'config.reorder',
    'invite.anonymous.link',
  ],
  roulette: ['start', 'stop', 'reconnect', 'hangup'],
  world: [
    'config.get',
    'config.patch',
    'tokens.generate',
    'auditlog.list',
    'report.generate.attendee_list',
    'report.status',
  ],
  zoom: ['room_url'],
  user: ['kiosk.create', 'kiosk.fetch', 'social.connect', 'web_push.subscribe', 'nonsense', ''],
  chat: ['nonsense', ''],
};

/** The envelope of all frames (sections 1 and 2). */
export function envelope(): void {
  let server: VenuelessServer;
  beforeAll(async () => {
    server = await serve();
  });
  afterAll(() => server.stop());

  test('a world is reached with and without the slash at the end of its address', async () => {
    for (const address of [`${server.url}/demo/`, `${server.url}/demo`]) {
      const probe = await JsonProbe.open(address);
      probe.send(['ping', 1]);
      expect(await probe.next()).toEqual(['pong', 1]);
      await probe.close();
    }
  });

  test('an unknown world is told at once, and the connection is closed', async () => {
    const probe = await server.connect('lost', 'elsewhere');
    expect(await probe.next()).toEqual(['error', { code: 'world.unknown_world' }]);
    expect(await probe.closed).toBe(1000);
    expect(probe.frames).toHaveLength(1);
  });

  test.each([
    ['a number', 7],
    ['nothing', 0],
    ['a fraction', -1.5],
    ['text', 'seven'],
    ['empty text', ''],
    ['true', true],
    ['false', false],
    ['null', null],
    ['a list', [1, [2]]],
    ['an object', { a: { b: null } }],
  ])('an id that is %s comes back as it is', async (_, id) => {
    const probe = await server.connect();
    probe.send(['user.fetch', id, {}]);
    expect(await probe.next()).toEqual(['error', id, { code: 'protocol.unauthenticated' }]);
    probe.send(['authenticate', id, {}]);
    expect(await probe.next()).toEqual(['error', id, { code: 'auth.missing_id_or_token' }]);
    probe.send(['authenticate', id, { client_id: `id-${JSON.stringify(id)}` }]);
    const welcome = await probe.next();
    // Success of a login carries no id.
    expect([welcome[0], welcome.length]).toEqual(['authenticated', 2]);
    probe.send(['user.update', id, {}]);
    expect(await probe.next()).toEqual(['success', id, {}]);
    await probe.close();
  });

  test('only frames of three elements have an id', async () => {
    const probe = await server.connect();
    for (const frame of [['authenticate'], ['authenticate', {}], ['authenticate', 9, {}, 'more']]) {
      probe.send(frame);
      expect(await probe.next()).toEqual(['error', { code: 'auth.missing_id_or_token' }]);
    }
    for (const frame of [['user.fetch'], ['user.fetch', 9], ['user.fetch', 9, {}, 'more']]) {
      probe.send(frame);
      expect(await probe.next()).toEqual(['error', { code: 'protocol.unauthenticated' }]);
    }
    await probe.close();
    const anna = await server.arrive('anna');
    for (const frame of [['nothing.at_all'], ['nothing.at_all', 9], ['nothing.at_all', 9, {}, 'more']]) {
      anna.send(frame);
      expect(await anna.probe.next()).toEqual(['error', { code: 'protocol.unknown_command' }]);
    }
    anna.send(['user.update', 9, {}, 'more']);
    expect(await anna.probe.next()).toEqual(['success', {}]);
    await anna.probe.close();
  });

  test('a ping is answered with what it brought, before login and after', async () => {
    const probe = await server.connect();
    const before = [1, 'x', null, { a: 1 }, [2]];
    for (const sent of before) probe.send(['ping', sent]);
    probe.send(['ping']);
    expect(await probe.take(6)).toEqual([...before, null].map((sent) => ['pong', sent]));
    probe.send(['authenticate', { token: await token({ uid: 'pinger' }) }]);
    expect((await probe.next())[0]).toBe('authenticated');
    probe.send(['ping', 1_700_000_000_000]);
    expect(await probe.next()).toEqual(['pong', 1_700_000_000_000]);
    await probe.close();
  });

  test('what nobody knows, and whoever has not logged in, is told so and may go on', async () => {
    const probe = await server.connect();
    for (const action of ['chat.send', 'nothing.at_all', 'hello', '', 'room.create']) {
      probe.send([action, 1, {}]);
      expect(await probe.next()).toEqual(['error', 1, { code: 'protocol.unauthenticated' }]);
    }
    await probe.close();
    const anna = await server.arrive('anna');
    for (const action of ['nothing.at_all', 'hello', 'chat', '', '.', '.chat', 'Chat.send', '__proto__.x'])
      expect(await anna.refused(action)).toEqual({ code: 'protocol.unknown_command' });
    await anna.probe.close();
  });

  test('a second login on a connection is refused', async () => {
    const anna = await server.arrive('anna');
    anna.send(['authenticate', { client_id: 'somebody-else' }]);
    expect(await anna.probe.next()).toEqual(['error', { code: 'protocol.unknown_command' }]);
    anna.send(['authenticate', 9, { client_id: 'somebody-else' }]);
    expect(await anna.probe.next()).toEqual(['error', 9, { code: 'protocol.unknown_command' }]);
    expect(await anna.done('user.update')).toEqual({});
    await anna.probe.close();
  });

  describe('commands of the protocol that this server does not have', () => {
    test.each(Object.entries(unsupported))('%s', async (namespace, commands) => {
      const anna = await server.arrive('anna', { traits: ['admin'] });
      for (const command of commands)
        for (const payload of [{}, null])
          expect(await anna.refused(`${namespace}.${command}`, payload)).toEqual({
            code: `${namespace}.unsupported_command`,
          });
      await anna.probe.close();
    });
  });

  test.each([
    ['no JSON', 'hello'],
    ['nothing', ''],
    ['JSON cut short', '["ping", 1'],
    ['a number', '7'],
    ['null', 'null'],
    ['text', '"ping"'],
    ['an object', '{"ping": 1}'],
    ['an empty list', '[]'],
    ['a list that begins with no text', '[1, 2, 3]'],
    ['a list in a list', '[["ping", 1]]'],
    ['a list deeper than any frame', `["ping", ${'['.repeat(5_000)}${']'.repeat(5_000)}]`],
    ['an id deeper than any', `["user.list", ${'['.repeat(32)}${']'.repeat(32)}, {}]`],
    ['a deep list that never ends', `["user.list", 1, ${'['.repeat(5_000)}`],
  ])('%s is no frame, and ends the connection', async (_, text) => {
    const fatal = ['error', { code: 'server.fatal', message: 'Fatal Server Error' }];
    const stranger = await server.connect();
    stranger.send(text);
    expect(await stranger.next()).toEqual(fatal);
    expect(await stranger.closed).toBe(1000);
    const anna = await server.arrive('anna');
    anna.send(text);
    expect(await anna.probe.next()).toEqual(fatal);
    expect(await anna.probe.closed).toBe(1000);
  });

  test('a payload that is nested too deep is refused on the id of its request, and the connection stays', async () => {
    const anna = await server.arrive('anna');
    const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
    const update = (depth: number) => `["user.update", 7, {"profile": {"fields": ${nested(depth)}}}]`;
    anna.send(update(29));
    expect((await anna.probe.next())[0]).toBe('success');
    for (const depth of [30, 8_000]) {
      anna.send(update(depth));
      expect(await anna.probe.next()).toEqual(['error', 7, { code: 'user.invalid_body' }]);
      anna.send(`["chat.send", ${nested(depth)}]`);
      if (depth > 30) expect(await anna.probe.next()).toEqual(['error', { code: 'chat.invalid_body' }]);
      else expect((await anna.probe.next())[1].code).toBe('chat.unknown');
    }
    const stranger = await server.connect();
    stranger.send(`["authenticate", {"client_id": ${nested(8_000)}}]`);
    expect(await stranger.next()).toEqual(['error', { code: 'auth.missing_id_or_token' }]);
    stranger.send(['authenticate', { client_id: 'somebody' }]);
    expect((await stranger.next())[0]).toBe('authenticated');
  });

  test('bytes are no frame, whatever they say', async () => {
    const probe = await server.connect();
    probe.sendBytes(new TextEncoder().encode('["ping", 1]'));
    expect(await probe.next()).toEqual(['error', { code: 'server.fatal', message: 'Fatal Server Error' }]);
    expect(await probe.closed).toBe(1000);
  });

  test('a payload may be null, or of no use, where none is needed', async () => {
    const anna = await server.arrive('anna');
    for (const payload of [null, 5, 'text', [], [1]]) {
      const [kind] = await anna.ask('user.update', payload);
      expect(['success', 'error']).toContain(kind);
    }
    expect(await anna.done('user.update', null)).toEqual({});
    await anna.probe.close();
  });

  test('requests are answered in their order, and each before what it causes', async () => {
    const anna = await server.arrive('anna');
    const stage = anna.channel('stage');
    const content = (body: string) => ({
      channel: stage,
      event_type: 'channel.message',
      content: { type: 'text', body },
    });
    const requests = [
      ['chat.join', 'a', { channel: stage }],
      ['chat.send', 'b', content('one')],
      ['nothing.at_all', 'c', {}],
      ['chat.send', 'd', content('two')],
      ['chat.send', 'e', content('')],
      ['user.update', 'f', {}],
    ];
    for (const frame of requests) anna.send(frame);
    const seen: unknown[] = [];
    while (seen.at(-1) !== 'f') {
      const [kind, second] = await anna.probe.next();
      if (kind === 'chat.event') seen.push(second.content.body ?? second.content.membership);
      else if (kind === 'success' || kind === 'error') seen.push(second);
    }
    expect(seen.filter((one) => requests.some(([, id]) => id === one))).toEqual([...'abcdef']);
    for (const [reply, caused] of [
      ['a', 'join'],
      ['b', 'one'],
      ['d', 'two'],
    ])
      expect(seen.indexOf(caused)).toBeGreaterThan(seen.indexOf(reply));
    await anna.probe.close();
  });

  test('nobody is read to the end who sends more before a login than one takes', async () => {
    const many = await server.connect();
    for (let sent = 0; sent <= 20; sent++) many.send(['ping', sent]);
    expect(await many.closed).toBe(1008);
    const large = await server.connect();
    large.send(['authenticate', { token: 'x'.repeat(70_000) }]);
    expect(await large.closed).toBe(1009);
  });
}
