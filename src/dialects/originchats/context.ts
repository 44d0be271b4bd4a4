import type { View } from '../../core/table.js';
import type { ChannelAction } from '../../domain/access/may.js';
import {
  type Channel,
  channelByName,
  channels,
  factsOf,
  isKeptBy,
  isOpen,
  mayNotIn,
  visibleChannels,
} from '../../domain/channels/channels.js';
import type { DomainConfig } from '../../domain/config.js';
import type { ChannelId, MessageId, UserId } from '../../domain/ids.js';
import { fold } from '../../domain/users/names.js';
import { type User, users, usersWithId } from '../../domain/users/users.js';
import { sightOf } from '../../domain/viewers.js';
import type { Ask } from './ask.js';
import { refuse, refuseBare } from './refusal.js';

/** A field of a request that is text and not empty. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A whole number of a request within bounds, or the default if there is none. */
export function numberOf(value: unknown, least: number, most: number, otherwise: number): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) return otherwise;
  return Math.min(most, Math.max(least, Math.trunc(value)));
}

/** A channel as this protocol has them: by its exact name, and none that one has to enter (see {@link isOpen}). */
export function channelNamed(view: View, name: string): Channel | undefined {
  const channel = channelByName(view, name);
  return channel?.name === name && isOpen(factsOf(view, channel)) ? channel : undefined;
}

/** A thread by its id, if its forum is one that this protocol has. */
export function threadOf(view: View, id: string): Channel | undefined {
  const channel = view.get(channels, id as ChannelId);
  return channel?.kind === 'thread' && isOpen(sightOf(factsOf(view, channel))) ? channel : undefined;
}

/** The channel that a request names, as far as the asker may know of it: ranks and traits are nothing that this protocol has. */
export function channelHere(ask: Ask, name: string): Channel | undefined {
  return ask.read((view) => known(ask, view, channelNamed(view, name)));
}

/** The same of a thread. */
export function threadHere(ask: Ask, id: string): Channel | undefined {
  return ask.read((view) => known(ask, view, threadOf(view, id)));
}

function known({ tools, user }: Ask, view: View, channel: Channel | undefined): Channel | undefined {
  const isKept = channel !== undefined && isKeptFrom(view, tools.host.config, user, channel);
  return isKept ? undefined : channel;
}

/** Whether a channel is not there for somebody, see {@link isKeptBy}. */
export function isKeptFrom(view: View, config: DomainConfig, user: UserId, channel: Channel): boolean {
  return isKeptBy(view, config, user, channel, 'rank', 'grants');
}

/** Channels that somebody is shown, in the order of the list. */
export function channelsFor(view: View, config: DomainConfig, user: User): Channel[] {
  return visibleChannels(view, config, user).filter((channel) => isOpen(factsOf(view, channel)));
}

/** Whether the asker may do something with a channel. */
export function may(ask: Ask, channel: Channel, action: ChannelAction): boolean {
  return ask.read((view) => {
    const user = view.get(users, ask.user);
    return user !== undefined && mayNotIn(view, ask.tools.host.config, user, channel, action) === undefined;
  });
}

/** Where a request points to, with the errors that all commands share (section 6.1, [ctx]). A `thread_id` wins. */
export function contextOf(ask: Ask): Channel {
  const { request } = ask;
  const threadId = textOf(request.thread_id);
  if (threadId !== undefined) {
    const thread = threadHere(ask, threadId) ?? refuse('Thread not found');
    if (thread.thread?.locked) refuse('This thread is locked');
    if (thread.thread?.archived) refuse('This thread is archived');
    if (!may(ask, thread, 'see')) refuse('You do not have permission to view this thread');
    return thread;
  }
  const name = textOf(request.channel) ?? refuse('Channel or thread_id required');
  return channelHere(ask, name) ?? refuse('Channel not found');
}

/** A text channel that the asker may see, with the errors that go with it (section 6.1, [text]); threads are let through. */
export function readable(ask: Ask, channel: Channel): Channel {
  if (channel.kind === 'thread') return channel;
  if (channel.kind !== 'text' || !may(ask, channel, 'read')) refuseBare('Access denied to this channel');
  return channel;
}

/** Where a request points to, for commands that know channels only (section 6.1, [text]). */
export function textChannelOf(ask: Ask): Channel {
  const name = textOf(ask.request.channel) ?? refuseBare('Channel name not provided');
  const channel = channelHere(ask, name);
  return channel === undefined ? refuseBare('Access denied to this channel') : readable(ask, channel);
}

/** A message's id as it travels: decimal text. */
export function messageIdOf(value: unknown): MessageId | undefined {
  if (typeof value !== 'string' || !/^[1-9][0-9]{0,15}$/.test(value)) return undefined;
  const id = Number(value);
  return Number.isSafeInteger(id) ? (id as MessageId) : undefined;
}

/** The message of a channel that a request means: by its id, or by the one it had on the server it was imported from. */
export function messageIdIn(ask: Ask, value: unknown, channel: Pick<Channel, 'id'>): MessageId | undefined {
  const old = typeof value === 'string' ? ask.oldIds.get(value) : undefined;
  return messageIdOf(value) ?? old?.find((message) => message.channel === channel.id)?.id;
}

/** All messages that may be meant where a request does not say the channel. */
export function messageIdsOf(ask: Ask, value: unknown): MessageId[] {
  const id = messageIdOf(value);
  if (id !== undefined) return [id];
  return (typeof value === 'string' ? (ask.oldIds.get(value) ?? []) : []).map((message) => message.id);
}

/**
 * A user named in a request: by name in any case, or by id (section 6). Names come first: they are what people see, and nobody gets one that is
 * another's id. An id that several have, from different providers, means none of them.
 */
export function userNamed(view: View, name: string): User | undefined {
  const byName = view.one(users, 'fold', fold(name));
  if (byName !== undefined) return byName;
  const byId = usersWithId(view, name).filter(({ id, identity }) => identity === name || id === name);
  return byId.length === 1 ? byId[0] : undefined;
}
