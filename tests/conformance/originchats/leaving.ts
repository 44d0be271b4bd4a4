import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sqlite } from '../../../src/adapters/storage/sqlite.js';
import type { Logger } from '../../../src/core/ports.js';
import type { ChatEvent } from '../../../src/domain/events.js';
import type { SessionId, UserId } from '../../../src/domain/ids.js';
import { sessionsOf } from '../../../src/domain/sessions/online.js';
import { voice } from '../../../src/domain/voice/voice.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { httpOf } from './support/files.js';
import { type Member, type OriginServer, serve } from './support/server.js';

export function leaving(): void {
  let folder: ReturnType<typeof temporaryFolder>;
  let server: OriginServer;
  let warnings: string[];
  let left: ChatEvent<'user_leave'>[];

  beforeEach(async () => {
    folder = temporaryFolder();
    await start();
  });
  afterEach(async () => {
    expect(server.errors).toEqual([]);
    await server.stop();
    folder.remove();
  });

  /** Opens the chat over its file, as a process does that starts. */
  async function start(loginMs = 30_000): Promise<void> {
    warnings = [];
    left = [];
    const ignore = () => {};
    const logger: Logger = {
      debug: ignore,
      info: ignore,
      warn: (_, message) => void warnings.push(message),
      error: ignore,
    };
    server = await serve({
      storage: sqlite({ file: join(folder.path, 'chat.db') }),
      logger,
      originchats: { limits: { loginMs } },
    });
    if (server.chat.channels.byName('voice') === undefined)
      await server.chat.run('channel.create', { by: 'host', name: 'voice', kind: 'voice' });
    server.chat.on('user_leave', (event) => left.push(event as ChatEvent<'user_leave'>));
  }

  async function restart(): Promise<void> {
    await server.stop();
    await start();
  }

  const required = { cmd: 'auth_error', val: 'Authentication required' };
  const leave = (username: string) => ({ cmd: 'user_leave', username, val: 'User left server' });
  const idOf = (name: string) => server.chat.users.byHandle(name)?.id as UserId;

  /** Puts the first connection of somebody into voice. */
  async function intoVoice(name: string): Promise<void> {
    const user = idOf(name);
    const [session] = server.chat.read((view) => sessionsOf(view, user));
    const channel = server.chat.channels.byName('voice')?.id;
    if (channel === undefined) throw new Error('there is no voice channel');
    await server.chat.run('voice.join', {
      session: session?.id as SessionId,
      user,
      channel,
      peer: 'peer-1',
    });
  }

  const inVoice = (name: string) =>
    server.chat.read((view) => [...view.all(voice)].some((one) => one.user === idOf(name)));

  /** What comes to a member, without what concerns voice. */
  const besidesVoice = async (member: Member) =>
    (await member.settle()).filter((frame) => !String(frame.cmd).startsWith('voice_'));

  test('before login it is refused like everything else', async () => {
    const probe = await server.connect();
    probe.send({ cmd: 'user_leave' });
    expect(await probe.next()).toEqual(required);
  });

  test('the leaver is out of voice, gets the one broadcast as reply, and is disconnected', async () => {
    const { bob, alice } = await server.cast({ bob: {}, alice: {} });
    await intoVoice('alice');
    expect(inVoice('alice')).toBe(true);
    await alice.settle();
    await besidesVoice(bob);
    const order: string[] = [];
    server.chat.on('voice_leave', () => order.push('voice_leave'));
    server.chat.on('user_leave', () => order.push('user_leave'));
    server.chat.on('user_disconnect', () => order.push('user_disconnect'));

    alice.send({ cmd: 'user_leave', listener: 'L-1' });
    expect(await alice.probe.closed).toBe(1000);
    const seen = alice.probe.rest().filter((frame) => !String(frame.cmd).startsWith('voice_'));
    expect(seen).toEqual([{ ...leave('alice'), listener: 'L-1' }]);
    expect(await besidesVoice(bob)).toEqual([leave('alice'), { cmd: 'user_disconnect', username: 'alice' }]);
    expect(order).toEqual(['voice_leave', 'user_leave', 'user_disconnect']);
    expect(left).toMatchObject([
      { username: 'alice', user_id: 'USR:alice', kept: false, via: 'originchats' },
    ]);
    expect(warnings).toEqual([]);
  });

  test('without a listener the reply carries none', async () => {
    const { alice } = await server.cast({ alice: {} });
    alice.send({ cmd: 'user_leave', reason: 'no such field' });
    expect(await alice.probe.closed).toBe(1000);
    expect(alice.probe.rest()).toEqual([leave('alice')]);
  });

  test('other connections of the leaver hear it too and stay open, logged out, and may log in again as somebody new', async () => {
    await server.stop();
    await start(1_000);
    const { bob, alice } = await server.cast({ bob: {}, alice: {} });
    const second = await server.arrive('alice');
    await intoVoice('alice');
    const before = idOf('alice');
    await second.settle();
    await besidesVoice(bob);
    alice.send({ cmd: 'user_leave' });
    await alice.probe.closed;
    expect(await second.probe.until((frame) => frame.cmd === 'user_leave')).toEqual(leave('alice'));
    expect(await besidesVoice(bob)).toEqual([leave('alice'), { cmd: 'user_disconnect', username: 'alice' }]);

    for (const cmd of ['ping', 'message_new', 'user_leave', 'channels_get', 'nope']) {
      second.send({ cmd, channel: 'general', content: 'still here' });
      expect(await second.probe.next()).toEqual(required);
    }
    await bob.ask({ cmd: 'message_new', channel: 'general', content: 'alice is gone' });
    // Longer than a connection may take for its login.
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(second.probe.closedWith).toBeUndefined();
    expect(second.probe.rest()).toEqual([]);

    second.send({ cmd: 'auth', validator: '{"id":"USR:alice","name":"alice"}' });
    const user = { username: 'alice', roles: ['user'], color: null };
    expect(await second.probe.take(4)).toMatchObject([
      { cmd: 'auth_success' },
      { cmd: 'ready', user: { username: 'alice' } },
      { cmd: 'user_join', user },
      { cmd: 'user_connect', user },
    ]);
    expect(idOf('alice')).not.toBe(before);
    expect(left).toHaveLength(1);
  });

  test('another connection of the leaver hears nothing more, whatever goes with them and whatever happens', async () => {
    const { bob, alice } = await server.cast({ bob: {}, alice: { roles: ['owner', 'user'] } });
    const second = await server.arrive('alice');
    await alice.ask({
      cmd: 'slash_register',
      commands: [{ name: 'dance', description: 'x', options: [], whitelistRoles: null }],
    });
    await bob.settle();
    await second.settle();
    alice.send({ cmd: 'user_leave' });
    await alice.probe.closed;
    await second.probe.until((frame) => frame.cmd === 'user_leave');
    expect((await bob.settle()).map((frame) => frame.cmd)).toEqual([
      'user_leave',
      'slash_remove',
      'user_disconnect',
    ]);
    await server.chat.channels.create({ name: 'afterwards' });
    await server.chat.roles.create({ name: 'later' });
    await server.chat.messages.announce('to all');
    await bob.probe.until((frame) => frame.cmd === 'channels_get');
    expect(second.probe.rest()).toEqual([]);
    second.send({ cmd: 'ping' });
    expect(await second.probe.next()).toEqual(required);
  });

  test('another connection that has said nothing since its login stays open too, however short a while ago that was', async () => {
    await server.stop();
    await start(1_000);
    const { alice } = await server.cast({ alice: {} });
    const quiet = await server.connect();
    quiet.send({ cmd: 'auth', validator: '{"id":"USR:alice","name":"alice"}' });
    await quiet.until((frame) => frame.cmd === 'ready');
    alice.send({ cmd: 'user_leave' });
    await alice.probe.closed;
    // Longer than a connection may take for its login.
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(quiet.closedWith).toBeUndefined();
    quiet.send({ cmd: 'ping' });
    expect(await quiet.until((frame) => frame.cmd === 'auth_error')).toEqual(required);
  });

  test('messages, reactions and replies keep the name, before and after a restart, and a new login makes a new account', async () => {
    const { bob, alice } = await server.cast({ bob: {}, alice: {} });
    const { message } = await alice.ask({ cmd: 'message_new', channel: 'general', content: 'I was here' });
    await alice.ask({ cmd: 'message_react_add', channel: 'general', id: message.id, emoji: '👋' });
    await bob.ask({ cmd: 'message_new', channel: 'general', content: 'bye', reply_to: message.id });
    alice.send({ cmd: 'user_leave' });
    await alice.probe.closed;
    const history = async (member: Member) =>
      (await member.ask({ cmd: 'messages_get', channel: 'general' })).messages;
    const expected = [
      { user: 'alice', content: 'I was here', reactions: { '👋': ['alice'] } },
      { user: 'bob', content: 'bye', reply_to: { user: 'alice' } },
    ];
    expect(await history(bob)).toMatchObject(expected);
    const people = async (member: Member) =>
      (await member.ask({ cmd: 'users_list' })).users.map((one: { username: string }) => one.username);
    expect(await people(bob)).toEqual(['bob']);

    await restart();
    const again = await server.arrive('bob');
    expect(await history(again)).toMatchObject(expected);
    expect(await people(again)).toEqual(['bob']);
    expect(server.chat.users.byIdentity('test', 'USR:alice')).toBeUndefined();
    await server.arrive('alice');
    const user = { username: 'alice', roles: ['user'], color: null };
    expect(await again.settle()).toEqual([
      { cmd: 'user_join', user },
      { cmd: 'user_connect', user },
    ]);
    expect(await history(again)).toMatchObject(expected);
  });

  test('who is banned may leave: all the same happens, but the record and the ban stay, with a warning', async () => {
    const { olga, bob, alice } = await server.cast({
      olga: { roles: ['owner', 'user'] },
      bob: {},
      alice: {},
    });
    const second = await server.arrive('alice');
    await intoVoice('alice');
    await olga.ask({ cmd: 'user_ban', user: 'alice' });
    for (const member of [olga, bob, alice, second]) await besidesVoice(member);

    alice.send({ cmd: 'user_leave', listener: 'L-1' });
    expect(await alice.probe.closed).toBe(1000);
    expect(alice.probe.rest().filter((frame) => frame.cmd === 'user_leave')).toEqual([
      { ...leave('alice'), listener: 'L-1' },
    ]);
    for (const member of [olga, bob])
      expect(await besidesVoice(member)).toEqual([
        leave('alice'),
        { cmd: 'user_disconnect', username: 'alice' },
      ]);
    expect(await second.probe.until((frame) => frame.cmd === 'user_leave')).toEqual(leave('alice'));
    second.send({ cmd: 'ping' });
    expect(await second.probe.until((frame) => frame.cmd === 'auth_error')).toEqual(required);
    expect(inVoice('alice')).toBe(false);
    expect(left).toMatchObject([{ username: 'alice', user_id: 'USR:alice', kept: true }]);
    expect(warnings).toEqual(['User alice (ID: USR:alice) is banned, keeping in database']);

    // The record that stays is nobody's: it is not counted, and has no status.
    const info = (await (await fetch(`${httpOf(server)}/info`)).json()) as { readonly stats: object };
    expect(info.stats).toMatchObject({ total_users: 2 });
    expect(await bob.ask({ cmd: 'status_get', user: 'alice' })).toMatchObject({ val: 'User not found' });

    const refused = async () => {
      const probe = await server.connect();
      probe.send({ cmd: 'auth', validator: '{"id":"USR:alice","name":"alice"}' });
      expect(await probe.next()).toEqual({
        cmd: 'auth_error',
        val: 'Access denied: You are banned from this server',
      });
    };
    await refused();
    await restart();
    await refused();
    expect(server.chat.users.byIdentity('test', 'USR:alice')?.handle).toBe('alice');
    const owner = await server.arrive('olga', { roles: ['owner', 'user'] });
    expect(await owner.ask({ cmd: 'users_banned_list' })).toMatchObject({ users: ['alice'] });
    await owner.ask({ cmd: 'user_unban', user: 'alice' });
    expect(server.chat.users.byIdentity('test', 'USR:alice')).toBeUndefined();
    const { users } = await owner.ask({ cmd: 'users_list' });
    expect(users.map((one: { username: string }) => one.username)).not.toContain('alice');
    await server.arrive('alice');
    // "Later login creates a new account".
    expect((await owner.settle()).map((frame) => frame.cmd)).toEqual(['user_join', 'user_connect']);
  });

  test('a bystander who looks while somebody leaves sees them nowhere', async () => {
    const { bob, alice } = await server.cast({ bob: {}, alice: {} });
    await intoVoice('alice');
    alice.send({ cmd: 'user_leave' });
    await alice.probe.closed;
    await besidesVoice(bob);
    for (const cmd of ['users_list', 'users_online'])
      expect((await bob.ask({ cmd })).users.map((one: { username: string }) => one.username)).toEqual([
        'bob',
      ]);
    expect(await bob.ask({ cmd: 'user_roles_get', user: 'alice' })).toMatchObject({ val: 'User not found' });
    expect(server.chat.read((view) => [...view.all(voice)])).toEqual([]);
  });
}
