import { anyTable } from '../../core/command.js';
import type { Tx } from '../../core/state.js';
import { table, type View } from '../../core/table.js';
import type { ChannelId, MessageId, PollId, UserId } from '../ids.js';
import type { Mentionable } from '../messages/messages.js';
import { knownAs } from '../users/known.js';
import { users } from '../users/users.js';

/** What can be voted for. */
export interface PollOption {
  /** Unique in its poll. */
  readonly id: string;
  readonly text: string;
  readonly emoji?: string;
}

/** A question that a message asks. */
export interface Poll {
  readonly id: PollId;
  /** The message that shows it; the poll goes with it. */
  readonly message: MessageId;
  readonly channel: ChannelId;
  readonly question: string;
  /** In the order they are shown. */
  readonly options: readonly PollOption[];
  /** One may vote for several. */
  readonly multiple: boolean;
  /** `null`: the server's own voice. */
  readonly creator: Mentionable | null;
  /** Milliseconds since the Unix epoch, like the two below. */
  readonly createdAt: number;
  /** From when on nobody may vote. */
  readonly expiresAt?: number;
  /** When somebody ended it. */
  readonly endedAt?: number;
}

export const polls = table({
  name: 'polls',
  class: 'resident',
  key: 'text',
  id: (poll: Poll) => poll.id,
  indexes: { message: (poll: Poll) => poll.message, channel: (poll: Poll) => poll.channel },
});

/** What one user voted for in one poll. */
export interface Ballot {
  readonly poll: PollId;
  readonly user: UserId;
  /** For when the user is gone. */
  readonly handle: string;
  /** Ids of options, in the order of the poll. */
  readonly options: readonly string[];
  /** Grows with every vote: from the chat's id series. */
  readonly cast: number;
}

export const ballots = table({
  name: 'ballots',
  class: 'resident',
  key: 'text',
  id: (ballot: Ballot) => ballotKey(ballot.poll, ballot.user),
  indexes: { poll: (ballot: Ballot) => ballot.poll },
});

export const pollTables = [anyTable(polls), anyTable(ballots)];

export function ballotKey(poll: PollId, user: UserId): string {
  return `${poll} ${user}`;
}

/** Somebody who voted. `identity`: `Identity.id`, as long as they have not left for good. */
export interface Voter extends Mentionable {
  readonly identity?: string;
}

/** How a poll stands. */
export interface PollResults {
  /** In the order of the poll, with who voted for each in the order they did. */
  readonly options: readonly (PollOption & { readonly voters: readonly Voter[] })[];
  /** Over all options: somebody who voted for two counts twice. */
  readonly votes: number;
  /** How many people voted. */
  readonly voters: number;
}

/** Counted from the ballots. Those of users who are gone count on, under the name they had. */
export function resultsOf(view: View, poll: Poll): PollResults {
  const cast = view.by(ballots, 'poll', poll.id).sort((a, b) => a.cast - b.cast);
  const voters = new Map<string, Voter[]>(poll.options.map(({ id }) => [id, []]));
  let votes = 0;
  for (const { user, handle, options } of cast) {
    const identity = view.get(users, user)?.identity;
    const voter = { ...knownAs(view, user, handle), ...(identity === undefined ? {} : { identity }) };
    for (const id of options) voters.get(id)?.push(voter);
    votes += options.length;
  }
  const options = poll.options.map((option) => ({ ...option, voters: voters.get(option.id) ?? [] }));
  return { options, votes, voters: cast.length };
}

/** What a user voted for. */
export function votesOf(view: View, poll: PollId, user: UserId): readonly string[] {
  return view.get(ballots, ballotKey(poll, user))?.options ?? [];
}

export function pollOfMessage(view: View, message: MessageId): Poll | undefined {
  return view.one(polls, 'message', message);
}

export function removePoll(tx: Tx, poll: Poll): void {
  tx.remove(polls, poll.id);
  for (const { poll: id, user } of tx.by(ballots, 'poll', poll.id)) tx.remove(ballots, ballotKey(id, user));
}

export function removePollsIn(tx: Tx, channel: ChannelId): void {
  for (const poll of tx.by(polls, 'channel', channel)) removePoll(tx, poll);
}
