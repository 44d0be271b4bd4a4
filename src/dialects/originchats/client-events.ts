import type { ClientDisconnect, ClientEvents, ClientTimes } from '../chat-client.js';
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
export interface OriginChatsConnectOptions extends ClientTimes {
  readonly credentials: OriginChatsCredentials;
  /** Messages kept of each channel and thread; the oldest go first. Default 500. */
  readonly maxMessages?: number;
  /** How long a request may stay without an answer. Default 15,000 ms. */
  readonly requestTimeoutMs?: number;
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

/** The end of a connection. `left`: the user left the server for good, here or elsewhere. `ban`: the server said `disconnect`. */
export type OriginChatsDisconnect = ClientDisconnect<'left' | 'ban'>;

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
export interface OriginChatsClientEvents
  extends PushEvents,
    ClientEvents<OriginChatsLogin, OriginChatsDisconnect> {
  /** What the client knows of this has changed. Told before the frame that brought it. */
  change: (part: ViewPart) => void;
  /** Every frame in and out, before it is acted on. */
  packet: (packet: OriginChatsWire) => void;
}
