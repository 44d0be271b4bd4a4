import type { SocketDialect } from '../simulation/support/clients.js';
import { type Claims, cast, type Door, doors, kinds, rooms } from './cast.js';
import { can, may, type Standing } from './rules.js';

export interface Person {
  readonly name: string;
  /** Counts how often they have left for good: who comes back is somebody else. */
  life: number;
  claims: Claims;
  /** The room they sit in, while they are on Sock Chat. */
  place: string | undefined;
  silenced: boolean;
  banned: boolean;
  /** Their address is kept out of Sock Chat. */
  addressBanned: boolean;
  /** Has an account: was logged in once. */
  known: boolean;
  /** Has ever logged in by a protocol that shows direct channels. */
  direct: boolean;
  /** Pages of theirs that load anew since they were deleted, and until when they are turned away for it. */
  loading: { pages: number; readonly until: number };
  readonly blocks: Set<string>;
}

/** Somebody logged in by some protocol. */
export interface Session {
  readonly place: number;
  readonly person: Person;
  readonly dialect: SocketDialect;
  /** Rooms that it follows, on Venueless. */
  readonly follows: Set<string>;
}

export interface Said {
  /** Stands for the id, until that is known. */
  readonly key: string;
  /** Names of the room, or of those who share a direct channel. */
  readonly room: string;
  /** Nobody: the host. */
  readonly author: string | undefined;
  readonly life: number;
  /** The rank they had. */
  readonly rank: number;
  text: string;
  readonly action: boolean;
  /** What Sock Chat knows it as, the newest last. */
  readonly shown: string[];
  /** Who reacted with what, in order: names and lives. */
  readonly reactions: Map<string, string[]>;
}

/** An id that was given out, and the event by which the host is told of it. */
export interface Given {
  readonly event: 'message' | 'message_edit' | 'message_delete' | 'whisper';
  readonly key: string;
}

export interface Room {
  readonly name: string;
  door: Door;
  /** Whose direct channel it is, if it is one. */
  readonly direct?: readonly [string, string];
  /** Ends with its last person, and is not there outside of Sock Chat. */
  readonly temporary?: boolean;
  /** Who made it, if they are still there. */
  owner?: string | undefined;
  readonly members: Set<string>;
  readonly messages: Said[];
}

/** An edit of one of so many newest messages is shown on Sock Chat. */
const renewed = 20;

/** How long pages of Venueless may take to load anew, in ms. */
const loadingMs = 10_000;

/** What the rules say, told once more in plain data, and what everybody must see of it. */
export class Model {
  readonly people = new Map<string, Person>();
  readonly rooms = new Map<string, Room>();
  /** Direct channels of two, by the names of both. */
  readonly directs = new Map<string, Room>();
  readonly sessions = new Map<number, Session>();
  /** What each must see now, by place. */
  #seen = new Map<number, string[]>();
  /** Ids that were given out since the last time: by which event the host is told, and what stands for them. */
  #given: Given[] = [];
  #keys = 0;

  constructor() {
    cast.forEach((name, i) => {
      this.people.set(name, {
        name,
        life: 0,
        claims: kinds[i] as Claims,
        place: undefined,
        silenced: false,
        banned: false,
        addressBanned: false,
        known: false,
        direct: false,
        loading: { pages: 0, until: 0 },
        blocks: new Set(),
      });
    });
    for (const [name, door] of Object.entries(rooms)) this.makeRoom(name, doors[door] as Door);
  }

  makeRoom(name: string, door: Door, more: Pick<Room, 'temporary' | 'owner'> = {}): Room {
    const room: Room = { name, door, members: new Set(), messages: [], ...more };
    this.rooms.set(name, room);
    return room;
  }

  /** A room ends: whoever sits in it finds themselves in the first one. */
  removeRoom(room: Room): void {
    this.rooms.delete(room.name);
    for (const one of this.sessions.values()) one.follows.delete(room.name);
    for (const person of this.people.values())
      if (person.place === room.name) this.enter(person, this.room('lounge'));
  }

  /** Who may be in a room, or what they may, has changed: nobody sits where they may not read. */
  review(): void {
    for (const person of this.people.values()) {
      const room = this.rooms.get(person.place ?? '');
      if (room !== undefined && !this.may(person, room, 'read')) this.enter(person, this.room('lounge'));
    }
  }

  /** Somebody has gone out of a room. */
  #left(name: string | undefined): void {
    const room = this.rooms.get(name ?? '');
    if (room?.temporary && ![...this.people.values()].some(({ place }) => place === name))
      this.removeRoom(room);
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

  room(name: string): Room {
    return this.rooms.get(name) as Room;
  }

  standing(person: Person, room: Room): Standing {
    return { inside: person.place === room.name, owner: room.owner === person.name };
  }

  may(person: Person, room: Room, action: Parameters<typeof may>[2], password?: string): boolean {
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

  /** Whether a session is shown what is said in a room. */
  hears({ dialect, person, follows }: Session, room: Room): boolean {
    if (room.direct !== undefined) return dialect === 'venueless' && follows.has(room.name);
    if (dialect === 'sockchat') return person.place === room.name;
    if (!this.isOpen(room)) return false;
    if (dialect === 'originchats') return may(person.claims, room.door, 'see');
    return follows.has(room.name) && may(person.claims, room.door, 'read');
  }

  hearers(room: Room): Session[] {
    return [...this.sessions.values()].filter((one) => this.hears(one, room));
  }

  // Who is there

  /** Somebody logs in. `now`: milliseconds since the Unix epoch. */
  login(place: number, person: Person, dialect: SocketDialect, now: number): void {
    const session: Session = { place, person, dialect, follows: new Set() };
    const { loading } = person;
    if (dialect === 'venueless' && loading.pages > 0 && now < loading.until) {
      loading.pages--;
      return this.see(session, 'out');
    }
    if (person.banned || (person.addressBanned && dialect === 'sockchat')) return this.see(session, 'out');
    this.sessions.set(place, session);
    person.known = true;
    if (dialect === 'venueless') person.direct = true;
    this.see(session, 'in');
    if (dialect !== 'sockchat') return;
    person.place ??= 'lounge';
    this.see(session, ...this.past(this.room(person.place)));
  }

  /** A session ends. */
  gone(session: Session): void {
    this.sessions.delete(session.place);
    const { person } = session;
    if (this.sessionsOf(person, 'sockchat').length > 0) return;
    const { place } = person;
    person.place = undefined;
    this.#left(place);
  }

  /** Somebody is sent away, from one protocol or from all. */
  sendAway(person: Person, dialect?: SocketDialect): void {
    for (const one of this.sessionsOf(person, dialect)) this.close(one);
  }

  /** Somebody is silenced, or may speak again. `told`: whether Venueless has its clients load anew. */
  silence(person: Person, on: boolean, told = true): void {
    person.silenced = on;
    if (on) for (const one of this.sessionsOf(person, 'originchats')) this.see(one, 'is to wait');
    if (told) for (const one of this.sessionsOf(person, 'venueless')) this.close(one);
  }

  /** Somebody is deleted by Venueless, whose pages load anew and so log in by themselves: that is not to make the account anew. */
  deleted(person: Person, now: number): void {
    const pages = this.sessionsOf(person, 'venueless').length;
    person.loading = { pages, until: now + loadingMs };
    this.leave(person);
  }

  /**
   * Somebody leaves for good, and all that was theirs goes, but for what they said in rooms. Their OriginChats tabs stay open and logged out,
   * but for the one that asked.
   */
  leave(person: Person, by?: Session): void {
    for (const one of this.sessionsOf(person)) {
      if (one.dialect !== 'originchats' || one === by) this.close(one);
      else this.gone(one);
    }
    person.life++;
    person.known = false;
    person.silenced = false;
    person.direct = false;
    person.blocks.clear();
    for (const { blocks } of this.people.values()) blocks.delete(person.name);
    for (const room of this.rooms.values()) {
      room.members.delete(person.name);
      if (room.owner === person.name) room.owner = undefined;
    }
    for (const [name, { direct }] of this.directs) {
      if (!direct?.includes(person.name)) continue;
      this.directs.delete(name);
      for (const one of this.sessions.values()) one.follows.delete(name);
    }
  }

  isOwn({ author, life }: Said, person: Person): boolean {
    return author === person.name && life === person.life;
  }

  /** The rank that decides who may take a message back: its author's now, or the one they had when they left. */
  rankOf(said: Said): number {
    const author = this.people.get(said.author ?? '');
    return author !== undefined && this.isOwn(said, author) ? author.claims.rank : said.rank;
  }

  /** The chat ends a session. */
  close(session: Session): void {
    this.see(session, 'closed');
    this.gone(session);
  }

  /** Somebody on Sock Chat goes to another room. */
  enter(person: Person, room: Room): void {
    const { place } = person;
    person.place = room.name;
    for (const one of this.sessionsOf(person, 'sockchat')) this.see(one, ...this.past(room));
    this.#left(place);
  }

  /** The past of a room, as Sock Chat shows it. */
  past(room: Room): string[] {
    return room.messages.map((one) => this.#pastLine(one));
  }

  #pastLine({ author, text, action, shown }: Said): string {
    return `past {${shown.at(-1)}} ${author ?? 'host'}: ${action ? '/me ' : ''}${text}`;
  }

  // What is said

  say(room: Room, author: Person | undefined, text: string, action = false, by?: Session): void {
    const key = this.#give('message');
    const said: Said = {
      key,
      room: room.name,
      author: author?.name,
      life: author?.life ?? 0,
      rank: author?.claims.rank ?? 0,
      text,
      action,
      shown: [key],
      reactions: new Map(),
    };
    room.messages.push(said);
    const line = `{${key}} ${room.name} ${author?.name ?? 'host'}: ${action ? '/me ' : ''}${text}`;
    for (const one of this.#shownTo(room, by)) this.see(one, `said ${line}`);
    this.#whispered(room, said);
  }

  /** What is said in the direct channel of two is a whisper on Sock Chat; whoever said it reads first to whom. */
  #whispered({ direct }: Room, said: Said, before: readonly string[] = []): void {
    for (const name of direct ?? []) {
      const other = direct?.find((one) => one !== name) ?? '';
      const text = said.author === name ? `${other} ${said.text}` : said.text;
      for (const one of this.sessionsOf(this.people.get(name) as Person, 'sockchat'))
        this.see(one, ...before, `whisper {${said.shown.at(-1)}} ${said.author}: ${text}`);
    }
  }

  /** Something is whispered that nobody keeps. */
  whisper(from: Person, to: Person, text: string): void {
    const [id, copy] = [this.#give('whisper'), this.#give('whisper')];
    for (const one of this.sessionsOf(to, 'sockchat')) this.see(one, `whisper {${id}} ${from.name}: ${text}`);
    for (const one of this.sessionsOf(from, 'sockchat'))
      this.see(one, `whisper {${copy}} ${from.name}: ${to.name} ${text}`);
  }

  /** The direct channel of two people, which is made if there is none. */
  directOf(one: Person, other: Person): Room {
    const direct = [one.name, other.name].sort() as [string, string];
    const name = direct.join('+');
    const found = this.directs.get(name);
    if (found !== undefined) return found;
    const made: Room = { name, door: {}, direct, members: new Set(direct), messages: [] };
    this.directs.set(name, made);
    return made;
  }

  edit(room: Room, said: Said, text: string, by?: Session): void {
    said.text = text;
    const key = this.#give('message_edit');
    const before = said.shown.at(-1);
    const isShown = room.messages.slice(-renewed).includes(said);
    if (isShown) said.shown.push(key);
    const shown = `${said.action ? '/me ' : ''}${text}`;
    for (const one of this.#shownTo(room, by)) {
      if (one.dialect === 'originchats') this.see(one, `edit {${said.key}} ${room.name}: ${shown}`);
      else if (one.dialect === 'venueless')
        this.see(one, `edit {${said.key}} as {${key}} ${room.name}: ${shown}`);
      else if (isShown) this.see(one, `gone {${before}}`, this.#pastLine(said));
    }
    if (isShown) this.#whispered(room, said, [`gone {${before}}`]);
  }

  remove(room: Room, said: Said, by?: Session): void {
    const key = this.#give('message_delete');
    room.messages.splice(room.messages.indexOf(said), 1);
    for (const one of this.#shownTo(room, by)) {
      if (one.dialect === 'sockchat') this.see(one, `gone {${said.shown.at(-1)}}`);
      else if (one.dialect === 'venueless') this.see(one, `gone {${said.key}} as {${key}} ${room.name}`);
      else this.see(one, `gone {${said.key}} ${room.name}`);
    }
    for (const name of room.direct ?? [])
      for (const one of this.sessionsOf(this.people.get(name) as Person, 'sockchat'))
        this.see(one, `gone {${said.shown.at(-1)}}`);
  }

  /** Returns whether anything changed. */
  react(room: Room, said: Said, person: Person, emoji: string, on: boolean, by?: Session): boolean {
    const names = said.reactions.get(emoji) ?? [];
    const who = `${person.name} ${person.life}`;
    if (names.includes(who) === on) return false;
    const left = on ? [...names, who] : names.filter((one) => one !== who);
    if (left.length === 0) said.reactions.delete(emoji);
    else said.reactions.set(emoji, left);
    for (const one of this.#shownTo(room, by)) {
      if (one.dialect === 'originchats')
        this.see(one, `${on ? 'react' : 'unreact'} {${said.key}} ${room.name} ${emoji} ${person.name}`);
      else if (one.dialect === 'venueless')
        this.see(one, `reactions {${said.key}} ${room.name} ${this.reactions(said)}`);
    }
    return true;
  }

  reactions({ reactions }: Said): string {
    const bare = (names: readonly string[]) => names.map((one) => one.split(' ')[0] as string).sort();
    return [...reactions].map(([emoji, names]) => `${emoji}=${bare(names).join(',')}`).join(' ');
  }

  /** What history has of a room, in the protocols that are asked for it. */
  history(room: Room, count: number): string[] {
    return room.messages
      .slice(-count)
      .map((one) =>
        `{${one.key}} ${one.author ?? 'host'}: ${one.action ? '/me ' : ''}${one.text} ${this.reactions(one)}`.trimEnd(),
      );
  }

  /** Those who hear of something in a room, and on OriginChats whoever did it, since that is their answer. */
  #shownTo(room: Room, by: Session | undefined): Session[] {
    const hearers = this.hearers(room);
    if (by?.dialect === 'originchats' && !hearers.includes(by)) hearers.push(by);
    return hearers;
  }

  #give(event: Given['event']): string {
    this.#keys++;
    const key = `m${this.#keys}`;
    this.#given.push({ event, key });
    return key;
  }
}
