import { afterEach, expect, test } from 'vitest';
import { memory } from '../../../src/adapters/storage/memory.js';
import { idOf } from '../../../src/dialects/uuid.js';
import type { UserId } from '../../../src/domain/ids.js';
import type { Json } from '../../support/json-probe.js';
import { type Member, openRoom, type ServeOptions, serve, type VenuelessServer } from './support/server.js';
import { direct, gather, gone, say, text } from './support/talk.js';

/** Read and unread pointers (section 9). */
export function unread(): void {
  let server: VenuelessServer;
  afterEach(async () => {
    expect(server.errors).toEqual([]);
    await server.stop();
  });

  async function open(more: Partial<ServeOptions> = {}) {
    server = await serve({
      channels: [
        { name: 'stage', grants: openRoom },
        { name: 'staff', grants: { viewer: ['attendee'], participant: ['attendee'] } },
        { name: 'lobby', grants: openRoom, memberPolicy: { volatile: true } },
      ],
      ...more,
    });
    const { anna, ben, carl } = await server.cast({ anna: {}, ben: {}, carl: {} });
    const stage = anna.channel('stage');
    await gather(stage, anna, ben, carl);
    return { anna, ben, carl, stage };
  }
  const read = (who: Member, channel: string, id: number) => who.done('chat.mark_read', { channel, id });
  /** The unread pointers somebody was pushed. */
  const pointers = async (who: Member): Promise<Json[]> =>
    (await who.settle()).filter(([name]) => name === 'chat.unread_pointers').map(([, payload]) => payload);

  test('what was read is answered, told to the other sockets, and counted for all of them', async () => {
    const { anna, ben, stage } = await open();
    const second = await server.arrive('ben');
    const { event_id: id } = await say(anna, stage, `@${ben.id}`);
    await ben.settle();
    await second.settle();
    ben.send(['chat.mark_read', 1, { channel: stage, id }]);
    expect(await ben.settle()).toEqual([
      ['success', 1, {}],
      ['chat.notification_counts', {}],
    ]);
    expect(await second.settle()).toEqual([
      ['chat.read_pointers', { [stage]: id }],
      ['chat.notification_counts', {}],
    ]);
    expect((await anna.settle()).map(([name]) => name)).toEqual(['chat.event']);
    const { welcome } = await server.arrive('ben');
    expect(welcome['chat.read_pointers']).toEqual({ [stage]: id });
  });

  test('the pointer is put where it is wanted, back as well, and all pointers are told', async () => {
    const { anna, ben, stage } = await open();
    const second = await server.arrive('ben');
    const channel = await direct(anna, ben);
    await second.settle();
    await read(ben, stage, 1_000_000);
    await read(ben, stage, 7);
    await read(ben, channel, 9);
    await read(ben, stage, 0);
    const told = (await second.settle()).filter(([name]) => name === 'chat.read_pointers');
    expect(told.map(([, payload]) => payload)).toEqual([
      { [stage]: 1_000_000 },
      { [stage]: 7 },
      { [stage]: 7, [channel]: 9 },
      { [channel]: 9 },
    ]);
  });

  test('nothing is read that is not said yet: an id ahead of all is cut to the newest', async () => {
    const { anna, ben, stage } = await open();
    await ben.settle();
    await read(ben, stage, Number.MAX_SAFE_INTEGER);
    const mark = (await server.arrive('ben')).welcome['chat.read_pointers'][stage];
    await read(ben, stage, 0);
    const { event_id: next } = await say(anna, stage, 'later');
    expect(mark).toBeLessThan(next);
    await read(ben, stage, next);
    expect((await server.arrive('ben')).welcome['chat.read_pointers'][stage]).toBe(next);
  });

  test('an id that is missing or no number is refused, and nothing is stored', async () => {
    const { ben, stage } = await open();
    for (const id of [undefined, null, 'x', '7', 1.5, -1, true, [], {}])
      expect(await ben.refused('chat.mark_read', { channel: stage, id })).toEqual({
        code: 'chat.invalid_body',
      });
    expect(await ben.settle()).toEqual([]);
    expect((await server.arrive('ben')).welcome['chat.read_pointers']).toEqual({});
  });

  test('anybody may mark a room as read, and only its people a direct channel', async () => {
    const { anna, ben, carl, stage } = await open();
    const stranger = await server.arrive('stranger');
    expect(await read(stranger, stage, 7)).toEqual({});
    const channel = await direct(anna, ben);
    expect(await carl.refused('chat.mark_read', { channel, id: 7 })).toEqual({ code: 'chat.denied' });
  });

  test('a member of a room is told once of what is unread, until they have read', async () => {
    const { anna, ben, carl, stage } = await open();
    const first = await say(anna, stage, 'one');
    await say(anna, stage, 'two');
    expect(await pointers(ben)).toEqual([{ [stage]: first.event_id }]);
    expect(await pointers(carl)).toEqual([{ [stage]: first.event_id }]);
    await read(ben, stage, first.event_id);
    const third = await say(anna, stage, 'three');
    expect(await pointers(ben)).toEqual([{ [stage]: third.event_id }]);
    expect(await pointers(carl)).toEqual([]);
  });

  test('whoever says it is not told, and is of what somebody else says next', async () => {
    const { anna, ben, stage } = await open();
    await say(anna, stage, 'one');
    expect(await pointers(anna)).toEqual([]);
    const answer = await say(ben, stage, 'two');
    expect(await pointers(anna)).toEqual([{ [stage]: answer.event_id }]);
    await say(ben, stage, 'three');
    expect(await pointers(anna)).toEqual([]);
  });

  test('all sockets of a member are told, also those that do not follow the room', async () => {
    const { anna, ben, stage } = await open();
    const second = await server.arrive('ben');
    await ben.done('chat.unsubscribe', { channel: stage });
    const { event_id: id } = await say(anna, stage, 'one');
    const told = ['chat.unread_pointers', { [stage]: id }];
    expect(await ben.settle()).toEqual([told]);
    expect(await second.settle()).toEqual([told]);
    // One tab more is no news.
    const third = await server.arrive('ben');
    await say(anna, stage, 'two');
    expect(await pointers(ben)).toEqual([]);
    expect(await pointers(third)).toEqual([]);
    await read(third, stage, id);
    const { event_id: next } = await say(anna, stage, 'three');
    expect(await pointers(second)).toEqual([{ [stage]: next }]);
  });

  test('whoever logs in anew is told once more', async () => {
    const { anna, ben, stage } = await open();
    await say(anna, stage, 'one');
    await ben.settle();
    await ben.probe.close();
    const back = await server.arrive('ben');
    const { event_id: id } = await say(anna, stage, 'two');
    expect(await pointers(back)).toEqual([{ [stage]: id }]);
  });

  test('edits, deletions and reactions are nothing unread', async () => {
    const { anna, ben, stage } = await open();
    const { event_id: id } = await say(anna, stage, 'one');
    await read(ben, stage, id);
    await ben.settle();
    await anna.done('chat.send', text(stage, 'two', { replaces: id }));
    await anna.done('chat.react', { channel: stage, event: id, reaction: '👍' });
    await anna.done('chat.send', gone(stage, id));
    expect(await pointers(ben)).toEqual([]);
  });

  test('whoever left a room, or may read it no longer, is not told', async () => {
    const { anna, ben, carl, stage } = await open();
    const staff = anna.channel('staff');
    await gather(staff, anna, ben, carl);
    await ben.done('chat.leave', { channel: stage });
    await carl.settle();
    await say(anna, stage, 'one');
    expect(await pointers(ben)).toEqual([]);
    const user = idOf('user', ben.id) as UserId;
    await server.chat.users.update(user, { traits: [] });
    await ben.settle();
    await say(anna, staff, 'among us');
    expect(await ben.settle()).toEqual([]);
    await server.chat.users.update(user, { traits: ['attendee'] });
    const { event_id: id } = await say(anna, staff, 'welcome back');
    expect(await pointers(ben)).toEqual([{ [staff]: id }]);
  });

  test('volatile members are told only once they have read something', async () => {
    const { anna, ben, carl } = await open();
    const lobby = anna.channel('lobby');
    await gather(lobby, anna, ben, carl);
    const { event_id: id } = await say(anna, lobby, 'one');
    expect(await pointers(ben)).toEqual([]);
    await read(ben, lobby, id);
    const { event_id: next } = await say(anna, lobby, 'two');
    expect(await pointers(ben)).toEqual([{ [lobby]: next }]);
    expect(await pointers(carl)).toEqual([]);
    await read(ben, lobby, next);
    await ben.done('chat.leave', { channel: lobby });
    await say(anna, lobby, 'three');
    expect(await pointers(ben)).toEqual([]);
  });

  test('in a direct channel everybody is told of each message, and of no edit', async () => {
    const { anna, ben, carl } = await open();
    const channel = await direct(anna, ben);
    const [one, two] = [await say(anna, channel, 'one'), await say(anna, channel, 'two')];
    const ids = [one, two].map(({ event_id: id }) => ({ [channel]: id }));
    expect(await pointers(ben)).toEqual(ids);
    expect(await pointers(anna)).toEqual(ids.slice(1));
    await anna.done('chat.send', text(channel, '2', { replaces: two.event_id }));
    await anna.done('chat.send', gone(channel, two.event_id));
    expect(await pointers(ben)).toEqual([]);
    expect(await carl.settle()).toEqual([]);
  });

  test('what was read and who belongs where is still known after a restart', async () => {
    const kept = memory();
    const { anna, ben, stage } = await open({ storage: kept });
    const { event_id: id } = await say(anna, stage, `@${ben.id}`);
    await read(anna, stage, id);
    await server.stop();
    server = await serve({ storage: kept });
    const back = await server.arrive('anna');
    expect(back.welcome['chat.read_pointers']).toEqual({ [stage]: id });
    expect(back.welcome['chat.channels']).toEqual([{ id: stage, unread_pointer: id }]);
    const other = await server.arrive('ben');
    expect(other.welcome['chat.notification_counts']).toEqual({ [stage]: 1 });
    await back.done('chat.subscribe', { channel: stage });
    const next = await say(back, stage, 'back');
    expect(next.event_id).toBeGreaterThan(id);
    expect(await other.settle()).toEqual([['chat.unread_pointers', { [stage]: next.event_id }]]);
  });
}
