import { channels, factsOf, isOpen } from '../../../domain/channels/channels.js';
import type { PollId } from '../../../domain/ids.js';
import { type Poll, type PollOption, pollOfMessage, polls } from '../../../domain/polls/polls.js';
import { sightOf } from '../../../domain/viewers.js';
import type { Ask } from '../ask.js';
import { may, messageIdsOf, textOf } from '../context.js';
import { liveResults, pollShape, resultsFor } from '../polls.js';
import { refuse } from '../refusal.js';
import { placeOf, seconds } from '../shapes.js';
import type { CommandRow } from './command.js';
import { targetOf } from './messages.js';

const invalid = 'Invalid poll';

/** An option as it was given: text, or an object with `text`. Its id is its place unless it says otherwise. */
function optionOf(given: unknown, index: number): PollOption {
  if (typeof given === 'string' && given !== '') return { id: String(index), text: given };
  const { id, text, emoji } = (typeof given === 'object' && given !== null ? given : {}) as {
    readonly [field in keyof PollOption]?: unknown;
  };
  return {
    id: typeof id === 'number' ? String(id) : (textOf(id) ?? String(index)),
    text: textOf(text) ?? refuse(`Option ${index} must have 'text'`),
    ...(textOf(emoji) === undefined ? {} : { emoji: emoji as string }),
  };
}

/** When a poll expires, in milliseconds since the Unix epoch. */
function expiryOf({ turn, request }: Ask): number | undefined {
  const { expires_at, duration_hours } = request;
  const given = expires_at ?? duration_hours;
  if (given === undefined || given === null) return undefined;
  if (typeof given !== 'number' || !Number.isFinite(given)) refuse(invalid);
  return given === expires_at ? given * 1000 : turn.now + given * 3_600_000;
}

const pollCreate: CommandRow = {
  cmd: 'poll_create',
  section: '6.9',
  run(ask) {
    const { request, tools } = ask;
    ask.needs('send_messages');
    if (textOf(request.channel) === undefined && textOf(request.thread_id) === undefined)
      refuse('Channel or thread_id is required');
    const question = textOf(request.question) ?? refuse('Question is required');
    const given: unknown[] = Array.isArray(request.options) ? request.options : [];
    const most = tools.host.config.limits.pollOptions;
    if (given.length < 2) refuse('At least 2 options are required');
    if (given.length > most) refuse(`Cannot have more than ${most} options`);
    const options = given.map(optionOf);
    const multiple = request.allow_multiselect === true;
    const expiresAt = expiryOf(ask);
    const expires_at = expiresAt === undefined ? null : seconds(expiresAt);
    const channel = targetOf(ask);
    const shown = { allow_multiselect: multiple, expires_at };
    return ask.submit(
      'poll.create',
      {
        by: ask.user,
        channel: channel.id,
        question,
        options,
        multiple,
        ...(expiresAt === undefined ? {} : { expiresAt }),
        embed: { title: question, poll: shown },
      },
      { 'poll-invalid': invalid },
      ({ poll, message }) =>
        ask.reply({
          poll_id: poll.id,
          message_id: String(message),
          ...ask.read((view) => placeOf(factsOf(view, channel))),
          question,
          options,
          ...shown,
        }),
    );
  },
};

/** The poll that a request names by its id or its message's. */
function pollHere(ask: Ask): Poll {
  const id = textOf(ask.request.poll_id);
  const message = textOf(ask.request.message_id);
  if (id === undefined && message === undefined) refuse('poll_id or message_id is required');
  const found = ask.read((view) => {
    const shown = messageIdsOf(ask, message).map((one) => pollOfMessage(view, one));
    const poll = id === undefined ? shown.find((one) => one !== undefined) : view.get(polls, id as PollId);
    const channel = poll && view.get(channels, poll.channel);
    return channel !== undefined && isOpen(sightOf(factsOf(view, channel))) ? poll : undefined;
  });
  return found ?? refuse('Poll not found');
}

/** Refuses whoever may not see where the poll is. */
function needsSight(ask: Ask, poll: Poll): void {
  const channel = ask.read((view) => view.get(channels, poll.channel));
  if (channel === undefined || !may(ask, channel, 'see'))
    refuse('You do not have permission to view this poll');
}

function choiceOf({ request }: Ask): string[] {
  const { option_id, option_ids } = request;
  const given: unknown[] = Array.isArray(option_ids) ? option_ids : [option_id];
  const chosen = given.map((one) => (typeof one === 'number' ? String(one) : textOf(one)));
  if (chosen.length === 0 || chosen.includes(undefined)) refuse('option_id or option_ids is required');
  return chosen as string[];
}

const pollVote: CommandRow = {
  cmd: 'poll_vote',
  section: '6.9',
  messageIds: ['message_id'],
  run(ask) {
    const poll = pollHere(ask);
    const chosen = choiceOf(ask);
    needsSight(ask, poll);
    if (poll.endedAt !== undefined) refuse('Poll has ended');
    if (poll.expiresAt !== undefined && poll.expiresAt <= ask.turn.now) refuse('Poll has expired');
    const stranger = chosen.find((one) => !poll.options.some(({ id }) => id === one));
    if (stranger !== undefined) refuse(`Invalid option: ${stranger}`);
    return ask.submit('poll.vote', { by: ask.user, poll: poll.id, options: chosen }, {}, (vote) =>
      ask.reply({
        poll_id: poll.id,
        option_ids: vote.options,
        results: liveResults(vote.poll, vote.results),
      }),
    );
  },
};

const pollEnd: CommandRow = {
  cmd: 'poll_end',
  section: '6.9',
  messageIds: ['message_id'],
  run(ask) {
    const poll = pollHere(ask);
    needsSight(ask, poll);
    if (poll.creator?.user !== ask.user) ask.needs('manage_messages');
    return ask.submit(
      'poll.end',
      { by: ask.user, poll: poll.id },
      { 'poll-ended': 'Poll has already ended', 'not-permitted': 'Failed to end poll' },
      (end) => ask.reply({ poll_id: poll.id, results: liveResults(end.poll, end.results) }),
    );
  },
};

const pollResults: CommandRow = {
  cmd: 'poll_results',
  section: '6.9',
  messageIds: ['message_id'],
  run(ask) {
    const poll = pollHere(ask);
    needsSight(ask, poll);
    ask.reply({
      poll_id: poll.id,
      message_id: String(poll.message),
      results: ask.read((view) => resultsFor(view, poll, ask.user)),
    });
  },
};

const pollGet: CommandRow = {
  cmd: 'poll_get',
  section: '6.9',
  messageIds: ['message_id'],
  run(ask) {
    const poll = pollHere(ask);
    needsSight(ask, poll);
    ask.reply({ poll: ask.read((view) => pollShape(view, poll, ask.user)) });
  },
};

export const pollCommands: readonly CommandRow[] = [pollCreate, pollVote, pollEnd, pollResults, pollGet];
