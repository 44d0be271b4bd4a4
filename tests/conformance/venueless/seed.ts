import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Member, serve, token, type VenuelessServer } from './support/server.js';

const stranger = '3fa85f64-5717-4562-b3fc-2c963f66afa6';
const text = (channel: string) => ({
  channel,
  event_type: 'channel.message',
  content: { type: 'text', body: 'hello' },
});

/** "User/Account handling" of the public documentation, sentence by sentence. Where we do otherwise the test says why. */
export function seed(): void {
  let server: VenuelessServer;
  let count = 0;
  beforeAll(async () => {
    server = await serve({ channels: rooms });
  });
  afterAll(() => server.stop());
  /** Somebody new, with a name of their own. */
  const arrive = (traits: readonly string[] = ['attendee']) =>
    server.arrive(`somebody${++count}`, { traits });
  const manager = () => arrive(['admin']);
  /** Answers `authenticate` on a new connection. */
  const knock = async (payload: object) => {
    const probe = await server.connect();
    probe.send(['authenticate', payload]);
    return probe.next();
  };
  const shown = (who: Member) => ({
    id: who.id,
    profile: { display_name: who.name },
    pretalx_id: null,
    deleted: false,
    badges: [],
    inactive: false,
  });

  describe('Users can be authenticated in two ways', () => {
    test('“With a client_id that uniquely represents a browser.”', async () => {
      const [one, again, other] = [await server.guest('a'), await server.guest('a'), await server.guest('b')];
      expect(again.id).toBe(one.id);
      expect(other.id).not.toBe(one.id);
    });

    test('“This is usually used as a form of guest access for events that do not require prior registration.”', async () => {
      const guest = await server.guest('a');
      expect(guest.welcome['world.config'].permissions).toContain('world:view');
      const closed = await serve({ venueless: { traitGrants: { attendee: ['attendee'] } } });
      try {
        const probe = await closed.connect();
        probe.send(['authenticate', { client_id: 'a' }]);
        expect(await probe.next()).toEqual(['error', { code: 'auth.missing_token' }]);
      } finally {
        await closed.stop();
      }
    });

    test('“With a token that has been created by an external system (such as an event registartion system) that identifies and grants specific rights.”', async () => {
      const one = await manager();
      const again = await server.login('again', { token: await token({ uid: one.name, traits: ['admin'] }) });
      expect(again.id).toBe(one.id);
      expect(one.welcome['world.config'].permissions).toContain('world:users.manage');
      expect((await arrive()).welcome['world.config'].permissions).not.toContain('world:users.manage');
    });
  });

  describe('Logging in', () => {
    test('“The first message you send should be an authentication request.”', async () => {
      const probe = await server.connect();
      probe.send(['user.fetch', 1, { id: stranger }]);
      expect(await probe.next()).toEqual(['error', 1, { code: 'protocol.unauthenticated' }]);
      probe.send(['authenticate', { client_id: 'late' }]);
      expect((await probe.next())[0]).toBe('authenticated');
      await probe.close();
    });

    test('“Before you do so, you will also not get any messages from the server, except for an error with the code world.unknown_world if you connected to an invalid websocket endpoint or possibly a connection.reload message if your page load interferes with an update of the client codebase.”', async () => {
      const probe = await server.connect();
      const speaker = await arrive();
      await speaker.done('chat.join', { channel: speaker.channel('stage') });
      await speaker.done('chat.send', text(speaker.channel('stage')));
      probe.send(['ping', 1]);
      expect(await probe.next()).toEqual(['pong', 1]);
      await probe.close();
      const lost = await server.connect('lost', 'nowhere');
      expect(await lost.next()).toEqual(['error', { code: 'world.unknown_world' }]);
      await lost.closed;
      // We serve no client codebase that would be updated while the chat runs, so `connection.reload` is sent to people who have logged in only.
    });

    test.each(['client_id', 'token'])(
      '“Send client-specific ID, receive everything that’s already known about the user”, “With a token, it works just the same way”: %s',
      async (way) => {
        const known = await token({ uid: 'known', traits: [] });
        const payload = way === 'token' ? { token: known } : { client_id: 'known' };
        const [name, welcome] = await knock(payload);
        expect(name).toBe('authenticated');
        // The document has four keys; the web app does not start without the other three.
        expect(Object.keys(welcome)).toEqual([
          'user.config',
          'world.config',
          'chat.channels',
          'chat.read_pointers',
          'chat.notification_counts',
          'exhibition',
          'announcements',
        ]);
        expect(welcome['chat.channels']).toEqual([]);
        expect(welcome['chat.read_pointers']).toEqual({});
      },
    );

    test('“chat.channels contains a list of non-volatile chat rooms the user is a member of. See chat module documentation for membership semantics.”', async () => {
      const somebody = await arrive();
      for (const room of ['stage', 'side'])
        await somebody.done('chat.join', { channel: somebody.channel(room) });
      const { welcome } = await server.arrive(somebody.name);
      expect(welcome['chat.channels'].map(({ id }: { id: string }) => id)).toEqual([
        somebody.channel('stage'),
      ]);
      // Membership itself is told where rooms are tested: joining, following and leaving.
    });

    test('“If authentication failes, you receive an error instead”: auth.invalid_token', async () => {
      for (const wrong of ['', 'x', `${await token({ uid: 'a', traits: [] })}x`, 4, null])
        expect(await knock({ token: wrong })).toEqual(['error', { code: 'auth.invalid_token' }]);
    });

    test('“The following error codes are currently used”: auth.missing_id_or_token', async () => {
      for (const payload of [{}, { client_id: '' }, { client_id: null }])
        expect(await knock(payload)).toEqual(['error', { code: 'auth.missing_id_or_token' }]);
    });

    // The real server has two more codes, auth.expired_token and auth.missing_token, which the web app shows; so have we.
    test('“The following error codes are currently used”: auth.denied', async () => {
      const [banned, max] = [await arrive(), await manager()];
      await max.done('user.ban', { id: banned.id });
      expect(await knock({ token: await token({ uid: banned.name, traits: [] }) })).toEqual([
        'error',
        { code: 'auth.denied' },
      ]);
    });
  });

  describe('User objects', () => {
    test('“User objects currently contain the following properties: id, profile, moderation_state”', async () => {
      const somebody = await arrive();
      // The real server has four more, which the web app reads.
      expect(await somebody.done('user.fetch', { id: somebody.id })).toEqual(shown(somebody));
    });

    test('“moderation_state ("", "silenced", or "banned"). Only set on other users’ profiles if you’re allowed to perform silencing and banning.”', async () => {
      const [somebody, other, max] = [await arrive(), await arrive(), await manager()];
      const state = async () => (await max.done('user.fetch', { id: somebody.id })).moderation_state;
      expect(await state()).toBe('');
      await max.done('user.silence', { id: somebody.id });
      expect(await state()).toBe('silenced');
      await max.done('user.ban', { id: somebody.id });
      expect(await state()).toBe('banned');
      expect(await other.done('user.fetch', { id: somebody.id })).not.toHaveProperty('moderation_state');
    });
  });

  test('Change user info: “You can change a user’s profile using the user.update call”', async () => {
    const somebody = await arrive();
    const profile = { display_name: 'Somebody else' };
    expect(await somebody.ask('user.update', { profile })).toEqual(['success', 1, {}]);
    expect((await somebody.done('user.fetch', { id: somebody.id })).profile).toEqual(profile);
  });

  describe('Receiving info on another user', () => {
    test('“You can fetch the profile for a specific user by their ID”', async () => {
      const [somebody, other] = [await arrive(), await arrive()];
      expect(await somebody.ask('user.fetch', { id: other.id })).toEqual(['success', 1, shown(other)]);
    });

    test('“If the user is unknown, error code user.not_found is returned.”', async () => {
      const somebody = await arrive();
      // The document’s ids are texts like "1234"; the real server breaks at them.
      for (const id of [stranger, '1234'])
        expect(await somebody.refused('user.fetch', { id })).toEqual({ code: 'user.not_found' });
    });

    test('“You can also fetch multiple profiles at once”', async () => {
      const [somebody, other] = [await arrive(), await arrive()];
      expect(await somebody.done('user.fetch', { ids: [somebody.id, other.id] })).toEqual({
        [somebody.id]: shown(somebody),
        [other.id]: shown(other),
      });
    });

    test('“If one of the user does not exist, it will not be part of the response, but there will be no error message.”', async () => {
      const somebody = await arrive();
      expect(await somebody.done('user.fetch', { ids: [stranger, '5679', somebody.id] })).toEqual({
        [somebody.id]: shown(somebody),
      });
    });

    test('“The maximum number of users that can be fetched in one go is 100.”', async () => {
      const somebody = await arrive();
      const hundred = Array.from({ length: 100 }, () => stranger);
      expect(await somebody.done('user.fetch', { ids: [...hundred, somebody.id] })).toEqual({});
      expect(await somebody.done('user.fetch', { ids: [...hundred.slice(1), somebody.id] })).toEqual({
        [somebody.id]: shown(somebody),
      });
    });
  });

  test('Profile updates: “If your user data changes, you will receive a broadcast with your new profile. This is e.g. important if your profile is changed from a different connection”', async () => {
    const somebody = await arrive();
    const tab = await server.arrive(somebody.name);
    const profile = { display_name: 'Changed' };
    await tab.done('user.update', { profile });
    // With client_state besides, as the real server has it; the connection that asked has its reply.
    expect(await somebody.settle()).toEqual([
      ['user.updated', { ...shown(somebody), profile, client_state: {} }],
    ]);
    expect(await tab.settle()).toEqual([]);
  });

  test('Fetching a list of users: “If you have sufficient permissions, you can fetch a list of all users like this”', async () => {
    const [somebody, max] = [await arrive(), await manager()];
    expect(await somebody.refused('user.list')).toMatchObject({ code: 'auth.denied' });
    // The document has an object by id, and takes ids; the real server answers, and the web app reads, a list of all under `results`.
    const { results } = await max.done('user.list', { ids: [somebody.id] });
    expect(results.map(({ id }: Member) => id)).toEqual(expect.arrayContaining([somebody.id, max.id]));
  });

  test('Note: “Pagination will be implemented on this endpoint in the future.”', async () => {
    const max = await manager();
    // Neither the document nor the web app has pages here yet: whatever asks for one gets everybody. `user.list.search` has pages.
    const everybody = await max.done('user.list');
    expect(Object.keys(everybody)).toEqual(['results']);
    expect(await max.done('user.list', { page: 2 })).toEqual(everybody);
  });

  describe('Managing users', () => {
    test('“With sufficient permissions, you can ban or silence a user.”', async () => {
      const [somebody, other, max] = [await arrive(), await arrive(), await manager()];
      for (const action of ['user.ban', 'user.silence', 'user.reactivate'])
        expect(await somebody.refused(action, { id: other.id })).toMatchObject({ code: 'auth.denied' });
      expect(await max.done('user.silence', { id: other.id })).toEqual({});
    });

    test.each([
      ['To ban a user, send', 'user.ban'],
      ['To silence a user, send', 'user.silence'],
    ])('“%s”: %s', async (_, action) => {
      const [somebody, max] = [await arrive(), await manager()];
      expect(await max.ask(action, { id: somebody.id })).toEqual(['success', 1, {}]);
    });

    // One sentence, in two tests.
    test('“A banned user will be locked out from the system completely, …”', async () => {
      const [somebody, max] = [await arrive(), await manager()];
      await max.done('user.ban', { id: somebody.id });
      expect(await somebody.probe.closed).toBe(1000);
      expect(somebody.probe.rest()).toEqual([['connection.reload', {}]]);
      expect((await knock({ token: await token({ uid: somebody.name, traits: [] }) }))[1].code).toBe(
        'auth.denied',
      );
    });

    test('“… a silenced user can still read everything but cannot join video calls and cannot send chat messages.”', async () => {
      const [somebody, max] = [await arrive(), await manager()];
      await max.done('user.silence', { id: somebody.id });
      const back = await server.arrive(somebody.name);
      const channel = back.channel('stage');
      await back.done('chat.join', { channel });
      expect((await back.done('chat.fetch', { channel, count: 25 })).results).not.toEqual([]);
      expect(await back.refused('chat.send', text(channel))).toMatchObject({ code: 'protocol.denied' });
      // There are no video calls: every namespace of theirs is there and has no commands.
      expect(await back.refused('bbb.room_url')).toEqual({ code: 'bbb.unsupported_command' });
    });

    test('“Trying to silence a banned user will be ignored.”', async () => {
      const [somebody, max] = [await arrive(), await manager()];
      await max.done('user.ban', { id: somebody.id });
      expect(await max.done('user.silence', { id: somebody.id })).toEqual({});
      expect(await max.done('user.fetch', { id: somebody.id })).toMatchObject({ moderation_state: 'banned' });
    });

    test.each(['user.ban', 'user.silence'])(
      '“To fully reinstantiate either a banned or silenced user, send” user.reactivate: after %s',
      async (action) => {
        const [somebody, max] = [await arrive(), await manager()];
        await max.done(action, { id: somebody.id });
        expect(await max.done('user.reactivate', { id: somebody.id })).toEqual({});
        const back = await server.arrive(somebody.name);
        const channel = back.channel('stage');
        await back.done('chat.join', { channel });
        await back.done('chat.send', text(channel));
      },
    );
  });

  describe('Blocking users', () => {
    test('“Everyone can block other users.”, “To block a user, send” user.block', async () => {
      const [somebody, guest] = [await arrive(), await server.guest('a')];
      expect(await guest.done('user.block', { id: somebody.id })).toEqual({});
      expect(await somebody.ask('user.block', { id: guest.id })).toEqual(['success', 1, {}]);
    });

    test('“Blocking currently means the other users cannot start new direct messages to you.”', async () => {
      const [somebody, other] = [await arrive(), await arrive()];
      await somebody.done('user.block', { id: other.id });
      expect(await other.refused('chat.direct.create', { users: [somebody.id] })).toEqual({
        code: 'chat.denied',
      });
    });

    test('“If they already have an open direct message channel with you, they cannot send any new messages to that channel.”', async () => {
      const [somebody, other] = [await arrive(), await arrive()];
      const { id } = await other.done('chat.direct.create', { users: [somebody.id] });
      await other.done('chat.send', text(id));
      await somebody.done('user.block', { id: other.id });
      expect(await other.refused('chat.send', text(id))).toEqual({ code: 'chat.denied' });
    });

    test('“To unblock a user, send” user.unblock, “To get a list of blocked users, send” user.list.blocked', async () => {
      const [somebody, other] = [await arrive(), await arrive()];
      await somebody.done('user.block', { id: other.id });
      // The document has the list alone; the real server answers, and the web app reads, `users`.
      expect(await somebody.done('user.list.blocked')).toEqual({ users: [shown(other)] });
      expect(await somebody.done('user.unblock', { id: other.id })).toEqual({});
      expect(await somebody.done('user.list.blocked')).toEqual({ users: [] });
      await other.done('chat.direct.create', { users: [somebody.id] });
    });
  });
}

const open = { viewer: [], participant: [] };
const rooms = [
  { name: 'stage', grants: open },
  { name: 'side', grants: open, memberPolicy: { volatile: true } },
];
