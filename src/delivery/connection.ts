import type { Link } from './chain.js';

/** What delivery needs of a socket or an event stream. */
export interface Transport {
  /** Takes bytes that are framed already. */
  write(bytes: Uint8Array): void;
  /** Bytes taken but not yet handed to the operating system. */
  buffered(): number;
  /** Ends it in good order: what was written still goes out. `code` is a WebSocket close code. */
  close(code: number, reason: string): void;
  /** Ends it at once. */
  terminate(): void;
  /** Asks the other side for a sign of life, where that is possible; told as {@link Receiver.heard}. */
  ping?(): void;
  /** Stops and resumes reading, where that is possible. */
  pause?(): void;
  /** See {@link Transport.pause}. */
  resume?(): void;
}

/** What a socket adapter tells the chat of a transport it handed in. */
export interface Receiver {
  /** One whole frame. */
  receive(data: string | Uint8Array): void;
  /** A sign of life that is no frame, such as the answer to a {@link Transport.ping}. */
  heard?(): void;
  /** The transport is gone. */
  closed(): void;
}

/** Where an HTTP request came from. */
export interface RequestOrigin {
  /** The client's address; `undefined` where there is none. */
  readonly address: string | undefined;
  /** The path that the dialect is mounted at, without a slash at its end. Default: the root. */
  readonly mount?: string;
  /** Nobody else is there to answer what is none of the dialect's routes. Default: false. */
  readonly alone?: boolean;
}

/** The doors of a chat that socket adapters use. */
export interface Door {
  /** Takes in an open transport; `undefined` while the chat drains. `realm`: which of the dialect's realms its client asked for. */
  accept(dialect: string, transport: Transport, address?: string, realm?: string): Receiver | undefined;
  /** Takes no more transports. */
  readonly draining: boolean;
  /** Told of a transport that the adapter did not even take: while draining, for its origin, or for the limits of its address. */
  refused?(reason: 'draining' | 'origin' | 'address'): void;
  /**
   * What an adapter has to know of a dialect: its largest frame, whether it has HTTP routes, whether those bound what they read themselves, and
   * whether its clients name a realm, and whether it takes sockets at all. `undefined`: no such dialect.
   */
  limitsOf(dialect: string):
    | {
        readonly frameBytes: number;
        readonly routes?: boolean;
        readonly boundsBodies?: boolean;
        readonly realms?: boolean;
        /** Default: true. */
        readonly sockets?: boolean;
      }
    | undefined;
  /** A dialect's own HTTP routes; `undefined`: not one of them. */
  fetch(dialect: string, request: Request, from: RequestOrigin): Promise<Response | undefined>;
}

/** A place kept in a connection's outbox for frames that are not there yet. What comes behind it waits. */
export interface Slot {
  frames: readonly Uint8Array[] | undefined;
  /** Starts fetching them; `undefined` once that has begun. */
  fetch: (() => void) | undefined;
  /** Since when it is waited for, in milliseconds since the Unix epoch. */
  since: number;
}

/** What waits for a kept place. Counts as unread. */
export interface Held {
  /** Frames and slots behind the first open slot, that slot included. */
  items: (Uint8Array | Slot)[];
  /** Bytes of all frames among them, those in filled slots included. */
  bytes: number;
  /** Bytes of the largest frame or filled slot. */
  largest: number;
  /** Set when it was too much: the connection is about to be cut. */
  over: boolean;
}

/** One transport link. Fields are fixed at birth: there may be many thousands of these. */
export class Connection<S = unknown> {
  readonly id: string;
  /** Index of its dialect in the chat's list. */
  readonly dialect: number;
  readonly transport: Transport;
  /** The client's address; `undefined` where there is none. */
  readonly address: string | undefined;
  /** In milliseconds that have gone by, whatever was done to the time of day. */
  readonly openedAt: number;
  /** Whatever its dialect wants to remember. */
  state: S;
  /** The user it is logged in as, once that is committed. */
  user: string | undefined = undefined;
  /** What it may see, as a text that is the same for all who may see the same; `undefined` if it sits in one channel at a time. */
  kind: string | undefined = undefined;
  /** The channel it is in, if it sits in one at a time. */
  place: string | undefined = undefined;
  /** The channels it follows without sitting in them. */
  subscriptions: readonly string[] = none;
  /** Where its frames are up to; `undefined` when nothing waits. */
  tail: Link | undefined = undefined;
  /** Bytes of a frame larger than the whole limit that may still be unread; they do not count against it. */
  allowance = 0;
  /** Set while a kept place is open. */
  held: Held | undefined = undefined;
  /** Set when it is to be closed after its frames. */
  closing: { readonly code: number; readonly reason: string } | undefined = undefined;
  closed = false;
  /** Replies that wait for their place. */
  unsent = 0;
  /** What it understands beyond its protocol's common ground, in its dialect's words; renderings can ask for one. */
  features: readonly string[] = none;
  /** The groups it belongs to, and where it stands in each; see {@link Group}. Replaced as a whole, so that they are no longer than needed. */
  groups: readonly unknown[] = none;
  positions: readonly number[] = none;

  constructor(
    id: string,
    dialect: number,
    transport: Transport,
    address: string | undefined,
    openedAt: number,
    state: S,
  ) {
    this.id = id;
    this.dialect = dialect;
    this.transport = transport;
    this.address = address;
    this.openedAt = openedAt;
    this.state = state;
  }
}

const none: readonly never[] = [];
