import { attachmentCommands } from './attachments.js';
import { channelCommands } from './channels.js';
import type { CommandRow } from './command.js';
import { emojiCommands } from './emoji.js';
import { historyCommands } from './history.js';
import { messageCommands } from './messages.js';
import { pushCommands } from './push.js';
import { serverCommands } from './server.js';
import { userCommands } from './users.js';
import { webhookCommands } from './webhooks.js';

/** All commands of somebody who is logged in, in the order of section 6. */
export const commandTable: readonly CommandRow[] = [
  ...messageCommands,
  ...historyCommands,
  ...channelCommands,
  ...userCommands,
  ...emojiCommands,
  ...attachmentCommands,
  ...webhookCommands,
  ...serverCommands,
  ...pushCommands,
];
