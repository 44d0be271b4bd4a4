import type { ClientDisconnect, ClientEvents, ClientTimes } from '../chat-client.js';
import type { DecodeResult } from './codec.js';
import type { ClientPacket, ServerPacket } from './packets.js';
import type { ChatUser, ViewEvents } from './view-types.js';

/** Options of {@link sockchat} for {@link connect}. */
export interface SockChatConnectOptions extends ClientTimes {
  /**
   * The words of packet 1, as the server's auth wants them: `['Bearer', token]`, `[userId, secret]`. A function is asked at
   * every login, for tokens that grow old; if it fails, the client ends.
   */
  readonly credentials: readonly string[] | (() => readonly string[] | Promise<readonly string[]>);
  /**
   * Whether to ask the server for who is typing (section 12, 2021 draft): {@link SockChatClient.typing} and the event `typing` then work
   * where it agrees. Servers that do not know the draft ignore the question. Default false.
   */
  readonly typing?: boolean;
  /** Lines kept in the view; the oldest go first. Default 500. */
  readonly maxLines?: number;
}

/** The outcome of a login. */
export interface Login {
  readonly user: ChatUser;
  readonly channel: string;
  /** Null where the server has not said. */
  readonly maxLength: number | null;
}

/** Why a connection ended. */
export type DisconnectReason = Disconnect['reason'];

/** The end of a connection. `kick` and `ban`: by the server, for good. */
export interface Disconnect extends ClientDisconnect<'kick' | 'ban'> {
  /** With `ban`, and a refusal because of one: null without end, undefined where the server has not said. */
  readonly until?: Date | null | undefined;
}

/** One frame, for views of the wire. Outgoing logins hold the credentials. */
export type WirePacket =
  | {
      readonly direction: 'in';
      readonly raw: string;
      /** Milliseconds since the Unix epoch. */
      readonly at: number;
      readonly result: DecodeResult<ServerPacket>;
    }
  | {
      readonly direction: 'out';
      readonly raw: string;
      readonly at: number;
      readonly result: { readonly ok: true; readonly packet: ClientPacket };
    };

/** What a {@link SockChatClient} tells. */
export interface SockChatClientEvents extends ViewEvents, ClientEvents<Login, Disconnect> {
  /** Every frame in and out, before it is acted on. */
  packet: (packet: WirePacket) => void;
}
