import type { Storage, StoredRow } from '../../core/ports.js';
import type { ChannelId, MessageId } from '../ids.js';
import { type Message, messages } from './messages.js';

/** What messages are read from. */
export type Archive = Pick<Storage, 'query' | 'count' | 'rows'>;

/** Reading stored messages of one channel, none newer than `upTo`. */
export class History {
  readonly #before: number;

  constructor(
    private readonly archive: Archive,
    readonly channel: ChannelId,
    upTo: number,
  ) {
    this.#before = upTo + 1;
  }

  /** Up to `limit` messages, oldest first, leaving out the `skip` newest. */
  async newest(limit: number, skip = 0): Promise<Message[]> {
    const page = { table: messages.name, in: this.channel, before: this.#before, skip, limit };
    return messagesOf(await this.archive.query(page));
  }

  /** Up to `limit` messages below an id, oldest first. */
  async before(id: MessageId, limit: number): Promise<Message[]> {
    if (limit === 0) return [];
    const before = Math.min(id, this.#before);
    return messagesOf(await this.archive.query({ table: messages.name, in: this.channel, before, limit }));
  }

  /** Up to `limit` messages above an id, oldest first. */
  async after(id: MessageId, limit: number): Promise<Message[]> {
    if (limit === 0) return [];
    const page = { table: messages.name, in: this.channel, after: id, limit };
    return messagesOf(await this.archive.query(page)).filter((one) => one.id < this.#before);
  }

  /** Up to `limit` messages above an id, oldest first: the oldest, or the newest of those that are below another. */
  async between(after: MessageId, limit: number, before?: MessageId): Promise<Message[]> {
    if (before === undefined) return this.after(after, limit);
    const page = { table: messages.name, in: this.channel, after, before, limit };
    return messagesOf(await this.archive.query(page));
  }

  /** The newest `limit` messages that meet a condition, newest first. */
  async matching(
    filter: { equals?: Record<string, string | number | boolean>; contains?: Record<string, string> },
    limit: number,
  ): Promise<Message[]> {
    const page = { table: messages.name, in: this.channel, before: this.#before, filter, limit };
    return messagesOf(await this.archive.query(page)).reverse();
  }

  async one(id: MessageId): Promise<Message | undefined> {
    if (id >= this.#before) return undefined;
    const message = await storedMessage(this.archive, id);
    return message?.channel === this.channel ? message : undefined;
  }

  /** How many there are, or how many below or from an id. */
  count(range: { readonly below?: MessageId; readonly above?: MessageId } = {}): Promise<number> {
    const { below, above } = range;
    return this.archive.count({
      table: messages.name,
      in: this.channel,
      before: below === undefined ? this.#before : Math.min(below, this.#before),
      ...(above === undefined ? {} : { after: above }),
    });
  }

  /** Of the newest `most` messages: how many there are, and how many are newer than `last`. */
  async tally(last: MessageId | undefined, most: number): Promise<{ total: number; unread: number }> {
    // Where the newest end; counting whole channels would take the longer the more was ever said in them.
    const [edge] = await this.newest(1, most - 1);
    const total = edge === undefined ? await this.count() : most;
    if (last === undefined || (edge !== undefined && last < edge.id)) return { total, unread: total };
    return { total, unread: await this.count({ above: last }) };
  }
}

/** A message as it is stored, whatever channel it is in. */
export async function storedMessage(
  archive: Pick<Archive, 'rows'>,
  id: MessageId,
): Promise<Message | undefined> {
  const [row] = await archive.rows(messages.name, [id]);
  return row?.row as Message | undefined;
}

function messagesOf(rows: readonly StoredRow[]): Message[] {
  return rows.map((row) => row.row as Message);
}
