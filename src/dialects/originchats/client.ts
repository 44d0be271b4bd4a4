import { ChatClient, notConnected } from '../chat-client.js';
import { ClientError } from '../client-errors.js';
import type { ClientDialect, ClientLink } from '../client-link.js';
import { Requests } from '../client-requests.js';
import { OriginChatsLoginError, RequestError } from './client-errors.js';
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

/** Typing notes of one place are sent at most so often, as the web client does (section 6.1). */
const typingEveryMs = 3_000;

/**
 * A person's end of an OriginChats server: logs in, keeps up what is known of channels, people and messages, and logs in again when the
 * connection was lost. Never comes back by itself after a refused login, after the user has left for good, or when the server said `disconnect`.
 * A refused login rejects {@link login} with an {@link OriginChatsLoginError}.
 */
export class OriginChatsClient extends ChatClient<
  OriginChatsClientEvents,
  OriginChatsLogin,
  OriginChatsDisconnect
> {
  readonly #options: OriginChatsConnectOptions;
  readonly #view: OriginChatsView;
  readonly #requests: Requests<string, Frame>;
  #credentials: OriginChatsCredentials;
  /** When each place was last told that something is being typed. */
  readonly #typed = new Map<string, number>();

  /** @internal */
  constructor(link: ClientLink, options: OriginChatsConnectOptions) {
    super(link, options);
    this.#options = options;
    this.#credentials = options.credentials;
    this.#requests = new Requests(options.requestTimeoutMs ?? 15_000, (count) => `c${count}`);
    this.#view = new OriginChatsView(
      options.maxMessages ?? 500,
      (part) => this.tell('change', part),
      Date.now,
    );
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
      if (this.state !== 'online') throw notConnected(this.state);
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

  /** Puts another text into one's own message. */
  async edit(place: Place, id: string, content: string): Promise<void> {
    await this.request('message_edit', { ...placeFields(place), id, content });
  }

  /** Takes a message back. */
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
    if (this.state !== 'online' || now - (this.#typed.get(key) ?? 0) < typingEveryMs) return;
    this.#typed.set(key, now);
    this.#write({ cmd: 'typing', ...placeFields(place) });
  }

  /**
   * The server speaks first (section 3.1).
   *
   * @internal
   */
  protected opened(): void {}

  /** @internal */
  protected received(raw: string): void {
    const frame = decodeServer(raw);
    this.tell('packet', { direction: 'in', raw, at: Date.now(), frame });
    if (frame === undefined || this.state === 'ended') return;
    if (this.state === 'authenticating') this.#authenticate(frame);
    else this.#view.apply(frame);
    if (frame.cmd === 'user_updated' && this.#view.isStale) this.#ask('users_list');
    const wasAnswer = this.#answered(frame);
    // An answer that is everybody's news as well is told as such (section 2).
    if (pushNames.has(frame.cmd) && (!wasAnswer || frame.global === true))
      this.tell(frame.cmd as 'ping', frame);
    this.#seenOff(frame);
  }

  /** Whether a frame was the answer to a request (section 2). */
  #answered(frame: Frame): boolean {
    const waiting = this.#requests.take(frame.listener);
    const isRefusal = frame.cmd === 'error' || frame.cmd === 'rate_limit';
    if (isRefusal) waiting?.reject(new RequestError(waiting.name, frame));
    else waiting?.resolve(frame);
    return waiting !== undefined;
  }

  #authenticate(frame: Frame): void {
    if (frame.cmd === 'handshake') {
      this.#view.server = (frame as OriginChatsPushes['handshake']).val;
      void this.#logIn(this.#view.server.validator_key);
    } else if (frame.cmd === 'auth_error') {
      const error = new OriginChatsLoginError(String(frame.val));
      if (error.reason === 'unreachable') this.drop();
      else this.end({ reason: 'refused', error }, error);
    } else if (frame.cmd === 'ready') this.#ready((frame as OriginChatsPushes['ready']).user);
  }

  async #logIn(key: string): Promise<void> {
    const request = await this.given(() => loginRequest(this.#credentials, key), 'validator');
    if (request !== undefined) this.#write(request);
  }

  #ready(user: ReadyUser): void {
    const { server } = this.#view;
    if (server === null) return;
    const { credentials } = this.#options;
    if ('username' in credentials) this.#credentials = { ...credentials, register: false };
    this.#view.loggedIn(user);
    this.online({ user, server }, () => {
      for (const cmd of ['channels_get', 'users_list']) this.#ask(cmd);
    });
  }

  /** What it brings goes into the view; why it is not answered is the connection's to tell. */
  #ask(cmd: string): void {
    this.request(cmd).catch(() => {});
  }

  /** Ends that are not to be come back from: logging in again would make a new account, or knock at a closed door. */
  #seenOff(frame: Frame): void {
    const own = frame.cmd === 'user_leave' && (frame.username ?? frame.user) === this.self?.username;
    if (own) this.end({ reason: 'left' }, new ClientError('closed', 'the user has left the server'));
    if (frame.cmd === 'disconnect')
      this.end({ reason: 'ban' }, new ClientError('closed', `ended by the server: ${frame.reason}`));
  }

  /** @internal */
  protected override gone(error: ClientError): void {
    this.#typed.clear();
    this.#requests.fail(error);
  }

  /** @internal */
  protected ping(): void {
    this.#write({ cmd: 'ping' });
  }

  #write(request: Request): boolean {
    const raw = encodeClient(request);
    const isOut = this.transmit(raw);
    if (isOut) this.tell('packet', { direction: 'out', raw, at: Date.now(), frame: request });
    return isOut;
  }
}

/** OriginChats, for {@link connect}. */
export const originchats: ClientDialect<OriginChatsClient, OriginChatsConnectOptions> = {
  name: 'originchats',
  create: (link, options) => new OriginChatsClient(link, options),
};

/** The request that logs in on a connection with this key (section 3). */
async function loginRequest(credentials: OriginChatsCredentials, key: string): Promise<Request> {
  if ('validator' in credentials) return { cmd: 'auth', validator: await credentials.validator(key) };
  const { username, password, register } = credentials;
  return { cmd: register === true ? 'register' : 'login', username, password };
}
