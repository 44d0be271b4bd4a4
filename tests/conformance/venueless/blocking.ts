import { afterEach, beforeEach, expect, test } from 'vitest';
import { sockchat } from '../../../src/dialects/sockchat/index.js';
import { SockProbe } from '../../support/sock-probe.js';
import { type Member, serve, tokens, type VenuelessServer } from './support/server.js';

const stranger = '3fa85f64-5717-4562-b3fc-2c963f66afa6';
const text = (channel: string, body = 'hello') => ({
  channel,
  event_type: 'channel.message',
  content: { type: 'text', body },
});

/** Section 5: who wants to hear nothing more from whom. */
export function blocking(): void {
  let server: VenuelessServer;
  let anna: Member;
  let ben: Member;
  let carla: Member;
  beforeEach(async () => {
    server = await serve({
      beside: [sockchat()],
      auth: (credentials, context) =>
        credentials.kind === 'arguments'
          ? // The same people as by tokens.
            { provider: 'jwt', id: credentials.arguments[0] ?? '', name: credentials.arguments[0] ?? '' }
          : tokens(credentials, context),
    });
    ({ anna, ben, carla } = await server.cast({ anna: {}, ben: {}, carla: {} }));
  });
  afterEach(() => server.stop());

  test('blocking and unblocking succeed however often, and tell the other side nothing', async () => {
    for (let times = 0; times < 2; times++) expect(await anna.done('user.block', { id: ben.id })).toEqual({});
    const blocked = {
      id: ben.id,
      profile: { display_name: 'ben' },
      pretalx_id: null,
      deleted: false,
      badges: [],
      inactive: false,
    };
    for (const payload of [{}, null])
      expect(await anna.done('user.list.blocked', payload)).toEqual({ users: [blocked] });
    expect(await ben.done('user.list.blocked')).toEqual({ users: [] });
    for (let times = 0; times < 2; times++)
      expect(await anna.done('user.unblock', { id: ben.id })).toEqual({});
    expect(await anna.done('user.list.blocked')).toEqual({ users: [] });
    expect(await ben.settle()).toEqual([]);
    expect(await anna.settle()).toEqual([]);
  });

  test.each(['user.block', 'user.unblock'])(
    '%s takes somebody else, and somebody there is',
    async (action) => {
      expect(await anna.refused(action, { id: anna.id })).toEqual({ code: `${action}.self` });
      for (const id of [stranger, '1234', 4, null, [ben.id], anna.channel('stage')])
        expect(await anna.refused(action, { id })).toEqual({ code: 'user.not_found' });
      for (const payload of [{}, null])
        expect(await anna.refused(action, payload)).toEqual({ code: 'user.invalid_body' });
    },
  );

  test('takes no permission: guests and silenced people block as well', async () => {
    await server.chat.users.silence(server.chat.users.byHandle('anna')?.id ?? ('' as never));
    await anna.probe.closed;
    const back = await server.arrive('anna');
    expect(await back.done('user.block', { id: ben.id })).toEqual({});
    expect((await back.done('user.list.blocked')).users).toMatchObject([{ id: ben.id }]);
  });

  test('nobody opens a direct channel with both in it, whoever blocked whom and whoever asks', async () => {
    await anna.done('user.block', { id: ben.id });
    const both = [anna, ben];
    for (const one of both)
      for (const other of both)
        if (one !== other)
          expect(await one.refused('chat.direct.create', { users: [other.id] })).toEqual({
            code: 'chat.denied',
          });
    expect(await carla.refused('chat.direct.create', { users: [anna.id, ben.id] })).toEqual({
      code: 'chat.denied',
    });
    await carla.done('chat.direct.create', { users: [anna.id] });
    await carla.done('chat.direct.create', { users: [ben.id] });
    await anna.done('user.unblock', { id: ben.id });
    await ben.done('chat.direct.create', { users: [anna.id] });
  });

  test('in a channel that is open the blocked one says nothing, the other may, both read and follow it', async () => {
    const { id: channel } = await anna.done('chat.direct.create', { users: [ben.id], hide: false });
    await anna.done('user.block', { id: ben.id });
    await ben.done('chat.subscribe', { channel });
    await anna.done('chat.subscribe', { channel });
    expect(await ben.refused('chat.send', text(channel))).toEqual({ code: 'chat.denied' });
    await ben.settle();
    const { event } = await anna.done('chat.send', text(channel, 'from anna'));
    expect((await ben.settle()).map(([name]) => name)).toContain('chat.event');
    const { results } = await ben.done('chat.fetch', { channel, count: 25 });
    expect(results.at(-1)).toMatchObject({ event_id: event.event_id, content: { body: 'from anna' } });
    await anna.done('user.unblock', { id: ben.id });
    await ben.done('chat.send', text(channel));
  });

  test('of several people in a channel any one is enough', async () => {
    const { id: channel } = await carla.done('chat.direct.create', { users: [anna.id, ben.id], hide: false });
    await anna.done('user.block', { id: ben.id });
    expect(await ben.refused('chat.send', text(channel))).toEqual({ code: 'chat.denied' });
    await carla.done('chat.send', text(channel));
    await anna.done('chat.send', text(channel));
  });

  test('rooms are not affected', async () => {
    await anna.done('user.block', { id: ben.id });
    const stage = anna.channel('stage');
    for (const one of [anna, ben]) await one.done('chat.join', { channel: stage });
    await anna.settle();
    await ben.done('chat.send', text(stage, 'to all'));
    expect((await anna.settle()).map(([name]) => name)).toContain('chat.event');
  });

  test('holds for a whisper from Sock Chat, where the blocker appears not to be there', async () => {
    const tab = await SockProbe.login(server.beside('sockchat'), 'ben');
    await SockProbe.login(server.beside('sockchat'), 'anna');
    await anna.done('user.block', { id: ben.id });
    tab.say('/whisper anna psst');
    await tab.ping();
    expect(tab.notices.at(-1)).toContain('usernf');
    tab.say('/whisper carla psst');
    await tab.ping();
    expect((await carla.settle()).map(([name]) => name)).toContain('chat.notification');
    expect(await anna.settle()).toEqual([]);
  });

  test('whoever is blocked and deleted is in no list of the blocked any more', async () => {
    await anna.done('user.block', { id: ben.id });
    await server.chat.users.remove(server.chat.users.byHandle('ben')?.id ?? ('' as never));
    expect(await anna.done('user.list.blocked')).toEqual({ users: [] });
    const again = await server.arrive('ben');
    await again.done('chat.direct.create', { users: [anna.id] });
  });
}
