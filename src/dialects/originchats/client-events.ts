import type { ClientError } from '../client-errors.js';
import type { ConnectionState } from '../client-link.js';
import type { HandshakeFacts, OriginChatsPushes, ReadyUser } from './client-frames.js';
import type { ViewPart } from './client-view.js';
import type { Frame, Request } from './packets.js';

/** How to log in: with a validator of the identity service (section 3.2), or with a local account (section 3.3). */
export type OriginChatsCredentials =
  | {
      /** Makes a validator from the connection's key, at every login; if it fails, the client ends. */
      readonly validator: (key: string) => string | Promise<string>;
    }
  | {
      readonly username: string;
      readonly password: string;
      /** Make the account first. From then on it is logged in to. Default false. */
      readonly register?: boolean;
    };

/** Options of {@link originchats} for {@link connect}. */
export interface OriginChatsConnectOptions {
  readonly credentials: OriginChatsCredentials;
  /** Messages kept of each channel and thread; the oldest go first. Default 500. */
  readonly maxMessages?: number;
  /** How long a request may stay without an answer. Default 15,000 ms. */
  readonly requestTimeoutMs?: number;
  /** Time between pings. Default 30,000 ms. */
  readonly pingMs?: number;
  /** How long after a ping without any frame the connection counts as dead; less than `pingMs`. Default 15,000 ms. */
  readonly pongTimeoutMs?: number;
  /** How long a login may take before the connection counts as dead. Default 15,000 ms. */
  readonly loginTimeoutMs?: number;
}

/** What a message may have besides its text (section 6.1). */
export interface MessageExtras {
  /** The id of the message that is replied to. */
  readonly replyTo?: string;
  /** False: do not call the author of that message. */
  readonly ping?: boolean;
  readonly embeds?: readonly object[];
  readonly attachments?: readonly { readonly id: string }[];
}

/** The outcome of a login. */
export interface OriginChatsLogin {
  readonly user: ReadyUser;
  readonly server: HandshakeFacts;
}

/**
 * The end of a connection. `refused`: the login. `left`: the user left the server for good, here or elsewhere. `ban`: the server said
 * `disconnect`.
 */
export interface OriginChatsDisconnect {
  readonly reason: 'lost' | 'closed' | 'refused' | 'left' | 'ban';
  readonly willReconnect: boolean;
  /** With `willReconnect`: number of the coming attempt, from 1. */
  readonly attempt?: number;
  /** With `willReconnect`: milliseconds until then. */
  readonly inMs?: number;
  /** With `refused`. */
  readonly error?: ClientError;
}

/** One frame, for views of the wire. Outgoing logins hold the credentials. */
export type OriginChatsWire =
  | {
      readonly direction: 'in';
      readonly raw: string;
      /** Milliseconds since the Unix epoch. */
      readonly at: number;
      /** Undefined: no frame of this protocol. */
      readonly frame: Frame | undefined;
    }
  | { readonly direction: 'out'; readonly raw: string; readonly at: number; readonly frame: Request };

type PushEvents = {
  [Name in keyof OriginChatsPushes]: (frame: OriginChatsPushes[Name]) => void;
};

/** What an {@link OriginChatsClient} tells: every frame that the server pushes, by its name on the wire, and what the client itself has to say. */
export interface OriginChatsClientEvents extends PushEvents {
  /** Logged in; `again` after a lost connection. Lists of channels and users follow; history is asked for. */
  login: (event: OriginChatsLogin & { readonly again: boolean }) => void;
  /** A connection has ended, or could not be had. */
  disconnected: (event: OriginChatsDisconnect) => void;
  /** The connection's state is another. */
  state: (state: ConnectionState) => void;
  /** What the client knows of this has changed. Told before the frame that brought it. */
  change: (part: ViewPart) => void;
  /** Every frame in and out, before it is acted on. */
  packet: (packet: OriginChatsWire) => void;
}
