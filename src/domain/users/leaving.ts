import type { Tx } from '../../core/state.js';
import type { Need, View } from '../../core/table.js';
import { dropUnshown } from '../attachments/showing.js';
import { forgetOwnBlocks } from '../blocks/blocks.js';
import { channels } from '../channels/channels.js';
import type { DomainConfig } from '../config.js';
import { forgetDirectViewer, leaveDirects } from '../directs/directs.js';
import type { Actor } from '../events.js';
import { leaveGroups } from '../groups/going.js';
import type { UserId } from '../ids.js';
import { leaveChannels, needsLinesOf } from '../members/members.js';
import { forgetPingsOf } from '../messages/mentions.js';
import { isBannedAnywhere } from '../moderation/bans.js';
import { forgetNotificationsOf } from '../notifications/notifications.js';
import { needsHome } from '../places/surroundings.js';
import { forgetClientState } from '../profiles/profiles.js';
import { unsubscribeAll } from '../push/push.js';
import { forgetMarks } from '../reads/reads.js';
import { tell } from '../rules.js';
import { endingOrder, endSession } from '../sessions/ending.js';
import { online } from '../sessions/online.js';
import { leaveThreads } from '../threads/threads.js';
import { endVoiceOf } from '../voice/voice.js';
import { noteDeparture } from './departures.js';
import type { IdentityRef } from './identity.js';
import { linksOf, refOf } from './links.js';
import { personOf } from './person.js';
import { forgetUser, keepRemains } from './remains.js';
import type { User } from './users.js';

/** What must be loaded before {@link leaveForGood}. */
export function needsToLeave(view: View, config: DomainConfig, user: UserId): Need[] {
  return [...needsHome(view, config), ...needsLinesOf(view, user)];
}

/** Takes an account out of the chat, with all that is its own; the ban of somebody banned is `kept`, with what it means them by. */
export function leaveForGood(
  tx: Tx,
  config: DomainConfig,
  record: User,
  via: string,
  by?: Actor,
): { readonly kept: boolean } {
  const user = record.id;
  const person = tx.get(online, user)?.person ?? personOf(tx, config, record);
  const kept = isBannedAnywhere(tx, user, tx.at);
  noteDeparture(tx, [{ provider: record.provider, id: record.identity }, ...linksOf(tx, user).map(refOf)]);
  for (const session of endingOrder(tx, user)) endVoiceOf(tx, config, session.id);
  // Told while the sessions are still there to be told.
  tell(tx, 'user_leave', {
    user_id: record.identity,
    ...linkedTo(tx, user),
    username: record.handle,
    user,
    person,
    kept,
    via,
    ...(by === undefined ? {} : { by }),
  });
  for (const session of endingOrder(tx, user)) endSession(tx, config, session, 'leave');
  for (const { owner: _, ...channel } of tx.by(channels, 'owner', user)) tx.put(channels, channel);
  goForGood(tx, config, record);
  if (kept) keepRemains(tx, record);
  else forgetUser(tx, record);
  return { kept };
}

/** Their further identities, if there are any, for `user_leave`. */
export function linkedTo(view: View, user: UserId): { readonly linked?: readonly IdentityRef[] } {
  const linked = linksOf(view, user).map(refOf);
  return linked.length === 0 ? {} : { linked };
}

/**
 * What goes with somebody who leaves for good, in a fixed order, when their sessions are gone. What they said stays under the name they had:
 * messages, reactions, votes; but for what they said in encrypted groups.
 */
export function goForGood(tx: Tx, config: DomainConfig, user: User): void {
  forgetMarks(tx, user.id);
  forgetClientState(tx, user.id);
  forgetNotificationsOf(tx, user.id);
  forgetPingsOf(tx, user.id);
  forgetDirectViewer(tx, user.id);
  leaveThreads(tx, user.id, user.handle);
  dropUnshown(tx, user.id);
  unsubscribeAll(tx, user.id);
  forgetOwnBlocks(tx, user.id);
  leaveDirects(tx, user);
  leaveGroups(tx, config, user);
  leaveChannels(tx, config, user.id);
}
