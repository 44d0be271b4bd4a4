import type { Chat } from '../../../src/chat.js';
import type { Clock } from '../../../src/core/ports.js';
import * as origin from '../../../src/dialects/originchats/codec.js';
import * as sock from '../../../src/dialects/sockchat/codec.js';
import * as venue from '../../../src/dialects/venueless/codec.js';
import type { Json } from '../../support/json-probe.js';
import { ProcessLink } from './process-link.js';

/** The protocols that come by WebSocket. */
export type SocketDialect = 'sockchat' | 'originchats' | 'venueless';

/** What a client of the rig is made with. */
export interface ClientOptions {
  /** Told of every frame the moment it is read; what it does must not send anything, as no real client could within a write. */
  readonly onFrame?: (client: SocketClient, text: string) => void;
  readonly onClose?: (client: SocketClient) => void;
  /** Told when the chat wants the connection closed. */
  readonly onClosing?: (client: SocketClient, code: number) => void;
  /** Default: one address for all, as if behind one router. */
  readonly address?: string;
}

/** A client within the process: it sends, and keeps every frame. Nothing it does waits; frames come when the rig lets turns go by. */
export abstract class SocketClient<Packet = unknown> {
  readonly link: ProcessLink;
  /** Every frame read, as it was. A test that goes on for long empties it. */
  readonly texts: string[] = [];
  /** The same, decoded. */
  readonly frames: Packet[] = [];
  closedWith: number | undefined = undefined;
  /** False if the chat did not take the connection at all. */
  readonly taken: boolean;

  constructor(
    readonly chat: Chat,
    clock: Clock,
    readonly dialect: SocketDialect,
    readonly name: string,
    { onFrame, onClose, onClosing, address = '127.0.0.1' }: ClientOptions,
    realm?: string,
  ) {
    this.link = new ProcessLink(clock, {
      frame: (text) => {
        const packet = this.decode(text);
        this.texts.push(text);
        this.frames.push(packet);
        this.read(packet);
        onFrame?.(this as SocketClient, text);
      },
      closed: (code) => {
        this.closedWith = code;
        onClose?.(this as SocketClient);
      },
      closing: (code) => onClosing?.(this as SocketClient, code),
    });
    this.link.receiver = chat.accept(dialect, this.link, address, realm);
    this.taken = this.link.receiver !== undefined;
    if (!this.taken) this.link.drop();
  }

  get isOpen(): boolean {
    return this.link.isOpen;
  }

  /** What its session is called, if it has one. */
  get session(): string | undefined {
    return (this.link.receiver as { readonly session?: string } | undefined)?.session;
  }

  /** Takes what was read since the last time. */
  take(): Packet[] {
    this.texts.length = 0;
    return this.frames.splice(0);
  }

  /** Logs in as one of the rig's people. */
  abstract login(token: string): void;
  protected abstract decode(text: string): Packet;
  protected abstract read(packet: Packet): void;
}

/** A Sock Chat client. */
export class SockClient extends SocketClient<sock.ServerPacket> {
  /** Its id on the wire, once logged in. */
  id = '';
  /** Name of the channel it is in, once logged in. */
  channel = '';

  /** The packet that was read last. */
  last: sock.ServerPacket | undefined = undefined;

  send(packet: sock.ClientPacket | string): void {
    this.link.send(typeof packet === 'string' ? packet : sock.encodeClient(packet));
  }

  override login(token: string): void {
    this.send({ kind: 'auth', args: [token] });
  }

  /** Says something, or gives a command that begins with `/`. */
  say(text: string): void {
    this.send(`2\t${this.id}\t${text}`);
  }

  protected override decode(text: string): sock.ServerPacket {
    const decoded = sock.decodeServer(text);
    if (!decoded.ok) throw new Error(`${this.name} received what is no packet: ${text}`);
    return decoded.packet;
  }

  protected override read(packet: sock.ServerPacket): void {
    this.last = packet;
    if (packet.kind === 'auth_ok') {
      this.id = packet.user.id;
      this.channel = packet.channel;
    } else if (packet.kind === 'channel_switch') this.channel = packet.channel;
    else if (packet.kind === 'channel_update' && packet.oldName === this.channel) this.channel = packet.name;
  }
}

/** An OriginChats client. */
export class OriginClient extends SocketClient<Json> {
  /** What the people are called there, once logged in. */
  username = '';
  /** What uploads show of whose they are, the one part. It comes while this is being made, so no value is set here. */
  declare validatorKey: string;
  /** The other, once logged in. */
  validator = '';

  /** It has asked to leave for good, which ends its connection even if that is taken back. */
  leaves = false;

  /** Sends a request; `listener`, if given, is in the answer. */
  send(request: { readonly cmd: string; readonly [field: string]: unknown }): void {
    this.leaves ||= request.cmd === 'user_leave';
    this.link.send(origin.encodeClient(request as origin.Request));
  }

  override login(token: string): void {
    this.send({ cmd: 'auth', validator: token });
  }

  say(channel: string, content: string, more: object = {}): void {
    this.send({ cmd: 'message_new', channel, content, ...more });
  }

  protected override decode(text: string): Json {
    const frame = origin.decodeServer(text);
    if (frame === undefined) throw new Error(`${this.name} received what is no frame: ${text}`);
    return frame;
  }

  protected override read(frame: Json): void {
    if (frame.cmd === 'handshake') this.validatorKey = frame.val.validator_key;
    if (frame.cmd !== 'ready') return;
    this.username = frame.user.username;
    this.validator = frame.validator;
  }
}

/** A Venueless client. */
export class VenueClient extends SocketClient<Json> {
  /** The UUID of the own user, once logged in. */
  id = '';
  /** Channels by the names of their rooms, as they were told. */
  readonly rooms = new Map<string, string>();
  #asked = 0;

  /** Sends a request; returns the id that the answer will have. */
  ask(action: string, payload: object = {}): number {
    this.#asked++;
    this.link.send(venue.encodeClient([action, this.#asked, payload]));
    return this.#asked;
  }

  override login(token: string): void {
    this.link.send(venue.encodeClient(['authenticate', { token }]));
  }

  /** Says something in a channel, by its UUID; returns the id of the request. */
  say(channel: string, body: string, more: object = {}): number {
    const content = { type: 'text', body };
    return this.ask('chat.send', { channel, event_type: 'channel.message', content, ...more });
  }

  protected override decode(text: string): Json {
    const frame = venue.decodeServer(text);
    if (frame === undefined) throw new Error(`${this.name} received what is no frame: ${text}`);
    return frame;
  }

  protected override read([kind, first]: Json): void {
    if (kind === 'authenticated') {
      this.id = first['user.config'].id;
      this.#know(first['world.config'].rooms);
    } else if (kind === 'room.create') this.#know([first]);
    else if (kind === 'world.updated' && Array.isArray(first?.rooms)) this.#know(first.rooms);
  }

  #know(rooms: Json[]): void {
    for (const room of rooms) {
      const channel = room.modules?.[0]?.channel_id;
      if (channel !== undefined) this.rooms.set(room.name, channel);
    }
  }
}
