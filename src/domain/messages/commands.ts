import type { Noun, Rules } from '../../core/command.js';
import type { Rejection } from '../../core/rejection.js';
import type { Tx } from '../../core/state.js';
import type { Need, View } from '../../core/table.js';
import { type Attachment, attachmentOf, liveUpload } from '../attachments/attachments.js';
import { showUpload } from '../attachments/showing.js';
import { type Channel, channels, factsOf, mayNotIn } from '../channels/channels.js';
import type { DomainConfig } from '../config.js';
import type { Actor } from '../events.js';
import type { ChannelId, MessageId, UserId } from '../ids.js';
import { addLine } from '../lines/lines.js';
import { isSilent } from '../moderation/bans.js';
import { type RejectionCode, refuse } from '../rejections.js';
import { lacks, nextId, tell } from '../rules.js';
import { online } from '../sessions/online.js';
import { authorOf, personOf } from '../users/person.js';
import { claimsOf, type User, users } from '../users/users.js';
import { mentionsIn, needsPings, pings, pingsOf, pingTables } from './mentions.js';
import { latest, type Message, messages, messageTables } from './messages.js';
import { type RevisionCommands, revisionRules } from './revisions.js';

export interface MessageCommands extends RevisionCommands {
  /** Says something in a channel. `by: 'host'` speaks with the server's own voice. */
  'message.send': {
    input: {
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
      /** Ids of the sender's own uploads. */
      readonly attachments?: readonly string[];
      readonly webhook?: Message['webhook'];
      readonly interaction?: { readonly command: string; readonly user: UserId };
    };
    result: { readonly id: MessageId };
  };
  /** The server speaks to everybody online; remembered in every channel. */
  announce: { input: { readonly by: Actor; readonly text: string }; result: { readonly id: MessageId } };
}

export function messageNoun(config: DomainConfig): Noun {
  const rules: Rules<MessageCommands> = {
    ...revisionRules(config),
    'message.send': {
      needs(view, { by, channel, text, reply }) {
        const newest: Need = { table: messages as never, newest: channel, limit: 1 };
        if (reply === undefined && !text.includes('@')) return [newest];
        const answered: Need[] = reply === undefined ? [] : [{ table: messages as never, ids: [reply] }];
        const called = callsOf(view, by, text, answeredAuthor(view, reply), config);
        return [newest, ...answered, ...needsPings(called)];
      },
      decide(tx, input) {
        const { by, channel: id, text, inside } = input;
        const channel = tx.get(channels, id);
        if (channel === undefined) return refuse('channel-unknown');
        if (text === '' && !input.attachments?.length && !input.embeds?.length)
          return refuse('message-empty');
        const limit = config.limits.messageLength;
        if (text.length > limit && [...text].length > limit) return refuse('message-too-long', { limit });
        const user = by === 'host' ? undefined : tx.get(users, by);
        if (by !== 'host') {
          if (user === undefined) return refuse('user-unknown');
          const no = mayNotIn(tx, config, user, channel, 'send');
          if (no !== undefined) return no;
          if (isSilent(tx, by, claimsOf(tx, config, user).can, tx.at)) return refuse('user-silenced');
        }
        const closed = notOpenToMessages(channel);
        if (closed !== undefined) return closed;
        const there = by === 'host' ? undefined : tx.get(online, by);
        if (inside && there?.channel !== id) return refuse('channel-none');
        const answered = input.reply === undefined ? undefined : tx.get(messages, input.reply);
        if (input.reply !== undefined && answered?.channel !== id) return refuse('reply-unknown');
        const files = attach(tx, by, id, input.attachments);
        if (!Array.isArray(files)) return files as Rejection<RejectionCode>;
        const person = there?.person ?? (user === undefined ? undefined : personOf(tx, config, user));
        const author = there?.author ?? (person === undefined ? null : authorOf(person));
        const message: Message = {
          id: nextId(tx),
          channel: id,
          at: tx.at,
          author,
          text,
          ...extrasOf(tx, input, answered, files),
        };
        tx.put(messages, message);
        tx.put(latest, { channel: id, id: message.id, at: tx.at });
        const mentions = mentionsIn(tx, text);
        for (const to of pingsOf(mentions, message, config.limits.mentionsPerMessage))
          tx.put(pings, { id: nextId(tx), to, message: message.id, channel: id });
        if (channel.thread?.archived)
          tx.put(channels, { ...channel, thread: { ...channel.thread, archived: false } });
        tell(tx, 'message', {
          message,
          channel: factsOf(tx, channel),
          mentions,
          ...(person === undefined ? {} : { person }),
        });
        return { id: message.id };
      },
    },
    announce: {
      decide(tx, { by, text }) {
        const no = lacks(tx, config, by, 'announce');
        if (no !== undefined) return no;
        const id = nextId(tx);
        for (const channel of tx.all(channels)) {
          if (channel.kind !== 'text') continue;
          addLine(
            tx,
            channel.id,
            { id, at: tx.at, kind: 'announcement', text },
            config.limits.linesPerChannel,
          );
        }
        tell(tx, 'announcement', { text, by, id });
        return { id };
      },
    },
  };
  return { name: 'messages', tables: [...messageTables, ...pingTables], rules: rules as Noun['rules'] };
}

/** Messages go into text channels and into threads that are not locked. */
function notOpenToMessages(channel: Channel): Rejection<RejectionCode> | undefined {
  if (channel.kind === 'text') return undefined;
  if (channel.thread === undefined) return refuse('channel-kind');
  return channel.thread.locked ? refuse('thread-locked') : undefined;
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
  const reply = answered === null ? {} : { reply: { id: 0 as MessageId, author: answered } };
  const author = by === 'host' ? null : ({ user: by } as Message['author']);
  return pingsOf(mentionsIn(view, text), { ...reply, author }, config.limits.mentionsPerMessage);
}

/** The sender's own uploads that are still there, counted as shown once more. */
function attach(
  tx: Tx,
  by: UserId | 'host',
  channel: ChannelId,
  ids: readonly string[] = [],
): Attachment[] | Rejection<RejectionCode> {
  const files: Attachment[] = [];
  for (const id of ids) {
    const upload = liveUpload(tx, id, tx.at);
    if (upload === undefined) return refuse('attachment-unknown', { id });
    if (upload.uploader !== by) return refuse('attachment-not-own', { id });
    showUpload(tx, upload, channel);
    files.push(attachmentOf(upload));
  }
  return files;
}

function extrasOf(
  tx: Tx,
  { action, ping, embeds, webhook, interaction, reply }: MessageCommands['message.send']['input'],
  answered: Message | undefined,
  files: readonly Attachment[],
): Partial<Message> {
  const caller: User | undefined = interaction === undefined ? undefined : tx.get(users, interaction.user);
  const author = answered?.author;
  return {
    ...(action ? { action: true } : {}),
    ...(reply === undefined
      ? {}
      : {
          reply: { id: reply, ...(author ? { author: { user: author.user, handle: author.handle } } : {}) },
        }),
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
