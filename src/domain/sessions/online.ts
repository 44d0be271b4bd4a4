import { anyTable } from '../../core/command.js';
import { table, type View } from '../../core/table.js';
import type { ChannelId, MessageId, SessionId, UserId } from '../ids.js';
import type { IdentityRef } from '../users/identity.js';
import { fold, shape, skeleton } from '../users/names.js';
import type { Author, Person } from '../users/person.js';

/** A logged-in connection. */
export interface Session {
  readonly id: SessionId;
  readonly user: UserId;
  /** The protocol it speaks. */
  readonly dialect: string;
  /** What of the protocol's the client asked for, where one has realms. */
  readonly realm?: string;
  /** Whether it sits in one channel at a time, together with the user's other such sessions. */
  readonly place: boolean;
  /** The client's address, if it has one. IPv6 whole. */
  readonly address?: string;
  readonly openedAt: number;
  /** The further identity of the user by which it was opened; left out: the main one. */
  readonly linked?: IdentityRef;
}

export const sessions = table({
  name: 'sessions',
  class: 'live',
  key: 'text',
  id: (session: Session) => session.id,
  indexes: { user: (session: Session) => session.user },
});

/** A user who has at least one session, and where they are. */
export interface Online {
  readonly user: UserId;
  readonly person: Person;
  /** What messages of this person are signed with; made once per change of the person. */
  readonly author: Author;
  /** The channel they are in: all sessions that follow the user's place are in it together. */
  readonly channel?: ChannelId;
  /** The id under which they came to where they are. */
  readonly since: MessageId;
  /** The protocol of the first session. */
  readonly dialect: string;
}

export const online = table({
  name: 'online',
  class: 'live',
  key: 'text',
  id: (row: Online) => row.user,
  indexes: {
    channel: (row: Online) => row.channel,
    nick: (row: Online) => ofNick(row, fold),
    nickSkeleton: (row: Online) => ofNick(row, skeleton),
    nickShape: (row: Online) => ofNick(row, shape),
  },
});

function ofNick({ person: { nick } }: Online, form: (name: string) => string): string | undefined {
  return nick === undefined ? undefined : form(nick);
}

export const sessionTables = [anyTable(sessions), anyTable(online)];

/** Everybody in a channel, highest rank first, then in order of arrival. */
export function peopleIn(view: View, channel: ChannelId): Person[] {
  return presentIn(view, channel)
    .map((row) => row.person)
    .sort((a, b) => b.rank - a.rank);
}

/** Everybody in a channel, in order of arrival. */
export function presentIn(view: View, channel: ChannelId): Online[] {
  return view.by(online, 'channel', channel).sort((a, b) => a.since - b.since);
}

/** A user's sessions, oldest first; of the same moment by their ids, which are numbers that count up. */
export function sessionsOf(view: View, user: UserId): Session[] {
  const order = (a: Session, b: Session) =>
    a.openedAt - b.openedAt || a.id.length - b.id.length || (a.id < b.id ? -1 : 1);
  return view.by(sessions, 'user', user).sort(order);
}
