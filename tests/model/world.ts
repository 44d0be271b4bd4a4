import { conclave } from '../../src/dialects/conclave/index.js';
import { originchats } from '../../src/dialects/originchats/index.js';
import { sockchat } from '../../src/dialects/sockchat/index.js';
import { uuidOf } from '../../src/dialects/uuid.js';
import { venueless } from '../../src/dialects/venueless/index.js';
import type { OriginClient, SockClient, SocketDialect, VenueClient } from '../simulation/support/clients.js';
import { Rig } from '../simulation/support/rig.js';
import { cast, doors, forum, rooms } from './cast.js';
import type { Person, Room, Said, Session, Thread } from './facts.js';
import { Hermitage } from './hermitage.js';
import { Model } from './model.js';
import { flawOf, shownAs } from './names.js';
import { Roll } from './roll.js';
import { type AnyClient, channelsOf, Names, sightsOf } from './sights.js';

/** The address that somebody is connected from. */
export function addressOf({ name }: Person): string {
  return `10.0.0.${cast.indexOf(name as (typeof cast)[number]) + 1}`;
}

const dialects = ['sockchat', 'originchats', 'venueless'] as const;

/** A chat with clients, and the model that says what they must see. */
export class World {
  readonly model = new Model();
  /** By the places of their sessions. */
  readonly clients = new Map<number, AnyClient>();
  readonly names: Names;
  readonly hermitage: Hermitage;
  /** Frames that clients have read. */
  frames = 0;
  /** Counts the steps of the run, for texts that are all different. */
  step = 0;
  /** Ids by what stands for them in the model. */
  readonly #ids = new Map<string, number>();
  readonly #rolls = new Map<number, Roll>();
  #newest = 0;
  readonly #hostWrong: string[] = [];
  #asked = 0;

  private constructor(readonly rig: Rig) {
    this.names = new Names(rig);
    this.hermitage = new Hermitage(rig);
  }

  static async open(seed: number): Promise<World> {
    const rig = await Rig.open({
      seed,
      follow: [Hermitage.table],
      chat: {
        dialects: [
          sockchat({ flood: { banMs: 0 }, backlog: 200 }),
          originchats({ rateLimits: { enabled: false } }),
          venueless({ worlds: { demo: {} }, traitGrants: { attendee: [], admin: ['admin'] } }),
          conclave(),
        ],
        channels: [
          ...Object.entries(rooms).map(([name, door]) => ({ name, ...doors[door] })),
          { name: forum, kind: 'forum' },
        ],
      },
    });
    const world = new World(rig);
    for (const person of world.model.people.values()) world.introduce(person);
    return world;
  }

  /** Auth says of somebody what the model has. */
  introduce({ name, called, claims }: Person): void {
    this.rig.person(name, { ...claims, name: called, profile: { display_name: name } });
  }

  // Who and what a number picks

  pick<T>(list: readonly T[], at: number): T | undefined {
    return list[at % Math.max(1, list.length)];
  }

  /** Everybody has a place for each protocol, and a second one for one of them. */
  seat(at: number): { readonly place: number; readonly person: Person; readonly dialect: SocketDialect } {
    const place = at % (cast.length * 4);
    const who = Math.floor(place / 4);
    const name = cast[who] as string;
    return {
      place,
      person: this.model.people.get(name) as Person,
      dialect: dialects[place % 4 === 3 ? who % 3 : place % 4] as SocketDialect,
    };
  }

  session(at: number, dialect?: SocketDialect): Session | undefined {
    const all = [...this.model.sessions.values()].sort((a, b) => a.place - b.place);
    return this.pick(
      all.filter((one) => dialect === undefined || one.dialect === dialect),
      at,
    );
  }

  person(at: number): Person {
    return this.model.people.get(cast[at % cast.length] as string) as Person;
  }

  room(at: number): Room {
    return this.pick([...this.model.rooms.values()], at) as Room;
  }

  /** One of the newest messages there are. */
  message(at: number): { readonly room: Room; readonly said: Said } | undefined {
    const all = [...this.model.rooms.values(), ...this.model.directs.values()].flatMap((room) =>
      room.messages.slice(-30).map((said) => ({ room, said })),
    );
    return this.pick(all, at);
  }

  text(): string {
    return `said${this.step}`;
  }

  // Ids

  id(key: string): number {
    return this.#ids.get(key) ?? 1;
  }

  channelId(room: Room) {
    const found = channelsOf(this.rig.chat).find(({ name }) => name === room.name);
    if (found === undefined) throw new Error(`there is no channel ${room.name}`);
    return found.id;
  }

  threadId({ name }: Thread): string {
    return channelsOf(this.rig.chat).find((one) => one.name === name)?.id ?? 'none';
  }

  uuid(room: Room): string {
    return uuidOf('channel', this.channelId(room));
  }

  userId(person: Person) {
    return this.rig.chat.users.byIdentity('people', person.name)?.id;
  }

  // Clients

  sock({ place }: Session): SockClient {
    return this.clients.get(place) as SockClient;
  }

  origin({ place }: Session): OriginClient {
    return this.clients.get(place) as OriginClient;
  }

  venue({ place }: Session): VenueClient {
    return this.clients.get(place) as VenueClient;
  }

  connect(at: number): void {
    const { place, person, dialect } = this.seat(at);
    if (this.model.sessions.has(place)) return;
    const client = this.rig[dialect](person.name, { address: addressOf(person) }) as AnyClient;
    this.clients.set(place, client);
    this.#rolls.set(place, new Roll());
    client.login(person.name);
    this.model.login(place, person, dialect);
  }

  /** The host does something; `granted`: whether the rules let it. */
  host(granted: boolean, run: () => Promise<unknown>): void {
    const told = (done: boolean) => {
      if (done !== granted) this.#hostWrong.push(`the host was ${done ? 'granted' : 'refused'} it`);
      this.#asked--;
    };
    this.#asked++;
    run().then(
      () => told(true),
      () => told(false),
    );
  }

  /** What is not as it must be. */
  compare(): string[] {
    this.names.refresh();
    const misnamed = this.#learnNames();
    const expected = this.model.take();
    const wrong = [
      ...this.#hostWrong.splice(0),
      ...misnamed,
      ...this.#learn(),
      ...this.hermitage.compare(this.clients.values()),
    ];
    if (this.#asked > 0) wrong.push('the host was not answered');
    for (const [place, client] of this.clients) {
      this.frames += client.frames.length;
      const must = expected.get(place) ?? [];
      const roll = this.#rolls.get(place) ?? new Roll();
      const seen = sightsOf(client, this.names, roll);
      // Whoever is not let in goes; how their connection ends is their own protocol's affair.
      if (must[0] === 'out') {
        client.link.drop();
        if (seen[0] === 'out') seen.length = 1;
      }
      if (!client.isOpen || client.closedWith !== undefined) this.clients.delete(place);
      const flaw = this.#differ(must, seen) ?? this.#misses(place, roll);
      if (flaw !== undefined) {
        const who = this.seat(place);
        wrong.push(`${who.person.name} on ${who.dialect} (place ${place}) ${flaw}`);
      }
    }
    return wrong;
  }

  #differ(must: readonly string[], seen: readonly string[]): string | undefined {
    for (let i = 0; i < Math.max(must.length, seen.length); i++) {
      const [wanted, got] = [must[i], seen[i]];
      if (wanted === undefined) return `must not see: ${got}`;
      if (got === undefined) return `does not see: ${wanted}`;
      const filled = wanted.replace(/\{(\w+)\}/g, (all, key) => {
        const id = this.#ids.get(key);
        const named = this.model.people.get(key);
        return id === undefined ? (named?.handle ?? all) : `#${id}`;
      });
      if (filled !== got) return `must see: ${filled}, and sees: ${got}`;
    }
    return undefined;
  }

  /** Whoever sits in one room with somebody on Sock Chat has them in the list, by the name they have now. */
  #misses(place: number, roll: Roll): string | undefined {
    const session = this.model.sessions.get(place);
    if (session?.dialect !== 'sockchat') return undefined;
    for (const one of this.model.people.values()) {
      if (one.place !== session.person.place) continue;
      const user = this.rig.chat.users.byIdentity('people', one.name);
      const name = roll.nameOf(String(user?.number));
      if (name !== shownAs(one)) return `must list ${shownAs(one)}, and lists ${name}`;
    }
    return undefined;
  }

  /** Takes in the names that were given. */
  #learnNames(): string[] {
    const people = [...this.model.people.values()];
    return people.flatMap((person) => {
      const handle = this.rig.chat.users.byIdentity('people', person.name)?.handle ?? '';
      const flaw = person.renamed ? flawOf(people, person, handle) : undefined;
      if (person.renamed) person.handle = handle;
      person.renamed = false;
      if (flaw !== undefined) return [flaw];
      return person.handle === handle ? [] : [`${person.name} must be ${person.handle}, and is ${handle}`];
    });
  }

  /** Takes in the ids that were given out, as the host was told of them. They grow. */
  #learn(): string[] {
    const wrong: string[] = [];
    const given = this.model.takeGiven();
    const told = this.rig.events
      .splice(0)
      .flatMap((event): readonly { readonly event: string; readonly id: number }[] => {
        if (event.type === 'message') return [{ event: event.type, id: event.message.id }];
        if (event.type === 'message_edit' || event.type === 'message_delete')
          return [{ event: event.type, id: event.edit ?? 0 }];
        // One that is kept has the id of its message.
        if (event.type === 'whisper' && event.id !== event.copyId)
          return [event.id, event.copyId].map((id) => ({ event: event.type, id }));
        return [];
      });
    const kinds = (list: readonly { readonly event: string }[]) => list.map(({ event }) => event).join(', ');
    if (kinds(told) !== kinds(given)) wrong.push(`the host is told ${kinds(told)} and not ${kinds(given)}`);
    given.forEach(({ key }, i) => {
      const id = told[i]?.id ?? 0;
      if (id <= this.#newest) wrong.push(`${id} is given out after ${this.#newest}`);
      this.#ids.set(key, id);
      this.#newest = Math.max(this.#newest, id);
    });
    return wrong;
  }
}
