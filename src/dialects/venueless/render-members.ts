import type { Audience } from '../../core/event.js';
import type { Rendering } from '../../delivery/deliver.js';
import type { ChannelFacts } from '../../domain/channels/channels.js';
import type { ChatEvent } from '../../domain/events.js';
import type { UserId } from '../../domain/ids.js';
import { membershipsOf } from '../../domain/members/members.js';
import type { RenderTable } from '../dialect.js';
import { uuidOf } from '../uuid.js';
import type { Tools } from './ask.js';
import { memberEvent } from './event-shapes.js';
import { channelEntries, numbersShape } from './membership-shapes.js';
import type { Frame } from './packets.js';
import { variantsIn } from './render-variants.js';
import { othersOf, subscribersOf } from './to-whom.js';
import { worldsWith } from './worlds.js';

/** What events about who belongs where look like (sections 8 and 9). */
export function renderMembers(tools: Tools) {
  const { host, settings } = tools;
  const { config } = host;
  const variants = variantsIn(tools);
  /**
   * Somebody's list, in the worlds that a channel is in. An event does not have it, since it is as long as others make it: it is read once
   * somebody is there to see it. That may be ahead of the event; what put it ahead tells it again.
   */
  const list = (channel: ChannelFacts, user: UserId, to: Audience = { to: 'user', user }) =>
    worldsWith(settings, channel).flatMap((world) =>
      variants(
        to,
        ({ manages }) => {
          const look = { config, badges: settings.badges, now: host.clock.now(), manages };
          const entries = host.read((view) =>
            channelEntries(view, world, membershipsOf(view, config, user), look),
          );
          return ['chat.channels', { channels: entries }];
        },
        world.features[0],
      ),
    );
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
    member_add(event) {
      const { person, channel, forced } = event;
      const joined = moved(event, 'join');
      // The people of a direct channel are told of it all at once.
      if (channel.kind === 'direct') return joined;
      const { user } = person;
      return [...joined, ...list(channel, user, forced ? { to: 'user', user } : othersOf(user, event))];
    },
    member_remove: (event) => [
      ...moved(event, 'leave'),
      ...list(event.channel, event.person.user, othersOf(event.person.user, event)),
    ],
    member_visit: (event) => list(event.channel, event.user, othersOf(event.user, event)),
    // Who is to learn of it with its first message has it in no list yet.
    direct_open: (event) =>
      event.people
        .filter(({ user }) => !event.hidden.includes(user))
        .flatMap(({ user }) => list(event.channel, user, othersOf(user, event))),
    direct_hide: (event) => list(event.channel, event.user, othersOf(event.user, event)),
    direct_show: (event) =>
      event.shown.flatMap((user) =>
        // Whoever opens it again has it in the reply.
        list(event.channel, user, event.origin?.tag === reopening ? othersOf(user, event) : undefined),
      ),
    direct_remove: { silent: 'nobody is left to be told' },
    read: (event) =>
      worldsWith(settings, event.channel).flatMap((world): Rendering<Frame>[] => {
        const numbers = (of: Parameters<typeof numbersShape>[2]) =>
          host.read((view) => numbersShape(view, world, of));
        const feature = world.features[0];
        return [
          {
            to: othersOf(event.user, event),
            packets: [['chat.read_pointers', numbers(event.marks)]],
            feature,
          },
          {
            to: { to: 'user', user: event.user },
            packets: [['chat.notification_counts', numbers(event.notifications)]],
            feature,
          },
        ];
      }),
  } satisfies Partial<RenderTable<Frame>>;
}

/** What a direct channel is opened by that is in no list of the opener's. */
const reopening = 'chat.direct.create';
