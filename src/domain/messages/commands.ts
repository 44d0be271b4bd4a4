import type { Noun, Rules } from '../../core/command.js';
import type { Tx } from '../../core/state.js';
import { channels, factsOf } from '../channels/channels.js';
import type { DomainConfig } from '../config.js';
import type { Actor } from '../events.js';
import type { ChannelId, MessageId, UserId } from '../ids.js';
import { addLine, lines } from '../lines/lines.js';
import { refuse } from '../rejections.js';
import { lacks, nextId, rankOf, tell } from '../rules.js';
import { online } from '../sessions/online.js';
import { authorOf } from '../users/person.js';
import { claimsOf, users } from '../users/users.js';
import { type Message, messages, messageTables } from './messages.js';
import { mayNotSpeakIn, speakerOf } from './speaking.js';

export interface MessageCommands {
  /** Says something in a channel. `by: 'host'` speaks with the server's own voice. */
  'message.send': {
    input: {
      readonly by: UserId | 'host';
      readonly channel: ChannelId;
      readonly text: string;
      readonly action?: boolean;
      /** Only while the sender is in that channel; refused with `channel-none` once they are elsewhere. */
      readonly inside?: boolean;
    };
    result: { readonly id: MessageId };
  };
  'message.delete': {
    input: { readonly by: Actor; readonly id: MessageId };
    result: { readonly channel: ChannelId };
  };
  /** The server speaks to everybody online; remembered in every channel. */
  announce: { input: { readonly by: Actor; readonly text: string }; result: { readonly id: MessageId } };
}

export function messageNoun(config: DomainConfig): Noun {
  const rules: Rules<MessageCommands> = {
    'message.send': {
      needs: (_, { channel }) => [{ table: messages as never, newest: channel, limit: 1 }],
      decide(tx, { by, channel: id, text, action, inside }) {
        const channel = tx.get(channels, id);
        if (channel === undefined) return refuse('channel-unknown');
        if (text === '') return refuse('message-empty');
        const limit = config.limits.messageLength;
        if (text.length > limit && [...text].length > limit) return refuse('message-too-long', { limit });
        const user = by === 'host' ? undefined : tx.get(users, by);
        if (by !== 'host') {
          if (user === undefined) return refuse('user-unknown');
          const no = mayNotSpeakIn(tx, config, user, channel, tx.at);
          if (no !== undefined) return no;
        }
        const there = by === 'host' ? undefined : tx.get(online, by);
        if (inside && there?.channel !== id) return refuse('channel-none');
        const person = user === undefined ? undefined : speakerOf(tx, config, user);
        const author = there?.author ?? (person === undefined ? null : authorOf(person));
        const message: Message = {
          id: nextId(tx),
          channel: id,
          at: tx.at,
          author,
          text,
          ...(action ? { action: true } : {}),
        };
        tx.put(messages, message);
        tell(tx, 'message', {
          message,
          channel: factsOf(channel),
          ...(person === undefined ? {} : { person }),
        });
        return { id: message.id };
      },
    },
    'message.delete': {
      needs: (_, { id }) => [{ table: messages as never, ids: [id] }],
      decide(tx, { by, id }) {
        const no = lacks(tx, config, by, 'message.delete.own', 'message.delete.any');
        if (no !== undefined) return no;
        const any = lacks(tx, config, by, 'message.delete.any') === undefined;
        const message = tx.get(messages, id);
        if (message === undefined) {
          const places = any ? forgetLine(tx, id) : [];
          const [channel] = places;
          if (channel === undefined) return refuse('message-unknown');
          for (const place of places) tell(tx, 'message_delete', { id, channel: place, by });
          return { channel };
        }
        const author = message.author === null ? undefined : tx.get(users, message.author.user);
        const rank =
          author === undefined ? (message.author?.rank ?? 0) : claimsOf(author, config.defaults).rank;
        if (rank > rankOf(tx, config, by)) return refuse('user-outranks');
        if (!any && message.author?.user !== by) return refuse('not-permitted');
        tx.remove(messages, id);
        tell(tx, 'message_delete', { id, channel: message.channel, by });
        return { channel: message.channel };
      },
    },
    announce: {
      decide(tx, { by, text }) {
        const no = lacks(tx, config, by, 'announce');
        if (no !== undefined) return no;
        const id = nextId(tx);
        for (const channel of tx.all(channels)) {
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
  return { name: 'messages', tables: messageTables, rules: rules as Noun['rules'] };
}

/** Takes a remembered line out of wherever it is: announcements are in every channel. */
function forgetLine(tx: Tx, id: MessageId): ChannelId[] {
  const found = [...tx.all(lines)].filter((row) => row.lines.some((line) => line.id === id));
  for (const row of found) {
    tx.put(lines, { channel: row.channel, lines: row.lines.filter((line) => line.id !== id) });
  }
  return found.map((row) => row.channel).sort();
}
