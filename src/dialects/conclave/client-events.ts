import { EventEmitter } from 'eventemitter3';
import { type Calls, refusalOf } from './client-calls.js';
import { ConclaveError } from './client-errors.js';
import { idsToText, type WithIds } from './client-ids.js';
import { eventStreamReader, type StreamItem } from './events.js';
import type * as wire from './gen/messages.js';
import { ServerEvent } from './gen/messages.js';
import type { MessageSchema } from './schema.js';

/** Options of {@link ConclaveClient.events}. */
export interface ConclaveStreamOptions {
  /** How long it waits before it comes back: between this and half as much again, so that clients of a restarted server do not come all at once. Default 5,000 ms. */
  readonly retryMs?: number;
  /** Silence after which the stream counts as dead; servers break it every 15 s. Default 45,000 ms. */
  readonly silenceMs?: number;
  /** From 0 up to 1, without it. Default `Math.random`. */
  readonly random?: () => number;
}

/** The end of a stream, or that it could not be had. */
export interface ConclaveDisconnect {
  /** `lost`: by nobody's wish. `refused`: with 401, so the token is not good any more. `closed`: by {@link ConclaveStream.close}. */
  readonly reason: 'lost' | 'refused' | 'closed';
  readonly willReconnect: boolean;
  /** With `willReconnect`: milliseconds until then. */
  readonly inMs?: number;
  /** What the server said, or why it could not be reached. */
  readonly error?: ConclaveError;
}

/** What a {@link ConclaveStream} tells: each event of the protocol (section 7.4), and what becomes of the stream. */
export interface ConclaveStreamEvents {
  /** The stream is open, `again` after another one. What happened in between is not told: read welcomes, invites and messages again. */
  open: (event: { readonly again: boolean }) => void;
  /** The stream has ended, or could not be had. */
  disconnected: (event: ConclaveDisconnect) => void;
  /** The server left out so many events: read all state again. */
  lagged: (event: { readonly count: number }) => void;
  /** A frame that this client cannot read, such as an event of a later version; `data` is the beginning of one that is no event at all. */
  unknown: (event: { readonly data?: string }) => void;
  /** Somebody else sent a message. */
  newMessage: (event: WithIds<wire.NewMessageEvent>) => void;
  /** There is a commit of somebody else, or something about a group or its members is another. */
  groupUpdate: (event: WithIds<wire.GroupUpdateEvent>) => void;
  /** A welcome is there, after the own invite was accepted. */
  welcome: (event: WithIds<wire.WelcomeEvent>) => void;
  /** Somebody is no member any more; for whom it is the own user, the group is gone. */
  memberRemoved: (event: WithIds<wire.MemberRemovedEvent>) => void;
  /** Somebody came back by an external commit, with other keys. */
  identityReset: (event: WithIds<wire.IdentityResetEvent>) => void;
  /** Somebody invites the own user. */
  inviteReceived: (event: WithIds<wire.InviteReceivedEvent>) => void;
  /** An own invite was declined, or cancelled: the group needs new keys. */
  inviteDeclined: (event: WithIds<wire.InviteDeclinedEvent>) => void;
  /** An invite to the own user was taken back. */
  inviteCancelled: (event: WithIds<wire.InviteCancelledEvent>) => void;
  /** An admin has deleted a group that one belonged to. */
  groupDeleted: (event: WithIds<wire.GroupDeletedEvent>) => void;
}

type Timer = ReturnType<typeof setTimeout>;

/**
 * The event stream of one session. It opens at once and comes back when it was lost, until it is closed or the token is refused.
 *
 * A listener that throws does not disturb it, only the listeners after it: what it threw surfaces as an uncaught error of its own task.
 */
export class ConclaveStream extends EventEmitter<ConclaveStreamEvents> {
  readonly #calls: Calls;
  readonly #options: Required<ConclaveStreamOptions>;
  #opened = false;
  #ended = false;
  #current: AbortController | undefined;
  #timer: Timer | undefined;

  /** @internal */
  constructor(calls: Calls, { retryMs, silenceMs, random }: ConclaveStreamOptions) {
    super();
    this.#calls = calls;
    this.#options = {
      retryMs: retryMs ?? 5_000,
      silenceMs: silenceMs ?? 45_000,
      random: random ?? Math.random,
    };
    // Listeners that are added right after hear everything.
    queueMicrotask(() => this.#run());
  }

  /** Ends it for good. */
  close(): void {
    this.#end({ reason: 'closed' });
  }

  /** Tries at once instead of waiting, for example when the network is back. */
  retry(): void {
    if (this.#ended || this.#current !== undefined) return;
    clearTimeout(this.#timer);
    this.#run();
  }

  async #run(): Promise<void> {
    if (this.#ended) return;
    const current = new AbortController();
    this.#current = current;
    const why = await this.#follow(current).catch((thrown: unknown) => thrown as ConclaveError);
    // Closed meanwhile.
    if (this.#current !== current) return;
    this.#current = undefined;
    clearTimeout(this.#timer);
    current.abort();
    const about = why === undefined ? {} : { error: why };
    if (why?.status === 401) return this.#end({ reason: 'refused', ...about });
    const { retryMs, random } = this.#options;
    const inMs = Math.floor(retryMs * (1 + random() / 2));
    this.#timer = setTimeout(() => this.#run(), inMs);
    this.#tell('disconnected', { reason: 'lost', willReconnect: true, inMs, ...about });
  }

  /** Reads one stream to its end. Returns why there is none, if so. */
  async #follow(current: AbortController): Promise<ConclaveError | undefined> {
    this.#expect(current);
    const response = await this.#calls.open('/events', current.signal);
    if (response.status !== 200) return refusalOf(response);
    if (response.body === null || !response.headers.get('content-type')?.startsWith('text/event-stream'))
      return new ConclaveError(200, undefined, 'the answer is no event stream');
    if (current.signal.aborted) return undefined;
    const again = this.#opened;
    this.#opened = true;
    this.#tell('open', { again });
    const take = eventStreamReader();
    const body = response.body.getReader();
    for (;;) {
      this.#expect(current);
      const { done, value } = await body.read().catch((cause: unknown) => {
        throw new ConclaveError(0, undefined, 'the stream broke off', { cause });
      });
      if (done || current.signal.aborted) return undefined;
      for (const item of take(value)) this.#hear(item);
    }
  }

  /** Gives the server so long to say something. */
  #expect(current: AbortController): void {
    if (current !== this.#current) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => current.abort(new Error('nothing was heard for too long')),
      this.#options.silenceMs,
    );
  }

  #hear(item: StreamItem): void {
    if (this.#ended) return;
    if (item.kind === 'lagged') return this.#tell('lagged', { count: item.count });
    if (item.kind === 'unknown') return this.#tell('unknown', {});
    if (item.kind === 'malformed') return this.#tell('unknown', { data: item.data });
    const { case: name, value } = item.event;
    const schema = ServerEvent.fields.find((field) => field.name === name)?.of as MessageSchema;
    this.#tell(name, idsToText(schema, value));
  }

  #end(how: Omit<ConclaveDisconnect, 'willReconnect'>): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#timer);
    const current = this.#current;
    this.#current = undefined;
    current?.abort();
    this.#tell('disconnected', { ...how, willReconnect: false });
  }

  #tell(event: keyof ConclaveStreamEvents, about: unknown): void {
    try {
      this.emit(event as never, ...([about] as never));
    } catch (thrown) {
      setTimeout(() => {
        throw thrown;
      });
    }
  }
}
