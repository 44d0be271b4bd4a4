import type { Tx } from '../../core/state.js';
import { forgetCredentials } from '../credentials/commands.js';
import { forgetMarks } from '../reads/reads.js';
import { forgetStatus } from '../status/status.js';
import { leaveThreads } from '../threads/threads.js';
import type { User } from './users.js';

/**
 * What goes with somebody who leaves for good, in a fixed order, when their sessions are gone. What they said stays under the name they had:
 * messages, reactions, votes.
 */
export function goForGood(tx: Tx, user: User): void {
  forgetMarks(tx, user.id);
  leaveThreads(tx, user.id, user.handle);
}

/** What goes with a record that is not kept, in this order. */
export function forgetUser(tx: Tx, user: User): void {
  forgetCredentials(tx, user);
  forgetStatus(tx, user.id);
}
