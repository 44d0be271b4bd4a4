import { afterEach, describe, expect, test } from 'vitest';
import { idOf } from '../../../src/dialects/uuid.js';
import type { ChannelId, UserId } from '../../../src/domain/ids.js';
import type { Json } from '../../support/json-probe.js';
import {
  type Member,
  openRoom,
  type ServeOptions,
  serve,
  token,
  type VenuelessServer,
} from './support/server.js';

/** The id that the chat knows somebody by. */
export function userIdOf({ id }: Member): UserId {
  return idOf('user', id) as UserId;
}

const attendee = ['world:chat.direct', 'world:view'];
const viewer = ['room:chat.read', 'room:view'];
const participant = ['room:chat.join', 'room:chat.read', 'room:chat.send', 'room:view'];
const moderator = [
  'room:announce',
  'room:chat.join',
  'room:chat.moderate',
  'room:chat.read',
  'room:chat.send',
  'room:view',
  'room:viewers',
];
const admin = [...moderator, 'room:delete', 'room:update'].sort();

/** Who may do what (section 6), and what the server says of it. */
export function worlds(): void {
  let server: VenuelessServer;
  afterEach(() => server.stop());
  const start = async (options: ServeOptions = {}) => {
    server = await serve(options);
    return server;
  };
  const config = ({ welcome }: Member): Json => welcome['world.config'];
  const roomsOf = (world: Json): Record<string, string[]> =>
    Object.fromEntries(world.rooms.map(({ name, permissions }: Json) => [name, permissions]));
  const channelId = (name: string) => server.chat.channels.byName(name)?.id as ChannelId;

  test('roles are given by traits on the world and on rooms, all conditions of which must hold', async () => {
    await start({
      venueless: { traitGrants: { attendee: [], admin: ['admin'], moderator: ['staff', ['day', 'night']] } },
      channels: [
        { name: 'open', grants: openRoom },
        { name: 'reading', grants: { viewer: [] } },
        { name: 'members', grants: { viewer: [['gold', 'silver']], participant: ['gold'] } },
        { name: 'nobody', grants: {} },
      ],
    });
    const strange = { viewer: 'gold' as never, stranger: [] };
    await server.chat.run('channel.create', { by: 'host', name: 'strange', grants: strange });
    const permissions = async (...traits: string[]) => {
      const member = await server.arrive(`with-${traits.join('-')}`, { traits });
      return { world: config(member).permissions, rooms: roomsOf(config(member)) };
    };
    expect(await permissions()).toEqual({ world: attendee, rooms: { open: participant, reading: viewer } });
    expect((await permissions('silver')).rooms).toEqual({
      open: participant,
      reading: viewer,
      members: viewer,
    });
    expect((await permissions('gold')).rooms.members).toEqual(participant);
    expect((await permissions('moderator')).rooms.open).toEqual(moderator);
    expect((await permissions('staff')).rooms).toEqual({ open: participant, reading: viewer });
    const staff = await permissions('staff', 'night');
    expect(Object.keys(staff.rooms)).toEqual(['open', 'reading', 'members', 'nobody', 'strange']);
    for (const held of Object.values(staff.rooms)) expect(held).toEqual(moderator);
    // What is held everywhere is among the permissions of the world.
    expect(staff.world).toEqual([...moderator, ...attendee, 'world:announce'].sort());
    const chief = await permissions('admin');
    for (const held of Object.values(chief.rooms)) expect(held).toEqual(admin);
    expect(chief.world).toEqual(
      [
        ...admin,
        ...attendee,
        'world:announce',
        'world:connections.unlimited',
        'world:update',
        'world:users.list',
        'world:users.manage',
      ].sort(),
    );
  });

  test('whoever is shown a permission has it, and who is not shown it has not', async () => {
    await start({ channels: [{ name: 'stage', grants: { viewer: [], participant: ['guest'] } }] });
    const { chief, ben, cay } = await server.cast({
      chief: { traits: ['admin'] },
      ben: { traits: ['guest'] },
      cay: { traits: [] },
    });
    const stage = chief.channel('stage');
    const say = { channel: stage, event_type: 'channel.message', content: { type: 'text', body: 'hi' } };
    for (const member of [chief, ben]) {
      await member.done('chat.join', { channel: stage });
      expect((await member.done('chat.send', say)).event.sender).toBe(member.id);
    }
    await cay.done('chat.subscribe', { channel: stage });
    const denied = { code: 'protocol.denied', message: 'Permission denied.' };
    expect(await cay.refused('chat.join', { channel: stage })).toEqual(denied);
    expect(await cay.refused('chat.send', say)).toEqual(denied);
    // By their traits alone those who are shown room:update and room:delete change and end it.
    const channel = channelId('stage');
    const change = { channel, look: { displayName: 'Main stage' } };
    const as = (member: Member) => server.chat.run('channel.update', { by: userIdOf(member), ...change });
    await expect(as(ben)).rejects.toThrow('not-permitted');
    await as(chief);
    expect(server.chat.channels.byName('stage')?.look).toEqual({ displayName: 'Main stage' });
  });

  test('roles may be one of the identity, and be the host’s own', async () => {
    await start({
      venueless: {
        roles: {
          speaker: ['room:view', 'room:chat.read', 'room:poll.manage', 'world:graphs'],
          viewer: ['room:view'],
        },
        traitGrants: { attendee: [], speaker: ['speaker'] },
      },
      roles: [{ name: 'speaker' }],
    });
    const { ben } = await server.cast({ ben: {} });
    expect(roomsOf(config(ben)).stage).toEqual(participant);
    await server.chat.users.setRoles(userIdOf(ben), ['speaker']);
    const [[name, world]] = await ben.settle();
    expect(name).toBe('world.updated');
    expect(world.permissions).toEqual(
      [...attendee, 'room:chat.read', 'room:poll.manage', 'room:view', 'world:graphs'].sort(),
    );
    expect(roomsOf(world).stage).toEqual([...participant, 'room:poll.manage'].sort());
  });

  test('what somebody may do changes at once, and cuts them off from what they may not read', async () => {
    await start({
      channels: [
        { name: 'stage', grants: openRoom },
        { name: 'staff', grants: { participant: ['staff'] } },
      ],
    });
    const { anna, ben } = await server.cast({ anna: { traits: ['staff'] }, ben: { traits: ['staff'] } });
    const staff = anna.channel('staff');
    const tab = await server.arrive('ben', { traits: ['staff'] });
    for (const member of [anna, ben, tab]) await member.done('chat.join', { channel: staff });
    for (const member of [anna, ben, tab]) await member.settle();
    const say = async (body: string) => {
      await anna.done('chat.send', {
        channel: staff,
        event_type: 'channel.message',
        content: { type: 'text', body },
      });
      await anna.settle();
    };
    await server.chat.users.update(userIdOf(ben), { traits: [] });
    for (const member of [ben, tab]) {
      const [[name, world], ...more] = await member.settle();
      expect(name).toBe('world.updated');
      expect(Object.keys(world)).toEqual(['world', 'permissions', 'rooms']);
      expect(roomsOf(world)).toEqual({ stage: participant });
      expect(more).toEqual([]);
    }
    await say('not for ben');
    expect(await ben.settle()).toEqual([]);
    expect(await ben.refused('chat.send', { channel: staff })).toMatchObject({ code: expect.any(String) });
    await server.chat.users.update(userIdOf(ben), { traits: ['staff'] });
    expect(await ben.settle()).toMatchObject([['world.updated', { rooms: [{}, { name: 'staff' }] }]]);
    await say('again for ben');
    expect((await ben.settle())[0]).toMatchObject(['chat.event', { content: { body: 'again for ben' } }]);
    expect(await anna.settle()).toEqual([]);
  });

  test('a token with other traits tells the other connections, and nobody else', async () => {
    await start({
      channels: [
        { name: 'stage', grants: openRoom },
        { name: 'staff', grants: { participant: ['staff'] } },
      ],
    });
    const { anna, ben } = await server.cast({ anna: {}, ben: {} });
    const tab = await server.arrive('ben', { traits: ['staff'] });
    expect(roomsOf(config(tab))).toEqual({ stage: participant, staff: participant });
    expect(await ben.settle()).toMatchObject([['world.updated', { rooms: [{}, { name: 'staff' }] }]]);
    expect(await tab.settle()).toEqual([]);
    expect(await anna.settle()).toEqual([]);
    // The connection that was open before hears what it may read now.
    const staff = tab.channel('staff');
    await ben.done('chat.subscribe', { channel: staff });
    await tab.done('chat.join', { channel: staff });
    expect(await ben.settle()).toMatchObject([
      ['chat.event', {}],
      ['chat.channels', {}],
    ]);
  });

  test('is cut for the silenced to looking on, in the world and its rooms', async () => {
    await start();
    const { chief } = await server.cast({ chief: { traits: ['admin'] } });
    await server.chat.users.silence(userIdOf(chief));
    expect(await chief.probe.closed).toBe(1000);
    const again = await server.arrive('chief', { traits: ['admin'] });
    const quiet = ['room:chat.join', 'room:chat.read', 'room:view'];
    expect(config(again).permissions).toEqual([...quiet, 'world:view']);
    expect(roomsOf(config(again))).toEqual({ stage: quiet, bar: quiet });
    await again.done('chat.join', { channel: again.channel('stage') });
  });

  test('an announcement of the chat reaches everybody in all worlds', async () => {
    await start({ venueless: { worlds: { demo: {}, other: {} } } });
    const [anna, ben] = [await server.arrive('anna'), await server.arrive('ben', {}, 'other')];
    const { id } = await server.chat.messages.announce('The doors close at ten.');
    for (const member of [anna, ben]) {
      const [[name, told]] = await member.settle();
      expect(name).toBe('announcement.created_or_updated');
      expect(told).toEqual({
        id: String(id),
        text: 'The doors close at ten.',
        show_until: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00$/),
        state: 'active',
        is_visible: true,
      });
      expect(Date.parse(told.show_until)).toBeGreaterThan(Date.now());
    }
  });

  describe('several worlds on one chat', () => {
    const two = {
      venueless: {
        worlds: {
          one: { title: 'One', rooms: ['bar', 'Stage'] },
          two: {
            title: 'Two',
            rooms: ['lab'],
            profileFields: [{ id: 'job', label: 'Job', searchable: true }],
          },
          all: {},
        },
      },
      channels: ['stage', 'bar', 'lab'].map((name) => ({ name, grants: openRoom })),
    };

    test('have rooms and an order of their own, and one community', async () => {
      await start(two);
      const [one, twice, all] = [
        await server.arrive('anna', {}, 'one'),
        await server.arrive('anna', {}, 'two'),
        await server.arrive('anna', {}, 'all'),
      ];
      expect(Object.keys(roomsOf(config(one)))).toEqual(['bar', 'stage']);
      expect(Object.keys(roomsOf(config(twice)))).toEqual(['lab']);
      expect(Object.keys(roomsOf(config(all)))).toEqual(['stage', 'bar', 'lab']);
      expect(config(one).world).toMatchObject({ id: 'one', title: 'One', profile_fields: [] });
      expect(config(twice).world).toMatchObject({ id: 'two', title: 'Two', profile_fields: [{ id: 'job' }] });
      expect(config(all).world).toMatchObject({ id: 'all', title: 'all' });
      expect(one.id).toBe(twice.id);
    });

    test('are told of their own rooms only', async () => {
      await start(two);
      const [one, twice, all] = [
        await server.arrive('anna', {}, 'one'),
        await server.arrive('anna', {}, 'two'),
        await server.arrive('ben', {}, 'all'),
      ];
      await server.chat.channels.update(channelId('lab'), { look: { description: 'Mind the glass' } });
      expect(await one.settle()).toEqual([]);
      expect(await twice.settle()).toMatchObject([
        ['world.updated', { world: { id: 'two' }, rooms: [{ description: 'Mind the glass' }] }],
      ]);
      expect(await all.settle()).toMatchObject([['world.updated', { world: { id: 'all' } }]]);
      await server.chat.channels.remove(channelId('bar'));
      const id = config(one).rooms[0].id;
      expect(await one.settle()).toEqual([['room.delete', { id }]]);
      expect(await twice.settle()).toEqual([]);
      expect(await all.settle()).toEqual([['room.delete', { id }]]);
      const foreign = twice.channel('lab');
      expect(await one.refused('chat.join', { channel: foreign })).toEqual({
        code: 'room.unknown',
        message: 'Unknown room ID',
      });
    });

    test('hear nothing of members, messages and reads in rooms that they do not have', async () => {
      await start(two);
      const [one, twice, ben] = [
        await server.arrive('anna', {}, 'one'),
        await server.arrive('anna', {}, 'two'),
        await server.arrive('ben', {}, 'one'),
      ];
      const bar = one.channel('bar');
      for (const member of [one, ben]) await member.done('chat.join', { channel: bar });
      expect(await twice.settle()).toEqual([]);
      const content = { type: 'text', body: `Hello @${one.id}` };
      const said = await ben.done('chat.send', { channel: bar, event_type: 'channel.message', content });
      expect((await one.settle()).map(([name]) => name)).toContain('chat.notification');
      expect(await twice.settle()).toEqual([]);
      const lists = ['chat.channels', 'chat.read_pointers', 'chat.notification_counts'] as const;
      const welcomed = async (world: string) => {
        const { welcome } = await server.arrive('anna', {}, world);
        return lists.map((name) => welcome[name]);
      };
      expect(await welcomed('one')).toMatchObject([[{ id: bar }], {}, { [bar]: 1 }]);
      await one.done('chat.mark_read', { channel: bar, id: said.event.event_id });
      expect(await twice.settle()).toEqual([]);
      await ben.done('chat.send', { channel: bar, event_type: 'channel.message', content });
      expect(await twice.settle()).toEqual([]);
      expect(await welcomed('two')).toEqual([[], {}, {}]);
      await one.done('chat.direct.create', { users: [ben.id], hide: false });
      expect(await twice.settle()).toMatchObject([['chat.channels', { channels: [{ members: [{}, {}] }] }]]);
    });

    test('each tell their own address where somebody may do more', async () => {
      await start(two);
      const [one, twice] = [await server.arrive('anna', {}, 'one'), await server.arrive('anna', {}, 'two')];
      await server.chat.users.update(userIdOf(one), { traits: ['admin'] });
      expect(await one.settle()).toMatchObject([['world.updated', { world: { id: 'one' } }]]);
      expect(await twice.settle()).toMatchObject([['world.updated', { world: { id: 'two' } }]]);
    });
  });

  test('badges are those of a token’s traits, each once and sorted', async () => {
    await start({ venueless: { badges: { s: 'Speaker', t: 'Speaker', h: 'Helper' } } });
    const member = await server.login('x', {
      token: await token({ uid: 'x', traits: ['t', 'h', 's', 'none'] }),
    });
    expect(member.welcome['user.config'].badges).toEqual(['Helper', 'Speaker']);
  });
}
