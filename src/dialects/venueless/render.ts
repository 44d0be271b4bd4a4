import type { Rendering } from '../../delivery/deliver.js';
import type { ChatEvent, EventName } from '../../domain/events.js';
import type { Message } from '../../domain/messages/messages.js';
import type { RenderTable } from '../dialect.js';
import { silent } from '../silent.js';
import { uuidOf } from '../uuid.js';
import { withoutGroups } from '../without-groups.js';
import type { Tools } from './ask.js';
import { contentOf, messageEvent, replacingEvent, senderOf, voiceOf, voiceShape } from './event-shapes.js';
import type { VenuelessSettings } from './options.js';
import type { Frame } from './packets.js';
import { renderMembers } from './render-members.js';
import { renderPeople } from './render-people.js';
import { renderRooms } from './render-rooms.js';
import { personShape } from './shapes.js';
import { toSubscribers, toUser } from './to-whom.js';
import type { UnreadPointers } from './unread-pointers.js';

/** What each event looks like here (sections 2, 5, 6, 8 and 9). */
export function renderTable(tools: Tools, pointers: UnreadPointers): RenderTable<Frame> {
  const { settings } = tools;
  return {
    ...silent('this protocol has none of it', nothingOfIt),
    ...withoutGroups,
    user_appear: { silent: 'an account is nothing this protocol tells of' },
    ...renderPeople(tools),
    ...renderMembers(tools),
    ...renderRooms(tools),
    message: (event) => said(settings, pointers, event),
    message_edit: (event) => {
      const { message, channel, mentions, edit, at, person } = event;
      const about = { edit, at, sender: senderOf(message), replaces: message.id, channel: message.channel };
      const users =
        person === undefined ? {} : { [uuidOf('user', person.user)]: personShape(person, settings.badges) };
      return [
        toSubscribers(channel, [
          'chat.event',
          { ...replacingEvent(about, contentOf(message, mentions)), users },
        ]),
      ];
    },
    message_delete: ({ id, by, at, edit, message, place }) => {
      // A line of Sock Chat's past was never shown here.
      if (message === undefined || place === undefined || edit === undefined) return [];
      const sender = by === 'host' || by === 'chat' ? senderOf(message) : uuidOf('user', by);
      const about = { edit, at, sender, replaces: id, channel: message.channel };
      return [toSubscribers(place, ['chat.event', { ...replacingEvent(about), users: {} }])];
    },
    reaction_add: reacted(settings),
    reaction_remove: reacted(settings),
  };
}

/** Everybody whom a pushed message shows. */
function usersOf(
  { message, person }: Pick<ChatEvent<'message'>, 'message' | 'person'>,
  settings: VenuelessSettings,
): object {
  if (person !== undefined) return { [uuidOf('user', person.user)]: personShape(person, settings.badges) };
  return { [voiceOf(message)]: voiceShape(message, titleOf(settings)) };
}

/** What the server calls itself: the title of its first world. */
function titleOf({ worlds }: VenuelessSettings): string {
  const [first] = worlds.values();
  return first?.title ?? '';
}

/** A message: to its channel, then who is to know of it elsewhere (sections 8.5 and 9). */
function said(
  settings: VenuelessSettings,
  pointers: UnreadPointers,
  event: ChatEvent<'message'>,
): Rendering<Frame>[] {
  const { message, channel, mentions, person, people } = event;
  const users = usersOf(event, settings);
  const shown = messageEvent(message, mentions);
  const pushed = toSubscribers(channel, ['chat.event', { ...shown, users }]);
  const unread: Frame = ['chat.unread_pointers', { [uuidOf('channel', channel.channel)]: message.id }];
  const notified = (event.notified ?? []).map((user) =>
    toUser(user, [
      'chat.notification',
      { event: { type: 'chat.event', ...shown }, sender: Object.values(users)[0] },
    ]),
  );
  if (people !== undefined) {
    const others = people.map(({ user }) => user).filter((user) => user !== person?.user);
    return [pushed, { to: { to: 'users', users: others }, packets: [unread] }, ...notified];
  }
  const told = pointers.take(channel.channel, person?.user);
  const telling: Rendering<Frame>[] =
    told.length === 0 ? [] : [{ to: { to: 'users', users: told }, packets: [unread] }];
  return [pushed, ...notified, ...telling];
}

function reacted(settings: VenuelessSettings) {
  return ({
    message,
    channel,
    person,
    ...rest
  }: ChatEvent<'reaction_add'> | ChatEvent<'reaction_remove'>) => {
    const mentions = 'mentions' in rest ? rest.mentions : { users: [], roles: [] };
    const users = { [uuidOf('user', person.user)]: personShape(person, settings.badges) };
    return [
      toSubscribers(channel, [
        'chat.event.reaction',
        { ...messageEvent(message as Message, mentions as never), users },
      ]),
    ];
  };
}

const nothingOfIt = [
  'channel_enter',
  'channel_leave',
  'message_pin',
  'attachment_add',
  'attachment_remove',
  'emoji_add',
  'emoji_update',
  'emoji_remove',
  'webhook_create',
  'webhook_update',
  'webhook_remove',
  'settings_update',
  'whisper',
  'user_block',
  'typing',
  'user_status',
  'roles_update',
  'thread_create',
  'thread_update',
  'thread_delete',
  'thread_join',
  'thread_leave',
  'poll_create',
  'poll_vote',
  'poll_end',
  'voice_join',
  'voice_leave',
  'voice_update',
  'slash_add',
  'slash_remove',
  'slash_call',
  'address_ban',
  'address_unban',
] as const satisfies readonly EventName[];
