import type { ChannelFacts } from '../../domain/channels/channels.js';
import type { ChatEvent } from '../../domain/events.js';
import type { ChannelId, UserId } from '../../domain/ids.js';
import type { Person } from '../../domain/users/person.js';
import type { DialectHost } from '../dialect.js';
import type { SockChatSettings } from './options.js';
import type { ListedUser, ServerPacket } from './packets.js';
import { fieldsOf, isAlike } from './people.js';
import { type Here, newcomer, Roster } from './roster.js';

/** People as packets show them. */
type Listed = Map<UserId, ListedUser>;

/** A list on its way to those who sit in a channel, one after the other. */
interface Round {
  readonly list: Listed;
  readonly left: UserId[];
  /** Those inside whom all will know by it, and those whom nobody will. */
  readonly shows: Set<UserId>;
  readonly hides: Set<UserId>;
}

/** A channel that somebody sits in, and whom they all know there. */
interface Room {
  facts: ChannelFacts;
  /** In the order they came. */
  readonly inside: Map<UserId, Here>;
  /** Those inside whom not all others were told of, and whether some may have been. */
  readonly apart: Map<UserId, boolean>;
  /** People of other protocols whom everybody inside has in their list, as they were shown. */
  readonly known: Listed;
  round: Round | undefined;
  /** The roster's changes that the lists are up to date with. */
  changes: number;
  /** Somebody inside may have another list than `known` says. */
  differs: boolean;
  dueAt: number | undefined;
  /** Bytes that may be spent. */
  allowance: number;
}

/**
 * Whom the viewers of each channel know. Clients break on the id of somebody who is not in their list, so there is one answer for all viewers of
 * a channel. People of other protocols are in the list that comes with a login or a switch, and come and go by a new list, packets 8→1 and 7→0,
 * which is sent once things have been as they are for a while, and as often as the bytes allow that may be spent on it.
 */
export class Company {
  readonly roster: Roster;
  readonly #rooms = new Map<ChannelId, Room>();
  #allowance = 0;
  #sweptAt: number;

  constructor(
    private readonly host: DialectHost,
    private readonly settings: SockChatSettings,
    private readonly dialect: string,
  ) {
    this.roster = new Roster(host.config, dialect, settings.foreign.people);
    this.#sweptAt = host.steady.now();
  }

  /** What packet 7.0 lists for somebody who comes into a channel, highest rank first. */
  list(facts: ChannelFacts, inside: readonly Person[], self: UserId): ListedUser[] {
    const visible = inside.filter((person) => this.roster.get(person.user)?.hidden !== true);
    return inOrder([...visible, ...this.#foreigners(facts, self)].map(fieldsOf));
  }

  /** Whether everybody in a channel knows somebody who sits there, or whom they were shown there. */
  knows(channel: ChannelId, user: UserId): boolean {
    const room = this.#rooms.get(channel);
    if (room === undefined) return false;
    return room.inside.has(user) ? !room.apart.has(user) : room.known.has(user);
  }

  /** Whether somebody is known where somebody else sits. */
  meets(user: UserId, other: UserId): boolean {
    const channel = this.roster.get(user)?.channel;
    return channel !== undefined && this.knows(channel, other);
  }

  /** Whether somebody who comes into a channel is in everybody's list there already, and whether they look there as they do now. */
  listed(channel: ChannelId, person: Person): 'no' | 'alike' | 'otherwise' {
    const room = this.#rooms.get(channel);
    const known = room?.known.get(person.user);
    if (room === undefined || known === undefined) return 'no';
    // Some may have been given a list that is newer than what all know.
    if (room.differs) return 'otherwise';
    const looks = [known, room.round?.list.get(person.user) ?? known];
    return looks.every((one) => isAlike(one, fieldsOf(person))) ? 'alike' : 'otherwise';
  }

  /** Whether somebody wishes to be seen by nobody. */
  hides(user: UserId): boolean {
    return this.roster.get(user)?.hidden === true;
  }

  /** Whether somebody whose sessions here have ended stays in a channel's list, by another protocol. */
  stays(channel: ChannelId, user: UserId): boolean {
    const here = this.roster.get(user);
    const room = this.#rooms.get(channel);
    if (here === undefined || room === undefined || room.apart.has(user)) return false;
    return this.#hasRoom(room) && this.roster.isForeign({ ...here, channel: undefined }, room.facts);
  }

  /** Channels in which somebody who came by another protocol is to be announced. */
  announced(person: Person, hidden: boolean): ChannelId[] {
    if (this.settings.foreignPresence === 'quiet' || hidden) return [];
    const here = newcomer(person);
    return this.#where(
      (room) => this.#hasRoom(room) && this.roster.isForeign({ ...here, others: 1 }, room.facts),
    );
  }

  /** Channels that are told that somebody who sat in none is gone: with quiet presence, where they once sat, or if it is for good. */
  missed(user: UserId): ChannelId[] {
    const here = this.roster.get(user);
    if (here === undefined || here.hidden) return [];
    const told = here.leaving || this.settings.foreignPresence === 'full';
    return this.#where((room, channel) => room.known.has(user) && (told || here.stayed === channel));
  }

  heard(event: ChatEvent): void {
    switch (event.type) {
      case 'user_connect': {
        const { person, channel, status } = event;
        const shown = channel === undefined ? this.announced(person, status.status === 'invisible') : [];
        this.roster.heard(event);
        const room = channel === undefined ? undefined : this.#rooms.get(channel);
        if (room !== undefined) this.#arrive(room, person.user);
        for (const one of shown) this.#show(this.#rooms.get(one), person);
        return;
      }
      case 'session_open': {
        const { person, surroundings, dialect } = event;
        if (surroundings === undefined) return this.roster.heard(event);
        const { user } = person;
        const room = this.#roomOf(surroundings.channel);
        const isFirst = this.roster.get(user)?.own === 0;
        const others = room.inside.size - (room.inside.has(user) ? 1 : 0);
        this.#meet(room, user, isFirst && others === 0);
        this.roster.heard(event);
        if (dialect === this.dialect && !room.inside.has(user)) this.#arrive(room, user);
        return;
      }
      case 'channel_enter': {
        const { person, surroundings } = event;
        const before = this.roster.get(person.user)?.channel;
        if (before !== undefined) this.#depart(before, person.user);
        const room = this.#roomOf(surroundings.channel);
        this.#meet(room, person.user, room.inside.size === 0);
        this.roster.heard(event);
        return this.#arrive(room, person.user);
      }
      case 'channel_leave': {
        const { person, channel, reason } = event;
        const stays = reason === undefined && this.stays(channel, person.user);
        this.roster.heard(event);
        this.#depart(channel, person.user);
        if (stays) this.#show(this.#rooms.get(channel), person);
        return;
      }
      case 'user_disconnect': {
        const { user } = event.person;
        const missed = this.missed(user);
        this.roster.heard(event);
        if (event.channel !== undefined) this.#depart(event.channel, user);
        for (const one of missed) this.#drop(this.#rooms.get(one), user);
        return;
      }
      case 'user_status': {
        const { user } = event.person;
        const before = this.hides(user);
        this.roster.heard(event);
        const channel = this.roster.get(user)?.channel;
        const room = channel === undefined ? undefined : this.#rooms.get(channel);
        if (room === undefined || before === this.hides(user)) return;
        room.apart.set(user, true);
        room.round?.shows.delete(user);
        room.round?.hides.delete(user);
        room.differs = true;
        return;
      }
      case 'channel_update': {
        const room = this.#rooms.get(event.channel.channel);
        if (room !== undefined) room.facts = event.channel;
        return this.roster.heard(event);
      }
      case 'user_update': {
        const { user } = event.person;
        const room = event.channel === undefined ? undefined : this.#rooms.get(event.channel);
        if (room?.apart.has(user) && !this.hides(user)) room.differs = true;
        return this.roster.heard(event);
      }
      default:
        return this.roster.heard(event);
    }
  }

  /** About once a second. */
  sweep(elapsed: number): void {
    const { foreign } = this.settings;
    const seconds = (elapsed - this.#sweptAt) / 1000;
    this.#sweptAt = elapsed;
    this.roster.sweep(this.host.clock.now());
    const grown = (allowance: number, bytes: number) => Math.min(bytes, allowance + bytes * seconds);
    this.#allowance = grown(this.#allowance, foreign.bytesPerSecond);
    let looks = foreign.looksPerSecond;
    for (const [channel, room] of [...this.#rooms]) {
      room.allowance = grown(room.allowance, foreign.channelBytesPerSecond);
      if (room.round !== undefined || (!room.differs && room.changes === this.roster.changes)) continue;
      room.dueAt ??= elapsed + foreign.settleMs;
      if (elapsed < room.dueAt || looks <= 0 || room.allowance <= 0 || this.#allowance <= 0) continue;
      looks -= this.roster.size;
      this.#begin(room);
      // Those whose turn was longest ago come first.
      this.#rooms.delete(channel);
      this.#rooms.set(channel, room);
    }
    for (let told = true; told; ) {
      told = false;
      for (const room of this.#rooms.values()) {
        if (this.#allowance <= 0) return;
        if (room.round === undefined || room.allowance <= 0) continue;
        this.#tellNext(room, room.round);
        told = true;
      }
    }
  }

  /** Begins to send a list, unless everybody has it. */
  #begin(room: Room): void {
    const list = listOf(this.#foreigners(room.facts));
    const same = !room.differs && isSame(list, room.known);
    room.changes = this.roster.changes;
    room.differs = false;
    room.dueAt = undefined;
    if (same) return;
    const apart = [...room.apart.keys()];
    const shows = new Set(apart.filter((user) => !this.hides(user)));
    const hides = new Set(apart.filter((user) => this.hides(user)));
    room.round = { list, left: [...room.inside.keys()], shows, hides };
    keepOnly(room.known, list);
  }

  #tellNext(room: Room, round: Round): void {
    const user = round.left.pop();
    if (user !== undefined && room.inside.has(user)) {
      const inside = [...room.inside.values()].flatMap(({ hidden, person }) =>
        hidden || person.user === user ? [] : [fieldsOf(person)],
      );
      const packets: ServerPacket[] = [
        { kind: 'context_clear', mode: 1 },
        { kind: 'context_users', users: inOrder([...inside, ...round.list.values()]) },
      ];
      const bytes = this.host.tell([{ to: { to: 'user', user }, packets }]);
      room.allowance -= bytes;
      this.#allowance -= bytes;
    }
    if (round.left.length > 0) return;
    room.round = undefined;
    for (const [one, fields] of round.list) room.known.set(one, fields);
    for (const one of round.shows) room.apart.delete(one);
    for (const one of round.hides) room.apart.set(one, false);
  }

  /** Somebody is given a list that may be newer than what the others have; `alone`: there are none. */
  #meet(room: Room, user: UserId, alone: boolean): void {
    if (this.#drop(room, user) && this.hides(user)) room.differs = true;
    const list = listOf(this.#foreigners(room.facts, user));
    if (alone) {
      room.round = undefined;
      room.known.clear();
      for (const [one, fields] of list) room.known.set(one, fields);
      room.changes = this.roster.changes;
      room.differs = false;
      room.dueAt = undefined;
      return;
    }
    if (!isSame(list, room.known)) room.differs = true;
    keepOnly(room.known, list);
    if (room.round !== undefined) keepOnly(room.round.list, list);
  }

  #arrive(room: Room, user: UserId): void {
    const here = this.roster.get(user);
    if (here === undefined) return;
    const listed = this.#drop(room, user);
    room.inside.set(user, here);
    if (!here.hidden) return;
    room.apart.set(user, listed);
    if (listed) room.differs = true;
  }

  #depart(channel: ChannelId, user: UserId): void {
    const room = this.#rooms.get(channel);
    if (room === undefined) return;
    room.inside.delete(user);
    // Nobody was told that they went, though some may know them.
    if (room.apart.get(user)) room.differs = true;
    room.apart.delete(user);
    room.round?.shows.delete(user);
    room.round?.hides.delete(user);
    if (room.inside.size === 0) this.#rooms.delete(channel);
  }

  /** Everybody in the channel was told of somebody, or has them in the list. */
  #show(room: Room | undefined, person: Person): void {
    room?.known.set(person.user, fieldsOf(person));
    room?.round?.list.set(person.user, fieldsOf(person));
  }

  /** They are in the list no more, or for another reason. Answers whether somebody may have had them in it. */
  #drop(room: Room | undefined, user: UserId): boolean {
    const was = room?.known.delete(user) === true;
    const becomes = room?.round?.list.delete(user) === true;
    if (room !== undefined && becomes && !was) room.differs = true;
    return was || becomes;
  }

  #foreigners(facts: ChannelFacts, except?: UserId): Person[] {
    return this.roster.foreigners(facts, except);
  }

  #hasRoom(room: Room): boolean {
    return room.known.size < this.settings.foreign.people;
  }

  #where(fits: (room: Room, channel: ChannelId) => boolean): ChannelId[] {
    return [...this.#rooms].flatMap(([channel, room]) => (fits(room, channel) ? [channel] : []));
  }

  #roomOf(facts: ChannelFacts): Room {
    let room = this.#rooms.get(facts.channel);
    if (room === undefined) {
      room = {
        facts,
        inside: new Map(),
        apart: new Map(),
        known: new Map(),
        round: undefined,
        changes: this.roster.changes,
        differs: false,
        dueAt: undefined,
        allowance: 0,
      };
      this.#rooms.set(facts.channel, room);
    }
    room.facts = facts;
    return room;
  }
}

function listOf(people: readonly Person[]): Listed {
  return new Map(people.map((person) => [person.user, fieldsOf(person)]));
}

/** Highest rank first (section 5, S7.0). */
function inOrder(users: ListedUser[]): ListedUser[] {
  return users.sort((a, b) => (b.permissions?.rank ?? 0) - (a.permissions?.rank ?? 0));
}

function isSame(one: Listed, other: Listed): boolean {
  if (one.size !== other.size) return false;
  for (const [user, fields] of one) {
    const known = other.get(user);
    if (known === undefined || !isAlike(known, fields)) return false;
  }
  return true;
}

/** Takes away who is not in another list. */
function keepOnly(list: Listed, other: Listed): void {
  for (const user of list.keys()) if (!other.has(user)) list.delete(user);
}
