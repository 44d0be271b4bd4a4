import type { Tx } from '../../core/state.js';
import { type Need, table, type View } from '../../core/table.js';
import type { ChannelId, MessageId } from '../ids.js';
import { type Message, messages } from './messages.js';

/** Finds a message by an id that an edit gave it where a changed message is shown anew. */
export interface ShownId {
  readonly id: MessageId;
  readonly message: MessageId;
  readonly channel: ChannelId;
}

export const shownIds = table<ShownId, number>({
  name: 'shown_ids',
  class: 'archive',
  key: 'integer',
  id: (row) => row.id,
  partition: (row) => row.channel,
  passing: true,
});

/** Where a changed message has to be shown anew: as what it was known until now, and as what from now on. */
export interface Renewed {
  readonly from: MessageId;
  readonly to: MessageId;
}

/** An edit of a message among so many of the newest of its channel has it shown anew (`docs/limits.md`); of an older one it would stand far from its place. */
const among = 20;

/** As what a message is known where a changed one has to be shown anew; elsewhere it keeps its `id`. */
export function shownIdOf({ id, shownAs }: Pick<Message, 'id' | 'shownAs'>): MessageId {
  return shownAs?.at(-1) ?? id;
}

/** What must be loaded before {@link renew}. */
export function needsRenewal({ channel }: Message): Need {
  return { table: messages as never, newest: channel, limit: among };
}

/**
 * The ids that a message has once it is edited, if it is shown anew. The one before is good until the next edit, for whoever
 * has not heard of this one; a message that is edited all the time does not leave a row for each.
 */
export function renew(
  tx: Tx,
  message: Message,
  to: MessageId,
): { readonly shownAs: readonly MessageId[]; readonly renewed: Renewed } | undefined {
  const { id, channel, shownAs = [] } = message;
  if (!tx.newest(messages, channel, among).some((one) => one.id === id)) return undefined;
  tx.put(shownIds, { id: to, message: id, channel });
  for (const old of shownAs.slice(0, -1)) tx.remove(shownIds, old);
  return { shownAs: [...shownAs.slice(-1), to], renewed: { from: shownIdOf(message), to } };
}

/** Its ids lead nowhere any more. */
export function forgetShownIds(tx: Tx, { shownAs = [] }: Message): void {
  for (const id of shownAs) tx.remove(shownIds, id);
}

/** What must be loaded before {@link meantBy}. */
export function needsMeant(id: MessageId): Need {
  return { table: shownIds as never, ids: [id] };
}

/** The id of the message that is meant by one that it may be shown as. */
export function meantBy(view: View, id: MessageId): MessageId {
  return view.peek(shownIds, id)?.message ?? id;
}
