import type { Rendering } from '../../delivery/deliver.js';
import type { ChatEvent } from '../../domain/events.js';
import type { Message } from '../../domain/messages/messages.js';
import type { RenderTable } from '../dialect.js';
import { withoutGroups } from '../without-groups.js';
import type { OriginChatsSettings } from './options.js';
import type { Frame } from './packets.js';
import { renderFiles } from './render-files.js';
import { peopleRenders } from './render-people.js';
import { renderSlash } from './render-slash.js';
import { renderStatus } from './render-status.js';
import { threadRenders } from './render-threads.js';
import { renderVoice } from './render-voice.js';
import { asTold, messageShape, pingsShape, placeOf, seconds, shortPlaceOf, systemAuthor } from './shapes.js';
import { push, toSelfToo, toViewers, userFacts } from './to-whom.js';

/** What each event looks like here (section 7). */
export function renderTable(options: OriginChatsSettings, defaultChannel: string): RenderTable<Frame> {
  const url = options.server.url ?? '';
  const shapeOf = (message: Message) => messageShape(message, asTold, url);
  const reaction = (
    event: ChatEvent<'reaction_add'> | ChatEvent<'reaction_remove'>,
    cmd: string,
  ): Rendering<Frame>[] =>
    toViewers(event, event.channel, {
      cmd,
      id: String(event.message.id),
      emoji: event.emoji,
      ...shortPlaceOf(event.channel),
      from: event.person.handle,
      global: true,
    });
  return {
    ...withoutGroups,
    user_appear: ({ person, origin }) => toSelfToo(origin, { cmd: 'user_join', user: userFacts(person) }),
    user_join: ({ person, origin }) => toSelfToo(origin, { cmd: 'user_join', user: userFacts(person) }),
    ...renderStatus,
    ...renderVoice,
    ...renderSlash,
    user_link: { silent: "by what somebody logs in is the host's affair" },
    user_unlink: { silent: 'a session that ends with it is told of by itself' },
    session_open: { silent: 'the login is answered by its handler' },
    session_close: { silent: 'only the last session of a user matters to others' },
    channel_enter: { silent: 'nobody sits in a channel here' },
    channel_leave: { silent: 'nobody sits in a channel here' },
    message: (event) => {
      const { message, channel, mentions, poll } = event;
      const answer = message.interaction !== undefined;
      // What answers a command calls nobody (section 6.8).
      const shown = answer
        ? shapeOf(message)
        : { ...shapeOf(message), pings: pingsShape(mentions, message, asTold) };
      const place = answer || message.webhook !== undefined ? shortPlaceOf(channel) : placeOf(channel);
      if (poll === undefined)
        return toViewers(event, channel, { cmd: 'message_new', message: shown, ...place, global: true });
      // The original has these fields instead of a `message` (sections 6.9 and 15); its creator gets a reply besides.
      const { id, user, content, timestamp, embeds } = shown;
      const flat = { id, ...place, user, content, timestamp, embeds, poll_id: poll };
      return push(channel, { cmd: 'message_new', message: shown, ...flat, global: true });
    },
    message_edit: (event) => {
      const { message, channel, mentions } = event;
      const called = mentions.users.length + mentions.roles.length > 0;
      const shown = shapeOf(message);
      return toViewers(event, channel, {
        cmd: 'message_edit',
        id: String(message.id),
        content: shown.content,
        message: {
          ...shown,
          ...(called ? { pings: pingsShape(mentions, message, asTold) } : {}),
        },
        ...shortPlaceOf(channel),
        global: true,
      });
    },
    message_delete: (event) =>
      // A line of Sock Chat's past was never shown here.
      event.place === undefined
        ? []
        : toViewers(event, event.place, {
            cmd: 'message_delete',
            id: String(event.id),
            ...shortPlaceOf(event.place),
            global: true,
          }),
    reaction_add: (event) => reaction(event, 'message_react_add'),
    reaction_remove: (event) => reaction(event, 'message_react_remove'),
    message_pin: (event) => {
      const { message, channel, pinned } = event;
      return toViewers(event, channel, {
        cmd: pinned ? 'message_pin' : 'message_unpin',
        id: String(message.id),
        channel: channel.name,
        pinned,
        global: true,
      });
    },
    typing: (event) => {
      const frame: Frame = {
        cmd: 'typing',
        channel: placeOf(event.channel).channel,
        user: event.person.handle,
        thread_id: placeOf(event.channel).thread_id,
        global: true,
      };
      return toViewers(event, event.channel, frame).map((one) => ({ ...one, skippable: true }));
    },
    ...renderFiles(options),
    ...threadRenders,
    whisper: { silent: 'there are no direct messages in this protocol' },
    subscription_open: { silent: 'channels are not followed one by one in this protocol' },
    subscription_close: { silent: 'channels are not followed one by one in this protocol' },
    member_add: { silent: 'nobody belongs to a channel in this protocol' },
    member_remove: { silent: 'nobody belongs to a channel in this protocol' },
    member_visit: { silent: 'nobody belongs to a channel in this protocol' },
    direct_open: { silent: 'there are no direct channels in this protocol' },
    direct_hide: { silent: 'there are no direct channels in this protocol' },
    direct_show: { silent: 'there are no direct channels in this protocol' },
    direct_remove: { silent: 'there are no direct channels in this protocol' },
    user_block: { silent: 'nobody can block anybody in this protocol' },
    channel_create: { silent: 'shown by `channels_get`, sent once for many changes' },
    channel_update: { silent: 'shown by `channels_get`, sent once for many changes' },
    channel_delete: { silent: 'shown by `channels_get`, sent once for many changes' },
    channel_move: { silent: 'shown by `channels_get`, sent once for many changes' },
    address_ban: { silent: 'seen at the next login' },
    address_unban: { silent: 'seen at the next login' },
    ...peopleRenders,
    // Clients know no message without a channel (section 13); it is kept in none, so this is only where they show it.
    announcement: ({ text, id, at }) => [
      {
        to: { to: 'everyone' },
        packets: [
          {
            cmd: 'message_new',
            message: {
              user: systemAuthor,
              content: text,
              timestamp: seconds(at),
              id: String(id),
              pinned: false,
              type: 'message',
              interaction: null,
              pings: { users: [], roles: [], replies: [] },
            },
            channel: defaultChannel,
            thread_id: null,
            global: true,
          },
        ],
      },
    ],
  };
}
