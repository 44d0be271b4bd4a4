import { Company } from './company.js';
import type { Person, Room, Said, Session, Signature, Thread } from './facts.js';
import { isBy, shownAs, signatureOf } from './names.js';
import { type Poll, standing, wordsOf } from './polls.js';

/** An edit of one of so many newest messages is shown on Sock Chat. */
const renewed = 20;

/** What a message is besides its text. */
export interface Saying {
  readonly action?: boolean;
  readonly poll?: Poll;
}

/** What the rules say, told once more in plain data, and what everybody must see of it: here, of what is said. */
export class Model extends Company {
  say(room: Room, author: Person | undefined, text: string, more: Saying = {}, by?: Session): void {
    const key = this.give('message');
    const said: Said = {
      key,
      room: room.name,
      author: author === undefined ? undefined : signatureOf(author),
      signed: author === undefined ? 'host' : shownAs(author),
      rank: author?.claims.rank ?? 0,
      text,
      action: more.action ?? false,
      poll: more.poll,
      pinned: false,
      shown: [key],
      reactions: new Map(),
    };
    room.messages.push(said);
    for (const one of this.shownTo(room, by)) {
      const who = this.#nameIn(one, said.author);
      this.see(one, `said {${key}} ${room.name} ${who}: ${wordsOf(said, one.dialect)}`);
    }
    this.#whispered(room, said);
    this.#unread(room, author);
  }

  /** Who belongs to a room and has not been told since is told that there is something to read, but for whoever said it. */
  #unread(room: Room, author: Person | undefined): void {
    if (!this.isOpen(room)) return;
    for (const name of room.waiting) {
      const person = this.people.get(name) as Person;
      if (person === author || !room.members.has(name) || !this.may(person, room, 'read')) continue;
      room.waiting.delete(name);
      for (const one of this.sessionsOf(person, 'venueless')) this.see(one, `unread ${room.name}`);
    }
  }

  /** How a poll stands: with ids of those voters who have an account, and when it is over with the names of all. */
  votesOf(poll: Poll): string {
    const isThere = (who: Signature) =>
      this.people.get(who.name)?.known && this.people.get(who.name)?.life === who.life;
    return standing(poll, (who) => (!poll.ended && isThere(who) ? who.name : this.handleOf(who)));
  }

  /** Something became of a thread: everybody on OriginChats is told how it is now. */
  toldOf(what: string, thread: Thread): void {
    const takers = thread.takers.map((one) => this.handleOf(one)).join(',');
    const shown = `${thread.name} by ${this.handleOf(thread.creator)} with ${takers}`;
    for (const one of this.hearers(thread))
      this.see(one, what === 'end' ? `end of ${thread.name}` : `${what} ${shown}`);
  }

  /** How a session is told who somebody is: OriginChats goes by names, the others by ids. */
  #nameIn({ dialect }: Session, who: Signature | undefined): string {
    if (who === undefined) return 'host';
    return dialect === 'originchats' ? this.handleOf(who) : who.name;
  }

  /** What somebody is called now, or was when they did it if they are gone. */
  handleOf(who: Signature): string {
    const person = this.people.get(who.name);
    return person !== undefined && isBy(who, person) ? person.handle : who.handle;
  }

  /** What is said in the direct channel of two is a whisper on Sock Chat; whoever said it reads first to whom. */
  #whispered({ direct }: Room, said: Said, before: readonly string[] = []): void {
    for (const name of direct ?? []) {
      const other = this.people.get(direct?.find((one) => one !== name) ?? '') as Person;
      const author = said.author?.name;
      const text = author === name ? `${shownAs(other)} ${said.text}` : said.text;
      for (const one of this.sessionsOf(this.people.get(name) as Person, 'sockchat'))
        this.see(one, ...before, `whisper {${said.shown.at(-1)}} ${author}: ${text}`);
    }
  }

  /** Something is whispered that nobody keeps. */
  whisper(from: Person, to: Person, text: string): void {
    const [id, copy] = [this.give('whisper'), this.give('whisper')];
    for (const one of this.sessionsOf(to, 'sockchat')) this.see(one, `whisper {${id}} ${from.name}: ${text}`);
    for (const one of this.sessionsOf(from, 'sockchat'))
      this.see(one, `whisper {${copy}} ${from.name}: ${shownAs(to)} ${text}`);
  }

  /** The direct channel of two people, which is made if there is none. */
  directOf(one: Person, other: Person): Room {
    const direct = [one.name, other.name].sort() as [string, string];
    const name = direct.join('+');
    const found = this.directs.get(name);
    if (found !== undefined) return found;
    const made: Room = { name, door: {}, direct, members: new Set(direct), waiting: new Set(), messages: [] };
    this.directs.set(name, made);
    return made;
  }

  edit(room: Room, said: Said, text: string, by?: Session): void {
    said.text = text;
    const key = this.give('message_edit');
    const before = said.shown.at(-1);
    const isShown = room.messages.slice(-renewed).includes(said);
    if (isShown) said.shown.push(key);
    for (const one of this.shownTo(room, by)) {
      const shown = wordsOf(said, one.dialect);
      if (one.dialect === 'originchats') this.see(one, `edit {${said.key}} ${room.name}: ${shown}`);
      else if (one.dialect === 'venueless')
        this.see(one, `edit {${said.key}} as {${key}} ${room.name}: ${shown}`);
      else if (isShown) this.see(one, `gone {${before}}`, this.pastLine(said));
    }
    if (isShown) this.#whispered(room, said, [`gone {${before}}`]);
  }

  remove(room: Room, said: Said, by?: Session): void {
    const key = this.give('message_delete');
    room.messages.splice(room.messages.indexOf(said), 1);
    for (const one of this.shownTo(room, by)) {
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
    const all = said.reactions.get(emoji) ?? [];
    if (all.some((one) => isBy(one, person)) === on) return false;
    const left = on ? [...all, signatureOf(person)] : all.filter((one) => !isBy(one, person));
    if (left.length === 0) said.reactions.delete(emoji);
    else said.reactions.set(emoji, left);
    for (const one of this.shownTo(room, by)) {
      if (one.dialect === 'originchats')
        this.see(one, `${on ? 'react' : 'unreact'} {${said.key}} ${room.name} ${emoji} ${person.handle}`);
      else if (one.dialect === 'venueless')
        this.see(one, `reactions {${said.key}} ${room.name} ${this.reactions(said, one)}`);
    }
    return true;
  }

  reactions({ reactions }: Said, to: Session): string {
    return [...reactions]
      .map(([emoji, who]) => `${emoji}=${who.map((one) => this.#nameIn(to, one)).sort()}`)
      .join(' ');
  }

  /** What history has of a room, for a session that asks for it. */
  history(room: Room, count: number, to: Session): string[] {
    return room.messages.slice(-count).map((one) => {
      const who = this.#nameIn(to, one.author);
      const pin = one.pinned && to.dialect === 'originchats' ? ' pinned' : '';
      return `history {${one.key}}${pin} ${who}: ${wordsOf(one, to.dialect)} ${this.reactions(one, to)}`.trimEnd();
    });
  }

  /** Those who hear of something in a room, and on OriginChats whoever did it, since that is their answer. */
  shownTo(room: Room, by: Session | undefined): Session[] {
    const hearers = this.hearers(room);
    if (by?.dialect === 'originchats' && !hearers.includes(by)) hearers.push(by);
    return hearers;
  }
}
