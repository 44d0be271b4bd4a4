import type { View } from '../../core/table.js';
import { channels, factsOf } from '../../domain/channels/channels.js';
import type { UserId } from '../../domain/ids.js';
import { type Poll, type PollResults, resultsOf, type Voter, votesOf } from '../../domain/polls/polls.js';
import { placeOf, presentName, seconds, systemAuthor } from './shapes.js';

/** How a poll stands, as everybody is told when somebody votes or it ends (section 6.9): who voted is told by user id, and by name once it ended. */
export function liveResults(poll: Poll, results: PollResults): object {
  const nameOf = ({ identity, handle }: Voter) =>
    poll.endedAt === undefined ? (identity ?? handle) : handle;
  return resultsShape(poll, results, (voters) => voters.map(nameOf));
}

/** How a poll stands, for one who asks: who voted is told once it ended, their own votes at any time. */
export function resultsFor(view: View, poll: Poll, user: UserId): object {
  const votes = votesOf(view, poll.id, user);
  const over = poll.endedAt !== undefined;
  const named = (voters: readonly Voter[]) => (over ? voters.map(({ handle }) => handle) : []);
  return resultsShape(poll, resultsOf(view, poll), named, votes);
}

function resultsShape(
  { id, question, multiple, endedAt }: Poll,
  results: PollResults,
  votersOf: (voters: readonly Voter[]) => readonly string[],
  own?: readonly string[],
): object {
  return {
    poll_id: id,
    question,
    allow_multiselect: multiple,
    ended: endedAt !== undefined,
    ended_at: endedAt === undefined ? null : seconds(endedAt),
    total_votes: results.votes,
    results: results.options.map((option) => ({
      id: option.id,
      text: option.text,
      emoji: option.emoji ?? null,
      votes: option.voters.length,
      voters: votersOf(option.voters),
      ...(own === undefined ? {} : { voted: own.includes(option.id) }),
    })),
  };
}

/** A poll (section 4). */
export function pollShape(view: View, poll: Poll, user: UserId): object {
  const { expiresAt, endedAt, creator } = poll;
  const channel = view.get(channels, poll.channel);
  return {
    id: poll.id,
    message_id: String(poll.message),
    ...(channel === undefined ? { channel: null, thread_id: null } : placeOf(factsOf(view, channel))),
    question: poll.question,
    options: poll.options,
    allow_multiselect: poll.multiple,
    expires_at: expiresAt === undefined ? null : seconds(expiresAt),
    created_by: creator === null ? systemAuthor : presentName(view)(creator),
    created_at: seconds(poll.createdAt),
    ended: endedAt !== undefined,
    ended_at: endedAt === undefined ? null : seconds(endedAt),
    user_votes: votesOf(view, poll.id, user),
  };
}
