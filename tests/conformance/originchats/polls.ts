import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Json } from '../../support/json-probe.js';
import { type Member, type OriginServer, serve } from './support/server.js';

type Asked = Parameters<Member['ask']>[0];

const anId = expect.stringMatching(/^[0-9]+$/);
const now = () => expect.closeTo(Date.now() / 1000, -1);

export function polls(): void {
  let server: OriginServer;
  let alice: Member;
  let bob: Member;
  let mod: Member;
  /** Sees `general` only. */
  let guest: Member;
  const ask = { cmd: 'poll_create', channel: 'staff', question: 'Tea?', options: ['yes', 'no'] };
  beforeEach(async () => {
    const staff = {
      see: ['staff'],
      read: ['staff'],
      send: ['staff'],
      'create-thread': ['staff'],
      'delete-own': ['staff'],
    };
    server = await serve({
      channels: [
        { name: 'general' },
        { name: 'staff', roles: staff },
        { name: 'ideas', kind: 'forum', roles: staff },
        { name: 'talk', kind: 'voice' },
        { name: 'news', roles: { see: ['staff'], read: ['staff'] } },
      ],
      roles: [{ name: 'mod', permissions: ['manage_messages'] }],
    });
    ({ alice, bob, mod, guest } = await server.cast({
      alice: { roles: ['staff'] },
      bob: { roles: ['staff'] },
      mod: { roles: ['staff', 'mod'] },
      guest: { roles: ['user'] },
    }));
  });
  afterEach(async () => {
    expect(server.errors).toEqual([]);
    await server.stop();
  });

  const begin = async (more: object = {}): Promise<Json> => {
    const poll = await alice.ask({ ...ask, ...more });
    await Promise.all([alice.settle(), bob.settle(), mod.settle(), guest.settle()]);
    return poll;
  };
  const told = (frames: readonly Json[]) => frames.filter(({ cmd }) => cmd !== 'channels_get');
  const refusals = async (who: Member, cases: readonly (readonly [Asked, string])[]) => {
    for (const [request, val] of cases)
      expect(await who.ask(request)).toEqual({ cmd: 'error', src: request.cmd, val });
  };

  test('[6.9, 15] a poll is a message with the flat fields of the original, pushed before the reply', async () => {
    alice.send({ ...ask, options: ['yes', { text: 'no', id: 'n', emoji: '👎' }], listener: 'P' });
    const options = [
      { id: '0', text: 'yes' },
      { id: 'n', text: 'no', emoji: '👎' },
    ];
    const shown = { allow_multiselect: false, expires_at: null };
    const embeds = [{ type: 'poll', title: 'Tea?', poll: { id: anId, question: 'Tea?', options, ...shown } }];
    const flat = { id: anId, user: 'alice', content: '', timestamp: now(), embeds };
    const pushed = {
      cmd: 'message_new',
      message: {
        ...flat,
        pinned: false,
        type: 'message',
        interaction: null,
        pings: { users: [], roles: [], replies: [] },
      },
      ...flat,
      channel: 'staff',
      thread_id: null,
      poll_id: anId,
      global: true,
    };
    const frames = told(await alice.settle());
    expect(frames).toEqual([
      pushed,
      {
        cmd: 'poll_create',
        poll_id: anId,
        message_id: anId,
        channel: 'staff',
        thread_id: null,
        question: 'Tea?',
        options,
        ...shown,
        listener: 'P',
      },
    ]);
    const [{ message, poll_id }, reply] = frames;
    expect([message.embeds[0].poll.id, reply.poll_id]).toEqual([poll_id, poll_id]);
    expect(reply.message_id).toBe(message.id);
    expect(told(await bob.settle())).toEqual([frames[0]]);
    expect(told(await guest.settle())).toEqual([]);
    const history = await bob.ask({ cmd: 'message_get', channel: 'staff', id: message.id });
    expect(history.message.embeds).toEqual(message.embeds);
    expect(Object.keys(reply)).toEqual([
      'cmd',
      'poll_id',
      'message_id',
      'channel',
      'thread_id',
      'question',
      'options',
      'allow_multiselect',
      'expires_at',
      'listener',
    ]);
  });

  test('[6.9] a poll in a thread reaches whoever sees its forum', async () => {
    const { thread } = await alice.ask({ cmd: 'thread_create', channel: 'ideas', name: 'tea' });
    const { channel: _, ...rest } = ask;
    const place = { channel: 'ideas', thread_id: thread.id };
    const poll = await alice.ask({ ...rest, thread_id: thread.id });
    expect(poll).toMatchObject(place);
    expect(told(await bob.settle()).at(-1)).toMatchObject({ cmd: 'message_new', ...place });
    await bob.ask({ cmd: 'poll_vote', poll_id: poll.poll_id, option_id: '0' });
    expect(told(await alice.settle()).at(-1)).toMatchObject({ cmd: 'poll_vote_update', ...place });
    expect(told(await guest.settle())).toEqual([]);
    expect((await bob.ask({ cmd: 'poll_get', poll_id: poll.poll_id })).poll).toMatchObject(place);
  });

  test('[6.9] poll_create is refused in words, in order', async () => {
    const cmd = 'poll_create';
    const channel = 'staff';
    const question = 'Tea?';
    const options = ['yes', 'no'];
    await refusals(bob, [
      [{ cmd }, 'Channel or thread_id is required'],
      [{ cmd, channel: 'nowhere' }, 'Question is required'],
      [{ cmd, channel: 'nowhere', question }, 'At least 2 options are required'],
      [{ cmd, channel: 'nowhere', question, options: ['yes'] }, 'At least 2 options are required'],
      [{ cmd, channel, question, options: Array(11).fill('x') }, 'Cannot have more than 10 options'],
      [{ cmd, channel: 'nowhere', question, options: ['yes', { id: 'x' }] }, "Option 1 must have 'text'"],
      [{ cmd, thread_id: '1', question, options }, 'Thread not found'],
      [{ cmd, channel: 'nowhere', question, options }, 'Channel not found'],
      [
        { cmd, channel: 'news', question, options },
        'You do not have permission to send messages in this channel',
      ],
      [{ cmd, channel: 'talk', question, options }, 'Cannot send messages in this channel type'],
      [{ cmd, channel, question: 'x'.repeat(301), options }, 'Invalid poll'],
      [{ cmd, channel, question, options, expires_at: 1 }, 'Invalid poll'],
      [{ cmd, channel, question, options, expires_at: 'soon' }, 'Invalid poll'],
    ]);
    const mute = await server.arrive('mute', { roles: ['staff'], permissions: [] });
    await refusals(mute, [[{ cmd }, "Access denied: 'send_messages' permission required"]]);
    expect(told(await alice.settle()).filter((one) => one.cmd === 'message_new')).toEqual([]);
  });

  test('[6.9] a vote is told to all viewers with user ids, before its reply, and replaced by the next', async () => {
    const { poll_id, message_id } = await begin();
    bob.send({ cmd: 'poll_vote', message_id, option_ids: ['1'], listener: 'V' });
    const option = (id: string, text: string, voters: string[]) => ({
      id,
      text,
      emoji: null,
      votes: voters.length,
      voters,
    });
    const results = {
      poll_id,
      question: 'Tea?',
      allow_multiselect: false,
      ended: false,
      ended_at: null,
      total_votes: 1,
      results: [option('0', 'yes', []), option('1', 'no', ['USR:bob'])],
    };
    const update = {
      cmd: 'poll_vote_update',
      poll_id,
      message_id,
      channel: 'staff',
      thread_id: null,
      user: 'bob',
      option_ids: ['1'],
      results,
    };
    expect(await bob.settle()).toEqual([
      update,
      { cmd: 'poll_vote', poll_id, option_ids: ['1'], results, listener: 'V' },
    ]);
    expect(await alice.settle()).toEqual([update]);
    expect(await guest.settle()).toEqual([]);
    const next = await bob.ask({ cmd: 'poll_vote', poll_id, option_id: '0' });
    expect(next.results).toEqual({
      ...results,
      results: [option('0', 'yes', ['USR:bob']), option('1', 'no', [])],
    });
  });

  test('[6.9] where several may be chosen votes add up', async () => {
    const { poll_id } = await begin({ allow_multiselect: true });
    await bob.ask({ cmd: 'poll_vote', poll_id, option_id: '1' });
    const vote = await bob.ask({ cmd: 'poll_vote', poll_id, option_ids: ['0'] });
    expect(vote).toMatchObject({ option_ids: ['0', '1'], results: { total_votes: 2 } });
  });

  test('[6.9] poll_vote is refused in words, in order', async () => {
    const { poll_id } = await begin();
    const cmd = 'poll_vote';
    await refusals(bob, [
      [{ cmd }, 'poll_id or message_id is required'],
      [{ cmd, poll_id: '12345' }, 'Poll not found'],
      [{ cmd, message_id: poll_id }, 'Poll not found'],
      [{ cmd, message_id: 'x' }, 'Poll not found'],
      [{ cmd, poll_id }, 'option_id or option_ids is required'],
      [{ cmd, poll_id, option_ids: [] }, 'option_id or option_ids is required'],
      [{ cmd, poll_id, option_id: '7' }, 'Invalid option: 7'],
      [{ cmd, poll_id, option_ids: ['0', '1'] }, 'Only one option can be chosen'],
    ]);
    await refusals(guest, [
      [{ cmd, poll_id }, 'option_id or option_ids is required'],
      [{ cmd, poll_id, option_id: '7' }, 'You do not have permission to view this poll'],
      [{ cmd: 'poll_end', poll_id }, 'You do not have permission to view this poll'],
      [{ cmd: 'poll_get', poll_id }, 'You do not have permission to view this poll'],
      [{ cmd: 'poll_results', poll_id }, 'You do not have permission to view this poll'],
    ]);
    const short = await begin({ expires_at: Date.now() / 1000 + 0.05 });
    await expect
      .poll(async () => (await bob.ask({ cmd, poll_id: short.poll_id, option_id: '7' })).val)
      .toBe('Poll has expired');
    await alice.ask({ cmd: 'poll_end', poll_id });
    await refusals(bob, [[{ cmd, poll_id, option_id: '7' }, 'Poll has ended']]);
  });

  test('[6.9] its creator and who manages messages end a poll; then voters are named', async () => {
    const { poll_id, message_id } = await begin();
    await bob.ask({ cmd: 'poll_vote', poll_id, option_id: '1' });
    await refusals(bob, [
      [{ cmd: 'poll_end', poll_id }, "Access denied: 'manage_messages' permission required"],
    ]);
    const before = await bob.ask({ cmd: 'poll_results', poll_id });
    expect(Object.keys(before)).toEqual(['cmd', 'poll_id', 'message_id', 'results']);
    expect(before.results.results).toEqual([
      { id: '0', text: 'yes', emoji: null, votes: 0, voters: [], voted: false },
      { id: '1', text: 'no', emoji: null, votes: 1, voters: [], voted: true },
    ]);
    await Promise.all([alice.settle(), bob.settle(), guest.settle()]);
    alice.send({ cmd: 'poll_end', poll_id, listener: 'E' });
    const results = {
      poll_id,
      question: 'Tea?',
      allow_multiselect: false,
      ended: true,
      ended_at: now(),
      total_votes: 1,
      results: [
        { id: '0', text: 'yes', emoji: null, votes: 0, voters: [] },
        { id: '1', text: 'no', emoji: null, votes: 1, voters: ['bob'] },
      ],
    };
    const end = { cmd: 'poll_end', poll_id, message_id, channel: 'staff', thread_id: null, results };
    expect(await alice.settle()).toEqual([end, { cmd: 'poll_end', poll_id, results, listener: 'E' }]);
    expect(await bob.settle()).toEqual([end]);
    expect(await guest.settle()).toEqual([]);
    await refusals(alice, [[{ cmd: 'poll_end', poll_id }, 'Poll has already ended']]);
    const after = await alice.ask({ cmd: 'poll_results', message_id });
    expect(after.results.results[1]).toMatchObject({ voters: ['bob'], voted: false });
    const other = await begin();
    expect((await mod.ask({ cmd: 'poll_end', poll_id: other.poll_id })).results.ended).toBe(true);
  });

  test('[6.9] poll_get shows the poll with the own votes', async () => {
    const { poll_id, message_id } = await begin({ duration_hours: 1 });
    await bob.ask({ cmd: 'poll_vote', poll_id, option_id: '1' });
    const poll = {
      id: poll_id,
      message_id,
      channel: 'staff',
      thread_id: null,
      question: 'Tea?',
      options: [
        { id: '0', text: 'yes' },
        { id: '1', text: 'no' },
      ],
      allow_multiselect: false,
      expires_at: expect.closeTo(Date.now() / 1000 + 3600, -1),
      created_by: 'alice',
      created_at: now(),
      ended: false,
      ended_at: null,
      user_votes: ['1'],
    };
    const answer = await bob.ask({ cmd: 'poll_get', message_id });
    expect(answer).toEqual({ cmd: 'poll_get', poll });
    expect(Object.keys(answer.poll)).toEqual(Object.keys(poll));
    expect((await alice.ask({ cmd: 'poll_get', poll_id })).poll.user_votes).toEqual([]);
    await alice.ask({ cmd: 'message_delete', channel: 'staff', id: message_id });
    await refusals(bob, [[{ cmd: 'poll_get', poll_id }, 'Poll not found']]);
  });
}
