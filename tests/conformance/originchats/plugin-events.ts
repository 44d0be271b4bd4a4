import { afterEach, beforeEach, expect, test } from 'vitest';
import { originchats } from '../../../src/dialects/originchats/index.js';
import type { OriginChatsEvents } from '../../../src/dialects/originchats/plugin-events.js';
import { type OriginServer, serve } from './support/server.js';

const names = [
  'server_start',
  'user_join',
  'user_connect',
  'user_disconnect',
  'user_leave',
  'user_ban',
  'user_unban',
  'user_timeout',
  'user_roles_set',
  'new_message',
  'message_edit',
  'message_delete',
  'message_pin',
  'message_unpin',
  'channel_create',
  'channel_update',
  'channel_move',
  'channel_delete',
  'role_create',
  'role_update',
  'role_delete',
  'self_role_add',
  'self_role_remove',
  'typing',
  'slash_call',
] as const satisfies readonly (keyof OriginChatsEvents)[];

const roles = [
  { name: 'owner', permissions: ['administrator'] },
  { name: 'admin', colour: '#f00', permissions: ['administrator'] },
  { name: 'painter', description: 'Paints', selfAssignable: true },
  { name: 'user' },
];

export function pluginEvents(): void {
  let server: OriginServer;
  let dialect: ReturnType<typeof originchats>;
  let told: [string, unknown][];

  beforeEach(async () => {
    dialect = originchats({ rateLimits: { enabled: false } });
    told = [];
    for (const name of names) dialect.events.on(name, (data: unknown) => told.push([name, data]));
    server = await serve({ roles, dialects: [dialect] });
  });
  afterEach(() => server.stop());

  /** What was told since the last time, once there is so much. */
  const news = async (count: number) => {
    await expect.poll(() => told.length).toBeGreaterThanOrEqual(count);
    return told.splice(0);
  };
  const about = (name: string) => ({ user_id: `USR:${name}`, username: name });
  const idOf = (name: string) => server.chat.users.byIdentity('test', `USR:${name}`)?.id as never;

  test('the start is told once, and every login, the first of a user as user_connect too', async () => {
    expect(await news(1)).toEqual([['server_start', {}]]);
    const alice = await server.arrive('alice', { roles: ['admin', 'user'] });
    const login = {
      ...about('alice'),
      roles: ['admin', 'user'],
      color: '#f00',
      user: { username: 'alice', roles: ['admin', 'user'], status: { status: 'online', text: '' } },
    };
    expect(await news(2)).toEqual([
      ['user_join', login],
      ['user_connect', login],
    ]);
    const second = await server.arrive('alice', { roles: ['admin', 'user'] });
    expect(await news(1)).toEqual([['user_join', login]]);
    await alice.probe.close();
    await second.probe.close();
    expect(await news(1)).toEqual([['user_disconnect', about('alice')]]);
  });

  test('messages are told with ids in the place of names', async () => {
    const { alice, bob } = await server.cast({ alice: { roles: ['owner', 'user'] }, bob: {} });
    await news(5);
    const say = { cmd: 'message_new', channel: 'general' };
    const first = await alice.ask({ ...say, content: ' hello ' });
    const { id, timestamp } = first.message;
    expect(await news(1)).toEqual([
      [
        'new_message',
        {
          content: 'hello',
          channel: 'general',
          ...about('alice'),
          message: { user: 'USR:alice', content: 'hello', timestamp, id },
        },
      ],
    ]);
    await bob.ask({ ...say, content: 'hi', reply_to: id });
    expect(await news(1)).toMatchObject([
      ['new_message', { message: { user: 'USR:bob', reply_to: { id, user: 'USR:alice' } } }],
    ]);
    await alice.ask({ cmd: 'message_edit', channel: 'general', id, content: 'hello all' });
    await alice.ask({ cmd: 'typing', channel: 'general' });
    await server.chat.messages.remove(Number(id) as never);
    expect(await news(3)).toEqual([
      ['message_edit', { channel: 'general', thread_id: null, id, content: 'hello all', ...about('alice') }],
      ['typing', { channel: 'general', thread_id: null, ...about('alice') }],
      ['message_delete', { channel: 'general', id, user_id: null, username: 'originChats' }],
    ]);
  });

  test('what happens in direct channels is told to nobody, neither to plugins nor to viewers', async () => {
    const { alice, bob } = await server.cast({ alice: { roles: ['owner', 'user'] }, bob: {} });
    const eve = await server.arrive('eve', { roles: ['owner', 'user'] });
    await news(7);
    const { chat } = server;
    const { channel } = await chat.run('direct.open', { by: idOf('alice'), users: [idOf('bob')] });
    const secret = { by: idOf('alice'), channel, text: 'psst @eve' };
    const { id } = await chat.run('message.send', secret);
    await chat.run('message.edit', { by: idOf('alice'), id, text: 'PSST @eve' });
    await chat.run('message.pin', { by: idOf('alice'), id, pinned: true });
    await chat.run('typing.start', { by: idOf('bob'), channel });
    await chat.messages.remove(id);
    expect(await eve.ask({ cmd: 'pings_get' })).toMatchObject({ messages: [], total: 0 });
    const say = { cmd: 'message_new', channel: 'general', content: 'aloud' };
    await alice.ask(say);
    expect(await news(1)).toMatchObject([['new_message', { content: 'aloud' }]]);
    for (const one of [alice, bob, eve]) expect(one.probe.texts.join()).not.toMatch(/psst/i);
  });

  test('pins are told, and nothing is of what the server says', async () => {
    const all = ['user'];
    await server.chat.channels.create({
      name: 'board',
      roles: { see: all, enter: all, read: all, send: all, pin: all },
    });
    const alice = await server.arrive('alice');
    await news(4);
    const place = { channel: 'board' };
    const { message } = await alice.ask({ cmd: 'message_new', ...place, content: 'x' });
    await news(1);
    await alice.ask({ cmd: 'message_pin', ...place, id: message.id });
    await alice.ask({ cmd: 'message_unpin', ...place, id: message.id });
    await alice.ask({ cmd: 'slash_call', channel: 'general', command: 'help' }, 'message_new');
    await alice.ask({ cmd: 'typing', channel: 'general' });
    const pin = { channel: 'board', id: message.id, ...about('alice') };
    expect(await news(3)).toEqual([
      ['message_pin', { ...pin, pinned: true }],
      ['message_unpin', { ...pin, pinned: false }],
      ['typing', expect.anything()],
    ]);
  });

  test('bans, timeouts and departures are told', async () => {
    const { alice, bob } = await server.cast({ alice: { roles: ['admin', 'user'] }, bob: {} });
    await news(5);
    const call = (command: string, args: object) =>
      alice.ask({ cmd: 'slash_call', channel: 'general', command, args }, 'message_new');
    await call('mute', { username: 'bob', duration: 60 });
    await call('ban', { username: 'bob', reason: 'spam' });
    await call('unban', { username: 'bob' });
    await server.chat.users.ban(idOf('bob'));
    await bob.probe.closed;
    expect(await news(5)).toEqual([
      ['user_timeout', { ...about('bob'), timeout: 60_000 }],
      ['user_ban', { ...about('bob'), reason: 'spam' }],
      ['user_disconnect', about('bob')],
      ['user_unban', about('bob')],
      ['user_ban', about('bob')],
    ]);
    await server.chat.users.remove(idOf('alice'));
    expect(await news(2)).toEqual([
      ['user_leave', about('alice')],
      ['user_disconnect', about('alice')],
    ]);
  });

  test('channels and roles are told, given ones apart from those people gave themselves', async () => {
    await server.arrive('alice');
    await news(3);
    const { chat } = server;
    const { channel } = await chat.channels.create({ name: 'one', look: { description: 'First' } });
    await chat.channels.update(channel, { name: 'two' });
    await chat.run('channel.move', { by: 'host', channel, position: 0 });
    await chat.channels.remove(channel);
    const permissions = {
      view: ['user'],
      send: ['user'],
      delete: ['admin', 'moderator'],
      create_thread: ['user'],
    };
    const one = { type: 'text', name: 'one', description: 'First', permissions };
    expect(await news(4)).toEqual([
      ['channel_create', { channel: one }],
      ['channel_update', { old_name: 'one', channel: { ...one, name: 'two' } }],
      ['channel_move', { channel: { ...one, name: 'two' }, position: 0 }],
      ['channel_delete', { channel_name: 'two' }],
    ]);
    await chat.users.setRoles(idOf('alice'), ['user', 'admin']);
    await chat.run('user.role.take', { user: idOf('alice'), role: 'painter' });
    await chat.run('user.role.drop', { user: idOf('alice'), role: 'painter' });
    const painter = chat.roles.all().find(({ name }) => name === 'painter');
    await chat.roles.update(painter?.id as never, { colour: '#00f' });
    await chat.roles.remove(painter?.id as never);
    await chat.roles.create({ name: 'cook' });
    const named = { role_id: painter?.id, role_name: 'painter' };
    expect(await news(6)).toEqual([
      ['user_roles_set', { ...about('alice'), roles: ['user', 'admin'] }],
      ['self_role_add', { ...about('alice'), role_name: 'painter' }],
      ['self_role_remove', { ...about('alice'), role_name: 'painter' }],
      ['role_update', { ...named, description: 'Paints', color: '#00f' }],
      ['role_delete', named],
      ['role_create', { role_id: expect.any(String), role_name: 'cook', description: '', color: null }],
    ]);
  });

  test('calls of bots are told as their frames', async () => {
    const { alice, bot } = await server.cast({ alice: {}, bot: {} });
    await bot.ask({ cmd: 'slash_register', commands: [{ name: 'roll', description: '', options: [] }] });
    await news(5);
    await alice.ask({ cmd: 'slash_call', channel: 'general', command: 'roll' });
    expect(await news(1)).toEqual([
      [
        'slash_call',
        {
          val: { command: 'roll', args: {}, commander: 'bot' },
          invoker: 'USR:alice',
          invokerUsername: 'alice',
          channel: 'general',
        },
      ],
    ]);
  });

  test('a listener that throws is reported by the chat that told it, and hurts nobody', async () => {
    const alice = await server.arrive('alice');
    const broken = () => {
      throw new Error('broken');
    };
    const late = async () => broken();
    const heard: string[] = [];
    dialect.events.on('new_message', broken);
    dialect.events.on('new_message', late);
    dialect.events.on('new_message', ({ content }) => heard.push(content));
    const other = await serve({ dialects: [dialect] });
    await alice.ask({ cmd: 'message_new', channel: 'general', content: 'x' });
    await expect
      .poll(() => server.errors.map(({ code }) => code))
      .toEqual(['listener-failed', 'listener-failed']);
    expect(server.errors[0]?.message).toBe('a listener of new_message threw');
    expect(heard).toEqual(['x']);
    expect(other.errors).toEqual([]);
    dialect.events.off('new_message', broken);
    dialect.events.off('new_message', late);
    await alice.ask({ cmd: 'message_new', channel: 'general', content: 'y' });
    await expect.poll(() => heard).toEqual(['x', 'y']);
    expect(server.errors).toHaveLength(2);
    await other.stop();
  });

  test('chats that share a definition all tell through it', async () => {
    const other = await serve({ dialects: [dialect] });
    await server.arrive('alice');
    await other.arrive('bob');
    await expect
      .poll(() => told.map(([name, data]) => [name, (data as { username?: string }).username]))
      .toEqual([
        ['server_start', undefined],
        ['server_start', undefined],
        ['user_join', 'alice'],
        ['user_connect', 'alice'],
        ['user_join', 'bob'],
        ['user_connect', 'bob'],
      ]);
    await other.stop();
  });
}
