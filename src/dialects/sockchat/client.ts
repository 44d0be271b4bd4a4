import { EventEmitter } from 'eventemitter3';
import { ClientError } from '../client-errors.js';
import type {
  ClientDialect,
  ClientLink,
  ConnectionState,
  LinkListener,
  NextAttempt,
} from '../client-link.js';
import { LoginError } from './client-errors.js';
import type { Disconnect, Login, SockChatClientEvents, SockChatConnectOptions } from './client-events.js';
import { decodeServer, encodeClient } from './codec.js';
import type { AuthFailPacket, ClientPacket, ForcedDisconnectPacket, ListedChannel } from './packets.js';
import { NO_END, TYPING, TYPING_MS } from './packets.js';
import { SockChatView } from './view.js';
import type { ChatLine, ChatUser } from './view-types.js';

export { ClientError, type ClientErrorCode } from '../client-errors.js';
export { LoginError } from './client-errors.js';
export type {
  Disconnect,
  DisconnectReason,
  Login,
  SockChatClientEvents,
  SockChatConnectOptions,
  WirePacket,
} from './client-events.js';
export type { PlainName, PlainNotice } from './plain.js';
export type { ChatLine, ChatMessage, ChatNotice, ChatUser, ViewEvents } from './view-types.js';

type Timer = ReturnType<typeof setTimeout>;

/**
 * A person's end of a Sock Chat server: logs in, keeps up what is known of channel and people, answers for keep-alive, and
 * logs in again with the same credentials when the connection was lost. Never comes back by itself after a refused login, a
 * kick or a ban (section 14 of the specification).
 *
 * All text in its view and events is plain. Events are told after the view has what they tell of. A listener that throws
 * does not disturb the client, only the listeners after it: what it threw surfaces as an uncaught error of its own task.
 */
export class SockChatClient extends EventEmitter<SockChatClientEvents> {
  /**
   * The first login. Rejects with a {@link LoginError} when it was refused, with a {@link ClientError} when the client was
   * closed or gave up before. Lost connections in between are tried again and do not reject it.
   */
  readonly login: Promise<Login>;

  readonly #link: ClientLink;
  readonly #options: SockChatConnectOptions;
  readonly #view: SockChatView;
  #state: ConnectionState = 'connecting';
  #loggedIn = false;
  #settle!: { resolve(login: Login): void; reject(error: ClientError): void };
  /** The server agreed to show who is typing, on this connection. */
  #agreed = false;
  /** Where and until when the server shows this client typing; what is told meanwhile it ignores. */
  #typing = { channel: '', until: 0 };
  #pingTimer: Timer | undefined;
  #deadline: Timer | undefined;

  /** @internal */
  constructor(link: ClientLink, options: SockChatConnectOptions) {
    super();
    this.#link = link;
    this.#options = options;
    this.#view = new SockChatView(
      options.maxLines ?? 500,
      (event, payload) => this.#tell(event, ...([payload] as never)),
      Date.now,
    );
    this.login = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    // Hosts that listen to `disconnected` need not look at the promise.
    this.login.catch(() => {});
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Oneself; null before the first login. */
  get self(): ChatUser | null {
    return this.#view.self;
  }

  /** The name of the channel one is in; null before the first login. */
  get channel(): string | null {
    return this.#view.channel;
  }

  /** Longest message in characters, which the server cuts to; null where it has not said. */
  get maxLength(): number | null {
    return this.#view.maxLength;
  }

  /** Everybody in the channel, oneself included, by id. */
  get users(): ReadonlyMap<string, ChatUser> {
    return this.#view.users;
  }

  /** The channels one may see, by name. */
  get channels(): ReadonlyMap<string, ListedChannel> {
    return this.#view.channels;
  }

  /** What was said and what happened in the channel, oldest first; its past included. */
  get lines(): readonly ChatLine[] {
    return this.#view.lines;
  }

  /**
   * Says something in the channel. A text that starts with a slash is a command, as in the protocol itself.
   *
   * The server answers with the message itself: until `message` tells of it, it may have been lost with the connection or
   * dropped (silenced users are not told). Nothing is kept for later: throws `not-connected` unless the state is `online`.
   */
  send(text: string): void {
    const self = this.#view.self;
    if (this.#state !== 'online' || self === null) {
      throw new ClientError('not-connected', `nothing can be sent while the client is ${this.#state}`);
    }
    this.#write({ kind: 'message', userId: self.id, text });
  }

  /** Sends `/name words…`. Answers come as notices. Throws like {@link send}. */
  command(name: string, ...words: readonly string[]): void {
    this.send(`/${[name, ...words].join(' ')}`);
  }

  /** Says something to one person, by a name as shown or without its `~`. Throws like {@link send}, and for a name with spaces. */
  whisper(name: string, text: string): void {
    this.command('msg', word(name), text);
  }

  /** `/me`. */
  action(text: string): void {
    this.command('me', text);
  }

  /**
   * Tells the others in the channel that something is being typed; to be called at every key, sent at most every {@link TYPING_MS}. Does
   * nothing where it cannot be told: without the option `typing`, on servers that have not agreed, and unless the state is `online`.
   */
  typing(): void {
    const { self, channel } = this.#view;
    if (this.#state !== 'online' || !this.#agreed || self === null || channel === null) return;
    const now = Date.now();
    if (this.#typing.channel === channel && now < this.#typing.until) return;
    this.#typing = { channel, until: now + TYPING_MS };
    this.#write({ kind: 'typing', userId: self.id, channel });
  }

  /** Goes to another channel; `channel_switch` tells of the outcome, after a notice if it was refused. */
  join(channel: string, password?: string): void {
    this.command('join', word(channel), ...(password === undefined ? [] : [password]));
  }

  /** Tries at once instead of waiting for the next attempt, for example when the network is back. */
  retry(): void {
    this.#link.retry();
  }

  /** Leaves, for good. */
  close(): void {
    this.#end({ reason: 'closed' }, new ClientError('closed', 'the client was closed'));
  }

  /**
   * What the connection below tells.
   *
   * @internal
   */
  static listener(client: SockChatClient): LinkListener {
    return {
      connecting: () => client.#enter('connecting'),
      opened: () => void client.#opened(),
      received: (text) => client.#received(text),
      lost: (next) => client.#lost(next),
    };
  }

  async #opened(): Promise<void> {
    this.#view.opened();
    this.#enter('authenticating');
    this.#waitFor(this.#options.loginTimeoutMs ?? 15_000);
    this.#agreed = false;
    this.#typing = { channel: '', until: 0 };
    if (this.#options.typing) this.#write({ kind: 'capabilities', capabilities: [TYPING] });
    const deadline = this.#deadline;
    const args = await words(this.#options.credentials).catch(() => null);
    // Another connection, or none, by the time the credentials are there.
    if (deadline !== this.#deadline || this.#state !== 'authenticating') return;
    if (args === null) {
      const error = new ClientError('credentials-failed', 'the credentials could not be had');
      return this.#end({ reason: 'refused', error }, error);
    }
    this.#write({ kind: 'auth', args });
  }

  #received(raw: string): void {
    const result = decodeServer(raw);
    this.#tell('packet', { direction: 'in', raw, at: Date.now(), result });
    // Any sign of life will do: some servers answer pings in words of their own.
    if (this.#state === 'online') this.#waitFor(null);
    if (!result.ok || this.#state === 'ended') return;
    const { packet } = result;
    switch (packet.kind) {
      case 'auth_fail':
        return this.#refused(packet);
      case 'forced_disconnect':
        return this.#sentAway(packet);
      case 'auth_ok': {
        this.#view.apply(packet);
        const { self, channel, maxLength } = this.#view;
        if (self === null || channel === null) return;
        const login: Login = { user: self, channel, maxLength };
        this.#link.settled();
        this.#waitFor(null);
        this.#pingLater();
        this.#enter('online');
        const again = this.#loggedIn;
        this.#loggedIn = true;
        this.#settle.resolve(login);
        return this.#tell('login', { ...login, again });
      }
      case 'capabilities':
        this.#agreed = this.#options.typing === true && packet.capabilities.includes(TYPING);
        return;
      default:
        return this.#view.apply(packet);
    }
  }

  #refused({ reason, untilSeconds }: AuthFailPacket): void {
    const error = new LoginError(reason, until(untilSeconds));
    this.#end({ reason: 'refused', error, until: error.until }, error);
  }

  #sentAway(packet: ForcedDisconnectPacket): void {
    const reason = packet.banned ? 'ban' : 'kick';
    const end = packet.banned ? until(packet.untilSeconds) : undefined;
    this.#end({ reason, until: end }, new ClientError('closed', `ended by the server: ${reason}`));
  }

  #lost(next: NextAttempt | null): void {
    this.#quiet();
    if (next === null) {
      this.#settle.reject(new ClientError('connection-lost', 'the connection was lost'));
      this.#enter('ended');
      return this.#tell('disconnected', { reason: 'lost', willReconnect: false });
    }
    this.#enter('waiting');
    this.#tell('disconnected', { reason: 'lost', willReconnect: true, ...next });
  }

  #end(how: Omit<Disconnect, 'willReconnect'>, error: ClientError): void {
    if (this.#state === 'ended') return;
    this.#quiet();
    this.#link.end();
    this.#settle.reject(error);
    this.#enter('ended');
    this.#tell('disconnected', { ...how, willReconnect: false });
  }

  /** Servers count pings and nothing else as a sign of life, so they go out however much is said. */
  #pingLater(): void {
    const { pingMs = 30_000, pongTimeoutMs = 15_000 } = this.#options;
    clearTimeout(this.#pingTimer);
    this.#pingTimer = setTimeout(() => {
      this.#write({ kind: 'ping', userId: this.#view.self?.id ?? '' });
      this.#waitFor(pongTimeoutMs);
      this.#pingLater();
    }, pingMs);
  }

  /** Gives the server so long to say something; null: it has. */
  #waitFor(ms: number | null): void {
    clearTimeout(this.#deadline);
    this.#deadline = ms === null ? undefined : setTimeout(() => this.#link.drop(), ms);
  }

  #quiet(): void {
    clearTimeout(this.#pingTimer);
    this.#waitFor(null);
  }

  #write(packet: ClientPacket): void {
    const raw = encodeClient(packet);
    if (this.#link.send(raw)) {
      this.#tell('packet', { direction: 'out', raw, at: Date.now(), result: { ok: true, packet } });
    } else if (packet.kind === 'message') {
      throw new ClientError('not-connected', 'the connection is closing');
    }
  }

  #enter(state: ConnectionState): void {
    if (this.#state === state || this.#state === 'ended') return;
    this.#state = state;
    this.#tell('state', state);
  }

  #tell<N extends keyof SockChatClientEvents>(event: N, ...args: Parameters<SockChatClientEvents[N]>): void {
    try {
      this.emit(event, ...(args as never));
    } catch (thrown) {
      setTimeout(() => {
        throw thrown;
      });
    }
  }
}

/** Sock Chat, for {@link connect}. */
export const sockchat: ClientDialect<SockChatClient, SockChatConnectOptions> = {
  name: 'sockchat',
  create(link, options) {
    const client = new SockChatClient(link, options);
    return { client, listener: SockChatClient.listener(client) };
  },
};

async function words(credentials: SockChatConnectOptions['credentials']): Promise<readonly string[]> {
  return typeof credentials === 'function' ? credentials() : credentials;
}

/** A name in a command: spaces would end it. */
function word(name: string): string {
  if (name === '' || /\s/.test(name)) throw new ClientError('name-invalid', 'a name has no spaces');
  return name;
}

/** `-1` on the wire is null here: no end. */
function until(seconds: number | undefined): Date | null | undefined {
  if (seconds === undefined) return undefined;
  return seconds === NO_END ? null : new Date(seconds * 1000);
}
