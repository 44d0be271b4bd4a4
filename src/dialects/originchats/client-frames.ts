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
export interface Somewhere {
  readonly channel: string;
  readonly thread_id?: string | null;
}

/** Where a read mark is. */
export interface ReadPlace {
  readonly channel?: string;
  readonly thread_id?: string;
}

/** Somebody in a voice channel. */
export interface VoiceUser {
  readonly id: string;
  readonly username: string;
  readonly muted: boolean;
  readonly peer_id?: string;
}

/** A frame with these fields. */
export type FrameWith<Fields> = Frame & Fields;

/** Every frame that the server pushes (section 7), by its name. */
export interface OriginChatsPushes {
  /** What the server says first. */
  handshake: FrameWith<{ readonly val: HandshakeFacts }>;
  /** Sent in intervals; nothing is expected. */
  ping: Frame;
  /** The login was accepted. */
  auth_success: FrameWith<{ readonly val: string }>;
  /** The login was refused; another try may follow. */
  auth_error: FrameWith<{ readonly val: string }>;
  /** Who one is now. */
  ready: FrameWith<{ readonly user: ReadyUser; readonly validator: string }>;
  /** An account was made. */
  user_join: FrameWith<{ readonly user: ArrivingUser }>;
  /** Somebody came online. */
  user_connect: FrameWith<{ readonly user: ArrivingUser }>;
  /** Somebody went offline. */
  user_disconnect: FrameWith<{ readonly username: string }>;
  /** Somebody left for good. */
  user_leave: FrameWith<{ readonly username: string; readonly val?: string }>;
  /** Somebody said something. */
  message_new: FrameWith<Somewhere & { readonly message: MessageShape }>;
  /** A message says something else now. */
  message_edit: FrameWith<
    Somewhere & { readonly id: string; readonly content: string; readonly message?: MessageShape }
  >;
  /** A message was taken back. */
  message_delete: FrameWith<Somewhere & { readonly id: string }>;
  /** Somebody reacted to a message. */
  message_react_add: FrameWith<
    Somewhere & { readonly id: string; readonly emoji: string; readonly from: string }
  >;
  /** Somebody took a reaction back. */
  message_react_remove: FrameWith<
    Somewhere & { readonly id: string; readonly emoji: string; readonly from: string }
  >;
  /** A message was pinned. */
  message_pin: FrameWith<Somewhere & { readonly id: string; readonly pinned: boolean }>;
  /** A message is pinned no longer. */
  message_unpin: FrameWith<Somewhere & { readonly id: string; readonly pinned: boolean }>;
  /** Somebody is about to say something. */
  typing: FrameWith<Somewhere & { readonly user: string }>;
  /** Somebody began a thread. */
  thread_create: FrameWith<{ readonly thread: ThreadShape; readonly channel: string }>;
  /** A thread has another name, is locked or put away, or no longer. */
  thread_update: FrameWith<{ readonly thread: ThreadShape; readonly channel?: string }>;
  /** A thread is gone. */
  thread_delete: FrameWith<{ readonly thread_id: string; readonly channel: string }>;
  /** Somebody takes part in a thread. */
  thread_join: FrameWith<{ readonly thread: ThreadShape; readonly thread_id: string; readonly user: string }>;
  /** Somebody takes part in a thread no longer. */
  thread_leave: FrameWith<{
    readonly thread: ThreadShape;
    readonly thread_id: string;
    readonly user: string;
  }>;
  /** Somebody is in another way than before. */
  status_get: FrameWith<{ readonly username: string; readonly status: StatusShape }>;
  /** Somebody, unnamed, became invisible. */
  status_set: FrameWith<{ readonly status: StatusShape }>;
  /** Somebody has another nickname. */
  nickname_update: FrameWith<{ readonly user: string; readonly username: string; readonly nickname: string }>;
  /** Somebody has no nickname any more. */
  nickname_remove: FrameWith<{ readonly user: string; readonly username: string }>;
  /** Somebody was given another name or nickname. */
  user_updated: FrameWith<{
    readonly user_id: string;
    readonly username: string;
    readonly nickname: string | null;
  }>;
  /** Somebody has other roles. */
  user_roles_get: FrameWith<{
    readonly user: string;
    readonly roles: readonly string[];
    readonly color: string | null;
  }>;
  /** The roles are others than before. */
  roles_list: FrameWith<{ readonly roles: Readonly<Record<string, RoleShape>> }>;
  /** The channels are others than before. */
  channels_get: FrameWith<{ readonly val: readonly ChannelShape[] }>;
  /** The community looks another way. */
  server_update: FrameWith<{
    readonly name: string;
    readonly icon: string | null;
    readonly banner: string | null;
  }>;
  /** One has read a channel up to a message. */
  unreads_update: FrameWith<ReadPlace & { readonly last_read: string | null }>;
  /** `length`: milliseconds. */
  rate_limit: FrameWith<{ readonly reason?: string; readonly length: number }>;
  /** A bot answers these commands now. */
  slash_add: FrameWith<{ readonly commands: readonly SlashCommandShape[] }>;
  /** These commands are answered no longer. */
  slash_remove: FrameWith<{ readonly commands: readonly string[] }>;
  /** Somebody called a command of a bot: told to the bot and to who called. */
  slash_call: FrameWith<{
    readonly val: {
      readonly command: string;
      readonly args: Readonly<Record<string, unknown>>;
      readonly commander: string;
    };
    readonly invoker: string;
    readonly invokerUsername: string;
    readonly channel: string;
  }>;
  /** Somebody voted. */
  poll_vote_update: FrameWith<
    Somewhere & {
      readonly poll_id: string;
      readonly message_id: string;
      readonly user: string;
      readonly option_ids: readonly string[];
      readonly results: PollResults;
    }
  >;
  /** A poll has ended. */
  poll_end: FrameWith<
    Somewhere & { readonly poll_id: string; readonly message_id: string; readonly results: PollResults }
  >;
  /** Somebody came into a voice channel. */
  voice_user_joined: FrameWith<{ readonly channel: string; readonly user: VoiceUser }>;
  /** Somebody left a voice channel. */
  voice_user_left: FrameWith<{ readonly channel: string; readonly username: string }>;
  /** Somebody in a voice channel is muted, or no longer. */
  voice_user_updated: FrameWith<{ readonly channel: string; readonly user: VoiceUser }>;
  /** The server is about to close the connection. */
  disconnect: FrameWith<{ readonly reason: string }>;
  /** A refusal that answers no request of the client's. */
  error: FrameWith<{ readonly val: string; readonly src?: string }>;
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
  messages_get: FrameWith<Somewhere & MessagePage>;
  messages_around: FrameWith<Somewhere & MessagePage>;
  message_get: FrameWith<Somewhere & { readonly message: MessageShape }>;
  channels_get: OriginChatsPushes['channels_get'];
  users_list: FrameWith<{ readonly users: readonly ListedUser[] }>;
  users_online: FrameWith<{ readonly users: readonly ListedUser[] }>;
  roles_list: OriginChatsPushes['roles_list'];
  attachment_get: FrameWith<{ readonly attachment: AttachmentShape }>;
}
