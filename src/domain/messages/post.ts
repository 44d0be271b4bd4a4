import { Rejection } from '../../core/rejection.js';
import type { Tx } from '../../core/state.js';
import type { Need, View } from '../../core/table.js';
import { attach } from '../attachments/attach.js';
import type { Attachment } from '../attachments/attachments.js';
import { type Channel, channels, factsOf } from '../channels/channels.js';
import type { DomainConfig } from '../config.js';
import { peopleOfDirect, showDirect } from '../directs/directs.js';
import type { ChannelId, MessageId, PollId, UserId } from '../ids.js';
import { notify } from '../notifications/notify.js';
import { type RejectionCode, refuse } from '../rejections.js';
import { nextId, tell } from '../rules.js';
import { online } from '../sessions/online.js';
import { messageTooLong } from '../text-limits.js';
import { authorOf, type Person } from '../users/person.js';
import { type User, users } from '../users/users.js';
import { mentionsIn, needsPings, pings, pingsOf, remembered } from './mentions.js';
import { latest, type Message, messages } from './messages.js';
import { mayNotSpeakIn, notOpenToMessages, speakerOf } from './speaking.js';

/** What somebody wishes to say in a channel. */
export interface Post {
  readonly by: UserId | 'host';
  readonly channel: ChannelId;
  /** May be empty if there are attachments or embeds. */
  readonly text: string;
  readonly action?: boolean;
  /** Only while the sender is in that channel; refused with `channel-none` once they are elsewhere. */
  readonly inside?: boolean;
  /** The message of the same channel that it answers. */
  readonly reply?: MessageId;
  /** Whether to notify the author of that; default: yes. */
  readonly ping?: boolean;
  readonly embeds?: Message['embeds'];
  /** Ids of the sender's own uploads; of one that is named again, the first counts. */
  readonly attachments?: readonly string[];
  readonly webhook?: Message['webhook'];
  readonly interaction?: { readonly command: string; readonly user: UserId };
  /** Said as a whisper, which tells by itself whoever is shown those. */
  readonly whisper?: boolean;
  /** The poll it shows. */
  readonly poll?: PollId;
}

/** What was said, where, and by whom unless it was the server. `missed`: as in the event `message`. */
export interface Posted {
  readonly message: Message;
  readonly channel: Channel;
  readonly person?: Person;
  readonly missed?: readonly Person[];
}

/** What must be loaded before {@link post}. */
export function needsOfPost(
  view: View,
  config: DomainConfig,
  { by, channel, text, reply }: Pick<Post, 'by' | 'channel' | 'text' | 'reply'>,
): Need[] {
  const newest: Need = { table: messages as never, newest: channel, limit: 1 };
  if (reply === undefined && !text.includes('@')) return [newest];
  const answered: Need[] = reply === undefined ? [] : [{ table: messages as never, ids: [reply] }];
  // What is said among few is no business of the lists of calls.
  if (view.get(channels, channel)?.direct !== undefined) return [newest, ...answered];
  const called = callsOf(view, by, text, answeredAuthor(view, reply), config);
  return [newest, ...answered, ...needsPings(called)];
}

/** Says something in a channel, if that may be, and tells it. */
export function post(tx: Tx, config: DomainConfig, input: Post): Posted | Rejection<RejectionCode> {
  const { by, channel: id, text, inside } = input;
  const channel = tx.get(channels, id);
  if (channel === undefined) return refuse('channel-unknown');
  if (text === '' && !input.attachments?.length && !input.embeds?.length) return refuse('message-empty');
  const long = messageTooLong(text, config);
  if (long !== undefined) return long;
  const user = by === 'host' ? undefined : tx.get(users, by);
  if (by !== 'host') {
    if (user === undefined) return refuse('user-unknown');
    const no = mayNotSpeakIn(tx, config, user, channel, tx.at);
    if (no !== undefined) return no;
  }
  const closed = notOpenToMessages(channel);
  if (closed !== undefined) return closed;
  const there = by === 'host' ? undefined : tx.get(online, by);
  if (inside && there?.channel !== id) return refuse('channel-none');
  const answered = input.reply === undefined ? undefined : tx.get(messages, input.reply);
  if (input.reply !== undefined && answered?.channel !== id) return refuse('reply-unknown');
  const files = attach(tx, config, { by, channel: id, ids: input.attachments ?? [] });
  if (files instanceof Rejection) return files;
  const person = user === undefined ? undefined : speakerOf(tx, config, user);
  const author = there?.author ?? (person === undefined ? null : authorOf(person));
  const mentions = mentionsIn(tx, text);
  const message: Message = {
    id: nextId(tx),
    channel: id,
    at: tx.at,
    author,
    text,
    ...remembered(text, mentions, config.limits.mentionsPerMessage),
    ...extrasOf(tx, input, answered, files),
  };
  tx.put(messages, message);
  tx.put(latest, { channel: id, id: message.id, at: tx.at });
  const called =
    channel.direct === undefined ? pingsOf(mentions, message, config.limits.mentionsPerMessage) : [];
  for (const to of called) tx.put(pings, { id: nextId(tx), to, message: message.id, channel: id });
  const place = showDirect(tx, config, channel);
  // The message alone says that the thread is back (OriginChats, section 6.1).
  const revived = channel.thread?.archived === true;
  if (channel.thread !== undefined && revived)
    tx.put(channels, { ...channel, thread: { ...channel.thread, archived: false } });
  const notifying = notify(tx, config, place, message, mentions);
  const { missed } = notifying;
  tell(tx, 'message', {
    message,
    channel: factsOf(tx, place),
    mentions,
    inside: there?.channel === id,
    ...(place.direct === undefined ? {} : { people: peopleOfDirect(tx, config, place.direct) }),
    ...notifying,
    ...(input.whisper ? { whisper: true } : {}),
    ...(person === undefined ? {} : { person }),
    ...(input.poll === undefined ? {} : { poll: input.poll }),
    ...(revived ? { revived } : {}),
  });
  return {
    message,
    channel,
    ...(person === undefined ? {} : { person }),
    ...(missed === undefined ? {} : { missed }),
  };
}

/** The author of an answered message, once it has been loaded. */
function answeredAuthor(view: View, reply: MessageId | undefined): Message['author'] {
  return (reply === undefined ? undefined : view.peek(messages, reply))?.author ?? null;
}

function callsOf(
  view: View,
  by: UserId | 'host',
  text: string,
  answered: Message['author'],
  config: DomainConfig,
): string[] {
  const reply = answered === null ? {} : { replyAuthor: answered };
  const author = by === 'host' ? null : ({ user: by } as Message['author']);
  return pingsOf(mentionsIn(view, text), { ...reply, author }, config.limits.mentionsPerMessage);
}

function extrasOf(
  tx: Tx,
  { action, ping, embeds, webhook, interaction, reply }: Post,
  answered: Message | undefined,
  files: readonly Attachment[],
): Partial<Message> {
  const caller: User | undefined = interaction === undefined ? undefined : tx.get(users, interaction.user);
  const author = answered?.author;
  return {
    ...(action ? { action: true } : {}),
    ...(reply === undefined ? {} : { replyTo: reply }),
    ...(author ? { replyAuthor: { user: author.user, handle: author.handle } } : {}),
    ...(ping === undefined ? {} : { ping }),
    ...(embeds === undefined || embeds.length === 0 ? {} : { embeds }),
    ...(files.length === 0 ? {} : { attachments: files }),
    ...(webhook === undefined ? {} : { webhook }),
    ...(interaction === undefined || caller === undefined
      ? {}
      : {
          interaction: {
            command: interaction.command,
            user: { user: caller.id, handle: caller.handle },
          },
        }),
  };
}
