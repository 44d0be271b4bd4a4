import type { SocketDialect } from '../simulation/support/clients.js';
import { Community } from './community.js';
import type { Ban, Person, Room, Said, Session } from './facts.js';
import { alike, isBy, signatureOf } from './names.js';
import { wordsOf } from './polls.js';

/** How long pages of Venueless may take to load anew, in ms. */
const loadingMs = 10_000;

/** Who comes, goes, and is made to. */
export class Company extends Community {
  #bans = 0;

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

  /** Somebody logs in. */
  login(place: number, person: Person, dialect: SocketDialect): void {
    const until = person.silenced && dialect === 'venueless' ? person.silencedUntil : undefined;
    const session: Session = { place, person, dialect, until, follows: new Set() };
    const { loading } = person;
    if (dialect === 'venueless' && loading.pages > 0 && this.now < loading.until) {
      loading.pages--;
      return this.see(session, 'out');
    }
    const isKeptOut = dialect === 'sockchat' && (person.addressBan !== undefined || this.#isWorn(person));
    if (person.ban !== undefined || isKeptOut) return this.see(session, 'out');
    this.sessions.set(place, session);
    if (dialect === 'venueless') person.direct = true;
    if (this.sessionsOf(person, 'venueless').length === 1 && dialect === 'venueless')
      for (const room of this.rooms.values()) if (room.members.has(person.name)) this.waits(person, room);
    person.left = false;
    this.see(session, 'in');
    // A name that auth has changed counts from now on.
    if (person.known) this.rename(person, person.called, session);
    else this.#begin(person);
    if (dialect !== 'sockchat') return;
    person.place ??= 'lounge';
    this.see(session, ...this.past(this.room(person.place)));
  }

  /** Whether somebody new would have the name of somebody who is online. */
  #isWorn(person: Person): boolean {
    const others = [...this.people.values()].filter((one) => one !== person && this.isOnline(one));
    return (
      !(person.known && person.named === person.called) &&
      others.some(({ handle }) => alike(handle, person.called))
    );
  }

  /** Somebody has an account from now on. */
  #begin(person: Person): void {
    person.known = true;
    person.named = person.called;
    person.renamed = true;
  }

  /** Somebody gets another name, and a handle made of it. `by`: the login that brings it; `told`: by whom, also if it is the same. */
  rename(person: Person, name: string, by?: Session, told?: 'own' | 'given'): void {
    const isNew = person.named !== name;
    if (!isNew && told === undefined) return;
    const how = !isNew && told === 'own' ? 'as' : 'is';
    person.renamed = isNew;
    person.named = name;
    for (const one of this.sessions.values()) {
      if (one.dialect === 'originchats' && one.person.ban === undefined)
        this.see(one, `user ${person.name} ${how} {${person.name}} called ${person.display ?? 'nothing'}`);
      // Whoever has no other name to be called by is called so.
      const isCalled = isNew && one.person === person && person.display === undefined;
      if (one.dialect === 'venueless' && isCalled && one !== by)
        this.see(one, `I am called {${person.name}}`);
    }
  }

  /** Somebody is to be called something where names are no keys. `by`: the session of theirs that says so, on Venueless. */
  call(person: Person, display: string | undefined, by: Session | 'own' | 'given'): void {
    const isNew = person.display !== display;
    const looksNew = (person.display ?? person.handle) !== (display ?? person.handle);
    person.display = display;
    for (const one of this.sessions.values()) {
      if (
        one.dialect === 'originchats' &&
        one.person.ban === undefined &&
        (isNew || typeof by === 'string')
      ) {
        const how = by === 'given' ? 'is' : 'as';
        this.see(one, `user ${person.name} ${how} ${person.handle} called ${display ?? 'nothing'}`);
      }
      const isTold = looksNew || typeof by !== 'string';
      if (one.dialect === 'venueless' && one.person === person && one !== by && isTold)
        this.see(one, `I am called ${display ?? person.handle}`);
    }
  }

  override pass(now: number): void {
    super.pass(now);
    for (const one of this.sessions.values())
      if (one.until !== undefined && one.until <= now) this.close(one);
  }

  /** A session ends. */
  gone(session: Session): void {
    this.sessions.delete(session.place);
    const { person } = session;
    if (!this.isOnline(person)) person.nick = undefined;
    if (this.sessionsOf(person, 'venueless').length === 0)
      for (const { waiting } of this.rooms.values()) waiting.delete(person.name);
    if (this.sessionsOf(person, 'sockchat').length > 0) return;
    const { place } = person;
    person.place = undefined;
    this.#left(place);
  }

  /** Somebody is sent away, from one protocol or from all. */
  sendAway(person: Person, dialect?: SocketDialect): void {
    for (const one of this.sessionsOf(person, dialect)) this.close(one);
  }

  keptOut(name: string, ending: Pick<Ban, 'until'> = {}): Ban {
    this.#bans++;
    return { name, number: this.#bans, ...ending };
  }

  /** Somebody is kept out from now on. `stays`: in this protocol they stay connected. */
  ban(person: Person, ending: Pick<Ban, 'until'> = {}, stays?: SocketDialect): void {
    person.ban = this.keptOut(person.handle, ending);
    for (const one of this.sessionsOf(person)) if (one.dialect !== stays) this.close(one);
  }

  /** Somebody is silenced, or may speak again. `told`: whether Venueless has its clients load anew. */
  silence(person: Person, on: boolean, told = true, until?: number): void {
    person.silenced = on;
    person.silencedUntil = until;
    if (on) for (const one of this.sessionsOf(person, 'originchats')) this.see(one, 'is to wait');
    if (told) for (const one of this.sessionsOf(person, 'venueless')) this.close(one);
  }

  /** Somebody is deleted by Venueless, whose pages load anew and so log in by themselves: that is not to make the account anew. */
  deleted(person: Person): void {
    const pages = this.sessionsOf(person, 'venueless').length;
    person.loading = { pages, until: this.now + loadingMs };
    this.leave(person);
  }

  /**
   * Somebody leaves for good, and all that was theirs goes, but for what they said in rooms; of whoever is banned the account stays, to be kept
   * out. Their OriginChats tabs stay open and logged out, but for the one that asked.
   */
  leave(person: Person, by?: Session): void {
    for (const one of this.sessionsOf(person)) {
      if (one.dialect !== 'originchats' || one === by) this.close(one);
      else this.gone(one);
    }
    const gone = signatureOf(person);
    const isKept = person.ban !== undefined;
    person.left = isKept;
    person.direct = false;
    person.blocks.clear();
    if (!isKept) {
      person.life++;
      person.known = false;
      person.handle = '';
      person.silenced = false;
      person.display = person.name;
      for (const { blocks } of this.people.values()) blocks.delete(person.name);
    }
    for (const room of this.rooms.values()) {
      room.members.delete(person.name);
      if (room.owner === person.name) room.owner = undefined;
    }
    for (const thread of this.threads) {
      thread.takers = thread.takers.filter((one) => !isBy(one, gone));
      // What they made keeps the name that they went with.
      if (isBy(thread.creator, gone)) thread.creator = gone;
    }
    for (const [name, { direct }] of this.directs) {
      if (!direct?.includes(person.name)) continue;
      this.directs.delete(name);
      for (const one of this.sessions.values()) one.follows.delete(name);
    }
  }

  isOwn({ author }: Said, person: Person): boolean {
    return author !== undefined && isBy(author, person);
  }

  /** The rank that decides who may take a message back: its author's now, or the one they had when they left. */
  rankOf(said: Said): number {
    const author = this.people.get(said.author?.name ?? '');
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
    return room.messages.map((one) => this.pastLine(one));
  }

  protected pastLine(said: Said): string {
    const { author, signed, shown } = said;
    return `past {${shown.at(-1)}} ${author?.name ?? 'host'} as ${signed}: ${wordsOf(said, 'sockchat')}`;
  }
}
