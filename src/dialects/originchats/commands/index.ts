import { accountCommands } from './accounts.js';
import { channelCommands } from './channels.js';
import type { CommandRow } from './command.js';
import { historyCommands } from './history.js';
import { messageCommands } from './messages.js';
import { moderationCommands } from './moderation.js';
import { modlogCommands } from './modlog.js';
import { roleCommands } from './roles.js';
import { slashCommands } from './slash.js';
import { statusCommands } from './status.js';
import { userRoleCommands } from './user-roles.js';
import { userCommands } from './users.js';
import { voiceCommands } from './voice.js';

/** All commands of somebody who is logged in, in the order of section 6. */
export const commandTable: readonly CommandRow[] = [
  ...messageCommands,
  ...historyCommands,
  ...channelCommands,
  ...userCommands,
  ...accountCommands,
  ...moderationCommands,
  ...modlogCommands,
  ...roleCommands,
  ...userRoleCommands,
  ...statusCommands,
  ...slashCommands,
  ...voiceCommands,
];
