import type { View } from '../../core/table.js';
import { type ChannelFacts, channels, isOpen } from '../../domain/channels/channels.js';
import type { Actor, ChatEvent, EventName } from '../../domain/events.js';
import type { Message } from '../../domain/messages/messages.js';
import { chosenStatus } from '../../domain/status/status.js';
import type { Person } from '../../domain/users/person.js';
import { users } from '../../domain/users/users.js';
import { storedShape } from './channel-lists.js';
import type {
  PluginActor,
  PluginChannel,
  PluginLogin,
  PluginMessage,
  PluginUser,
  Telling,
} from './plugin-events.js';
import { timeGiven } from './render-people.js';
import { messageShape, placeOf, shortPlaceOf, systemAuthor } from './shapes.js';

/** What plugins are told of each event, with the state as it is once the event is shown. */
type Tellings = { readonly [N in EventName]?: (event: ChatEvent<N>, view: View) => readonly Telling[] };

function about({ identity, handle }: Person): PluginUser {
  return { user_id: identity, username: handle };
}

function actor(view: View, by: Actor): PluginActor {
  const user = by === 'host' || by === 'chat' ? undefined : view.get(users, by);
  return user === undefined
    ? { user_id: null, username: systemAuthor }
    : { user_id: user.identity, username: user.handle };
}

function login(view: View, person: Person): PluginLogin {
  const { handle: username, displayName, roles, roleColour } = person;
  const status = chosenStatus(view, person.user);
  const nickname = displayName === undefined ? {} : { nickname: displayName };
  const user = { username, ...nickname, roles, status };
  return { username, user_id: person.identity, roles, color: roleColour ?? null, user };
}

function stored(view: View, message: Message): PluginMessage {
  const idOf = ({ user }: { readonly user: Person['user'] }) => view.get(users, user)?.identity ?? user;
  const { pinned: _, type: __, interaction: ___, ...parts } = messageShape(message, idOf, '');
  return { ...parts };
}

/** A channel that this protocol has; threads are none. */
function channelOf(view: View, facts: ChannelFacts): PluginChannel | undefined {
  const channel = view.get(channels, facts.channel);
  if (channel === undefined || channel.kind === 'thread' || !isOpen(facts)) return undefined;
  return storedShape(view, channel) as unknown as PluginChannel;
}

const tellings: Tellings = {
  session_open({ person, first }, view) {
    const data = login(view, person);
    return first
      ? [
          ['user_join', data],
          ['user_connect', data],
        ]
      : [['user_join', data]];
  },
  user_disconnect: ({ person }) => [['user_disconnect', about(person)]],
  user_leave: ({ username, user_id }) => [['user_leave', { username, user_id }]],
  user_ban: ({ person, text }) => [
    ['user_ban', { ...about(person), ...(text === undefined ? {} : { reason: text }) }],
  ],
  user_unban: ({ person }) => (person === undefined ? [] : [['user_unban', about(person)]]),
  user_silence: ({ person, until, at }) => [
    ['user_timeout', { ...about(person), timeout: timeGiven(until, at) }],
  ],
  user_roles: ({ person, before, roles, own }) => {
    if (!own) return [['user_roles_set', { ...about(person), roles }]];
    const added = roles.filter((role) => !before.includes(role));
    const removed = before.filter((role) => !roles.includes(role));
    return [
      ...added.map((role_name): Telling => ['self_role_add', { ...about(person), role_name }]),
      ...removed.map((role_name): Telling => ['self_role_remove', { ...about(person), role_name }]),
    ];
  },
  message({ message, channel, person }, view) {
    if (person === undefined || message.webhook !== undefined || message.interaction !== undefined) return [];
    const place = channel.parent === undefined ? channel.name : null;
    const kept = stored(view, message);
    return [['new_message', { content: kept.content, channel: place, ...about(person), message: kept }]];
  },
  message_edit: ({ message, channel, by }, view) => [
    [
      'message_edit',
      { ...placeOf(channel), id: String(message.id), content: message.text, ...actor(view, by) },
    ],
  ],
  message_delete: ({ id, place, by }, view) =>
    place === undefined
      ? []
      : [['message_delete', { ...shortPlaceOf(place), id: String(id), ...actor(view, by) }]],
  message_pin: ({ message, channel, pinned, by }, view) => {
    const data = { channel: placeOf(channel).channel, id: String(message.id), pinned, ...actor(view, by) };
    return [[pinned ? 'message_pin' : 'message_unpin', data]];
  },
  channel_create(event, view) {
    const channel = channelOf(view, event.channel);
    return channel === undefined ? [] : [['channel_create', { channel }]];
  },
  channel_update(event, view) {
    const channel = channelOf(view, event.channel);
    return channel === undefined ? [] : [['channel_update', { old_name: event.before.name, channel }]];
  },
  channel_move(event, view) {
    const channel = channelOf(view, event.channel);
    return channel === undefined ? [] : [['channel_move', { channel, position: event.position }]];
  },
  channel_delete: ({ channel }) =>
    channel.kind === 'thread' || !isOpen(channel) ? [] : [['channel_delete', { channel_name: channel.name }]],
  roles_update({ cause, role }) {
    if (role === undefined) return [];
    const named = { role_id: role.id, role_name: role.name };
    const whole = { ...named, description: role.description ?? '', color: role.colour ?? null };
    if (cause === 'create') return [['role_create', whole]];
    if (cause === 'update') return [['role_update', whole]];
    return cause === 'delete' ? [['role_delete', named]] : [];
  },
  typing: ({ person, channel }) => [['typing', { ...placeOf(channel), ...about(person) }]],
  slash_call: ({ person, bot, channel, command, args }) => [
    [
      'slash_call',
      {
        val: { command, args, commander: bot.handle },
        invoker: person.identity,
        invokerUsername: person.handle,
        channel: placeOf(channel).channel,
      },
    ],
  ],
};

/** Whether something happened in a channel that is for a few people only. */
function isAmongFew(event: ChatEvent): boolean {
  const facts = [
    'channel' in event ? event.channel : undefined,
    event.type === 'message_delete' ? event.place : undefined,
  ];
  return facts.some((one) => typeof one === 'object' && one.kind === 'direct');
}

/** What plugins are told of an event (section 11), in order. Direct channels are no part of this protocol. */
export function tellingsOf(event: ChatEvent, view: View): readonly Telling[] {
  if (isAmongFew(event)) return [];
  const tell = tellings[event.type] as ((event: ChatEvent, view: View) => readonly Telling[]) | undefined;
  return tell?.(event, view) ?? [];
}
