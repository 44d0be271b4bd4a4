import type { Noun, Rules } from '../../core/command.js';
import type { Rejection } from '../../core/rejection.js';
import type { Tx } from '../../core/state.js';
import { holdsAs, personAs, silencedAs } from '../acting.js';
import { type Channel, channels, mayNotAs, type ThreadState } from '../channels/channels.js';
import { endChannel } from '../channels/ending.js';
import type { DomainConfig } from '../config.js';
import type { Actor } from '../events.js';
import type { ChannelId, UserId } from '../ids.js';
import { messages } from '../messages/messages.js';
import { revisionLines } from '../messages/revision-lines.js';
import { type RejectionCode, refuse } from '../rejections.js';
import { nextId, tell } from '../rules.js';
import { users } from '../users/users.js';
import { type ThreadFacts, threadFacts } from './threads.js';

export interface ThreadCommands {
  /** Begins a thread in a forum; its creator takes part. Spaces around the name are cut off. */
  'thread.create': {
    input: { readonly by: UserId; readonly forum: ChannelId; readonly name: string };
    result: { readonly thread: ThreadFacts };
  };
  /** Changes a thread; for its creator and for who holds `manage_threads`. What is left out stays, and `locked` does for everybody else. */
  'thread.update': {
    input: {
      readonly by: Actor;
      readonly thread: ChannelId;
      readonly name?: string;
      readonly archived?: boolean;
      readonly locked?: boolean;
    };
    result: { readonly thread: ThreadFacts };
  };
  /** Ends a thread and its messages; for the same people. */
  'thread.delete': {
    input: { readonly by: Actor; readonly thread: ChannelId };
    result: { readonly thread: ThreadFacts };
  };
  /** Takes part in a thread that is not locked. Nothing changes for who does already. */
  'thread.join': {
    input: { readonly by: UserId; readonly thread: ChannelId };
    result: { readonly thread: ThreadFacts };
  };
  /** Takes part no longer. The creator always does. */
  'thread.leave': {
    input: { readonly by: UserId; readonly thread: ChannelId };
    result: { readonly thread: ThreadFacts };
  };
}

export function threadNoun(config: DomainConfig): Noun {
  const { threadNameLength, threadsPerForum, participantsPerThread } = config.limits;

  const nameOf = (typed: string): string | Rejection<RejectionCode> => {
    const name = typed.trim();
    if (name === '' || [...name].length > threadNameLength)
      return refuse('thread-name-invalid', { limit: threadNameLength });
    return name;
  };
  /** A thread that whoever acts may see. */
  const seen = (tx: Tx, by: Actor, id: ChannelId): Thread | Rejection<RejectionCode> => {
    const channel = tx.get(channels, id);
    if (channel?.thread === undefined) return refuse('thread-unknown');
    return mayNotAs(tx, config, by, channel, 'see') ?? { channel, state: channel.thread };
  };
  /** A thread that whoever acts may change. */
  const managed = (tx: Tx, by: Actor, id: ChannelId): Thread | Rejection<RejectionCode> => {
    const found = seen(tx, by, id);
    if (!('state' in found)) return found;
    return found.state.creator === by || holdsAs(tx, config, by, 'manage_threads')
      ? found
      : refuse('not-permitted');
  };
  const put = (tx: Tx, channel: Channel, state: ThreadState): ThreadFacts => {
    const next: Channel = { ...channel, thread: state };
    tx.put(channels, next);
    return threadFacts(tx, next, state);
  };
  const actor = (tx: Tx, by: Actor) => {
    const person = personAs(tx, config, by);
    return { by, ...(person === undefined ? {} : { person }) };
  };

  const rules: Rules<ThreadCommands> = {
    'thread.create': {
      decide(tx, { by, forum: parent, name: typed }) {
        const forum = tx.get(channels, parent);
        if (forum === undefined) return refuse('channel-unknown');
        if (forum.kind !== 'forum') return refuse('not-a-forum');
        if (tx.get(users, by) === undefined) return refuse('user-unknown');
        const no =
          mayNotAs(tx, config, by, forum, 'see') ??
          mayNotAs(tx, config, by, forum, 'create-thread') ??
          silencedAs(tx, config, by, tx.at);
        if (no !== undefined) return no;
        const name = nameOf(typed);
        if (typeof name !== 'string') return name;
        if (tx.by(channels, 'parent', parent).length >= threadsPerForum)
          return refuse('too-many-threads', { limit: threadsPerForum });
        const id = String(nextId(tx)) as ChannelId;
        const channel: Channel = { id, kind: 'thread', name, access: {}, createdAt: tx.at };
        const state = { parent, creator: by, locked: false, archived: false, participants: [by] };
        const thread = put(tx, channel, state);
        tx.begin(messages, id);
        tx.begin(revisionLines, id);
        tell(tx, 'thread_create', { thread, ...actor(tx, by) });
        return { thread };
      },
    },
    'thread.update': {
      decide(tx, { by, thread: id, name: typed, archived, locked }) {
        const found = managed(tx, by, id);
        if (!('state' in found)) return found;
        const { channel, state } = found;
        const no = silencedAs(tx, config, by, tx.at);
        if (no !== undefined) return no;
        const name = typed === undefined ? channel.name : nameOf(typed);
        if (typeof name !== 'string') return name;
        // The creator's wish to lock is passed over without a word (OriginChats, section 6.3).
        const locks = locked !== undefined && holdsAs(tx, config, by, 'manage_threads');
        const next: ThreadState = {
          ...state,
          archived: archived ?? state.archived,
          locked: locks ? locked : state.locked,
        };
        const thread = put(tx, { ...channel, name }, next);
        tell(tx, 'thread_update', { thread, ...actor(tx, by) });
        return { thread };
      },
    },
    'thread.delete': {
      decide(tx, { by, thread: id }) {
        const found = managed(tx, by, id);
        if (!('state' in found)) return found;
        const thread = threadFacts(tx, found.channel, found.state);
        endChannel(tx, id);
        tell(tx, 'thread_delete', { thread, ...actor(tx, by) });
        return { thread };
      },
    },
    'thread.join': {
      decide(tx, { by, thread: id }) {
        const found = seen(tx, by, id);
        if (!('state' in found)) return found;
        const { channel, state } = found;
        if (state.locked) return refuse('thread-locked');
        const person = personAs(tx, config, by);
        if (person === undefined) return refuse('user-unknown');
        const { participants } = state;
        const there = participants.includes(by);
        if (!there && participants.length >= participantsPerThread)
          return refuse('too-many-participants', { limit: participantsPerThread });
        const thread = there
          ? threadFacts(tx, channel, state)
          : put(tx, channel, { ...state, participants: [...participants, by] });
        tell(tx, 'thread_join', { thread, person });
        return { thread };
      },
    },
    'thread.leave': {
      decide(tx, { by, thread: id }) {
        const found = seen(tx, by, id);
        if (!('state' in found)) return found;
        const { channel, state } = found;
        const person = personAs(tx, config, by);
        if (person === undefined) return refuse('user-unknown');
        const goes = by !== state.creator && state.participants.includes(by);
        const thread = goes
          ? put(tx, channel, { ...state, participants: state.participants.filter((one) => one !== by) })
          : threadFacts(tx, channel, state);
        tell(tx, 'thread_leave', { thread, person });
        return { thread };
      },
    },
  };
  return { name: 'threads', tables: [], rules: rules as Noun['rules'] };
}

interface Thread {
  readonly channel: Channel;
  readonly state: ThreadState;
}
