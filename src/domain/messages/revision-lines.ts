import type { Tx } from '../../core/state.js';
import { type Need, table } from '../../core/table.js';
import type { Actor } from '../events.js';
import type { ChannelId, MessageId } from '../ids.js';
import { nextId } from '../rules.js';
import type { Message } from './messages.js';

/**
 * That a message was edited or deleted, as the history of its channel has it. What it says now is in the message alone. There is one line of a
 * message, of what happened to it last.
 */
export interface RevisionLine {
  readonly id: MessageId;
  readonly channel: ChannelId;
  readonly message: MessageId;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly by: Actor;
  readonly deleted?: true;
}

export const revisionLines = table<RevisionLine, number>({
  name: 'revision_lines',
  class: 'archive',
  key: 'integer',
  id: (line) => line.id,
  partition: (line) => line.channel,
});

/** Where a new line stands among the newest of its channel must be known, and the line that it is put in the place of. */
export function needsRevisions({ channel, revision }: Message): Need[] {
  const newest: Need = { table: revisionLines as never, newest: channel, limit: 1 };
  return revision === undefined ? [newest] : [newest, { table: revisionLines as never, ids: [revision] }];
}

/** Writes down under an id of its own that a message was edited or deleted, in place of what was written of it before. Returns that id. */
export function addRevision(
  tx: Tx,
  { id: message, channel, revision }: Message,
  by: Actor,
  deleted = false,
): MessageId {
  const id = nextId(tx);
  if (revision !== undefined) tx.remove(revisionLines, revision);
  const line = { id, channel, message, at: tx.at, by };
  tx.put(revisionLines, deleted ? { ...line, deleted: true } : line);
  return id;
}
