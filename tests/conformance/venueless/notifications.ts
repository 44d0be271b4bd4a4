import { afterEach, expect, test } from 'vitest';
import { idOf } from '../../../src/dialects/uuid.js';
import type { ChannelId, UserId } from '../../../src/domain/ids.js';
import type { Json } from '../../support/json-probe.js';
import { type Member, openRoom, serve, type VenuelessServer } from './support/server.js';
import { direct, gather, gone, say, shown, text } from './support/talk.js';

/** Notifications (section 9). */
export function notifications(): void {
  let server: VenuelessServer;
  afterEach(async () => {
    expect(server.errors).toEqual([]);
    await server.stop();
  });

  async function open() {
    server = await serve({
      channels: [
        { name: 'stage', grants: openRoom },
        { name: 'staff', grants: { viewer: ['crew'], participant: ['crew'] } },
        { name: 'lobby', grants: openRoom, memberPolicy: { volatile: true } },
      ],
    });
    const { anna, ben, carl } = await server.cast({ anna: {}, ben: {}, carl: {} });
    const stage = anna.channel('stage');
    await gather(stage, anna, ben);
    return { anna, ben, carl, stage };
  }
  const names = (frames: Json[]) => frames.map(([name]) => name);
  /** What somebody would be told at a login now. */
  const counts = async (who: Member): Promise<Json> => {
    const again = await server.arrive(who.name);
    await again.probe.close();
    await who.settle();
    return again.welcome['chat.notification_counts'];
  };

  test('each message of a direct channel is notified to everybody but the sender, on all their sockets', async () => {
    const { anna, ben, carl } = await open();
    const channel = await direct(anna, ben, carl);
    const second = await server.arrive('ben');
    const event = await say(anna, channel, 'psst');
    const told = [
      ['chat.unread_pointers', { [channel]: event.event_id }],
      ['chat.notification', { event: { ...event, type: 'chat.event' }, sender: shown(anna) }],
    ];
    const [push, ...rest] = await ben.settle();
    expect(push[0]).toBe('chat.event');
    expect(rest).toEqual(told);
    expect(await second.settle()).toEqual(told);
    expect(names(await carl.settle())).toEqual(['chat.event', 'chat.unread_pointers', 'chat.notification']);
    expect(names(await anna.settle())).toEqual(['chat.event', 'chat.unread_pointers']);
    await say(anna, channel, 'psst');
    expect(await counts(ben)).toEqual({ [channel]: 2 });
    expect(await counts(anna)).toEqual({});
  });

  test('in a room those who are mentioned are notified, before their unread pointer', async () => {
    const { anna, ben, carl, stage } = await open();
    await gather(stage, carl);
    await anna.settle();
    await ben.settle();
    const event = await say(anna, stage, `hey @${ben.id}, it is @${anna.id}`);
    const frames = await ben.settle();
    expect(names(frames)).toEqual(['chat.event', 'chat.notification', 'chat.unread_pointers']);
    expect(frames[1][1]).toEqual({ event: { ...event, type: 'chat.event' }, sender: shown(anna) });
    expect(names(await carl.settle())).toEqual(['chat.event', 'chat.unread_pointers']);
    expect(names(await anna.settle())).toEqual(['chat.event']);
    expect(await counts(ben)).toEqual({ [stage]: 1 });
  });

  test('what is read counts no longer, up to there', async () => {
    const { anna, ben, stage } = await open();
    const first = await say(anna, stage, `@${ben.id}`);
    await say(anna, stage, `@${ben.id}`);
    await ben.settle();
    await ben.done('chat.mark_read', { channel: stage, id: first.event_id });
    expect(await ben.settle()).toEqual([['chat.notification_counts', { [stage]: 1 }]]);
    const channel = await direct(anna, ben);
    await say(anna, channel, 'psst');
    await ben.settle();
    await ben.done('chat.mark_read', { channel: stage, id: first.event_id - 1 });
    expect(await ben.settle()).toEqual([['chat.notification_counts', { [stage]: 1, [channel]: 1 }]]);
  });

  test('edits notify nobody, and a message that is gone counts no longer', async () => {
    const { anna, ben, stage } = await open();
    const channel = await direct(anna, ben);
    const first = await say(anna, channel, 'psst');
    const public_ = await say(anna, stage, 'nobody');
    await ben.settle();
    await anna.done('chat.send', text(channel, 'hey', { replaces: first.event_id }));
    await anna.done('chat.send', text(stage, `@${ben.id}`, { replaces: public_.event_id }));
    expect(names(await ben.settle())).toEqual(['chat.event', 'chat.event']);
    expect(await counts(ben)).toEqual({ [channel]: 1 });
    await anna.done('chat.send', gone(channel, first.event_id));
    expect(await counts(ben)).toEqual({});
  });

  test('the sender is warned of those whom a mention does not reach, between the answer and the event', async () => {
    const { anna, ben, carl, stage } = await open();
    const second = await server.arrive('anna');
    await second.done('chat.subscribe', { channel: stage });
    anna.send(['chat.send', 1, text(stage, `@${ben.id} @${carl.id} @nobody`)]);
    const frames = await anna.settle();
    expect(names(frames)).toEqual(['success', 'chat.mention_warning', 'chat.event']);
    expect(frames[1][1]).toEqual({
      channel: stage,
      event_id: frames[0][2].event.event_id,
      missed_users: [shown(carl)],
    });
    expect(names(await second.settle())).toEqual(['chat.event']);
    expect(await carl.settle()).toEqual([]);
    expect(await counts(carl)).toEqual({});
  });

  test('somebody missed who is away is shown as they are', async () => {
    const { anna, carl, stage } = await open();
    await carl.probe.close();
    anna.send(['chat.send', 1, text(stage, `@${carl.id}`)]);
    const [, [, warning]] = await anna.settle();
    expect(warning.missed_users).toMatchObject([{ id: carl.id, profile: { display_name: 'carl' } }]);
  });

  test('where members come and go, whoever may read is notified', async () => {
    const { anna, ben, carl } = await open();
    const lobby = anna.channel('lobby');
    await gather(lobby, anna);
    await say(anna, lobby, `@${ben.id} @${carl.id}`);
    expect(names(await anna.settle())).toEqual(['chat.event']);
    expect(names(await ben.settle())).toEqual(['chat.notification']);
    expect(names(await carl.settle())).toEqual(['chat.notification']);
  });

  test('fifty who are mentioned at once are not notified, and nobody is warned', async () => {
    const { anna, ben, stage } = await open();
    const many = Array.from({ length: 49 }, (_, i) => `guest-${i}`);
    for (const name of many) await (await server.arrive(name)).probe.close();
    await ben.settle();
    await say(anna, stage, [`@${ben.id}`, ...many.map((name) => `@${name}`)].join(' '));
    expect(names(await anna.settle())).toEqual(['chat.event']);
    expect(names(await ben.settle())).toEqual(['chat.event', 'chat.unread_pointers']);
    expect(await counts(ben)).toEqual({});
  });

  test('the host’s messages are notified as said by the world itself', async () => {
    const { anna, ben, stage } = await open();
    await server.chat.messages.send(idOf('channel', stage) as ChannelId, '@ben');
    const [push, notification, pointer] = await ben.settle();
    const { users, ...event } = push[1];
    const voice = {
      id: event.sender,
      profile: { display_name: 'Demo' },
      pretalx_id: null,
      deleted: false,
      badges: [],
      inactive: false,
    };
    expect(users).toEqual({ [event.sender]: voice });
    expect(notification).toEqual([
      'chat.notification',
      { event: { ...event, type: 'chat.event' }, sender: voice },
    ]);
    expect(pointer[0]).toBe('chat.unread_pointers');
    expect(names(await anna.settle())).toEqual(['chat.event', 'chat.unread_pointers']);
  });

  test('nobody is notified of what they may not read, nor counts it', async () => {
    const { anna } = await open();
    const [dana, erik] = [
      await server.arrive('dana', { traits: ['attendee', 'crew'] }),
      await server.arrive('erik', { traits: ['attendee', 'crew'] }),
    ];
    const staff = dana.channel('staff');
    await gather(staff, dana, erik);
    await say(dana, staff, `@${erik.id}`);
    expect(names(await erik.settle())).toEqual(['chat.event', 'chat.notification', 'chat.unread_pointers']);
    await server.chat.users.update(idOf('user', erik.id) as UserId, { traits: ['attendee'] });
    dana.send(['chat.send', 1, text(staff, `@${erik.id} @${anna.id}`)]);
    const frames = await dana.settle();
    const warning = frames.find(([name]) => name === 'chat.mention_warning');
    expect(warning?.[1].missed_users.map((one: Json) => one.id)).toEqual([erik.id, anna.id]);
    expect(await anna.settle()).toEqual([]);
    await erik.settle();
    await erik.done('chat.mark_read', { channel: anna.channel('stage'), id: 1 });
    expect(await erik.settle()).toEqual([['chat.notification_counts', {}]]);
  });
}
