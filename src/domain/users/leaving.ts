import type { Tx } from '../../core/state.js';
import { forgetCredentials } from '../credentials/commands.js';
import { forgetStatus } from '../status/status.js';
import type { User } from './users.js';

/** What goes with a record that is not kept, in this order. */
export function forgetUser(tx: Tx, user: User): void {
  forgetCredentials(tx, user);
  forgetStatus(tx, user.id);
}
