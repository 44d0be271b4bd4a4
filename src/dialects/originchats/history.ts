import type { StoredRow } from '../../core/ports.js';
import type { ChannelId, MessageId } from '../../domain/ids.js';
import type { Message } from '../../domain/messages/messages.js';
import type { DialectHost } from '../dialect.js';

/** Reading stored messages of one channel, none newer than `upTo`. */
export class History {
  readonly #before: number;

  constructor(
    private readonly host: Pick<DialectHost, 'archive'>,
    readonly channel: ChannelId,
    upTo: number,
  ) {
    this.#before = upTo + 1;
  }

  /** Up to `limit` messages, oldest first, leaving out the `skip` newest. */
  async newest(limit: number, skip = 0): Promise<Message[]> {
    const page = { table: 'messages', in: this.channel, before: this.#before, skip, limit };
    return messagesOf(await this.host.archive.query(page));
  }

  /** Up to `limit` messages below an id, oldest first. */
  async before(id: MessageId, limit: number): Promise<Message[]> {
    if (limit === 0) return [];
    const before = Math.min(id, this.#before);
    return messagesOf(await this.host.archive.query({ table: 'messages', in: this.channel, before, limit }));
  }

  /** Up to `limit` messages above an id, oldest first. */
  async after(id: MessageId, limit: number): Promise<Message[]> {
    if (limit === 0) return [];
    const page = { table: 'messages', in: this.channel, after: id, limit };
    return messagesOf(await this.host.archive.query(page)).filter((one) => one.id < this.#before);
  }

  /** The newest `limit` messages that meet a condition, newest first. */
  async matching(
    filter: { equals?: Record<string, string | number | boolean>; contains?: Record<string, string> },
    limit: number,
  ): Promise<Message[]> {
    const page = { table: 'messages', in: this.channel, before: this.#before, filter, limit };
    return messagesOf(await this.host.archive.query(page)).reverse();
  }

  async one(id: MessageId): Promise<Message | undefined> {
    if (id >= this.#before) return undefined;
    const [row] = await this.host.archive.rows('messages', [id]);
    return row?.in === this.channel ? (row.row as Message) : undefined;
  }

  /** How many there are, or how many below or from an id. */
  count(range: { readonly below?: MessageId; readonly above?: MessageId } = {}): Promise<number> {
    const { below, above } = range;
    return this.host.archive.count({
      table: 'messages',
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

function messagesOf(rows: readonly StoredRow[]): Message[] {
  return rows.map((row) => row.row as Message);
}
