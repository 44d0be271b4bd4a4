import { afterAll, beforeAll, expect, test } from 'vitest';
import { serve, type VenuelessServer } from './support/server.js';

/** From a login to a message. */
export function walking(): void {
  let server: VenuelessServer;
  beforeAll(async () => {
    server = await serve();
  });
  afterAll(() => server.stop());

  test('two people join a room and hear each other, each reply before what it causes', async () => {
    const { anna, ben } = await server.cast({ anna: {}, ben: {} });
    const stage = anna.channel('stage');
    const before = await anna.done('chat.join', { channel: stage });
    expect(before).toEqual({
      state: null,
      next_event_id: expect.any(Number),
      unread_pointer: 0,
      members: [],
    });
    const [joined] = await anna.settle();
    expect(joined).toMatchObject([
      'chat.event',
      {
        event_type: 'channel.member',
        sender: anna.id,
        content: { membership: 'join', user: { id: anna.id } },
      },
    ]);
    expect((await ben.done('chat.join', { channel: stage })).members).toMatchObject([{ id: anna.id }]);
    await anna.settle();
    await ben.settle();
    const { event } = await anna.done('chat.send', {
      channel: stage,
      event_type: 'channel.message',
      content: { type: 'text', body: 'Hello' },
    });
    expect(event).toEqual({
      event_id: expect.any(Number),
      channel: stage,
      sender: anna.id,
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00$/),
      event_type: 'channel.message',
      content: { type: 'text', body: 'Hello' },
      edited: null,
      replaces: null,
      reactions: {},
    });
    const users = { [anna.id]: expect.objectContaining({ id: anna.id, profile: { display_name: 'anna' } }) };
    expect(await anna.settle()).toEqual([['chat.event', { ...event, users }]]);
    expect(await ben.settle()).toEqual([
      ['chat.event', { ...event, users }],
      ['chat.unread_pointers', { [stage]: event.event_id }],
    ]);
  });
}
