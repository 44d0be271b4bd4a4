import { blockCommands } from './blocks.js';
import { channelCommands } from './channels.js';
import type { CommandRow } from './command.js';
import { directCommands } from './directs.js';
import { historyCommands } from './history.js';
import { messageCommands } from './messages.js';
import { moderationCommands } from './moderation.js';
import { peopleCommands } from './people.js';
import { profileCommands } from './profile.js';
import { reactionCommands } from './reactions.js';
import { readCommands } from './reads.js';

/** All commands of somebody who is logged in, in the order of sections 5, 8 and 9. */
export const commandTable: readonly CommandRow[] = [
  ...profileCommands,
  ...peopleCommands,
  ...moderationCommands,
  ...blockCommands,
  ...channelCommands,
  ...historyCommands,
  ...messageCommands,
  ...reactionCommands,
  ...readCommands,
  ...directCommands,
];
