import type { Noun, Rules } from '../../core/command.js';
import { Rejection } from '../../core/rejection.js';
import type { Tx } from '../../core/state.js';
import { holdsAs, personAs, silencedAs } from '../acting.js';
import { channels, factsOf, mayNotAs } from '../channels/channels.js';
import type { DomainConfig } from '../config.js';
import type { Actor } from '../events.js';
import type { ChannelId, MessageId, PollId, UserId } from '../ids.js';
import { needsOfPost, post } from '../messages/post.js';
import { type RejectionCode, refuse } from '../rejections.js';
import { nextId, tell } from '../rules.js';
import {
  ballotKey,
  ballots,
  type Poll,
  type PollOption,
  type PollResults,
  polls,
  pollTables,
  resultsOf,
} from './polls.js';

export interface PollCommands {
  /** Asks a question by a message without text, whose one embed is of type `poll`. */
  'poll.create': {
    input: {
      readonly by: UserId | 'host';
      readonly channel: ChannelId;
      readonly question: string;
      /** At least two. */
      readonly options: readonly PollOption[];
      readonly multiple: boolean;
      /** Milliseconds since the Unix epoch; must be to come. */
      readonly expiresAt?: number;
      /** Fields that the embed and its `poll` have besides the poll's id, question and options. */
      readonly embed?: {
        readonly type?: never;
        readonly [field: string]: unknown;
        readonly poll?: Readonly<Record<string, unknown>>;
      };
    };
    result: { readonly poll: Poll; readonly message: MessageId };
  };
  /** Votes. In a poll with one choice this replaces the voter's earlier one, in others it adds to them (OriginChats, section 6.9). */
  'poll.vote': {
    input: { readonly by: UserId; readonly poll: PollId; readonly options: readonly string[] };
    /** `options`: all that the voter votes for now. */
    result: { readonly poll: Poll; readonly options: readonly string[]; readonly results: PollResults };
  };
  /** Ends a poll; for its creator and for who holds `manage_messages`. */
  'poll.end': {
    input: { readonly by: Actor; readonly poll: PollId };
    result: { readonly poll: Poll; readonly results: PollResults };
  };
}

export function pollNoun(config: DomainConfig): Noun {
  const { limits } = config;

  const flawOf = (
    tx: Tx,
    { question, options, expiresAt }: PollCommands['poll.create']['input'],
  ): Rejection<RejectionCode> | undefined => {
    const { pollOptions, pollQuestionLength, pollOptionLength } = limits;
    if (question.trim() === '' || [...question].length > pollQuestionLength)
      return refuse('poll-invalid', { part: 'question', limit: pollQuestionLength });
    const ids = new Set(options.map(({ id }) => id));
    if (options.length < 2 || options.length > pollOptions || ids.size < options.length)
      return refuse('poll-invalid', { part: 'options', limit: pollOptions });
    for (const part of options.flatMap(({ id, text, emoji }) => [id, text, emoji ?? id]))
      if (part === '' || [...part].length > pollOptionLength)
        return refuse('poll-invalid', { part: 'option', limit: pollOptionLength });
    return expiresAt !== undefined && expiresAt <= tx.at
      ? refuse('poll-invalid', { part: 'expiry' })
      : undefined;
  };
  const seen = (tx: Tx, by: Actor, id: PollId) => {
    const poll = tx.get(polls, id);
    const channel = poll === undefined ? undefined : tx.get(channels, poll.channel);
    if (poll === undefined || channel === undefined) return refuse('poll-unknown');
    return mayNotAs(tx, config, by, channel, 'see') ?? { poll, channel: factsOf(tx, channel) };
  };

  const rules: Rules<PollCommands> = {
    'poll.create': {
      needs: (view, { by, channel }) => needsOfPost(view, config, { by, channel, text: '' }),
      decide(tx, input) {
        const { by, channel: place, question, options, multiple, expiresAt, embed } = input;
        const flaw = flawOf(tx, input);
        if (flaw !== undefined) return flaw;
        if (tx.by(polls, 'channel', place).length >= limits.pollsPerChannel)
          return refuse('too-many-polls', { limit: limits.pollsPerChannel });
        const id = String(nextId(tx)) as PollId;
        const facts = { id, question, options };
        const shown = { type: 'poll', ...embed, poll: { ...facts, ...embed?.poll, ...facts } };
        const posted = post(tx, config, { by, channel: place, text: '', embeds: [shown], poll: id });
        if (posted instanceof Rejection) return posted;
        const { message, channel, person } = posted;
        const poll: Poll = {
          id,
          message: message.id,
          channel: place,
          question,
          options,
          multiple,
          creator: person === undefined ? null : { user: person.user, handle: person.handle },
          createdAt: tx.at,
          ...(expiresAt === undefined ? {} : { expiresAt }),
        };
        tx.put(polls, poll);
        tell(tx, 'poll_create', {
          poll,
          channel: factsOf(tx, channel),
          ...(person === undefined ? {} : { person }),
        });
        return { poll, message: message.id };
      },
    },
    'poll.vote': {
      decide(tx, { by, poll: id, options: chosen }) {
        const found = seen(tx, by, id);
        if (found instanceof Rejection) return found;
        const { poll, channel } = found;
        const person = personAs(tx, config, by);
        if (person === undefined) return refuse('user-unknown');
        if (poll.endedAt !== undefined) return refuse('poll-ended');
        if (poll.expiresAt !== undefined && poll.expiresAt <= tx.at) return refuse('poll-expired');
        const stranger = chosen.find((one) => !poll.options.some((option) => option.id === one));
        if (stranger !== undefined) return refuse('poll-option-unknown', { id: stranger });
        const wished = new Set(chosen);
        if (wished.size === 0) return refuse('poll-choice-none');
        if (wished.size > 1 && !poll.multiple) return refuse('poll-choice-single');
        const no = silencedAs(tx, config, by, tx.at);
        if (no !== undefined) return no;
        const before = tx.get(ballots, ballotKey(id, by));
        if (before === undefined && tx.by(ballots, 'poll', id).length >= limits.votersPerPoll)
          return refuse('too-many-voters', { limit: limits.votersPerPoll });
        if (poll.multiple) for (const earlier of before?.options ?? []) wished.add(earlier);
        const options = poll.options.map((option) => option.id).filter((one) => wished.has(one));
        tx.put(ballots, { poll: id, user: by, handle: person.handle, options, cast: nextId(tx) });
        const results = resultsOf(tx, poll);
        tell(tx, 'poll_vote', { poll, channel, options, person, results });
        return { poll, options, results };
      },
    },
    'poll.end': {
      decide(tx, { by, poll: id }) {
        const found = seen(tx, by, id);
        if (found instanceof Rejection) return found;
        const { poll: before, channel } = found;
        if (before.creator?.user !== by && !holdsAs(tx, config, by, 'manage_messages'))
          return refuse('not-permitted');
        if (before.endedAt !== undefined) return refuse('poll-ended');
        const poll: Poll = { ...before, endedAt: tx.at };
        tx.put(polls, poll);
        const results = resultsOf(tx, poll);
        const person = personAs(tx, config, by);
        tell(tx, 'poll_end', { poll, channel, by, results, ...(person === undefined ? {} : { person }) });
        return { poll, results };
      },
    },
  };
  return { name: 'polls', tables: pollTables, rules: rules as Noun['rules'] };
}
