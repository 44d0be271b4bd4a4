import type { Tx } from '../../core/state.js';
import { type Channel, channelByName, channels, mayNotSit } from '../channels/channels.js';
import type { DomainConfig } from '../config.js';
import type { ChannelId, UserId } from '../ids.js';
import { endSession } from '../sessions/ending.js';
import { type Online, online, presentIn, sessionsOf } from '../sessions/online.js';
import { users } from '../users/users.js';
import { reviewVoice } from '../voice/voice.js';
import { move } from './moves.js';

/** Whom a review is about; left out: everybody. */
export interface Reviewed {
  readonly user?: UserId;
  readonly channel?: ChannelId;
}

/**
 * Ends what could not begin now, in voice channels and where people sit. To be called by whatever changes a channel, or who somebody is: their
 * roles, what a role grants. Needs what `needsHome` says.
 */
export function reviewAccess(tx: Tx, config: DomainConfig, only: Reviewed = {}): void {
  reviewVoice(tx, config, only);
  reviewPlaces(tx, config, only);
}

/**
 * Nobody sits where they may not read, or in what is no room for talk any more: they are moved to the default channel, as when theirs ends. Whoever may not read that one either has
 * no place to be, wherever they sit, and their sessions that need one end.
 */
function reviewPlaces(tx: Tx, config: DomainConfig, { user, channel }: Reviewed): void {
  const home = channelByName(tx, config.defaultChannel);
  for (const one of reviewed(tx, user, channel === home?.id ? undefined : channel)) {
    // Looked up anew: with an owner's going, a channel may have ended that others sat in.
    const here = tx.get(online, one.user)?.channel;
    const place = here === undefined ? undefined : tx.get(channels, here);
    if (place === undefined) continue;
    if (home === undefined || !mayHear(tx, config, one.user, home)) endPlaced(tx, config, one.user);
    else if (place.id !== home.id && (place.kind !== 'text' || !mayHear(tx, config, one.user, place)))
      move(tx, config, one.user, home);
  }
}

/** In the order in which they came to where they are. */
function reviewed(tx: Tx, user: UserId | undefined, channel: ChannelId | undefined): Online[] {
  if (channel !== undefined) return presentIn(tx, channel);
  if (user === undefined) return [...tx.all(online)].sort((a, b) => a.since - b.since);
  const row = tx.get(online, user);
  return row === undefined ? [] : [row];
}

function mayHear(tx: Tx, config: DomainConfig, id: UserId, channel: Channel): boolean {
  const user = tx.get(users, id);
  return user !== undefined && mayNotSit(tx, config, user, channel) === undefined;
}

function endPlaced(tx: Tx, config: DomainConfig, user: UserId): void {
  for (const session of sessionsOf(tx, user))
    if (session.place) endSession(tx, config, session, 'leave', { barred: true });
}
