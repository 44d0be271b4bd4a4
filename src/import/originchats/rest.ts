import { firstIdAt } from '../../core/ids.js';
import type { ChannelId, MessageId, PollId, UserId } from '../../domain/ids.js';
import {
  type ModlogCategory,
  type ModlogEntry,
  modlog,
  modlogCategories,
} from '../../domain/modlog/modlog.js';
import {
  type Ballot,
  ballotKey,
  ballots,
  type Poll,
  type PollOption,
  polls,
} from '../../domain/polls/polls.js';
import { type Read, reads } from '../../domain/reads/reads.js';
import { type DataFolder, type Fields, isFields, isKey, msOf, textOf } from './folder.js';
import type { People } from './people.js';
import type { Report } from './report.js';
import type { Writer } from './writer.js';

/** What is imported once all messages are. */
export interface Ground {
  readonly folder: DataFolder;
  readonly report: Report;
  readonly people: People;
  readonly writer: Writer;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  /** Channels by the name they had, threads as `thread/<id>`. */
  readonly channels: ReadonlyMap<string, ChannelId>;
  /** The new id of a message by its old one. */
  readonly messageIn: (channel: ChannelId, alias: string) => MessageId | undefined;
}

/** A poll as its file has it. */
export interface RawPoll {
  readonly id: string;
  readonly fields: Fields;
}

/** Polls by the old id of their message. */
export function pollsByMessage(folder: DataFolder, report: Report): ReadonlyMap<string, RawPoll> {
  const found = new Map<string, RawPoll>();
  for (const [id, fields] of Object.entries(folder.object('polls.json'))) {
    const message = isFields(fields) ? textOf(fields.message_id) : undefined;
    if (isFields(fields) && message !== undefined && isKey(id)) found.set(message, { id, fields });
    else report.skip({ file: 'polls.json', what: id, why: 'is not a poll' });
  }
  return found;
}

export async function takePolls(ground: Ground, raw: ReadonlyMap<string, RawPoll>): Promise<void> {
  const { folder, report, writer } = ground;
  const votes = folder.object('poll_votes.json');
  for (const [alias, { id, fields }] of raw) {
    const poll = pollOf(ground, id as PollId, alias, fields);
    if (poll === undefined) {
      report.skip({ file: 'polls.json', what: id, why: 'is shown by no message that was taken over' });
      continue;
    }
    writer.put(polls.name, poll.id, poll);
    report.count('polls');
    for (const ballot of ballotsOf(ground, poll, votes[id])) {
      report.count('votes', ballot.options.length);
      if (writer.put(ballots.name, ballotKey(ballot.poll, ballot.user), ballot)) await writer.flush();
    }
  }
}

function pollOf(ground: Ground, id: PollId, alias: string, fields: Fields): Poll | undefined {
  const thread = textOf(fields.thread_id);
  const name = thread === undefined ? textOf(fields.channel) : `thread/${thread}`;
  const channel = ground.channels.get(name ?? '');
  const message = channel === undefined ? undefined : ground.messageIn(channel, alias);
  if (channel === undefined || message === undefined) return undefined;
  const creator = textOf(fields.created_by);
  const [expiresAt, endedAt] = [msOf(fields.expires_at), msOf(fields.ended_at)];
  const createdAt = msOf(fields.created_at) ?? ground.now;
  const isEnded = fields.ended === true;
  return {
    id,
    message,
    channel,
    question: textOf(fields.question) ?? '',
    options: optionsOf(fields.options),
    multiple: fields.allow_multiselect === true,
    creator: creator === undefined ? null : ground.people.mentionable(creator),
    createdAt,
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(isEnded ? { endedAt: endedAt ?? createdAt } : {}),
  };
}

function optionsOf(given: unknown): PollOption[] {
  const list = Array.isArray(given) ? given : [];
  return list.flatMap((one, index) => {
    if (typeof one === 'string') return [{ id: String(index), text: one }];
    if (!isFields(one)) return [];
    const emoji = textOf(one.emoji);
    return [
      {
        id: String(one.id ?? index),
        text: String(one.text ?? ''),
        ...(emoji === undefined ? {} : { emoji }),
      },
    ];
  });
}

/** The votes of each voter together, in the order they voted first. */
function ballotsOf({ people, now }: Ground, poll: Poll, given: unknown): Ballot[] {
  const list = (Array.isArray(given) ? given : []).filter(isFields);
  const cast = new Map<string, { at: number; options: Set<string> }>();
  for (const { option_id, user_id, voted_at } of list) {
    const voter = textOf(user_id);
    const option = String(option_id);
    if (voter === undefined || !isKey(voter) || !poll.options.some((one) => one.id === option)) continue;
    const mine = cast.get(voter) ?? { at: msOf(voted_at) ?? now, options: new Set() };
    mine.options.add(option);
    cast.set(voter, mine);
  }
  return [...cast].map(([voter, { at, options }], index) => {
    const { user, handle } = people.mentionable(voter);
    const chosen = poll.options.map((one) => one.id).filter((id) => options.has(id));
    return { poll: poll.id, user, handle, options: chosen, cast: firstIdAt(at) + (index % 256) };
  });
}

/** How far everybody has read. Marks on messages that are gone are left out: those channels are unread, as they were. */
export async function takeReads(ground: Ground): Promise<void> {
  const { folder, report, people, writer } = ground;
  for (const [id, given] of Object.entries(folder.object('unreads.json'))) {
    const user = people.present(id);
    if (user === undefined || !isFields(given)) {
      report.skip({ file: 'unreads.json', what: id, why: 'is not a user' });
      continue;
    }
    const marks: Record<ChannelId, MessageId> = {};
    for (const [name, alias] of Object.entries(given)) {
      const channel = ground.channels.get(name);
      const last = channel === undefined ? undefined : ground.messageIn(channel, String(alias));
      if (channel !== undefined && last !== undefined) marks[channel] = last;
      else
        report.skip({
          file: 'unreads.json',
          what: `${id} ${name}`,
          why: 'marks a message that is not there',
        });
    }
    const row: Read = { user, marks };
    report.count('read marks', Object.keys(marks).length);
    if (writer.put(reads.name, user, row)) await writer.flush();
  }
}

/** The log of moderation, in its order of time. */
export async function takeModlog(ground: Ground): Promise<void> {
  const { folder, report, people, writer, now } = ground;
  const given = folder.array('modlog.json') ?? [];
  const entries: { at: number; fields: Fields }[] = [];
  for (const [index, fields] of given.entries()) {
    const at = isFields(fields) ? msOf(fields.timestamp) : undefined;
    if (isFields(fields) && at !== undefined && textOf(fields.action) !== undefined)
      entries.push({ at: Math.min(at, now), fields });
    else report.skip({ file: 'modlog.json', line: index + 1, why: 'is not an entry' });
  }
  let last = 0;
  for (const { at, fields } of entries.sort((a, b) => a.at - b.at)) {
    last = Math.max(last + 1, firstIdAt(at));
    const entry = entryOf(people, last, at, fields);
    writer.lastId = Math.max(writer.lastId, last);
    report.count('entries of the moderation log');
    if (writer.put(modlog.name, last, entry, entry.category)) await writer.flush();
  }
}

function entryOf(people: People, id: number, at: number, fields: Fields): ModlogEntry {
  const category = modlogCategories.find((one) => one === fields.category);
  const idOf = (given: unknown) => people.present(given) ?? (textOf(given) as UserId | undefined);
  const [target, actorName, targetName] = [
    idOf(fields.target_id),
    textOf(fields.actor_name),
    textOf(fields.target_name),
  ];
  return {
    id,
    // What the original has no category for is its server's own business.
    category: category ?? ('server_management' satisfies ModlogCategory),
    // The original knows actions that this chat does not have; lists show them as they are.
    action: fields.action as ModlogEntry['action'],
    actor: idOf(fields.actor_id) ?? 'host',
    ...(actorName === undefined ? {} : { actorName }),
    ...(target === undefined ? {} : { target }),
    ...(targetName === undefined ? {} : { targetName }),
    details: isFields(fields.details) ? fields.details : {},
    at,
  };
}
