import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Member, type OriginServer, serve } from './support/server.js';

/** Fields of a request, the text that refuses them, and whether the frame lacks `src` (‡ in section 6). */
type Case = readonly [fields: object, val: string, bare?: 'bare'];

const user = ['user'];
const everybody = { see: user, read: user, send: user, 'create-thread': user };

export function argumentErrors(): void {
  let server: OriginServer;
  let admin: Member;
  let alice: Member;
  /** Called before a command of somebody whose hooks are asked is decided. */
  let meanwhile: (type: string) => Promise<void>;

  beforeEach(async () => {
    meanwhile = async () => {};
    server = await serve({
      channels: [
        { name: 'general' },
        { name: 'talk', kind: 'voice' },
        { name: 'ideas', kind: 'forum' },
        { name: 'staff', roles: { see: ['admin'], read: ['admin'], send: ['admin'] } },
        { name: 'secret', kind: 'forum', roles: { see: ['admin'], 'create-thread': ['admin'] } },
        { name: 'kept', roles: { ...everybody, 'delete-own': ['admin'] } },
        { name: 'kept-ideas', kind: 'forum', roles: { ...everybody, 'delete-own': ['admin'] } },
      ],
      roles: [{ name: 'admin', permissions: ['administrator'] }, { name: 'user' }],
      hooks: {
        async before({ type }) {
          await meanwhile(type);
          return true;
        },
      },
    });
    ({ admin, alice } = await server.cast({ admin: { roles: ['admin', 'user'] }, alice: {} }));
  });
  afterEach(async () => {
    expect(server.errors).toEqual([]);
    await server.stop();
  });

  /** Asks for everything and compares all answers at once. */
  async function refused(who: Member, cmd: string, cases: readonly Case[]): Promise<void> {
    const answers: unknown[] = [];
    for (const [fields] of cases) answers.push([fields, await who.ask({ cmd, ...fields })]);
    expect(answers).toEqual(
      cases.map(([fields, val, bare]) => [fields, { cmd: 'error', ...(bare ? {} : { src: cmd }), val }]),
    );
  }

  const say = async (who: Member, place: object, more: object = {}): Promise<string> =>
    (await who.ask({ cmd: 'message_new', content: 'x', ...place, ...more })).message.id;
  const threadIn = async (channel: string, updates: object = {}): Promise<string> => {
    const { thread } = await admin.ask({ cmd: 'thread_create', channel, name: 'tea' });
    await admin.ask({ cmd: 'thread_update', thread_id: thread.id, ...updates });
    return thread.id;
  };

  /** [ctx] of section 6.1, for a request that has all but its place. */
  const context = async (fields: object): Promise<Case[]> => [
    [{ ...fields, channel: 'nowhere' }, 'Channel not found'],
    [{ ...fields, thread_id: 'nowhere' }, 'Thread not found'],
    [{ ...fields, thread_id: await threadIn('ideas', { locked: true }) }, 'This thread is locked'],
    [{ ...fields, thread_id: await threadIn('ideas', { archived: true }) }, 'This thread is archived'],
    [{ ...fields, thread_id: await threadIn('secret') }, 'You do not have permission to view this thread'],
  ];
  /** [text] of section 6.1. */
  const text = (fields: object): Case[] =>
    ['staff', 'talk', 'ideas'].map((channel) => [
      { ...fields, channel },
      'Access denied to this channel',
      'bare',
    ]);

  test('[6.2] each refusal of channel_create has its text', async () => {
    const type = 'text';
    await refused(admin, 'channel_create', [
      [{}, 'Channel name is required'],
      [{ name: '', type }, 'Channel name is required'],
      [{ name: 'new' }, 'Channel type is required (text, voice, or separator)'],
      [{ name: 'new', type: 'forum' }, 'Invalid channel type, must be text, voice, or separator'],
      [{ name: 'general', type }, 'Channel already exists'],
      [{ name: 'new', type, permissions: ['user'] }, 'Failed to create channel'],
      [{ name: 'new', type, permissions: { view: 'user' } }, 'Failed to create channel'],
      [{ name: 'new', type, description: 7 }, 'Failed to create channel'],
      [{ name: 'new', type: 'separator', size: -1 }, 'Failed to create channel'],
      [{ name: 'x'.repeat(1_000), type }, 'Failed to create channel'],
    ]);
    await refused(alice, 'channel_create', [[{}, "Access denied: 'manage_channels' permission required"]]);
  });

  test('[6.2] each refusal of channel_update has its text', async () => {
    const current_name = 'general';
    await refused(admin, 'channel_update', [
      [{}, 'current_name is required'],
      [{ updates: {} }, 'current_name is required'],
      [{ current_name }, 'updates object is required'],
      [{ current_name, updates: [] }, 'updates object is required'],
      [{ current_name, updates: 'name' }, 'updates object is required'],
      [{ current_name: 'nowhere', updates: {} }, 'Channel not found'],
      [{ current_name, updates: { type: 'thread' } }, 'Invalid channel type'],
      [{ current_name, updates: { name: 'staff' } }, 'Channel with new name already exists'],
      [{ current_name, updates: { name: '' } }, 'Failed to update channel'],
      [{ current_name, updates: { name: 'x'.repeat(1_000) } }, 'Failed to update channel'],
      [{ current_name, updates: { permissions: 'user' } }, 'Failed to update channel'],
      [{ current_name, updates: { icon: 7 } }, 'Failed to update channel'],
    ]);
    await refused(alice, 'channel_update', [[{}, "Access denied: 'manage_channels' permission required"]]);
  });

  test('[6.2] each refusal of channel_move has its text, and an unknown channel is not moved', async () => {
    const wrong = 'Position must be a non-negative integer';
    await refused(admin, 'channel_move', [
      [{}, 'Channel name is required'],
      [{ position: 1 }, 'Channel name is required'],
      [{ name: 'general' }, 'Position is required'],
      [{ name: 'general', position: -1 }, wrong],
      [{ name: 'general', position: 1.5 }, wrong],
      [{ name: 'general', position: '1' }, wrong],
    ]);
    const answer = { cmd: 'channel_move', name: 'nowhere', position: 1, moved: false };
    expect(await admin.ask({ cmd: 'channel_move', name: 'nowhere', position: 1 })).toEqual(answer);
    await refused(alice, 'channel_move', [[{}, "Access denied: 'manage_channels' permission required"]]);
  });

  test('[6.2] each refusal of channel_delete has its text', async () => {
    await refused(admin, 'channel_delete', [
      [{}, 'Channel name is required'],
      [{ name: 7 }, 'Channel name is required'],
      [{ name: 'nowhere' }, 'Channel not found'],
    ]);
    await refused(alice, 'channel_delete', [[{}, "Access denied: 'manage_channels' permission required"]]);
  });

  test('[6.1] each refusal of messages_around has its text', async () => {
    const around = await say(alice, { channel: 'general' });
    await refused(alice, 'messages_around', [
      [{}, 'around (message ID) is required'],
      [{ channel: 'general' }, 'around (message ID) is required'],
      [{ around }, 'Channel or thread_id required'],
      ...(await context({ around })),
      ...text({ around }),
      [{ channel: 'general', around: 'a-b-c' }, 'Message not found'],
      [{ channel: 'general', around: '999999' }, 'Message not found'],
      [{ channel: 'kept', around }, 'Message not found'],
    ]);
  });

  test('[6.1] each refusal of message_get has its text', async () => {
    const id = await say(alice, { channel: 'general' });
    const required = 'Channel/thread and message ID are required';
    await refused(alice, 'message_get', [
      [{}, required],
      [{ id }, required],
      [{ channel: 'general' }, required],
      ...(await context({ id })),
      ...text({ id }),
      [{ channel: 'general', id: 'a-b-c' }, 'Message not found'],
      [{ channel: 'general', id: '999999' }, 'Message not found'],
      [{ channel: 'kept', id }, 'Message not found'],
    ]);
  });

  test('[6.1] each refusal of message_replies has its text', async () => {
    const id = await say(alice, { channel: 'general' });
    const required = 'Channel name and message ID are required';
    await refused(alice, 'message_replies', [
      [{}, required],
      [{ id }, required],
      [{ channel: 'general' }, required],
      ...text({ id }),
    ]);
  });

  test('[6.1] each refusal of messages_search has its text', async () => {
    const required = 'Channel name and query are required';
    await refused(alice, 'messages_search', [
      [{}, required],
      [{ query: 'x' }, required],
      [{ channel: 'general' }, required],
      [{ channel: 'general', query: '' }, required],
      ...text({ query: 'x' }),
    ]);
  });

  test('[6.1] each refusal of messages_pinned has its text', async () => {
    await refused(alice, 'messages_pinned', [[{}, 'Channel name not provided'], ...text({})]);
  });

  test('[6.1] pinned messages are listed newest first', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 3; i++) ids.push(await say(alice, { channel: 'general' }));
    expect(await alice.ask({ cmd: 'messages_pinned', channel: 'general' })).toEqual({
      cmd: 'messages_pinned',
      channel: 'general',
      messages: [],
    });
    for (const id of [ids[2], ids[0]])
      await server.chat.run('message.pin', { by: 'host', id: Number(id) as never, pinned: true });
    const { messages, ...rest } = await alice.ask({ cmd: 'messages_pinned', channel: 'general' });
    expect(rest).toEqual({ cmd: 'messages_pinned', channel: 'general' });
    expect(messages).toMatchObject([
      { id: ids[2], pinned: true, user: 'alice', content: 'x' },
      { id: ids[0], pinned: true },
    ]);
    expect(messages).toHaveLength(2);
  });

  test('[6.1] each refusal of pings_get has its text', async () => {
    const limit = 'Limit must be a number between 1 and 100';
    const offset = 'Offset must be a non-negative number';
    await refused(alice, 'pings_get', [
      [{ limit: 0 }, limit],
      [{ limit: 101 }, limit],
      [{ limit: '5' }, limit],
      [{ offset: -1 }, offset],
      [{ offset: '5' }, offset],
    ]);
  });

  test('[6.1] each refusal of message_delete has its text', async () => {
    const foreign = await say(admin, { channel: 'general' });
    const id = await say(alice, { channel: 'general' });
    const own = await say(alice, { channel: 'kept' });
    const thread_id = await threadIn('kept-ideas');
    const ownThere = await say(alice, { thread_id });
    await refused(alice, 'message_delete', [
      [{}, 'Invalid message delete format'],
      [{ id }, 'Invalid message delete format'],
      [{ channel: 'general' }, 'Invalid message delete format'],
      ...(await context({ id })),
      [{ channel: 'general', id: 'a-b-c' }, 'Message not found or cannot be deleted'],
      [{ channel: 'general', id: '999999' }, 'Message not found or cannot be deleted'],
      [{ channel: 'kept', id }, 'Message not found or cannot be deleted'],
      [{ channel: 'general', id: foreign }, 'You do not have permission to delete this message'],
      [{ channel: 'kept', id: own }, 'You do not have permission to delete your own message in this channel'],
      [{ thread_id, id: ownThere }, 'You do not have permission to delete your own message in this thread'],
    ]);
  });

  test('[6.1] each refusal of embeds_list has its text', async () => {
    const id = await say(alice, { channel: 'general' });
    await refused(alice, 'embeds_list', [
      [{}, 'Message ID is required'],
      [{ channel: 'general' }, 'Message ID is required'],
      [{ id }, 'Channel or thread_id is required'],
      ...(await context({ id })),
      [{ channel: 'general', id: 'a-b-c' }, 'Message not found'],
      [{ channel: 'general', id: '999999' }, 'Message not found'],
      [{ channel: 'kept', id }, 'Message not found'],
    ]);
  });

  test('[6.1] embeds are listed as they were sent', async () => {
    const embeds = [{ title: 'News', fields: [{ name: 'a', value: 'b' }], more: 7 }];
    const id = await say(alice, { channel: 'general' }, { embeds });
    const plain = await say(alice, { channel: 'general' });
    const list = (one: string) => admin.ask({ cmd: 'embeds_list', channel: 'general', id: one });
    expect(await list(id)).toEqual({ cmd: 'embeds_list', id, embeds });
    expect(await list(plain)).toEqual({ cmd: 'embeds_list', id: plain, embeds: [] });
    const thread_id = await threadIn('ideas');
    const there = await say(alice, { thread_id }, { embeds });
    expect(await admin.ask({ cmd: 'embeds_list', thread_id, id: there })).toEqual({
      cmd: 'embeds_list',
      id: there,
      embeds,
    });
  });

  test('[6.5] user_update of somebody who leaves before it is decided finds no target', async () => {
    const target = server.chat.users.byHandle('alice');
    meanwhile = async (type) => {
      if (type === 'user.rename' && target !== undefined) await server.chat.users.remove(target.id);
    };
    await refused(admin, 'user_update', [
      [{ user: 'alice', updates: { nickname: 'Al' } }, 'Target user not found'],
      [{ user: 'alice', updates: { nickname: 'Al' } }, 'User not found'],
    ]);
  });
}
