import type { AttachmentShape, Frame, ListedUser, MessageShape, StatusShape } from './packets.js';

/** What the server says of itself in the handshake (section 3.1). */
export interface HandshakeFacts {
  readonly server: {
    readonly name: string;
    readonly owner?: { readonly name: string };
    readonly icon?: string | null;
    readonly banner?: string | null;
    readonly url?: string;
  };
  readonly limits: { readonly post_content: number; readonly search_results: number };
  readonly version: string;
  readonly validator_key: string;
  readonly capabilities?: readonly string[];
  readonly permissions?: readonly string[];
  readonly auth_mode?: 'rotur' | 'cracked' | 'cracked-only';
}

/** Oneself, as `ready` has it (section 3.4). */
export interface ReadyUser {
  readonly username: string;
  readonly nickname?: string | null;
  readonly roles?: readonly string[];
  readonly status?: StatusShape;
  readonly pfp_url?: string | null;
  readonly cracked: boolean;
}

/** A user in joins and connections (section 4). */
export interface ArrivingUser {
  readonly username: string;
  readonly roles: readonly string[];
  readonly color: string | null;
}

/** A channel in `channels_get` (section 4). */
export interface ChannelShape {
  readonly type: string;
  readonly name: string;
  readonly display_name?: string;
  readonly description?: string;
  readonly icon?: string;
  readonly wallpaper?: string;
  readonly size?: number;
  readonly permissions?: Readonly<Record<string, readonly string[]>>;
  /** Unix seconds. */
  readonly last_message?: number | null;
  readonly last_message_id?: string | null;
  readonly voice_state?: readonly { readonly username: string; readonly muted: boolean }[];
  readonly threads?: readonly ThreadShape[];
}

/** A thread (section 4). Times are Unix seconds. */
export interface ThreadShape {
  readonly id: string;
  readonly name: string;
  readonly parent_channel: string;
  readonly created_by: string;
  readonly created_at: number;
  readonly locked: boolean;
  readonly archived: boolean;
  readonly participants: readonly string[];
  readonly last_message?: number | null;
  readonly last_message_id?: string | null;
}

/** A role, which lists have under its name (section 4). */
export interface RoleShape {
  readonly id: string;
  readonly name?: string;
  readonly description: string | null;
  readonly color: string | null;
  readonly hoisted: boolean;
  readonly permissions: readonly string[];
  readonly self_assignable: boolean;
  readonly category: string | null;
  /** 0 ranks highest. */
  readonly position: number;
}

/** A command that a bot answers (section 4). */
export interface SlashCommandShape {
  readonly name: string;
  readonly description: string;
  readonly options: readonly {
    readonly name: string;
    readonly description: string;
    readonly type: string;
    readonly required?: boolean;
    readonly choices?: readonly string[] | null;
  }[];
  readonly whitelistRoles: readonly string[] | null;
  readonly blacklistRoles: readonly string[] | null;
  readonly ephemeral?: boolean;
  readonly registeredBy?: string;
}

/** How a poll stands (section 4). */
export interface PollResults {
  readonly poll_id: string;
  readonly question: string;
  readonly allow_multiselect: boolean;
  readonly ended: boolean;
  readonly ended_at: number | null;
  readonly total_votes: number;
  readonly results: readonly {
    readonly id: string;
    readonly text: string;
    readonly emoji: string | null;
    readonly votes: number;
    readonly voters: readonly string[];
    readonly voted?: boolean;
  }[];
}

/** Where something is: a channel, or a thread with its forum. */
interface Somewhere {
  readonly channel: string;
  readonly thread_id?: string | null;
}

/** Where a read mark is. */
interface ReadPlace {
  readonly channel?: string;
  readonly thread_id?: string;
}

interface VoiceUser {
  readonly id: string;
  readonly username: string;
  readonly muted: boolean;
  readonly peer_id?: string;
}

type Told<Fields> = Frame & Fields;

/** Every frame that the server pushes (section 7), by its name. */
export interface OriginChatsPushes {
  handshake: Told<{ readonly val: HandshakeFacts }>;
  ping: Frame;
  auth_success: Told<{ readonly val: string }>;
  auth_error: Told<{ readonly val: string }>;
  ready: Told<{ readonly user: ReadyUser; readonly validator: string }>;
  user_join: Told<{ readonly user: ArrivingUser }>;
  user_connect: Told<{ readonly user: ArrivingUser }>;
  user_disconnect: Told<{ readonly username: string }>;
  user_leave: Told<{ readonly username: string; readonly val?: string }>;
  message_new: Told<Somewhere & { readonly message: MessageShape }>;
  message_edit: Told<
    Somewhere & { readonly id: string; readonly content: string; readonly message?: MessageShape }
  >;
  message_delete: Told<Somewhere & { readonly id: string }>;
  message_react_add: Told<Somewhere & { readonly id: string; readonly emoji: string; readonly from: string }>;
  message_react_remove: Told<
    Somewhere & { readonly id: string; readonly emoji: string; readonly from: string }
  >;
  message_pin: Told<Somewhere & { readonly id: string; readonly pinned: boolean }>;
  message_unpin: Told<Somewhere & { readonly id: string; readonly pinned: boolean }>;
  typing: Told<Somewhere & { readonly user: string }>;
  thread_create: Told<{ readonly thread: ThreadShape; readonly channel: string }>;
  thread_update: Told<{ readonly thread: ThreadShape; readonly channel?: string }>;
  thread_delete: Told<{ readonly thread_id: string; readonly channel: string }>;
  thread_join: Told<{ readonly thread: ThreadShape; readonly thread_id: string; readonly user: string }>;
  thread_leave: Told<{ readonly thread: ThreadShape; readonly thread_id: string; readonly user: string }>;
  status_get: Told<{ readonly username: string; readonly status: StatusShape }>;
  status_set: Told<{ readonly status: StatusShape }>;
  nickname_update: Told<{ readonly user: string; readonly username: string; readonly nickname: string }>;
  nickname_remove: Told<{ readonly user: string; readonly username: string }>;
  user_updated: Told<{
    readonly user_id: string;
    readonly username: string;
    readonly nickname: string | null;
  }>;
  user_roles_get: Told<{
    readonly user: string;
    readonly roles: readonly string[];
    readonly color: string | null;
  }>;
  roles_list: Told<{ readonly roles: Readonly<Record<string, RoleShape>> }>;
  channels_get: Told<{ readonly val: readonly ChannelShape[] }>;
  server_update: Told<{
    readonly name: string;
    readonly icon: string | null;
    readonly banner: string | null;
  }>;
  unreads_update: Told<ReadPlace & { readonly last_read: string | null }>;
  /** `length`: milliseconds. */
  rate_limit: Told<{ readonly reason?: string; readonly length: number }>;
  slash_add: Told<{ readonly commands: readonly SlashCommandShape[] }>;
  slash_remove: Told<{ readonly commands: readonly string[] }>;
  slash_call: Told<{
    readonly val: {
      readonly command: string;
      readonly args: Readonly<Record<string, unknown>>;
      readonly commander: string;
    };
    readonly invoker: string;
    readonly invokerUsername: string;
    readonly channel: string;
  }>;
  poll_vote_update: Told<
    Somewhere & {
      readonly poll_id: string;
      readonly message_id: string;
      readonly user: string;
      readonly option_ids: readonly string[];
      readonly results: PollResults;
    }
  >;
  poll_end: Told<
    Somewhere & { readonly poll_id: string; readonly message_id: string; readonly results: PollResults }
  >;
  voice_user_joined: Told<{ readonly channel: string; readonly user: VoiceUser }>;
  voice_user_left: Told<{ readonly channel: string; readonly username: string }>;
  voice_user_updated: Told<{ readonly channel: string; readonly user: VoiceUser }>;
  disconnect: Told<{ readonly reason: string }>;
  /** A refusal that answers no request of the client's. */
  error: Told<{ readonly val: string; readonly src?: string }>;
}

/** Names of {@link OriginChatsPushes}. */
export const pushNames: ReadonlySet<string> = new Set<keyof OriginChatsPushes>([
  ...(['handshake', 'ping', 'auth_success', 'auth_error', 'ready', 'disconnect', 'error'] as const),
  ...(['user_join', 'user_connect', 'user_disconnect', 'user_leave', 'user_updated'] as const),
  ...(['message_new', 'message_edit', 'message_delete', 'message_react_add'] as const),
  ...(['message_react_remove', 'message_pin', 'message_unpin', 'typing', 'unreads_update'] as const),
  ...(['thread_create', 'thread_update', 'thread_delete', 'thread_join', 'thread_leave'] as const),
  ...(['status_get', 'status_set', 'nickname_update', 'nickname_remove', 'user_roles_get'] as const),
  ...(['roles_list', 'channels_get', 'server_update', 'rate_limit'] as const),
  ...(['slash_add', 'slash_remove', 'slash_call', 'poll_vote_update', 'poll_end'] as const),
  ...(['voice_user_joined', 'voice_user_left', 'voice_user_updated'] as const),
]);

/** A page of messages, oldest first. Positions count messages of the place: section 6.1 says from which end. */
export interface MessagePage {
  readonly messages: readonly MessageShape[];
  readonly range: { readonly start: number; readonly end: number };
}

/** Answers to the requests that the client has words for; those to others are plain frames. */
export interface OriginChatsAnswers {
  message_new: OriginChatsPushes['message_new'];
  message_edit: OriginChatsPushes['message_edit'];
  message_delete: OriginChatsPushes['message_delete'];
  message_react_add: OriginChatsPushes['message_react_add'];
  message_react_remove: OriginChatsPushes['message_react_remove'];
  messages_get: Told<Somewhere & MessagePage>;
  messages_around: Told<Somewhere & MessagePage>;
  message_get: Told<Somewhere & { readonly message: MessageShape }>;
  channels_get: OriginChatsPushes['channels_get'];
  users_list: Told<{ readonly users: readonly ListedUser[] }>;
  users_online: Told<{ readonly users: readonly ListedUser[] }>;
  roles_list: OriginChatsPushes['roles_list'];
  attachment_get: Told<{ readonly attachment: AttachmentShape }>;
}
