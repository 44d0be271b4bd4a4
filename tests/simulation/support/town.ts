import { permissions } from '../../../src/domain/access/permissions.js';
import type { ChatEvent } from '../../../src/domain/events.js';
import type { Identity } from '../../../src/domain/users/identity.js';
import type { User } from '../../../src/domain/users/users.js';
import { Bots, botTables } from './bots.js';
import type { OriginClient, SockClient, SocketClient, VenueClient } from './clients.js';
import type { ConclaveClient } from './conclave-client.js';
import { Files, fileTables } from './files.js';
import { askOrigin, type RouteAnswer, type RouteBody } from './origin-http.js';
import { openRoom, Rig } from './rig.js';
import { Selves } from './selves.js';
import { Watch } from './watch.js';
import { readerToken } from './watch-history.js';

/** What a run is made with. */
export interface TownOptions {
  readonly seed: number;
  /** How many people there are, those of Conclave not counted. */
  readonly people: number;
  /** How many calls to storage go wrong while the weather is bad, 0 to 1. */
  readonly faults: number;
}

/** Somebody of Conclave: nobody in the text protocols is to see this name. */
export const hiddenName = 'hidden';

/** The identity of another provider by which somebody may come besides their own, and the token of that. */
export function otherSelf(person: number): {
  readonly token: string;
  readonly identity: Pick<Identity, 'provider' | 'id'>;
} {
  return { token: `p${person}`, identity: { provider: 'others', id: `o${person}` } };
}

/** A group of Conclave people, as their clients know it. */
export interface Den {
  readonly id: string;
  readonly founder: number;
}

export type AnyClient = SockClient | OriginClient | VenueClient;

/** A community of people who come and go, with the chat that they use. */
export class Town {
  /** Clients by their places; those that are gone stay until another takes the place. */
  readonly places: (AnyClient | undefined)[];
  /** Clients of further identities and of accounts of OriginChats. */
  others: AnyClient[] = [];
  readonly hermits: (ConclaveClient | undefined)[];
  readonly dens: Den[] = [];
  /** The newest messages that were told, for those who answer, edit, react and delete. */
  readonly recent: ChatEvent<'message'>[] = [];
  readonly polls: string[] = [];
  readonly threads: string[] = [];
  /** Direct channels, by the UUIDs that Venueless has for them. */
  readonly directs: string[] = [];
  readonly watch: Watch;
  readonly files: Files;
  readonly bots: Bots;
  readonly selves: Selves;
  /** Counts the steps of the run, for texts that are all different. */
  step = 0;
  #stormSeed = 0;

  private constructor(
    readonly rig: Rig,
    readonly options: TownOptions,
    watch: Watch,
  ) {
    this.watch = watch;
    const flaw = (text: string) => void watch.wrong.push(text);
    this.files = new Files(rig, flaw);
    this.bots = new Bots(rig, flaw);
    this.selves = new Selves(rig, flaw);
    watch.witnesses.push(this.files, this.bots, this.selves);
    this.places = Array.from({ length: options.people * 2 });
    this.hermits = Array.from({ length: Math.ceil(options.people / 4) });
  }

  static async open(options: TownOptions): Promise<Town> {
    let town: Town | undefined;
    const rig = await Rig.open({
      seed: options.seed,
      follow: ['users', 'revision_lines', ...fileTables, ...botTables],
      originchats: { authMode: 'cracked', server: { url: 'http://chat.test' } },
      onEvent: (event) => town?.told(event),
      chat: {
        channels: [
          { name: 'lounge', grants: openRoom },
          { name: 'hall', grants: openRoom, memberPolicy: { volatile: true } },
          { name: 'staff', rank: 5 },
          { name: 'vault', password: 'open' },
          { name: 'talks', kind: 'forum' },
          { name: 'phone', kind: 'voice' },
        ],
        limits: { sessionsPerUser: 6, channelsPerUser: 4 },
      },
    });
    town = new Town(rig, options, new Watch(rig));
    rig.person(readerToken, { rank: 9 });
    for (let i = 0; i < options.people; i++) {
      const staff = i % 5 === 0;
      const speaks = [
        'message.send',
        'message.edit.own',
        'message.delete.own',
        'direct.send',
        'nick.own',
      ] as const;
      const claims = {
        rank: staff ? 9 : 1 + (i % 3),
        roles: staff ? ['owner'] : ['user'],
        traits: staff ? ['admin'] : [],
        permissions: staff ? permissions : i % 2 ? [...speaks, 'channel.create'] : speaks,
      } satisfies Partial<Identity>;
      const { token, identity } = otherSelf(i);
      rig.person(token, claims);
      rig.person(identity.id, { ...identity, ...claims });
    }
    return town;
  }

  /** Who sits at a place, and by which protocol. */
  seat(place: number): { readonly token: string; readonly dialect: number } {
    const { people } = this.options;
    return { token: `p${place % people}`, dialect: (place + Math.floor(place / people)) % 3 };
  }

  /** A client that is open, of some protocol if one is named; the nearest to a number. */
  client<D extends AnyClient['dialect']>(at: number, dialect?: D): AnyClient | undefined {
    const places = [...this.places, ...this.others];
    for (let i = 0; i < places.length; i++) {
      const found = places[(at + i) % places.length];
      if (found?.isOpen && (dialect === undefined || found.dialect === dialect)) return found;
    }
    return undefined;
  }

  sock(at: number): SockClient | undefined {
    return this.client(at, 'sockchat') as SockClient | undefined;
  }

  origin(at: number): OriginClient | undefined {
    return this.client(at, 'originchats') as OriginClient | undefined;
  }

  /** A client of OriginChats, mostly of somebody who may do everything. */
  manager(at: number): OriginClient | undefined {
    const all = [...this.places, ...this.others].filter(
      (one) => one?.isOpen && one.dialect === 'originchats',
    );
    const staff = all.filter((one) => (this.rig.people.get(one?.name ?? '')?.rank ?? 0) >= 9);
    return this.pick(at % 5 && staff.length > 0 ? staff : all, at) as OriginClient | undefined;
  }

  venue(at: number): VenueClient | undefined {
    return this.client(at, 'venueless') as VenueClient | undefined;
  }

  /** Somebody of these people who has an account. */
  user(at: number): User | undefined {
    const { people } = this.options;
    for (let i = 0; i < people; i++) {
      const found = this.rig.chat.users.byIdentity('people', `p${(at + i) % people}`);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  pick<T>(list: readonly T[], at: number): T | undefined {
    return list[at % Math.max(1, list.length)];
  }

  /** A text that nothing else says. */
  text(): string {
    return `said${this.step}`;
  }

  connect(place: number): void {
    if (this.places[place]?.isOpen) return;
    const { token, dialect } = this.seat(place);
    const client = this.#client(token, dialect, place);
    this.places[place] = client;
    client.login(token);
  }

  /** A client of somebody who has no place of their own. It is not logged in. */
  sit(token: string, dialect: number): AnyClient {
    const client = this.#client(token, dialect, this.step);
    this.others = [...this.others.filter(({ isOpen }) => isOpen), client];
    return client;
  }

  /** What the host does, with nobody waiting for the outcome: the rules may refuse it and storage may fail. */
  host(run: (() => Promise<unknown>) | undefined): void {
    run?.().catch(() => {});
  }

  /** Asks a route of OriginChats. `at`: from which address. */
  ask(path: string, body: RouteBody | undefined, at: number, then: (answer: RouteAnswer) => void): void {
    const { chat, life } = this.rig;
    const more = body === undefined ? {} : { body };
    askOrigin(chat, path, { ...more, address: `10.0.${at % 7}.1` })
      .then((answer) => {
        if (!life.isOver) then(answer);
      })
      .catch((thrown: unknown) => this.watch.wrong.push(String(thrown)));
  }

  #client(token: string, dialect: number, place: number): AnyClient {
    const { rig } = this;
    const options = {
      onFrame: (client: SocketClient, text: string) => this.watch.frame(client, text),
      onClosing: (client: SocketClient, code: number) => this.watch.closing(client, code),
    };
    const address = { ...options, address: `10.0.${place % 7}.1` };
    const client =
      dialect === 0
        ? rig.sockchat(token, address)
        : dialect === 1
          ? rig.originchats(token, address)
          : rig.venueless(token, address);
    this.watch.opened(client as unknown as SocketClient);
    return client;
  }

  /** A seed of its own for every storm. */
  storm(): number {
    this.#stormSeed++;
    return this.options.seed * 1_000 + this.#stormSeed;
  }

  /** After another life has begun: everybody is out. */
  reborn(): void {
    this.places.fill(undefined);
    this.others = [];
    this.rig.authMs = 0;
    this.hermits.fill(undefined);
    this.watch.reborn();
  }

  told(event: ChatEvent): void {
    this.watch.told(event);
    switch (event.type) {
      case 'message':
        this.recent.push(event);
        if (this.recent.length > 20) this.recent.shift();
        break;
      case 'poll_create':
        this.#keep(this.polls, event.poll.id);
        break;
      case 'thread_create':
        this.#keep(this.threads, event.thread.channel.channel);
        break;
    }
  }

  #keep(list: string[], one: string): void {
    list.push(one);
    if (list.length > 8) list.shift();
  }
}
