import { describe, expect, test } from 'vitest';
import { community, outcome } from '../../../tests/support/community.js';
import type { ChannelId, MessageId, UserId } from '../ids.js';
import type { ThreadFacts } from '../threads/threads.js';
import { markIn, marksOf, unreadsOf } from './reads.js';

function reading() {
  const chat = community();
  const lounge = chat.channel('lounge').id;
  const mark = (user: UserId, last: number, channel = lounge, back = false) =>
    chat.run('read.mark', { user, channel, last: last as MessageId, back });
  const say = (channel = lounge) =>
    (chat.run('message.send', { by: 'host', channel, text: 'x' }) as { id: MessageId }).id;
  const at = (user: UserId, channel = lounge) => chat.bench.read((view) => markIn(view, user, channel));
  const unreads = (user: UserId) => chat.bench.read((view) => unreadsOf(view, chat.config, user));
  return { ...chat, lounge, mark, say, at, unreads };
}

describe('a read mark', () => {
  test('moves forwards, and backwards only when told to; each time its user is told', () => {
    const { join, mark, at, told, lounge } = reading();
    const anna = join('anna');
    expect(at(anna)).toBeUndefined();
    expect(mark(anna, 5)).toEqual({ last: 5 });
    expect(told('read')).toMatchObject([
      { user: anna, channel: { channel: lounge, name: 'lounge' }, last: 5, marks: { [lounge]: 5 } },
    ]);
    expect(mark(anna, 3)).toEqual({ last: 5 });
    expect(told('read')).toMatchObject([{ last: 5, marks: { [lounge]: 5 } }]);
    expect(mark(anna, 3, lounge, true)).toEqual({ last: 3 });
    expect(at(anna)).toBe(3);
    expect(at(anna, 'constructor' as ChannelId)).toBeUndefined();
  });

  test('is for channels that have messages and may be seen', () => {
    const { join, run, mark, channel } = reading();
    const anna = join('anna');
    run('channel.create', { by: 'host', name: 'ideas', kind: 'forum' });
    run('channel.create', { by: 'host', name: 'staff', rank: 5 });
    const outcomeIn = (id: ChannelId) => outcome(mark(anna, 1, id));
    expect(outcomeIn(channel('ideas').id)).toBe('channel-kind');
    expect(outcomeIn(channel('staff').id)).toBe('channel-rank-too-low');
    expect(outcomeIn('nowhere' as ChannelId)).toBe('channel-unknown');
    expect(outcome(mark('nobody' as UserId, 1))).toBe('user-unknown');
  });

  test('goes with its channel, and with its user', () => {
    const { join, run, mark, channel, bench, lounge } = reading();
    const anna = join('anna');
    run('channel.create', { by: 'host', name: 'den' });
    const den = channel('den').id;
    mark(anna, 5, den);
    mark(anna, 5);
    const kept = () => bench.read((view) => marksOf(view, anna));
    expect(kept()).toEqual({ [den]: 5, [lounge]: 5 });
    run('channel.delete', { by: 'host', channel: den });
    mark(anna, 6);
    expect(kept()).toEqual({ [lounge]: 6 });
    run('user.leave', { user: anna, via: 'one' });
    expect(kept()).toEqual({});
  });
});

test('what is unread follows from the mark and the newest message, in every channel and thread that one sees', () => {
  const { join, run, mark, say, unreads, channel } = reading();
  const anna = join('anna');
  run('channel.create', { by: 'host', name: 'ideas', kind: 'forum' });
  run('channel.create', { by: 'host', name: 'staff', rank: 5 });
  run('channel.create', { by: 'host', name: 'den' });
  const { thread } = run('thread.create', { by: anna, forum: channel('ideas').id, name: 'tea' }) as never as {
    thread: ThreadFacts;
  };
  const tea = thread.channel.channel;
  const list = () =>
    unreads(anna).map(({ channel: { name }, last, latest, unread }) => [name, last, latest?.id, unread]);
  const first = say();
  const second = say(tea);
  say(channel('staff').id);
  mark(anna, first);
  expect(list()).toEqual([
    ['lounge', first, first, false],
    ['tea', undefined, second, true],
    ['den', undefined, undefined, false],
  ]);
  const third = say();
  mark(anna, second, tea);
  expect(list().slice(0, 2)).toEqual([
    ['lounge', first, third, true],
    ['tea', second, second, false],
  ]);
  run('message.delete', { by: 'host', id: third });
  expect(list()[0]).toEqual(['lounge', first, first, false]);
  expect(unreads('nobody' as UserId)).toEqual([]);
});
