import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Json } from '../../support/json-probe.js';
import { type Member, type OriginServer, serve } from './support/server.js';

type Asked = Parameters<Member['ask']>[0];

const now = () => expect.closeTo(Date.now() / 1000, -1);

export function threads(): void {
  let server: OriginServer;
  let alice: Member;
  let bob: Member;
  let mod: Member;
  /** May see the public forum only. */
  let guest: Member;
  beforeEach(async () => {
    const staff = ['staff', 'mod'];
    server = await serve({
      channels: [
        { name: 'general' },
        {
          name: 'ideas',
          kind: 'forum',
          roles: { see: staff, read: staff, send: staff, 'create-thread': ['staff'] },
        },
        { name: 'open', kind: 'forum' },
      ],
      roles: [{ name: 'mod', permissions: ['manage_threads'] }],
    });
    ({ alice, bob, mod, guest } = await server.cast({
      alice: { roles: ['staff'] },
      bob: { roles: ['staff'] },
      mod: { roles: ['mod'] },
      guest: {},
    }));
  });
  afterEach(async () => {
    expect(server.errors).toEqual([]);
    await server.stop();
  });

  const begin = async (who = alice, name = ' tea '): Promise<Json> =>
    (await who.ask({ cmd: 'thread_create', channel: 'ideas', name })).thread;
  const told = (frames: readonly Json[]) => frames.filter(({ cmd }) => cmd !== 'channels_get');
  const refusals = async (who: Member, cases: readonly (readonly [Asked, string])[]) => {
    for (const [request, val] of cases)
      expect(await who.ask(request)).toEqual({ cmd: 'error', src: request.cmd, val });
  };

  test('[6.3] a thread is shown to all who see its forum, its creator last with the listener', async () => {
    alice.send({ cmd: 'thread_create', channel: 'ideas', name: ' tea ', listener: 'T' });
    const frame = {
      cmd: 'thread_create',
      thread: {
        id: expect.stringMatching(/^[0-9]+$/),
        name: 'tea',
        parent_channel: 'ideas',
        created_by: 'alice',
        created_at: now(),
        locked: false,
        archived: false,
        participants: ['alice'],
        last_message: null,
        last_message_id: null,
      },
      channel: 'ideas',
      global: true,
    };
    expect(told(await alice.settle())).toEqual([{ ...frame, listener: 'T' }]);
    expect(told(await bob.settle())).toEqual([frame]);
    expect(told(await guest.settle())).toEqual([]);
    const text = bob.probe.texts.find((one) => one.startsWith('{"cmd":"thread_create"')) ?? '';
    expect(Object.keys(JSON.parse(text))).toEqual(['cmd', 'thread', 'channel', 'global']);
    expect(Object.keys(JSON.parse(text).thread)).toEqual(Object.keys(frame.thread));
  });

  test('[6.3] thread_create is refused in words, in order', async () => {
    const cmd = 'thread_create';
    await refusals(bob, [
      [{ cmd }, 'Channel and thread name are required'],
      [{ cmd, channel: 'ideas' }, 'Channel and thread name are required'],
      [{ cmd, channel: 'nowhere', name: ' ' }, 'Channel not found'],
      [{ cmd, channel: 'general', name: ' ' }, 'Threads can only be created in forum channels'],
      [{ cmd, channel: 'ideas', name: ' ' }, 'Thread name cannot be empty'],
      [{ cmd, channel: 'ideas', name: 'x'.repeat(101) }, 'Invalid thread name'],
    ]);
    const forbidden = 'You do not have permission to create threads in this channel';
    await refusals(mod, [[{ cmd, channel: 'ideas', name: ' ' }, forbidden]]);
    await refusals(guest, [[{ cmd, channel: 'ideas', name: 'x' }, forbidden]]);
    expect(told(await alice.settle())).toEqual([]);
  });

  test('[6.3] all commands on one thread share their first refusals', async () => {
    const { id: thread_id } = await begin();
    const none = await server.arrive('none', { roles: [] });
    for (const cmd of [
      'thread_get',
      'thread_messages',
      'thread_update',
      'thread_delete',
      'thread_join',
      'thread_leave',
    ]) {
      await refusals(guest, [
        [{ cmd }, 'Thread ID is required'],
        [{ cmd, thread_id: '12345' }, 'Thread not found'],
        [{ cmd, thread_id }, 'You do not have permission to view this thread'],
      ]);
      await refusals(none, [[{ cmd, thread_id }, 'User roles not found']]);
    }
  });

  test('[6.1, 6.3] messages in a thread name its forum, and it names its newest message', async () => {
    const { id: thread_id } = await begin();
    const sent = await bob.ask({ cmd: 'message_new', thread_id, content: 'green' });
    expect(sent).toMatchObject({ channel: 'ideas', thread_id, message: { content: 'green' } });
    await alice.ask({ cmd: 'message_new', thread_id, content: 'black' });
    const page = await bob.ask({ cmd: 'thread_messages', thread_id, limit: 1 });
    expect(page).toMatchObject({ cmd: 'thread_messages', thread_id, messages: [{ content: 'black' }] });
    expect(Object.keys(page)).toEqual(['cmd', 'thread_id', 'messages']);
    const older = await bob.ask({
      cmd: 'thread_messages',
      thread_id,
      start: page.messages[0].id,
    });
    expect(older.messages).toEqual([expect.objectContaining({ content: 'green' })]);
    const { thread } = await bob.ask({ cmd: 'thread_get', thread_id });
    expect(thread).toMatchObject({
      participants: ['alice'],
      last_message: now(),
      last_message_id: page.messages[0].id,
    });
  });

  test('[6.3, 15] a change names the forum; only the creator and who manages threads may make one, and only the latter locks', async () => {
    const { id: thread_id } = await begin();
    await refusals(bob, [
      [{ cmd: 'thread_update', thread_id, name: 'mine' }, 'You do not have permission to modify this thread'],
    ]);
    await refusals(alice, [[{ cmd: 'thread_update', thread_id, name: ' ' }, 'Thread name cannot be empty']]);
    await Promise.all([alice.settle(), bob.settle(), guest.settle()]);
    const renamed = await alice.ask({ cmd: 'thread_update', thread_id, name: 'coffee', locked: true });
    expect(renamed).toMatchObject({
      cmd: 'thread_update',
      thread: { id: thread_id, name: 'coffee', locked: false, created_by: 'alice' },
      channel: 'ideas',
      global: true,
    });
    expect(told(await bob.settle())).toEqual([renamed]);
    expect(told(await guest.settle())).toEqual([]);
    expect((await mod.ask({ cmd: 'thread_update', thread_id, locked: true })).thread.locked).toBe(true);
    await refusals(bob, [
      [{ cmd: 'message_new', thread_id, content: 'x' }, 'This thread is locked'],
      [{ cmd: 'messages_get', thread_id }, 'This thread is locked'],
      [{ cmd: 'thread_join', thread_id }, 'This thread is locked'],
    ]);
    expect((await bob.ask({ cmd: 'thread_messages', thread_id })).messages).toEqual([]);
  });

  test('[6.1] a message brings an archived thread back', async () => {
    const { id: thread_id } = await begin();
    await alice.ask({ cmd: 'thread_update', thread_id, archived: true });
    await refusals(bob, [[{ cmd: 'messages_get', thread_id }, 'This thread is archived']]);
    await bob.ask({ cmd: 'message_new', thread_id, content: 'still here' });
    expect((await bob.ask({ cmd: 'thread_get', thread_id })).thread.archived).toBe(false);
  });

  test('[6.3] people take part and stop; the creator always does', async () => {
    const { id: thread_id } = await begin();
    await Promise.all([alice.settle(), guest.settle()]);
    const joined = await bob.ask({ cmd: 'thread_join', thread_id });
    expect(joined).toEqual({
      cmd: 'thread_join',
      thread: expect.objectContaining({ id: thread_id, participants: ['alice', 'bob'] }),
      thread_id,
      user: 'bob',
      global: true,
    });
    expect(told(await alice.settle())).toEqual([joined]);
    expect(told(await guest.settle())).toEqual([]);
    expect((await bob.ask({ cmd: 'thread_leave', thread_id })).thread.participants).toEqual(['alice']);
    expect((await alice.ask({ cmd: 'thread_leave', thread_id })).thread.participants).toEqual(['alice']);
  });

  test('[6.3] a thread that is deleted is gone, with its messages', async () => {
    const { id: thread_id } = await begin();
    await alice.ask({ cmd: 'message_new', thread_id, content: 'x' });
    await refusals(bob, [
      [{ cmd: 'thread_delete', thread_id }, 'You do not have permission to modify this thread'],
    ]);
    await bob.settle();
    const gone = await alice.ask({ cmd: 'thread_delete', thread_id });
    expect(gone).toEqual({ cmd: 'thread_delete', thread_id, channel: 'ideas', global: true });
    expect(told(await bob.settle())).toEqual([gone]);
    await refusals(bob, [[{ cmd: 'thread_get', thread_id }, 'Thread not found']]);
  });

  test('[4] forums list their threads with names, oldest first, to those who see them', async () => {
    const { id } = await begin(alice, 'one');
    await begin(bob, 'two');
    await bob.ask({ cmd: 'message_new', thread_id: id, content: 'x' });
    const forum = async (who: Member) =>
      (await who.ask({ cmd: 'channels_get' })).val.find((one: Json) => one.name === 'ideas');
    expect(await forum(guest)).toBeUndefined();
    expect((await forum(bob)).threads).toMatchObject([
      { id, name: 'one', created_by: 'alice', last_message: now(), last_message_id: expect.any(String) },
      { name: 'two', created_by: 'bob', last_message: null, last_message_id: null },
    ]);
  });
}
