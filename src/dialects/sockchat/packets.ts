/**
 * The packets of Sock Chat version 1, and those of its two drafts for extensions, as plain data, both directions.
 *
 * Section numbers refer to the wire specification in the dialect's documentation. Ids are opaque text that is
 * printed unchanged; every bare time is in whole seconds since the Unix epoch. Packet 13 of the 2021 draft has no shape
 * here, since nothing says what is in it: the decoder reports `unknown-packet`, which is to be ignored.
 */

/** User id of the server itself, whose message text is a notice (sections 2 and 7). */
export const BOT_ID = '-1';

/** Message id of every welcome line (section 3): the reason why message ids are not numbers. */
export const WELCOME_MESSAGE_ID = 'welcome';

/** The time that stands for a ban without an end (sections 2 and 5 S1.n, S9). */
export const NO_END = -1;

/** What a user may do, as shown to clients (section 2.2). */
export interface Permissions {
  /** Higher outranks lower; any integer within ±(2^53 − 1). */
  readonly rank: number;
  /** Clients show moderator entries in menus for it. */
  readonly kick: boolean;
  /** Legacy; servers send false. */
  readonly logs: boolean;
  /** May change their own nickname. */
  readonly nick: boolean;
  /** 0 no channels, 1 temporary ones, 2 permanent ones. */
  readonly create: 0 | 1 | 2;
}

/** How a message line looks (section 2.3). */
export interface MessageFlags {
  /** Bold sender name. */
  readonly bold: boolean;
  /** Italic sender name. */
  readonly italic: boolean;
  /** Underlined sender name. */
  readonly underline: boolean;
  /** A colon between name and text. */
  readonly colon: boolean;
  /** Seen by sender and recipient only. */
  readonly private: boolean;
}

/** `10010`: ordinary messages and every notice (section 2.3). */
export const MESSAGE_FLAGS: MessageFlags = {
  bold: true,
  italic: false,
  underline: false,
  colon: true,
  private: false,
};

/** `11000`: `/me` (section 2.3). */
export const ACTION_FLAGS: MessageFlags = {
  bold: true,
  italic: true,
  underline: false,
  colon: false,
  private: false,
};

/** `10011`: both copies of a whisper (section 2.3). */
export const WHISPER_FLAGS: MessageFlags = {
  bold: true,
  italic: false,
  underline: false,
  colon: true,
  private: true,
};

/** A user as packets carry one. */
export interface UserFields {
  /** Opaque id, decimal in practice. */
  readonly id: string;
  /** Display name in its HTML form (section 2.1). */
  readonly name: string;
  /** A CSS colour, or `inherit`. */
  readonly colour: string;
  /** `null` where the wire has none: the bot in 7.1, the short form of 5.0. */
  readonly permissions: Permissions | null;
}

/** A user in the list of a channel (section 5 S7.0). */
export interface ListedUser extends UserFields {
  /** False: known for look-ups only, not shown. */
  readonly visible: boolean;
}

/** A channel in the list of channels (section 5 S7.2). */
export interface ListedChannel {
  readonly name: string;
  readonly hasPassword: boolean;
  readonly isTemporary: boolean;
}

/** A word from a known set; clients must survive words outside it. */
export type OpenWord<Known extends string> = Known | (string & Record<never, never>);

/** Why a login failed (section 5 S1.n). */
export type AuthFailReason = 'authfail' | 'userfail' | 'sockfail' | 'joinfail';

/** Why a user is gone (section 5 S3). */
export type RemoveReason = 'leave' | 'kick' | 'flood' | 'timeout';

/** What a client must forget (section 5 S8): 0 messages, 1 users, 2 channels, 3 messages and users, 4 all. */
export type ClearMode = 0 | 1 | 2 | 3 | 4;

/** Section 5 S0: the answer to a ping. */
export interface PongPacket {
  readonly kind: 'pong';
  /** Only from servers that answer with their clock; ours leave it out. */
  readonly serverTimeSeconds?: number;
}

/** Section 5 S1.y: logged in. */
export interface AuthOkPacket {
  readonly kind: 'auth_ok';
  readonly user: UserFields;
  /** The channel the user is now in. */
  readonly channel: string;
  /** Longest message the server keeps, in characters, 1 or more; unknown when absent. */
  readonly maxLength?: number;
}

/** Section 5 S1.n: not logged in. */
export interface AuthFailPacket {
  readonly kind: 'auth_fail';
  readonly reason: OpenWord<AuthFailReason>;
  /** End of the ban with `joinfail`; {@link NO_END} when there is none. */
  readonly untilSeconds?: number;
}

/** Section 5 S1.#: somebody else came to the server. */
export interface UserAddPacket {
  readonly kind: 'user_add';
  readonly atSeconds: number;
  readonly user: UserFields;
  readonly messageId: string;
}

/** Section 5 S2: a message, or a notice when `userId` is {@link BOT_ID}. */
export interface MessagePacket {
  readonly kind: 'message';
  readonly atSeconds: number;
  readonly userId: string;
  /** HTML made by section 10, or a notice (section 7) whose parts are joined with form feeds. */
  readonly text: string;
  readonly messageId: string;
  readonly flags: MessageFlags;
}

/** Section 5 S3: a user has left the server. */
export interface UserRemovePacket {
  readonly kind: 'user_remove';
  readonly userId: string;
  readonly name: string;
  readonly reason: OpenWord<RemoveReason>;
  readonly atSeconds: number;
  readonly messageId: string;
}

/** Section 5 S4.0: a channel was made. */
export interface ChannelAddPacket extends ListedChannel {
  readonly kind: 'channel_add';
}

/** Section 5 S4.1: a channel was changed; `oldName` equals `name` unless it was renamed. */
export interface ChannelUpdatePacket extends ListedChannel {
  readonly kind: 'channel_update';
  readonly oldName: string;
}

/** Section 5 S4.2: a channel is gone. */
export interface ChannelRemovePacket {
  readonly kind: 'channel_remove';
  readonly name: string;
}

/** Section 5 S5.0: a user came into this channel. The permissions travel only with the option `channelJoinPerms`. */
export interface ChannelUserAddPacket {
  readonly kind: 'channel_user_add';
  readonly user: UserFields;
  readonly messageId: string;
}

/** Section 5 S5.1: a user left this channel. */
export interface ChannelUserRemovePacket {
  readonly kind: 'channel_user_remove';
  readonly userId: string;
  readonly messageId: string;
}

/** Section 5 S5.2: the receiver is now in this channel. */
export interface ChannelSwitchPacket {
  readonly kind: 'channel_switch';
  readonly channel: string;
}

/** Section 5 S6: a line is gone. */
export interface MessageDeletePacket {
  readonly kind: 'message_delete';
  readonly messageId: string;
}

/** Section 5 S7.0: who is in the channel, without the receiver. */
export interface ContextUsersPacket {
  readonly kind: 'context_users';
  readonly users: readonly ListedUser[];
}

/** Section 5 S7.1: a line from before. May arrive ahead of the login answer. */
export interface ContextMessagePacket {
  readonly kind: 'context_message';
  readonly atSeconds: number;
  readonly user: UserFields;
  readonly text: string;
  readonly messageId: string;
  /** True: treat it like a new line (sound, highlight). */
  readonly notify: boolean;
  readonly flags: MessageFlags;
}

/** Section 5 S7.2: the channels the receiver may see. */
export interface ContextChannelsPacket {
  readonly kind: 'context_channels';
  readonly channels: readonly ListedChannel[];
}

/** Section 5 S8: forget what was shown. */
export interface ContextClearPacket {
  readonly kind: 'context_clear';
  readonly mode: ClearMode;
}

/** Section 5 S9: the server ends all connections of the receiver. */
export type ForcedDisconnectPacket =
  | { readonly kind: 'forced_disconnect'; readonly banned: false }
  | {
      readonly kind: 'forced_disconnect';
      readonly banned: true;
      /** {@link NO_END} for a ban that stays. */
      readonly untilSeconds: number;
    };

/** Section 5 S10: name, colour or permissions of a user changed. */
export interface UserUpdatePacket {
  readonly kind: 'user_update';
  readonly user: UserFields;
}

/** The capability of the 2021 draft to tell and show who is typing (section 12). */
export const TYPING = 'TYPING';

/** How long somebody counts as typing after the packet that said so (section 12, 2021 draft). Milliseconds. */
export const TYPING_MS = 5_000;

/** Section 12, 2021 draft, C3 and S11: what a client understands, and what of it the server will do. */
export interface CapabilitiesPacket {
  readonly kind: 'capabilities';
  /** Words of `[A-Z_][A-Z0-9_]+`; private ones begin with `X_`. */
  readonly capabilities: readonly string[];
}

/** Section 12, 2021 draft, S12: somebody is typing; holds for {@link TYPING_MS}. */
export interface TypingPacket {
  readonly kind: 'typing';
  readonly channel: string;
  readonly userId: string;
  readonly atSeconds: number;
}

/** Section 12, 2025 draft, S11: what the server is. */
export interface ServerInfoPacket {
  readonly kind: 'server_info';
  readonly server: string;
  /** Those of the client's that the server will do. The draft names none yet. */
  readonly capabilities: readonly string[];
}

/** Everything a server may send (sections 5 and 12). */
export type ServerPacket =
  | PongPacket
  | AuthOkPacket
  | AuthFailPacket
  | UserAddPacket
  | MessagePacket
  | UserRemovePacket
  | ChannelAddPacket
  | ChannelUpdatePacket
  | ChannelRemovePacket
  | ChannelUserAddPacket
  | ChannelUserRemovePacket
  | ChannelSwitchPacket
  | MessageDeletePacket
  | ContextUsersPacket
  | ContextMessagePacket
  | ContextChannelsPacket
  | ContextClearPacket
  | ForcedDisconnectPacket
  | UserUpdatePacket
  | CapabilitiesPacket
  | TypingPacket
  | ServerInfoPacket;

/** Section 4 C0: still here. */
export interface PingPacket {
  readonly kind: 'ping';
  readonly userId: string;
}

/** Section 4 C1: the words for the auth adapter, in order; there may be none. */
export interface AuthPacket {
  readonly kind: 'auth';
  readonly args: readonly string[];
}

/** Section 4 C2: a message or a command. */
export interface ClientMessagePacket {
  readonly kind: 'message';
  /** What the client says its own id is. */
  readonly userId: string;
  /** As typed, neither trimmed nor cut; holds a TAB where the client sent further fields. */
  readonly text: string;
}

/** Section 12, 2021 draft, C4: the sender is typing. */
export interface ClientTypingPacket {
  readonly kind: 'typing';
  /** What the client says its own id is. */
  readonly userId: string;
  /** The channel's name. */
  readonly channel: string;
}

/** Section 12, 2025 draft, C3: what the client is. */
export interface ClientInfoPacket {
  readonly kind: 'client_info';
  readonly client: string;
  readonly capabilities: readonly string[];
}

/** Everything a client may send (sections 4 and 12). */
export type ClientPacket =
  | PingPacket
  | AuthPacket
  | ClientMessagePacket
  | CapabilitiesPacket
  | ClientTypingPacket
  | ClientInfoPacket;
