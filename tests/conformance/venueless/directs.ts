import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Clock } from '../../../src/core/ports.js';
import { idOf } from '../../../src/dialects/uuid.js';
import type { UserId } from '../../../src/domain/ids.js';
import type { Json } from '../../support/json-probe.js';
import { type Member, serve, type VenuelessServer } from './support/server.js';

const denied = { code: 'chat.denied' };

/** Direct channels (sections 7, 8.2, 8.5 and 8.9). */
export function directs(): void {
  let server: VenuelessServer;
  beforeAll(async () => {
    server = await serve();
  });
  afterAll(() => server.stop());

  let casts = 0;
  /** People nobody has seen, so that tests do not meet each other's. */
  async function people() {
    const n = ++casts;
    const arrive = (name: string) => server.arrive(`${name}${n}`);
    const [anna, ben, carl] = [await arrive('anna'), await arrive('ben'), await arrive('carl')];
    return { anna, ben, carl, again: arrive };
  }
  const userId = (member: Member) => idOf('user', member.id) as UserId;
  const open = (by: Member, others: readonly Member[], more: object = {}) =>
    by.done('chat.direct.create', { users: others.map((one) => one.id), ...more });
  const say = (member: Member, channel: string, body = 'Hello') =>
    member.done('chat.send', { channel, event_type: 'channel.message', content: { type: 'text', body } });
  const idsOf = (list: readonly Json[]) => list.map((one) => one.id);
  const both = (...members: readonly Member[]) =>
    members.map((one) => expect.objectContaining({ id: one.id }));

  test('[8.9] whoever opens one is answered with both people, then hears them join; their other sockets get the list', async () => {
    const { anna, ben, again } = await people();
    const tab = await again('anna');
    const reply = await open(anna, [ben]);
    expect(reply).toEqual({
      state: null,
      next_event_id: expect.any(Number),
      unread_pointer: 0,
      members: both(anna, ben),
      id: expect.any(String),
    });
    const joined = await anna.settle();
    expect(joined).toMatchObject(
      [anna, ben].map((one) => [
        'chat.event',
        {
          channel: reply.id,
          event_type: 'channel.member',
          sender: one.id,
          content: { membership: 'join', user: { id: one.id } },
          users: { [one.id]: { id: one.id } },
        },
      ]),
    );
    for (const [, { event_id: id }] of joined) expect(id).toBeGreaterThanOrEqual(reply.next_event_id);
    expect(await tab.settle()).toEqual([
      ['chat.channels', { channels: [{ id: reply.id, unread_pointer: 0, members: both(anna, ben) }] }],
    ]);
    expect(await ben.settle()).toEqual([]);
  });

  test('[8.9] with `hide: false` the others have it in their lists at once', async () => {
    const { anna, ben, carl } = await people();
    const { id } = await open(anna, [ben, carl], { hide: false });
    await anna.settle();
    const entry = { id, unread_pointer: 0, members: both(anna, ben, carl) };
    for (const other of [ben, carl])
      expect(await other.settle()).toEqual([['chat.channels', { channels: [entry] }]]);
  });

  test('[8.9] whoever has not been seen for long is shown so in a list that is pushed, as in a reply', async () => {
    let hours = 0;
    const clock: Clock = {
      now: () => Date.now() + hours * 3_600_000,
      after: (ms, run) => {
        const timer = setTimeout(run, ms);
        return () => clearTimeout(timer);
      },
      soon: setImmediate,
    };
    const late = await serve({ clock });
    const carl = await late.arrive('carl');
    await carl.probe.close();
    hours = 37;
    const [anna, ben] = [await late.arrive('anna'), await late.arrive('ben')];
    const reply = await open(anna, [ben, carl], { hide: false });
    const [, { channels }] = await ben.probe.until(([name]) => name === 'chat.channels');
    expect(channels[0].members).toEqual(reply.members);
    expect(idsOf(reply.members.filter((one: Json) => one.inactive))).toEqual([carl.id]);
    await late.stop();
  });

  test('[8.5] a hidden one comes with its first message: the list, then that there is something unread, then the notification', async () => {
    const { anna, ben, again } = await people();
    const { id } = await open(anna, [ben], { hide: true });
    await anna.settle();
    const { event } = await say(anna, id);
    // The sender sees the channel too, and only the notification leaves them out (section 9).
    expect(await anna.settle()).toMatchObject([
      ['chat.event', { event_id: event.event_id }],
      ['chat.unread_pointers', { [id]: event.event_id }],
    ]);
    expect(await ben.settle()).toMatchObject([
      ['chat.channels', { channels: [{ id, unread_pointer: event.event_id, members: both(anna, ben) }] }],
      ['chat.unread_pointers', { [id]: event.event_id }],
      ['chat.notification', { event: { ...event, type: 'chat.event' }, sender: { id: anna.id } }],
    ]);
    const back = await again('ben');
    expect(back.welcome['chat.channels']).toMatchObject([{ id, unread_pointer: event.event_id }]);
  });

  test('[8.9] the same people have the same channel whoever asks, and one more makes another', async () => {
    const { anna, ben, carl } = await people();
    const { id } = await open(anna, [ben]);
    expect((await open(ben, [anna])).id).toBe(id);
    expect((await open(ben, [anna, ben, anna])).id).toBe(id);
    const three = await open(carl, [anna, ben]);
    expect(three.id).not.toBe(id);
    expect(three.members).toHaveLength(3);
    expect((await open(anna, [carl, ben])).id).toBe(three.id);
    expect((await open(anna, [carl])).id).not.toBe(three.id);
  });

  test('[8.9] opening one that is there makes nobody join again, and follows it', async () => {
    const { anna, ben } = await people();
    const { id } = await open(anna, [ben]);
    await say(anna, id);
    await ben.settle();
    const again = await open(ben, [anna]);
    expect(again).toMatchObject({ id, members: both(anna, ben) });
    expect(again.next_event_id).toBeGreaterThan(again.unread_pointer);
    expect(await ben.settle()).toEqual([]);
    const { event } = await say(anna, id);
    expect((await ben.settle())[0]).toMatchObject(['chat.event', { event_id: event.event_id }]);
  });

  test('[8.9] fewer than two people, people who are not there, and anybody blocked are refused alike', async () => {
    const { anna, ben, carl } = await people();
    const refused = (by: Member, ...users: unknown[]) => by.refused('chat.direct.create', { users });
    expect(await refused(anna)).toEqual(denied);
    expect(await refused(anna, anna.id)).toEqual(denied);
    expect(await refused(anna, ben.id, '5b6ddc4c-5d45-4d43-9a4e-2b6e4c7d4c11')).toEqual(denied);
    for (const id of ['1234', 5, null, anna.channel('stage')])
      expect(await refused(anna, id)).toEqual(denied);
    await server.chat.users.block(userId(carl), userId(ben));
    expect(await refused(ben, carl.id)).toEqual(denied);
    expect(await refused(carl, ben.id)).toEqual(denied);
    expect(await refused(anna, ben.id, carl.id)).toEqual(denied);
    const [gone, kept] = [await server.arrive(`gone${casts}`), await server.arrive(`kept${casts}`)];
    await server.chat.users.remove(userId(gone));
    await server.chat.users.ban(userId(kept));
    await server.chat.users.remove(userId(kept));
    for (const one of [gone, kept]) expect(await refused(anna, one.id)).toEqual(denied);
    expect((await open(anna, [ben])).id).toEqual(expect.any(String));
  });

  test('[8.9] it takes the permission to', async () => {
    const { anna } = await people();
    const no = { code: 'auth.denied', message: 'Permission denied.' };
    await server.chat.users.silence(userId(anna));
    expect(await anna.probe.closed).toBe(1000);
    const quiet = await server.arrive(`anna${casts}`);
    expect(await quiet.refused('chat.direct.create', { users: [] })).toEqual(no);
    const strict = await serve({
      defaults: { permissions: ['message.send'] },
      venueless: { traitGrants: { viewers: [] }, roles: { viewers: ['world:view'] } },
    });
    const guest = await strict.guest('guest');
    expect(await guest.refused('chat.direct.create', { users: 7 })).toEqual(no);
    await strict.stop();
  });

  test('[8.2] whoever leaves one hides it from their own lists until the next message', async () => {
    const { anna, ben, again } = await people();
    const { id } = await open(anna, [ben]);
    await say(anna, id);
    const tab = await again('anna');
    for (const one of [anna, ben, tab]) await one.settle();
    expect(await anna.done('chat.leave', { channel: id })).toEqual({});
    expect(await anna.settle()).toEqual([]);
    expect(await ben.settle()).toEqual([]);
    expect(await tab.settle()).toEqual([['chat.channels', { channels: [] }]]);
    expect((await again('anna')).welcome['chat.channels']).toEqual([]);
    const { event } = await say(ben, id, 'are you there?');
    const entry = { id, unread_pointer: event.event_id, members: both(anna, ben) };
    expect((await tab.settle())[0]).toEqual(['chat.channels', { channels: [entry] }]);
  });

  test('[8.9] whoever hid one and opens it again has it back, on their other sockets too', async () => {
    const { anna, ben, again } = await people();
    const { id } = await open(anna, [ben]);
    await anna.done('chat.leave', { channel: id });
    const tab = await again('anna');
    for (const one of [anna, tab]) await one.settle();
    expect((await open(anna, [ben])).id).toBe(id);
    expect(await anna.settle()).toEqual([]);
    expect(await tab.settle()).toMatchObject([['chat.channels', { channels: [{ id }] }]]);
    expect(await ben.settle()).toEqual([]);
  });

  test('[7] a direct channel has its members in lists, oneself included, and a room has none', async () => {
    const { anna, ben, again } = await people();
    await anna.done('chat.join', { channel: anna.channel('stage') });
    const { id } = await open(anna, [ben]);
    const back = await again('anna');
    const [room, direct] = back.welcome['chat.channels'];
    expect(Object.keys(room)).toEqual(['id', 'unread_pointer']);
    expect(direct.id).toBe(id);
    expect(idsOf(direct.members)).toEqual([anna.id, ben.id]);
  });

  test('[7] however many groups somebody is put into with large profiles, their list has everybody and stays small', async () => {
    const { anna, ben, again } = await people();
    const crowd: Member[] = [];
    for (let i = 0; i < 6; i++) {
      const one = await again(`puppet${i}-`);
      await one.done('user.update', { profile: { display_name: one.name, about: 'x'.repeat(16_000) } });
      crowd.push(one);
    }
    for (let set = 1; set < 2 ** crowd.length; set++)
      await open(anna, [ben, ...crowd.filter((_, bit) => (set >> bit) & 1)], { hide: false });
    const back = await again('ben');
    const list: readonly Json[] = back.welcome['chat.channels'];
    expect(list).toHaveLength(2 ** crowd.length - 1);
    const profiles = list.flatMap(({ members }) => members.map(({ profile }: Json) => profile));
    const named = new Set([anna, ben, ...crowd].map(({ name }) => name));
    expect(new Set(profiles.map(({ display_name: name }) => name))).toEqual(named);
    expect(JSON.stringify(profiles).length).toBeLessThan(160_000);
    // The newest channels are shown whole.
    expect(list.at(-1)?.members.some(({ profile }: Json) => profile.about !== undefined)).toBe(true);
  });

  test('[5] blocking keeps nobody from reading what is there', async () => {
    const { anna, ben } = await people();
    const { id } = await open(anna, [ben]);
    await say(anna, id);
    await server.chat.users.block(userId(anna), userId(ben));
    await ben.done('chat.subscribe', { channel: id });
    expect((await ben.done('chat.fetch', { channel: id, count: 25 })).results).toHaveLength(3);
  });
}
