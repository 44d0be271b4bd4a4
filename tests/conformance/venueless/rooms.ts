import { afterEach, expect, test } from 'vitest';
import { idOf } from '../../../src/dialects/uuid.js';
import type { ChannelId } from '../../../src/domain/ids.js';
import type { Json } from '../../support/json-probe.js';
import { type Member, openRoom, serve, type VenuelessServer } from './support/server.js';

/** Rooms as they come, change and go (section 6). */
export function rooms(): void {
  let server: VenuelessServer;
  afterEach(() => server.stop());
  const channelId = (name: string) => server.chat.channels.byName(name)?.id as ChannelId;
  const names = ({ welcome }: Member) => welcome['world.config'].rooms.map(({ name }: Json) => name);
  const staffed = [{ name: 'stage', grants: openRoom }];

  test('a new room is told to each who may see it, as they see it', async () => {
    server = await serve({ channels: staffed });
    const { anna, ben, cay } = await server.cast({
      anna: { traits: ['admin'] },
      ben: { traits: ['staff'] },
      cay: {},
    });
    await server.chat.channels.create({
      name: 'backstage',
      look: { displayName: 'Back stage', description: 'For staff', icon: 'https://example.org/b.png' },
      grants: { participant: ['staff'] },
      memberPolicy: { volatile: true },
    });
    const id = idOf('room', (await ben.settle().then(([[, room]]) => room)).id);
    expect(id).toBe(channelId('backstage'));
    const [[name, room]] = await anna.settle();
    expect(name).toBe('room.create');
    expect(room).toEqual({
      id: expect.any(String),
      name: 'Back stage',
      description: 'For staff',
      picture: 'https://example.org/b.png',
      import_id: null,
      pretalx_id: 0,
      permissions: [
        'room:announce',
        'room:chat.join',
        'room:chat.moderate',
        'room:chat.read',
        'room:chat.send',
        'room:delete',
        'room:update',
        'room:view',
        'room:viewers',
      ],
      force_join: false,
      modules: [{ type: 'chat.native', config: { volatile: true }, channel_id: expect.any(String) }],
      schedule_data: null,
      users: 'none',
    });
    expect(room.id).not.toBe(room.modules[0].channel_id);
    expect(await cay.settle()).toEqual([]);
  });

  test('a room that changes comes up, goes away or is another one, for each as it is to them', async () => {
    server = await serve({ channels: [...staffed, { name: 'den', grants: { participant: ['staff'] } }] });
    const { anna, ben } = await server.cast({ anna: { traits: ['staff'] }, ben: { traits: ['guest'] } });
    const den = channelId('den');
    const { id } = anna.welcome['world.config'].rooms[1];
    const change = (changes: object) => server.chat.channels.update(den, changes);
    await change({ grants: { participant: ['guest'] } });
    expect(await anna.settle()).toEqual([['room.delete', { id }]]);
    expect(await ben.settle()).toMatchObject([['room.create', { id, name: 'den' }]]);
    await change({ grants: openRoom });
    expect(await anna.settle()).toMatchObject([['room.create', { id }]]);
    expect(await ben.settle()).toMatchObject([['world.updated', { rooms: [{ name: 'stage' }, { id }] }]]);
    await change({ name: 'cellar', memberPolicy: { volatile: true } });
    for (const member of [anna, ben])
      expect(await member.settle()).toMatchObject([
        ['world.updated', { rooms: [{}, { id, name: 'cellar', modules: [{ config: { volatile: true } }] }] }],
      ]);
    // With a password one gets at it by entering it, which is another protocol's way.
    await change({ password: 'sesame' });
    for (const member of [anna, ben]) expect(await member.settle()).toEqual([['room.delete', { id }]]);
    await change({ password: null });
    for (const member of [anna, ben]) expect(await member.settle()).toMatchObject([['room.create', { id }]]);
    await change({ kind: 'voice' });
    for (const member of [anna, ben]) expect(await member.settle()).toEqual([['room.delete', { id }]]);
  });

  test('a room that ends is told to those who saw it', async () => {
    server = await serve({ channels: [...staffed, { name: 'den', grants: { participant: ['staff'] } }] });
    const { anna, ben } = await server.cast({ anna: { traits: ['staff'] }, ben: {} });
    const { id } = anna.welcome['world.config'].rooms[1];
    await server.chat.channels.remove(channelId('den'));
    expect(await anna.settle()).toEqual([['room.delete', { id }]]);
    expect(await ben.settle()).toEqual([]);
  });

  test('rooms that stand in another order are told as a whole', async () => {
    server = await serve();
    const { anna } = await server.cast({ anna: {} });
    expect(names(anna)).toEqual(['stage', 'bar']);
    await server.chat.run('channel.move', { by: 'host', channel: channelId('bar'), position: 0 });
    expect(await anna.settle()).toMatchObject([
      ['world.updated', { rooms: [{ name: 'bar' }, { name: 'stage' }] }],
    ]);
    expect(names(await server.arrive('ben'))).toEqual(['bar', 'stage']);
  });

  test('channels that one has to enter, and those that are not for text, are no rooms', async () => {
    server = await serve({
      channels: [
        ...staffed,
        { name: 'locked', password: 'sesame', grants: openRoom },
        { name: 'talk', kind: 'voice', grants: openRoom },
        { name: 'forum', kind: 'forum', grants: openRoom },
        { name: 'line', kind: 'separator' },
        { name: 'plain' },
        { name: 'high', rank: 5 },
      ],
    });
    const { anna } = await server.cast({ anna: {} });
    // A channel without grants is judged by what else it has.
    expect(names(anna)).toEqual(['stage', 'plain']);
    await server.chat.run('channel.create', {
      by: 'host',
      name: 'fleeting',
      temporary: 'empty',
      grants: openRoom,
    });
    expect(await anna.settle()).toEqual([]);
  });

  test('how many look at a room is told to those who see it, when it is another class', async () => {
    server = await serve({
      venueless: { worlds: { demo: {}, other: { rooms: ['bar'] } } },
      channels: [
        ...staffed,
        { name: 'bar', grants: openRoom },
        { name: 'den', grants: { viewer: ['staff'] } },
      ],
    });
    const { anna, ben } = await server.cast({ anna: { traits: ['staff'] }, ben: {} });
    const away = await server.arrive('cay', {}, 'other');
    const [stage, , den] = anna.welcome['world.config'].rooms.map((room: Json) => room.id);
    // One who does not see the den is told of the stage first, though that comes later.
    await anna.done('chat.subscribe', { channel: anna.channel('den') });
    expect(await anna.crowd()).toEqual({ room: den, users: 'few' });
    await anna.done('chat.subscribe', { channel: anna.channel('stage') });
    expect(await anna.crowd()).toEqual({ room: stage, users: 'few' });
    expect(await ben.crowd()).toEqual({ room: stage, users: 'few' });
    const crowd = await Promise.all(
      Array.from({ length: 10 }, async (_, index) => {
        const one = await server.arrive(`one-of-many-${index}`);
        await one.done('chat.subscribe', { channel: one.channel('stage') });
        return one;
      }),
    );
    expect(await ben.crowd()).toEqual({ room: stage, users: 'many' });
    const newcomer = await server.arrive('newcomer');
    expect(newcomer.welcome['world.config'].rooms[0].users).toBe('many');
    await crowd[0]?.done('chat.unsubscribe', { channel: anna.channel('stage') });
    expect(await ben.crowd()).toEqual({ room: stage, users: 'few' });
    await anna.done('chat.unsubscribe', { channel: anna.channel('stage') });
    // Those who are cut off look at nothing any more.
    for (const { probe } of crowd) probe.terminate();
    expect(await ben.crowd()).toEqual({ room: stage, users: 'none' });
    // The other world, which has neither room, was told nothing meanwhile.
    const bar = await server.arrive('dan');
    await bar.done('chat.subscribe', { channel: bar.channel('bar') });
    expect(await away.crowd()).toMatchObject({
      users: 'few',
      room: away.welcome['world.config'].rooms[0].id,
    });
  });
}
