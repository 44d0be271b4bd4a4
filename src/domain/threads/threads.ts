import type { Tx } from '../../core/state.js';
import type { View } from '../../core/table.js';
import {
  type Channel,
  type ChannelFacts,
  channels,
  factsOf,
  type ThreadState,
} from '../channels/channels.js';
import type { UserId } from '../ids.js';
import { type Latest, latest, type Mentionable } from '../messages/messages.js';
import { knownAs } from '../users/known.js';

/** A thread as events show it. */
export interface ThreadFacts {
  /** With its forum as `parent`. */
  readonly channel: ChannelFacts;
  readonly state: ThreadState;
  readonly creator: Mentionable;
  /** In the order they joined. */
  readonly participants: readonly Mentionable[];
  /** Its newest message. */
  readonly latest?: Latest;
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
}

export function threadFacts(view: View, channel: Channel, state: ThreadState): ThreadFacts {
  const newest = view.get(latest, channel.id);
  return {
    channel: factsOf(view, channel),
    state,
    creator: knownAs(view, state.creator, state.creatorHandle),
    participants: state.participants.map((user) => knownAs(view, user)),
    ...(newest === undefined ? {} : { latest: newest }),
    createdAt: channel.createdAt,
  };
}

/** The threads of a forum, oldest first. */
export function threadsOf(view: View, forum: Channel): Channel[] {
  return view.by(channels, 'parent', forum.id).sort((a, b) => Number(a.id) - Number(b.id));
}

/** Somebody leaves for good: their threads stay and keep the name of who made them, as messages do. */
export function leaveThreads(tx: Tx, user: UserId, handle: string): void {
  for (const channel of [...tx.all(channels)]) {
    const { thread } = channel;
    if (thread === undefined) continue;
    const made = thread.creator === user;
    if (!made && !thread.participants.includes(user)) continue;
    const participants = thread.participants.filter((one) => one !== user);
    const state = { ...thread, participants, ...(made ? { creatorHandle: handle } : {}) };
    tx.put(channels, { ...channel, thread: state });
  }
}
