import type { Origin } from '../core/event.js';
import type { Attachment } from './attachments/attachments.js';
import type { AttachmentEnd } from './attachments/showing.js';
import type { ChannelFacts } from './channels/channels.js';
import type { DirectPerson } from './directs/directs.js';
import type { EmojiFacts } from './emoji/emoji.js';
import type { GroupEvents } from './groups/events.js';
import type { ChannelId, MessageId, PollId, SessionId, UserId } from './ids.js';
import type { Entry, LeaveReason } from './lines/lines.js';
import type { MembershipEvents } from './members/events.js';
import type { Mentions } from './messages/mentions.js';
import type { Mentionable, Message } from './messages/messages.js';
import type { Renewed } from './messages/shown-ids.js';
import type { NotificationCounts } from './notifications/notifications.js';
import type { Poll, PollResults } from './polls/polls.js';
import type { ReadMarks } from './reads/reads.js';
import type { Role } from './roles/roles.js';
import type { CommunitySettings } from './settings/settings.js';
import type { SlashCommand } from './slash/slash.js';
import type { Status } from './status/status.js';
import type { ThreadFacts } from './threads/threads.js';
import type { TokenEvents } from './tokens/events.js';
import type { Identity, IdentityRef } from './users/identity.js';
import type { LinkEvents } from './users/link-events.js';
import type { Person } from './users/person.js';
import type { VoiceEvents } from './voice/events.js';
import type { WebhookFacts } from './webhooks/webhooks.js';

/** Who caused something: a user, the host application, or the chat's own rules. */
export type Actor = UserId | 'host' | 'chat';

/** Where a session or a move has put somebody, told whole so that it can be shown without looking anything up. */
export interface Surroundings {
  readonly channel: ChannelFacts;
  /** Everybody else in the channel, highest rank first. */
  readonly people: readonly Person[];
  /** The channel's recent past, oldest first, the own arrival included. */
  readonly backlog: readonly Entry[];
}

/** What happens in a chat. Every fact carries `at`, milliseconds since the Unix epoch, and `origin` if a connection asked for it. */
export interface EventMap extends MembershipEvents, VoiceEvents, TokenEvents, GroupEvents, LinkEvents {
  /** An account came into being. */
  user_join: { readonly person: Person; readonly identity: Identity };
  /** A user's first session opened. `id` is that of the line in the channel. */
  user_connect: {
    readonly person: Person;
    readonly identity: Identity;
    readonly session: SessionId;
    readonly dialect: string;
    /** As in `user_status`. */
    readonly status: Status;
    readonly channel?: ChannelId;
    readonly id: MessageId;
  };
  /** A connection logged in. `first`: the user was not online before. What it brings about somebody known is told as `user_update`, ahead of it. */
  session_open: {
    readonly person: Person;
    readonly session: SessionId;
    readonly dialect: string;
    readonly first: boolean;
    readonly surroundings?: Surroundings;
    /** Channels the user may see. */
    readonly channels: readonly ChannelFacts[];
  };
  /** A logged-in connection is gone. */
  session_close: {
    readonly user: UserId;
    readonly session: SessionId;
    readonly dialect: string;
    readonly reason: LeaveReason;
    /** It sat in a channel, and its user may no longer read the default one; the connection is closed. */
    readonly barred?: true;
  };
  /** A user's last session closed. */
  user_disconnect: {
    readonly person: Person;
    readonly reason: LeaveReason;
    readonly dialect: string;
    /** As it was before, see `user_status`. */
    readonly status: Status;
    readonly channel?: ChannelId;
    readonly id: MessageId;
  };
  /** Somebody moved away from a channel without leaving the chat. `reason`: they were sent away, and stay connected by another protocol. */
  channel_leave: {
    readonly person: Person;
    readonly channel: ChannelId;
    readonly id: MessageId;
    readonly reason?: 'kick' | 'flood';
  };
  /** Somebody moved into a channel; all their sessions that follow them are there now. */
  channel_enter: { readonly person: Person; readonly surroundings: Surroundings; readonly id: MessageId };
  /**
   * Somebody said something in a channel, or the server did: then there is no `person`, and the message's author is `null`. `poll`: it shows this
   * one, which is told next. `revived`: it brought back a thread that was put away. `notified`: whose notifications it is one of. `missed`: who is
   * mentioned and not, since they are not in the channel.
   */
  message: {
    readonly message: Message;
    readonly channel: ChannelFacts;
    readonly mentions: Mentions;
    /** The author sits in the channel: whoever sits there too knows them. */
    readonly inside: boolean;
    readonly person?: Person;
    /** Everybody a direct channel is for. */
    readonly people?: readonly DirectPerson[];
    /** A whisper that is kept: told as `whisper` too. */
    readonly whisper?: boolean;
    readonly poll?: PollId;
    readonly revived?: true;
    readonly notified?: readonly UserId[];
    readonly missed?: readonly Person[];
  };
  /**
   * A message says something else now. `edit`: the id of the change, of one series with those of messages. `renewed`: it is among the newest of
   * its channel, and where a changed message has to be shown anew it was known by the one id until now and is by the other. `people`: everybody
   * a direct channel is for.
   */
  message_edit: {
    readonly message: Message;
    readonly edit: MessageId;
    readonly renewed?: Renewed;
    readonly people?: readonly DirectPerson[];
    readonly channel: ChannelFacts;
    readonly mentions: Mentions;
    readonly by: Actor;
    readonly person?: Person;
  };
  /** A message was taken back, or a line of a channel's past: then there is no `message`. `edit`: as in `message_edit`, if it was a message. */
  message_delete: {
    readonly id: MessageId;
    readonly edit?: MessageId;
    readonly channel: ChannelId;
    readonly by: Actor;
    readonly message?: Message;
    readonly place?: ChannelFacts;
    readonly person?: Person;
  };
  /** Somebody reacted to a message. */
  reaction_add: {
    readonly message: Message;
    readonly channel: ChannelFacts;
    readonly emoji: string;
    readonly person: Person;
    readonly mentions: Mentions;
  };
  /** Somebody took a reaction back. */
  reaction_remove: {
    readonly message: Message;
    readonly channel: ChannelFacts;
    readonly emoji: string;
    readonly person: Person;
    readonly mentions: Mentions;
  };
  /** A message was pinned, or is no longer: see `pinned`. */
  message_pin: {
    readonly message: Message;
    readonly channel: ChannelFacts;
    readonly pinned: boolean;
    readonly by: Actor;
  };
  /** A file was uploaded, to be shown by messages or named in a profile. */
  attachment_add: {
    readonly attachment: Attachment;
    readonly uploader: Mentionable;
    /** Where it is meant to be posted; left out: anywhere. */
    readonly channel?: ChannelFacts;
  };
  /** A file is gone; messages that showed it still name it. */
  attachment_remove: {
    readonly attachment: Attachment;
    readonly uploader: Mentionable;
    readonly by: Actor;
    readonly reason: AttachmentEnd;
    /** Channels with messages that showed it. */
    readonly shownIn: readonly ChannelFacts[];
  };
  /** There is a new emoji. */
  emoji_add: { readonly emoji: EmojiFacts; readonly by: Actor };
  /** An emoji has another name or another picture. */
  emoji_update: { readonly before: EmojiFacts; readonly emoji: EmojiFacts; readonly by: Actor };
  /** An emoji is gone; reactions with it stay. */
  emoji_remove: { readonly emoji: EmojiFacts; readonly by: Actor };
  /** Programs may post into a channel. */
  webhook_create: { readonly webhook: WebhookFacts; readonly channel: ChannelFacts; readonly by: Actor };
  /** A webhook looks different, or has a new token: then it is `renewed`. */
  webhook_update: {
    readonly before: WebhookFacts;
    readonly webhook: WebhookFacts;
    readonly renewed: boolean;
    readonly channel: ChannelFacts;
    readonly by: Actor;
  };
  /** A webhook is gone, or its channel is. */
  webhook_remove: { readonly webhook: WebhookFacts; readonly channel: ChannelFacts; readonly by: Actor };
  /** The community has another name, icon or banner; `settings` are all that are set now. */
  settings_update: {
    readonly before: CommunitySettings;
    readonly settings: CommunitySettings;
    readonly by: Actor;
  };
  /** A message from one person to another. The two copies have ids of their own, unless it is kept as a message: then both have that one's. */
  whisper: {
    readonly from: Person;
    readonly to: Person;
    readonly text: string;
    readonly id: MessageId;
    readonly copyId: MessageId;
  };
  /** Somebody has blocked somebody else, or no longer: see `on`. Concerns the blocker's own sessions; nobody else is to know. */
  user_block: { readonly by: Person; readonly user: Person; readonly on: boolean };
  /** Somebody is about to say something in a channel. Lasts as long as their protocol has it; nothing tells of its end. */
  typing: { readonly person: Person; readonly channel: ChannelFacts };
  /**
   * How a person looks to others has changed. `nick`: a name for now was chosen or dropped, told to the channel under `id`; `name`: the
   * display name, or the handle, changed `by` themselves or somebody else; `profile`: the profile was set `by` them, or the host, or
   * auth at a login, said anew who they are. `state`: what the user's clients keep for themselves now, where it was set or the profile was, by the user; for nobody but
   * their own sessions, and told also where all else is as before.
   */
  user_update: {
    readonly before: Person;
    readonly person: Person;
    readonly cause: 'nick' | 'name' | 'away' | 'profile' | 'roles';
    readonly by?: Actor;
    readonly state?: Readonly<Record<string, unknown>>;
    readonly channel?: ChannelId;
    readonly id: MessageId;
  };
  /** A user is in another way than before: they chose so, or are away. Others are not to know of `invisible`: to them that is `offline`. */
  user_status: { readonly person: Person; readonly before: Status; readonly status: Status };
  /**
   * The roles are others than before: `roles` are all there are, the highest first. `role` is the one that was made, changed or removed,
   * `before` what it was until now.
   */
  roles_update: {
    readonly roles: readonly Role[];
    readonly by: Actor;
    readonly cause: 'prepare' | 'create' | 'update' | 'delete' | 'reorder';
    readonly role?: Role;
    readonly before?: Role;
  };
  /** Somebody was given other roles than `before`. `own`: they took or dropped one that everybody may have. */
  user_roles: {
    readonly person: Person;
    readonly before: readonly string[];
    readonly roles: readonly string[];
    readonly by: Actor;
    readonly own: boolean;
  };
  /** A channel came into being. `seenBy`: the users online who may see it. */
  channel_create: { readonly channel: ChannelFacts; readonly by: Actor; readonly seenBy: readonly UserId[] };
  /** A channel's name, rank or password changed. `seenBy`: the users online who may see it now. */
  channel_update: {
    readonly before: ChannelFacts;
    readonly channel: ChannelFacts;
    readonly by: Actor;
    readonly seenBy: readonly UserId[];
  };
  /** A channel stands elsewhere in lists. */
  channel_move: { readonly channel: ChannelFacts; readonly position: number; readonly by: Actor };
  /** A channel and its messages are gone; whoever was in it has been moved. `seenBy`: the users online who could see it. */
  channel_delete: { readonly channel: ChannelFacts; readonly by: Actor; readonly seenBy: readonly UserId[] };
  /** Somebody began a thread. */
  thread_create: { readonly thread: ThreadFacts; readonly by: Actor; readonly person?: Person };
  /** A thread has another name, was locked or put away, or no longer. A message that brings one back is not told here. */
  thread_update: { readonly thread: ThreadFacts; readonly by: Actor; readonly person?: Person };
  /** A thread and its messages are gone. Not told of those that go with their forum. */
  thread_delete: { readonly thread: ThreadFacts; readonly by: Actor; readonly person?: Person };
  /** Somebody takes part in a thread, and may have before. */
  thread_join: { readonly thread: ThreadFacts; readonly person: Person };
  /** Somebody takes part in a thread no longer, unless they made it. */
  thread_leave: { readonly thread: ThreadFacts; readonly person: Person };
  /** A poll was put into a channel; its `message` was told before. */
  poll_create: { readonly poll: Poll; readonly channel: ChannelFacts; readonly person?: Person };
  /** Somebody voted. `options`: all that they vote for now. */
  poll_vote: {
    readonly poll: Poll;
    readonly channel: ChannelFacts;
    readonly options: readonly string[];
    readonly person: Person;
    readonly results: PollResults;
  };
  /** A poll was ended; one that merely expires is not told. */
  poll_end: {
    readonly poll: Poll;
    readonly channel: ChannelFacts;
    readonly by: Actor;
    readonly results: PollResults;
    readonly person?: Person;
  };
  /**
   * A user has read a channel up to a message; concerns their own sessions. `marks`: all of theirs, some of channels that are gone. `notifications`:
   * how many are left in each channel that has any.
   */
  read: {
    readonly user: UserId;
    readonly channel: ChannelFacts;
    readonly last: MessageId;
    readonly marks: ReadMarks;
    readonly notifications: NotificationCounts;
  };
  /** A bot answers these commands now, of which some may be new. */
  slash_add: {
    readonly person: Person;
    readonly session: SessionId;
    readonly commands: readonly SlashCommand[];
  };
  /** A bot answers the commands of these names no longer. */
  slash_remove: {
    readonly person: Person;
    readonly session: SessionId;
    readonly commands: readonly string[];
  };
  /** Somebody called a command of a bot; concerns that bot's `session` and the caller, whose session is `from` if known. */
  slash_call: {
    readonly id: MessageId;
    readonly person: Person;
    readonly from?: SessionId;
    readonly bot: Person;
    readonly session: SessionId;
    readonly channel: ChannelFacts;
    readonly command: string;
    readonly args: Readonly<Record<string, unknown>>;
  };
  /** Sent away; may come back at once. */
  user_kick: {
    readonly person: Person;
    readonly by: Actor;
    readonly reason: 'kick' | 'flood';
    readonly text?: string;
    /** The only protocol they were sent away from; left out: all. */
    readonly dialect?: string;
  };
  /** Kept out. `until`: milliseconds since the Unix epoch, `null` without end. `addresses` were banned too. */
  user_ban: {
    readonly person: Person;
    readonly by: Actor;
    readonly reason: 'kick' | 'flood';
    readonly until: number | null;
    readonly addresses: readonly string[];
    readonly text?: string;
    /** The only protocol it holds in; left out: all. */
    readonly dialect?: string;
    /** The protocol whose sessions of this user stay open. */
    readonly stayed?: string;
  };
  /** An address is kept out, IPv6 with its whole /64. */
  address_ban: { readonly address: string; readonly by: Actor; readonly until: number | null };
  /** A ban of a user was lifted. `person`: unless there is no account any more. */
  user_unban: {
    readonly user: UserId;
    readonly name: string;
    readonly by: Actor;
    readonly person?: Person;
  };
  /** A ban of an address was lifted. */
  address_unban: { readonly address: string; readonly by: Actor };
  /** May read and not send. `until`: milliseconds since the Unix epoch, `null` without end. `text`: why. */
  user_silence: {
    readonly person: Person;
    readonly by: Actor;
    readonly until: number | null;
    readonly id: MessageId;
    readonly text?: string;
  };
  /** May send again. */
  user_unsilence: { readonly person: Person; readonly by: Actor; readonly id: MessageId };
  /** The server speaks to everybody. */
  announcement: { readonly text: string; readonly by: Actor; readonly id: MessageId };
  /**
   * A user left for good. `user_id` is `Identity.id`, `linked` are further identities. `kept`: the record stays because of a ban. `via`: the dialect it was asked for in, `host`,
   * or `chat` for a guest who stayed away and was forgotten. `by`: somebody else who removed them.
   */
  user_leave: {
    readonly user_id: string;
    readonly linked?: readonly IdentityRef[];
    readonly username: string;
    readonly user: UserId;
    readonly person: Person;
    readonly kept: boolean;
    readonly via: string;
    readonly by?: Actor;
  };
}

/** The name of an event. */
export type EventName = keyof EventMap;

/** One fact of the chat. */
export type ChatEvent<N extends EventName = EventName> = N extends EventName
  ? { readonly type: N; readonly at: number; readonly origin?: Origin } & EventMap[N]
  : never;
