import type { Noun } from '../core/command.js';
import { type UploadCommands, uploadNoun } from './attachments/commands.js';
import { type ChannelCommands, channelNoun } from './channels/commands.js';
import type { DomainConfig } from './config.js';
import { type DirectCommands, directNoun } from './directs/commands.js';
import { type EmojiCommands, emojiNoun } from './emoji/commands.js';
import { lineTables } from './lines/lines.js';
import { type MessageCommands, messageNoun } from './messages/commands.js';
import { type ModerationCommands, moderationNoun } from './moderation/commands.js';
import { type PlaceCommands, placeNoun } from './places/places.js';
import { type PushCommands, pushNoun } from './push/push.js';
import { roleTables } from './roles/roles.js';
import { type SessionCommands, sessionNoun } from './sessions/sessions.js';
import { type SettingsCommands, settingsNoun } from './settings/settings.js';
import { type UserCommands, userNoun } from './users/commands.js';
import { type WebhookCommands, webhookNoun } from './webhooks/commands.js';

/** Every command there is: what it takes, what it answers. */
export interface Commands
  extends UserCommands,
    SessionCommands,
    PlaceCommands,
    ChannelCommands,
    MessageCommands,
    DirectCommands,
    ModerationCommands,
    UploadCommands,
    EmojiCommands,
    WebhookCommands,
    SettingsCommands,
    PushCommands {}

/** The name of a command. */
export type CommandName = keyof Commands;

/** All nouns of the chat. They are always there; a dialect only opens a door to them. */
export function nouns(config: DomainConfig): Noun[] {
  return [
    userNoun(config),
    sessionNoun(config),
    placeNoun(config),
    channelNoun(config),
    messageNoun(config),
    { name: 'lines', tables: lineTables, rules: {} },
    { name: 'roles', tables: roleTables, rules: {} },
    directNoun(config),
    moderationNoun(config),
    uploadNoun(config),
    emojiNoun(config),
    webhookNoun(config),
    settingsNoun(config),
    pushNoun(config),
  ];
}
