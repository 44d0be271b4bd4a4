import { EventEmitter } from 'eventemitter3';
import { ClientError } from '../client-errors.js';
import type {
  ClientDialect,
  ClientLink,
  ConnectionState,
  LinkListener,
  NextAttempt,
} from '../client-link.js';
import { OriginChatsLoginError } from './client-errors.js';
import type {
  MessageExtras,
  OriginChatsClientEvents,
  OriginChatsConnectOptions,
  OriginChatsCredentials,
  OriginChatsDisconnect,
  OriginChatsLogin,
} from './client-events.js';
import {
  type ChannelShape,
  type HandshakeFacts,
  type MessagePage,
  type OriginChatsAnswers,
  type OriginChatsPushes,
  pushNames,
  type ReadyUser,
} from './client-frames.js';
import { loginRequest, Requests } from './client-requests.js';
import { OriginChatsView, type Place, placeFields, placeKey } from './client-view.js';
import { decodeServer, encodeClient } from './codec.js';
import type { Frame, ListedUser, MessageShape, Request } from './packets.js';

export { type LoginRefusal, OriginChatsLoginError, RequestError } from './client-errors.js';
export type {
  MessageExtras,
  OriginChatsClientEvents,
  OriginChatsConnectOptions,
  OriginChatsCredentials,
  OriginChatsDisconnect,
  OriginChatsLogin,
  OriginChatsWire,
} from './client-events.js';
export type * from './client-frames.js';
export type { Place, ViewPart } from './client-view.js';
export type {
  AttachmentShape,
  Frame as OriginChatsFrame,
  ListedUser as OriginChatsUser,
  MessageShape,
  PingsShape,
  Request as OriginChatsRequest,
  StatusShape,
} from './packets.js';

type Timer = ReturnType<typeof setTimeout>;

/** Typing notes of one place are sent at most so often, as the web client does (section 6.1). */
const typingEveryMs = 3_000;

/**
 * A person's end of an OriginChats server: logs in, keeps up what is known of channels, people and messages, and logs in again when the
 * connection was lost. Never comes back by itself after a refused login, after the user has left for good, or when the server said `disconnect`.
 *
 * A listener that throws does not disturb the client, only the listeners after it: what it threw surfaces as an uncaught error of its own task.
 */
export class OriginChatsClient extends EventEmitter<OriginChatsClientEvents> {
  /**
   * The first login. Rejects with an {@link OriginChatsLoginError} when it was refused, with a {@link ClientError} when the client was closed
   * or gave up before. Lost connections in between are tried again and do not reject it.
   */
  readonly login: Promise<OriginChatsLogin>;

  readonly #link: ClientLink;
  readonly #options: OriginChatsConnectOptions;
  readonly #view: OriginChatsView;
  readonly #requests: Requests;
  #credentials: OriginChatsCredentials;
  #state: ConnectionState = 'connecting';
  #loggedIn = false;
  #settle!: { resolve(login: OriginChatsLogin): void; reject(error: ClientError): void };
  /** When each place was last told that something is being typed. */
  readonly #typed = new Map<string, number>();
  #pingTimer: Timer | undefined;
  #deadline: Timer | undefined;

  /** @internal */
  constructor(link: ClientLink, options: OriginChatsConnectOptions) {
    super();
    this.#link = link;
    this.#options = options;
    this.#credentials = options.credentials;
    this.#requests = new Requests(options.requestTimeoutMs ?? 15_000);
    this.#view = new OriginChatsView(
      options.maxMessages ?? 500,
      (part) => this.#tell('change', part),
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
  get self(): ReadyUser | null {
    return this.#view.self;
  }

  /** What the server said of itself; null before it did. */
  get server(): HandshakeFacts | null {
    return this.#view.server;
  }

  /** The channels one may see, in the order of the list. */
  get channels(): readonly ChannelShape[] {
    return this.#view.channels;
  }

  /** Everybody with an account, by name; who is not there has the status `offline`. */
  get users(): ReadonlyMap<string, ListedUser> {
    return this.#view.users;
  }

  /** What is known of a place, oldest first: what {@link history} and {@link around} brought, and what was said since the login. */
  messages(place: Place): readonly MessageShape[] {
    return this.#view.messages(place);
  }

  /** Who else is typing in a place now. */
  typists(place: Place): readonly string[] {
    return this.#view.typing(place);
  }

  /** Whether the server announces a command in its handshake (section 3.1). */
  can(capability: string): boolean {
    return this.#view.server?.capabilities?.includes(capability) === true;
  }

  /**
   * Sends any command and waits for its answer.
   *
   * Rejects with a {@link RequestError} if the server refuses it, and with a {@link ClientError}: `not-connected` unless the state is `online`,
   * `connection-lost` and `no-answer` when it is not known whether it was done.
   */
  request<Cmd extends string>(
    cmd: Cmd,
    fields: Readonly<Record<string, unknown>> = {},
  ): Promise<Cmd extends keyof OriginChatsAnswers ? OriginChatsAnswers[Cmd] : Frame> {
    return this.#requests.wait(cmd, (listener) => {
      if (this.#state !== 'online') throw notConnected(this.#state);
      if (!this.#write({ ...fields, cmd, listener })) throw notConnected('closing');
    }) as never;
  }

  /** Says something. Answers the message as everybody sees it. */
  async send(place: Place, content: string, extras: MessageExtras = {}): Promise<MessageShape> {
    const { replyTo, ...rest } = extras;
    const reply = replyTo === undefined ? {} : { reply_to: replyTo };
    const { message } = await this.request('message_new', {
      ...placeFields(place),
      content,
      ...reply,
      ...rest,
    });
    return message;
  }

  async edit(place: Place, id: string, content: string): Promise<void> {
    await this.request('message_edit', { ...placeFields(place), id, content });
  }

  async remove(place: Place, id: string): Promise<void> {
    await this.request('message_delete', { ...placeFields(place), id });
  }

  /** Adds a reaction of one's own, or takes it back. */
  async react(place: Place, id: string, emoji: string, on = true): Promise<void> {
    const cmd = on ? 'message_react_add' : 'message_react_remove';
    await this.request(cmd, { ...placeFields(place), id, emoji });
  }

  /** The newest messages, or those older than `start`: how many of the newest to leave out, or the id of a message. `limit`: default 100, at most 200. */
  history(
    place: Place,
    page: { readonly start?: number | string; readonly limit?: number } = {},
  ): Promise<MessagePage> {
    return this.request('messages_get', { ...placeFields(place), ...page });
  }

  /** A message with those around it. `above`: newer ones, `below`: older ones; default 50 each, at most 200. */
  around(
    place: Place,
    id: string,
    bounds: { readonly above?: number; readonly below?: number } = {},
  ): Promise<MessagePage> {
    return this.request('messages_around', { ...placeFields(place), around: id, bounds });
  }

  /** Asks for the list of channels anew; {@link channels} has it too. */
  async listChannels(): Promise<readonly ChannelShape[]> {
    return (await this.request('channels_get')).val;
  }

  /** Asks for the list of users anew; {@link users} has it too. */
  async listUsers(): Promise<readonly ListedUser[]> {
    return (await this.request('users_list')).users;
  }

  /**
   * Tells the others that something is being typed; to be called at every key, sent at most every 3 s. Does nothing unless the state is `online`.
   * The server counts it as it counts messages: what it refuses is told as `rate_limit` or `error`.
   */
  typing(place: Place): void {
    const [key, now] = [placeKey(place), Date.now()];
    if (this.#state !== 'online' || now - (this.#typed.get(key) ?? 0) < typingEveryMs) return;
    this.#typed.set(key, now);
    this.#write({ cmd: 'typing', ...placeFields(place) });
  }

  /** Tries at once instead of waiting for the next attempt, for example when the network is back. */
  retry(): void {
    this.#link.retry();
  }

  /** Goes away. The account stays; to leave for good, `request('user_leave')`. */
  close(): void {
    this.#end({ reason: 'closed' }, new ClientError('closed', 'the client was closed'));
  }

  /**
   * What the connection below tells.
   *
   * @internal
   */
  static listener(client: OriginChatsClient): LinkListener {
    return {
      connecting: () => client.#enter('connecting'),
      opened: () => client.#opened(),
      received: (text) => client.#received(text),
      lost: (next) => client.#lost(next),
    };
  }

  /** The server speaks first (section 3.1). */
  #opened(): void {
    this.#enter('authenticating');
    this.#waitFor(this.#options.loginTimeoutMs ?? 15_000);
  }

  #received(raw: string): void {
    const frame = decodeServer(raw);
    this.#tell('packet', { direction: 'in', raw, at: Date.now(), frame });
    // Any sign of life will do.
    if (this.#state === 'online') this.#waitFor(null);
    if (frame === undefined || this.#state === 'ended') return;
    if (this.#state === 'authenticating') this.#authenticate(frame);
    else this.#view.apply(frame);
    const wasAnswer = this.#requests.answered(frame);
    // An answer that is everybody's news as well is told as such (section 2).
    if (pushNames.has(frame.cmd) && (!wasAnswer || frame.global === true))
      this.#tell(frame.cmd as 'ping', frame);
    this.#seenOff(frame);
  }

  #authenticate(frame: Frame): void {
    if (frame.cmd === 'handshake') {
      this.#view.server = (frame as OriginChatsPushes['handshake']).val;
      void this.#logIn(this.#view.server.validator_key);
    } else if (frame.cmd === 'auth_error') {
      const error = new OriginChatsLoginError(String(frame.val));
      if (error.reason === 'unreachable') this.#link.drop();
      else this.#end({ reason: 'refused', error }, error);
    } else if (frame.cmd === 'ready') this.#ready((frame as OriginChatsPushes['ready']).user);
  }

  async #logIn(key: string): Promise<void> {
    const deadline = this.#deadline;
    const request = await loginRequest(this.#credentials, key).catch(() => null);
    // Another connection, or none, by the time the validator is there.
    if (deadline !== this.#deadline || this.#state !== 'authenticating') return;
    if (request !== null) return void this.#write(request);
    const error = new ClientError('credentials-failed', 'the validator could not be had');
    this.#end({ reason: 'refused', error }, error);
  }

  #ready(user: ReadyUser): void {
    const { server } = this.#view;
    if (server === null) return;
    const { credentials } = this.#options;
    if ('username' in credentials) this.#credentials = { ...credentials, register: false };
    this.#view.loggedIn(user);
    this.#link.settled();
    this.#waitFor(null);
    this.#pingLater();
    this.#enter('online');
    const again = this.#loggedIn;
    this.#loggedIn = true;
    // What these bring goes into the view; why one is not answered is the connection's to tell.
    for (const cmd of ['channels_get', 'users_list']) this.request(cmd).catch(() => {});
    this.#settle.resolve({ user, server });
    this.#tell('login', { user, server, again });
  }

  /** Ends that are not to be come back from: logging in again would make a new account, or knock at a closed door. */
  #seenOff(frame: Frame): void {
    const own = frame.cmd === 'user_leave' && (frame.username ?? frame.user) === this.self?.username;
    if (own) this.#end({ reason: 'left' }, new ClientError('closed', 'the user has left the server'));
    if (frame.cmd === 'disconnect')
      this.#end({ reason: 'ban' }, new ClientError('closed', `ended by the server: ${frame.reason}`));
  }

  #lost(next: NextAttempt | null): void {
    this.#quiet(new ClientError('connection-lost', 'the connection was lost'));
    if (next === null) {
      this.#settle.reject(new ClientError('connection-lost', 'the connection was lost'));
      this.#enter('ended');
      return this.#tell('disconnected', { reason: 'lost', willReconnect: false });
    }
    this.#enter('waiting');
    this.#tell('disconnected', { reason: 'lost', willReconnect: true, ...next });
  }

  #end(how: Omit<OriginChatsDisconnect, 'willReconnect'>, error: ClientError): void {
    if (this.#state === 'ended') return;
    this.#quiet(error);
    this.#link.end();
    this.#settle.reject(error);
    this.#enter('ended');
    this.#tell('disconnected', { ...how, willReconnect: false });
  }

  #pingLater(): void {
    const { pingMs = 30_000, pongTimeoutMs = 15_000 } = this.#options;
    clearTimeout(this.#pingTimer);
    this.#pingTimer = setTimeout(() => {
      this.#write({ cmd: 'ping' });
      this.#waitFor(pongTimeoutMs);
      this.#pingLater();
    }, pingMs);
  }

  /** Gives the server so long to say something; null: it has. */
  #waitFor(ms: number | null): void {
    clearTimeout(this.#deadline);
    this.#deadline = ms === null ? undefined : setTimeout(() => this.#link.drop(), ms);
  }

  #quiet(error: ClientError): void {
    clearTimeout(this.#pingTimer);
    this.#waitFor(null);
    this.#typed.clear();
    this.#requests.fail(error);
  }

  #write(request: Request): boolean {
    const raw = encodeClient(request);
    const isOut = this.#link.send(raw);
    if (isOut) this.#tell('packet', { direction: 'out', raw, at: Date.now(), frame: request });
    return isOut;
  }

  #enter(state: ConnectionState): void {
    if (this.#state === state || this.#state === 'ended') return;
    this.#state = state;
    this.#tell('state', state);
  }

  #tell<N extends keyof OriginChatsClientEvents>(
    event: N,
    ...args: Parameters<OriginChatsClientEvents[N]>
  ): void {
    try {
      this.emit(event, ...(args as never));
    } catch (thrown) {
      setTimeout(() => {
        throw thrown;
      });
    }
  }
}

/** OriginChats, for {@link connect}. */
export const originchats: ClientDialect<OriginChatsClient, OriginChatsConnectOptions> = {
  name: 'originchats',
  create(link, options) {
    const client = new OriginChatsClient(link, options);
    return { client, listener: OriginChatsClient.listener(client) };
  },
};

function notConnected(state: string): ClientError {
  return new ClientError('not-connected', `nothing can be sent while the client is ${state}`);
}
