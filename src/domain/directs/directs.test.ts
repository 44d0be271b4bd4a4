import { describe, expect, test } from 'vitest';
import { community, everything, outcome } from '../../../tests/support/community.js';
import {
  type Channel,
  channels,
  type DirectState,
  factsOf,
  isOpen,
  visibleChannels,
} from '../channels/channels.js';
import type { ChannelId, MessageId, SessionId, UserId } from '../ids.js';
import { memberLines, membershipsOf, membersOf } from '../members/members.js';
import { pings } from '../messages/mentions.js';
import { messages } from '../messages/messages.js';
import { unreadsOf } from '../reads/reads.js';
import { online } from '../sessions/online.js';
import { subscriptions } from '../subscriptions/subscriptions.js';
import type { Person } from '../users/person.js';
import { type User, users } from '../users/users.js';
import { kindOf, viewersIn } from '../viewers.js';
import { directOf, peopleOfDirect } from './directs.js';

function people(change?: Parameters<typeof community>[0]) {
  const chat = community(change);
  const { run, bench, config } = chat;
  const permissions = ['message.send', 'direct.send', 'message.edit.own', 'message.delete.own'] as const;
  const enter = (name: string, dialect = 'one', more: object = {}) =>
    chat.join(name, { permissions, ...more }, { session: `of-${name}` as SessionId, place: false, dialect });
  const [anna, ben, carl] = ['anna', 'ben', 'carl'].map((name) => enter(name)) as [UserId, UserId, UserId];
  const open = (
    by: UserId | 'host',
    others: readonly UserId[],
    more: { hide?: boolean; session?: SessionId } = {},
  ) => run('direct.open', { by, users: others, ...more });
  const direct = (by: UserId, ...others: UserId[]) => (open(by, others) as { channel: ChannelId }).channel;
  const say = (by: UserId | 'host', channel: ChannelId, text = 'x') =>
    run('message.send', { by, channel, text });
  const list = (user: UserId) =>
    bench.read((view) => membershipsOf(view, config, user).map((one) => one.channel.channel));
  const texts = (channel: ChannelId) =>
    bench.read((view) => view.newest(messages, channel, 50).map(({ text }) => text));
  const types = () => bench.events.map(({ type }) => type);
  return { ...chat, anna, ben, carl, enter, open, direct, say, list, texts, types };
}

describe('a direct channel', () => {
  test('is one for each set of people, whoever opens it', () => {
    const { anna, ben, carl, open, told, types } = people();
    const first = open(anna, [ben]) as { channel: ChannelId };
    expect(first).toMatchObject({ created: true });
    expect(types()).toEqual(['direct_open', 'member_add', 'member_add']);
    expect(told('direct_open')).toMatchObject([
      {
        channel: { kind: 'direct', name: '', members: [anna, ben].sort() },
        people: [
          { handle: 'anna', person: { user: anna } },
          { handle: 'ben', person: { user: ben } },
        ],
        by: anna,
        hidden: [],
      },
    ]);
    expect(open(ben, [anna, ben, anna])).toEqual({ channel: first.channel, created: false });
    expect(types()).toEqual([]);
    expect(open('host', [ben, anna])).toEqual({ channel: first.channel, created: false });
    const third = open(anna, [ben, carl]) as { channel: ChannelId };
    expect(third).toMatchObject({ created: true });
    expect(third.channel).not.toBe(first.channel);
  });

  test('tells the opener, who follows it at once, of everybody in it, and keeps that as lines', () => {
    const { anna, ben, open, told, types, bench } = people();
    const opened = open(anna, [ben], { session: 'of-anna' as SessionId }) as { channel: ChannelId };
    expect(types()).toEqual(['direct_open', 'subscription_open', 'member_add', 'member_add']);
    expect(told('member_add').map((event) => event.person.user)).toEqual([anna, ben]);
    expect(told('direct_open')).toMatchObject([
      { channel: { channel: opened.channel }, people: [{ handle: 'anna' }, { handle: 'ben' }] },
    ]);
    expect(bench.read((view) => view.newest(memberLines, opened.channel, 9).map((one) => one.id))).toEqual(
      told('member_add').map((event) => event.id),
    );
    expect(outcome(open(ben, [anna], { session: 'of-anna' as SessionId }))).toBe('user-offline');
  });

  test('is for two people or more who are known, by whoever may open one and is not silenced', () => {
    const { anna, ben, carl, open, enter, run, config } = people();
    expect(outcome(open(anna, []))).toBe('too-few-people');
    expect(outcome(open(anna, [anna]))).toBe('too-few-people');
    expect(outcome(open('host', [anna]))).toBe('too-few-people');
    expect(outcome(open(anna, ['nobody' as UserId]))).toBe('user-unknown');
    expect(outcome(open('nobody' as UserId, [anna]))).toBe('user-unknown');
    const mute = enter('mute', 'one', { permissions: ['message.send'] });
    expect(outcome(open(mute, [anna]))).toBe('not-permitted');
    run('user.silence', { by: 'host', user: ben, until: null });
    expect(outcome(open(ben, [anna]))).toBe('user-silenced');
    const few = people({ limits: { ...config.limits, peoplePerDirect: 2, directsPerUser: 1 } });
    expect(outcome(few.open(few.anna, [few.ben, few.carl]))).toBe('too-many-people');
    few.open(few.anna, [few.ben]);
    expect(outcome(few.open(few.anna, [few.carl]))).toBe('too-many-directs');
    expect(outcome(few.open(few.carl, [few.anna]))).toBe('granted');
    expect(outcome(open(anna, [carl]))).toBe('granted');
  });

  test('brings nobody together with whom they have blocked, whoever asks, and stays where it is there already', () => {
    const { anna, ben, carl, open, direct, say, run } = people();
    const pair = direct(anna, ben);
    const { id } = say(ben, pair) as { id: MessageId };
    run('user.block', { by: anna, user: ben });
    for (const [by, others] of [
      [carl, [anna, ben]],
      [anna, [ben]],
      [ben, [anna]],
      ['host', [anna, ben]],
    ] as const)
      expect(outcome(open(by, others))).toBe('blocked');
    expect(outcome(say(ben, pair))).toBe('blocked');
    expect(outcome(run('message.edit', { by: ben, id, text: 'y' }))).toBe('blocked');
    expect(outcome(run('typing.start', { by: ben, channel: pair }))).toBe('blocked');
    expect(outcome(run('message.react', { by: ben, id, emoji: 'x', on: true }))).toBe('granted');
    expect(outcome(run('read.mark', { user: ben, channel: pair, last: id }))).toBe('granted');
    expect(outcome(say(anna, pair))).toBe('granted');
    run('user.unblock', { by: anna, user: ben });
    expect(outcome(say(ben, pair))).toBe('granted');
  });

  test('is its people’s, and is not there for anybody else, whatever they may do elsewhere', () => {
    const { anna, ben, enter, direct, say, run, bench, config, channel } = people();
    const chief = enter('chief', 'one', { permissions: everything, rank: 99 });
    const pair = direct(anna, ben);
    const { id } = say(anna, pair, 'secret @chief') as { id: MessageId };
    const session = 'of-chief' as SessionId;
    const outcomes = {
      send: say(chief, pair),
      react: run('message.react', { by: chief, id, emoji: 'x', on: true }),
      edit: run('message.edit', { by: chief, id, text: 'y' }),
      delete: run('message.delete', { by: chief, id, in: pair }),
      pin: run('message.pin', { by: chief, id, pinned: true }),
      reply: run('message.send', { by: chief, channel: channel('lounge').id, text: 'x', reply: id }),
      typing: run('typing.start', { by: chief, channel: pair }),
      read: run('read.mark', { user: chief, channel: pair, last: id }),
      follow: run('subscription.open', { session, channel: pair }),
      join: run('member.join', { user: chief, channel: pair }),
      leave: run('member.leave', { user: chief, channel: pair }),
      hide: run('direct.hide', { user: chief, channel: pair }),
      enter: run('place.enter', { user: chief, channel: pair }),
      update: run('channel.update', { by: chief, channel: pair, name: 'taken' }),
      move: run('channel.move', { by: chief, channel: pair, position: 0 }),
      end: run('channel.delete', { by: chief, channel: pair }),
    };
    const codes = Object.entries(outcomes).map(([name, result]) => [name, outcome(result)]);
    const missing = ['edit', 'delete', 'react', 'pin'];
    for (const [name = '', code] of codes)
      expect([name, code]).toEqual([
        name,
        missing.includes(name) ? 'message-unknown' : name === 'reply' ? 'reply-unknown' : 'channel-unknown',
      ]);
    bench.read((view) => {
      const record = view.get(users, chief) as User;
      expect(visibleChannels(view, config, record).map((one) => one.name)).toEqual(['lounge']);
      expect(unreadsOf(view, config, chief).map((one) => one.channel.name)).toEqual(['lounge']);
    });
    const facts = bench.read((view) => factsOf(view, view.get(channels, pair) as Channel));
    const kind = kindOf(bench.read((view) => view.get(online, chief))?.person as Person);
    expect([viewersIn(config).sees(kind, facts), isOpen(facts)]).toEqual([false, false]);
    run('message.send', { by: 'host', channel: channel('lounge').id, text: '@chief' });
    expect(bench.read((view) => view.newest(pings, `user:${chief}`, 9)).length).toBe(1);
  });

  test('lets its people do with their own messages what they like, and nothing with those of others', () => {
    const { ben, enter, direct, say, run, bench } = people();
    const chief = enter('chief', 'one', { permissions: everything, rank: 99 });
    const pair = direct(chief, ben);
    const { id } = say(ben, pair) as { id: MessageId };
    expect(outcome(run('message.edit', { by: chief, id, text: 'y' }))).toBe('message-foreign');
    expect(outcome(run('message.delete', { by: chief, id }))).toBe('not-permitted');
    expect(outcome(run('channel.delete', { by: chief, channel: pair }))).toBe('channel-unknown');
    expect(outcome(run('member.remove', { by: chief, user: ben, channel: pair }))).toBe('not-permitted');
    expect(outcome(run('message.edit', { by: ben, id, text: 'y' }))).toBe('granted');
    expect(outcome(run('message.delete', { by: 'host', id }))).toBe('granted');
    expect(bench.events.map(({ type }) => type)).toEqual(['message_delete']);
    run('user.silence', { by: 'host', user: ben, until: null });
    expect(outcome(say(ben, pair))).toBe('user-silenced');
  });

  test('is hidden until the next message, which tells its people of it again', () => {
    const { anna, ben, open, say, run, list, told, types } = people();
    const { channel } = open(anna, [ben], { hide: true }) as { channel: ChannelId };
    expect(told('direct_open')).toMatchObject([{ hidden: [ben] }]);
    expect([list(anna), list(ben)]).toEqual([[channel], []]);
    say(anna, channel, 'hello');
    expect(types()).toEqual(['direct_show', 'message']);
    expect(told('direct_show')).toMatchObject([
      {
        people: [{ user: anna }, { user: ben }],
        shown: [ben],
      },
    ]);
    expect(told('message')).toMatchObject([
      { people: [{ handle: 'anna' }, { handle: 'ben' }], inside: false },
    ]);
    run('direct.hide', { user: ben, channel });
    expect(told('direct_hide')).toMatchObject([{ user: ben, channel: { channel } }]);
    expect(list(ben)).toEqual([]);
    run('direct.hide', { user: ben, channel });
    expect(types()).toEqual([]);
    run('direct.hide', { user: anna, channel });
    open(ben, [anna]);
    expect(told('direct_show')).toMatchObject([{ shown: [ben] }]);
    expect([list(anna), list(ben)]).toEqual([[], [channel]]);
    say(ben, channel);
    expect([list(anna), list(ben)]).toEqual([[channel], [channel]]);
  });

  test('is in lists as long as those of the newest have no more people than the limit, apart for those of others', () => {
    const limits = { ...community().config.limits, listedPeople: 5 };
    const { anna, ben, carl, enter, direct, say, list } = people({ limits });
    const dora = enter('dora');
    const own = [direct(anna, ben), direct(anna, carl), direct(anna, dora)] as const;
    const others = [direct(ben, anna, carl), direct(carl, anna, dora)] as const;
    expect(list(anna)).toEqual([own[1], own[2], others[1]]);
    say(ben, own[0]);
    expect(list(anna)).toEqual([own[0], own[2], others[1]]);
  });

  test('keeps the name of who leaves for good, and goes with the last of its people', () => {
    const { anna, ben, carl, enter, direct, say, run, told, bench, config, list, texts } = people();
    const pair = direct(anna, ben);
    const three = direct(anna, ben, carl);
    run('subscription.open', { session: 'of-ben' as SessionId, channel: pair });
    say(anna, pair, 'last words');
    run('user.leave', { user: anna, via: 'one' });
    expect(told('direct_remove')).toEqual([]);
    expect(told('member_remove')).toEqual([]);
    bench.read((view) => {
      const { direct: left } = view.get(channels, pair) as Channel;
      expect(peopleOfDirect(view, config, left as DirectState)).toMatchObject([
        { user: anna, handle: 'anna' },
        { user: ben, handle: 'ben', person: { user: ben } },
      ]);
      expect(directOf(view, [anna, ben])).toBeUndefined();
    });
    expect(outcome(say(ben, pair, 'alone'))).toBe('granted');
    expect(texts(pair)).toEqual(['last words', 'alone']);
    const again = enter('anna', 'one');
    expect(again).not.toBe(anna);
    expect(list(again)).toEqual([]);
    expect(direct(again, ben)).not.toBe(pair);
    run('user.leave', { user: ben, via: 'one' });
    expect(told('direct_remove')).toMatchObject([{ channel: { channel: pair } }]);
    expect(texts(pair)).toEqual([]);
    bench.read((view) => {
      expect(view.get(channels, pair)).toBeUndefined();
      expect(membersOf(view, three).map((one) => one.user)).toEqual([carl]);
      expect([...view.all(subscriptions)]).toEqual([]);
    });
  });
});

describe('a whisper', () => {
  const whisper = (chat: ReturnType<typeof people>, from: UserId, to: UserId, text = 'psst') =>
    chat.run('direct.whisper', { from, to, text });

  test('is for somebody whom a protocol can show it, now or later', () => {
    const chat = community();
    const anna = chat.join('anna');
    const elsewhere = chat.join('otto', {}, { dialect: 'three', place: false });
    expect(outcome(whisper(chat as never, anna, elsewhere))).toBe('user-offline');
    chat.join('anna', {}, { dialect: 'two', place: false });
    expect(outcome(whisper(chat as never, anna, elsewhere))).toBe('user-offline');
    chat.join('otto', {}, { dialect: 'one' });
    expect(outcome(whisper(chat as never, anna, elsewhere))).toBe('granted');
    const reader = chat.join('rita', {}, { dialect: 'two', place: false });
    expect(outcome(whisper(chat as never, anna, reader))).toBe('granted');
  });

  test('is gone once it is shown, unless one of the two has been where direct channels are shown', () => {
    const chat = people();
    const { anna, ben, bench, types, texts, told } = chat;
    whisper(chat, anna, ben);
    expect(types()).toEqual(['whisper']);
    expect(bench.read((view) => directOf(view, [anna, ben]))).toBeUndefined();
    chat.run('session.open', {
      session: 'further' as SessionId,
      dialect: 'two',
      identity: { provider: 'accounts', id: 'ben', name: 'ben', permissions: ['message.send'] },
      place: false,
      wornName: 'refuse',
    });
    chat.run('session.close', { session: 'further' as SessionId, reason: 'leave' });
    const { id } = whisper(chat, anna, ben, 'one @ben') as { id: MessageId };
    expect(types()).toEqual(['direct_open', 'member_add', 'member_add', 'message', 'whisper']);
    expect(told('message')).toMatchObject([{ message: { id, text: 'one @ben' }, whisper: true }]);
    expect(told('whisper')).toMatchObject([{ id, text: 'one @ben' }]);
    const pair = bench.read((view) => directOf(view, [ben, anna]))?.id as ChannelId;
    whisper(chat, ben, anna, 'two');
    expect(types()).toEqual(['message', 'whisper']);
    expect(texts(pair)).toEqual(['one @ben', 'two']);
    expect(bench.read((view) => view.newest(memberLines, pair, 9).length)).toBe(2);
  });

  test('that is kept is refused as any other: to who has blocked them, without words, by who may not speak', () => {
    const chat = people();
    const { anna, run, enter } = chat;
    const other = enter('dora', 'two');
    run('user.block', { by: other, user: anna });
    expect(outcome(whisper(chat, anna, other))).toBe('user-offline');
    expect(outcome(whisper(chat, other, anna, ''))).toBe('message-empty');
    expect(outcome(whisper(chat, other, other))).toBe('user-self');
    expect(outcome(whisper(chat, other, anna))).toBe('granted');
    run('user.silence', { by: 'host', user: other, until: null });
    expect(outcome(whisper(chat, other, anna))).toBe('user-silenced');
  });
});
