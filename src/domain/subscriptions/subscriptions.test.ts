import { describe, expect, test } from 'vitest';
import { community, outcome } from '../../../tests/support/community.js';
import type { ChannelId, SessionId } from '../ids.js';
import { isFollowing, subscriptions } from './subscriptions.js';

function following(change?: Parameters<typeof community>[0]) {
  const chat = community(change);
  const lounge = chat.channel('lounge').id;
  const anna = chat.join('anna', {}, { session: 'one' as SessionId, place: false });
  const open = (channel: ChannelId = lounge, session = 'one') =>
    chat.run('subscription.open', { session: session as SessionId, channel });
  const close = (session = 'one') =>
    chat.run('subscription.close', { session: session as SessionId, channel: lounge });
  const rows = () => chat.bench.read((view) => [...view.all(subscriptions)]);
  return { ...chat, lounge, anna, open, close, rows };
}

describe('a subscription', () => {
  test('begins and ends once, each told', () => {
    const { open, close, told, rows, anna, lounge, bench } = following();
    expect(open()).toEqual({ opened: true });
    expect(told('subscription_open')).toMatchObject([
      { session: 'one', user: anna, channel: { channel: lounge, name: 'lounge' } },
    ]);
    expect(open()).toEqual({ opened: false });
    expect(told('subscription_open')).toEqual([]);
    expect(bench.read((view) => isFollowing(view, lounge, anna))).toBe(true);
    expect(close()).toEqual({ closed: true });
    expect(told('subscription_close')).toMatchObject([{ session: 'one', user: anna, channel: lounge }]);
    expect(close()).toEqual({ closed: false });
    expect(bench.events).toEqual([]);
    expect(rows()).toEqual([]);
  });

  test('is of a session, and for text channels that its user may read, up to a number of them', () => {
    const { run, open, channel, config } = following();
    run('channel.create', { by: 'host', name: 'staff', rank: 5 });
    run('channel.create', { by: 'host', name: 'talk', kind: 'voice' });
    expect(outcome(open(channel('staff').id))).toBe('channel-rank-too-low');
    expect(outcome(open(channel('talk').id))).toBe('channel-kind');
    expect(outcome(open('nowhere' as ChannelId))).toBe('channel-unknown');
    expect(outcome(open(channel('lounge').id, 'none'))).toBe('user-offline');
    const few = following({ limits: { ...config.limits, subscriptionsPerSession: 1 } });
    few.run('channel.create', { by: 'host', name: 'den' });
    expect(outcome(few.open())).toBe('granted');
    expect(outcome(few.open(few.channel('den').id))).toBe('too-many-subscriptions');
    expect(outcome(few.open())).toBe('granted');
  });

  test('ends with its session, and with its channel', () => {
    const { run, open, channel, rows, join, told, anna } = following();
    run('channel.create', { by: 'host', name: 'den' });
    const den = channel('den').id;
    join('anna', {}, { session: 'two' as SessionId, place: false });
    open(den);
    open(den, 'two');
    open();
    run('session.close', { session: 'one' as SessionId, reason: 'leave' });
    expect(rows()).toEqual([{ session: 'two', channel: den, user: anna }]);
    expect(told('subscription_close')).toEqual([]);
    run('channel.delete', { by: 'host', channel: den });
    expect(rows()).toEqual([]);
  });
});
