import { anyTable, type Noun, type Rules } from '../../core/command.js';
import { Rejection } from '../../core/rejection.js';
import { channels } from '../channels/channels.js';
import type { DomainConfig } from '../config.js';
import type { Actor } from '../events.js';
import type { ChannelId, MessageId } from '../ids.js';
import { addLine } from '../lines/lines.js';
import { log, needsLog } from '../modlog/modlog.js';
import { refuse } from '../rejections.js';
import { lacks, nextId, tell } from '../rules.js';
import { messageTooLong } from '../text-limits.js';
import type { Person } from '../users/person.js';
import { aliases } from './aliases.js';
import { pingTables } from './mentions.js';
import { type Latest, latest, type Message, messageTables } from './messages.js';
import { needsOfPost, type Post, post } from './post.js';
import { revisionLines } from './revision-lines.js';
import { type RevisionCommands, revisionRules } from './revisions.js';
import { shownIds } from './shown-ids.js';

export interface MessageCommands extends RevisionCommands {
  /** Says something in a channel. `by: 'host'` speaks with the server's own voice. */
  'message.send': {
    input: Post;
    /** `message` as it is stored; `id` is its own. `missed`: as in the event `message`. */
    result: { readonly id: MessageId; readonly message: Message; readonly missed?: readonly Person[] };
  };
  /** Puts right which message is the newest of each of these channels; `newest` left out: there is none. */
  'latest.mend': {
    input: { readonly found: readonly { readonly channel: ChannelId; readonly newest?: Latest }[] };
    result: undefined;
  };
  /** The server speaks to everybody online; remembered in every channel. An empty text is refused for `by: 'host'` only. */
  announce: { input: { readonly by: Actor; readonly text: string }; result: { readonly id: MessageId } };
}

export function messageNoun(config: DomainConfig): Noun {
  const rules: Rules<MessageCommands> = {
    ...revisionRules(config),
    'message.send': {
      needs: (view, input) => needsOfPost(view, config, input),
      decide(tx, input) {
        const posted = post(tx, config, input);
        if (posted instanceof Rejection) return posted;
        const { message, missed } = posted;
        return { id: message.id, message, ...(missed === undefined ? {} : { missed }) };
      },
    },
    'latest.mend': {
      decide(tx, { found }) {
        for (const { channel, newest } of found) {
          if (newest !== undefined && tx.get(channels, channel) !== undefined) tx.put(latest, newest);
          else if (tx.get(latest, channel) !== undefined) tx.remove(latest, channel);
        }
        return undefined;
      },
    },
    announce: {
      needs: () => needsLog('announcement'),
      decide(tx, { by, text }) {
        const no = lacks(tx, config, by, 'announce') ?? messageTooLong(text, config);
        if (no !== undefined) return no;
        // Of users an empty one is told as it is (Sock Chat, section 8.14).
        if (text === '' && by === 'host') return refuse('message-empty');
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
        log(tx, config, by, 'announcement');
        tell(tx, 'announcement', { text, by, id });
        return { id };
      },
    },
  };
  const tables = [
    ...messageTables,
    ...pingTables,
    anyTable(aliases),
    anyTable(revisionLines),
    anyTable(shownIds),
  ];
  return { name: 'messages', tables, rules: rules as Noun['rules'] };
}
