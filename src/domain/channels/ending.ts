import type { Tx } from '../../core/state.js';
import { hideUploadsOf } from '../attachments/showing.js';
import type { ChannelId } from '../ids.js';
import { lines } from '../lines/lines.js';
import { endMembers } from '../members/members.js';
import { aliases } from '../messages/aliases.js';
import { latest, messages } from '../messages/messages.js';
import { revisionLines } from '../messages/revision-lines.js';
import { shownIds } from '../messages/shown-ids.js';
import { forgetNotificationsIn } from '../notifications/notifications.js';
import { removePollsIn } from '../polls/polls.js';
import { endSubscriptionsIn } from '../subscriptions/subscriptions.js';
import { channels } from './channels.js';

/** Removes a channel with all that is in it. Its mentions are left to be skipped by who reads them. */
export function endChannel(tx: Tx, id: ChannelId): void {
  const kind = tx.get(channels, id)?.kind;
  tx.remove(channels, id);
  tx.remove(lines, id);
  tx.remove(latest, id);
  tx.clear(messages, id);
  tx.clear(aliases, id);
  tx.clear(revisionLines, id);
  tx.clear(shownIds, id);
  removePollsIn(tx, id);
  hideUploadsOf(tx, id);
  if (kind === 'thread') return;
  endSubscriptionsIn(tx, id);
  endMembers(tx, id);
  forgetNotificationsIn(tx, id);
}
