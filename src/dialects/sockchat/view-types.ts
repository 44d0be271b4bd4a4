import type { ListedChannel, MessageFlags, Permissions, RemoveReason } from './packets.js';
import type { PlainName, PlainNotice } from './plain.js';

/** A person as a client shows one. All text is plain. */
export interface ChatUser extends PlainName {
  /** Opaque. */
  readonly id: string;
  /** A CSS colour; null for none of their own. Comes from the server: check before use. */
  readonly colour: string | null;
  /** Null where the server has not said. */
  readonly permissions: Permissions | null;
  /** False: known for look-ups only, not to be shown in lists. */
  readonly visible: boolean;
}

interface LineBase {
  /** Counts up from 1 within one client; unlike `id` it is unique. */
  readonly key: number;
  /** The server's id of the line; welcome lines share one. */
  readonly id: string;
  /** Milliseconds since the Unix epoch, whole seconds. */
  readonly at: number;
  /** From the channel's past: no sound, no highlight. */
  readonly past: boolean;
}

/** Something that a person said. */
export interface ChatMessage extends LineBase {
  readonly kind: 'message';
  /** As they were when it came. */
  readonly user: ChatUser;
  /** Plain, with line feeds. */
  readonly text: string;
  readonly isOwn: boolean;
  /** `/me`. */
  readonly isAction: boolean;
  /** A whisper. */
  readonly isPrivate: boolean;
  /** The recipient's display name on the sender's own copy of a whisper, else null. */
  readonly to: string | null;
  readonly flags: MessageFlags;
}

/** Something that the server said or that happened; `join`, `leave`, `jchan` and the like also for live packets 1, 3 and 5. */
export interface ChatNotice extends LineBase {
  readonly kind: 'notice';
  readonly notice: PlainNotice;
}

/** One line of a chat. */
export type ChatLine = ChatMessage | ChatNotice;

/** What changes in a view; each is told after the view has it. */
export interface ViewEvents {
  /** A person said something, now or (`past`) before. */
  message: (message: ChatMessage) => void;
  /** The server said something, or something happened; now or (`past`) before. */
  notice: (notice: ChatNotice) => void;
  /** Somebody came to the server or, `inChannel`, into this channel. */
  user_add: (event: { readonly user: ChatUser; readonly inChannel: boolean }) => void;
  /** Somebody left the server or, with the reason `channel`, this channel. */
  user_remove: (event: { readonly user: ChatUser; readonly reason: RemoveReason | 'channel' }) => void;
  /** Name, colour or permissions of somebody changed; `before` is null for somebody in another channel. */
  user_update: (event: { readonly user: ChatUser; readonly before: ChatUser | null }) => void;
  /** Somebody else in the channel is typing. Told again while it goes on; nothing tells of its end, so forget it at `until`. */
  typing: (event: {
    readonly user: ChatUser;
    /** Milliseconds since the Unix epoch, by the clock here: {@link TYPING_MS} after it was told. */
    readonly until: number;
  }) => void;
  /** The whole list is new. */
  users: (users: readonly ChatUser[]) => void;
  /** A channel was made, changed or removed, or the whole list is new. */
  channels: (channels: readonly ListedChannel[]) => void;
  /** Where one is; also sent, with an equal `previous`, to undo a join that was refused. */
  channel_switch: (event: { readonly channel: string; readonly previous: string }) => void;
  /** A line is gone; null if it was not known. */
  message_delete: (event: { readonly id: string; readonly line: ChatLine | null }) => void;
  /** What was shown is to be forgotten: the view has done so, and holds what is left. */
  clear: (event: { readonly lines: boolean; readonly users: boolean; readonly channels: boolean }) => void;
}

/** Tells of a change. */
export type Tell = <N extends keyof ViewEvents>(event: N, payload: Parameters<ViewEvents[N]>[0]) => void;
