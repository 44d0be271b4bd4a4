import type { Tx } from '../../core/state.js';
import { forgetCredentials } from '../credentials/commands.js';
import type { User } from './users.js';

/** What goes with a record that is not kept, in this order. */
export function forgetUser(tx: Tx, user: User): void {
  forgetCredentials(tx, user);
}
