import type { Audience } from '../../core/event.js';
import type { ChatEvent } from '../../domain/events.js';
import type { Membership } from '../../domain/members/members.js';
import type { RenderTable } from '../dialect.js';
import { uuidOf } from '../uuid.js';
import type { Tools } from './ask.js';
import { memberEvent } from './event-shapes.js';
import { channelEntriesOf, numbersShape } from './membership-shapes.js';
import type { Frame } from './packets.js';
import { variantsIn } from './render-variants.js';
import { othersOf, subscribersOf, toOthersOf, toUser } from './to-whom.js';

/** What events about who belongs where look like (sections 8 and 9). */
export function renderMembers(tools: Tools) {
  const variants = variantsIn(tools);
  const list = (to: Audience, memberships: readonly Membership[]) =>
    variants(to, (showing) => ['chat.channels', { channels: channelEntriesOf(memberships, showing) }]);
  const moved = (
    { person, channel, id, at }: ChatEvent<'member_add'> | ChatEvent<'member_remove'>,
    membership: 'join' | 'leave',
  ) => {
    const line = { id, channel: channel.channel, at, membership, user: person };
    return variants(subscribersOf(channel), (showing) => {
      const shape = showing.person(person);
      const users = { [uuidOf('user', person.user)]: shape };
      return ['chat.event', { ...memberEvent(line, shape), users }];
    });
  };
  return {
    subscription_open: { silent: 'the reply says it' },
    subscription_close: { silent: 'the reply says it' },
    member_add: (event) => {
      const { person, channel, forced, memberships } = event;
      const joined = moved(event, 'join');
      // Who is to learn of a direct channel with its first message has it in no list yet.
      if (!memberships.some((one) => one.channel.channel === channel.channel)) return joined;
      const { user } = person;
      return [...joined, ...list(forced ? { to: 'user', user } : othersOf(user, event), memberships)];
    },
    member_remove: (event) => [
      ...moved(event, 'leave'),
      ...list(othersOf(event.person.user, event), event.memberships),
    ],
    member_visit: (event) => list(othersOf(event.user, event), event.memberships),
    direct_open: { silent: 'told once its people are members' },
    direct_hide: (event) => list(othersOf(event.user, event), event.memberships),
    direct_show: (event) =>
      event.shown.flatMap(({ user, memberships }) =>
        // Whoever opens it again has it in the reply.
        list(event.origin?.tag === reopening ? othersOf(user, event) : { to: 'user', user }, memberships),
      ),
    direct_remove: { silent: 'nobody is left to be told' },
    read: (event) => [
      toOthersOf(event.user, event, ['chat.read_pointers', numbersShape(event.marks)]),
      toUser(event.user, ['chat.notification_counts', numbersShape(event.notifications)]),
    ],
  } satisfies Partial<RenderTable<Frame>>;
}

/** What a direct channel is opened by that is in no list of the opener's. */
const reopening = 'chat.direct.create';
