import { afterAll, beforeAll, expect, test } from 'vitest';
import { idOf, uuidOf } from '../../../src/dialects/uuid.js';
import type { ChannelId, UserId } from '../../../src/domain/ids.js';
import { type Member, openRoom, serve, type VenuelessServer } from './support/server.js';

const denied = { code: 'protocol.denied', message: 'Permission denied.' };
const unknownChannel = { code: 'chat.unknown', message: 'Unknown channel ID' };
const unknownRoom = { code: 'room.unknown', message: 'Unknown room ID' };

/** Joining, leaving and following (sections 7 and 8.1 to 8.3). */
export function membership(): void {
  let server: VenuelessServer;
  beforeAll(async () => {
    server = await serve({
      channels: [
        { name: 'stage', grants: openRoom },
        { name: 'bar', grants: openRoom },
        { name: 'lobby', grants: openRoom, memberPolicy: { volatile: true } },
        { name: 'read-only', grants: { viewer: [] } },
        { name: 'staff', grants: { participant: ['staff'] } },
        { name: 'vault', password: 'open sesame', grants: openRoom },
      ],
    });
  });
  afterAll(() => server.stop());

  let casts = 0;
  /** Two people nobody has seen, so that tests do not meet each other's. */
  async function two() {
    const n = ++casts;
    const names = { anna: `anna${n}`, ben: `ben${n}` };
    const anna = await server.arrive(names.anna);
    const ben = await server.arrive(names.ben);
    await anna.settle();
    await ben.settle();
    return { anna, ben, again: (name: keyof typeof names) => server.arrive(names[name]) };
  }
  /** The channel of a room that not everybody sees. */
  const channelNamed = (name: string) => uuidOf('channel', server.chat.channels.byName(name)?.id ?? '');
  const userId = (member: Member) => idOf('user', member.id) as UserId;
  const say = (member: Member, channel: string, body = 'Hello') =>
    member.done('chat.send', {
      channel,
      event_type: 'channel.message',
      content: { type: 'text', body },
    });
  const line = (member: Member, channel: string, membership: 'join' | 'leave') => ({
    event_id: expect.any(Number),
    channel,
    sender: member.id,
    timestamp: expect.any(String),
    event_type: 'channel.member',
    content: { membership, user: expect.objectContaining({ id: member.id, deleted: false }) },
    edited: null,
    replaces: null,
    reactions: {},
    users: { [member.id]: expect.objectContaining({ id: member.id }) },
  });

  test('[8.1] whoever joins is told so themselves, with the others, and their other sockets get the list', async () => {
    const { anna, ben, again } = await two();
    const stage = anna.channel('stage');
    await ben.done('chat.join', { channel: stage });
    await ben.settle();
    const tab = await again('anna');
    const other = await again('anna');
    await tab.settle();
    await other.done('chat.subscribe', { channel: stage });
    const reply = await anna.done('chat.join', { channel: stage });
    expect(Object.keys(reply)).toEqual(['state', 'next_event_id', 'unread_pointer', 'members']);
    expect(reply.members.map((one: { id: string }) => one.id)).not.toContain(anna.id);
    expect(reply.members.map((one: { id: string }) => one.id)).toContain(ben.id);
    const joined = ['chat.event', line(anna, stage, 'join')];
    const list = ['chat.channels', { channels: [{ id: stage, unread_pointer: 0 }] }];
    const own = await anna.settle();
    expect(own).toEqual([joined]);
    expect(own[0][1].event_id).toBe(reply.next_event_id);
    expect(await ben.settle()).toEqual([joined]);
    expect(await tab.settle()).toEqual([list]);
    expect(await other.settle()).toEqual([joined, list]);
  });

  test('[8.1] joining again changes nothing and answers the same', async () => {
    const { anna, ben, again } = await two();
    const stage = anna.channel('stage');
    const tab = await again('anna');
    await tab.settle();
    const first = await anna.done('chat.join', { channel: stage });
    await anna.settle();
    await tab.settle();
    await ben.done('chat.subscribe', { channel: stage });
    const second = await anna.done('chat.join', { channel: stage });
    expect(second.members).toEqual([
      ...first.members,
      expect.objectContaining({ id: anna.id, profile: { display_name: anna.name } }),
    ]);
    expect(second.next_event_id).toBeGreaterThan(first.next_event_id);
    expect(await anna.settle()).toEqual([]);
    expect(await tab.settle()).toEqual([]);
    expect(await ben.settle()).toEqual([]);
  });

  test('[8.1] a name that cannot be seen is none', async () => {
    const guest = await server.guest(`unseen${++casts}`);
    const stage = guest.channel('stage');
    for (const display_name of ['\u200b\u2060', '\n', '\u2800', '\u3164', '\u0301']) {
      await guest.done('user.update', { profile: { display_name } });
      expect((await guest.refused('chat.join', { channel: stage })).code).toBe(
        'channel.join.missing_profile',
      );
    }
    await guest.done('user.update', { profile: { display_name: '🦊' } });
    await guest.done('chat.join', { channel: stage });
  });

  test('[8.1] whoever has no name is refused, and joins once they have one', async () => {
    const guest = await server.guest(`nameless${++casts}`);
    const stage = guest.channel('stage');
    expect(await guest.refused('chat.join', { channel: stage })).toEqual({
      code: 'channel.join.missing_profile',
    });
    expect(await guest.refused('chat.join', { channel: channelNamed('read-only') })).toEqual(denied);
    await guest.done('user.update', { profile: { display_name: 'Nobody' } });
    await guest.done('chat.join', { channel: stage });
    expect(await guest.settle()).toMatchObject([['chat.event', { content: { membership: 'join' } }]]);
  });

  test('[8] the checks come in the order of the specification, with its codes', async () => {
    const { anna, ben } = await two();
    const random = '5b6ddc4c-5d45-4d43-9a4e-2b6e4c7d4c11';
    for (const action of ['chat.subscribe', 'chat.leave', 'chat.unsubscribe', 'chat.fetch', 'chat.send'])
      for (const payload of [{}, null, { channel: random }, { channel: 5 }, { channel: null }])
        expect(await anna.refused(action, payload)).toEqual(unknownChannel);
    for (const payload of [{}, null, { channel: random }, { channel: 'stage' }])
      expect(await anna.refused('chat.join', payload)).toEqual(unknownRoom);
    const readOnly = channelNamed('read-only');
    expect(await anna.refused('chat.join', { channel: readOnly, volatile: 'yes' })).toEqual(denied);
    expect(await anna.refused('chat.send', { channel: readOnly })).toEqual(denied);
    await anna.done('chat.subscribe', { channel: readOnly });
    expect(await anna.refused('chat.send', { channel: anna.channel('stage') })).toEqual({
      code: 'chat.denied',
    });
    const { id: direct } = await anna.done('chat.direct.create', { users: [ben.id] });
    expect(await anna.refused('chat.join', { channel: direct })).toEqual(unknownRoom);
    const carl = await server.arrive(`carl${casts}`);
    for (const action of ['chat.subscribe', 'chat.leave', 'chat.fetch', 'chat.send'])
      expect(await carl.refused(action, { channel: direct })).toEqual({ code: 'chat.denied' });
    expect(await carl.refused('chat.join', { channel: direct })).toEqual(unknownRoom);
  });

  test('a room that one does not see is answered like an id that is not there, to whoever does not belong to it', async () => {
    const { anna } = await two();
    const nothing = uuidOf('channel', Number(idOf('channel', channelNamed('staff'))) + 1_000_000);
    const commands = ['subscribe', 'unsubscribe', 'join', 'leave', 'fetch', 'send', 'mark_read', 'react'];
    for (const command of commands) {
      const asked = (channel: string) =>
        anna.refused(`chat.${command}`, { channel, id: 1, count: 5, event: 1, reaction: '👍' });
      const answer = await asked(nothing);
      expect(answer).toEqual(command === 'join' ? unknownRoom : { code: 'chat.denied' });
      expect(await asked(channelNamed('staff'))).toEqual(answer);
    }
  });

  test('a room that is gone and one with a password are answered like a direct channel of others', async () => {
    const { anna } = await two();
    const { channel: made } = await server.chat.channels.create({
      name: `pop-up-${casts}`,
      grants: openRoom,
    });
    const gone = uuidOf('channel', made);
    await anna.done('chat.join', { channel: gone });
    await server.chat.channels.remove(made);
    for (const channel of [gone, channelNamed('vault')]) {
      expect(await anna.refused('chat.subscribe', { channel })).toEqual({ code: 'chat.denied' });
      expect(await anna.refused('chat.join', { channel })).toEqual(unknownRoom);
    }
  });

  test('[8] arguments of the wrong type are refused on their request', async () => {
    const { anna, ben } = await two();
    const channel = anna.channel('stage');
    const invalid = { code: 'chat.invalid_body' };
    expect(await anna.refused('chat.join', { channel, volatile: 'yes' })).toEqual(invalid);
    for (const count of [undefined, null, '25', -1, 2.5, 1e300, {}])
      expect(await anna.refused('chat.fetch', { channel, count })).toEqual(invalid);
    for (const before_id of ['5', -1, 2.5, [], true])
      expect(await anna.refused('chat.fetch', { channel, count: 25, before_id })).toEqual(invalid);
    for (const users of [undefined, null, ben.id, {}, 3])
      expect(await anna.refused('chat.direct.create', { users })).toEqual(invalid);
    expect(await anna.refused('chat.direct.create', { users: [ben.id], hide: 'no' })).toEqual(invalid);
  });

  test('[8.2] whoever leaves hears no more of the room, the others hear of it, and their other sockets get the list', async () => {
    const { anna, ben, again } = await two();
    const bar = anna.channel('bar');
    const tab = await again('anna');
    for (const one of [anna, ben]) await one.done('chat.join', { channel: bar });
    for (const one of [anna, ben, tab]) await one.settle();
    expect(await anna.done('chat.leave', { channel: bar })).toEqual({});
    expect(await anna.settle()).toEqual([]);
    expect(await ben.settle()).toEqual([['chat.event', line(anna, bar, 'leave')]]);
    expect(await tab.settle()).toEqual([['chat.channels', { channels: [] }]]);
    await say(ben, bar);
    expect(await anna.settle()).toEqual([]);
    expect(await anna.refused('chat.send', { channel: bar })).toEqual({ code: 'chat.denied' });
    expect(await anna.done('chat.leave', { channel: bar })).toEqual({});
    expect(await tab.settle()).toEqual([]);
  });

  test('[7] following is a socket’s own affair: it ends with the socket or as it wishes, and the member stays', async () => {
    const { anna, ben, again } = await two();
    const bar = anna.channel('bar');
    for (const one of [anna, ben]) await one.done('chat.join', { channel: bar });
    const tab = await again('anna');
    await tab.done('chat.subscribe', { channel: bar });
    for (const one of [anna, ben, tab]) await one.settle();
    expect(await anna.done('chat.unsubscribe', { channel: bar })).toEqual({});
    expect(await anna.done('chat.unsubscribe', { channel: bar })).toEqual({});
    const { event } = await say(ben, bar);
    expect(await anna.settle()).toEqual([['chat.unread_pointers', { [bar]: event.event_id }]]);
    expect(await tab.settle()).toMatchObject([
      ['chat.event', { event_id: event.event_id }],
      ['chat.unread_pointers', {}],
    ]);
    await tab.probe.close();
    const back = await again('anna');
    expect(back.welcome['chat.channels']).toEqual([{ id: bar, unread_pointer: event.event_id }]);
    const { members } = await back.done('chat.subscribe', { channel: bar });
    expect(members.map((one: { id: string }) => one.id)).toContain(anna.id);
  });

  test('[7] the unread pointer is that of the newest message, whatever else there was since', async () => {
    const { anna, ben } = await two();
    const bar = anna.channel('bar');
    await anna.done('chat.join', { channel: bar });
    const { event } = await say(anna, bar, 'the newest');
    const joined = await ben.done('chat.join', { channel: bar });
    expect(joined.unread_pointer).toBe(event.event_id);
    expect(joined.next_event_id).toBeGreaterThan(event.event_id);
    expect((await anna.done('chat.subscribe', { channel: bar })).unread_pointer).toBe(event.event_id);
  });

  test('[8.3] a volatile member is one until the last of their sockets is gone, and nobody hears of it', async () => {
    const { anna, ben, again } = await two();
    const lobby = anna.channel('lobby');
    await ben.done('chat.subscribe', { channel: lobby });
    const tab = await again('anna');
    await tab.settle();
    expect(await anna.done('chat.join', { channel: lobby })).toMatchObject({ members: [] });
    expect(await anna.settle()).toEqual([]);
    expect(await tab.settle()).toEqual([['chat.channels', { channels: [] }]]);
    expect(await tab.done('chat.join', { channel: lobby })).toMatchObject({ members: [] });
    expect(await anna.settle()).toEqual([]);
    await anna.done('chat.unsubscribe', { channel: lobby });
    await say(tab, lobby, 'still here');
    await tab.done('chat.unsubscribe', { channel: lobby });
    expect(await tab.refused('chat.send', { channel: lobby })).toEqual({ code: 'chat.denied' });
    await tab.done('chat.join', { channel: lobby });
    await tab.probe.close();
    await ben.settle();
    expect(await anna.refused('chat.send', { channel: lobby })).toEqual({ code: 'chat.denied' });
    expect(await ben.settle()).toEqual([]);
    await anna.done('chat.join', { channel: lobby });
    expect(await anna.done('chat.leave', { channel: lobby })).toEqual({});
    expect(await anna.refused('chat.send', { channel: lobby })).toEqual({ code: 'chat.denied' });
    expect(await ben.settle()).toEqual([]);
  });

  test('[8.1] only moderators choose whether they are volatile, and a volatile one may join for good', async () => {
    const { anna } = await two();
    const keeper = await server.arrive(`keeper${casts}`, { traits: ['attendee', 'moderator'] });
    const [lobby, stage] = [anna.channel('lobby'), anna.channel('stage')];
    await anna.done('chat.join', { channel: stage, volatile: true });
    expect(await anna.settle()).toMatchObject([['chat.event', { content: { membership: 'join' } }]]);
    await anna.done('chat.join', { channel: lobby, volatile: false });
    expect(await anna.settle()).toEqual([]);
    await keeper.done('chat.join', { channel: stage, volatile: true });
    expect(await keeper.settle()).toEqual([]);
    await keeper.done('chat.join', { channel: stage });
    expect(await keeper.settle()).toMatchObject([['chat.event', { content: { membership: 'join' } }]]);
    await keeper.done('chat.join', { channel: lobby });
    await keeper.done('chat.join', { channel: lobby, volatile: false });
    const frames = await keeper.settle();
    expect(frames).toMatchObject([['chat.event', { channel: lobby, content: { membership: 'join' } }]]);
    await keeper.done('chat.unsubscribe', { channel: lobby });
    await keeper.done('chat.leave', { channel: lobby });
  });

  test('[8] members are shown as they are when somebody asks', async () => {
    const { anna, ben } = await two();
    const bar = anna.channel('bar');
    await ben.done('chat.join', { channel: bar });
    const seen = async () => {
      const { members } = await anna.done('chat.subscribe', { channel: bar });
      return members.find((one: { id: string }) => one.id === ben.id);
    };
    const before = await seen();
    expect(before).toMatchObject({ profile: { display_name: ben.name }, deleted: false });
    expect(await seen()).toEqual(before);
    await ben.done('user.update', { profile: { display_name: 'Benjamin', fields: { city: 'Rome' } } });
    expect((await seen()).profile).toEqual({ display_name: 'Benjamin', fields: { city: 'Rome' } });
  });

  test('[5] banned members are left out of rooms, and stay in direct channels', async () => {
    const { anna, ben } = await two();
    const stage = anna.channel('stage');
    await ben.done('chat.join', { channel: stage });
    const { id: direct } = await anna.done('chat.direct.create', { users: [ben.id] });
    await server.chat.users.ban(userId(ben));
    const ids = async (channel: string) =>
      (await anna.done('chat.subscribe', { channel })).members.map((one: { id: string }) => one.id);
    expect(await ids(stage)).not.toContain(ben.id);
    expect(await ids(direct)).toContain(ben.id);
  });

  test('whom the host takes out of a room is told so with everybody who follows it', async () => {
    const { anna, ben } = await two();
    const bar = anna.channel('bar');
    for (const one of [anna, ben]) await one.done('chat.join', { channel: bar });
    for (const one of [anna, ben]) await one.settle();
    await server.chat.channels.removeMember(idOf('channel', bar) as ChannelId, userId(anna));
    const left = ['chat.event', line(anna, bar, 'leave')];
    expect(await ben.settle()).toEqual([left]);
    expect(await anna.settle()).toEqual([left, ['chat.channels', { channels: [] }]]);
  });

  test('who leaves for good is seen to leave the rooms, and stays in direct channels as somebody gone', async () => {
    const { anna, ben } = await two();
    const bar = anna.channel('bar');
    for (const one of [anna, ben]) await one.done('chat.join', { channel: bar });
    const { id: direct } = await anna.done('chat.direct.create', { users: [ben.id] });
    await anna.settle();
    await server.chat.users.remove(userId(ben));
    expect(await anna.settle()).toEqual([['chat.event', line(ben, bar, 'leave')]]);
    const { members } = await anna.done('chat.subscribe', { channel: direct });
    expect(members).toEqual([
      expect.objectContaining({ id: anna.id, deleted: false }),
      { id: ben.id, profile: {}, pretalx_id: null, deleted: true, badges: [], inactive: true },
    ]);
  });
}
