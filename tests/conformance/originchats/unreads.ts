import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Json } from '../../support/json-probe.js';
import { type Member, type OriginServer, serve } from './support/server.js';

type Asked = Parameters<Member['ask']>[0];

export function unreads(): void {
  let server: OriginServer;
  let alice: Member;
  let bob: Member;
  beforeEach(async () => {
    server = await serve({
      channels: [
        { name: 'general' },
        { name: 'quiet' },
        { name: '__proto__' },
        { name: 'talk', kind: 'voice' },
        { name: 'staff', roles: { see: ['admin'], read: ['admin'], send: ['admin'] } },
        { name: 'ideas', kind: 'forum' },
      ],
    });
    ({ alice, bob } = await server.cast({ alice: {}, bob: {} }));
  });
  afterEach(async () => {
    expect(server.errors).toEqual([]);
    await server.stop();
  });

  const say = async (who: Member, place: object): Promise<string> =>
    (await who.ask({ cmd: 'message_new', content: 'x', ...place })).message.id;
  const errors = async (cases: readonly (readonly [Asked, object])[]) => {
    for (const [request, error] of cases) expect(await bob.ask(request)).toEqual({ cmd: 'error', ...error });
  };

  test('[6.4, 14] unreads of all text channels and threads that somebody sees, own messages included', async () => {
    const { thread } = await alice.ask({ cmd: 'thread_create', channel: 'ideas', name: 'tea' });
    const first = await say(alice, { channel: 'general' });
    await say(bob, { channel: 'general' });
    await say(bob, { thread_id: thread.id });
    await bob.ask({ cmd: 'unreads_ack', channel: 'general', message_id: first });
    const nothing = { last_read: null, unread_count: 0, total_messages: 0 };
    const answer = await bob.ask({ cmd: 'unreads_get' });
    expect(Object.entries(answer.unreads)).toEqual([
      ['general', { last_read: first, unread_count: 1, total_messages: 2 }],
      ['quiet', nothing],
      ['__proto__', nothing],
      [
        `thread/${thread.id}`,
        { last_read: null, unread_count: 1, total_messages: 1, parent_channel: 'ideas' },
      ],
    ]);
    expect(Object.keys(answer)).toEqual(['cmd', 'unreads']);
  });

  test('[6.4] counting looks at the newest 200 messages', async () => {
    for (let i = 0; i < 205; i++) {
      alice.send({ cmd: 'message_new', channel: 'general', content: `${i}` });
    }
    const ids: string[] = [];
    while (ids.length < 205) {
      const frame = await bob.probe.next();
      if (frame.cmd === 'message_new') ids.push(frame.message.id);
    }
    const count = () => bob.ask({ cmd: 'unreads_count', channel: 'general' });
    expect(await count()).toEqual({
      cmd: 'unreads_count',
      channel: 'general',
      unread_count: 200,
      last_read: null,
      total_messages: 200,
    });
    for (const [from, left] of [
      [0, 200],
      [4, 200],
      [5, 199],
      [203, 1],
      [204, 0],
    ] as const) {
      const last = ids[from] as string;
      await bob.ask({ cmd: 'unreads_ack', channel: 'general', message_id: last });
      expect(await count()).toMatchObject({ unread_count: left, last_read: last, total_messages: 200 });
    }
    expect((await bob.ask({ cmd: 'unreads_get' })).unreads.general).toEqual({
      last_read: ids[204],
      unread_count: 0,
      total_messages: 200,
    });
  });

  test('[6.4] an acknowledgement goes to all own connections before its reply, and to nobody else', async () => {
    const second = await server.arrive('bob');
    const { thread } = await alice.ask({ cmd: 'thread_create', channel: 'ideas', name: 'tea' });
    const id = await say(alice, { channel: 'general' });
    const there = await say(alice, { thread_id: thread.id });
    await Promise.all([alice.settle(), bob.settle(), second.settle()]);
    const only = (frames: readonly Json[]) => frames.filter(({ cmd }) => cmd.startsWith('unreads_'));
    const update = { cmd: 'unreads_update', channel: 'general', last_read: id };
    bob.send({ cmd: 'unreads_ack', channel: 'general', listener: 'A' });
    expect(only(await bob.settle())).toEqual([
      update,
      { cmd: 'unreads_ack', channel: 'general', last_read: id, listener: 'A' },
    ]);
    expect(only(await second.settle())).toEqual([update]);
    expect(only(await alice.settle())).toEqual([]);
    bob.send({ cmd: 'unreads_ack', thread_id: thread.id });
    expect(only(await bob.settle())).toEqual([
      { cmd: 'unreads_update', thread_id: thread.id, last_read: there },
      { cmd: 'unreads_ack', thread_id: thread.id, last_read: there },
    ]);
    expect(await bob.ask({ cmd: 'unreads_ack', channel: 'quiet' })).toEqual({
      cmd: 'unreads_ack',
      channel: 'quiet',
      last_read: null,
    });
  });

  test('[6.1] reading history marks the newest message read, which own connections hear of before the answer', async () => {
    const second = await server.arrive('bob');
    await say(alice, { channel: 'general' });
    const id = await say(alice, { channel: 'general' });
    await Promise.all([alice.settle(), bob.settle(), second.settle()]);
    const update = { cmd: 'unreads_update', channel: 'general', last_read: id };
    bob.send({ cmd: 'messages_get', channel: 'general', start: 1, limit: 1, listener: 'H' });
    const history = await bob.probe.until(({ listener }) => listener === 'H');
    expect(history.messages).toHaveLength(1);
    expect(bob.probe.frames.filter(({ cmd }) => cmd !== 'pong' && cmd !== 'ping').slice(-2)).toEqual([
      update,
      history,
    ]);
    expect(await second.settle()).toEqual([update]);
    expect(await alice.settle()).toEqual([]);
    expect(await bob.ask({ cmd: 'unreads_count', channel: 'general' })).toMatchObject({
      unread_count: 0,
      last_read: id,
      total_messages: 2,
    });
    bob.send({ cmd: 'messages_get', channel: 'quiet' });
    expect((await bob.settle()).map(({ cmd }) => cmd)).toEqual(['messages_get']);
  });

  test('[6.4] refusals come in words', async () => {
    const { thread } = await alice.ask({ cmd: 'thread_create', channel: 'ideas', name: 'tea' });
    await alice.ask({ cmd: 'thread_update', thread_id: thread.id, archived: true });
    for (const cmd of ['unreads_ack', 'unreads_count'])
      await errors([
        [{ cmd }, { src: cmd, val: 'Channel or thread_id is required' }],
        [
          { cmd, channel: 'nowhere' },
          { src: cmd, val: 'Channel not found' },
        ],
        [
          { cmd, thread_id: '1' },
          { src: cmd, val: 'Thread not found' },
        ],
        [
          { cmd, thread_id: thread.id },
          { src: cmd, val: 'This thread is archived' },
        ],
        [{ cmd, channel: 'staff' }, { val: 'Access denied to this channel' }],
        [{ cmd, channel: 'talk' }, { val: 'Access denied to this channel' }],
      ]);
  });
}
