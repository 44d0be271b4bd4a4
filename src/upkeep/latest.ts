import type { Engine } from '../core/engine.js';
import { ChatError } from '../core/errors.js';
import type { Clock, Storage } from '../core/ports.js';
import { late, within } from '../core/within.js';
import { type Channel, channels } from '../domain/channels/channels.js';
import type { ChannelId } from '../domain/ids.js';
import type { Commands } from '../domain/index.js';
import { type Latest, latest, type Message } from '../domain/messages/messages.js';
import { takesMessages } from '../domain/reads/reads.js';

/** Channels that are asked about at the same time. */
const atOnce = 64;

/** What {@link latestToMend} found out about a channel. */
type Found = Commands['latest.mend']['input']['found'][number];

/**
 * Channels whose newest stored message is not the one that `latest` names: after a crash that may lag. One query per channel, each of which may
 * take `timeoutMs`; rejects with `storage-failed` beyond that.
 */
export async function latestToMend(
  engine: Pick<Engine<Commands>, 'read'>,
  storage: Pick<Storage, 'query'>,
  clock: Clock,
  timeoutMs: number,
): Promise<Found[]> {
  const { asked, known } = engine.read((view) => ({
    asked: [...view.all(channels)].filter(takesMessages).map(({ id }: Channel) => id),
    known: new Map([...view.all(latest)].map((row) => [row.channel, row.id])),
  })).value;
  const found: Found[] = [];
  const ask = async (channel: ChannelId): Promise<void> => {
    const query = storage.query({
      table: 'messages',
      in: channel,
      before: Number.MAX_SAFE_INTEGER,
      limit: 1,
    });
    const rows = await within(clock, timeoutMs, query);
    if (rows === late) {
      const text = `reading the newest messages took longer than ${timeoutMs} ms (storageOpenMs)`;
      throw new ChatError('storage-failed', text, { retryable: true });
    }
    const message = rows[0]?.row as Message | undefined;
    if (message?.id === known.get(channel)) return;
    const newest: Latest | undefined = message && { channel, id: message.id, at: message.at };
    found.push({ channel, ...(newest === undefined ? {} : { newest }) });
  };
  for (let from = 0; from < asked.length; from += atOnce)
    await Promise.all(asked.slice(from, from + atOnce).map(ask));
  return found;
}
