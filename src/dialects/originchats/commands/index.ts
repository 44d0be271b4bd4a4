import { accountCommands } from './accounts.js';
import { channelCommands } from './channels.js';
import type { CommandRow } from './command.js';
import { historyCommands } from './history.js';
import { messageCommands } from './messages.js';
import { moderationCommands } from './moderation.js';
import { modlogCommands } from './modlog.js';
import { pollCommands } from './polls.js';
import { roleCommands } from './roles.js';
import { slashCommands } from './slash.js';
import { statusCommands } from './status.js';
import { threadCommands } from './threads.js';
import { unreadCommands } from './unreads.js';
import { userRoleCommands } from './user-roles.js';
import { userCommands } from './users.js';
import { voiceCommands } from './voice.js';

/** All commands of somebody who is logged in, in the order of section 6. */
export const commandTable: readonly CommandRow[] = [
  ...messageCommands,
  ...historyCommands,
  ...channelCommands,
  ...threadCommands,
  ...unreadCommands,
  ...userCommands,
  ...accountCommands,
  ...moderationCommands,
  ...modlogCommands,
  ...roleCommands,
  ...userRoleCommands,
  ...pollCommands,
  ...statusCommands,
  ...slashCommands,
  ...voiceCommands,
];
