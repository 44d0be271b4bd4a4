export { Chat, createChat } from './chat.js';
export type { ArchiveLimits } from './core/archive-limits.js';
export type { Change, Key, Row, TableClass, TableSpec } from './core/change.js';
export type { CommitterState as StorageState } from './core/committer.js';
export { ChatError, type ErrorCode, errorCodes } from './core/errors.js';
export type { Origin } from './core/event.js';
export type { ListenerFailed } from './core/guarded-emitter.js';
export type { EngineLimits } from './core/limits.js';
export type {
  Batch,
  Bodies,
  Body,
  BodyRange,
  Clock,
  Filter,
  Logger,
  Metrics,
  Opened,
  OpenOptions,
  PasswordHasher,
  Query,
  Storage,
  StoredRow,
} from './core/ports.js';
export { Rejection } from './core/rejection.js';
export type { Door, Receiver, RequestOrigin, Transport } from './delivery/connection.js';
export type { DeliveryLimits } from './delivery/outboxes.js';
export type { ConnectionLimits, DialectDefinition, WorldGrants } from './dialects/dialect.js';
export type { UserLookup } from './dialects/user-lookup.js';
export type { TraitConditions } from './domain/access/grants.js';
export { type Access, type ChannelAction, channelActions } from './domain/access/may.js';
export type { ChannelPassword } from './domain/access/password.js';
export {
  type Permission,
  type PermissionSet,
  permissionBits,
  permissions,
} from './domain/access/permissions.js';
export type { Attachment } from './domain/attachments/attachments.js';
export type { AttachmentEnd } from './domain/attachments/showing.js';
export type { Auth, AuthContext, Credentials, Denied } from './domain/auth.js';
export type {
  Channel,
  ChannelFacts,
  DirectState,
  ListedKind,
  ThreadState,
} from './domain/channels/channels.js';
export {
  type ChannelKind,
  type ChannelLook,
  channelKinds,
  type MemberPolicy,
} from './domain/channels/channels.js';
export type { ChannelWish } from './domain/channels/commands.js';
export type { DomainLimits } from './domain/config.js';
export type { Registration } from './domain/credentials/commands.js';
export type { Credential } from './domain/credentials/credentials.js';
export type { DirectPerson } from './domain/directs/directs.js';
export type { EmojiPicture } from './domain/emoji/commands.js';
export type { EmojiFacts } from './domain/emoji/emoji.js';
export type { Actor, ChatEvent, EventMap, EventName, Surroundings } from './domain/events.js';
export type { GroupEvents } from './domain/groups/events.js';
export {
  type Group,
  type GroupFacts,
  type GroupPerson,
  type GroupVisibility,
  groupVisibilities,
} from './domain/groups/groups.js';
export type { InviteAnswer } from './domain/groups/invite-commands.js';
export type { OnGroupUser } from './domain/groups/member-commands.js';
export type { InGroup } from './domain/groups/message-commands.js';
export type { GroupMessage, Sealed } from './domain/groups/messages.js';
export type { GroupSettings } from './domain/groups/settings.js';
export type {
  ChannelId,
  GroupId,
  InviteId,
  MessageId,
  PollId,
  RoleId,
  SessionId,
  UserId,
  WelcomeId,
} from './domain/ids.js';
export type { CommandName, Commands } from './domain/index.js';
export type { Entry, LeaveReason, Line } from './domain/lines/lines.js';
export type { MembershipEvents } from './domain/members/events.js';
export type { Member } from './domain/members/members.js';
export type { Mentions } from './domain/messages/mentions.js';
export type { Latest, Mentionable, Message, Reaction } from './domain/messages/messages.js';
export type { Post } from './domain/messages/post.js';
export type { Renewed } from './domain/messages/shown-ids.js';
export type { Silence } from './domain/moderation/bans.js';
export type { Reach } from './domain/moderation/commands.js';
export {
  type ModlogAction,
  type ModlogCategory,
  type ModlogDays,
  type ModlogEntry,
  type ModlogFilter,
  modlogActions,
} from './domain/modlog/modlog.js';
export type { NotificationCounts } from './domain/notifications/notifications.js';
export type { Poll, PollOption, PollResults, Voter } from './domain/polls/polls.js';
export type { PushSubscription } from './domain/push/push.js';
export type { ReadMarks } from './domain/reads/reads.js';
export { type RejectionCode, rejectionCodes } from './domain/rejections.js';
export type { RoleChanges, RoleWish } from './domain/roles/commands.js';
export { type Role, type RolePermission, rolePermissions } from './domain/roles/roles.js';
export type { Session } from './domain/sessions/online.js';
export type { CommunitySettings } from './domain/settings/settings.js';
export type { SlashCommand, SlashOption, SlashType } from './domain/slash/slash.js';
export { slashTypes } from './domain/slash/slash.js';
export type { Status, StatusKind } from './domain/status/status.js';
export { statusKinds } from './domain/status/status.js';
export type { ThreadFacts } from './domain/threads/threads.js';
export type { TokenEvents } from './domain/tokens/events.js';
export type { Identity, IdentityDefaults, IdentityRef } from './domain/users/identity.js';
export type { LinkEvents } from './domain/users/link-events.js';
export type { Author, Person } from './domain/users/person.js';
export type { User } from './domain/users/users.js';
export type { VoiceEvents } from './domain/voice/events.js';
export type { VoiceMember } from './domain/voice/voice.js';
export type { Webhook, WebhookFacts } from './domain/webhooks/webhooks.js';
export type { ChatEvents } from './emitter.js';
export type { Drained, Health } from './health.js';
export type {
  ChannelActions,
  Ending,
  LinkedIdentity,
  SessionActions,
  UserActions,
} from './host/actions.js';
export type { BanFacts } from './host/bans.js';
export type { MessageActions } from './host/messages.js';
export type { ModlogActions } from './host/modlog.js';
export type { RoleActions } from './host/roles.js';
export type { ChatLimits, ChatOptions, HookAnswer, HookedCommand, Hooks } from './options.js';
