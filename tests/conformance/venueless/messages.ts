import { afterAll, beforeAll, expect, test } from 'vitest';
import { idOf } from '../../../src/dialects/uuid.js';
import type { UserId } from '../../../src/domain/ids.js';
import type { Json } from '../../support/json-probe.js';
import { type Member, openRoom, serve, type VenuelessServer } from './support/server.js';
import { direct, gather, gone, say, text, users } from './support/talk.js';

const iso = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00$/);
const forbidden = { code: 'protocol.denied', message: 'Permission denied.' };
const denied = { code: 'chat.denied' };

/** Saying, editing and taking back (section 8.5). */
export function messages(): void {
  let server: VenuelessServer;
  let anna: Member;
  let ben: Member;
  let mod: Member;
  let stage: string;
  let cast = 0;
  beforeAll(async () => {
    server = await serve({
      limits: { messageLength: 200 },
      channels: [
        { name: 'stage', grants: openRoom },
        { name: 'quiet', grants: { viewer: [], participant: ['speaker'] } },
        { name: 'staff', grants: { viewer: ['attendee'], participant: ['attendee'] } },
        { name: 'closed', grants: { viewer: ['nobody'] } },
      ],
    });
  });
  afterAll(async () => {
    expect(server.errors).toEqual([]);
    await server.stop();
  });

  /** People of their own for each test, all in the stage. */
  async function three(): Promise<void> {
    cast++;
    [anna, ben, mod] = [
      await server.arrive(`anna${cast}`),
      await server.arrive(`ben${cast}`),
      await server.arrive(`mod${cast}`, { traits: ['attendee', 'moderator'] }),
    ];
    stage = anna.channel('stage');
    await gather(stage, anna, ben, mod);
  }
  const userOf = ({ id }: Member) => idOf('user', id) as UserId;
  const rest = async (...people: Member[]): Promise<Json[][]> => {
    const all: Json[][] = [];
    for (const one of people) all.push(await one.settle());
    return all;
  };
  /** What subscribers were pushed, unread pointers left out. */
  const events = (frames: Json[]) => frames.filter(([name]) => name.startsWith('chat.event'));

  test('[8] the checks that all commands share come first, in their order', async () => {
    await three();
    for (const action of ['chat.send', 'chat.react']) {
      expect(await anna.refused(action)).toEqual({ code: 'chat.unknown', message: 'Unknown channel ID' });
      expect(await anna.refused(action, { channel: 'stage' })).toMatchObject({ code: 'chat.unknown' });
    }
    expect(await anna.refused('chat.mark_read')).toMatchObject({ code: 'chat.unknown' });
    const quiet = anna.channel('quiet');
    // Not permitted before not a member, and both before what the message is.
    expect(await anna.refused('chat.send', { channel: quiet })).toEqual(forbidden);
    const stranger = await server.arrive(`stranger${cast}`);
    expect(await stranger.refused('chat.send', { channel: stage })).toEqual(denied);
    await rest(anna, ben, mod);
  });

  test('[8.5] what is sent is checked in the order of the specification', async () => {
    await three();
    const refused = (payload: object) => anna.refused('chat.send', { channel: stage, ...payload });
    const type = { code: 'chat.unsupported_event_type' };
    for (const event_type of [undefined, null, 7, 'channel.member', 'channel.poll', {}])
      expect(await refused({ event_type, content: { type: 'text', body: '' } })).toEqual(type);
    const content = { code: 'chat.unsupported_content_type' };
    for (const given of [
      undefined,
      null,
      'text',
      [],
      {},
      { type: 'poll' },
      { type: 7 },
      { body: 'x' },
      { type: 'deleted' },
      { type: 'call', body: { id: 'x', type: 'bbb' } },
    ])
      expect(await refused({ event_type: 'channel.message', content: given })).toEqual(content);
    for (const body of ['', null, undefined])
      expect(await anna.refused('chat.send', text(stage, body))).toEqual({ code: 'chat.empty' });
    for (const body of [7, true, [], {}, ['x'], 'x'.repeat(201)])
      expect(await anna.refused('chat.send', text(stage, body))).toEqual({ code: 'chat.invalid_body' });
    expect(await rest(anna, ben, mod)).toEqual([[], [], []]);
    expect(await say(anna, stage, '😀'.repeat(200))).toMatchObject({ content: { body: '😀'.repeat(200) } });
  });

  test('[8.5] a call is offered nowhere', async () => {
    await three();
    const channel = await direct(anna, ben);
    const call = { type: 'call', body: { id: 'x', type: 'janus' } };
    expect(
      await anna.refused('chat.send', { channel, event_type: 'channel.message', content: call }),
    ).toEqual({ code: 'chat.unsupported_content_type' });
  });

  test('a text is passed on as it is, whatever characters are in it', async () => {
    await three();
    for (const body of [
      ' leading and trailing ',
      'two\nlines\r\nand a\ttab',
      '\u0000\u0001\u001b[31m\u007f\u202e\ufeff',
      '<b>&amp;</b> "quoted" \\ `code` *stars* _lines_',
      'family 👩‍👩‍👧‍👦 and a flag 🇮🇹',
      '__proto__',
    ]) {
      const event = await say(anna, stage, body);
      expect(event.content).toEqual({ type: 'text', body });
      expect(events(await ben.settle())).toEqual([['chat.event', { ...event, users: users(anna) }]]);
    }
    await rest(anna, mod);
  });

  test('[8.5] all subscribed sockets are pushed a message, the sender’s own too, the reply first', async () => {
    await three();
    const other = await server.arrive(anna.name);
    const idle = await server.arrive(anna.name);
    await other.done('chat.subscribe', { channel: stage });
    await rest(anna, other, idle);
    anna.send(['chat.send', 'x', text(stage, 'hi', { extra: 1 })]);
    const [reply, push] = await anna.probe.take(2);
    const event = {
      event_id: expect.any(Number),
      channel: stage,
      sender: anna.id,
      timestamp: iso,
      event_type: 'channel.message',
      content: { type: 'text', body: 'hi' },
      edited: null,
      replaces: null,
      reactions: {},
    };
    expect(reply).toEqual(['success', 'x', { event }]);
    expect(push).toEqual(['chat.event', { ...reply[2].event, users: users(anna) }]);
    expect(await rest(anna, other, idle)).toEqual([[], [push], []]);
    expect((await ben.settle())[0]).toEqual(push);
  });

  test('[8.5] an edit is an event of its own that replaces the first, whose content is rewritten', async () => {
    await three();
    const first = await say(anna, stage, 'helo');
    await rest(anna, ben);
    const { event } = await anna.done('chat.send', text(stage, 'hello', { replaces: first.event_id }));
    expect(event).toEqual({
      ...first,
      event_id: expect.any(Number),
      timestamp: iso,
      content: { type: 'text', body: 'hello' },
      replaces: first.event_id,
    });
    expect(event.event_id).toBeGreaterThan(first.event_id);
    const push = ['chat.event', { ...event, users: users(anna) }];
    expect(await anna.settle()).toEqual([push]);
    // An edit moves no unread pointer.
    await ben.done('chat.mark_read', { channel: stage, id: first.event_id });
    await anna.done('chat.send', text(stage, 'hello!', { replaces: first.event_id }));
    expect((await ben.settle()).map(([name]) => name)).toEqual(['chat.notification_counts', 'chat.event']);
    const { results } = await ben.done('chat.fetch', { channel: stage, count: 2 });
    expect(results.map((one: Json) => [one.content.body, one.replaces, one.edited])).toEqual([
      ['hello!', null, expect.any(String)],
      ['hello!', first.event_id, null],
    ]);
    await mod.settle();
  });

  test('[8.5] taking back is an event of its own, and the first is gone from the store', async () => {
    await three();
    const first = await say(anna, stage, 'oops');
    await rest(anna, ben, mod);
    const { event } = await anna.done('chat.send', gone(stage, first.event_id));
    expect(event).toEqual({
      ...first,
      event_id: expect.any(Number),
      timestamp: iso,
      content: { type: 'deleted' },
      replaces: first.event_id,
    });
    const push = ['chat.event', { ...event, users: users(anna) }];
    expect(await rest(anna, ben)).toEqual([[push], [push]]);
    const again = await anna.refused('chat.send', gone(stage, first.event_id));
    expect(again).toEqual(denied);
    expect(await anna.refused('chat.send', text(stage, 'back', { replaces: first.event_id }))).toEqual(
      denied,
    );
    const { results } = await ben.done('chat.fetch', { channel: stage, count: 1 });
    expect(results).toEqual([{ type: 'chat.event', ...event }]);
  });

  test('[8.5] what others wrote may be taken back by moderators alone, and edited by nobody', async () => {
    await three();
    const { event_id: id } = await say(anna, stage, 'mine');
    await rest(anna, ben, mod);
    expect(await ben.refused('chat.send', gone(stage, id))).toEqual(denied);
    expect(await ben.refused('chat.send', text(stage, 'yours', { replaces: id }))).toEqual(denied);
    expect(await mod.refused('chat.send', text(stage, 'ours', { replaces: id }))).toEqual(denied);
    // The right to edit comes before what the edit says.
    expect(await mod.refused('chat.send', text(stage, '', { replaces: id }))).toEqual(denied);
    expect(await anna.refused('chat.send', text(stage, '', { replaces: id }))).toEqual({
      code: 'chat.empty',
    });
    expect(await rest(anna, ben)).toEqual([[], []]);
    const { event } = await mod.done('chat.send', gone(stage, id));
    expect(event).toMatchObject({ sender: mod.id, content: { type: 'deleted' }, replaces: id });
    expect(await ben.settle()).toEqual([['chat.event', { ...event, users: users(mod) }]]);
  });

  test('[8.5] in a direct channel nobody takes back what others wrote, whoever they are', async () => {
    await three();
    const channel = await direct(anna, mod);
    const { event_id: id } = await say(anna, channel, 'mine');
    expect(await mod.refused('chat.send', gone(channel, id))).toEqual(denied);
    expect(await anna.done('chat.send', gone(channel, id))).toMatchObject({ event: { replaces: id } });
  });

  test('[8.5] only a message of the same channel can be replaced, named by its number', async () => {
    await three();
    const staff = anna.channel('staff');
    await gather(staff, anna);
    const { event_id: id } = await say(anna, staff, 'elsewhere');
    const joined = (await ben.done('chat.fetch', { channel: stage, count: 5 })).results.find(
      (one: Json) => one.event_type === 'channel.member',
    );
    for (const replaces of [id, joined.event_id, 1, 2 ** 53 - 1]) {
      expect(await anna.refused('chat.send', text(stage, 'x', { replaces }))).toEqual(denied);
      expect(await anna.refused('chat.send', gone(stage, replaces))).toEqual(denied);
    }
    for (const replaces of [-1, 1.5, 1e300, 'x', String(id), true, [], {}]) {
      const invalid = { code: 'chat.invalid_body' };
      expect(await anna.refused('chat.send', text(stage, 'x', { replaces }))).toEqual(invalid);
      expect(await anna.refused('chat.send', gone(stage, replaces))).toEqual(invalid);
    }
    const none = { code: 'chat.unsupported_content_type' };
    expect(await anna.refused('chat.send', gone(stage, null))).toEqual(none);
    expect(await anna.done('chat.send', text(stage, 'x', { replaces: null }))).toMatchObject({
      event: { replaces: null },
    });
    await rest(anna, ben, mod);
  });

  test('[5] who is silenced says nothing, with the code of the place they would say it in', async () => {
    await three();
    const channel = await direct(anna, ben);
    const said = await say(anna, channel, 'before');
    const public_ = await say(anna, stage, 'before');
    await server.chat.users.silence(userOf(anna));
    await anna.probe.closed;
    anna = await server.arrive(anna.name);
    for (const payload of [
      text(stage, 'x'),
      text(stage, ''),
      text(stage, 'x', { replaces: public_.event_id }),
      gone(stage, public_.event_id),
    ])
      expect(await anna.refused('chat.send', payload)).toEqual(forbidden);
    const reaction = { event: public_.event_id, reaction: '👍' };
    expect(await anna.refused('chat.react', { channel: stage, ...reaction })).toEqual(forbidden);
    expect(await anna.refused('chat.send', text(channel, ''))).toEqual({ code: 'chat.empty' });
    const replaces = said.event_id;
    expect(await anna.refused('chat.send', text(channel, '', { replaces }))).toEqual({ code: 'chat.empty' });
    for (const payload of [text(channel, 'x'), text(channel, 'x', { replaces }), gone(channel, replaces)])
      expect(await anna.refused('chat.send', payload)).toEqual(denied);
    await rest(ben, mod);
  });

  test('[5] who is blocked by anybody in a direct channel says nothing there, and all else as before', async () => {
    await three();
    const channel = await direct(anna, ben, mod);
    const { event_id: replaces } = await say(ben, channel, 'before');
    await rest(anna, ben, mod);
    await server.chat.users.block(userOf(anna), userOf(ben));
    expect(await ben.refused('chat.send', text(channel, ''))).toEqual({ code: 'chat.empty' });
    for (const payload of [text(channel, 'x'), text(channel, 'x', { replaces }), gone(channel, replaces)])
      expect(await ben.refused('chat.send', payload)).toEqual(denied);
    await ben.done('chat.react', { channel, event: replaces, reaction: '👍' });
    await say(anna, channel, 'after');
    expect(events(await ben.settle()).map(([name]) => name)).toEqual(['chat.event.reaction', 'chat.event']);
    await say(ben, stage, 'in public');
    await rest(anna, mod);
  });

  test('[8.5] whoever has hidden a direct channel is shown it before its next message', async () => {
    await three();
    const channel = await direct(anna, ben);
    const other = await server.arrive(ben.name);
    await ben.done('chat.leave', { channel });
    await rest(anna, ben, other);
    const event = await say(anna, channel, 'still there?');
    const names = (await other.settle()).map(([name, payload]) => [name, payload.channels?.length]);
    expect(names).toEqual([
      ['chat.channels', 2],
      ['chat.unread_pointers', undefined],
      ['chat.notification', undefined],
    ]);
    expect((await ben.settle()).slice(0, 2)).toMatchObject([
      ['chat.channels', {}],
      ['chat.event', { event_id: event.event_id }],
    ]);
  });

  test('[8.5] sockets of somebody who may read a room no longer are pushed nothing of it', async () => {
    await three();
    const staff = anna.channel('staff');
    await gather(staff, anna, ben);
    await server.chat.users.update(userOf(ben), { traits: [] });
    await rest(anna, ben);
    const event = await say(anna, staff, 'among us');
    await anna.done('chat.react', { channel: staff, event: event.event_id, reaction: '👍' });
    await anna.done('chat.send', text(staff, 'x', { replaces: event.event_id }));
    await anna.done('chat.send', gone(staff, event.event_id));
    expect(await ben.settle()).toEqual([]);
    await server.chat.users.update(userOf(ben), { traits: ['attendee'] });
    await ben.settle();
    await say(anna, staff, 'welcome back');
    expect(events(await ben.settle())).toHaveLength(1);
    await anna.settle();
  });

  test('[7] people are mentioned by their id, kept as a handle, and shown by their id again', async () => {
    await three();
    const body = `@${ben.id}, @${ben.id.toUpperCase()}: have you seen (@${mod.id})? mail@${ben.id}x @nobody`;
    const same = body.replace(ben.id.toUpperCase(), ben.id);
    const { event_id: id, content } = await say(anna, stage, body);
    expect(content.body).toBe(same);
    expect(events(await mod.settle())[0]).toMatchObject(['chat.event', { content: { body: same } }]);
    const { results } = await ben.done('chat.fetch', { channel: stage, count: 1 });
    expect(results[0].content.body).toBe(same);
    const heard: string[] = [];
    server.chat.on('message', ({ message }) => heard.push(message.text));
    // Who writes a handle means the same person.
    const typed = await say(anna, stage, `@${ben.name} and @${ben.name.toUpperCase()} and @${ben.name}x`);
    expect(typed.content.body).toBe(`@${ben.id} and @${ben.id} and @${ben.name}x`);
    await anna.done('chat.send', text(stage, `@${mod.id}`, { replaces: id }));
    const edited = events(await mod.settle()).at(-1) as Json;
    expect(edited[1].content.body).toBe(`@${mod.id}`);
    await expect.poll(() => heard).toEqual([`@${ben.name} and @${ben.name.toUpperCase()} and @${ben.name}x`]);
    // The id of a channel is nobody's.
    expect((await say(anna, stage, `@${stage}`)).content.body).toBe(`@${stage}`);
    await rest(anna, ben);
  });

  test('a push shows whom its text names if clients may not know them yet', async () => {
    await three();
    const stranger = await server.arrive(`stranger${cast}`);
    const event = await say(anna, stage, `@${stranger.id} @${mod.id}`);
    const push = ['chat.event', { ...event, users: users(stranger, anna) }];
    expect(await ben.settle()).toContainEqual(push);
    await rest(anna, mod, stranger);
  });

  test('a push shows no more of those it names than 16 KiB, and its sender always', async () => {
    await three();
    const strangers: Member[] = [];
    for (const bio of ['a', 'b', 'c']) {
      const one = await server.arrive(`stranger${cast}${bio}`);
      await one.done('user.update', { profile: { display_name: one.name, bio: bio.repeat(7_000) } });
      strangers.push(one);
    }
    const [first, second] = strangers as [Member, Member];
    const names = strangers.map((one) => `@${one.id}`).join(' ');
    const pushed = async () => Object.keys(events(await ben.settle())[0]?.[1].users);
    const said = await say(anna, stage, names);
    expect((await pushed()).sort()).toEqual([anna.id, first.id, second.id].sort());
    await anna.done('chat.send', { ...text(stage, `${names} again`), replaces: said.event_id });
    expect((await pushed()).sort()).toEqual([anna.id, first.id, second.id].sort());
    await rest(anna, mod, ...strangers);
  });

  test('[1] requests are answered in their order while pushes of others come between', async () => {
    await three();
    for (let i = 0; i < 20; i++) {
      anna.send(['chat.send', `a${i}`, text(stage, `${i}`)]);
      ben.send(['chat.send', `b${i}`, text(stage, `b${i}`)]);
    }
    await rest(anna, ben);
    const seen = (who: Member) =>
      events(who.probe.frames)
        .map(([, { content }]) => content.body)
        .filter((body) => /^b?\d+$/.test(body));
    await mod.settle();
    expect(seen(anna)).toHaveLength(40);
    expect(seen(ben)).toEqual(seen(anna));
    expect(seen(mod)).toEqual(seen(anna));
    const replies = anna.probe.frames.filter(([kind, id]) => kind === 'success' && /^a\d/.test(id));
    expect(replies.map(([, id]) => id)).toEqual(Array.from({ length: 20 }, (_, i) => `a${i}`));
  });
}
