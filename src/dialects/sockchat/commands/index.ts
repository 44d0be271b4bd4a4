import type { SockChatSettings } from '../options.js';
import { channelCommands } from './channels.js';
import type { CommandRow } from './command.js';
import { deletionCommands } from './deletion.js';
import { informationCommands } from './information.js';
import { moderationCommands } from './moderation.js';
import { presenceCommands } from './presence.js';
import { talkCommands } from './talk.js';

/** Every command of section 8, for a dialect of this name and with these options. */
export function commandTable(dialect: string, settings: SockChatSettings): readonly CommandRow[] {
  return [
    ...presenceCommands,
    ...channelCommands,
    ...deletionCommands,
    ...moderationCommands(dialect, settings),
    ...talkCommands,
    ...informationCommands,
  ];
}
