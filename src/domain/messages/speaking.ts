import type { Rejection } from '../../core/rejection.js';
import type { View } from '../../core/table.js';
import { type Channel, mayNotIn } from '../channels/channels.js';
import type { DomainConfig } from '../config.js';
import { isSilent } from '../moderation/bans.js';
import { type RejectionCode, refuse } from '../rejections.js';
import { online } from '../sessions/online.js';
import { type Person, personOf } from '../users/person.js';
import { claimsOf, type User } from '../users/users.js';

/** Why somebody may say nothing in a channel at a time. `undefined`: they may. */
export function mayNotSpeakIn(
  view: View,
  config: DomainConfig,
  user: User,
  channel: Channel,
  at: number,
): Rejection<RejectionCode> | undefined {
  const no = mayNotIn(view, config, user, channel, 'send');
  if (no !== undefined) return no;
  const { can } = claimsOf(view, config, user);
  return isSilent(view, user.id, can, at) ? refuse('user-silenced') : undefined;
}

/** Messages go into text channels, direct ones and into threads that are not locked. */
export function notOpenToMessages(channel: Channel): Rejection<RejectionCode> | undefined {
  if (channel.kind === 'text' || channel.kind === 'direct') return undefined;
  if (channel.thread === undefined) return refuse('channel-kind');
  return channel.thread.locked ? refuse('thread-locked') : undefined;
}

/** A user as those who hear them see them now, online or not. */
export function speakerOf(view: View, config: DomainConfig, user: User): Person {
  return view.get(online, user.id)?.person ?? personOf(view, config, user);
}
