import type { Tx } from '../../core/state.js';
import type { View } from '../../core/table.js';
import { type Channel, channels } from '../channels/channels.js';
import type { DomainConfig } from '../config.js';
import type { UserId } from '../ids.js';
import { addLine, type LeaveReason } from '../lines/lines.js';
import { endIfDeserted, leavePlace } from '../places/moves.js';
import { nextId, tell } from '../rules.js';
import { endSlashOf } from '../slash/slash.js';
import { statusOf } from '../status/status.js';
import { endSubscriptionsOf } from '../subscriptions/subscriptions.js';
import { lastSeen, users } from '../users/users.js';
import { endVoiceOf } from '../voice/voice.js';
import { online, type Session, sessions, sessionsOf } from './online.js';

/** Ends one session in the state, and with the last one the user's presence. */
export function endSession(
  tx: Tx,
  config: DomainConfig,
  session: Session,
  reason: LeaveReason,
  more: { readonly barred?: true } = {},
): void {
  endVoiceOf(tx, config, session.id);
  endSlashOf(tx, config, session.id);
  endSubscriptionsOf(tx, session.id);
  tx.remove(sessions, session.id);
  const { id, user, dialect } = session;
  tell(tx, 'session_close', { user, session: id, dialect, reason, ...more });
  const others = tx.by(sessions, 'user', session.user);
  if (others.length === 0) goOffline(tx, config, session, reason);
  else if (session.place && !others.some((one) => one.place)) leavePlace(tx, config, session.user, reason);
}

/** Sessions of somebody who is about to be gone, in the order in which they end: those in a channel last, so that they go from there for the reason they go for. */
export function endingOrder(view: View, user: UserId): Session[] {
  return sessionsOf(view, user).sort((a, b) => Number(a.place) - Number(b.place));
}

function goOffline(tx: Tx, config: DomainConfig, session: Session, reason: LeaveReason): void {
  const before = tx.get(online, session.user);
  if (before === undefined) return;
  // Temporary channels that end with their owner end first: the owner then goes from the default channel.
  for (const owned of endingWith(tx, session.user)) endIfDeserted(tx, config, owned, session.user);
  const row = tx.get(online, session.user) ?? before;
  const { person, channel } = row;
  const id = nextId(tx);
  if (channel !== undefined) {
    addLine(
      tx,
      channel,
      { id, at: tx.at, kind: 'disconnect', person, reason },
      config.limits.linesPerChannel,
    );
  }
  const status = statusOf(tx, session.user);
  tx.remove(online, session.user);
  tell(tx, 'user_disconnect', {
    person,
    reason,
    dialect: row.dialect,
    status,
    id,
    ...(channel === undefined ? {} : { channel }),
  });
  if (tx.get(users, session.user) !== undefined) tx.put(lastSeen, { user: session.user, at: tx.at });
  const left = channel === undefined ? undefined : tx.get(channels, channel);
  if (left !== undefined) endIfDeserted(tx, config, left, session.user);
}

/** Channels that end when this user goes. */
export function endingWith(view: View, user: UserId): Channel[] {
  return view
    .by(channels, 'owner', user)
    .filter((channel) => channel.temporary === 'owner')
    .sort((a, b) => Number(a.id) - Number(b.id));
}
