import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Member, type OriginServer, serve } from './support/server.js';

export function talk(): void {
  let server: OriginServer;
  let alice: Member;
  let bob: Member;
  beforeEach(async () => {
    server = await serve({
      channels: [
        { name: 'general' },
        { name: 'staff', roles: { see: ['admin'], read: ['admin'], send: ['admin'] } },
      ],
    });
    ({ alice, bob } = await server.cast({ alice: {}, bob: {} }));
  });
  afterEach(async () => {
    expect(server.errors).toEqual([]);
    await server.stop();
  });

  const say = async (who: Member, content: string, more: object = {}) =>
    (await who.ask({ cmd: 'message_new', channel: 'general', content, ...more })).message;

  test('a message goes to all viewers, to its sender last with the listener, and to nobody else', async () => {
    const second = await server.arrive('alice');
    await server.chat.channels.all();
    alice.send({
      cmd: 'message_new',
      channel: 'general',
      content: '  hello @bob and @nobody  ',
      listener: 'M-1',
    });
    const frame = {
      cmd: 'message_new',
      message: {
        user: 'alice',
        content: 'hello @bob and @nobody',
        timestamp: expect.closeTo(Date.now() / 1000, -1),
        id: expect.stringMatching(/^[0-9]+$/),
        pinned: false,
        type: 'message',
        interaction: null,
        pings: { users: ['bob', 'nobody'], roles: [], replies: [] },
      },
      channel: 'general',
      thread_id: null,
      global: true,
    };
    expect(await bob.settle()).toEqual([frame]);
    expect(await second.settle()).toEqual([frame]);
    expect(await alice.settle()).toEqual([{ ...frame, listener: 'M-1' }]);
    const text = bob.probe.texts.find((one) => one.startsWith('{"cmd":"message_new"')) ?? '';
    expect(Object.keys(JSON.parse(text))).toEqual(['cmd', 'message', 'channel', 'thread_id', 'global']);
  });

  test('each refusal of message_new has its text', async () => {
    const long = 'x'.repeat(2001);
    const cases: [object, string][] = [
      [{}, 'Missing fields: channel or thread_id, content or attachments'],
      [{ channel: 'general' }, 'Missing fields: content or attachments'],
      [{ content: 'x' }, 'Missing fields: channel or thread_id'],
      [{ channel: 'general', content: '   ' }, 'Message content or attachments cannot be empty'],
      [{ channel: 'general', content: 'x', embeds: {} }, 'Embeds must be an array'],
      [{ channel: 'general', content: 'x', embeds: Array(11).fill({}) }, 'Cannot have more than 10 embeds'],
      [{ channel: 'general', content: long }, 'Message too long. Maximum length is 2000 characters'],
      [{ channel: 'nowhere', content: 'x' }, 'Channel not found'],
      [{ thread_id: 'nowhere', content: 'x' }, 'Thread not found'],
      [{ channel: 'staff', content: 'x' }, 'You do not have permission to send messages in this channel'],
      [
        { channel: 'general', content: 'x', reply_to: '12345' },
        "The message you're trying to reply to was not found",
      ],
      [
        { channel: 'general', content: 'x', reply_to: 'a-b-c' },
        "The message you're trying to reply to was not found",
      ],
      [{ channel: 'general', content: 'x', attachments: {} }, 'Attachments must be an array'],
      [{ channel: 'general', content: 'x', attachments: [7] }, 'Each attachment must be an object'],
      [{ channel: 'general', content: 'x', attachments: [{}] }, 'Attachment ID is required'],
      [
        { channel: 'general', content: 'x', attachments: [{ id: 'no' }] },
        'Attachment no not found or expired',
      ],
    ];
    for (const [fields, val] of cases)
      expect(await alice.ask({ cmd: 'message_new', ...fields })).toEqual({
        cmd: 'error',
        src: 'message_new',
        val,
      });
    expect(await bob.settle()).toEqual([]);
  });

  test('a reply names the message and its author, whom it calls unless ping is false', async () => {
    const first = await say(alice, 'hi');
    const reply = await say(bob, 'hi back', { reply_to: first.id });
    expect(reply).toMatchObject({
      reply_to: { id: first.id, user: 'alice' },
      pings: { users: [], roles: [], replies: ['alice'] },
    });
    expect(reply).not.toHaveProperty('ping');
    const quiet = await say(bob, 'again', { reply_to: first.id, ping: false });
    expect(quiet).toMatchObject({ ping: false, pings: { replies: [] } });
    const replies = await bob.ask({ cmd: 'message_replies', channel: 'general', id: first.id });
    expect(replies.replies.map((one: { content: string }) => one.content)).toEqual(['hi back', 'again']);
    const pings = await alice.ask({ cmd: 'pings_get' });
    expect(pings).toMatchObject({
      offset: 0,
      limit: 50,
      total: 1,
      messages: [{ content: 'hi back', channel: 'general' }],
    });
  });

  test('an edit goes to all viewers; only the author may', async () => {
    const { id } = await say(alice, 'helo');
    await bob.settle();
    const edit = { cmd: 'message_edit', channel: 'general', id, content: 'hello @bob' };
    expect(await bob.ask(edit)).toEqual({
      cmd: 'error',
      src: 'message_edit',
      val: 'You do not have permission to edit this message',
    });
    const answer = await alice.ask(edit);
    expect(answer).toMatchObject({
      cmd: 'message_edit',
      id,
      content: 'hello @bob',
      message: { content: 'hello @bob', edited: true, pings: { users: ['bob'], roles: [], replies: [] } },
      channel: 'general',
      global: true,
    });
    expect(await bob.settle()).toEqual([answer]);
    const { content: _, ...incomplete } = edit;
    expect((await alice.ask(incomplete)).val).toBe('Invalid message edit format');
    expect((await alice.ask({ ...edit, id: '5' })).val).toBe('Message not found or cannot be edited');
  });

  test('a deletion goes to all viewers; only the author or whoever may delete there can', async () => {
    const { id } = await say(alice, 'oops');
    await bob.settle();
    const wish = { cmd: 'message_delete', channel: 'general', id };
    expect((await bob.ask(wish)).val).toBe('You do not have permission to delete this message');
    expect(await alice.ask(wish)).toEqual({ cmd: 'message_delete', id, channel: 'general', global: true });
    expect(await bob.settle()).toEqual([{ cmd: 'message_delete', id, channel: 'general', global: true }]);
    expect((await alice.ask(wish)).val).toBe('Message not found or cannot be deleted');
    expect((await alice.ask({ cmd: 'message_get', channel: 'general', id })).val).toBe('Message not found');
  });

  test('reactions are added once, taken back once, and found in history', async () => {
    const { id } = await say(alice, 'react to me');
    await alice.settle();
    const wish = { cmd: 'message_react_add', channel: 'general', id, emoji: '👍' };
    const frame = {
      cmd: 'message_react_add',
      id,
      emoji: '👍',
      channel: 'general',
      from: 'bob',
      global: true,
    };
    expect(await bob.ask(wish)).toEqual(frame);
    expect(await alice.settle()).toEqual([frame]);
    expect((await bob.ask(wish)).val).toBe('Failed to add reaction');
    await alice.ask({ ...wish, emoji: '__proto__' });
    const { message } = await bob.ask({ cmd: 'message_get', channel: 'general', id });
    expect(Object.entries(message.reactions)).toEqual([
      ['👍', ['bob']],
      ['__proto__', ['alice']],
    ]);
    expect(await bob.ask({ ...wish, cmd: 'message_react_remove' })).toMatchObject({ from: 'bob' });
    expect((await bob.ask({ ...wish, cmd: 'message_react_remove' })).val).toBe('Failed to remove reaction');
    expect((await bob.ask({ ...wish, emoji: 'x'.repeat(201) })).val).toBe('Invalid emoji');
    expect((await bob.ask({ ...wish, emoji: '' })).val).toBe('Message ID and emoji are required');
  });

  test('history comes in pages by number and by id, around a message, and by words', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 12; i++) ids.push((await say(alice, `number ${i}`)).id);
    await bob.settle();
    const get = async (fields: object) => {
      const answer = await bob.ask({ cmd: 'messages_get', channel: 'general', ...fields });
      return { ids: answer.messages.map((one: { id: string }) => one.id), range: answer.range };
    };
    expect(await get({})).toEqual({ ids, range: { start: 0, end: 100 } });
    expect(await get({ limit: 5 })).toEqual({ ids: ids.slice(7), range: { start: 0, end: 5 } });
    expect(await get({ limit: 5, start: 5 })).toEqual({ ids: ids.slice(2, 7), range: { start: 5, end: 10 } });
    expect(await get({ limit: 5, start: ids[7] })).toEqual({
      ids: ids.slice(2, 7),
      range: { start: 5, end: 10 },
    });
    const around = await bob.ask({
      cmd: 'messages_around',
      channel: 'general',
      around: ids[6],
      bounds: { above: 2, below: 3 },
    });
    expect(around).toMatchObject({ channel: 'general', thread_id: null, range: { start: 3, end: 9 } });
    expect(around.messages.map((one: { id: string }) => one.id)).toEqual(ids.slice(3, 9));
    const last = await bob.ask({ cmd: 'messages_around', channel: 'general', around: ids[11] });
    expect(last.range).toEqual({ start: 0, end: 12 });
    const found = await bob.ask({ cmd: 'messages_search', channel: 'general', query: 'NUMBER 1' });
    expect(found.results.map((one: { id: string }) => one.id)).toEqual([ids[11], ids[10], ids[1]]);
    expect((await bob.ask({ cmd: 'messages_get', channel: 'staff' })).val).toBe(
      'Access denied to this channel',
    );
  });

  test('typing reaches all viewers', async () => {
    const frame = { cmd: 'typing', channel: 'general', user: 'alice', thread_id: null, global: true };
    expect(await alice.ask({ cmd: 'typing', channel: 'general' })).toEqual(frame);
    expect(await bob.settle()).toEqual([frame]);
    expect((await alice.ask({ cmd: 'typing', channel: 'staff' })).val).toBe('Access denied to this channel');
    expect((await alice.ask({ cmd: 'typing' })).val).toBe('Channel name or thread_id not provided');
  });

  test('what is typed and asked while much is said comes without gaps and without doubles', async () => {
    const seen: string[] = [];
    for (let i = 0; i < 200; i++) alice.send({ cmd: 'message_new', channel: 'general', content: `${i}` });
    bob.send({ cmd: 'messages_get', channel: 'general', limit: 200, listener: 'history' });
    const history = await bob.probe.until((frame) => {
      if (frame.cmd === 'message_new') seen.push(frame.message.content);
      return frame.listener === 'history';
    });
    const past = history.messages.map((one: { content: string }) => one.content);
    expect(past).toEqual(seen);
    while (seen.length < 200) {
      const frame = await bob.probe.next();
      if (frame.cmd === 'message_new') seen.push(frame.message.content);
    }
    expect(seen).toEqual(Array.from({ length: 200 }, (_, i) => String(i)));
  });
}
