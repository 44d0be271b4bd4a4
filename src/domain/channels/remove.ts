import type { Tx } from '../../core/state.js';
import type { DomainConfig } from '../config.js';
import type { Actor } from '../events.js';
import type { UserId } from '../ids.js';
import { lines } from '../lines/lines.js';
import { messages } from '../messages/messages.js';
import { move } from '../places/places.js';
import { tell } from '../rules.js';
import { online, presentIn } from '../sessions/online.js';
import { users } from '../users/users.js';
import { type Channel, channelByName, channels, factsOf, mayNotIn } from './channels.js';

/** The users online who may see a channel. For facts about channels, which are rare. */
export function seenBy(tx: Tx, config: DomainConfig, channel: Channel): UserId[] {
  const seen: UserId[] = [];
  for (const row of tx.all(online)) {
    const user = tx.get(users, row.user);
    if (user !== undefined && mayNotIn(tx, config, user, channel, 'see') === undefined) seen.push(user.id);
  }
  return seen.sort();
}

/** Ends a channel: everybody inside is moved to the default channel without being asked, then its rows go. */
export function removeChannel(tx: Tx, config: DomainConfig, channel: Channel, by: Actor): void {
  const home = channelByName(tx, config.defaultChannel);
  // Its end must not be noticed once more by each person who is moved out of it.
  const { temporary: _, ...permanent } = channel;
  tx.put(channels, permanent);
  if (home !== undefined) {
    for (const row of presentIn(tx, channel.id)) move(tx, config, row.user, home);
  }
  const viewers = seenBy(tx, config, channel);
  tx.remove(channels, channel.id);
  tx.remove(lines, channel.id);
  tx.clear(messages, channel.id);
  tell(tx, 'channel_delete', { channel: factsOf(channel), by, seenBy: viewers });
}
