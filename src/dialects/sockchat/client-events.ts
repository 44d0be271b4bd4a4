import type { ClientError } from '../client-errors.js';
import type { ConnectionState } from '../client-link.js';
import type { DecodeResult } from './codec.js';
import type { ClientPacket, ServerPacket } from './packets.js';
import type { ChatUser, ViewEvents } from './view-types.js';

/** Options of {@link sockchat} for {@link connect}. */
export interface SockChatConnectOptions {
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
  /** Time between pings. Default 30,000 ms; servers want one at least every 60 to 300 s. */
  readonly pingMs?: number;
  /** How long after a ping without any packet the connection counts as dead; less than `pingMs`. Default 15,000 ms. */
  readonly pongTimeoutMs?: number;
  /** How long a login may stay without an answer before the connection counts as dead. Default 15,000 ms. */
  readonly loginTimeoutMs?: number;
}

/** The outcome of a login. */
export interface Login {
  readonly user: ChatUser;
  readonly channel: string;
  /** Null where the server has not said. */
  readonly maxLength: number | null;
}

/** `closed`: by {@link SockChatClient.close}. `refused`: the login. */
export type DisconnectReason = 'lost' | 'closed' | 'refused' | 'kick' | 'ban';

/** The end of a connection. */
export interface Disconnect {
  readonly reason: DisconnectReason;
  readonly willReconnect: boolean;
  /** With `willReconnect`: number of the coming attempt, from 1. */
  readonly attempt?: number;
  /** With `willReconnect`: milliseconds until then. */
  readonly inMs?: number;
  /** With `ban`, and a refusal because of one: null without end, undefined where the server has not said. */
  readonly until?: Date | null | undefined;
  /** With `refused`. */
  readonly error?: ClientError;
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
export interface SockChatClientEvents extends ViewEvents {
  /** Logged in; `again` after a lost connection. The lists follow. */
  login: (event: Login & { readonly again: boolean }) => void;
  /** A connection has ended, or could not be had. */
  disconnected: (event: Disconnect) => void;
  /** The connection's state is another. */
  state: (state: ConnectionState) => void;
  /** Every frame in and out, before it is acted on. */
  packet: (packet: WirePacket) => void;
}
