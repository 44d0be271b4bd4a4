import type { ClientDisconnect, ClientEvents, ClientTimes } from '../chat-client.js';
import type { ClientError } from '../client-errors.js';
import type { VenuelessLogin, VenuelessPushes, VenuelessSubscription } from './client-frames.js';
import type { VenuelessPart } from './client-view.js';

/** How to log in (section 3): as a guest by the id of one's browser, or by a token that the host gave out. */
export type VenuelessCredentials = { readonly clientId: string } | { readonly token: string };

/** Options of {@link venueless} for {@link connect}. */
export interface VenuelessConnectOptions extends ClientTimes {
  /** A function is asked at every login, for tokens that grow old; if it fails, the client ends. */
  readonly credentials: VenuelessCredentials | (() => VenuelessCredentials | Promise<VenuelessCredentials>);
  /** Messages kept of each channel; the oldest go first. Default 500. */
  readonly maxMessages?: number;
  /** How long a request may stay without an answer. Default 15,000 ms. */
  readonly requestTimeoutMs?: number;
}

/**
 * The end of a connection. `reload`: the server wants a new login, which is on its way. `replaced`: this user has opened more connections than may
 * be; `denied`: banned, or gone for good; `fatal`: a fault of the server or of a frame. After these three the client stays away.
 */
export type VenuelessDisconnect = ClientDisconnect<'reload' | 'replaced' | 'denied' | 'fatal'>;

/** One frame, for views of the wire. Outgoing logins hold the credentials. */
export interface VenuelessWire {
  readonly direction: 'in' | 'out';
  readonly raw: string;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  /** Undefined: no frame of this protocol. */
  readonly frame: readonly unknown[] | undefined;
}

type PushEvents = {
  [Name in keyof VenuelessPushes]: (payload: VenuelessPushes[Name]) => void;
};

/** What a {@link VenuelessClient} tells: everything that the server pushes, by its name on the wire, and what the client itself has to say. */
export interface VenuelessClientEvents extends PushEvents, ClientEvents<VenuelessLogin, VenuelessDisconnect> {
  /** A channel is followed again after a lost connection; what was known of its messages is fetched next. */
  resubscribed: (event: { readonly channel: string; readonly subscription: VenuelessSubscription }) => void;
  /** A channel could not be followed again: it is gone, or closed to one. */
  unsubscribed: (event: { readonly channel: string; readonly error: ClientError }) => void;
  /** An error that is no answer to a request. */
  error: (error: { readonly code: string; readonly message?: string; readonly details?: unknown }) => void;
  /** What the client knows of this has changed. Told before the push that brought it. */
  change: (part: VenuelessPart) => void;
  /** Every frame in and out, before it is acted on. */
  packet: (packet: VenuelessWire) => void;
}
