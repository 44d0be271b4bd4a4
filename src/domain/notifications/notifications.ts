import { anyTable } from '../../core/command.js';
import type { Tx } from '../../core/state.js';
import { table, type View } from '../../core/table.js';
import { channels, mayNotAs } from '../channels/channels.js';
import type { DomainConfig } from '../config.js';
import type { ChannelId, MessageId, UserId } from '../ids.js';

/** Messages of a channel that somebody was notified of and has not read. */
export interface Notified {
  readonly channel: ChannelId;
  readonly user: UserId;
  /** Oldest first, at least one. */
  readonly messages: readonly MessageId[];
}

/** How many notifications somebody has in each channel, of those that have any. */
export type NotificationCounts = Readonly<Record<ChannelId, number>>;

export const notifications = table({
  name: 'notifications',
  class: 'resident',
  key: 'text',
  id: ({ channel, user }: Notified) => keyOf(channel, user),
  indexes: { channel: (row: Notified) => row.channel, user: (row: Notified) => row.user },
});

export const notificationTables = [anyTable(notifications)];

function keyOf(channel: ChannelId, user: UserId): string {
  return `${channel} ${user}`;
}

/** How many messages a user was notified of and has not read, in channels that they may read. */
export function notificationsOf(view: View, config: DomainConfig, user: UserId): NotificationCounts {
  const counts: Record<ChannelId, number> = {};
  for (const row of view.by(notifications, 'user', user)) {
    const channel = view.get(channels, row.channel);
    if (channel !== undefined && mayNotAs(view, config, user, channel, 'read') === undefined)
      counts[row.channel] = row.messages.length;
  }
  return counts;
}

/** Notes one notification more; beyond `most` the oldest is forgotten. */
export function addNotification(
  tx: Tx,
  channel: ChannelId,
  user: UserId,
  message: MessageId,
  most: number,
): void {
  const before = tx.get(notifications, keyOf(channel, user))?.messages ?? [];
  tx.put(notifications, { channel, user, messages: [...before, message].slice(-most) });
}

/** Somebody has read a channel up to a message. */
export function readNotifications(tx: Tx, channel: ChannelId, user: UserId, last: MessageId): void {
  keep(tx, tx.get(notifications, keyOf(channel, user)), (id) => id > last);
}

/** A message is gone. */
export function forgetMessage(tx: Tx, channel: ChannelId, message: MessageId): void {
  for (const row of tx.by(notifications, 'channel', channel)) keep(tx, row, (id) => id !== message);
}

/** Somebody belongs to a channel no longer. */
export function forgetNotifications(tx: Tx, channel: ChannelId, user: UserId): void {
  keep(tx, tx.get(notifications, keyOf(channel, user)), () => false);
}

/** Somebody leaves for good. */
export function forgetNotificationsOf(tx: Tx, user: UserId): void {
  for (const row of tx.by(notifications, 'user', user)) tx.remove(notifications, keyOf(row.channel, user));
}

/** A channel ends. */
export function forgetNotificationsIn(tx: Tx, channel: ChannelId): void {
  for (const row of tx.by(notifications, 'channel', channel))
    tx.remove(notifications, keyOf(channel, row.user));
}

/** Keeps some messages of a row; writes nothing if those are all. */
function keep(tx: Tx, row: Notified | undefined, stays: (id: MessageId) => boolean): void {
  if (row === undefined) return;
  const left = row.messages.filter(stays);
  if (left.length === row.messages.length) return;
  if (left.length > 0) tx.put(notifications, { ...row, messages: left });
  else tx.remove(notifications, keyOf(row.channel, row.user));
}
