import type { Rendering } from '../../delivery/deliver.js';
import type { ChatEvent } from '../../domain/events.js';
import type { Membership } from '../../domain/members/members.js';
import type { RenderTable } from '../dialect.js';
import { uuidOf } from '../uuid.js';
import type { Tools } from './ask.js';
import { memberEvent } from './event-shapes.js';
import { channelEntriesOf, numbersShape } from './membership-shapes.js';
import type { Frame } from './packets.js';
import { personShape } from './shapes.js';
import { toOthersOf, toSubscribers, toUser } from './to-whom.js';

/** What events about who belongs where look like (sections 8 and 9). */
export function renderMembers({ settings }: Tools) {
  const { badges } = settings;
  const list = (memberships: readonly Membership[]): Frame => [
    'chat.channels',
    { channels: channelEntriesOf(memberships, badges) },
  ];
  const moved = (
    event: ChatEvent<'member_add'> | ChatEvent<'member_remove'>,
    membership: 'join' | 'leave',
  ): Rendering<Frame> => {
    const { person, channel, id, at } = event;
    const line = { id, channel: channel.channel, at, membership, user: person };
    const shape = personShape(person, badges);
    const users = { [uuidOf('user', person.user)]: shape };
    return toSubscribers(channel, ['chat.event', { ...memberEvent(line, shape), users }]);
  };
  return {
    subscription_open: { silent: 'the reply says it' },
    subscription_close: { silent: 'the reply says it' },
    member_add: (event) => {
      const { person, channel, forced, memberships } = event;
      const joined = moved(event, 'join');
      // Who is to learn of a direct channel with its first message has it in no list yet.
      if (!memberships.some((one) => one.channel.channel === channel.channel)) return [joined];
      const told = list(memberships);
      return [joined, forced ? toUser(person.user, told) : toOthersOf(person.user, event, told)];
    },
    member_remove: (event) => [
      moved(event, 'leave'),
      toOthersOf(event.person.user, event, list(event.memberships)),
    ],
    member_visit: (event) => [toOthersOf(event.user, event, list(event.memberships))],
    direct_open: { silent: 'told once its people are members' },
    direct_hide: (event) => [toOthersOf(event.user, event, list(event.memberships))],
    direct_show: (event) =>
      event.shown.map(({ user, memberships }) =>
        // Whoever opens it again has it in the reply.
        event.origin?.tag === reopening
          ? toOthersOf(user, event, list(memberships))
          : toUser(user, list(memberships)),
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
