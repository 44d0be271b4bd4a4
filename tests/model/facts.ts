import type { SocketDialect } from '../simulation/support/clients.js';
import type { Claims, Door } from './cast.js';
import type { Poll } from './polls.js';

/** How somebody is kept out, and by which name they were when it was said. */
export interface Ban {
  readonly name: string;
  /** Bans given before it. */
  readonly number: number;
  /** Milliseconds since the Unix epoch; none: for good. */
  readonly until?: number;
}

export interface Person {
  /** The id of their identity. */
  readonly name: string;
  /** What their identity says that they are called. */
  called: string;
  /** The name that their handle was made of. */
  named: string;
  /** The name that nobody else wears, while they have an account. */
  handle: string;
  /** It is to be made anew. */
  renamed: boolean;
  /** A name for as long as they are online. */
  nick: string | undefined;
  /** How they wish to be called where names are no keys. */
  display: string | undefined;
  /** Counts how often they have left for good: who comes back is somebody else. */
  life: number;
  claims: Claims;
  /** The room they sit in, while they are on Sock Chat. */
  place: string | undefined;
  silenced: boolean;
  /** Milliseconds since the Unix epoch; none: for good. */
  silencedUntil: number | undefined;
  ban: Ban | undefined;
  /** Their address is kept out of Sock Chat. */
  addressBan: Ban | undefined;
  /** Has an account: was logged in once. */
  known: boolean;
  /** Left for good, and their account is kept because of a ban. */
  left: boolean;
  /** Has ever logged in by a protocol that shows direct channels. */
  direct: boolean;
  /** Pages of theirs that load anew since they were deleted, and until when they are turned away for it. */
  loading: { pages: number; readonly until: number };
  readonly blocks: Set<string>;
}

/** Somebody logged in by some protocol. */
export interface Session {
  readonly place: number;
  readonly person: Person;
  readonly dialect: SocketDialect;
  /** When a silence ends that was there at the login: on Venueless it is to load anew then. */
  readonly until?: number | undefined;
  /** Rooms that it follows, on Venueless. */
  readonly follows: Set<string>;
}

/** Somebody as they were when they did something. */
export interface Signature {
  readonly name: string;
  readonly life: number;
  readonly handle: string;
}

export interface Said {
  /** Stands for the id, until that is known. */
  readonly key: string;
  /** Names of the room, or of those who share a direct channel. */
  readonly room: string;
  /** Nobody: the host. */
  readonly author: Signature | undefined;
  /** How Sock Chat named them then. */
  readonly signed: string;
  /** The rank they had. */
  readonly rank: number;
  text: string;
  readonly action: boolean;
  /** The question that it asks. */
  readonly poll?: Poll | undefined;
  pinned: boolean;
  /** What Sock Chat knows it as, the newest last. */
  readonly shown: string[];
  /** Who reacted with what, in order. */
  readonly reactions: Map<string, readonly Signature[]>;
}

/** An id that was given out, and the event by which the host is told of it. */
export interface Given {
  readonly event: 'message' | 'message_edit' | 'message_delete' | 'whisper';
  readonly key: string;
}

export interface Room {
  readonly name: string;
  door: Door;
  /** Whose direct channel it is, if it is one. */
  readonly direct?: readonly [string, string];
  /** Ends with its last person, and is not there outside of Sock Chat. */
  readonly temporary?: boolean;
  /** Who made it, if they are still there. */
  owner?: string | undefined;
  readonly members: Set<string>;
  /** Whom the next message tells that there is something to read: them it tells once. */
  readonly waiting: Set<string>;
  readonly messages: Said[];
}

/** A thread of the forum, which nobody sees but by OriginChats. */
export interface Thread extends Room {
  creator: Signature;
  /** Who takes part, in order. */
  takers: readonly Signature[];
}
