import { anyTable } from '../../core/command.js';
import type { Tx } from '../../core/state.js';
import { table, type View } from '../../core/table.js';
import { type Channel, channels, factsOf } from '../channels/channels.js';
import type { ChannelId, SessionId, UserId } from '../ids.js';
import { endVisit } from '../members/members.js';
import { tell } from '../rules.js';
import { sessions } from '../sessions/online.js';

/** That a session follows a channel. */
export interface Subscription {
  readonly session: SessionId;
  readonly channel: ChannelId;
  readonly user: UserId;
}

export const subscriptions = table({
  name: 'subscriptions',
  class: 'live',
  key: 'text',
  id: ({ session, channel }: Subscription) => subscriptionKey(session, channel),
  indexes: {
    session: (row: Subscription) => row.session,
    channel: (row: Subscription) => row.channel,
    reader: (row: Subscription) => readerKey(row.channel, row.user),
  },
});

export const subscriptionTables = [anyTable(subscriptions)];

export function subscriptionKey(session: SessionId, channel: ChannelId): string {
  return `${session} ${channel}`;
}

function readerKey(channel: ChannelId, user: UserId): string {
  return `${channel} ${user}`;
}

/** Channels that can be followed: those that people are members of. */
export function takesSubscriptions({ kind }: Channel): boolean {
  return kind === 'text' || kind === 'direct';
}

/** Whether any session of a user follows a channel. */
export function isFollowing(view: View, channel: ChannelId, user: UserId): boolean {
  return view.count(subscriptions, 'reader', readerKey(channel, user)) > 0;
}

/** Has a session follow a channel without asking whether it may. Returns whether it did not before. */
export function follow(tx: Tx, session: SessionId, user: UserId, channel: Channel): boolean {
  if (tx.get(subscriptions, subscriptionKey(session, channel.id)) !== undefined) return false;
  tx.put(subscriptions, { session, channel: channel.id, user });
  tell(tx, 'subscription_open', { session, user, channel: factsOf(tx, channel) });
  return true;
}

/** Has a session follow a channel no longer, and tells so. */
export function unfollow(tx: Tx, { session, channel, user }: Subscription): void {
  tx.remove(subscriptions, subscriptionKey(session, channel));
  endVisit(tx, channel, user);
  tell(tx, 'subscription_close', { session, user, channel });
}

/** A session ends, and with it what it follows; that is not told one by one. */
export function endSubscriptionsOf(tx: Tx, session: SessionId): void {
  for (const { channel, user } of tx.by(subscriptions, 'session', session)) {
    tx.remove(subscriptions, subscriptionKey(session, channel));
    endVisit(tx, channel, user);
  }
}

/** A channel ends, and with it who follows it. */
export function endSubscriptionsIn(tx: Tx, channel: ChannelId): void {
  for (const row of tx.by(subscriptions, 'channel', channel))
    tx.remove(subscriptions, subscriptionKey(row.session, channel));
}

/** Ends what was left behind when decisions were taken back: of sessions or in channels that are not there. */
export function reviewSubscriptions(tx: Tx): void {
  const stale = [...tx.all(subscriptions)].filter(
    ({ session, channel, user }) =>
      tx.get(sessions, session)?.user !== user || tx.get(channels, channel) === undefined,
  );
  for (const row of stale.sort(byKey)) unfollow(tx, row);
}

function byKey(a: Subscription, b: Subscription): number {
  return subscriptionKey(a.session, a.channel) < subscriptionKey(b.session, b.channel) ? -1 : 1;
}
