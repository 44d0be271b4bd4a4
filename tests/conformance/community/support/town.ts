import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chain } from '../../../../src/adapters/auth/chain.js';
import { guest } from '../../../../src/adapters/auth/guest.js';
import { attach } from '../../../../src/adapters/sockets/ws.js';
import { memory } from '../../../../src/adapters/storage/memory.js';
import { type Chat, createChat } from '../../../../src/chat.js';
import type { ChatError } from '../../../../src/core/errors.js';
import * as wire from '../../../../src/dialects/conclave/codec.js';
import { conclave } from '../../../../src/dialects/conclave/index.js';
import { renderTable } from '../../../../src/dialects/conclave/render.js';
import { type OriginChatsOptions, originchats } from '../../../../src/dialects/originchats/index.js';
import { type SockChatOptions, sockchat } from '../../../../src/dialects/sockchat/index.js';
import { uuidOf } from '../../../../src/dialects/uuid.js';
import { venueless } from '../../../../src/dialects/venueless/index.js';
import { permissions } from '../../../../src/domain/access/permissions.js';
import type { Auth } from '../../../../src/domain/auth.js';
import { channels } from '../../../../src/domain/channels/channels.js';
import type { ChatEvent, EventName } from '../../../../src/domain/events.js';
import { groups } from '../../../../src/domain/groups/groups.js';
import type { ChannelId, UserId } from '../../../../src/domain/ids.js';
import type { Identity } from '../../../../src/domain/users/identity.js';
import { users } from '../../../../src/domain/users/users.js';
import type { ChatOptions } from '../../../../src/options.js';
import { cheapHasher } from '../../../support/cheap-hasher.js';
import type { Json, JsonProbe } from '../../../support/json-probe.js';
import type { SockProbe } from '../../../support/sock-probe.js';
import { ConclaveServer, type Person } from '../../conclave/support/server.js';
import { type Member as Originator, OriginServer } from '../../originchats/support/server.js';
import { beginning, StandingClock, turn } from '../../sockchat/support/clock.js';
import { TestServer } from '../../sockchat/support/server.js';
import { type Member as Venturer, VenuelessServer } from '../../venueless/support/server.js';
import { StableNames } from './stable.js';

/** Everybody says who they are: an identity as JSON in the first word of whatever they log in with. */
export const spoken: Auth = ({ arguments: [word = ''] }) =>
  word.startsWith('{') ? (JSON.parse(word) as Identity) : undefined;

/** What a town may be besides. */
export interface TownOptions extends Partial<ChatOptions> {
  readonly sockchat?: SockChatOptions;
  readonly originchats?: OriginChatsOptions;
  /** Of the world of Venueless. Default: everybody may talk wherever the channel does not say otherwise. */
  readonly traitGrants?: Readonly<Record<string, readonly string[]>>;
}

const everybodyTalks = { participant: [], admin: ['admin'] };

/** What was seen since the last time: by client, oldest first, with names for what differs from run to run (see `StableNames`). */
export interface Seen {
  /** Frames by client: Sock Chat's in arrows notation, others as JSON, events of Conclave in words; `closed 1000` where it ended. */
  readonly by: Readonly<Record<string, readonly Json[]>>;
  /** Names of the events that the host was told. */
  readonly host: readonly string[];
  /** The same, whole. */
  readonly events: readonly ChatEvent[];
}

/** One connection, by whatever means it is looked at. */
interface Resident {
  readonly key: string;
  /** Until everything that it was sent so far has come. */
  settle(): Promise<void>;
  /** What has come since the last time, as it came. */
  take(): readonly string[];
  show(text: string, names: StableNames): Json;
  leave(): Promise<unknown>;
}

/** One chat with all four dialects on one port, its clock in the test's hands, and everybody who is connected to it. */
export class Town {
  readonly errors: ChatError[] = [];
  readonly sockServer: TestServer;
  readonly originServer: OriginServer;
  readonly worldServer: VenuelessServer;
  readonly sealedServer: ConclaveServer;
  /** Who looks on by Conclave. */
  onlooker!: Person;
  #residents: Resident[] = [];
  #events: ChatEvent[] = [];
  #numbers = 0;
  #since = beginning;
  readonly #known = new Map<string, string>();

  private constructor(
    readonly chat: Chat,
    readonly clock: StandingClock,
    http: ReturnType<typeof createServer>,
    /** Such as `127.0.0.1:1234`. */
    readonly host: string,
    hasher: ReturnType<typeof cheapHasher>,
    readonly stop: () => Promise<void>,
  ) {
    const storage = memory();
    this.sockServer = new TestServer(chat, clock, `ws://${host}/sock`, new Map(), stop);
    this.originServer = new OriginServer(chat, `ws://${host}/`, stop, storage);
    this.worldServer = new VenuelessServer(chat, `ws://${host}/world`, stop, storage);
    this.sealedServer = new ConclaveServer(chat, http, `http://${host}/conclave`, hasher);
    chat.on('error', (failure) => this.errors.push(failure));
    for (const name of Object.keys(renderTable) as EventName[])
      chat.on(name, (event) => {
        const told = event as unknown as ChatEvent;
        if (!isMark(told)) this.#events.push(told);
      });
  }

  /** Starts one on a free port of 127.0.0.1. */
  static async open({
    sockchat: sock,
    originchats: origin,
    traitGrants = everybodyTalks,
    ...options
  }: TownOptions = {}): Promise<Town> {
    const clock = new StandingClock();
    const hasher = cheapHasher();
    const chat = await createChat({
      storage: memory(),
      auth: chain(spoken, guest()),
      hasher,
      clock,
      channels: [{ name: 'lounge' }, { name: 'workshop' }],
      dialects: [
        sockchat({ flood: { banMs: 0 }, ...sock }),
        originchats({
          rateLimits: { enabled: false },
          server: { name: 'Town', url: 'https://town.example' },
          ...origin,
        }),
        venueless({
          worlds: { demo: { title: 'Town' } },
          traitGrants,
          url: 'https://town.example/world',
        }),
        conclave(),
      ],
      ...options,
    });
    const http = createServer();
    attach(http, chat, { sockchat: '/sock', originchats: '/', venueless: '/world', conclave: '/conclave' });
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    const { port } = http.address() as AddressInfo;
    const town = new Town(chat, clock, http, `127.0.0.1:${port}`, hasher, async () => {
      town.#residents = [];
      let closed = false;
      const closing = chat.close().finally(() => {
        closed = true;
      });
      while (!closed) await clock.advance(10);
      await closing;
      http.closeAllConnections();
      await new Promise((done) => http.close(done));
    });
    return town;
  }

  /** Somebody new, of the lowest rank and with what everybody may do. The same identity is the same user in every text dialect. */
  person(name: string, more: Partial<Identity> = {}): Identity {
    const number = ++this.#numbers;
    return { provider: 'town', id: String(number), name: `${name}${number}`, ...more };
  }

  /** Somebody new who may do everything, in every text dialect. */
  staff(name: string): Identity {
    return this.person(name, {
      rank: 9,
      permissions: [...permissions],
      roles: ['owner', 'user'],
      traits: ['admin'],
    });
  }

  /** Logs in through Sock Chat. */
  async sock(who: Identity): Promise<SockProbe> {
    const probe = await this.sockServer.arrive(who.name, who);
    let at = 0;
    this.#move({
      key: this.#key(who.name, 'sockchat'),
      settle: () => (probe.isClosed ? Promise.resolve() : probe.ping()),
      take: () => {
        const fresh = probe.frames.slice(at).filter((one) => one !== '0\tpong');
        at = probe.frames.length;
        return [...fresh, ...ending(probe)];
      },
      show: (text, names) => names.sock(text),
      leave: () => probe.terminate(),
    });
    return probe;
  }

  /** Logs in through OriginChats. */
  async origin(who: Identity): Promise<Originator> {
    const member = await this.originServer.arrive(who.name, who);
    this.#json(this.#key(who.name, 'originchats'), member.probe, (mark) => ({
      asked: { cmd: 'ping', listener: mark },
      isAnswer: (frame) => frame.listener === mark || isLoggedOut(frame),
      isNoise: (frame) =>
        frame.cmd === 'ping' || String(frame.listener).startsWith('settled-') || isLoggedOut(frame),
    }));
    return member;
  }

  /** Logs in through Venueless and follows these channels as a member. */
  async world(who: Identity, ...rooms: readonly string[]): Promise<Venturer> {
    const profile = { display_name: who.name, ...who.profile };
    const member = await this.worldServer.login(who.name, { token: JSON.stringify({ ...who, profile }) });
    this.#json(this.#key(who.name, 'venueless'), member.probe, (mark) => ({
      asked: ['user.online_status', mark, { ids: [] }],
      isAnswer: (frame) => frame[1] === mark,
      isNoise: ([name, echo]) => name === 'world.user_count_change' || String(echo).startsWith('settled-'),
    }));
    for (const room of rooms) await member.done('chat.join', { channel: this.channelUuid(room) });
    return member;
  }

  /** Makes an account of Conclave and listens. */
  async sealed(name: string): Promise<Person> {
    const person = await this.sealedServer.arrive(`${name}${++this.#numbers}`);
    this.#known.set(person.id, person.name);
    // What is said of a group of one's own, by another login, marks a place in the stream.
    const other = await this.sealedServer.login(person.name);
    const group = await other.group(`mark${this.#numbers}`);
    const mark = `update ${group} settings`;
    const stream = await person.listen();
    const heard: string[] = [];
    let ended = false;
    const isDone = () => {
      heard.push(...stream.rest());
      return heard.includes(mark) || stream.ended;
    };
    this.#move({
      key: this.#key(person.name, 'conclave'),
      async settle() {
        if (ended) return;
        // Who is not let in any more makes no mark: their stream ends.
        await other.post(`/groups/${group}`, wire.UpdateGroupRequest, { alias: 'marked' }, 'PATCH');
        await stream.until(isDone);
        ended = stream.ended;
        if (ended) heard.push('ended');
      },
      take: () => heard.splice(0).filter((one) => one !== mark),
      show: (text, names) => names.words(text),
      async leave() {
        stream.abort();
        await stream.until(() => stream.ended);
      },
    });
    return person;
  }

  userId(handle: string): UserId {
    return this.sockServer.userId(handle);
  }

  channelId(name: string): ChannelId {
    return this.sockServer.channelId(name);
  }

  /** A user as Venueless names them. */
  userUuid(handle: string): string {
    return uuidOf('user', this.userId(handle));
  }

  /** A channel as Venueless names it. */
  channelUuid(name: string): string {
    return uuidOf('channel', this.channelId(name));
  }

  /** Until every client of a text dialect has got everything that was caused so far. */
  async settle(): Promise<void> {
    const texts = this.#residents.filter(({ key }) => !isSealed(key));
    for (let round = 0; round < 2; round++) {
      await Promise.all(texts.map((one) => one.settle()));
      await this.chat.run('moderation.purge', {});
    }
  }

  /** Lets time pass, with everything settled before and after. */
  async pass(ms: number): Promise<void> {
    await this.settle();
    await this.clock.advance(ms);
    await this.settle();
  }

  /** Settles, and hands out what everybody has seen since the last call. `after`: lets so much time pass first, in ms. */
  async seen(after = 0): Promise<Seen> {
    const since = this.#since;
    if (after > 0) await this.pass(after);
    else await this.settle();
    await Promise.all(this.#residents.map((one) => (isSealed(one.key) ? one.settle() : undefined)));
    const taken = this.#residents.map((one) => ({ one, texts: one.take() }));
    const names = new StableNames(
      taken.flatMap(({ texts }) => texts),
      since,
      this.#names(),
    );
    this.#since = this.clock.now();
    const events = this.#events.splice(0);
    return {
      by: Object.fromEntries(
        taken.map(({ one, texts }) => [one.key, texts.map((text) => one.show(text, names))]),
      ),
      host: events.map(({ type }) => type),
      events,
    };
  }

  /** Ends somebody's connection, without a word. */
  async leave(who: Identity, dialect: string): Promise<void> {
    await this.#residents.find(({ key }) => key === `${who.name}@${dialect}`)?.leave();
  }

  /** From now on nobody asks this client whether it is still there. */
  mute(who: Identity, dialect: string): void {
    this.#residents = this.#residents.map((one) =>
      one.key === `${who.name}@${dialect}` ? { ...one, settle: async () => {} } : one,
    );
  }

  /** Everybody but these clients goes, without a word; channels that were made go too. */
  async clear(...staying: readonly string[]): Promise<void> {
    // Everybody is at the same address, and some bans are of addresses.
    await this.chat.run('address.unban', { by: 'host', address: '127.0.0.1' }).catch(isNotBanned);
    const leaving = this.#residents.filter(({ key }) => !staying.includes(key));
    await Promise.all(leaving.map((one) => one.leave()));
    this.#residents = this.#residents.filter((one) => staying.includes(one.key));
    for (const { id, name, kind } of this.chat.channels.all())
      if (name !== 'lounge' && name !== 'workshop' && kind !== 'thread') await this.chat.channels.remove(id);
    // Both ends are in this process: the other one is told in the next turns.
    for (let turns = 0; turns < 5; turns++) await turn();
  }

  #move(resident: Resident): void {
    this.#residents.push(resident);
  }

  #key(name: string, dialect: string): string {
    const key = `${name}@${dialect}`;
    const same = this.#residents.filter((one) => one.key.split(' ')[0] === key).length;
    return same === 0 ? key : `${key} ${same + 1}`;
  }

  #json(key: string, probe: JsonProbe, marked: (mark: string) => Marked): void {
    let at = 0;
    let marks = 0;
    const { isNoise } = marked('');
    this.#move({
      key,
      async settle() {
        const { asked, isAnswer } = marked(`settled-${key}-${++marks}`);
        if (probe.closedWith !== undefined) return;
        probe.send(asked as object);
        try {
          await probe.until(isAnswer, 'the mark');
        } catch (thrown) {
          if (probe.closedWith === undefined) throw thrown;
        }
      },
      take() {
        const fresh = probe.texts.slice(at).filter((_, index) => !isNoise(probe.frames[at + index]));
        at = probe.texts.length;
        return [...fresh, ...ending(probe)];
      },
      show: (text, names) => (text.startsWith('closed ') ? text : names.json(JSON.parse(text))),
      async leave() {
        probe.terminate();
        await probe.closed;
      },
    });
  }

  /** What UUIDs stand for; who or what is gone keeps its name. */
  #names(): ReadonlyMap<string, string> {
    const bare = (uuid: string) => uuid.replaceAll('-', '');
    this.#known.set(bare(uuidOf('bot', 0)), 'the server');
    this.chat.read((view) => {
      for (const { id, handle, identity } of view.all(users)) {
        this.#known.set(bare(uuidOf('user', id)), handle);
        if (!this.#known.has(bare(identity))) this.#known.set(bare(identity), handle);
      }
      for (const { id, name, kind } of view.all(channels)) {
        this.#known.set(bare(uuidOf('channel', id)), name === '' ? kind : name);
        this.#known.set(bare(uuidOf('room', id)), `room ${name}`);
      }
      for (const { id, name } of view.all(groups)) this.#known.set(bare(uuidOf('group', id)), name);
    });
    return this.#known;
  }
}

interface Marked {
  readonly asked: object | readonly unknown[];
  readonly isAnswer: (frame: Json) => boolean;
  readonly isNoise: (frame: Json) => boolean;
}

function isNotBanned(thrown: unknown): void {
  if (!String(thrown).includes('address-not-banned')) throw thrown;
}

/** What whoever was logged out is answered. */
function isLoggedOut({ cmd, val }: Json): boolean {
  return cmd === 'auth_error' && val === 'Authentication required';
}

function isSealed(key: string): boolean {
  return key.endsWith('@conclave');
}

/** The marks by which streams are waited for are groups that come and go. */
function isMark(event: ChatEvent): boolean {
  return 'group' in event && typeof event.group === 'object' && /^mark\d+$/.test(event.group.name);
}

/** How a connection ended; told once, since who is closed is sent nothing more. */
function ending(probe: SockProbe | JsonProbe): string[] {
  if (probe.closedWith === undefined || told.has(probe)) return [];
  told.add(probe);
  return [`closed ${probe.closedWith}`];
}

const told = new WeakSet<object>();
