import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { community, outcome } from '../../../tests/support/community.js';
import { domainLimits } from '../config.js';
import type { ChannelId, MessageId, PollId, UserId } from '../ids.js';
import { embedTexts } from '../messages/embeds.js';
import { ballots, type Poll, pollOfMessage, polls, resultsOf, votesOf } from './polls.js';

const options = [
  { id: 'a', text: 'tea' },
  { id: 'b', text: 'coffee', emoji: '☕' },
];

function booth(change: Parameters<typeof community>[0] = {}) {
  const chat = community(change);
  const lounge = chat.channel('lounge').id;
  const create = (by: UserId | 'host', wish: object = {}, channel = lounge) =>
    chat.run('poll.create', { by, channel, question: 'What?', options, multiple: false, ...wish });
  const ask = (by: UserId | 'host', wish: object = {}, channel = lounge) =>
    (create(by, wish, channel) as { poll: Poll }).poll;
  const vote = (by: UserId, poll: PollId, ...chosen: string[]) =>
    outcome(chat.run('poll.vote', { by, poll, options: chosen }));
  const size = () => chat.bench.read((view) => [...view.all(polls), ...view.all(ballots)].length);
  return { ...chat, lounge, create, ask, vote, size };
}

describe('a poll', () => {
  test('is asked by a message whose embed names it', () => {
    const { join, ask, told, bench } = booth();
    const anna = join('anna');
    const poll = ask(anna, { embed: { title: 'Drinks', poll: { allow_multiselect: false } } });
    const [{ message, poll: named } = {}] = told('message');
    expect(named).toBe(poll.id);
    const shown = { id: poll.id, question: 'What?', options, allow_multiselect: false };
    expect(message).toMatchObject({ id: poll.message, text: '', author: { handle: 'anna' } });
    expect(message?.embeds).toEqual([{ title: 'Drinks', type: 'poll', poll: shown }]);
    expect(message && embedTexts(message)).toEqual(['What?\n- tea\n- coffee']);
    expect(told('poll_create')).toMatchObject([
      { poll: { creator: { handle: 'anna' } }, channel: { name: 'lounge' }, person: { handle: 'anna' } },
    ]);
    expect(bench.read((view) => pollOfMessage(view, poll.message))).toEqual(poll);
    expect(ask('host').creator).toBeNull();
  });

  test('may be as long in each of its parts, and have as many options, as the limits say', () => {
    const { join, create } = booth();
    const long = 'x'.repeat(100);
    const options = Array.from({ length: 10 }, (_, i) => ({
      id: `${i}${'y'.repeat(99)}`,
      text: long,
      emoji: long,
    }));
    expect(outcome(create(join('anna'), { question: 'x'.repeat(300), options }))).toBe('granted');
  });

  test('is put where one may write, by those who may', () => {
    const { join, run, create, channel } = booth();
    const anna = join('anna');
    run('channel.create', { by: 'host', name: 'ideas', kind: 'forum' });
    const { thread } = run('thread.create', {
      by: anna,
      forum: channel('ideas').id,
      name: 'tea',
    }) as never as { thread: { channel: { channel: ChannelId } } };
    const where = (id: ChannelId) => outcome(create(anna, {}, id));
    expect(where(channel('ideas').id)).toBe('channel-kind');
    expect(where('nowhere' as ChannelId)).toBe('channel-unknown');
    expect(where(thread.channel.channel)).toBe('granted');
    run('thread.update', { by: 'host', thread: thread.channel.channel, locked: true });
    expect(where(thread.channel.channel)).toBe('thread-locked');
    run('user.silence', { by: 'host', user: anna, until: null });
    expect(where(channel('lounge').id)).toBe('user-silenced');
    expect(outcome(create(join('mute', { permissions: [] })))).toBe('not-permitted');
  });

  test.each([
    ['an empty question', { question: ' ' }],
    ['a long question', { question: 'x'.repeat(301) }],
    ['one option', { options: options.slice(1) }],
    ['too many options', { options: Array.from({ length: 11 }, (_, i) => ({ id: `${i}`, text: 'x' })) }],
    ['two options with one id', { options: [...options, { id: 'a', text: 'milk' }] }],
    ['an option without text', { options: [...options, { id: 'c', text: '' }] }],
    ['an option without id', { options: [...options, { id: '', text: 'milk' }] }],
    ['a long option', { options: [...options, { id: 'c', text: 'x'.repeat(101) }] }],
    ['an end that is over', { expiresAt: 1 }],
  ])('is refused with %s', (_, wish) => {
    const { create, size } = booth();
    expect(outcome(create('host', wish))).toBe('poll-invalid');
    expect(size()).toBe(0);
  });

  test('goes with its message, and with its channel', () => {
    const { join, run, ask, vote, size, channel } = booth();
    const anna = join('anna');
    const first = ask(anna);
    vote(anna, first.id, 'a');
    run('message.delete', { by: anna, id: first.message });
    expect(size()).toBe(0);
    expect(vote(anna, first.id, 'a')).toBe('poll-unknown');
    run('channel.create', { by: 'host', name: 'den' });
    vote(anna, ask(anna, {}, channel('den').id).id, 'b');
    expect(size()).toBe(2);
    run('channel.delete', { by: 'host', channel: channel('den').id });
    expect(size()).toBe(0);
  });

  test('ends by its creator, or by who manages messages, and once', () => {
    const { join, run, ask, vote, told } = booth();
    const anna = join('anna');
    const ben = join('ben');
    const { id } = ask(anna);
    const end = (by: UserId | 'host', poll = id) => outcome(run('poll.end', { by, poll }));
    vote(ben, id, 'b');
    expect(end(ben)).toBe('not-permitted');
    expect(end(anna)).toBe('granted');
    expect(told('poll_end')).toMatchObject([
      { by: anna, poll: { id }, results: { votes: 1, options: [{}, { voters: [{ handle: 'ben' }] }] } },
    ]);
    expect(told('poll_end')[0]?.poll.endedAt).toBe(told('poll_end')[0]?.at);
    expect(end(anna)).toBe('poll-ended');
    expect(vote(ben, id, 'a')).toBe('poll-ended');
    expect(end(join('owner', { roles: ['owner'] }), ask(anna).id)).toBe('granted');
    expect(end('host', ask(anna).id)).toBe('granted');
    expect(end(anna, '1' as PollId)).toBe('poll-unknown');
  });

  test('is one of so many in a channel', () => {
    const { run, create, ask } = booth({ limits: { ...domainLimits, pollsPerChannel: 1 } });
    const { message } = ask('host');
    expect(outcome(create('host'))).toBe('too-many-polls');
    run('message.delete', { by: 'host', id: message as MessageId });
    expect(outcome(create('host'))).toBe('granted');
  });
});

describe('a vote', () => {
  test('replaces the earlier one where there is one choice, and adds to it where there are several', () => {
    const { join, ask, vote, told, bench } = booth();
    const anna = join('anna');
    const one = ask('host').id;
    vote(anna, one, 'a');
    vote(anna, one, 'b', 'b');
    const known = { user: anna, handle: 'anna' };
    expect(told('poll_vote')).toMatchObject([
      { poll: { id: one }, channel: { name: 'lounge' }, options: ['b'], person: { handle: 'anna' } },
    ]);
    expect(told('poll_vote')[0]?.results).toEqual({
      options: [
        { ...options[0], voters: [] },
        { ...options[1], voters: [{ ...known, identity: 'anna' }] },
      ],
      votes: 1,
      voters: 1,
    });
    const several = ask('host', { multiple: true }).id;
    vote(anna, several, 'b');
    vote(anna, several, 'a');
    expect(told('poll_vote')[0]).toMatchObject({ options: ['a', 'b'], results: { votes: 2, voters: 1 } });
    expect(bench.read((view) => votesOf(view, several, anna))).toEqual(['a', 'b']);
  });

  test('is refused when it is too late, or for what cannot be chosen', () => {
    const { join, run, ask, vote, bench, lounge } = booth({ limits: { ...domainLimits, votersPerPoll: 1 } });
    const anna = join('anna');
    const ben = join('ben');
    const { id } = ask('host', { expiresAt: bench.at + 1_000 });
    expect(vote(anna, id, 'x')).toBe('poll-option-unknown');
    expect(vote(anna, id)).toBe('poll-choice-none');
    expect(vote(anna, id, 'a', 'b')).toBe('poll-choice-single');
    expect(vote(anna, id, 'a')).toBe('granted');
    expect(vote(anna, id, 'b')).toBe('granted');
    expect(vote(ben, id, 'b')).toBe('too-many-voters');
    expect(vote('nobody' as UserId, id, 'b')).toBe('user-unknown');
    run('user.silence', { by: 'host', user: anna, until: null });
    expect(vote(anna, id, 'a')).toBe('user-silenced');
    bench.at += 1_000;
    expect(vote(anna, id, 'a')).toBe('poll-expired');
    run('channel.update', { by: 'host', channel: lounge, roles: { see: ['member'] } });
    expect(vote(ben, id, 'a')).toBe('not-permitted');
  });

  test('counts on when its voter has left for good', () => {
    const { join, run, ask, vote, told } = booth();
    const anna = join('anna');
    const ben = join('ben');
    const { id } = ask('host');
    vote(anna, id, 'a');
    run('user.leave', { user: anna, via: 'one' });
    vote(ben, id, 'a');
    expect(told('poll_vote')[0]?.results.options[0]?.voters.map(({ handle }) => handle)).toEqual([
      'anna',
      'ben',
    ]);
  });

  test('counts each voter as a naive count does, in the order of the votes', () => {
    const ids = ['a', 'b', 'c'];
    const step = fc.tuple(fc.nat(4), fc.subarray(ids));
    fc.assert(
      fc.property(fc.boolean(), fc.array(step, { maxLength: 30 }), (multiple, steps) => {
        const { join, ask, vote, bench } = booth();
        const people = ['anna', 'ben', 'carl', 'dora', 'emil'].map((name) => join(name));
        const poll = ask('host', { multiple, options: ids.map((id) => ({ id, text: id })) });
        const model = new Map<UserId, Set<string>>();
        for (const [who, chosen] of steps) {
          const by = people[who] as UserId;
          if (vote(by, poll.id, ...chosen) !== 'granted') continue;
          const next = new Set([...(multiple ? (model.get(by) ?? []) : []), ...chosen]);
          model.delete(by);
          model.set(by, next);
        }
        const results = bench.read((view) => resultsOf(view, poll));
        for (const option of results.options) {
          const wanted = [...model].filter(([, set]) => set.has(option.id)).map(([user]) => user);
          expect(option.voters.map(({ user }) => user)).toEqual(wanted);
        }
        expect(results.voters).toBe(model.size);
        expect(results.votes).toBe([...model.values()].reduce((sum, set) => sum + set.size, 0));
        if (!multiple) expect(results.votes).toBe(results.voters);
      }),
      { numRuns: 60 },
    );
  });
});
