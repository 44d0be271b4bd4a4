import type { ChatError } from '../core/errors.js';
import type { Bodies, Clock, Digest, Logger, Metrics, Storage } from '../core/ports.js';
import type { Rejection } from '../core/rejection.js';
import type { View } from '../core/table.js';
import type { Connection, Receiver, RequestOrigin, Transport } from '../delivery/connection.js';
import type { Rendering } from '../delivery/deliver.js';
import type { framings } from '../delivery/frame.js';
import type { TraitConditions } from '../domain/access/grants.js';
import type { Attachment } from '../domain/attachments/attachments.js';
import type { Auth } from '../domain/auth.js';
import type { DomainConfig } from '../domain/config.js';
import type { ChatEvent, EventName } from '../domain/events.js';
import type { GroupSettings } from '../domain/groups/settings.js';
import type { SessionId } from '../domain/ids.js';
import type { Commands } from '../domain/index.js';
import type { RoleWish } from '../domain/roles/commands.js';

/** Passwords of local accounts. Rejects with `hasher-busy`, which is worth trying again, or `hasher-failed`. */
export interface Passwords {
  hash(password: string): Promise<string>;
  /** Checks a password against a stored hash; without one it costs the same time and is wrong, so that nobody learns which logins there are. */
  verifyLogin(
    hash: string | undefined,
    password: string,
  ): Promise<{ readonly ok: boolean; readonly rehash: boolean }>;
}

/** What the chat gives a dialect when it starts. */
export interface DialectHost {
  readonly clock: Clock;
  /** The same, but that its `now` counts milliseconds that have gone by, whatever is done to the time of day: for time limits. */
  readonly steady: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly config: DomainConfig;
  /** Never throws; a refusal after a failure or a timeout is reported by the chat. */
  readonly authenticate: (
    ...input: Parameters<Auth>
  ) => Promise<Exclude<Awaited<ReturnType<Auth>>, null | undefined>>;
  /** Only for a dialect that says `needsHasher`. */
  readonly passwords: Passwords;
  /** Runs `look` on the state as it is now. */
  read<T>(look: (view: View) => T): T;
  /** The same for what is shown outside a connection: resolves once all that `look` saw is stored. Rejects with `unavailable` if it was taken back. */
  show<T>(look: (view: View) => T): Promise<T>;
  /** What is stored, to be read by what {@link Turn.later} runs. */
  readonly archive: Pick<Storage, 'query' | 'count' | 'rows'>;
  /** Bytes of files: written under a new id before the row that refers to them, swept a minute or more after none does. */
  readonly bodies: Bodies;
  /** Where everybody can read a file that a message shows, for dialects that show links; `undefined`: nowhere that is known. */
  fileLink(file: Attachment): string | undefined;
  /** An id of the chat's series. */
  nextId(): number;
  /**
   * Submits what came by an HTTP route, or what the dialect itself does as `by: 'host'`. Hooks run first, except for the latter. Resolves once
   * it is stored, or with the refusal. Never rejects.
   */
  submit<T extends keyof Commands & string>(
    type: T,
    input: Commands[T]['input'],
    from?: Partial<RequestOrigin>,
  ): Promise<Decision<T>>;
  /**
   * Resolves when everything granted until now has been published, however long storage takes: what somebody hears live begins there. Rejects
   * if it was taken back.
   */
  published(): Promise<void>;
  /** A SHA-256 of bytes that come piece by piece. */
  sha256(): Digest;
  /**
   * Takes in a transport that is no socket, such as the stream of a response, as a connection of the dialect, which is told of it by
   * {@link Receiver}. What it is bound to is for a command to say. `undefined` while the chat drains.
   */
  accept(
    transport: Transport,
    from: { readonly address: string | undefined; readonly state: unknown },
  ): Taken | undefined;
  /**
   * Shows what no event says, after all that was shown so far: so it may rest on what {@link Dialect.heard} was told and on nothing newer.
   * Answers with the bytes of the frames, for all who are sent them.
   */
  tell(renderings: readonly Rendering<unknown>[]): number;
  /** For failures of what the host put into the dialect's options. */
  report(error: ChatError): void;
  /** Runs what calls listeners of the host's, in the order given and between those of the chat's own events. */
  inOwnTask(task: () => void): void;
}

/** A transport that was taken in. */
export interface Taken extends Receiver {
  readonly session: SessionId;
}

/** Limits of one connection; see `docs/limits.md`. */
export interface ConnectionLimits {
  /** Largest frame a client may send. Default 65,536 bytes. Beyond it: closed with 1009. */
  readonly frameBytes: number;
  /** Frames before login. Default 20 frames. Beyond it: closed with 1008. */
  readonly framesBeforeLogin: number;
  /** Bytes before login. Default 65,536 bytes. Beyond it: closed with 1008. */
  readonly bytesBeforeLogin: number;
  /** Time until logged in. Default 30,000 ms. Beyond it: closed with 1008. */
  readonly loginMs: number;
  /** Packets that wait while an earlier one of the connection is worked on, or four answers to it are still to be fetched. Default 64 packets. Beyond it: reading pauses. */
  readonly waitingPackets: number;
  /** Silence of a client after which it is sent a WebSocket ping; 0: never. Every WebSocket client answers by itself. Default 0 ms. */
  readonly idlePingMs: number;
  /** Silence of a client, no frame, no ping and no answer to one; 0: as long as it likes. Default 0 ms. Beyond it: ended, with the reason `timeout`. */
  readonly idleTimeoutMs: number;
}

export const connectionLimits: ConnectionLimits = {
  frameBytes: 65_536,
  framesBeforeLogin: 20,
  bytesBeforeLogin: 65_536,
  loginMs: 30_000,
  waitingPackets: 64,
  idlePingMs: 0,
  idleTimeoutMs: 0,
};

/** Why the server ends a connection. */
export type GoodbyeReason =
  | 'drain'
  | 'host'
  | 'login-timeout'
  | 'login-flood'
  | 'timeout'
  | 'undone'
  | 'handler-failed';

/** Everything a handler can do with the connection it works for. */
export interface Turn<P = unknown, K = unknown> {
  readonly connection: Connection<K>;
  /** The connection's session; the same text as its id. */
  readonly session: SessionId;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  /** Milliseconds that have gone by, as {@link DialectHost.steady} counts them. */
  readonly elapsed: number;
  /** The state as it is now. Read again after waiting for anything. */
  read<T>(look: (view: View) => T): T;
  /** Sends packets in their place: after everything decided before, once that is stored. */
  reply(...packets: readonly P[]): void;
  /**
   * Answers with packets that have to be fetched first. What is sent to the connection from the answer's place on waits behind it (at most
   * `slotMs`). `load` runs once the connection's answers before it are there and enough of them is read; with four that are still to be
   * fetched, its further packets wait. `upTo`: the newest id that the connection has or could have heard of by then; what is newer reaches it
   * by itself. If `load` rejects, that is reported and answered as `unavailable`.
   */
  later(load: (upTo: number) => Promise<readonly P[]>): void;
  /** Sends packets at once, ahead of all that waits for storage. For keep-alives. */
  replyNow(...packets: readonly P[]): void;
  /** An id of the chat's series, for something said to this connection only. */
  nextId(): number;
  /**
   * Submits a command. Hooks run first. Answers in the same turn unless a hook or a row from storage has to be waited for.
   * `first`: packets to send before what the command causes. `tag`: what its events carry as their origin, together with this session. If the decision is taken back later, the connection gets the dialect's answer for `unavailable`.
   */
  submit<T extends keyof Commands & string>(
    type: T,
    input: Commands[T]['input'],
    options?: SubmitOptions<T, P>,
  ): Decision<T> | Promise<Decision<T>>;
  /** Closes the connection after what it was sent. */
  close(code: number, reason: string): void;
}

/** How a command is submitted. */
export interface SubmitOptions<T extends keyof Commands, P> {
  readonly first?: (result: Commands[T]['result']) => readonly P[];
  readonly tag?: string | undefined;
}

/** What became of a command. */
export type Decision<T extends keyof Commands> = Commands[T]['result'] | Rejection;

/** How one kind of packet is handled. */
export interface HandlerRow<P = unknown, C = unknown, K = unknown> {
  /** When it is listened to: before login, once logged in, or both. Otherwise it is dropped and counted. */
  readonly when: 'before-login' | 'after-login' | 'always';
  /** What happens to it while an earlier packet of the connection is worked on. Default `wait`. */
  readonly whileBusy?: 'wait' | 'drop' | 'bypass';
  run(turn: Turn<P, K>, packet: C): void | Promise<void>;
}

/** One wire protocol. `P`: packets it sends, `C`: packets it receives, `K`: what it remembers of a connection. */
export interface Dialect<P = unknown, C = unknown, K = unknown> {
  readonly name: string;
  /** How its transport wraps a packet. */
  readonly framing: keyof typeof framings;
  readonly limits: ConnectionLimits;
  /** Its clients name a realm: WebSockets are taken one path segment below the mount, at `<mount>/<realm>`, and not at the mount itself. */
  readonly realms?: true;
  /** What it remembers of a new socket; a dialect without it takes none. `realm`: what its client asked for, 1 to 200 characters; only for a dialect that says `realms`. */
  state?(connection: {
    readonly address: string | undefined;
    /** As {@link Turn.elapsed} then. */
    readonly elapsed: number;
    readonly realm: string | undefined;
  }): K;
  /** What the server says first. */
  open?(turn: Turn<P, K>): void;
  /** Sees every frame of a session before it is decoded. `drop`: it is not looked at any further. */
  received?(turn: Turn<P, K>, bytes: number): 'process' | 'drop';
  /** Never throws. */
  decode(
    data: string | Uint8Array,
  ): { readonly ok: true; readonly packet: C } | { readonly ok: false; readonly code: string };
  encode(packet: P): string | Uint8Array;
  /** The row of {@link Dialect.handlers} for a packet. */
  kindOf(packet: C): string;
  readonly handlers: { readonly [kind: string]: HandlerRow<P, never, K> };
  readonly render: RenderTable<P>;
  /** Words a refusal. */
  refused(rejection: Rejection): readonly P[];
  /** Called about once a second for each connection. */
  tick?(turn: Turn<P, K>): void;
  /** Called about once a second, for what is not done connection by connection. `elapsed`: as {@link Turn.elapsed}. */
  sweep?(elapsed: number): void;
  /** The chat is there, and about to take connections. */
  started?(): void;
  /** Hears every event, once it is shown: for what the dialect remembers by itself. */
  heard?(event: ChatEvent): void;
  /** What a connection is told when the server ends it. */
  goodbye(reason: GoodbyeReason): {
    readonly packets: readonly P[];
    readonly code: number;
    readonly text: string;
  };
  /** HTTP routes of its own; `undefined`: not its route. */
  fetch?(request: Request, from: RequestOrigin): Promise<Response | undefined> | undefined;
  /** Its routes bound the bodies that they read, and answer what is too large in their own words: the adapter's default does not hold. */
  readonly boundsBodies?: boolean;
}

/** For each event: what this dialect's viewers see, or the reason why they see nothing. */
export type RenderTable<P> = {
  readonly [N in EventName]: ((event: ChatEvent<N>) => readonly Rendering<P>[]) | { readonly silent: string };
};

/** Roles that are there by name without anybody having made them, and who has them besides those who bear the name among their roles. */
export interface WorldGrants {
  /** What each role grants, in the dialect's own words. */
  readonly roles: Readonly<Record<string, readonly string[]>>;
  /** Conditions by role: whoever meets them has it. */
  readonly traits: Readonly<Record<string, TraitConditions>>;
}

/** What hosts put into `dialects`: a name and how to start it. One definition may serve several chats. */
export interface DialectDefinition {
  readonly name: string;
  /** Entries of a channel's past that its newcomers want. */
  readonly backlog?: number;
  /** It has accounts with passwords of their own: the chat must be given a `hasher`. */
  readonly needsHasher?: boolean;
  /** It shows direct channels: whispers to and by people who have logged in through it are kept as their messages. */
  readonly showsDirects?: boolean;
  /** It shows whispers as they are said: somebody with a session in it can be whispered to. */
  readonly showsWhispers?: boolean;
  /** Names that the server speaks under in this protocol, besides the chat's `botName`: nobody gets one of them. */
  readonly reservedNames?: readonly string[];
  /** How it keeps encrypted groups and tokens; the chat's own option `groups` goes over it. */
  readonly groups?: Partial<GroupSettings>;
  /** Roles that a chat begins with unless the host names others, the highest first. */
  readonly roles?: readonly RoleWish[];
  /** World roles, which have no row, and whom their traits give one. Those of several dialects are put together. */
  readonly grants?: WorldGrants;
  /** The absolute address under which it gives out a file, whatever protocol that was uploaded in; `undefined`: it does not, or does not know its own. */
  fileLink?(file: Attachment): string | undefined;
  /** @internal */
  create(host: DialectHost): Dialect<never, never, never>;
}
