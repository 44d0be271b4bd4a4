import { attachmentCommands } from './attachments.js';
import { channelCommands } from './channels.js';
import type { CommandRow } from './command.js';
import { emojiCommands } from './emoji.js';
import { historyCommands } from './history.js';
import { messageCommands } from './messages.js';
import { pollCommands } from './polls.js';
import { pushCommands } from './push.js';
import { serverCommands } from './server.js';
import { slashCommands } from './slash.js';
import { statusCommands } from './status.js';
import { threadCommands } from './threads.js';
import { unreadCommands } from './unreads.js';
import { userCommands } from './users.js';
import { voiceCommands } from './voice.js';
import { webhookCommands } from './webhooks.js';

/** All commands of somebody who is logged in, in the order of section 6. */
export const commandTable: readonly CommandRow[] = [
  ...messageCommands,
  ...historyCommands,
  ...channelCommands,
  ...threadCommands,
  ...unreadCommands,
  ...userCommands,
  ...emojiCommands,
  ...attachmentCommands,
  ...webhookCommands,
  ...serverCommands,
  ...pushCommands,
  ...pollCommands,
  ...statusCommands,
  ...slashCommands,
  ...voiceCommands,
];
