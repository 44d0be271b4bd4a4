import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Json } from '../../support/json-probe.js';
import { type Member, openRoom, serve, type VenuelessServer } from './support/server.js';
import { direct, gather, gone, say, text, users } from './support/talk.js';

/** Reactions (section 8.6). */
export function reactions(): void {
  let server: VenuelessServer;
  let anna: Member;
  let ben: Member;
  let stage: string;
  let said: Json;
  let cast = 0;
  beforeAll(async () => {
    server = await serve({
      limits: { reactionsPerMessage: 3 },
      channels: [
        { name: 'stage', grants: openRoom },
        { name: 'quiet', grants: { viewer: [], participant: ['speaker'] } },
      ],
    });
  });
  afterAll(async () => {
    expect(server.errors).toEqual([]);
    await server.stop();
  });
  beforeEach(async () => {
    cast++;
    [anna, ben] = [await server.arrive(`anna${cast}`), await server.arrive(`ben${cast}`)];
    stage = anna.channel('stage');
    await gather(stage, anna, ben);
    said = await say(anna, stage, 'hello');
    await anna.settle();
    await ben.settle();
  });

  const react = (who: Member, reaction: unknown, more: object = {}) =>
    who.done('chat.react', { channel: stage, event: said.event_id, reaction, ...more });
  const refused = (who: Member, payload: object) => who.refused('chat.react', { channel: stage, ...payload });

  test('of one emoji are one, with its selector or without', async () => {
    await react(anna, '❤');
    expect((await react(ben, '❤️')).reactions).toEqual({ '❤️': [anna.id, ben.id] });
    expect((await react(ben, '❤', { delete: true })).reactions).toEqual({ '❤️': [anna.id] });
  });

  test('are answered with the whole event and its type, and pushed to all subscribers with who reacted', async () => {
    const other = await server.arrive(ben.name);
    await other.done('chat.subscribe', { channel: stage });
    const event = { ...said, reactions: { '👍': [ben.id] } };
    ben.send(['chat.react', 1, { channel: stage, event: said.event_id, reaction: '👍' }]);
    const push = ['chat.event.reaction', { ...event, users: users(ben) }];
    expect(await ben.probe.take(2)).toEqual([
      ['success', 1, { ...event, type: 'chat.event.reaction' }],
      push,
    ]);
    expect(await anna.settle()).toEqual([push]);
    expect(await other.settle()).toEqual([push]);
    await react(anna, '👍');
    await react(anna, '🎉');
    const reactions = { '👍': [ben.id, anna.id], '🎉': [anna.id] };
    expect((await ben.settle()).at(-1)).toEqual([
      'chat.event.reaction',
      { ...event, reactions, users: users(anna) },
    ]);
    const { results } = await ben.done('chat.fetch', { channel: stage, count: 1 });
    expect(results[0].reactions).toEqual(reactions);
  });

  test('are taken back one by one', async () => {
    await react(anna, '👍');
    await react(ben, '👍');
    expect(await react(anna, '👍', { delete: true })).toMatchObject({ reactions: { '👍': [ben.id] } });
    expect((await react(ben, '👍', { delete: true })).reactions).toEqual({});
    expect((await ben.settle()).at(-1)).toEqual(['chat.event.reaction', { ...said, users: users(ben) }]);
    await anna.settle();
  });

  test('that change nothing succeed, and nobody is pushed them', async () => {
    const none = { ...said, type: 'chat.event.reaction' };
    expect(await react(anna, '👍', { delete: true })).toEqual(none);
    expect(await ben.settle()).toEqual([]);
    const first = await react(anna, '👍', { delete: false });
    await ben.settle();
    expect(await react(anna, '👍')).toEqual(first);
    expect(await react(anna, '🎉', { delete: true })).toEqual(first);
    expect(await ben.settle()).toEqual([]);
  });

  test('are one emoji each', async () => {
    for (const reaction of ['👩‍👩‍👧‍👦', '🇮🇹', '3️⃣'])
      expect((await react(anna, reaction)).reactions).toHaveProperty([reaction], [anna.id]);
    // The limit of emoji for one message.
    expect(await refused(anna, { event: said.event_id, reaction: '👍🏽' })).toEqual({
      code: 'chat.too_many',
    });
    for (const reaction of [
      undefined,
      null,
      7,
      true,
      [],
      {},
      ['👍'],
      '',
      'a',
      ':+1:',
      '👍👍',
      '👍 ',
      '🇮',
      '__proto__',
    ])
      expect(await refused(anna, { event: said.event_id, reaction })).toEqual({ code: 'emoji.sadpanda' });
  });

  test('are to messages: what is no number, unknown, elsewhere, gone, a member line or an edit is refused', async () => {
    const reaction = '👍';
    for (const event of [undefined, null, 'x', String(said.event_id), 1.5, -1, true, [], {}])
      expect(await refused(anna, { event, reaction })).toEqual({ code: 'chat.invalid_body' });
    for (const taken of ['yes', 1, {}, []])
      expect(await refused(anna, { event: said.event_id, reaction, delete: taken })).toEqual({
        code: 'chat.invalid_body',
      });
    const channel = await direct(anna, ben);
    const elsewhere = await say(anna, channel, 'psst');
    const { event: edit } = await anna.done('chat.send', text(stage, 'hi', { replaces: said.event_id }));
    const { results } = await anna.done('chat.fetch', { channel: stage, count: 100 });
    const line = results.find((one: Json) => one.event_type === 'channel.member');
    for (const { event_id: event } of [elsewhere, edit, line, { event_id: 2 ** 53 - 1 }])
      expect(await refused(anna, { event, reaction })).toEqual({ code: 'chat.denied' });
    await anna.done('chat.send', gone(stage, said.event_id));
    expect(await refused(anna, { event: said.event_id, reaction })).toEqual({ code: 'chat.denied' });
  });

  test('take the right to speak in a room, and belonging to it', async () => {
    const event = said.event_id;
    const stranger = await server.arrive(`stranger${cast}`);
    expect(await refused(stranger, { event, reaction: 'x' })).toEqual({ code: 'chat.denied' });
    expect(await refused(anna, { channel: anna.channel('quiet'), event, reaction: 'x' })).toEqual({
      code: 'protocol.denied',
      message: 'Permission denied.',
    });
  });

  test('show mentions by id, as the message did', async () => {
    const mention = await say(anna, stage, `@${ben.id}`);
    await ben.settle();
    const payload = { channel: stage, event: mention.event_id, reaction: '👍' };
    expect((await anna.done('chat.react', payload)).content.body).toBe(`@${ben.id}`);
    expect(await ben.settle()).toMatchObject([['chat.event.reaction', { content: { body: `@${ben.id}` } }]]);
  });

  test('an edit keeps them, and shows none itself', async () => {
    await react(ben, '👍');
    const { event } = await anna.done('chat.send', text(stage, 'hi', { replaces: said.event_id }));
    expect(event.reactions).toEqual({});
    const { results } = await ben.done('chat.fetch', { channel: stage, count: 2 });
    expect(results.map((one: Json) => one.reactions)).toEqual([{ '👍': [ben.id] }, {}]);
  });
}
