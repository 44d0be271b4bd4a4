import type { Audience } from '../../core/event.js';
import type { Rendering } from '../../delivery/deliver.js';
import type { ChannelFacts } from '../../domain/channels/channels.js';
import type { ChatEvent } from '../../domain/events.js';
import type { UserId } from '../../domain/ids.js';
import { normalClosure } from '../close-codes.js';
import type { Frame } from './packets.js';

/** An event as far as its asker is concerned. */
export type Told = Pick<ChatEvent, 'origin'>;

/** Every session that follows a channel and may read it. */
export function subscribersOf(channel: ChannelFacts): Audience {
  return { to: 'subscribers', channel: channel.channel, of: channel };
}

/** To every session of a user. */
export function toUser(user: UserId, ...packets: readonly Frame[]): Rendering<Frame> {
  return { to: { to: 'user', user }, packets };
}

/** Every session of a user but the one that asked. */
export function othersOf(user: UserId, { origin }: Told): Audience {
  const except = origin === undefined ? {} : { exceptSession: origin.session };
  return { to: 'user', user, ...except };
}

export function toOthersOf(user: UserId, told: Told, frame: Frame): Rendering<Frame> {
  return { to: othersOf(user, told), packets: [frame] };
}

/** Has clients load anew what they may do, or find out that they may not come in (section 2). */
export function reload(user: UserId): Rendering<Frame> {
  return {
    to: { to: 'user', user },
    packets: [['connection.reload', {}]],
    close: { code: normalClosure, reason: '' },
  };
}
