import type { Tx } from '../../core/state.js';
import type { View } from '../../core/table.js';
import { isBlocked } from '../blocks/blocks.js';
import { type Channel, factsOf, isOpen, mayNotAs } from '../channels/channels.js';
import type { DomainConfig } from '../config.js';
import { directViewers, isInDirect } from '../directs/directs.js';
import type { UserId } from '../ids.js';
import { memberIn } from '../members/members.js';
import type { Mentions } from '../messages/mentions.js';
import type { Message } from '../messages/messages.js';
import type { Person } from '../users/person.js';
import { personNow } from '../users/present.js';
import { addNotification } from './notifications.js';

/** Whom a new message notifies. */
export interface Notifying {
  /** Those who are, left out if nobody is. */
  readonly notified?: readonly UserId[];
  /** Those who were mentioned and are not in the channel, left out if there are none. */
  readonly missed?: readonly Person[];
}

/** A message that mentions so many notifies none of them (Venueless, section 9). */
const crowd = 50;

const nobody: Notifying = {};

/**
 * Notes whom a new message notifies, of those who have ever logged in through a dialect that shows direct channels: everybody a direct channel is
 * for; in open text channels, who is mentioned and belongs there, or may read it where people come and go (Venueless, section 9).
 */
export function notify(
  tx: Tx,
  config: DomainConfig,
  channel: Channel,
  message: Message,
  mentions: Mentions,
): Notifying {
  const { direct } = channel;
  if (direct === undefined && mentions.users.length === 0) return nobody;
  const called =
    direct === undefined
      ? calledIn(tx, channel, mentions)
      : direct.members.filter((user) => isInDirect(tx, channel.id, user));
  const by = message.author?.user;
  const notified: UserId[] = [];
  const missed: Person[] = [];
  for (const user of called) {
    if (user === by || tx.get(directViewers, user) === undefined) continue;
    if (direct !== undefined || reaches(tx, config, channel, user)) {
      if (by !== undefined && isBlocked(tx, user, by)) continue;
      addNotification(tx, channel.id, user, message.id, config.limits.notificationsPerChannel);
      notified.push(user);
    } else {
      const person = personNow(tx, config, user);
      if (person !== undefined) missed.push(person);
    }
  }
  return {
    ...(notified.length === 0 ? {} : { notified }),
    ...(missed.length === 0 ? {} : { missed }),
  };
}

function calledIn(view: View, channel: Channel, { users }: Mentions): UserId[] {
  if (channel.kind !== 'text' || !isOpen(factsOf(view, channel))) return [];
  const known = users.flatMap(({ user }) => user ?? []);
  return known.length >= crowd ? [] : known;
}

/** Whether somebody who is mentioned in a text channel finds the message there. */
function reaches(view: View, config: DomainConfig, channel: Channel, user: UserId): boolean {
  if (mayNotAs(view, config, user, channel, 'read') !== undefined) return false;
  return channel.memberPolicy?.volatile === true || memberIn(view, channel.id, user) !== undefined;
}
