import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Json, JsonProbe } from '../../support/json-probe.js';
import { type Member, type OriginServer, serve } from './support/server.js';

/** Names that the web client looks for before it offers something (section 13). */
const gated = [
  ...['messages_around', 'message_react_add', 'message_react_remove', 'message_replies', 'message_pin'],
  ...['messages_pinned', 'messages_search', 'pings_get', 'unreads_get', 'unreads_ack', 'status_set'],
  ...['self_roles_list', 'slash_list', 'roles_list', 'emoji_get_all', 'thread_join', 'users_online'],
];

export function webClient(): void {
  let server: OriginServer;
  let bob: Member;

  beforeEach(async () => {
    server = await serve({
      auth: ({ arguments: [validator = '', validatorKey] }) => {
        const { key = validatorKey, ...who } = JSON.parse(validator);
        return key === validatorKey ? { provider: 'test', ...who } : { denied: 'credentials' };
      },
    });
    bob = await server.arrive('bob');
  });
  afterEach(async () => {
    expect(server.errors).toEqual([]);
    await server.stop();
  });

  /** The next frame of a name. The web client sends no `listener` and tells answers by their name alone. */
  const next = (client: JsonProbe, cmd: string): Promise<Json> =>
    client.until((frame) => frame.cmd === cmd, cmd);
  const say = async (content: string, more: object = {}): Promise<string> =>
    (await bob.ask({ cmd: 'message_new', channel: 'general', content, ...more })).message.id;
  const idsOf = ({ messages }: Json): string[] => messages.map((one: { id: string }) => one.id);

  /** From the connection to the newest page of the first channel, in the client's order. */
  async function enter(): Promise<{ client: JsonProbe; history: Json; unreads: Json }> {
    const client = await server.connect('alice');
    const [handshake] = client.frames;
    expect(handshake).toMatchObject({
      cmd: 'handshake',
      val: { validator_key: expect.any(String), auth_mode: 'rotur', capabilities: expect.any(Array) },
    });
    expect(handshake.val.capabilities).toEqual(expect.arrayContaining(gated));
    const { validator_key: key } = handshake.val;
    client.send({ cmd: 'auth', validator: JSON.stringify({ id: 'USR:alice', name: 'alice', key }) });
    expect((await client.next()).cmd).toBe('auth_success');
    for (const cmd of [
      'channels_get',
      'users_list',
      'users_online',
      'roles_list',
      'slash_list',
      'emoji_get_all',
    ])
      client.send({ cmd });
    const ready = await client.next();
    expect(ready).toMatchObject({ cmd: 'ready', user: { username: 'alice' } });
    client.send({ cmd: 'unreads_get' });
    const channels = await next(client, 'channels_get');
    expect(channels.val).toMatchObject([{ type: 'text', name: 'general' }]);
    for (let i = 0; i < 3; i++) client.send({ cmd: 'messages_get', channel: 'general', limit: 100 });
    const names = ({ users }: Json) => users.map((one: { username: string }) => one.username);
    expect(names(await next(client, 'users_list')).sort()).toEqual(['alice', 'bob']);
    expect(names(await next(client, 'users_online')).sort()).toEqual(['alice', 'bob']);
    expect((await next(client, 'roles_list')).roles).toEqual(expect.any(Object));
    expect((await next(client, 'slash_list')).commands).toEqual(expect.any(Array));
    expect((await next(client, 'emoji_get_all')).emojis).toEqual({});
    // Both are read from storage; the client takes them in whatever order they come.
    const stored: Record<string, Json[]> = { unreads_get: [], messages_get: [] };
    for (let left = 4; left > 0; ) {
      const frame = await client.next();
      if (stored[frame.cmd] === undefined) continue;
      stored[frame.cmd]?.push(frame);
      left--;
    }
    const [history, ...again] = stored.messages_get as Json[];
    expect(history).toMatchObject({ channel: 'general', messages: expect.any(Array) });
    expect(again).toEqual([history, history]);
    const newest = idsOf(history).at(-1);
    client.send({ cmd: 'unreads_ack', channel: 'general', message_id: newest });
    expect(await next(client, 'unreads_ack')).toEqual({
      cmd: 'unreads_ack',
      channel: 'general',
      last_read: newest,
    });
    expect(client.frames.filter((frame) => frame.cmd === 'error' || 'listener' in frame)).toEqual([]);
    return { client, history, unreads: stored.unreads_get?.[0] };
  }

  test('[13] what the web client does from its first frame to its return after a lost connection', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 170; i++) ids.push(await say(`number ${i}`));
    const { client, history, unreads } = await enter();
    expect(unreads.unreads).toMatchObject({ general: { unread_count: 170, last_read: null } });
    expect(idsOf(history)).toEqual(ids.slice(70));
    expect(history.range).toEqual({ start: 0, end: 100 });
    await bob.settle();

    client.send({ cmd: 'typing', channel: 'general' });
    expect(await next(client, 'typing')).toMatchObject({ channel: 'general', user: 'alice' });
    client.send({ cmd: 'message_new', channel: 'general', content: 'helo' });
    const { message, channel } = await next(client, 'message_new');
    expect({ message, channel }).toMatchObject({
      message: { user: 'alice', content: 'helo', timestamp: expect.any(Number), id: expect.any(String) },
      channel: 'general',
    });
    const here = { channel: 'general', id: message.id };
    client.send({ cmd: 'message_react_add', ...here, emoji: '👍' });
    expect(await next(client, 'message_react_add')).toMatchObject({ ...here, emoji: '👍', from: 'alice' });
    client.send({ cmd: 'message_edit', ...here, content: 'hello' });
    expect(await next(client, 'message_edit')).toMatchObject({ ...here, content: 'hello' });
    expect((await bob.settle()).map((frame) => frame.cmd)).toEqual([
      'typing',
      'message_new',
      'message_react_add',
      'message_edit',
    ]);

    const loaded = idsOf(history);
    const loads: Json[] = [];
    do {
      const bounds = { above: 0, below: 50 };
      client.send({ cmd: 'messages_around', channel: 'general', around: loaded[0], bounds });
      const older = await next(client, 'messages_around');
      expect(older).toMatchObject({ channel: 'general', thread_id: null });
      expect(idsOf(older).at(-1)).toBe(loaded[0]);
      loaded.unshift(...idsOf(older).slice(0, -1));
      loads.push(older.range);
    } while (loads.at(-1).start !== 0);
    expect(loads).toEqual([
      { start: 20, end: 71 },
      { start: 0, end: 21 },
    ]);
    expect(loaded).toEqual(ids);
    const bounds = { above: 50, below: 0 };
    client.send({ cmd: 'messages_around', channel: 'general', around: ids[169], bounds });
    expect(idsOf(await next(client, 'messages_around'))).toEqual([ids[169], message.id]);
    client.send({ cmd: 'messages_around', channel: 'general', around: message.id, bounds });
    const newest = await next(client, 'messages_around');
    expect(idsOf(newest)).toEqual([message.id]);
    expect(newest.range).toEqual({ start: 170, end: 171 });
    client.send({ cmd: 'unreads_ack', channel: 'general', message_id: message.id });
    await next(client, 'unreads_ack');

    client.terminate();
    await bob.probe.until((frame) => frame.cmd === 'user_disconnect' && frame.username === 'alice');
    const missed = [await say('are you there?'), await say('see this', { reply_to: ids[0] })];

    const back = await enter();
    expect(back.client.frames[0].val.validator_key).not.toBe(client.frames[0].val.validator_key);
    expect(back.unreads.unreads.general).toMatchObject({ last_read: message.id, unread_count: 2 });
    expect(idsOf(back.history).slice(-3)).toEqual([message.id, ...missed]);
    expect(back.history.messages.at(-3)).toMatchObject({
      content: 'hello',
      edited: true,
      reactions: { '👍': ['alice'] },
    });
    const { reply_to: reply } = back.history.messages.at(-1);
    expect(reply).toEqual({ id: ids[0], user: 'bob' });
    expect(idsOf(back.history)).not.toContain(reply.id);
    back.client.send({ cmd: 'message_get', channel: 'general', id: reply.id });
    expect(await next(back.client, 'message_get')).toMatchObject({
      channel: 'general',
      message: { id: ids[0], user: 'bob', content: 'number 0' },
    });
  });
}
