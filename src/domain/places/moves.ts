import type { Tx } from '../../core/state.js';
import { type Channel, channelByName, channels, factsOf, seenBy } from '../channels/channels.js';
import { endChannel } from '../channels/ending.js';
import type { DomainConfig } from '../config.js';
import type { Actor } from '../events.js';
import type { UserId } from '../ids.js';
import { addLine, type LeaveReason } from '../lines/lines.js';
import { nextId, tell } from '../rules.js';
import { type Online, online, presentIn } from '../sessions/online.js';
import { threadsOf } from '../threads/threads.js';
import { emptyVoice } from '../voice/voice.js';
import { removeWebhooksOf } from '../webhooks/webhooks.js';
import { surroundingsOf } from './surroundings.js';

/** Moves somebody without asking whether they may. Tells the old channel, the new one, and the mover. */
export function move(tx: Tx, config: DomainConfig, user: UserId, to: Channel): void {
  const row = tx.get(online, user);
  if (row === undefined || row.channel === to.id) return;
  const { person } = row;
  const from = goFrom(tx, config, row);
  const id = nextId(tx);
  addLine(tx, to.id, { id, at: tx.at, kind: 'enter', person }, config.limits.linesPerChannel);
  tx.put(online, { ...row, channel: to.id, since: id });
  tell(tx, 'channel_enter', { person, surroundings: surroundingsOf(tx, config, to, user), id });
  if (from !== undefined) endIfDeserted(tx, config, from, user);
}

/** Takes somebody out of the channel they are in, when none of their sessions sits in one any more. `reason`: why the last of those ended. */
export function leavePlace(tx: Tx, config: DomainConfig, user: UserId, reason: LeaveReason): void {
  const row = tx.get(online, user);
  if (row === undefined) return;
  const from = goFrom(tx, config, row, reason === 'kick' || reason === 'flood' ? reason : undefined);
  const { channel: _, ...nowhere } = row;
  tx.put(online, nowhere);
  if (from !== undefined) endIfDeserted(tx, config, from, user);
}

/** Tells a channel that somebody goes, or was sent away for a `reason`. Returns it. */
function goFrom(
  tx: Tx,
  config: DomainConfig,
  { channel, person }: Online,
  reason?: 'kick' | 'flood',
): Channel | undefined {
  const from = channel === undefined ? undefined : tx.get(channels, channel);
  if (from === undefined) return undefined;
  const id = nextId(tx);
  const line = { id, at: tx.at, person };
  const kind =
    reason === undefined ? ({ kind: 'leave' } as const) : ({ kind: 'disconnect', reason } as const);
  addLine(tx, from.id, { ...line, ...kind }, config.limits.linesPerChannel);
  tell(tx, 'channel_leave', { person, channel: from.id, id, ...(reason === undefined ? {} : { reason }) });
  return from;
}

/** A temporary channel ends with its last person, or with its owner's going (its own policy). */
export function endIfDeserted(tx: Tx, config: DomainConfig, channel: Channel, gone: UserId): void {
  if (channel.temporary === undefined) return;
  const ends =
    channel.temporary === 'owner'
      ? channel.owner === gone
      : tx.one(online, 'channel', channel.id) === undefined;
  if (ends) removeChannel(tx, config, channel, 'chat');
}

/** Ends a channel: everybody inside is moved to the default channel without being asked, then its rows go. */
export function removeChannel(tx: Tx, config: DomainConfig, channel: Channel, by: Actor): void {
  emptyVoice(tx, config, channel.id);
  const home = channelByName(tx, config.defaultChannel);
  // Its end must not be noticed once more by each person who is moved out of it.
  const { temporary: _, ...permanent } = channel;
  tx.put(channels, permanent);
  if (home !== undefined) {
    for (const row of presentIn(tx, channel.id)) move(tx, config, row.user, home);
  }
  const facts = factsOf(tx, channel);
  const viewers = seenBy(tx, config, channel);
  removeWebhooksOf(tx, channel, by);
  for (const thread of threadsOf(tx, channel)) endChannel(tx, thread.id);
  endChannel(tx, channel.id);
  tell(tx, 'channel_delete', { channel: facts, by, seenBy: viewers });
}
