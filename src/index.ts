export { Chat, createChat } from './chat.js';
export type { Change, Key, Row, TableClass, TableSpec } from './core/change.js';
export type { CommitterState as StorageState } from './core/committer.js';
export { ChatError, type ErrorCode, errorCodes } from './core/errors.js';
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
  Query,
  Storage,
  StoredRow,
} from './core/ports.js';
export { Rejection } from './core/rejection.js';
export type { Door, Receiver, RequestOrigin, Transport } from './delivery/connection.js';
export type { DeliveryLimits } from './delivery/outboxes.js';
export type { ConnectionLimits, DialectDefinition } from './dialects/dialect.js';
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
export type { Channel, ChannelFacts } from './domain/channels/channels.js';
export type { ChannelWish } from './domain/channels/commands.js';
export type { DomainLimits } from './domain/config.js';
export type { EmojiPicture } from './domain/emoji/commands.js';
export type { EmojiFacts } from './domain/emoji/emoji.js';
export type { Actor, ChatEvent, EventMap, EventName, Surroundings } from './domain/events.js';
export type { ChannelId, MessageId, SessionId, UserId } from './domain/ids.js';
export type { CommandName, Commands } from './domain/index.js';
export type { Entry, LeaveReason, Line } from './domain/lines/lines.js';
export type { Mentionable, Message } from './domain/messages/messages.js';
export type { PushSubscription } from './domain/push/push.js';
export { type RejectionCode, rejectionCodes } from './domain/rejections.js';
export type { Session } from './domain/sessions/online.js';
export type { CommunitySettings } from './domain/settings/settings.js';
export type { Identity, IdentityDefaults } from './domain/users/identity.js';
export type { Author, Person } from './domain/users/person.js';
export type { User } from './domain/users/users.js';
export type { Webhook, WebhookFacts } from './domain/webhooks/webhooks.js';
export type { ChatEvents } from './emitter.js';
export type { Drained, Health } from './health.js';
export type { ChannelActions, Ending, MessageActions, SessionActions, UserActions } from './host.js';
export type { ChatLimits, ChatOptions, HookAnswer, HookedCommand, Hooks } from './options.js';
