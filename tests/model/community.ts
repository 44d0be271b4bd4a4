import type { SocketDialect } from '../simulation/support/clients.js';
import { type Claims, cast, type Door, doors, kinds, rooms } from './cast.js';
import type { Given, Person, Room, Session, Thread } from './facts.js';
import { can, may, type Standing } from './rules.js';

/** People, rooms and who is there, in plain data; who may what; and what everybody must see. */
export class Community {
  readonly people = new Map<string, Person>();
  readonly rooms = new Map<string, Room>();
  /** Direct channels of two, by the names of both. */
  readonly directs = new Map<string, Room>();
  readonly threads: Thread[] = [];
  readonly sessions = new Map<number, Session>();
  /** Milliseconds since the Unix epoch. */
  now = 0;
  /** What each must see now, by place. */
  #seen = new Map<number, string[]>();
  /** Ids that were given out since the last time: by which event the host is told, and what stands for them. */
  #given: Given[] = [];
  #keys = 0;

  constructor() {
    cast.forEach((name, i) => {
      this.people.set(name, {
        name,
        called: name,
        named: name,
        handle: '',
        renamed: false,
        nick: undefined,
        display: name,
        life: 0,
        claims: kinds[i] as Claims,
        place: undefined,
        silenced: false,
        silencedUntil: undefined,
        ban: undefined,
        addressBan: undefined,
        known: false,
        left: false,
        direct: false,
        loading: { pages: 0, until: 0 },
        blocks: new Set(),
      });
    });
    for (const [name, door] of Object.entries(rooms)) this.makeRoom(name, doors[door] as Door);
  }

  /** Time goes on: what had an end is over. */
  pass(now: number): void {
    this.now = now;
    const isOver = (until: number | undefined) => until !== undefined && until <= now;
    for (const person of this.people.values()) {
      if (isOver(person.ban?.until)) person.ban = undefined;
      if (isOver(person.addressBan?.until)) person.addressBan = undefined;
      if (isOver(person.silencedUntil)) person.silenced = false;
    }
  }

  makeRoom(name: string, door: Door, more: Pick<Room, 'temporary' | 'owner'> = {}): Room {
    const room: Room = { name, door, members: new Set(), waiting: new Set(), messages: [], ...more };
    this.rooms.set(name, room);
    return room;
  }

  /** What everybody must have seen since the last time. */
  take(): ReadonlyMap<number, readonly string[]> {
    const seen = this.#seen;
    this.#seen = new Map();
    return seen;
  }

  /** Ids that were given out since the last time, in order. */
  takeGiven(): readonly Given[] {
    return this.#given.splice(0);
  }

  see({ place }: Session, ...sights: readonly string[]): void {
    const list = this.#seen.get(place) ?? [];
    list.push(...sights);
    this.#seen.set(place, list);
  }

  refuse(session: Session): void {
    this.see(session, 'refused');
  }

  sessionsOf(person: Person, dialect?: SocketDialect): Session[] {
    return [...this.sessions.values()].filter(
      (one) => one.person === person && (dialect === undefined || one.dialect === dialect),
    );
  }

  isOnline(person: Person): boolean {
    return this.sessionsOf(person).length > 0;
  }

  /** Whom a name means on Sock Chat: somebody online by their own name, or else by their nick; with `~` the other way round. */
  online(name: string): Person | undefined {
    const here = [...this.people.values()].filter((one) => this.isOnline(one));
    const is = (own: string | undefined) => own?.toLowerCase() === name.toLowerCase().replace('~', '');
    const [own, nick] = [here.find(({ handle }) => is(handle)), here.find((one) => is(one.nick))];
    return name.startsWith('~') ? (nick ?? own) : (own ?? nick);
  }

  /** Whom a name means on OriginChats: of those who have an account, somebody by their name or else by their id. */
  known(name: string): Person | undefined {
    const all = [...this.people.values()].filter(({ known }) => known);
    const called = all.find(({ handle }) => handle.toLowerCase() === name.toLowerCase());
    return called ?? all.find((one) => one.name === name);
  }

  room(name: string): Room {
    return this.rooms.get(name) as Room;
  }

  standing(person: Person, room: Room): Standing {
    return { inside: person.place === room.name, owner: room.owner === person.name };
  }

  may(person: Person, room: Room, action: Parameters<typeof may>[2], password?: string): boolean {
    if (person.ban !== undefined) return false;
    if (room.direct !== undefined) return this.#mayInDirect(person, room.direct, action);
    const given = password === undefined ? {} : { password };
    return may(person.claims, room.door, action, { ...this.standing(person, room), ...given });
  }

  /** A direct channel is its people's, and of no concern to anybody else, whatever they may elsewhere. */
  #mayInDirect(person: Person, people: readonly string[], action: Parameters<typeof may>[2]): boolean {
    if (!people.includes(person.name) || action === 'delete-any' || action === 'manage') return false;
    const speaks = action === 'send' || action === 'edit-own';
    const isBlocked = people.some((name) => this.people.get(name)?.blocks.has(person.name));
    return !(speaks && isBlocked) && may(person.claims, {}, action);
  }

  /** Says nothing and changes nothing, whatever else they may: silenced, unless they may silence others. */
  isMute({ silenced, claims }: Person): boolean {
    return silenced && !can(claims, 'user.silence');
  }

  /** Whether a room is there outside of Sock Chat. */
  isOpen({ door, direct, temporary }: Room): boolean {
    return door.password === undefined && direct === undefined && !temporary;
  }

  /** Somebody is to be told of the next message of a room: on Venueless, once they have come, have joined it or have read it. */
  waits(person: Person, room: Room): void {
    if (this.sessionsOf(person, 'venueless').length > 0) room.waiting.add(person.name);
  }

  /** Whether a session is shown what is said in a room. Who is banned and still connected is deaf. */
  hears({ dialect, person, follows }: Session, room: Room): boolean {
    if (person.ban !== undefined) return false;
    if ('takers' in room) return dialect === 'originchats';
    if (room.direct !== undefined) return dialect === 'venueless' && follows.has(room.name);
    if (dialect === 'sockchat') return person.place === room.name;
    if (!this.isOpen(room)) return false;
    if (dialect === 'originchats') return may(person.claims, room.door, 'see');
    return follows.has(room.name) && may(person.claims, room.door, 'read');
  }

  hearers(room: Room): Session[] {
    return [...this.sessions.values()].filter((one) => this.hears(one, room));
  }

  protected give(event: Given['event']): string {
    this.#keys++;
    const key = `m${this.#keys}`;
    this.#given.push({ event, key });
    return key;
  }
}
