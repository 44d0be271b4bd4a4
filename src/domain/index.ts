import type { Noun } from '../core/command.js';
import { type UploadCommands, uploadNoun } from './attachments/commands.js';
import { type BlockCommands, blockNoun } from './blocks/commands.js';
import { type ChannelCommands, channelNoun } from './channels/commands.js';
import type { DomainConfig } from './config.js';
import { type CredentialCommands, credentialNoun } from './credentials/commands.js';
import { type DirectCommands, directNoun } from './directs/commands.js';
import { type EmojiCommands, emojiNoun } from './emoji/commands.js';
import { type GroupCommands, groupNoun } from './groups/commands.js';
import { type KeyCommands, keyNoun } from './keys/commands.js';
import { lineTables } from './lines/lines.js';
import { type MemberCommands, memberNoun } from './members/commands.js';
import { type MessageCommands, messageNoun } from './messages/commands.js';
import { type ModerationCommands, moderationNoun } from './moderation/commands.js';
import { type ModlogCommands, modlogNoun } from './modlog/commands.js';
import { notificationTables } from './notifications/notifications.js';
import { type PlaceCommands, placeNoun } from './places/places.js';
import { type PollCommands, pollNoun } from './polls/commands.js';
import { type ProfileCommands, profileNoun } from './profiles/commands.js';
import { type PushCommands, pushNoun } from './push/push.js';
import { type ReadCommands, readNoun } from './reads/commands.js';
import { type RoleCommands, roleNoun } from './roles/commands.js';
import { type SessionCommands, sessionNoun } from './sessions/sessions.js';
import { type SettingsCommands, settingsNoun } from './settings/settings.js';
import { type SlashCommands, slashNoun } from './slash/commands.js';
import { type StatusCommands, statusNoun } from './status/commands.js';
import { type SubscriptionCommands, subscriptionNoun } from './subscriptions/commands.js';
import { type ThreadCommands, threadNoun } from './threads/commands.js';
import { type TokenCommands, tokenNoun } from './tokens/commands.js';
import { type TypingCommands, typingNoun } from './typing/commands.js';
import { type UserCommands, userNoun } from './users/commands.js';
import { type VoiceCommands, voiceNoun } from './voice/commands.js';
import { type WebhookCommands, webhookNoun } from './webhooks/commands.js';

/** Every command there is: what it takes, what it answers. */
export interface Commands
  extends UserCommands,
    CredentialCommands,
    SessionCommands,
    PlaceCommands,
    ChannelCommands,
    MessageCommands,
    ThreadCommands,
    PollCommands,
    ReadCommands,
    DirectCommands,
    BlockCommands,
    SubscriptionCommands,
    MemberCommands,
    TypingCommands,
    ModerationCommands,
    VoiceCommands,
    SlashCommands,
    StatusCommands,
    ProfileCommands,
    ModlogCommands,
    RoleCommands,
    UploadCommands,
    EmojiCommands,
    WebhookCommands,
    SettingsCommands,
    PushCommands,
    TokenCommands,
    KeyCommands,
    GroupCommands {}

/** The name of a command. */
export type CommandName = keyof Commands;

/** All nouns of the chat. They are always there; a dialect only opens a door to them. */
export function nouns(config: DomainConfig): Noun[] {
  return [
    userNoun(config),
    credentialNoun(config),
    sessionNoun(config),
    placeNoun(config),
    channelNoun(config),
    messageNoun(config),
    threadNoun(config),
    pollNoun(config),
    readNoun(config),
    { name: 'notifications', tables: notificationTables, rules: {} },
    { name: 'lines', tables: lineTables, rules: {} },
    directNoun(config),
    blockNoun(config),
    subscriptionNoun(config),
    memberNoun(config),
    typingNoun(config),
    moderationNoun(config),
    voiceNoun(config),
    slashNoun(config),
    statusNoun(config),
    profileNoun(config),
    modlogNoun(config),
    roleNoun(config),
    uploadNoun(config),
    emojiNoun(config),
    webhookNoun(config),
    settingsNoun(config),
    pushNoun(config),
    tokenNoun(config),
    keyNoun(),
    groupNoun(config),
  ];
}
