import { describe, expect, test } from 'vitest';
import { community, outcome } from '../../../tests/support/community.js';
import type { ChannelWish } from '../channels/commands.js';
import type { ChannelId, SessionId, UserId } from '../ids.js';
import { memberLines, members, membershipsOf, membersOf, visitors } from './members.js';

function joining() {
  const chat = community();
  const { run, channel, bench, config } = chat;
  const lounge = channel('lounge').id;
  let sessions = 0;
  /** Somebody with one session more, which sits in no channel. */
  const enter = (name: string) => {
    const session = `${name}-${++sessions}` as SessionId;
    return { session, user: chat.join(name, {}, { session, place: false }) };
  };
  const make = (wish: ChannelWish) => {
    run('channel.create', { by: 'host', ...wish });
    return channel(wish.name).id;
  };
  const join = (
    user: UserId,
    place: ChannelId = lounge,
    more: { volatile?: boolean; session?: SessionId } = {},
  ) => run('member.join', { user, channel: place, ...more });
  const leave = (user: UserId, place: ChannelId = lounge, session?: SessionId) =>
    run('member.leave', { user, channel: place, ...(session === undefined ? {} : { session }) });
  const belong = (place: ChannelId = lounge) =>
    bench.read((view) => membersOf(view, place).map((one) => (one.volatile ? `(${one.user})` : one.user)));
  const history = (place: ChannelId = lounge) =>
    bench.read((view) =>
      view.newest(memberLines, place, 50).map(({ membership, user }) => `${user.handle} ${membership}`),
    );
  const list = (user: UserId) =>
    bench.read((view) => membershipsOf(view, config, user).map((one) => one.channel.name));
  return { ...chat, lounge, enter, make, join, leave, belong, history, list };
}

describe('a member', () => {
  test('joins and leaves, each told and kept as a line under its id', () => {
    const { enter, make, join, leave, told, belong, history, bench, lounge, list, config } = joining();
    const { user: anna } = enter('anna');
    const den = make({ name: 'den' });
    expect(join(anna)).toEqual({ joined: true });
    const [added] = told('member_add');
    expect(added).toMatchObject({
      person: { user: anna, handle: 'anna' },
      channel: { channel: lounge },
      forced: false,
    });
    expect(bench.read((view) => membershipsOf(view, config, anna))).toMatchObject([
      { channel: { name: 'lounge' }, since: added?.id },
    ]);
    expect(bench.read((view) => view.newest(memberLines, lounge, 1)[0]?.id)).toBe(added?.id);
    expect(join(anna)).toEqual({ joined: false });
    expect(bench.events).toEqual([]);
    join(anna, den);
    expect(list(anna)).toEqual(['lounge', 'den']);
    expect(leave(anna)).toEqual({ left: true });
    expect(told('member_remove')).toMatchObject([
      {
        person: { user: anna },
        channel: { channel: lounge },
        by: anna,
      },
    ]);
    expect(leave(anna)).toEqual({ left: false });
    expect(bench.events).toEqual([]);
    expect([belong(), belong(den)]).toEqual([[], [anna]]);
    expect(history()).toEqual(['anna join', 'anna leave']);
  });

  test('is somebody known, of a text channel that they may enter', () => {
    const { enter, make, join, leave, lounge, run } = joining();
    const { user: anna } = enter('anna');
    const staff = make({ name: 'staff', rank: 5 });
    const talk = make({ name: 'talk', kind: 'voice' });
    expect(outcome(join(anna, staff))).toBe('channel-rank-too-low');
    expect(outcome(join(anna, make({ name: 'shut', password: 'open' })))).toBe('channel-password-missing');
    expect(outcome(join(anna, talk))).toBe('channel-kind');
    expect(outcome(join(anna, 'nowhere' as ChannelId))).toBe('channel-unknown');
    expect(outcome(join('nobody' as UserId))).toBe('user-unknown');
    expect(outcome(leave(anna, talk))).toBe('channel-kind');
    expect(outcome(leave(anna, 'nowhere' as ChannelId))).toBe('channel-unknown');
    const remove = (by: UserId | 'host', channel: ChannelId) =>
      run('member.remove', { by, user: anna, channel });
    expect(outcome(remove(anna, lounge))).toBe('not-permitted');
    expect(outcome(remove('host', 'nowhere' as ChannelId))).toBe('channel-unknown');
    expect(outcome(remove('host', talk))).toBe('channel-kind');
    expect(outcome(run('member.force', { user: 'nobody' as UserId }))).toBe('user-unknown');
  });

  test('is taken out by the host, and told by whom', () => {
    const { enter, join, run, lounge, told, belong } = joining();
    const { user: anna } = enter('anna');
    join(anna);
    expect(run('member.remove', { by: 'host', user: anna, channel: lounge })).toEqual({ left: true });
    expect(told('member_remove')).toMatchObject([{ by: 'host' }]);
    expect(belong()).toEqual([]);
  });

  test('follows the channel with the session they join with, before they are told, and no longer when they leave', () => {
    const { enter, join, leave, bench } = joining();
    const { user: anna, session } = enter('anna');
    join(anna, undefined, { session });
    expect(bench.events.map((event) => event.type)).toEqual(['subscription_open', 'member_add']);
    leave(anna, undefined, session);
    expect(bench.events.map((event) => event.type)).toEqual(['subscription_close', 'member_remove']);
    const { session: other } = enter('ben');
    expect(outcome(join(anna, undefined, { session: other }))).toBe('user-offline');
  });

  test('has no channel in their list that they may not see any more', () => {
    const { enter, make, join, run, list } = joining();
    const { user: anna } = enter('anna');
    const den = make({ name: 'den' });
    join(anna, den);
    expect(list(anna)).toEqual(['den']);
    run('channel.update', { by: 'host', channel: den, rank: 5 });
    expect(list(anna)).toEqual([]);
  });

  test('goes with the channel, and with their account; that they left is written down', () => {
    const { enter, make, join, run, told, belong, history, bench } = joining();
    const { user: anna } = enter('anna');
    const den = make({ name: 'den' });
    join(anna);
    join(anna, den);
    run('channel.delete', { by: 'host', channel: den });
    expect(bench.read((view) => [...view.all(members)].length)).toBe(1);
    run('user.leave', { user: anna, via: 'one' });
    expect(told('member_remove')).toMatchObject([{ person: { handle: 'anna' }, by: anna }]);
    expect(belong()).toEqual([]);
    expect(history()).toEqual(['anna join', 'anna leave']);
  });

  test('who is a guest and stays away leaves the channels as well', () => {
    const { bench, run, enter, join, belong, history, config } = joining();
    const guest = bench.run('session.open', {
      session: 'g' as SessionId,
      dialect: 'one',
      identity: { provider: 'guest', id: 'g', name: 'gast' },
      place: false,
      wornName: 'refuse',
    }) as { user: UserId };
    join(guest.user);
    const { user: anna } = enter('anna');
    join(anna);
    run('session.close', { session: 'g' as SessionId, reason: 'leave' });
    bench.at += (config.limits.guestDays + 2) * 86_400_000;
    expect(run('guests.forget', {})).toMatchObject({ forgotten: 1 });
    expect(belong()).toEqual([anna]);
    expect(history()).toEqual(['gast join', 'anna join', 'gast leave']);
  });
});

describe('a volatile member', () => {
  test('is one for as long as a session of theirs follows the channel, of which others hear nothing', () => {
    const { enter, join, run, belong, history, list, bench, lounge } = joining();
    const { user: anna, session } = enter('anna');
    const { session: second } = enter('anna');
    expect(outcome(join(anna, undefined, { volatile: true }))).toBe('channel-none');
    expect(join(anna, undefined, { volatile: true, session })).toEqual({ joined: true });
    expect(bench.events).toMatchObject([
      { type: 'subscription_open' },
      { type: 'member_visit', user: anna, channel: { channel: lounge }, on: true },
    ]);
    expect(join(anna, undefined, { volatile: true, session })).toEqual({ joined: false });
    expect(bench.events).toEqual([]);
    run('subscription.open', { session: second, channel: lounge });
    run('session.close', { session, reason: 'leave' });
    expect(belong()).toEqual([`(${anna})`]);
    run('subscription.close', { session: second, channel: lounge });
    expect(bench.events.map((event) => event.type)).toEqual(['subscription_close']);
    expect([belong(), history(), list(anna)]).toEqual([[], [], []]);
  });

  test('is what a channel may make of everybody, and becomes a stored one by joining otherwise', () => {
    const { enter, make, join, leave, belong, history, bench } = joining();
    const den = make({ name: 'den', memberPolicy: { volatile: true } });
    const { user: anna, session } = enter('anna');
    join(anna, den, { session });
    expect(belong(den)).toEqual([`(${anna})`]);
    expect(leave(anna, den)).toEqual({ left: true });
    expect(bench.events).toMatchObject([{ type: 'member_visit', user: anna, on: false }]);
    expect(belong(den)).toEqual([]);
    join(anna, den);
    expect(join(anna, den, { volatile: false })).toEqual({ joined: true });
    expect([belong(den), history(den)]).toEqual([[anna], ['anna join']]);
    expect(bench.read((view) => [...view.all(visitors)])).toEqual([]);
    expect(join(anna, den)).toEqual({ joined: false });
  });
});

test('everybody is made a member of the channels that are forced and that they may enter, once', () => {
  const { enter, make, join, run, told, belong, list, channel } = joining();
  const { user: anna } = enter('anna');
  const hall = make({ name: 'hall', memberPolicy: { forced: true } });
  const news = make({ name: 'news', memberPolicy: { forced: true, volatile: true } });
  make({ name: 'staff', rank: 5, memberPolicy: { forced: true } });
  join(anna, hall);
  expect(run('member.force', { user: anna })).toEqual({ joined: [news] });
  expect(told('member_add')).toMatchObject([{ channel: { name: 'news' }, forced: true }]);
  expect(run('member.force', { user: anna })).toEqual({ joined: [] });
  expect([belong(news), list(anna)]).toEqual([[anna], ['hall', 'news']]);
  run('channel.update', { by: 'host', channel: news, memberPolicy: {} });
  expect(channel('news').memberPolicy).toEqual({});
  const { user: ben } = enter('ben');
  expect(run('member.force', { user: ben })).toEqual({ joined: [hall] });
});
