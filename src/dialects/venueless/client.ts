import { ChatClient, type ClientTimes, notConnected } from '../chat-client.js';
import { ClientError } from '../client-errors.js';
import type { ClientDialect, ClientLink } from '../client-link.js';
import { Requests } from '../client-requests.js';
import { VenuelessLoginError, VenuelessRequestError } from './client-errors.js';
import type { VenuelessClientEvents, VenuelessConnectOptions, VenuelessDisconnect } from './client-events.js';
import {
  pushNames,
  type VenuelessAnswers,
  type VenuelessChannel,
  type VenuelessContent,
  type VenuelessEvent,
  type VenuelessLogin,
  type VenuelessProfile,
  type VenuelessSubscription,
  type VenuelessUser,
  type VenuelessWorld,
} from './client-frames.js';
import { VenuelessView } from './client-view.js';
import { decodeServer, encodeClient } from './codec.js';
import type { WireError } from './refusal.js';

export { VenuelessLoginError, VenuelessRequestError } from './client-errors.js';
export type {
  VenuelessClientEvents,
  VenuelessConnectOptions,
  VenuelessCredentials,
  VenuelessDisconnect,
  VenuelessWire,
} from './client-events.js';
export type {
  VenuelessAnnouncement,
  VenuelessAnswers,
  VenuelessChannel,
  VenuelessContent,
  VenuelessEvent,
  VenuelessEventFacts,
  VenuelessFile,
  VenuelessLogin,
  VenuelessPeople,
  VenuelessProfile,
  VenuelessPushes,
  VenuelessRoom,
  VenuelessSubscription,
  VenuelessUser,
  VenuelessWorld,
} from './client-frames.js';
export type { VenuelessPart } from './client-view.js';

/** As the web app has them (section 1). */
const times: Required<ClientTimes> = { pingMs: 10_000, pongTimeoutMs: 10_000, loginTimeoutMs: 60_000 };

/** Messages that are fetched anew of a channel that is followed again, at most (section 8.4). */
const mostFetched = 1_000;

/** Errors after which nobody is to come back, by their code; they may carry any id (section 2). */
const ends: Readonly<Record<string, VenuelessDisconnect['reason']>> = {
  'connection.replaced': 'replaced',
  'server.fatal': 'fatal',
};

/**
 * A person's end of a Venueless server: logs in, keeps up what is known of world, channels, people and messages, and logs in again when the
 * connection was lost or the server asks for it; channels that were followed are followed again. Never comes back by itself after a refused login,
 * when its connection was replaced by another, or after a fatal error (sections 1 and 2). A refused login rejects {@link login} with a
 * {@link VenuelessLoginError}.
 */
export class VenuelessClient extends ChatClient<VenuelessClientEvents, VenuelessLogin, VenuelessDisconnect> {
  readonly #options: VenuelessConnectOptions;
  readonly #view: VenuelessView;
  readonly #requests: Requests<number, unknown>;
  /** Channels that are followed, and whether one has joined them here. */
  readonly #followed = new Map<string, { readonly joined: boolean }>();

  /** @internal */
  constructor(link: ClientLink, options: VenuelessConnectOptions) {
    super(link, options, times);
    this.#options = options;
    this.#requests = new Requests(options.requestTimeoutMs ?? 15_000, (count) => count);
    this.#view = new VenuelessView(options.maxMessages ?? 500, (part) => this.tell('change', part));
  }

  /** Oneself; null before the first login. */
  get self(): VenuelessUser | null {
    return this.#view.self;
  }

  /** The world with its rooms; null before the first login. */
  get world(): VenuelessWorld | null {
    return this.#view.world;
  }

  /** The channels one belongs to. */
  get channels(): readonly VenuelessChannel[] {
    return this.#view.channels;
  }

  /** Channel → the id up to which one has read it. */
  get readPointers(): Readonly<Record<string, number>> {
    return this.#view.readPointers;
  }

  /** Channel → how many notifications wait there. */
  get notificationCounts(): Readonly<Record<string, number>> {
    return this.#view.notificationCounts;
  }

  /** Everybody whom the server has shown so far, by id. */
  get users(): ReadonlyMap<string, VenuelessUser> {
    return this.#view.users;
  }

  /** Ids of the channels that are followed. */
  get followed(): readonly string[] {
    return [...this.#followed.keys()];
  }

  /** What is known of a channel, oldest first: what {@link history} brought, and what was said since. Edits stand in the place of what they replace. */
  messages(channel: string): readonly VenuelessEvent[] {
    return this.#view.messages(channel);
  }

  /** Who belongs to a channel that is followed; nobody where members come and go unseen. */
  members(channel: string): readonly VenuelessUser[] {
    return this.#view.members(channel);
  }

  /**
   * Sends any request and waits for its answer.
   *
   * Rejects with a {@link VenuelessRequestError} if the server refuses it, and with a {@link ClientError}: `not-connected` unless the state is
   * `online`, `connection-lost` and `no-answer` when it is not known whether it was done.
   */
  request<Action extends string>(
    action: Action,
    payload: Readonly<Record<string, unknown>> = {},
  ): Promise<Action extends keyof VenuelessAnswers ? VenuelessAnswers[Action] : unknown> {
    return this.#requests.wait(
      action,
      (id) => {
        if (this.state !== 'online') throw notConnected(this.state);
        if (!this.#write([action, id, payload])) throw notConnected('closing');
      },
      (answer) => this.#done(action, payload, answer as never),
    ) as never;
  }

  /** Follows a channel without belonging to it. */
  subscribe(channel: string): Promise<VenuelessSubscription> {
    return this.request('chat.subscribe', { channel });
  }

  /** Joins a room's channel, and follows it. One needs a display name. */
  join(channel: string): Promise<VenuelessSubscription> {
    return this.request('chat.join', { channel });
  }

  /** Ceases to follow a channel. */
  async unsubscribe(channel: string): Promise<void> {
    await this.request('chat.unsubscribe', { channel });
  }

  /** Leaves a room's channel, or hides a direct one until somebody writes in it. */
  async leave(channel: string): Promise<void> {
    await this.request('chat.leave', { channel });
  }

  /** Opens the direct channel of oneself and these people, and follows it. `hide`: the others learn of it by the first message. */
  direct(users: readonly string[], hide = true): Promise<VenuelessSubscription & { readonly id: string }> {
    return this.request('chat.direct.create', { users, hide });
  }

  /** Messages of a channel, oldest first: the newest, or those before an id. `count`: default 25, at most 1,000. */
  async history(
    channel: string,
    page: { readonly before?: number; readonly count?: number } = {},
  ): Promise<readonly VenuelessEvent[]> {
    const { before = Number.MAX_SAFE_INTEGER, count = 25 } = page;
    return (await this.request('chat.fetch', { channel, before_id: before, count })).results;
  }

  /** Says something: a text, or other content. Answers the event as everybody sees it. */
  async send(channel: string, content: string | VenuelessContent): Promise<VenuelessEvent> {
    return this.#say(channel, content);
  }

  /** Puts something else in the place of one's own message. */
  async edit(channel: string, id: number, content: string | VenuelessContent): Promise<void> {
    await this.#say(channel, content, id);
  }

  /** Takes a message back. */
  async remove(channel: string, id: number): Promise<void> {
    await this.#say(channel, { type: 'deleted' }, id);
  }

  /** Adds a reaction of one's own, or takes it back. */
  async react(channel: string, event: number, reaction: string, on = true): Promise<void> {
    await this.request('chat.react', { channel, event, reaction, ...(on ? {} : { delete: true }) });
  }

  /** Says that one has read a channel up to an event. */
  async markRead(channel: string, id: number): Promise<void> {
    await this.request('chat.mark_read', { channel, id });
  }

  /** Sets one's whole profile, what the client keeps on the server, or both. */
  async update(change: {
    readonly profile?: VenuelessProfile;
    readonly client_state?: Readonly<Record<string, unknown>>;
  }): Promise<void> {
    await this.request('user.update', change);
  }

  /** @internal */
  protected opened(): void {
    void this.#logIn();
  }

  async #logIn(): Promise<void> {
    const { credentials } = this.#options;
    const had = await this.given(
      () => (typeof credentials === 'function' ? credentials() : credentials),
      'credentials',
    );
    if (had === undefined) return;
    this.#write(['authenticate', 'token' in had ? { token: had.token } : { client_id: had.clientId }]);
  }

  /** @internal */
  protected received(raw: string): void {
    const frame = decodeServer(raw);
    this.tell('packet', { direction: 'in', raw, at: Date.now(), frame });
    if (frame === undefined || this.state === 'ended') return;
    const [name, first, second] = frame;
    if (name === 'success') this.#requests.take(first)?.resolve(second);
    else if (name === 'error') this.#failed(frame);
    else if (name === 'authenticated') this.#authenticated(first as VenuelessLogin);
    else if (typeof first === 'object' && first !== null) {
      this.#view.apply(name, first);
      if (pushNames.has(name)) this.tell(name as 'chat.event', first);
      if (name === 'connection.reload') this.drop('reload');
    }
  }

  /** An error carries the id of the request that it answers, if it answers one (section 1). */
  #failed(frame: readonly unknown[]): void {
    const given = frame.at(-1);
    if (frame.length < 2 || typeof given !== 'object' || given === null) return;
    const error = given as WireError;
    const { code } = error;
    const end = Object.hasOwn(ends, code) ? ends[code] : undefined;
    if (this.state === 'authenticating') {
      if (code === 'server.unavailable') return this.drop();
      const refused = new VenuelessLoginError(String(code));
      return this.end({ reason: end ?? 'refused', error: refused }, refused);
    }
    const request = end === undefined && frame.length > 2 ? this.#requests.take(frame[1]) : undefined;
    if (request !== undefined) return request.reject(new VenuelessRequestError(request.name, error));
    const reason = end ?? (frame.length === 2 && /^auth\./.test(code) ? 'denied' : undefined);
    if (reason === undefined) return this.tell('error', error);
    this.end({ reason }, new ClientError('closed', `ended by the server: ${code}`));
  }

  #authenticated(login: VenuelessLogin): void {
    const known = [...this.#followed].map(
      ([channel, how]) => [channel, how, this.#view.messages(channel).length] as const,
    );
    this.#view.loggedIn(login);
    this.online(login, () => {
      for (const [channel, { joined }, messages] of known) void this.#followAgain(channel, joined, messages);
    });
  }

  /** Membership is stored, except where it ends with the last connection that follows (section 7). */
  async #followAgain(channel: string, joined: boolean, messages: number): Promise<void> {
    const action = joined && this.#isVolatile(channel) ? 'chat.join' : 'chat.subscribe';
    try {
      const subscription = await this.request(action, { channel });
      this.tell('resubscribed', { channel, subscription });
      // What it brings goes into the view; a channel without a past is followed all the same.
      if (messages > 0) this.history(channel, { count: Math.min(messages, mostFetched) }).catch(() => {});
    } catch (thrown) {
      // Without an answer it stays as it was: the next login asks again.
      if (!(thrown instanceof VenuelessRequestError)) return;
      this.#forget(channel);
      this.tell('unsubscribed', { channel, error: thrown });
    }
  }

  #isVolatile(channel: string): boolean {
    const modules = this.#view.world?.rooms.flatMap((room) => room.modules) ?? [];
    return modules.some((one) => one.channel_id === channel && one.config.volatile === true);
  }

  /** What a request that was granted changes of what is known: of most, only one's other connections are told (sections 8 and 9). */
  #done(action: string, payload: Readonly<Record<string, unknown>>, answer: never): void {
    const channel = payload.channel as string;
    switch (action) {
      case 'chat.subscribe':
        return this.#follow(channel, answer, this.#followed.get(channel)?.joined === true);
      case 'chat.join': {
        const { unread_pointer }: VenuelessSubscription = answer;
        this.#view.belongs({ id: channel, unread_pointer });
        return this.#follow(channel, answer, true);
      }
      case 'chat.direct.create': {
        const { id, unread_pointer, members }: VenuelessAnswers['chat.direct.create'] = answer;
        this.#view.belongs({ id, unread_pointer, members });
        return this.#follow(id, answer, false);
      }
      case 'chat.leave':
        this.#view.left(channel);
        return this.#forget(channel);
      case 'chat.unsubscribe':
        return this.#forget(channel);
      case 'chat.mark_read':
        return this.#view.apply('chat.read_pointers', { ...this.readPointers, [channel]: payload.id });
      case 'chat.fetch':
        return this.#view.fetched(channel, answer);
      case 'user.update':
        // Only one's other connections are told (section 5).
        return this.#view.apply('user.updated', { ...this.self, ...payload });
    }
  }

  #follow(channel: string, { members }: VenuelessSubscription, joined: boolean): void {
    this.#followed.set(channel, { joined });
    this.#view.followed(channel, members);
  }

  #forget(channel: string): void {
    this.#followed.delete(channel);
    this.#view.forget(channel);
  }

  async #say(
    channel: string,
    content: string | VenuelessContent,
    replaces?: number,
  ): Promise<VenuelessEvent> {
    const said = typeof content === 'string' ? { type: 'text', body: content } : content;
    const edit = replaces === undefined ? {} : { replaces };
    const { event } = await this.request('chat.send', {
      channel,
      event_type: 'channel.message',
      content: said,
      ...edit,
    });
    return event;
  }

  /** @internal */
  protected override gone(error: ClientError): void {
    this.#requests.fail(error);
  }

  /** @internal */
  protected ping(): void {
    this.#write(['ping', Date.now()]);
  }

  #write(frame: readonly unknown[]): boolean {
    const raw = encodeClient(frame);
    const isOut = this.transmit(raw);
    if (isOut) this.tell('packet', { direction: 'out', raw, at: Date.now(), frame });
    return isOut;
  }
}

/** Venueless, for {@link connect}. Comes back a second after a lost connection on average, as the web app does (section 1). */
export const venueless: ClientDialect<VenuelessClient, VenuelessConnectOptions> = {
  name: 'venueless',
  reconnect: { baseMs: 2_000 },
  create: (link, options) => new VenuelessClient(link, options),
};
