import type { ChannelId, MessageId } from '../domain/ids.js';
import { type Archive, History, storedMessage } from '../domain/messages/history.js';
import type { Message } from '../domain/messages/messages.js';
import type { Base } from './actions.js';
import { aText, flag, from, integer, maybe, pageSize, takes, takesParts } from './arguments.js';

const pageParts = { before: maybe(from(0)), after: maybe(from(0)), limit: maybe(pageSize) };

/** Speaking with the server's own voice, reading what was said, and taking it back. */
export class MessageActions {
  constructor(
    private readonly chat: Base,
    private readonly archive: () => Archive,
  ) {}

  /**
   * A page of what was said in a channel, whatever its kind, oldest first. Of the messages below `before` (default: of all) the newest; with
   * `after` alone, of those above it the oldest. Both are ids of messages, which need not be there any more. `limit`: 1 to 10,000, default 100. Empty if
   * there is no such channel. Read from storage: with `durability: 'memory'` what was just said may be missing. Rejects as the storage does.
   */
  async page(
    channel: ChannelId,
    page: {
      readonly before?: MessageId | undefined;
      readonly after?: MessageId | undefined;
      readonly limit?: number;
    } = {},
  ): Promise<readonly Message[]> {
    takes({ channel }, { channel: aText });
    takesParts('page', page, pageParts);
    const { before = Number.MAX_SAFE_INTEGER as MessageId, after, limit = 100 } = page;
    const history = new History(this.archive(), channel, before - 1);
    return after === undefined ? history.newest(limit) : history.between(after, limit, page.before);
  }

  /** A message by id, in whatever channel; `undefined` if there is none any more. Read as by {@link MessageActions.page}. */
  async get(id: MessageId): Promise<Message | undefined> {
    takes({ id }, { id: integer });
    return storedMessage(this.archive(), id);
  }

  /** Speaks in a channel. */
  async send(channel: ChannelId, text: string): Promise<{ readonly id: MessageId }> {
    takes({ channel, text }, { channel: aText, text: aText });
    return this.chat.run('message.send', { by: 'host', channel, text });
  }

  /** Speaks to everybody online. */
  async announce(text: string): Promise<{ readonly id: MessageId }> {
    takes({ text }, { text: aText });
    return this.chat.run('announce', { by: 'host', text });
  }

  /** Puts another text into a message, whoever wrote it. */
  async edit(id: MessageId, text: string): Promise<{ readonly message: Message }> {
    takes({ id, text }, { id: integer, text: aText });
    return this.chat.run('message.edit', { by: 'host', id, text });
  }

  /** Pins a message, or takes the pin away. */
  async pin(id: MessageId, pinned = true): Promise<{ readonly message: Message }> {
    takes({ id, pinned }, { id: integer, pinned: flag });
    return this.chat.run('message.pin', { by: 'host', id, pinned });
  }

  /** Removes a message. */
  async remove(id: MessageId): Promise<{ readonly channel: ChannelId }> {
    takes({ id }, { id: integer });
    return this.chat.run('message.delete', { by: 'host', id });
  }
}
