import { anyTable } from '../../core/command.js';
import { table } from '../../core/table.js';
import type { ChannelId, MessageId } from '../ids.js';
import type { Author } from '../users/person.js';

/** A message as it is stored. Text is plain Unicode; what a protocol replaces in it is replaced when rendering. */
export interface Message {
  readonly id: MessageId;
  readonly channel: ChannelId;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  /** `null`: the server's own voice. */
  readonly author: Author | null;
  readonly text: string;
  /** Describes what the author does (`/me`). */
  readonly action?: true;
}

export const messages = table<Message, number>({
  name: 'messages',
  class: 'archive',
  key: 'integer',
  id: (message) => message.id,
  partition: (message) => message.channel,
});

export const messageTables = [anyTable(messages)];
