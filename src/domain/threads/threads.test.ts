import { describe, expect, test } from 'vitest';
import { type Community, community, everything, outcome } from '../../../tests/support/community.js';
import { channels } from '../channels/channels.js';
import { domainLimits } from '../config.js';
import type { ChannelId, UserId } from '../ids.js';
import { latest, messages } from '../messages/messages.js';
import { type ThreadFacts, threadsOf } from './threads.js';

function forum(change: Parameters<typeof community>[0] = {}) {
  const chat: Community = community(change);
  chat.run('channel.create', { by: 'host', name: 'ideas', kind: 'forum' });
  const { id } = chat.channel('ideas');
  const create = (by: UserId, name: string, where = id) =>
    chat.run('thread.create', { by, forum: where, name });
  const begin = (by: UserId, name = 'tea') => (create(by, name) as { thread: ThreadFacts }).thread;
  const thread = (which: ChannelId) => chat.bench.read((view) => view.get(channels, which));
  return { ...chat, forum: id, create, begin, thread };
}

/** What makes somebody a manager of threads. */
const manager = { roles: ['owner'] };

describe('a thread', () => {
  test('is told whole: its forum, who made it and who takes part', () => {
    const { join, begin, told, forum: parent } = forum();
    const anna = join('anna');
    begin(anna, '  tea or coffee? ');
    const [fact] = told('thread_create');
    const known = { user: anna, handle: 'anna' };
    expect(fact).toMatchObject({
      by: anna,
      person: { handle: 'anna' },
      thread: {
        channel: { kind: 'thread', name: 'tea or coffee?', parent: { channel: parent, name: 'ideas' } },
        state: { parent, creator: anna, locked: false, archived: false, participants: [anna] },
        creator: known,
        participants: [known],
        createdAt: fact?.at,
      },
    });
    expect(fact?.thread.latest).toBeUndefined();
  });

  test('needs a forum, a name that is not too long, and access', () => {
    const {
      join,
      run,
      create,
      channel,
      forum: id,
    } = forum({
      limits: { ...domainLimits, threadNameLength: 3, threadsPerForum: 2 },
    });
    const anna = join('anna');
    expect(outcome(create(anna, 'tea', channel('lounge').id))).toBe('not-a-forum');
    expect(outcome(create(anna, 'tea', 'nowhere' as ChannelId))).toBe('channel-unknown');
    expect(outcome(create('nobody' as UserId, 'tea'))).toBe('user-unknown');
    expect(outcome(create(anna, '  '))).toBe('thread-name-invalid');
    expect(outcome(create(anna, 'teas'))).toBe('thread-name-invalid');
    expect(outcome(create(anna, '🫖🫖🫖'))).toBe('granted');
    expect(outcome(create(anna, 'tea'))).toBe('granted');
    expect(outcome(create(anna, 'tea'))).toBe('too-many-threads');
    run('user.silence', { by: 'host', user: anna, until: null });
    expect(outcome(create(anna, 'x'))).toBe('user-silenced');
    run('channel.update', { by: 'host', channel: id, roles: { see: ['member'] } });
    const ben = join('ben', { roles: ['member'] });
    expect(outcome(create(ben, 'x'))).toBe('not-permitted');
    run('channel.update', { by: 'host', channel: id, roles: { 'create-thread': ['member'] } });
    expect(outcome(create(ben, 'x'))).toBe('not-permitted');
  });

  test('is changed by its creator, and by who manages threads', () => {
    const { join, run, begin, told } = forum();
    const anna = join('anna');
    const ben = join('ben');
    const boss = join('boss', manager);
    const { channel } = begin(anna);
    const update = (by: UserId | 'host', change: object) =>
      outcome(run('thread.update', { by, thread: channel.channel, ...change }));
    expect(update(ben, { name: 'x' })).toBe('not-permitted');
    expect(update(anna, { name: ' ' })).toBe('thread-name-invalid');
    expect(update(anna, { name: 'coffee', archived: true, locked: true })).toBe('granted');
    expect(told('thread_update')[0]?.thread).toMatchObject({
      channel: { name: 'coffee' },
      state: { archived: true, locked: false },
    });
    expect(update(boss, { locked: true })).toBe('granted');
    expect(told('thread_update')[0]?.thread.state).toMatchObject({ archived: true, locked: true });
    expect(update('host', { locked: false, archived: false })).toBe('granted');
    expect(told('thread_update')[0]).toMatchObject({ by: 'host', thread: { state: { locked: false } } });
    expect(told('thread_update')[0]?.person).toBeUndefined();
    run('user.silence', { by: 'host', user: anna, until: null });
    expect(update(anna, { name: 'x' })).toBe('user-silenced');
    expect(outcome(run('thread.update', { by: anna, thread: 'x' as ChannelId }))).toBe('thread-unknown');
  });

  test('is nothing to those who may not see its forum', () => {
    const { join, run, begin, forum: id } = forum();
    const anna = join('anna');
    const thread = begin(anna).channel.channel;
    run('channel.update', { by: 'host', channel: id, roles: { see: ['member'] } });
    for (const type of ['thread.update', 'thread.delete', 'thread.join', 'thread.leave'] as const)
      expect(outcome(run(type, { by: anna, thread }))).toBe('not-permitted');
  });

  test('goes with its messages, by its creator or with its forum', () => {
    const { join, run, begin, told, bench, thread, forum: id } = forum();
    const anna = join('anna');
    const ben = join('ben');
    const first = begin(anna).channel.channel;
    const second = begin(anna).channel.channel;
    run('message.send', { by: anna, channel: first, text: 'x' });
    run('message.send', { by: anna, channel: second, text: 'x' });
    expect(outcome(run('thread.delete', { by: ben, thread: first }))).toBe('not-permitted');
    run('thread.delete', { by: anna, thread: first });
    expect(told('thread_delete')).toMatchObject([
      {
        by: anna,
        thread: { channel: { channel: first, parent: { channel: id } }, latest: { channel: first } },
      },
    ]);
    expect(thread(first)).toBeUndefined();
    run('channel.delete', { by: 'host', channel: id });
    expect(thread(second)).toBeUndefined();
    for (const gone of [first, second]) {
      expect(bench.read((view) => view.newest(messages, gone, 9))).toEqual([]);
      expect(bench.read((view) => view.get(latest, gone))).toBeUndefined();
    }
  });
});

describe('taking part', () => {
  test('is not what writing does, takes a thread that is open, and has an end for all but the creator', () => {
    const { join, run, begin, told } = forum();
    const anna = join('anna');
    const ben = join('ben');
    const thread = begin(anna).channel.channel;
    const names = (type: 'thread_join' | 'thread_leave') =>
      told(type)[0]?.thread.participants.map(({ handle }) => handle);
    run('message.send', { by: ben, channel: thread, text: 'hello' });
    run('thread.leave', { by: ben, thread });
    expect(names('thread_leave')).toEqual(['anna']);
    run('thread.join', { by: ben, thread });
    run('thread.join', { by: ben, thread });
    expect(names('thread_join')).toEqual(['anna', 'ben']);
    run('thread.leave', { by: anna, thread });
    expect(names('thread_leave')).toEqual(['anna', 'ben']);
    run('thread.update', { by: 'host', thread, locked: true });
    expect(outcome(run('thread.join', { by: join('carl'), thread }))).toBe('thread-locked');
    expect(outcome(run('thread.leave', { by: ben, thread }))).toBe('granted');
    expect(names('thread_leave')).toEqual(['anna']);
  });

  test('is for so many and no more', () => {
    const { join, run, begin } = forum({ limits: { ...domainLimits, participantsPerThread: 2 } });
    const thread = begin(join('anna')).channel.channel;
    const enter = (by: UserId) => outcome(run('thread.join', { by, thread }));
    const ben = join('ben');
    expect(enter(ben)).toBe('granted');
    expect(enter(join('carl'))).toBe('too-many-participants');
    expect(enter(ben)).toBe('granted');
    expect(enter('nobody' as UserId)).toBe('user-unknown');
  });

  test('ends with leaving for good; the thread keeps the name of who made it', () => {
    const { join, run, begin, told, bench, channel } = forum();
    const anna = join('anna');
    const ben = join('ben');
    const one = begin(anna).channel.channel;
    const two = begin(ben, 'two').channel.channel;
    run('thread.join', { by: anna, thread: two });
    run('user.leave', { user: anna, via: 'one' });
    run('thread.join', { by: ben, thread: one });
    expect(told('thread_join')[0]?.thread).toMatchObject({
      creator: { user: anna, handle: 'anna' },
      participants: [{ handle: 'ben' }],
    });
    run('thread.update', { by: ben, thread: two });
    expect(told('thread_update')[0]?.thread.participants).toEqual([{ user: ben, handle: 'ben' }]);
    const again = join('anna');
    expect(outcome(run('thread.delete', { by: again, thread: one }))).toBe('not-permitted');
    expect(bench.read((view) => threadsOf(view, channel('ideas')).map(({ name }) => name))).toEqual([
      'tea',
      'two',
    ]);
  });
});

test('a message brings an archived thread back, and a locked one takes none', () => {
  const { join, run, begin, told, thread } = forum();
  const anna = join('anna', { permissions: everything });
  const id = begin(anna).channel.channel;
  run('thread.update', { by: anna, thread: id, archived: true });
  run('message.send', { by: anna, channel: id, text: 'back' });
  expect(told('thread_update')).toEqual([]);
  expect(told('message')).toMatchObject([{ channel: { parent: { name: 'ideas' } }, revived: true }]);
  expect(thread(id)?.thread?.archived).toBe(false);
  run('message.send', { by: anna, channel: id, text: 'and again' });
  expect(told('message')[0]).not.toHaveProperty('revived');
  run('thread.update', { by: 'host', thread: id, locked: true });
  expect(outcome(run('message.send', { by: anna, channel: id, text: 'x' }))).toBe('thread-locked');
});
