import { afterEach, expect, test } from 'vitest';
import type { UserId } from '../../../src/domain/ids.js';
import { type Member, type OriginServer, type ServeOptions, serve } from './support/server.js';

export function moderation(): void {
  let server: OriginServer;
  afterEach(async () => {
    expect(server.errors).toEqual([]);
    await server.stop();
  });

  const error = (cmd: string, val: string) => ({ cmd: 'error', src: cmd, val });
  const bare = (val: string) => ({ cmd: 'error', val });
  const bannedText = 'Access denied: You are banned from this server';
  const ownerOnly = bare("Access denied: 'owner' role required");

  async function people(options: ServeOptions = {}) {
    server = await serve(options);
    return server.cast({
      olga: { roles: ['owner', 'user'] },
      adam: { roles: ['admin', 'user'] },
      bob: {},
    });
  }

  const idOf = (name: string) => server.chat.users.byHandle(name)?.id as UserId;

  /** Sends a request and takes all that comes of it. */
  async function told(member: Member, request: { readonly cmd: string; readonly [f: string]: unknown }) {
    member.send({ ...request, listener: 'L' });
    return member.settle();
  }

  test('user_ban leaves the target connected, deaf and mute, and nobody else is told; user_unban ends that', async () => {
    const { olga, adam, bob } = await people();
    expect(await olga.ask({ cmd: 'user_ban', user: 'BOB' })).toEqual({
      cmd: 'user_ban',
      user: 'bob',
      banned: true,
    });
    expect(await adam.settle()).toEqual([]);
    for (const cmd of ['message_new', 'channels_get', 'nope'])
      expect(await bob.ask({ cmd, channel: 'general', content: 'hi' })).toEqual(
        cmd === 'nope' ? error(cmd, 'Unknown command: nope') : error(cmd, bannedText),
      );
    await adam.ask({ cmd: 'message_new', channel: 'general', content: 'without bob' });
    await server.chat.messages.announce('hear, hear');
    expect(await bob.settle()).toEqual([]);
    const { users } = await adam.ask({ cmd: 'users_list' });
    const names = (list: { username: string }[]) => list.map((one) => one.username);
    expect(names(users)).toEqual(['olga', 'adam']);
    const online = async () => names((await adam.ask({ cmd: 'users_online' })).users);
    expect(await online()).toEqual(['olga', 'adam']);
    const list = () => olga.ask({ cmd: 'users_banned_list' });
    expect(await list()).toEqual({ cmd: 'users_banned_list', users: ['bob'] });
    const probe = await server.connect();
    probe.send({ cmd: 'auth', validator: '{"id":"USR:bob","name":"bob"}' });
    expect(await probe.next()).toEqual({ cmd: 'auth_error', val: bannedText });

    expect(await olga.ask({ cmd: 'user_unban', user: 'bob' })).toEqual({
      cmd: 'user_unban',
      user: 'bob',
      unbanned: true,
    });
    await adam.ask({ cmd: 'message_new', channel: 'general', content: 'with bob' });
    expect(await bob.settle()).toMatchObject([{ cmd: 'message_new', message: { content: 'with bob' } }]);
    expect(await list()).toEqual({ cmd: 'users_banned_list', users: [] });
    expect(await online()).toEqual(['olga', 'adam', 'bob']);
  });

  test('roles that were taken while somebody was deaf hold when they hear again', async () => {
    const staff = { see: ['admin', 'owner'], read: ['admin', 'owner'], send: ['owner'] };
    const { olga, bob } = await people({
      channels: [{ name: 'general' }, { name: 'staff', roles: staff }],
    });
    const speak = () => olga.ask({ cmd: 'message_new', channel: 'staff', content: 'secret' });
    const set = (given: string[]) => olga.ask({ cmd: 'user_roles_set', user: 'bob', roles: given }, 'roles');
    await set(['admin', 'user']);
    await bob.settle();
    await speak();
    expect(await bob.settle()).toMatchObject([{ cmd: 'message_new' }]);
    await olga.ask({ cmd: 'user_ban', user: 'bob' });
    await set(['user']);
    await olga.ask({ cmd: 'user_unban', user: 'bob' });
    await speak();
    expect(await bob.settle()).toEqual([]);
  });

  test('banning and unbanning answer for whoever is not there or not banned, and refuse in their own words', async () => {
    const { olga, adam, bob } = await people();
    const ban = (by: Member, user?: unknown) => by.ask({ cmd: 'user_ban', user });
    expect(await ban(olga)).toEqual(error('user_ban', 'User parameter is required'));
    expect(await ban(olga, 'ghost')).toEqual({ cmd: 'user_ban', user: 'ghost', banned: false });
    expect(await ban(olga, 'olga')).toMatchObject({ cmd: 'error', src: 'user_ban' });
    expect(await ban(bob, 'adam')).toEqual(ownerOnly);
    expect(await ban(adam, 'olga')).toEqual(error('user_ban', 'You cannot ban this user'));
    expect(await ban(adam, 'bob')).toMatchObject({ banned: true });
    const unban = (by: Member, user?: unknown) => by.ask({ cmd: 'user_unban', user });
    expect(await unban(olga)).toEqual(error('user_unban', 'User parameter is required'));
    expect(await unban(olga, 'adam')).toEqual({ cmd: 'user_unban', user: 'adam', unbanned: false });
    expect(await unban(olga, 'ghost')).toEqual({ cmd: 'user_unban', user: 'ghost', unbanned: false });
    expect(await unban(bob, 'bob')).toEqual(error('user_unban', bannedText));
    await server.chat.users.setRoles(idOf('adam'), []);
    expect(await ban(adam, 'bob')).toEqual(bare('User roles not found'));
    expect(await adam.ask({ cmd: 'users_banned_list' })).toEqual(bare('User roles not found'));
  });

  test('a ban or a kick from elsewhere ends each connection with a word and a normal close', async () => {
    const { adam, bob } = await people();
    const second = await server.arrive('bob');
    await server.chat.users.ban(idOf('bob'));
    for (const { probe } of [bob, second]) {
      expect(await probe.closed).toBe(1000);
      expect(probe.frames.at(-1)).toEqual({ cmd: 'disconnect', reason: 'You have been banned' });
    }
    expect(await adam.settle()).toEqual([{ cmd: 'user_disconnect', username: 'bob' }]);
    const carl = await server.arrive('carl');
    await server.chat.users.kick(idOf('carl'));
    expect(await carl.probe.closed).toBe(1000);
    expect(carl.probe.frames.at(-1)).toEqual({ cmd: 'disconnect', reason: 'You have been kicked' });
  });

  test('user_timeout tells the target, holds for messages, and 0 lifts it', async () => {
    const { olga, adam, bob } = await people();
    const timeout = (by: Member, seconds: unknown, user: unknown = 'bob') =>
      by.ask({ cmd: 'user_timeout', user, timeout: seconds });
    for (const wrong of [-1, 1.5, '5', null, undefined, 1e12])
      expect(await timeout(olga, wrong)).toEqual(error('user_timeout', 'Timeout must be a positive integer'));
    expect(await timeout(olga, 60, null)).toEqual(error('user_timeout', 'User parameter is required'));
    expect(await timeout(olga, 60, 'ghost')).toEqual(error('user_timeout', 'User not found'));
    expect(await timeout(bob, 60)).toEqual(ownerOnly);
    expect(await timeout(adam, 60)).toEqual({ cmd: 'user_timeout', user: 'bob', timeout: 60 });
    expect(await bob.settle()).toEqual([{ cmd: 'rate_limit', reason: 'User timeout set', length: 60_000 }]);
    const speak = () => bob.ask({ cmd: 'message_new', channel: 'general', content: 'hi' });
    expect(await speak()).toMatchObject({
      cmd: 'rate_limit',
      reason: expect.stringMatching(/^You are in timeout for (60|59)\.[0-9] more seconds$/),
    });
    expect(await timeout(adam, 0)).toEqual({ cmd: 'user_timeout', user: 'bob', timeout: 0 });
    expect(await speak()).toMatchObject({ cmd: 'message_new' });
  });

  test('user_update changes the username and the nickname of somebody: first told to all, then answered', async () => {
    const { olga, adam, bob } = await people();
    const update = { cmd: 'user_update', user: 'bob', updates: { username: 'robert', nickname: 'Rob' } };
    const updated = { cmd: 'user_updated', user_id: 'USR:bob', username: 'robert', nickname: 'Rob' };
    expect(await told(adam, update)).toEqual([
      updated,
      { cmd: 'user_update', user: 'robert', nickname: 'Rob', listener: 'L' },
    ]);
    expect(await olga.settle()).toEqual([updated]);
    expect(await bob.settle()).toEqual([updated]);
    const clear = { cmd: 'user_update', user: 'robert', updates: { nickname: null } };
    expect(await adam.ask(clear)).toEqual({ cmd: 'user_update', user: 'robert', nickname: null });
    const rows: [unknown, unknown, string][] = [
      [undefined, {}, 'User parameter is required'],
      ['ghost', {}, 'User not found'],
      ['robert', [], 'Updates must be an object'],
      ['robert', { roles: [] }, 'Cannot update field: roles'],
      ['robert', { username: '' }, 'Username must be a non-empty string'],
      ['robert', { username: 7 }, 'Username must be a non-empty string'],
      ['robert', { username: 'OLGA' }, 'Username already taken'],
      ['robert', { nickname: 7 }, 'Nickname must be a string or null'],
      ['robert', { nickname: 'x'.repeat(21) }, 'Nickname too long (max 20 characters)'],
    ];
    for (const [user, updates, text] of rows)
      expect(await adam.ask({ cmd: 'user_update', user, updates })).toEqual(error('user_update', text));
    const denied = error('user_update', "Access denied: 'manage_users' permission required");
    expect(await bob.ask({ cmd: 'user_update', user: 'bob', updates: {} })).toEqual(denied);
  });

  test('user_delete removes an account, tells all with user_leave, and leaves its connections open, logged out', async () => {
    const { olga, adam, bob } = await people();
    expect(await adam.ask({ cmd: 'user_delete', user: 'bob' })).toEqual(ownerOnly);
    const del = (user?: string) => olga.ask({ cmd: 'user_delete', user });
    expect(await del()).toEqual(error('user_delete', 'User parameter is required'));
    expect(await del('ghost')).toEqual(error('user_delete', 'User not found'));
    expect(await del('olga')).toEqual(error('user_delete', 'Cannot delete the last owner'));
    expect(await told(olga, { cmd: 'user_delete', user: 'bob' })).toEqual([
      { cmd: 'user_leave', username: 'bob' },
      { cmd: 'user_disconnect', username: 'bob' },
      { cmd: 'user_delete', user: 'bob', deleted: true, listener: 'L' },
    ]);
    bob.send({ cmd: 'ping' });
    expect(await bob.probe.take(2)).toEqual([
      { cmd: 'user_leave', username: 'bob' },
      { cmd: 'auth_error', val: 'Authentication required' },
    ]);
  });

  test('rate_limit_status shows the own counts, those of others to owners, and rate_limit_reset clears them', async () => {
    const { olga, adam, bob } = await people({ originchats: { rateLimits: { enabled: true, burst: 2 } } });
    const speak = () => bob.ask({ cmd: 'message_new', channel: 'general', content: 'hi' });
    for (let i = 0; i < 3; i++) await speak();
    const status = (by: Member, user?: string) => by.ask({ cmd: 'rate_limit_status', ...(user && { user }) });
    const counts = {
      messages_this_minute: 2,
      messages_per_minute_limit: 60,
      recent_messages: 2,
      burst_limit: 2,
      cooldown_remaining: expect.any(Number),
    };
    const shown = { cmd: 'rate_limit_status', user: 'bob', status: counts };
    expect(await status(bob)).toEqual(shown);
    expect(await status(olga, 'bob')).toEqual(shown);
    const own = 'Access denied: can only check your own rate limit status';
    expect(await status(adam, 'bob')).toEqual(error('rate_limit_status', own));
    expect(await status(olga, 'ghost')).toEqual(error('rate_limit_status', 'User not found'));
    const reset = (by: Member) => by.ask({ cmd: 'rate_limit_reset', user: 'bob' });
    expect(await reset(bob)).toEqual(
      error('rate_limit_reset', "Access denied: 'manage_server' permission required"),
    );
    expect(await speak()).toMatchObject({ cmd: 'rate_limit' });
    expect(await reset(adam)).toEqual({
      cmd: 'rate_limit_reset',
      user: 'bob',
      val: 'Rate limit reset for user bob',
    });
    expect(await speak()).toMatchObject({ cmd: 'message_new' });
  });

  test('without a rate limiter there is nothing to show or reset', async () => {
    const { olga } = await people();
    const text = 'Rate limiter not available or disabled';
    for (const cmd of ['rate_limit_status', 'rate_limit_reset'])
      expect(await olga.ask({ cmd, user: 'bob' })).toEqual(error(cmd, text));
  });

  test('modlog_get shows who did what, newest first, and modlog_summary counts it', async () => {
    const { olga, adam, bob } = await people();
    await adam.ask({ cmd: 'user_timeout', user: 'bob', timeout: 60 });
    await adam.ask({ cmd: 'user_update', user: 'bob', updates: { nickname: 'B' } });
    await olga.ask({ cmd: 'role_create', name: 'artist' });
    const get = (more: object = {}) => adam.ask({ cmd: 'modlog_get', ...more });
    const entry = (action: string, category: string, by: string, target: string | null) => ({
      id: expect.stringMatching(new RegExp(`^[0-9]{13}-USR:${by}$`)),
      action,
      category,
      actor_id: `USR:${by}`,
      actor_name: by,
      target_id: target === null ? null : `USR:${target}`,
      target_name: target,
      details: expect.any(Object),
      timestamp: expect.any(Number),
    });
    const created = entry('role_create', 'role_management', 'olga', null);
    const update = entry('user_update', 'user_moderation', 'adam', 'bob');
    const timeout = entry('user_timeout', 'user_moderation', 'adam', 'bob');
    const page = { cmd: 'modlog_get', total: 3, offset: 0, limit: 100 };
    expect(await get()).toEqual({ ...page, entries: [created, update, timeout] });
    expect(await get({ limit: 1, offset: 1 })).toEqual({ ...page, entries: [update], offset: 1, limit: 1 });
    expect(await get({ actor: 'OLGA' })).toEqual({ ...page, total: 1, entries: [created] });
    expect(await get({ target: 'USR:bob', action: 'user_update' })).toMatchObject({
      total: 1,
      entries: [update],
    });
    expect(await get({ category: 'role_management' })).toMatchObject({ entries: [created] });
    expect(await get({ category: 'nonsense' })).toEqual({ ...page, total: 0, entries: [] });
    expect(await get({ after: Date.now() / 1000 + 60 })).toMatchObject({ entries: [] });
    expect(await get({ after: 0 })).toMatchObject({ total: 3 });
    const rows: [object, string][] = [
      [{ limit: 0 }, 'Limit must be between 1 and 200'],
      [{ limit: 201 }, 'Limit must be between 1 and 200'],
      [{ limit: 'x' }, 'Limit must be between 1 and 200'],
      [{ offset: -1 }, 'Offset must be a non-negative integer'],
      [{ offset: 0.5 }, 'Offset must be a non-negative integer'],
      [{ after: 'x' }, 'After must be a valid Unix timestamp'],
      [{ after: -1 }, 'After must be a valid Unix timestamp'],
    ];
    for (const [more, text] of rows) expect(await get(more)).toEqual(error('modlog_get', text));
    expect(await adam.ask({ cmd: 'modlog_summary' })).toEqual({
      cmd: 'modlog_summary',
      action_counts: {
        'role_management.role_create': 1,
        'user_moderation.user_timeout': 1,
        'user_moderation.user_update': 1,
      },
      category_totals: { role_management: 1, user_moderation: 2 },
      total: 3,
    });
    const denied = "Access denied: 'view_audit_log' or 'manage_users' permission required";
    for (const cmd of ['modlog_get', 'modlog_summary'])
      expect(await bob.ask({ cmd })).toEqual(error(cmd, denied));
  });
}
