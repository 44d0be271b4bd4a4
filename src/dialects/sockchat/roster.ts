import { roleBits } from '../../domain/access/grants.js';
import { mayNot } from '../../domain/access/may.js';
import { type ChannelFacts, isOpen } from '../../domain/channels/channels.js';
import type { DomainConfig } from '../../domain/config.js';
import type { ChatEvent } from '../../domain/events.js';
import type { ChannelId, UserId } from '../../domain/ids.js';
import type { Person } from '../../domain/users/person.js';

/** Somebody who is online, by whatever protocol. */
export interface Here {
  person: Person;
  /** Sessions of this protocol, and of others. */
  own: number;
  others: number;
  /** Wishes to be seen by nobody. */
  hidden: boolean;
  /** Stays connected by another protocol, deaf and mute. */
  banned: boolean;
  /** Is about to leave for good. */
  leaving: boolean;
  /** Where they sit. */
  channel: ChannelId | undefined;
  /** Where their last session of this protocol ended, and was not told since they stayed by another. */
  stayed: ChannelId | undefined;
}

/** Somebody of whom no session is told yet. */
export function newcomer(person: Person): Here {
  return {
    person,
    own: 0,
    others: 0,
    hidden: false,
    banned: false,
    leaving: false,
    channel: undefined,
    stayed: undefined,
  };
}

/** Who is online and how they look, as far as events have told: nothing that is not stored. */
export class Roster {
  readonly #people = new Map<UserId, Here>();
  /** When bans of people who stay connected run out: nothing tells of it. Milliseconds since the Unix epoch. */
  readonly #banEnds = new Map<UserId, number>();
  /** Raised by all that may change which people of other protocols somebody is shown. */
  changes = 0;
  /** Who was found for a channel, and at what number of changes: whoever comes in asks twice, and others come behind them. */
  readonly #found = new Map<ChannelId, readonly Person[]>();
  #foundAt = 0;

  constructor(
    private readonly config: DomainConfig,
    private readonly dialect: string,
    /** How many people of other protocols a channel is shown at most. */
    private readonly most: number,
  ) {}

  get size(): number {
    return this.#people.size;
  }

  get(user: UserId): Here | undefined {
    return this.#people.get(user);
  }

  /** Of those who may be shown in a channel without sitting in one, the highest in rank, and of these who came first. */
  foreigners(channel: ChannelFacts, except?: UserId): Person[] {
    if (this.#foundAt !== this.changes) this.#found.clear();
    this.#foundAt = this.changes;
    let found = this.#found.get(channel.channel);
    if (found === undefined) {
      // One more: whoever asks may be among them.
      found = this.#highest(channel, this.most + 1);
      this.#found.set(channel.channel, found);
    }
    return found.filter(({ user }) => user !== except).slice(0, this.most);
  }

  #highest(channel: ChannelFacts, most: number): Person[] {
    const byRank = new Map<number, Person[]>();
    for (const here of this.#people.values()) {
      if (!this.isForeign(here, channel)) continue;
      const { person } = here;
      const equals = byRank.get(person.rank);
      if (equals === undefined) byRank.set(person.rank, [person]);
      else if (equals.length < most) equals.push(person);
    }
    return [...byRank]
      .sort(([a], [b]) => b - a)
      .flatMap(([, people]) => people)
      .slice(0, most);
  }

  /** Whether somebody is there by other protocols alone, and may be shown to whoever sits in a channel. */
  isForeign(here: Here, facts: ChannelFacts): boolean {
    const { person, hidden, banned, own, others, channel } = here;
    if (hidden || banned || own > 0 || others === 0 || channel !== undefined || !isOpen(facts)) return false;
    const circumstances = { owner: facts.owner === person.user, inside: false };
    return mayNot(person, facts.access, 'see', circumstances, roleBits(this.config)) === undefined;
  }

  /** Bans that have run out are over. `now`: milliseconds since the Unix epoch. */
  sweep(now: number): void {
    for (const [user, end] of this.#banEnds) if (end <= now) this.#change(user, (here) => this.#allow(here));
  }

  heard(event: ChatEvent): void {
    switch (event.type) {
      case 'user_connect':
        this.#people.set(event.person.user, {
          ...newcomer(event.person),
          hidden: event.status.status === 'invisible',
          channel: event.channel,
        });
        return;
      case 'session_open':
        return this.#change(event.person.user, (here) => {
          here.person = event.person;
          this.#allow(here);
          if (event.dialect === this.dialect) here.own++;
          else here.others++;
        });
      case 'session_close':
        return this.#change(event.user, (here) => {
          if (event.dialect === this.dialect) here.own--;
          else here.others--;
        });
      case 'user_disconnect':
        this.#people.delete(event.person.user);
        this.#banEnds.delete(event.person.user);
        this.changes++;
        return;
      case 'channel_enter':
        return this.#change(event.person.user, (here) => {
          here.channel = event.surroundings.channel.channel;
          here.stayed = undefined;
        });
      case 'channel_leave':
        return this.#change(event.person.user, (here) => {
          here.channel = undefined;
          here.stayed = event.reason === undefined ? event.channel : undefined;
        });
      case 'user_update':
        return this.#change(event.person.user, (here) => {
          here.person = event.person;
        });
      case 'user_status':
        return this.#change(event.person.user, (here) => {
          here.hidden = event.status.status === 'invisible';
        });
      case 'user_ban':
        return this.#change(event.person.user, (here) => {
          this.#allow(here);
          here.banned = event.stayed !== undefined;
          if (here.banned && event.until !== null) this.#banEnds.set(event.person.user, event.until);
        });
      case 'user_unban':
        return this.#change(event.user, (here) => this.#allow(here));
      case 'user_leave':
        return this.#change(event.person.user, (here) => {
          here.leaving = true;
        });
      case 'channel_update':
        this.changes++;
        return;
    }
  }

  #allow(here: Here): void {
    here.banned = false;
    this.#banEnds.delete(here.person.user);
  }

  #change(user: UserId, change: (here: Here) => void): void {
    const here = this.#people.get(user);
    if (here === undefined) return;
    const before = isElsewhere(here);
    change(here);
    if (before || isElsewhere(here)) this.changes++;
  }
}

/** Whether others may know somebody by another protocol. Who sits somewhere is told about by packets of their own. */
function isElsewhere({ own, others, channel }: Here): boolean {
  return others > 0 && (own === 0 || channel === undefined);
}
