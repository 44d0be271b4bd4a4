import { type Chat, createChat } from '../../../src/chat.js';
import type { CommitterState } from '../../../src/core/committer.js';
import type { ChatError, ErrorCode } from '../../../src/core/errors.js';
import { conclave } from '../../../src/dialects/conclave/index.js';
import { renderTable } from '../../../src/dialects/conclave/render.js';
import { originchats } from '../../../src/dialects/originchats/index.js';
import type { OriginChatsOptions } from '../../../src/dialects/originchats/options.js';
import { sockchat } from '../../../src/dialects/sockchat/index.js';
import { defaultRoles } from '../../../src/dialects/venueless/default-roles.js';
import { venueless } from '../../../src/dialects/venueless/index.js';
import type { WorldConfig } from '../../../src/domain/access/grants.js';
import type { Denied } from '../../../src/domain/auth.js';
import type { DomainConfig } from '../../../src/domain/config.js';
import type { ChatEvent, EventName } from '../../../src/domain/events.js';
import { nouns } from '../../../src/domain/index.js';
import type { Identity } from '../../../src/domain/users/identity.js';
import type { Drained } from '../../../src/health.js';
import type { ChatOptions } from '../../../src/options.js';
import { FaultyStorage, type Plan } from '../../../src/testing/faulty-storage.js';
import { ManualClock } from '../../../src/testing/manual-clock.js';
import { cheapHasher } from '../../support/cheap-hasher.js';
import { type Random, randomFrom } from '../../support/random.js';
import { type ClientOptions, OriginClient, SockClient, type SocketClient, VenueClient } from './clients.js';
import { ConclaveClient } from './conclave-client.js';
import { FaultyBodies } from './faulty-bodies.js';
import { LifeClock } from './life-clock.js';
import { seedCrypto } from './seeded-crypto.js';
import { StoredRows } from './stored-rows.js';

export interface RigOptions {
  /** Where all randomness comes from. Default 1. */
  readonly seed?: number;
  /** What becomes of calls to storage, once the chat is open. Default: all is well. */
  readonly plan?: Plan;
  /** Changes to how the chat is made. `storage`, `auth`, `clock` and `hasher` are the rig's. */
  readonly chat?: Partial<Omit<ChatOptions, 'storage' | 'auth' | 'clock' | 'hasher'>>;
  /** Further options of OriginChats. */
  readonly originchats?: OriginChatsOptions;
  /** Tables that {@link Rig.stored} is to follow, besides messages. */
  readonly follow?: readonly string[];
  /** Told of every event of the chat, when listeners are. */
  readonly onEvent?: (event: ChatEvent) => void;
}

/** Every event there is: each has a row in the table of every dialect. */
const eventNames = Object.keys(renderTable) as EventName[];

/** Who has which world role. */
const traitGrants = { attendee: [], admin: ['admin'] };

/** World roles of the rig, for those who work out who may see what. */
export const rigWorld: WorldConfig = { worldRoles: defaultRoles, traitGrants };

/** The rig's clock, which also knows what has gone by. */
class RigClock extends ManualClock {
  #jumped = 0;
  #felt = 0;
  readonly #began = this.now();

  /** Milliseconds that have gone by, whatever was done to the time of day. */
  get elapsed(): number {
    return this.now() - this.#began - this.#jumped;
  }

  /** The most that the chat may take to have gone by: a clock that is set forwards counts for up to five seconds. */
  get felt(): number {
    return this.elapsed + this.#felt;
  }

  override jump(ms: number): void {
    this.#jumped += ms;
    this.#felt += Math.min(5_000, Math.max(0, ms));
    super.jump(ms);
  }
}

/** Conditions of the rooms of the rig: everybody comes in and speaks, moderators keep order. */
export const openRoom = { viewer: [], participant: [], moderator: ['moderator'] };

/**
 * One chat with all four dialects in virtual time, over a storage that fails as it is told, and clients that are connected to it within the
 * process. Nothing happens by itself: the same calls in the same order give the same frames.
 */
export class Rig {
  readonly time = new RigClock();
  readonly random: Random;
  storage: FaultyStorage;
  readonly bodies: FaultyBodies;
  readonly stored: StoredRows;
  chat!: Chat;
  life!: LifeClock;
  /** What was reported to the host, in all lives. */
  readonly errors: ChatError[] = [];
  readonly states: CommitterState[] = [];
  /** Why connections were given up, by session. */
  readonly cuts = new Map<string, ErrorCode>();
  /** Sessions that the host has ended. */
  readonly ended = new Set<string>();
  /** Tables that were not the same behind an end in good order as before it. */
  readonly changed: string[] = [];
  /** Everything that the host was told. A test that goes on for long empties it. */
  readonly events: ChatEvent[] = [];
  /** How long it takes to find out who somebody is. */
  authMs = 0;
  /** Who may log in, by the token they show. */
  readonly people = new Map<string, Identity>();
  readonly clients = new Set<SocketClient>();
  readonly conclaves = new Set<ConclaveClient>();
  readonly #options: RigOptions;
  readonly #takeBack: () => void;

  private constructor(options: RigOptions) {
    this.#options = options;
    const seed = options.seed ?? 1;
    this.random = randomFrom(seed);
    this.#takeBack = seedCrypto(randomFrom(seed ^ 0x5bd1e995));
    this.bodies = new FaultyBodies(() => this.time.now(), randomFrom(seed ^ 0x27d4eb2f));
    this.storage = withBodies(new FaultyStorage(this.time), this.bodies);
    this.stored = new StoredRows(this.storage, options.follow ?? []);
  }

  static async open(options: RigOptions = {}): Promise<Rig> {
    const rig = new Rig(options);
    await rig.#begin();
    return rig;
  }

  /** Makes somebody known; `token` is what they show to log in. Default identity: of provider `people`, with that as id and name. */
  person(token: string, who: Partial<Identity> = {}): Identity {
    const identity = { provider: 'people', id: token, name: token, ...who };
    this.people.set(token, identity);
    return identity;
  }

  sockchat(name: string, options: ClientOptions = {}): SockClient {
    return this.#add(new SockClient(this.chat, this.life, 'sockchat', name, this.#watched(options)));
  }

  originchats(name: string, options: ClientOptions = {}): OriginClient {
    return this.#add(new OriginClient(this.chat, this.life, 'originchats', name, this.#watched(options)));
  }

  venueless(name: string, options: ClientOptions = {}): VenueClient {
    return this.#add(
      new VenueClient(this.chat, this.life, 'venueless', name, this.#watched(options), 'demo'),
    );
  }

  conclave(name: string, onEvent?: ConclaveClient['onEvent']): ConclaveClient {
    const client = new ConclaveClient(this.chat, name, onEvent);
    this.conclaves.add(client);
    return client;
  }

  /** Lets everything happen that can without time passing. */
  async turn(): Promise<void> {
    // Bodies of requests and answers may need more than one.
    for (let i = 0; i < 3; i++) await this.time.turn();
  }

  /** Lets time pass. */
  async advance(ms: number): Promise<void> {
    await this.time.advance(ms);
    await this.turn();
  }

  /** Waits, turn by turn and then second by second, until something is done. */
  async wait<T>(work: Promise<T>): Promise<T> {
    let done = false;
    const finished = () => {
      done = true;
    };
    work.then(finished, finished);
    for (let i = 0; !done; i++) {
      if (i < 5) await this.turn();
      else if (i < 10_000) await this.advance(i < 500 ? 10 : 1_000);
      else throw new Error('waited for hours');
    }
    return work;
  }

  /** The process dies and another begins with what was committed. Clients see their connections break. */
  async crash(): Promise<void> {
    this.life.end();
    for (const client of this.clients) client.link.lose();
    await this.#another();
  }

  /** The chat ends in good order and another begins. Storage is well while it does. */
  async restart(): Promise<Drained> {
    this.storage.plan = () => 'ok';
    this.storage.release();
    const drained = await this.wait(this.chat.drain({ timeoutMs: 10_000 }));
    const before = this.#kept();
    this.life.end();
    await this.#another();
    const after = this.#kept();
    for (const [table, rows] of before)
      if (rows !== after.get(table)) this.changed.push(`${table}: ${rows} is ${after.get(table)}`);
    return drained;
  }

  /** Ends all. */
  async stop(): Promise<void> {
    this.storage.plan = () => 'ok';
    this.storage.release();
    await this.wait(this.chat.close());
    this.life.end();
    this.#takeBack();
  }

  #authenticate(token: string): Identity | Denied | Promise<Identity | Denied> {
    const answer: Identity | Denied = this.people.get(token) ?? { denied: 'credentials' };
    if (this.authMs === 0) return answer;
    return new Promise((resolve) => {
      this.life.after(this.authMs, () => resolve(answer));
    });
  }

  /** What memory holds of each table that is to outlive the process, as one text. */
  #kept(): Map<string, string> {
    const tables = nouns({ limits: {} } as DomainConfig).flatMap((noun) => noun.tables);
    const kept = tables.filter((table) => table.class === 'resident' || table.class === 'lazy');
    return this.chat.read((view) => {
      const rows = (table: (typeof kept)[number]) => [...view.all(table)].map((row) => JSON.stringify(row));
      return new Map(kept.map((table) => [table.name, rows(table).sort().join('\n')]));
    });
  }

  async #another(): Promise<void> {
    for (const client of this.conclaves) client.drop();
    this.clients.clear();
    this.conclaves.clear();
    await this.turn();
    this.storage = withBodies(this.storage.copy(), this.bodies);
    this.stored.goOn(this.storage);
    await this.#begin();
  }

  async #begin(): Promise<void> {
    this.life = new LifeClock(this.time);
    this.chat = await this.wait(
      createChat({
        dialects: [
          sockchat(),
          originchats({ rateLimits: { enabled: false }, ...this.#options.originchats }),
          venueless({ worlds: { demo: { title: 'Demo' } }, traitGrants }),
          conclave(),
        ],
        channels: [{ name: 'lounge', grants: openRoom }],
        defaults: { roles: ['user'] },
        ...this.#options.chat,
        storage: this.storage,
        auth: ({ arguments: [token = ''] }) => this.#authenticate(token),
        hasher: cheapHasher(),
        clock: this.life,
      }),
    );
    this.chat.on('error', (error, { connection }) => {
      this.errors.push(error);
      if (connection !== undefined) this.cuts.set(connection, error.code);
    });
    this.chat.on('slow_reader', ({ connection }) => this.cuts.set(connection, 'slow-reader'));
    this.#noteEnds(this.chat);
    this.chat.on('storage_state', ({ state }) => this.states.push(state));
    this.#listen();
    const { plan } = this.#options;
    if (plan !== undefined) this.storage.plan = plan;
  }

  #noteEnds(chat: Chat): void {
    const end = chat.endSession.bind(chat);
    chat.endSession = (session) => {
      this.ended.add(session);
      return end(session);
    };
  }

  #listen(): void {
    const { onEvent } = this.#options;
    for (const type of eventNames)
      this.chat.on(type, (event: unknown) => {
        this.events.push(event as ChatEvent);
        onEvent?.(event as ChatEvent);
      });
  }

  #watched(options: ClientOptions): ClientOptions {
    const { onClose } = options;
    return {
      ...options,
      onClose: (client) => {
        this.clients.delete(client);
        onClose?.(client);
      },
    };
  }

  #add<C extends SocketClient>(client: C): C {
    if (client.isOpen) this.clients.add(client as unknown as SocketClient);
    return client;
  }
}

function withBodies(storage: FaultyStorage, bodies: FaultyBodies): FaultyStorage {
  return Object.assign(storage, { bodies });
}
