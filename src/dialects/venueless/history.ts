import type { StoredRow } from '../../core/ports.js';
import type { ChannelId, MessageId } from '../../domain/ids.js';
import { type MemberLine, memberLines } from '../../domain/members/members.js';
import { type Message, messages } from '../../domain/messages/messages.js';
import { type RevisionLine, revisionLines } from '../../domain/messages/revision-lines.js';
import type { DialectHost } from '../dialect.js';

/** One event of a channel's past: something said, an edit or deletion of that, or that somebody joined or left. */
export type PastEvent =
  | { readonly kind: 'message'; readonly id: MessageId; readonly message: Message }
  /** `message`: as it is now; left out: it is gone. */
  | {
      readonly kind: 'revision';
      readonly id: MessageId;
      readonly line: RevisionLine;
      readonly message: Message | undefined;
    }
  | { readonly kind: 'member'; readonly id: MessageId; readonly line: MemberLine };

/** What part of a channel's past is asked for. */
export interface PastPage {
  /** Only what has a smaller id. */
  readonly before: number;
  /** The newest so many of those, 0 to 1,000 events. */
  readonly limit: number;
  /** With those who joined and left. */
  readonly members: boolean;
}

/** Reads a page of a channel's past, oldest first. */
export async function pastOf(
  { archive }: Pick<DialectHost, 'archive'>,
  channel: ChannelId,
  { before, limit, members }: PastPage,
): Promise<PastEvent[]> {
  if (limit === 0) return [];
  const read = (table: { readonly name: string }): Promise<StoredRow[]> =>
    archive.query({ table: table.name, in: channel, before, limit });
  const [said, revised, moved] = await Promise.all([
    read(messages),
    read(revisionLines),
    members ? read(memberLines) : [],
  ]);
  // Each of the three has the newest of its own, so the newest of all are among them.
  const page = [
    ...said.map(({ row }) => ({ kind: 'message' as const, row: row as Message })),
    ...revised.map(({ row }) => ({ kind: 'revision' as const, row: row as RevisionLine })),
    ...moved.map(({ row }) => ({ kind: 'member' as const, row: row as MemberLine })),
  ]
    .sort((a, b) => a.row.id - b.row.id)
    .slice(-limit);
  const lines = page.flatMap((one) => (one.kind === 'revision' ? [one.row] : []));
  const now = await revisedMessages(archive, lines);
  return page.map((one): PastEvent => {
    const { id } = one.row;
    if (one.kind === 'message') return { kind: 'message', id, message: one.row };
    if (one.kind === 'member') return { kind: 'member', id, line: one.row };
    return { kind: 'revision', id, line: one.row, message: now.get(one.row.message) };
  });
}

/** The messages that were edited, as they are now; those that are gone are not among them. */
async function revisedMessages(
  archive: DialectHost['archive'],
  lines: readonly RevisionLine[],
): Promise<Map<MessageId, Message>> {
  const ids = [...new Set(lines.filter((line) => !line.deleted).map((line) => line.message))];
  const rows = ids.length === 0 ? [] : await archive.rows(messages.name, ids);
  return new Map(rows.flatMap((row) => (row === undefined ? [] : [messageIn(row)])));
}

function messageIn({ row }: StoredRow): [MessageId, Message] {
  const message = row as Message;
  return [message.id, message];
}
