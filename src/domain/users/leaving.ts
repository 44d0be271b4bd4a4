import type { Tx } from '../../core/state.js';
import { dropUnshown } from '../attachments/showing.js';
import { unsubscribeAll } from '../push/push.js';
import type { User } from './users.js';

/**
 * What goes with somebody who leaves for good, in a fixed order, when their sessions are gone. What they said stays under the name they had:
 * messages, reactions.
 */
export function goForGood(tx: Tx, user: User): void {
  dropUnshown(tx, user.id);
  unsubscribeAll(tx, user.id);
}
