import type { Rendering } from '../../delivery/deliver.js';
import type { ChannelFacts } from '../../domain/channels/channels.js';
import type { ChatEvent } from '../../domain/events.js';
import type { Person } from '../../domain/users/person.js';
import { sightOf } from '../../domain/viewers.js';
import type { Frame } from './packets.js';

/** An event as far as its asker is concerned. */
export type Told = Pick<ChatEvent, 'origin'>;

/** To everybody who may see a channel; the asker's copy comes last and carries their `listener` (section 2). */
export function toViewers({ origin }: Told, channel: ChannelFacts, frame: Frame): Rendering<Frame>[] {
  const viewers = { to: 'viewers', of: sightOf(channel) } as const;
  return withOrigin(viewers, origin, frame);
}

/** To everybody who may see a channel, as something that is pushed besides the asker's reply: without `listener` (section 2). */
export function push(channel: ChannelFacts, frame: Frame): Rendering<Frame>[] {
  return [{ to: { to: 'viewers', of: sightOf(channel) }, packets: [frame] }];
}

/** To everybody who is logged in, the asker last. */
export function toAll({ origin }: Told, frame: Frame): Rendering<Frame>[] {
  return withOrigin({ to: 'everyone' }, origin, frame);
}

function withOrigin(
  to: { readonly to: 'everyone' } | { readonly to: 'viewers'; readonly of: object },
  origin: Told['origin'],
  frame: Frame,
): Rendering<Frame>[] {
  if (origin === undefined) return [{ to, packets: [frame] }];
  const { session, tag } = origin;
  if (tag === undefined) return [{ to: { ...to, plus: session }, packets: [frame] }];
  return [
    { to: { ...to, exceptSession: session }, packets: [frame] },
    { to: { to: 'session', session }, packets: [{ ...frame, listener: tag }] },
  ];
}

/** The same to everybody who is logged in. */
export function pushToAll(...packets: readonly Frame[]): Rendering<Frame>[] {
  return [{ to: { to: 'everyone' }, packets }];
}

/** A session hears of its own login, though it is not yet among everybody (section 3.4). */
export function toSelfToo(origin: Told['origin'], frame: Frame): Rendering<Frame>[] {
  const plus = origin === undefined ? {} : { plus: origin.session };
  return [{ to: { to: 'everyone', ...plus }, packets: [frame] }];
}

/** A user as joins and connections show one (section 4). */
export function userFacts(person: Person) {
  return { username: person.handle, roles: person.roles, color: person.roleColour ?? null };
}
