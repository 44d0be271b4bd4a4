import { type Channel, isOpen } from '../../../domain/channels/channels.js';
import { History } from '../../../domain/messages/history.js';
import { latest } from '../../../domain/messages/messages.js';
import { type Unread, unreadIn, unreadsOf } from '../../../domain/reads/reads.js';
import { sightOf } from '../../../domain/viewers.js';
import type { Ask } from '../ask.js';
import { contextOf, messageIdIn, readable, textOf } from '../context.js';
import { refuse } from '../refusal.js';
import type { CommandRow } from './command.js';

/** Counting looks at that many of the newest messages of a channel (section 6.4). */
const mostCounted = 200;

/** Channels and threads that are counted at the same time. */
const atOnce = 16;

function placeIn(channel: Channel): { readonly channel: string } | { readonly thread_id: string } {
  return channel.kind === 'thread' ? { thread_id: channel.id } : { channel: channel.name };
}

async function counts(ask: Ask, one: Unread, upTo: number) {
  const { last, latest: newest, channel } = one;
  const history = new History(ask.tools.host.archive, channel.channel, upTo);
  const nothing = { total: 0, unread: 0 };
  const { total, unread } = newest === undefined ? nothing : await history.tally(last, mostCounted);
  return {
    last_read: last === undefined ? null : String(last),
    unread_count: unread,
    total_messages: total,
  };
}

const unreadsGet: CommandRow = {
  cmd: 'unreads_get',
  section: '6.4',
  run(ask) {
    const { host } = ask.tools;
    ask.replyLater(async (upTo) => {
      const list = host
        .read((view) => unreadsOf(view, host.config, ask.user))
        .filter(({ channel }) => isOpen(sightOf(channel)));
      // A map of names that users chose: without a prototype that one of them could name.
      const unreads: Record<string, object> = Object.create(null);
      for (let from = 0; from < list.length; from += atOnce) {
        const some = list.slice(from, from + atOnce);
        const counted = await Promise.all(some.map((one) => counts(ask, one, upTo)));
        for (const [i, { channel }] of some.entries()) {
          const { parent } = channel;
          if (parent === undefined) unreads[channel.name] = { ...counted[i] };
          else unreads[`thread/${channel.channel}`] = { ...counted[i], parent_channel: parent.name };
        }
      }
      return { unreads };
    });
  },
};

/** Where a request points to, which is a text channel or a thread that the asker may read. */
function targetOf(ask: Ask): Channel {
  const { channel, thread_id } = ask.request;
  if (textOf(channel) === undefined && textOf(thread_id) === undefined)
    refuse('Channel or thread_id is required');
  return readable(ask, contextOf(ask));
}

/**
 * Marks the newest message of a channel as read: the asker's connections hear of it before what is answered next (section 6.1). What was to be
 * answered is, also if the mark was refused.
 */
export function markNewest(ask: Ask, channel: Channel): void | Promise<void> {
  const newest = ask.read((view) => view.get(latest, channel.id));
  if (newest === undefined) return;
  const marking = ask.turn.submit('read.mark', { user: ask.user, channel: channel.id, last: newest.id });
  if (marking instanceof Promise) return marking.then(() => {});
}

const unreadsAck: CommandRow = {
  cmd: 'unreads_ack',
  section: '6.4',
  messageIds: ['message_id'],
  run(ask) {
    const channel = targetOf(ask);
    const place = placeIn(channel);
    const given = messageIdIn(ask, ask.request.message_id, channel);
    const last = given ?? ask.read((view) => view.get(latest, channel.id))?.id;
    if (last === undefined) return ask.reply({ ...place, last_read: null });
    // Also backwards: somebody may wish to see as unread what they have read.
    const input = { user: ask.user, channel: channel.id, last, back: given !== undefined };
    return ask.submit('read.mark', input, {}, (mark) =>
      ask.reply({ ...place, last_read: String(mark.last) }),
    );
  },
};

const unreadsCount: CommandRow = {
  cmd: 'unreads_count',
  section: '6.4',
  run(ask) {
    const channel = targetOf(ask);
    ask.replyLater(async (upTo) => {
      const one = ask.tools.host.read((view) => unreadIn(view, ask.user, channel));
      const { unread_count, last_read, total_messages } = await counts(ask, one, upTo);
      return { ...placeIn(channel), unread_count, last_read, total_messages };
    });
  },
};

export const unreadCommands: readonly CommandRow[] = [unreadsGet, unreadsAck, unreadsCount];
