import { afterEach, describe, expect, test } from 'vitest';
import { guest } from '../../../src/adapters/auth/guest.js';
import { originchats } from '../../../src/dialects/originchats/index.js';
import { sockchat } from '../../../src/dialects/sockchat/index.js';
import { uuidOf } from '../../../src/dialects/uuid.js';
import { permissions } from '../../../src/domain/access/permissions.js';
import type { UserId } from '../../../src/domain/ids.js';
import { JsonProbe } from '../../support/json-probe.js';
import { SockProbe } from '../../support/sock-probe.js';
import { StandingClock } from '../sockchat/support/clock.js';
import {
  type Member,
  type ServeOptions,
  serve,
  token,
  tokens,
  type VenuelessServer,
} from './support/server.js';

const denied = { code: 'auth.denied', message: 'Permission denied.' };
const stranger = '3fa85f64-5717-4562-b3fc-2c963f66afa6';
const text = (channel: string, body = 'hello') => ({
  channel,
  event_type: 'channel.message',
  content: { type: 'text', body },
});

/** Sections 2 and 5: bans, silences, deletions, and what they do. */
export function moderation(): void {
  let server: VenuelessServer;
  let clock: StandingClock | undefined;
  afterEach(async () => {
    let stopped = false;
    const stopping = server.stop().finally(() => {
      stopped = true;
    });
    while (clock !== undefined && !stopped) await clock.advance(1_000);
    clock = undefined;
    await stopping;
  });
  const cast = async (options: ServeOptions = {}) => {
    server = await serve(options);
    return server.cast({ anna: {}, ben: {}, max: { traits: ['admin'] }, mia: { traits: ['admin'] } });
  };
  const idOf = (handle: string): UserId => {
    const found = server.chat.users.byHandle(handle);
    if (found === undefined) throw new Error(`nobody is called ${handle}`);
    return found.id;
  };
  /** The socket is told to load anew and closed, and nothing else. */
  const reloaded = async ({ probe }: Member) => {
    expect(await probe.closed).toBe(1000);
    expect(probe.rest()).toEqual([['connection.reload', {}]]);
  };
  /** What a login by token is answered with. */
  const knock = async (uid: string) => {
    const probe = await server.connect(uid);
    probe.send(['authenticate', { token: await token({ uid, traits: [], profile: {} }) }]);
    return probe.next();
  };

  test.each(['user.ban', 'user.silence', 'user.reactivate', 'user.delete'])(
    '%s takes world:users.manage, somebody else, and somebody there is',
    async (action) => {
      const { anna, ben, max } = await cast();
      expect(await anna.refused(action, { id: ben.id })).toEqual(denied);
      expect(await anna.refused(action, { id: stranger })).toEqual(denied);
      expect(await max.refused(action, { id: max.id })).toEqual({ code: `${action}.self` });
      for (const id of [stranger, '1234', 4, null, [], max.channel('stage')])
        expect(await max.refused(action, { id })).toEqual({ code: 'user.not_found' });
      for (const payload of [{}, null])
        expect(await max.refused(action, payload)).toEqual({ code: 'user.invalid_body' });
      expect(await ben.settle()).toEqual([]);
    },
  );

  test('whoever manages people may act on others who do, but not on who is above them in the chat', async () => {
    const { max, mia, ben } = await cast();
    expect(await max.done('user.silence', { id: mia.id })).toEqual({});
    expect(await max.done('user.reactivate', { id: mia.id })).toEqual({});
    await server.chat.users.update(idOf('ben'), { rank: 5 });
    await ben.settle();
    for (const action of ['user.ban', 'user.silence', 'user.delete'])
      expect(await max.refused(action, { id: ben.id })).toEqual(denied);
    expect(await max.refused('user.admin.update', { id: ben.id, profile: {} })).toEqual(denied);
    expect(await ben.settle()).toEqual([]);
  });

  describe('user.ban', () => {
    test('has every socket of the user load anew and closes it, keeps them out of everything, and tells nobody else', async () => {
      const { anna, ben, max } = await cast();
      const tab = await server.arrive('ben');
      expect(await max.done('user.ban', { id: ben.id })).toEqual({});
      await reloaded(ben);
      await reloaded(tab);
      expect(await knock('ben')).toEqual(['error', { code: 'auth.denied' }]);
      expect(await max.done('user.ban', { id: ben.id })).toEqual({});
      expect(await anna.settle()).toEqual([]);
      expect(await max.settle()).toEqual([]);
      expect(await anna.done('user.online_status', { ids: [ben.id] })).toEqual({ [ben.id]: false });
    });

    test('takes people out of the member lists of rooms, and leaves them in those of direct channels', async () => {
      const { anna, ben, max } = await cast();
      const stage = anna.channel('stage');
      await ben.done('chat.join', { channel: stage });
      const direct = await ben.done('chat.direct.create', { users: [anna.id] });
      await max.done('user.ban', { id: ben.id });
      expect((await anna.done('chat.subscribe', { channel: stage })).members).toEqual([]);
      expect((await anna.done('chat.subscribe', { channel: direct.id })).members).toHaveLength(2);
    });

    test('ends the sessions of all protocols', async () => {
      const { max } = await cast({ beside: [sockchat()], auth: chained() });
      const saki = await SockProbe.login(server.beside('sockchat'), 'saki', 'saki');
      await server.chat.users.update(idOf('saki'), { rank: 0, permissions: [] });
      await max.done('user.ban', { id: uuidOf('user', idOf('saki')) });
      await saki.closed;
    });
  });

  describe('user.silence', () => {
    test('has every socket load anew; then one may log in, read and join, and say nothing', async () => {
      const { anna, ben, max } = await cast();
      const stage = anna.channel('stage');
      await anna.done('chat.join', { channel: stage });
      const { id: direct } = await anna.done('chat.direct.create', { users: [ben.id], hide: false });
      await ben.settle();
      expect(await max.done('user.silence', { id: ben.id })).toEqual({});
      await reloaded(ben);
      const back = await server.arrive('ben');
      const { permissions: world, rooms } = back.welcome['world.config'];
      expect(world).toEqual(['world:view']);
      expect([...rooms[0].permissions].sort()).toEqual(['room:chat.join', 'room:chat.read', 'room:view']);
      expect((await back.done('chat.join', { channel: stage })).members).toMatchObject([{ id: anna.id }]);
      await back.done('chat.fetch', { channel: stage, count: 25 });
      await back.done('chat.subscribe', { channel: direct });
      await back.done('user.update', { profile: { display_name: 'ben', fields: { job: 'none' } } });
      expect(await back.refused('user.update', { profile: { display_name: 'Ben' } })).toEqual({
        code: 'chat.denied',
      });
      await back.settle();
      await anna.settle();
      const refused = { code: 'protocol.denied', message: 'Permission denied.' };
      expect(await back.refused('chat.send', text(stage))).toEqual(refused);
      expect(await back.refused('chat.send', text(direct))).toEqual({ code: 'chat.denied' });
      expect(await back.refused('chat.direct.create', { users: [max.id] })).toEqual(denied);
      expect(await anna.settle()).toEqual([]);
      await anna.done('chat.send', text(stage, 'still read'));
      expect((await back.settle())[0]).toMatchObject(['chat.event', { content: { body: 'still read' } }]);
    });

    test('holds here for those too who may silence others', async () => {
      const { max, mia } = await cast();
      await max.done('user.silence', { id: mia.id });
      const back = await server.arrive('mia', { traits: ['admin'] });
      expect(await back.refused('user.ban', { id: max.id })).toEqual(denied);
      await back.done('chat.join', { channel: back.channel('stage') });
      expect(await back.refused('chat.send', text(back.channel('stage')))).toMatchObject({
        code: 'protocol.denied',
      });
    });

    test('holds for them in direct channels as well', async () => {
      const { max, mia, ben } = await cast();
      const { id } = await mia.done('chat.direct.create', { users: [ben.id] });
      const said = (await mia.done('chat.send', text(id))).event.event_id;
      await max.done('user.silence', { id: mia.id });
      const back = await server.arrive('mia', { traits: ['admin'] });
      const deleted = { event_type: 'channel.message', content: { type: 'deleted' }, replaces: said };
      expect(await back.refused('chat.send', text(id))).toEqual({ code: 'chat.denied' });
      expect(await back.refused('chat.send', { ...text(id), replaces: said })).toEqual({
        code: 'chat.denied',
      });
      expect(await back.refused('chat.send', { channel: id, ...deleted })).toEqual({ code: 'chat.denied' });
      const reaction = { channel: id, event: said, reaction: '👍' };
      expect(await back.refused('chat.react', reaction)).toEqual({ code: 'chat.denied' });
    });

    test('is ignored, with success, for somebody banned', async () => {
      const { ben, max } = await cast();
      await max.done('user.ban', { id: ben.id });
      expect(await max.done('user.silence', { id: ben.id })).toEqual({});
      expect(await max.done('user.fetch', { id: ben.id })).toMatchObject({ moderation_state: 'banned' });
      await max.done('user.reactivate', { id: ben.id });
      expect(await max.done('user.fetch', { id: ben.id })).toMatchObject({ moderation_state: '' });
    });

    test('has the sockets load anew again for somebody silenced already', async () => {
      const { ben, max } = await cast();
      await max.done('user.silence', { id: ben.id });
      await reloaded(ben);
      const back = await server.arrive('ben');
      expect(await max.done('user.silence', { id: ben.id })).toEqual({});
      await reloaded(back);
    });
  });

  describe('user.reactivate', () => {
    test('lifts silence and ban without a push', async () => {
      const { ben, max } = await cast();
      const stage = max.channel('stage');
      await max.done('user.silence', { id: ben.id });
      const back = await server.arrive('ben');
      await back.done('chat.join', { channel: stage });
      await back.settle();
      expect(await max.done('user.reactivate', { id: ben.id })).toEqual({});
      expect(await back.settle()).toEqual([]);
      await back.done('chat.send', text(stage));
      await max.done('user.silence', { id: ben.id });
      await max.done('user.ban', { id: ben.id });
      expect(await max.done('user.reactivate', { id: ben.id })).toEqual({});
      expect(await max.done('user.fetch', { id: ben.id })).toMatchObject({ moderation_state: '' });
      expect((await knock('ben'))[0]).toBe('authenticated');
      expect(await max.done('user.reactivate', { id: ben.id })).toEqual({});
    });
  });

  describe('user.delete', () => {
    test('has the sockets load anew, keeps the id, turns each page away that loads, and then makes a new user of the same token or client id', async () => {
      const { anna, ben, max } = await cast();
      const stage = max.channel('stage');
      await ben.done('chat.join', { channel: stage });
      await ben.done('chat.send', text(stage));
      const { id: direct } = await ben.done('chat.direct.create', { users: [anna.id], hide: false });
      await ben.settle();
      const left: unknown[] = [];
      server.chat.on('user_leave', (event) => left.push(event));
      expect(await max.done('user.delete', { id: ben.id })).toEqual({});
      await reloaded(ben);
      expect(left).toMatchObject([{ user_id: 'ben', username: 'ben', via: 'venueless', by: idOf('max') }]);
      const gone = {
        id: ben.id,
        profile: {},
        pretalx_id: null,
        deleted: true,
        badges: [],
        inactive: true,
      };
      expect(await anna.done('user.fetch', { id: ben.id })).toEqual(gone);
      expect(await anna.done('user.fetch', { ids: [ben.id] })).toEqual({ [ben.id]: gone });
      expect(await max.done('user.fetch', { id: ben.id })).toEqual({
        ...gone,
        moderation_state: '',
        token_id: null,
      });
      expect((await anna.done('chat.subscribe', { channel: stage })).members).toEqual([]);
      expect((await anna.done('chat.subscribe', { channel: direct })).members).toHaveLength(2);
      for (const action of ['user.delete', 'user.ban', 'user.reactivate'])
        expect(await max.refused(action, { id: ben.id })).toEqual({ code: 'user.not_found' });
      expect(await knock('ben')).toEqual(['error', { code: 'auth.denied' }]);
      const again = await server.arrive('ben');
      expect(again.id).not.toBe(ben.id);
      expect(again.welcome['chat.channels']).toEqual([]);
      await max.done('user.delete', { id: anna.id });
      expect(await max.refused('chat.subscribe', { channel: direct })).toEqual({ code: 'chat.denied' });
    });

    test('of a guest lets the same client id begin anew', async () => {
      const { max } = await cast();
      const gast = await server.guest('gast');
      await max.done('user.delete', { id: gast.id });
      await reloaded(gast);
      await expect(server.guest('gast')).rejects.toThrow('auth.denied');
      expect((await server.guest('gast')).id).not.toBe(gast.id);
    });

    test('of somebody banned leaves the ban in force, and reactivating lifts it', async () => {
      const { ben, max } = await cast();
      await max.done('user.ban', { id: ben.id });
      expect(await max.done('user.delete', { id: ben.id })).toEqual({});
      expect(await max.done('user.fetch', { id: ben.id })).toMatchObject({ deleted: true, profile: {} });
      expect(await knock('ben')).toEqual(['error', { code: 'auth.denied' }]);
      expect(await max.done('user.reactivate', { id: ben.id })).toEqual({});
      expect((await knock('ben'))[0]).toBe('authenticated');
    });

    test('an id that was never given out is unknown, not deleted', async () => {
      const { anna } = await cast();
      const never = uuidOf('user', 2 ** 53 - 1);
      expect(await anna.refused('user.fetch', { id: never })).toEqual({ code: 'user.not_found' });
    });

    test('whoever leaves for good in another way is told that they are nobody now', async () => {
      const { ben } = await cast();
      await server.chat.users.remove(idOf('ben'));
      expect(await ben.probe.closed).toBe(1000);
      expect(ben.probe.rest()).toEqual([['error', { code: 'auth.denied' }]]);
    });
  });

  describe('user.admin.update', () => {
    test('sets a profile, tells all sockets of its user, without client_state, and nobody else', async () => {
      const { anna, ben, max } = await cast();
      const tab = await server.arrive('ben');
      await ben.done('user.update', { client_state: { a: 1 } });
      await tab.settle();
      const profile = { display_name: 'Benjamin', fields: { a: 'b' } };
      expect(await max.done('user.admin.update', { id: ben.id, profile, pretalx_id: 'X' })).toEqual({});
      const updated = {
        id: ben.id,
        profile,
        pretalx_id: null,
        deleted: false,
        badges: [],
        inactive: false,
      };
      for (const socket of [ben, tab]) expect(await socket.settle()).toEqual([['user.updated', updated]]);
      expect(await anna.settle()).toEqual([]);
      expect(await max.settle()).toEqual([]);
      expect(await anna.refused('user.admin.update', { id: ben.id, profile })).toEqual(denied);
      expect(await max.refused('user.admin.update', { id: stranger, profile })).toEqual({
        code: 'user.not_found',
      });
      expect(await max.refused('user.admin.update', { id: ben.id, profile: 4 })).toEqual({
        code: 'user.invalid_body',
      });
      expect(await max.refused('user.admin.update', { profile })).toEqual({ code: 'user.invalid_body' });
      expect(await max.done('user.admin.update', { id: ben.id, pretalx_id: 'X' })).toEqual({});
      expect(await max.done('user.admin.update', { id: max.id, profile: { display_name: 'M' } })).toEqual({});
      expect(await max.settle()).toMatchObject([['user.updated', { profile: { display_name: 'M' } }]]);
      expect(await ben.settle()).toEqual([]);
    });
  });

  test('pushes and member lists tell the state and the token id to those who may manage people, and to nobody else', async () => {
    const { anna, ben, max } = await cast();
    const stage = anna.channel('stage');
    for (const one of [anna, max]) await one.done('chat.join', { channel: stage });
    for (const one of [anna, max]) await one.settle();
    await ben.done('chat.join', { channel: stage });
    const [[, seen]] = await anna.settle();
    const [[, managed]] = await max.settle();
    expect(seen.content.user).not.toHaveProperty('moderation_state');
    expect(seen.users[ben.id]).not.toHaveProperty('token_id');
    expect(managed.content.user).toEqual({
      ...seen.content.user,
      moderation_state: '',
      token_id: 'ben',
    });
    expect(managed.users[ben.id]).toEqual(managed.content.user);
    await max.done('user.silence', { id: ben.id });
    const { members } = await max.done('chat.subscribe', { channel: stage });
    expect(members.find(({ id }: Member) => id === ben.id)).toMatchObject({ moderation_state: 'silenced' });
    for (const member of (await anna.done('chat.subscribe', { channel: stage })).members)
      expect(member).not.toHaveProperty('moderation_state');
    await ben.probe.closed;
    await max.done('user.reactivate', { id: ben.id });
    const back = await server.arrive('ben');
    await back.done('chat.direct.create', { users: [anna.id, max.id], hide: false });
    const lists = async (who: Member) =>
      (await who.settle()).find(([name]) => name === 'chat.channels')?.[1].channels;
    const ofAnna = await lists(anna);
    const ofMax = await lists(max);
    for (const { members = [] } of ofAnna)
      for (const one of members) expect(one).not.toHaveProperty('token_id');
    for (const { members = [] } of ofMax)
      for (const one of members)
        expect(one).toMatchObject({ moderation_state: '', token_id: expect.any(String) });
  });

  describe('from elsewhere', () => {
    test('the host’s kicks, bans, silences and their end reach the sockets in the same way', async () => {
      const { ben } = await cast();
      await server.chat.users.kick(idOf('ben'));
      await reloaded(ben);
      let back = await server.arrive('ben');
      await server.chat.users.silence(idOf('ben'));
      await reloaded(back);
      back = await server.arrive('ben');
      await server.chat.users.unsilence(idOf('ben'));
      await reloaded(back);
      back = await server.arrive('ben');
      await server.chat.users.ban(idOf('ben'));
      await reloaded(back);
      expect(await knock('ben')).toEqual(['error', { code: 'auth.denied' }]);
    });

    test('commands of Sock Chat moderate people here', async () => {
      const { ben, max } = await cast({
        beside: [sockchat({ penalties: 'everywhere' })],
        auth: chained(),
      });
      const saki = await SockProbe.login(server.beside('sockchat'), 'saki', 'saki');
      const gast = await server.guest('gast');
      await gast.done('user.update', { profile: { display_name: 'Gast' } });
      saki.say('/silence Gast');
      await reloaded(gast);
      expect((await max.done('user.fetch', { id: gast.id })).moderation_state).toBe('silenced');
      saki.say('/kick ben');
      await reloaded(ben);
      const back = await server.arrive('ben');
      saki.say('/ban ben');
      await reloaded(back);
      expect(await knock('ben')).toEqual(['error', { code: 'auth.denied' }]);
    });

    test('a timeout and a ban by an owner on OriginChats reach people here, whose sessions do not stay', async () => {
      const { ben, max } = await cast({
        beside: [originchats()],
        auth: chained(),
      });
      const olivia = await JsonProbe.open(`${server.beside('originchats')}/`, 'olivia');
      olivia.send({ cmd: 'auth', validator: 'olivia' });
      await olivia.until((frame) => frame.cmd === 'ready');
      await server.chat.users.setRoles(idOf('olivia'), ['owner']);
      olivia.send({ cmd: 'user_timeout', user: 'ben', timeout: 60 });
      await reloaded(ben);
      expect((await max.done('user.fetch', { id: ben.id })).moderation_state).toBe('silenced');
      const back = await server.arrive('ben');
      olivia.send({ cmd: 'user_ban', user: 'ben' });
      await reloaded(back);
      expect(await knock('ben')).toEqual(['error', { code: 'auth.denied' }]);
    });
  });

  describe('a silence that ends by itself', () => {
    const timed = async () => {
      clock = new StandingClock();
      server = await serve({ clock });
      const gast = await server.guest('gast');
      await gast.done('user.update', { profile: { display_name: 'Gast' } });
      return gast;
    };
    const silence = (ms: number) =>
      server.chat.run('user.silence', {
        by: 'host',
        user: idOf('Gast'),
        until: (clock?.now() ?? 0) + ms,
        anew: true,
      });

    test('has the sockets load anew, whether it was given before the login or, longer than that, while connected', async () => {
      const gast = await timed();
      await silence(60_000);
      await reloaded(gast);
      const back = await server.guest('gast');
      expect(back.welcome['world.config'].permissions).toEqual(['world:view']);
      await silence(600_000);
      await reloaded(back);
      const again = await server.guest('gast');
      await clock?.advance(70_000);
      expect(await again.settle()).toEqual([]);
      // Clients that are silent for long are ended.
      for (let passed = 0; passed < 540_000; passed += 30_000) {
        await clock?.advance(30_000);
        if (again.probe.closedWith === undefined) again.send(['ping', passed]);
      }
      expect(await again.probe.closed).toBe(1000);
      expect(again.probe.rest().at(-1)).toEqual(['connection.reload', {}]);
      const { permissions: free } = (await server.guest('gast')).welcome['world.config'];
      expect(free).toContain('world:chat.direct');
    });
  });
}

/** Tokens and guests as ever; on other protocols whoever says a name, and may do all that the chat knows. */
function chained(): NonNullable<ServeOptions['auth']> {
  const guests = guest();
  return async (credentials, context) => {
    const { kind, arguments: words } = credentials;
    const [name = ''] = words;
    if (kind === 'arguments' || kind === 'validator')
      return { provider: 'test', id: name, name, rank: 10, permissions };
    if (kind === 'client') return guests(credentials, context);
    return tokens(credentials, context);
  };
}
