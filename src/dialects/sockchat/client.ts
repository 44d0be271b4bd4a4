import { ChatClient, notConnected } from '../chat-client.js';
import { ClientError } from '../client-errors.js';
import type { ClientDialect, ClientLink } from '../client-link.js';
import { LoginError } from './client-errors.js';
import type { Disconnect, Login, SockChatClientEvents, SockChatConnectOptions } from './client-events.js';
import { decodeServer, encodeClient } from './codec.js';
import { dialectName } from './dialect-name.js';
import type { AuthFailPacket, ClientPacket, ForcedDisconnectPacket, ListedChannel } from './packets.js';
import { NO_END, TYPING, TYPING_MS } from './packets.js';
import { SockChatView } from './view.js';
import type { ChatLine, ChatUser } from './view-types.js';

export { ChatClient, type ClientDisconnect, type ClientEvents, type ClientTimes } from '../chat-client.js';
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

/**
 * A person's end of a Sock Chat server: logs in, keeps up what is known of channel and people, answers for keep-alive, and
 * logs in again with the same credentials when the connection was lost. Never comes back by itself after a refused login, a
 * kick or a ban (section 14 of the specification).
 *
 * All text in its view and events is plain. Events are told after the view has what they tell of. A refused login rejects {@link login} with a
 * {@link LoginError}.
 */
export class SockChatClient extends ChatClient<SockChatClientEvents, Login, Disconnect> {
  readonly #options: SockChatConnectOptions;
  readonly #view: SockChatView;
  /** The server agreed to show who is typing, on this connection. */
  #agreed = false;
  /** Where and until when the server shows this client typing; what is told meanwhile it ignores. */
  #typing = { channel: '', until: 0 };

  /** @internal */
  constructor(link: ClientLink, options: SockChatConnectOptions) {
    super(link, options);
    this.#options = options;
    this.#view = new SockChatView(
      options.maxLines ?? 500,
      (event, payload) => this.tell(event, payload),
      Date.now,
    );
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
    if (this.state !== 'online' || self === null) throw notConnected(this.state);
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
    if (this.state !== 'online' || !this.#agreed || self === null || channel === null) return;
    const now = Date.now();
    if (this.#typing.channel === channel && now < this.#typing.until) return;
    this.#typing = { channel, until: now + TYPING_MS };
    this.#write({ kind: 'typing', userId: self.id, channel });
  }

  /** Goes to another channel; `channel_switch` tells of the outcome, after a notice if it was refused. */
  join(channel: string, password?: string): void {
    this.command('join', word(channel), ...(password === undefined ? [] : [password]));
  }

  /** @internal */
  protected opened(): void {
    this.#view.opened();
    this.#agreed = false;
    this.#typing = { channel: '', until: 0 };
    if (this.#options.typing) this.#write({ kind: 'capabilities', capabilities: [TYPING] });
    void this.#logIn();
  }

  async #logIn(): Promise<void> {
    const { credentials } = this.#options;
    const args = await this.given(
      () => (typeof credentials === 'function' ? credentials() : credentials),
      'credentials',
    );
    if (args !== undefined) this.#write({ kind: 'auth', args });
  }

  /** @internal */
  protected received(raw: string): void {
    const result = decodeServer(raw);
    this.tell('packet', { direction: 'in', raw, at: Date.now(), result });
    if (!result.ok || this.state === 'ended') return;
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
        return this.online({ user: self, channel, maxLength });
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
    this.end({ reason: 'refused', error, until: error.until }, error);
  }

  #sentAway(packet: ForcedDisconnectPacket): void {
    const reason = packet.banned ? 'ban' : 'kick';
    const end = packet.banned ? until(packet.untilSeconds) : undefined;
    this.end({ reason, until: end }, new ClientError('closed', `ended by the server: ${reason}`));
  }

  /** @internal */
  protected ping(): void {
    this.#write({ kind: 'ping', userId: this.#view.self?.id ?? '' });
  }

  #write(packet: ClientPacket): void {
    const raw = encodeClient(packet);
    if (this.transmit(raw)) {
      this.tell('packet', { direction: 'out', raw, at: Date.now(), result: { ok: true, packet } });
    } else if (packet.kind === 'message') {
      throw new ClientError('not-connected', 'the connection is closing');
    }
  }
}

/** Sock Chat, for {@link connect}. */
export const sockchat: ClientDialect<SockChatClient, SockChatConnectOptions> = {
  name: dialectName,
  create: (link, options) => new SockChatClient(link, options),
};

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
