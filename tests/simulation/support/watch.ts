import type { ServerPacket } from '../../../src/dialects/sockchat/packets.js';
import { idOf, uuidOf } from '../../../src/dialects/uuid.js';
import { allows } from '../../../src/domain/access/permissions.js';
import { domainLimits } from '../../../src/domain/config.js';
import type { ChatEvent } from '../../../src/domain/events.js';
import { online, sessions } from '../../../src/domain/sessions/online.js';
import { subscriptions } from '../../../src/domain/subscriptions/subscriptions.js';
import { voice } from '../../../src/domain/voice/voice.js';
import { flaws } from '../../fault/domain-rig.js';
import type { Json } from '../../support/json-probe.js';
import type { OriginClient, SockClient, SocketClient, VenueClient } from './clients.js';
import type { Rig } from './rig.js';
import { hiddenName } from './town.js';
import { ClosingsWatch } from './watch-closings.js';
import { HistoryWatch } from './watch-history.js';
import { IdleWatch } from './watch-idle.js';
import { ListsWatch } from './watch-lists.js';
import { OrderWatch } from './watch-order.js';
import { OwedWatch } from './watch-owed.js';
import type { Witness } from './witness.js';

/** What may wait for a client that does not read, and one frame that is larger than all. Bytes. */
const mostUnread = 2 * 1_048_576;

/** The newest messages that are looked at when somebody is asked whether they have seen all. */
const lookBack = 400;

/** What the storage of the rig rejects with when it is told to. */
const storageFault = /^storage failed (before|after)$|^told to conflict$/;

/** What a client has been shown. */
interface Sight {
  /** The person's token. */
  readonly token: string;
  /** The newest message that was shown as new. */
  newest: number;
  readonly seen: Set<number>;
  /** Since when it has been able to see a channel: the newest message that was stored then. By name on Sock Chat and OriginChats, by UUID on Venueless. */
  readonly since: Map<string, number>;
  /** Requests to come into channels, by their ids. */
  readonly joining: Map<number, string>;
}

/** A message that a client was shown, until it is held against what the chat told. */
interface Shown {
  readonly client: SocketClient;
  readonly sight: Sight;
  readonly id: number;
  /** The channel by its name or UUID, as the client has it. */
  readonly where: string;
}

/** Holds what clients are shown against what is stored and against what the chat told, and remembers everything that is wrong. */
export class Watch {
  readonly wrong: string[] = [];
  /** Those who hold parts of the chat against what is shown; they see all that this does. */
  readonly witnesses: Witness[] = [];
  /** Frames looked at. */
  frames = 0;
  readonly #rig: Rig;
  readonly #sights = new Map<SocketClient, Sight>();
  #shown: Shown[] = [];
  /** What is to be done once nothing waits for storage. */
  readonly #coming: (() => void)[] = [];
  /** Messages that the chat told, by id. */
  readonly #told = new Map<number, ChatEvent<'message'>>();
  #lastId = 0;
  readonly #blocks = new Set<string>();
  /** Users who are banned, or were for a time: some protocols leave them their connection and tell them nothing. */
  readonly #banned = new Set<string>();
  readonly #silences = new Map<string, number | null>();
  readonly #closings: ClosingsWatch;
  readonly #history: HistoryWatch;
  readonly #idle: IdleWatch;
  readonly #lists: ListsWatch;
  readonly #order: OrderWatch;
  readonly #owed: OwedWatch;

  constructor(rig: Rig) {
    this.#rig = rig;
    const flaw = (text: string) => this.#flaw(text);
    this.#closings = new ClosingsWatch(rig, flaw);
    this.#history = new HistoryWatch(rig, flaw);
    this.#idle = new IdleWatch(rig, flaw);
    this.#lists = new ListsWatch(rig, flaw);
    this.#order = new OrderWatch(flaw);
    this.#owed = new OwedWatch(rig, flaw);
  }

  /** A client asked to come into a channel. */
  joining(client: VenueClient, request: number, channel: string): void {
    this.#sights.get(client as unknown as SocketClient)?.joining.set(request, channel);
  }

  /** A client is about to go out of a channel. */
  parting(client: VenueClient, channel: string): void {
    const sight = this.#sights.get(client as unknown as SocketClient);
    sight?.since.delete(channel);
    for (const [request, wished] of sight?.joining ?? [])
      if (wished === channel) sight?.joining.delete(request);
  }

  /** Somebody connects. */
  opened(client: SocketClient): void {
    this.#closings.opened(client);
  }

  /** The chat closes a connection. */
  closing(client: SocketClient, code: number): void {
    this.#closings.closing(client, code);
  }

  /** A client reads a frame, at the moment it does. */
  frame(client: SocketClient, text: string): void {
    this.frames++;
    const sight = this.#sightOf(client);
    const packet = client.frames.at(-1);
    client.take();
    for (const witness of this.witnesses) witness.frame(client, text, packet);
    if (text.includes(hiddenName)) this.#flaw(`${client.dialect} shows somebody of Conclave: ${text}`);
    this.#order.frame(client, packet);
    this.#owed.frame(client, packet);
    if (client.dialect === 'sockchat')
      this.#lists.frame(client as unknown as SockClient, packet as ServerPacket);
    if (client.dialect === 'sockchat') this.#sock(client as unknown as SockClient, sight);
    else if (client.dialect === 'originchats') this.#origin(client as unknown as OriginClient, sight, packet);
    else this.#venue(client as unknown as VenueClient, sight, packet);
  }

  told(event: ChatEvent): void {
    for (const witness of this.witnesses) witness.told(event);
    for (const one of [this.#closings, this.#history, this.#lists, this.#order, this.#owed]) one.told(event);
    switch (event.type) {
      case 'message':
        return this.#message(event);
      case 'user_block': {
        const pair = `${event.by.user} ${event.user.user}`;
        if (event.on) this.#blocks.add(pair);
        else this.#blocks.delete(pair);
        return;
      }
      case 'whisper':
        if (this.#blocks.has(`${event.to.user} ${event.from.user}`))
          this.#flaw(`${event.to.handle} was whispered to by ${event.from.handle}, whom they have blocked`);
        return;
      case 'user_silence':
        this.#silences.set(event.person.user, event.until);
        return;
      case 'user_unsilence':
        this.#silences.delete(event.person.user);
        return;
      case 'user_ban':
        this.#banned.add(event.person.user);
        return;
      case 'user_unban':
        this.#banned.delete(event.user);
        return;
      case 'user_leave':
        if (!event.kept) this.#silences.delete(event.user);
        // Their clients of OriginChats stay connected, and are nobody.
        for (const sight of this.#sights.values())
          if (sight.token === event.user_id || this.#userOf(sight) === undefined) sight.since.clear();
        for (const pair of this.#blocks) if (pair.split(' ').includes(event.user)) this.#blocks.delete(pair);
        return;
      case 'member_remove':
        this.#out(event.person.user, event.channel.channel);
        return;
    }
  }

  /** After every step: what was shown was told, and to whoever may see it. */
  check(): void {
    for (const { client, sight, id, where } of this.#shown.splice(0)) {
      const event = this.#told.get(id);
      if (event === undefined)
        this.#flaw(`${sight.token} was shown message ${id}, of which the chat never told`);
      else this.#maySee(client, sight, event, where);
    }
    const { chat, life, clients } = this.#rig;
    // What has once ended is over, whatever the clock says later.
    for (const [user, until] of this.#silences)
      if (until !== null && until <= life.now()) this.#silences.delete(user);
    for (const client of clients) {
      if (client.link.buffered() > mostUnread)
        this.#flaw(`${client.link.buffered()} bytes wait for ${client.name}`);
    }
    if (life.pending > 40 + clients.size * 4)
      this.#flaw(`${life.pending} timers for ${clients.size} clients`);
    const { waiting } = chat.health();
    if (waiting > 12_000) this.#flaw(`${waiting} batches wait`);
    if (waiting === 0) for (const come of this.#coming.splice(0)) come();
    for (const witness of this.witnesses) witness.check();
    if (this.#told.size > 3 * lookBack) this.#forget();
    for (const one of [this.#closings, this.#lists, this.#order, this.#owed]) one.check();
  }

  /** After a step of some kinds: what was said can be read back, and nothing is left to do. */
  async after(kind: string): Promise<void> {
    if (kind === 'calm') this.#idle.check();
    if (kind === 'calm' || kind === 'restart' || kind === 'crash')
      await this.#history.check(kind === 'crash');
  }

  /** Rows of the memory fit together. Slow: not after every step. */
  checkRows(): void {
    const { chat, errors, states } = this.#rig;
    // An answer that storage did not give is reported as its handler's failure, and is none.
    const own = errors.filter(({ cause }) => !(cause instanceof Error && storageFault.test(cause.message)));
    const facts = { view: (look: Parameters<typeof chat.read>[0]) => chat.read(look), errors: own, states };
    this.wrong.push(...flaws({ ...facts, broken: [] } as never, domainLimits));
    if (chat.health().waiting === 0) for (const witness of this.witnesses) witness.checkRows();
  }

  /** All is stored and read: whoever could see a channel has seen everything that was said there since. */
  checkSeen(): void {
    const messages = [...this.#told.values()].slice(-lookBack);
    for (const [client, sight] of this.#sights) {
      if (!client.isOpen || !client.link.isReading || this.#isBanned(sight)) continue;
      for (const { message, channel, person, whisper } of messages) {
        if (person === undefined || whisper || channel.kind !== 'text') continue;
        const where = client.dialect === 'venueless' ? uuidOf('channel', channel.channel) : channel.name;
        // Its rank was raised; whoever sits in it on Sock Chat stays.
        if (channel.rank > this.#rankOf(sight) && client.dialect !== 'sockchat') continue;
        if (client.dialect === 'originchats' && where !== 'lounge' && where !== 'hall') continue;
        const since = sight.since.get(where);
        if (since === undefined || message.id <= since || sight.seen.has(message.id)) continue;
        this.#flaw(`${sight.token} on ${client.dialect} has missed message ${message.id} in ${channel.name}`);
        sight.seen.add(message.id);
      }
    }
    this.#owed.checkSeen();
  }

  /** Everybody has gone: nothing is left of them. */
  checkEmpty(): void {
    const { chat } = this.#rig;
    const left = chat.read((view) =>
      [sessions, online, subscriptions, voice].map((table) => [...view.all(table as typeof sessions)].length),
    );
    if (left.some((count) => count > 0))
      this.#flaw(`sessions, online, subscriptions, voice are left: ${left}`);
    const { connections } = chat.health();
    if (connections > 0) this.#flaw(`${connections} connections are left`);
  }

  /** What clients knew is of no more use: another life of the chat has begun. */
  reborn(): void {
    this.#sights.clear();
    for (const witness of this.witnesses) witness.reborn();
    for (const one of [this.#closings, this.#lists, this.#owed]) one.reborn();
  }

  #sock(client: SockClient, sight: Sight): void {
    const packet = client.last;
    if (packet?.kind === 'auth_ok' || packet?.kind === 'channel_switch') {
      if (sight.since.has(client.channel)) return;
      sight.since.clear();
      this.#sees(sight, client.channel);
    } else if (packet?.kind === 'channel_update') {
      const since = sight.since.get(packet.oldName);
      sight.since.delete(packet.oldName);
      if (since !== undefined) sight.since.set(packet.name, since);
    } else if (packet?.kind === 'message' || (packet?.kind === 'context_message' && packet.notify)) {
      const author = packet.kind === 'message' ? packet.userId : packet.user.id;
      if (packet.flags.private || author === '-1') return;
      this.#shows(client as unknown as SocketClient, sight, Number(packet.messageId), client.channel);
    }
  }

  #origin(client: OriginClient, sight: Sight, frame: Json): void {
    if (frame.cmd === 'ready') {
      for (const name of ['lounge', 'hall']) this.#sees(sight, name);
    } else if (frame.cmd === 'message_new' && frame.message !== undefined && !frame.message.webhook) {
      if (frame.message.user === 'originChats') return;
      this.#shows(client as unknown as SocketClient, sight, Number(frame.message.id), frame.channel ?? '');
    }
  }

  #venue(client: VenueClient, sight: Sight, [kind, first, second]: Json): void {
    if (kind === 'room.delete') {
      // It is gone, or this person may not see it any more.
      const id = idOf('room', first.id);
      if (id !== undefined) sight.since.delete(uuidOf('channel', id));
    } else if (kind === 'success') {
      const channel = sight.joining.get(first);
      sight.joining.delete(first);
      if (channel !== undefined && !sight.since.has(channel)) this.#sees(sight, channel);
      if (second?.event?.event_id !== undefined) this.#isStored(sight, second.event.event_id, second.event);
    } else if (kind === 'chat.event' && first.event_type === 'channel.message') {
      if (first.replaces || first.content?.type === 'deleted' || first.sender === uuidOf('bot', 0)) return;
      this.#shows(client as unknown as SocketClient, sight, first.event_id, first.channel);
    }
  }

  /** What is acknowledged is stored. */
  #isStored(sight: Sight, id: number, event: Json): void {
    if (event.replaces || event.content?.type === 'deleted') return;
    if (!this.#rig.stored.wasStored(id)) this.#flaw(`${sight.token} was told of ${id} before it was stored`);
  }

  #shows(client: SocketClient, sight: Sight, id: number, where: string): void {
    if (!this.#rig.stored.wasStored(id))
      this.#flaw(`${sight.token} on ${client.dialect} was shown ${id} before it was stored`);
    if (sight.seen.has(id)) this.#flaw(`${sight.token} on ${client.dialect} was shown ${id} twice`);
    else if (id < sight.newest)
      this.#flaw(`${sight.token} on ${client.dialect} was shown ${id} after ${sight.newest}`);
    sight.seen.add(id);
    sight.newest = Math.max(sight.newest, id);
    this.#shown.push({ client, sight, id, where });
  }

  #message(event: ChatEvent<'message'>): void {
    const { message, person, at, channel } = event;
    if (message.id <= this.#lastId) this.#flaw(`message ${message.id} was told after ${this.#lastId}`);
    this.#lastId = Math.max(this.#lastId, message.id);
    this.#told.set(message.id, event);
    // Who may silence others is never silent.
    if (person === undefined || allows(person.can, 'user.silence')) return;
    const until = this.#silences.get(person.user);
    if (until !== undefined && (until === null || until > at))
      this.#flaw(`${person.handle} is silenced and says something in ${channel.name}`);
  }

  #maySee(client: SocketClient, sight: Sight, event: ChatEvent<'message'>, where: string): void {
    const { channel, message, people } = event;
    const what = `message ${message.id} of ${channel.name}`;
    const user = this.#userOf(sight);
    const rank = this.#rankOf(sight);
    const isStaff = rank >= 9;
    // A channel's owner passes its rank, and so does whoever sat in it when it was raised (Sock Chat, /rank).
    const passes = isStaff || channel.owner === user || client.dialect === 'sockchat';
    if (channel.rank > rank && !passes) this.#flaw(`${sight.token} of rank ${rank} was shown ${what}`);
    if (channel.hasPassword && client.dialect !== 'sockchat')
      this.#flaw(`${sight.token} was shown ${what} on ${client.dialect}, which knows no password`);
    if (channel.kind === 'direct' && user !== undefined && !people?.some((one) => one.user === user))
      this.#flaw(`${sight.token} was shown ${what}, which is for others`);
    const place = client.dialect === 'venueless' ? uuidOf('channel', channel.channel) : channel.name;
    if (client.dialect === 'sockchat' && where !== place)
      this.#flaw(`${sight.token} is in ${where} and was shown ${what}`);
  }

  #rankOf(sight: Sight): number {
    return this.#rig.people.get(sight.token)?.rank ?? 0;
  }

  #userOf(sight: Sight): string | undefined {
    const { provider, id } = this.#rig.people.get(sight.token) ?? { provider: 'people', id: sight.token };
    return this.#rig.chat.users.byIdentity(provider, id)?.id;
  }

  #isBanned(sight: Sight): boolean {
    const user = this.#userOf(sight);
    return (
      user === undefined || this.#rig.chat.sessions.of(user as never).length === 0 || this.#banned.has(user)
    );
  }

  /** From here on it sees a channel. Answers overtake messages that storage says nothing about: those are in the past that it may ask for. */
  #sees(sight: Sight, where: string): void {
    sight.since.set(where, Number.POSITIVE_INFINITY);
    this.#coming.push(() => {
      if (sight.since.has(where)) sight.since.set(where, this.#rig.stored.newestMessage);
    });
  }

  #sightOf(client: SocketClient): Sight {
    let sight = this.#sights.get(client);
    if (sight === undefined) {
      sight = { token: client.name, newest: 0, seen: new Set(), since: new Map(), joining: new Map() };
      this.#sights.set(client, sight);
    }
    return sight;
  }

  #out(user: string, channel: string): void {
    for (const [client, sight] of this.#sights)
      if (client.dialect === 'venueless' && this.#userOf(sight) === user)
        sight.since.delete(uuidOf('channel', channel));
  }

  #forget(): void {
    for (const id of [...this.#told.keys()].slice(0, this.#told.size - 2 * lookBack)) this.#told.delete(id);
    for (const [client, { seen }] of this.#sights) {
      if (!client.isOpen) this.#sights.delete(client);
      for (const id of [...seen].slice(0, Math.max(0, seen.size - 3 * lookBack))) seen.delete(id);
    }
  }

  #flaw(text: string): void {
    this.wrong.push(text);
  }
}
