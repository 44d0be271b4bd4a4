import type { Rendering } from '../../delivery/deliver.js';
import type { ChannelFacts } from '../../domain/channels/channels.js';
import type { ChatEvent } from '../../domain/events.js';
import type { Message } from '../../domain/messages/messages.js';
import type { Person } from '../../domain/users/person.js';
import { sightOf } from '../../domain/viewers.js';
import type { RenderTable } from '../dialect.js';
import type { OriginChatsSettings } from './options.js';
import type { Frame } from './packets.js';
import { asTold, messageShape, pingsShape, placeOf, seconds, shortPlaceOf, systemAuthor } from './shapes.js';

/** Close code for an end that the client asked for or that is no fault (RFC 6455, section 7.4.1). */
export const normalClosure = 1000;

type Told = Pick<ChatEvent, 'origin'>;

/** To everybody who may see a channel; the asker's copy comes last and carries their `listener` (section 2). */
function toViewers({ origin }: Told, channel: ChannelFacts, frame: Frame): Rendering<Frame>[] {
  const viewers = { to: 'viewers', of: sightOf(channel) } as const;
  return withOrigin(viewers, origin, frame);
}

/** To everybody who is logged in, the asker last. */
function toAll({ origin }: Told, frame: Frame): Rendering<Frame>[] {
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

/** A user as joins and connections show one (section 4). */
function userFacts(person: Person) {
  return { username: person.handle, roles: person.roles, color: person.roleColour ?? null };
}

/** What each event looks like here (section 7). */
export function renderTable({ server }: OriginChatsSettings): RenderTable<Frame> {
  const url = server.url ?? '';
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
    user_join: ({ person, origin }) => toSelfToo(origin, { cmd: 'user_join', user: userFacts(person) }),
    user_connect: ({ person, origin }) => toSelfToo(origin, { cmd: 'user_connect', user: userFacts(person) }),
    user_disconnect: (event) => [
      { to: { to: 'everyone' }, packets: [{ cmd: 'user_disconnect', username: event.person.handle }] },
    ],
    session_open: { silent: 'the login is answered by its handler' },
    session_close: { silent: 'only the last session of a user matters to others' },
    channel_enter: { silent: 'nobody sits in a channel here' },
    channel_leave: { silent: 'nobody sits in a channel here' },
    message: (event) => {
      const { message, channel, mentions } = event;
      return toViewers(event, channel, {
        cmd: 'message_new',
        message: { ...shapeOf(message), pings: pingsShape(mentions, message, asTold) },
        ...(message.webhook === undefined && message.interaction === undefined
          ? placeOf(channel)
          : shortPlaceOf(channel)),
        global: true,
      });
    },
    message_edit: (event) => {
      const { message, channel, mentions } = event;
      const called = mentions.users.length + mentions.roles.length > 0;
      return toViewers(event, channel, {
        cmd: 'message_edit',
        id: String(message.id),
        content: message.text,
        message: {
          ...shapeOf(message),
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
    read: { silent: 'to be shown' },
    thread_create: { silent: 'to be shown' },
    thread_update: { silent: 'to be shown' },
    thread_delete: { silent: 'to be shown' },
    thread_join: { silent: 'to be shown' },
    thread_leave: { silent: 'to be shown' },
    poll_create: { silent: 'to be shown' },
    poll_vote: { silent: 'to be shown' },
    poll_end: { silent: 'to be shown' },
    user_status: { silent: 'to be shown' },
    voice_join: { silent: 'to be shown' },
    voice_leave: { silent: 'to be shown' },
    voice_update: { silent: 'to be shown' },
    slash_add: { silent: 'to be shown' },
    slash_remove: { silent: 'to be shown' },
    slash_call: { silent: 'to be shown' },
    attachment_add: { silent: 'to be shown' },
    attachment_remove: { silent: 'to be shown' },
    emoji_add: { silent: 'to be shown' },
    emoji_update: { silent: 'to be shown' },
    emoji_remove: { silent: 'to be shown' },
    webhook_create: { silent: 'to be shown' },
    webhook_update: { silent: 'to be shown' },
    webhook_remove: { silent: 'to be shown' },
    settings_update: { silent: 'to be shown' },
    whisper: { silent: 'there are no direct messages in this protocol' },
    subscription_open: { silent: 'channels are not followed one by one in this protocol' },
    subscription_close: { silent: 'channels are not followed one by one in this protocol' },
    member_add: { silent: 'nobody belongs to a channel in this protocol' },
    member_remove: { silent: 'nobody belongs to a channel in this protocol' },
    direct_open: { silent: 'there are no direct channels in this protocol' },
    direct_hide: { silent: 'there are no direct channels in this protocol' },
    direct_show: { silent: 'there are no direct channels in this protocol' },
    direct_remove: { silent: 'there are no direct channels in this protocol' },
    user_block: { silent: 'nobody can block anybody in this protocol' },
    user_update: (event) => renamed(event),
    roles_update: { silent: 'no command here reads or changes roles' },
    user_roles: (event) =>
      toAll(event, {
        cmd: 'user_roles_get',
        user: event.person.handle,
        roles: event.roles,
        color: event.person.roleColour ?? null,
        global: true,
      }),
    channel_create: { silent: 'lists of channels are sent anew, once for many changes' },
    channel_update: { silent: 'lists of channels are sent anew, once for many changes' },
    channel_delete: { silent: 'lists of channels are sent anew, once for many changes' },
    channel_move: { silent: 'lists of channels are sent anew, once for many changes' },
    user_kick: { silent: 'seen when the last session closes' },
    user_ban: { silent: 'only the issuer is told, in the reply' },
    user_unban: { silent: 'only the issuer is told, in the reply' },
    address_ban: { silent: 'seen at the next login' },
    address_unban: { silent: 'seen at the next login' },
    user_silence: ({ person, until, at }) => [
      {
        to: { to: 'user', user: person.user },
        packets: [{ cmd: 'rate_limit', reason: 'User timeout set', length: timeLeft(until, at) }],
      },
    ],
    user_unsilence: { silent: 'the next message goes through' },
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
            },
            global: true,
          },
        ],
      },
    ],
    user_leave: (event) => [
      {
        to: { to: 'everyone' },
        packets: [{ cmd: 'user_leave', username: event.username, val: 'User left server' }],
      },
    ],
  };
}

/** A session hears of its own login, though it is not yet among everybody (section 3.4). */
function toSelfToo(origin: Told['origin'], frame: Frame): Rendering<Frame>[] {
  const plus = origin === undefined ? {} : { plus: origin.session };
  return [{ to: { to: 'everyone', ...plus }, packets: [frame] }];
}

/** Display names go out as nicknames (section 7). */
function renamed({ cause, person }: ChatEvent<'user_update'>): Rendering<Frame>[] {
  if (cause !== 'name') return [];
  const facts = { user: person.identity, username: person.handle };
  const frame: Frame =
    person.displayName === undefined
      ? { cmd: 'nickname_remove', ...facts }
      : { cmd: 'nickname_update', ...facts, nickname: person.displayName };
  return [{ to: { to: 'everyone' }, packets: [frame] }];
}

/** Milliseconds, as `rate_limit` carries them; without an end, the most that clients' timers take. */
export function timeLeft(until: number | null, now: number): number {
  return until === null ? 2 ** 31 - 1 : Math.max(0, Math.ceil(until - now));
}
