import type { Rendering } from '../../delivery/deliver.js';
import type { ThreadFacts } from '../../domain/threads/threads.js';
import type { RenderTable } from '../dialect.js';
import type { Frame } from './packets.js';
import { liveResults } from './polls.js';
import { placeOf, shortPlaceOf, threadShape } from './shapes.js';
import { push, type Told, toViewers } from './to-whom.js';

/** What threads, polls and read marks look like (sections 6.3, 6.4 and 6.9). */
export const threadRenders: Pick<
  RenderTable<Frame>,
  | 'thread_create'
  | 'thread_update'
  | 'thread_delete'
  | 'thread_join'
  | 'thread_leave'
  | 'poll_create'
  | 'poll_vote'
  | 'poll_end'
  | 'read'
> = {
  thread_create: (event) => changed(event, 'thread_create', event.thread),
  // The web client needs the `channel` (section 15).
  thread_update: (event) => changed(event, 'thread_update', event.thread),
  thread_delete: (event) => {
    const { channel } = event.thread;
    const { channel: forum, thread_id } = placeOf(channel);
    return toViewers(event, channel, { cmd: 'thread_delete', thread_id, channel: forum, global: true });
  },
  thread_join: (event) => taking(event, 'thread_join', event.thread, event.person.handle),
  thread_leave: (event) => taking(event, 'thread_leave', event.thread, event.person.handle),
  poll_create: { silent: 'its message says all, and its creator gets a reply' },
  poll_vote: ({ poll, channel, person, options, results }) =>
    push(channel, {
      cmd: 'poll_vote_update',
      poll_id: poll.id,
      message_id: String(poll.message),
      ...placeOf(channel),
      user: person.handle,
      option_ids: options,
      results: liveResults(poll, results),
    }),
  poll_end: ({ poll, channel, results }) =>
    push(channel, {
      cmd: 'poll_end',
      poll_id: poll.id,
      message_id: String(poll.message),
      ...placeOf(channel),
      results: liveResults(poll, results),
    }),
  read: ({ user, channel, last }) => {
    const { channel: name, thread_id } = shortPlaceOf(channel);
    const place = thread_id === undefined ? { channel: name } : { thread_id };
    return [
      {
        to: { to: 'user', user },
        packets: [{ cmd: 'unreads_update', ...place, last_read: String(last) }],
      },
    ];
  },
};

function changed(told: Told, cmd: string, thread: ThreadFacts): Rendering<Frame>[] {
  const { channel } = thread;
  const frame = { cmd, thread: threadShape(thread), channel: placeOf(channel).channel, global: true };
  return toViewers(told, channel, frame);
}

function taking(told: Told, cmd: string, thread: ThreadFacts, user: string): Rendering<Frame>[] {
  const { channel } = thread;
  const frame = { cmd, thread: threadShape(thread), thread_id: channel.channel, user, global: true };
  return toViewers(told, channel, frame);
}
