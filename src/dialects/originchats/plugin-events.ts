import { GuardedEmitter, type ListenerFailed } from '../../core/guarded-emitter.js';

/** Who did something. What the host or the chat itself did has no `user_id`, and the server's name. */
export interface PluginActor {
  /** `Identity.id`. */
  readonly user_id: string | null;
  readonly username: string;
}

/** Whom something is about. */
export interface PluginUser {
  /** `Identity.id`. */
  readonly user_id: string;
  readonly username: string;
}

/** Somebody who logged in. */
export interface PluginLogin extends PluginUser {
  readonly roles: readonly string[];
  /** The colour of the first role. */
  readonly color: string | null;
  /** The stored record. */
  readonly user: {
    readonly username: string;
    readonly nickname?: string;
    readonly roles: readonly string[];
    readonly status: { readonly status: string; readonly text: string };
  };
}

/** A message as the original stores it: users are ids. Times are Unix seconds. */
export interface PluginMessage {
  readonly user: string;
  readonly content: string;
  readonly timestamp: number;
  readonly id: string;
  readonly [part: string]: unknown;
}

/** A channel as lists show it, without what changes by itself. */
export interface PluginChannel {
  readonly type: string;
  readonly name: string;
  readonly [part: string]: unknown;
}

/** A role that was made or changed. */
export interface PluginRole {
  readonly role_id: string;
  readonly role_name: string;
  readonly description: string;
  readonly color: string | null;
}

/** Where a message is: the channel's name, that of the forum for a thread. */
export interface PluginPlace {
  readonly channel: string;
  /** `null` outside of threads. */
  readonly thread_id: string | null;
}

/** What happened to one message. */
export interface PluginPin extends PluginActor {
  readonly channel: string;
  readonly id: string;
  readonly pinned: boolean;
}

/** What plugins are told (OriginChats, section 11), with the names and fields of the original server. */
export interface OriginChatsEvents {
  /** The chat has started. */
  server_start: (data: Readonly<Record<string, never>>) => void;
  /** Somebody logged in, on whatever connection; not only when the account is new, as on the wire. */
  user_join: (data: PluginLogin) => void;
  /** Somebody logged in who was not online. */
  user_connect: (data: PluginLogin) => void;
  /** Somebody's last connection is gone. Documented by the original, which never tells it. */
  user_disconnect: (data: PluginUser) => void;
  /** Somebody left for good. */
  user_leave: (data: PluginUser) => void;
  /** Somebody was banned; with the `reason` if one was given. */
  user_ban: (data: PluginUser & { readonly reason?: string }) => void;
  /** A ban was lifted. */
  user_unban: (data: PluginUser) => void;
  /** Somebody may not send for a time: `timeout` in ms, 2,147,483,647 for no end. */
  user_timeout: (data: PluginUser & { readonly timeout: number }) => void;
  /** Somebody was given these roles. */
  user_roles_set: (data: PluginUser & { readonly roles: readonly string[] }) => void;
  /** Somebody said something. `channel` is `null` in threads. Not told of what the server, webhooks and answers to commands say. */
  new_message: (
    data: PluginUser & {
      readonly content: string;
      readonly channel: string | null;
      readonly message: PluginMessage;
    },
  ) => void;
  /** A message says something else. */
  message_edit: (data: PluginActor & PluginPlace & { readonly id: string; readonly content: string }) => void;
  /** A message was deleted. `thread_id` in threads only. */
  message_delete: (
    data: PluginActor & { readonly channel: string; readonly thread_id?: string; readonly id: string },
  ) => void;
  /** A message was pinned. */
  message_pin: (data: PluginPin) => void;
  /** A message is pinned no longer. */
  message_unpin: (data: PluginPin) => void;
  /** A channel came into being. Threads, and channels that one has to enter, are not told of. */
  channel_create: (data: { readonly channel: PluginChannel }) => void;
  /** A channel is another than before. */
  channel_update: (data: { readonly old_name: string; readonly channel: PluginChannel }) => void;
  /** A channel stands elsewhere in lists. */
  channel_move: (data: { readonly channel: PluginChannel; readonly position: number }) => void;
  /** A channel is gone. */
  channel_delete: (data: { readonly channel_name: string }) => void;
  /** A role was made. */
  role_create: (data: PluginRole) => void;
  /** A role is another than before. */
  role_update: (data: PluginRole) => void;
  /** A role is gone. */
  role_delete: (data: { readonly role_id: string; readonly role_name: string }) => void;
  /** Somebody gave themselves a role that everybody may have. */
  self_role_add: (data: PluginUser & { readonly role_name: string }) => void;
  /** Somebody laid such a role down. */
  self_role_remove: (data: PluginUser & { readonly role_name: string }) => void;
  /** Somebody is typing. Documented by the original, which never tells it. */
  typing: (data: PluginUser & PluginPlace) => void;
  /** Somebody called a command of a bot. Documented by the original, which never tells it. */
  slash_call: (data: {
    readonly val: {
      readonly command: string;
      readonly args: Readonly<Record<string, unknown>>;
      /** Who registered the command. */
      readonly commander: string;
    };
    /** The caller's `Identity.id`. */
    readonly invoker: string;
    readonly invokerUsername: string;
    readonly channel: string;
  }) => void;
  /** A filter of yours found something: emitted by it, never by the chat. */
  auto_moderate: (data: Readonly<Record<string, unknown>>) => void;
}

/** One event for plugins: its name and what it tells. */
export type Telling<N extends keyof OriginChatsEvents = keyof OriginChatsEvents> =
  N extends keyof OriginChatsEvents ? readonly [name: N, data: Parameters<OriginChatsEvents[N]>[0]] : never;

/** The emitter of a definition. Chats that share the definition tell through the same one. */
export class PluginEmitter extends GuardedEmitter<OriginChatsEvents> {
  /** That of the chat which told last; before there was one, what a listener throws goes to whoever emits. */
  #failed: ListenerFailed | undefined;

  constructor() {
    super((thrown) => {
      throw thrown;
    });
  }

  /** Tells of something that happened in a chat; `failed` is that chat's. */
  tell([name, data]: Telling, failed: ListenerFailed): void {
    this.#failed = failed;
    this.emit(name, data as never);
  }

  protected override failing(): ListenerFailed {
    return this.#failed ?? super.failing();
  }
}
