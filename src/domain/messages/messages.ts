import { anyTable } from '../../core/command.js';
import { table } from '../../core/table.js';
import type { Attachment } from '../attachments/attachments.js';
import type { ChannelId, MessageId, UserId } from '../ids.js';
import type { Author } from '../users/person.js';

/** Somebody as a message remembers them: the handle is for when the user is gone. */
export interface Mentionable {
  readonly user: UserId;
  readonly handle: string;
}

/** Everybody who reacted with one emoji, in the order they did. */
export interface Reaction {
  /** A Unicode emoji, or whatever a client uses to name one of its own. */
  readonly emoji: string;
  readonly by: readonly Mentionable[];
}

/** A message as it is stored. Text is plain Unicode; what a protocol replaces in it is replaced when rendering. */
export interface Message {
  readonly id: MessageId;
  readonly channel: ChannelId;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  /** `null`: the server's own voice. */
  readonly author: Author | null;
  readonly text: string;
  /** Whom the text calls, by the handles they had when it was said; left out: nobody, or it was said in 0.1.0 or imported. */
  readonly mentions?: readonly Mentionable[];
  /** Describes what the author does (`/me`). */
  readonly action?: true;
  /** The message it answers. */
  readonly replyTo?: MessageId;
  /** Whose that is; left out: the server's own voice. */
  readonly replyAuthor?: Mentionable;
  /** What the sender said about whether the author of the answered message is to be notified; left out: nothing. */
  readonly ping?: boolean;
  readonly edited?: true;
  /** When it was edited last, milliseconds since the Unix epoch; left out where that is not known: of imported edits, and of those by 0.1.0. */
  readonly editedAt?: number;
  /** The line of its channel's history that tells of that edit; left out where `editedAt` is, and of edits by 0.1.0. */
  readonly revision?: MessageId;
  /** Ids of its newest edits, at most two, by which it is known where a changed message has to be shown anew (Sock Chat); the last is the one it has there now. */
  readonly shownAs?: readonly MessageId[];
  /** Rich content, checked by the dialect it came in and shown as it is by those that know it. */
  readonly embeds?: readonly Readonly<Record<string, unknown>>[];
  readonly attachments?: readonly Attachment[];
  readonly reactions?: readonly Reaction[];
  readonly pinned?: true;
  /** Who spoke with the server's voice. */
  readonly webhook?: { readonly id: string; readonly name: string; readonly avatar?: string };
  /** The command of a bot or of the server that it answers. */
  readonly interaction?: { readonly command: string; readonly user: Mentionable };
  /** The id it had where it was imported from; see `aliases`. */
  readonly alias?: string;
}

export const messages = table<Message, number>({
  name: 'messages',
  class: 'archive',
  key: 'integer',
  id: (message) => message.id,
  partition: (message) => message.channel,
});

/** The newest message of a channel. What a crash left two seconds behind is put right at the next start. */
export interface Latest {
  readonly channel: ChannelId;
  readonly id: MessageId;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
}

export const latest = table({
  name: 'latest',
  class: 'lazy',
  key: 'text',
  id: (row: Latest) => row.channel,
});

export const messageTables = [anyTable(messages), anyTable(latest)];
