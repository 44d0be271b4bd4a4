import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRoom, serve, type VenuelessServer } from './support/server.js';

/** Rooms that everybody is in (section 8.8). */
export function forced(): void {
  let server: VenuelessServer;
  beforeAll(async () => {
    server = await serve({
      channels: [
        { name: 'stage', grants: openRoom },
        { name: 'news', grants: openRoom, memberPolicy: { forced: true } },
        { name: 'staff', grants: { participant: ['staff'] }, memberPolicy: { forced: true } },
      ],
    });
  });
  afterAll(() => server.stop());

  const joinOf = (id: string) => [
    'chat.event',
    expect.objectContaining({
      event_type: 'channel.member',
      sender: id,
      content: { membership: 'join', user: expect.objectContaining({ id }) },
    }),
  ];

  test('[8.8] whoever logs in with a name is made a member of those they may join, and gets the list', async () => {
    const anna = await server.arrive('anna');
    const news = anna.channel('news');
    expect(anna.welcome['chat.channels']).toEqual([]);
    expect(await anna.settle()).toEqual([['chat.channels', { channels: [{ id: news, unread_pointer: 0 }] }]]);
    const again = await server.arrive('anna');
    expect(again.welcome['chat.channels']).toEqual([{ id: news, unread_pointer: 0 }]);
    expect(await again.settle()).toEqual([]);
    expect(await anna.settle()).toEqual([]);
  });

  test('[8.8] a guest is made one once they have a name, on all of their sockets and told to who follows', async () => {
    const watcher = await server.arrive('watcher');
    const news = watcher.channel('news');
    await watcher.done('chat.subscribe', { channel: news });
    await watcher.settle();
    const guest = await server.guest('guest');
    const tab = await server.guest('guest');
    expect(await guest.settle()).toEqual([]);
    await guest.done('user.update', { client_state: { seen: true } });
    expect(await guest.settle()).toEqual([]);
    await tab.settle();
    await guest.done('user.update', { profile: { display_name: 'Gast' } });
    const list = ['chat.channels', { channels: [{ id: news, unread_pointer: 0 }] }];
    expect(await guest.settle()).toEqual([list]);
    expect(await tab.settle()).toContainEqual(list);
    expect(await watcher.settle()).toContainEqual(joinOf(guest.id));
    const { members } = await watcher.done('chat.subscribe', { channel: news });
    expect(members.map((one: { id: string }) => one.id)).toContain(guest.id);
  });

  test('[8.8] who may join more from now on is made a member of that at the next login', async () => {
    await (await server.arrive('ben')).settle();
    const ben = await server.arrive('ben', { traits: ['attendee', 'staff'] });
    const [news, staff] = ['news', 'staff'].map((name) => ben.channel(name));
    expect(await ben.settle()).toContainEqual([
      'chat.channels',
      { channels: [news, staff].map((id) => ({ id, unread_pointer: 0 })) },
    ]);
  });

  test('[8.4] who joins and leaves is no part of the history of such a room', async () => {
    const anna = await server.arrive('anna');
    const news = anna.channel('news');
    await anna.done('chat.send', {
      channel: news,
      event_type: 'channel.message',
      content: { type: 'text', body: 'Doors are open' },
    });
    const { results } = await anna.done('chat.fetch', { channel: news, count: 25 });
    expect(results).toMatchObject([{ content: { body: 'Doors are open' } }]);
  });
}
