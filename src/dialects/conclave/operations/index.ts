import type { Operation } from '../operation.js';
import { accounts } from './accounts.js';
import { events } from './events.js';
import { groups } from './groups.js';
import { invites } from './invites.js';
import { keys } from './keys.js';
import { members } from './members.js';
import { messages } from './messages.js';

/** All of section 6. Of two rows that fit a path the first one holds. */
export const operations: readonly Operation[] = [
  ...accounts,
  ...keys,
  ...groups,
  ...members,
  ...invites,
  ...messages,
  ...events,
];
