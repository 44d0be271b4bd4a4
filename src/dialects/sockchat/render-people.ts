import { asChatError } from '../../core/errors.js';
import type { Rendering } from '../../delivery/deliver.js';
import type { ChatEvent, Surroundings } from '../../domain/events.js';
import type { Person } from '../../domain/users/person.js';
import type { DialectHost, RenderTable } from '../dialect.js';
import { normalClosure, untilSeconds } from './endings.js';
import { entryPacket, noticePacket, reasonOf, seconds } from './entries.js';
import { encodeNotice } from './notices.js';
import type { SockChatSettings } from './options.js';
import {
  type ContextMessagePacket,
  MESSAGE_FLAGS,
  type ServerPacket,
  type UserFields,
  WELCOME_MESSAGE_ID,
} from './packets.js';
import { fieldsOf, idOf, nameOf } from './people.js';
import { isText, listed } from './render-channels.js';
import { sanitiseText } from './text.js';
import { inChannel } from './to-whom.js';

/** Who comes, moves, looks different and goes (section 5 for the packets, section 6 for the order). `name`: the dialect's own. */
export function renderPeople(settings: SockChatSettings, host: DialectHost, name: string, bot: UserFields) {
  const backlog = ({ backlog }: Surroundings): ContextMessagePacket[] =>
    settings.backlog === 0 ? [] : backlog.slice(-settings.backlog).map((entry) => entryPacket(entry, bot));

  const welcome = (person: Person, at: number): ContextMessagePacket[] => {
    let texts: string[] = [];
    try {
      texts = [...settings.welcome(person)].map((line) =>
        encodeNotice('information', 'say', [sanitiseText(line)]),
      );
    } catch (thrown) {
      const text = 'option welcome of sockchat takes text or a function that gives a list of texts';
      host.report(asChatError('options-invalid', text, thrown));
    }
    return texts.map((text) => ({
      kind: 'context_message',
      atSeconds: seconds(at),
      user: bot,
      text,
      messageId: WELCOME_MESSAGE_ID,
      notify: false,
      flags: MESSAGE_FLAGS,
    }));
  };

  const forcedOut = (
    event: ChatEvent<'user_kick' | 'user_ban' | 'user_leave'>,
  ): Rendering<ServerPacket>[] => [
    {
      to: { to: 'user', user: event.person.user },
      packets: [
        event.type === 'user_ban'
          ? { kind: 'forced_disconnect', banned: true, untilSeconds: untilSeconds(event.until) }
          : { kind: 'forced_disconnect', banned: false },
      ],
      close: { code: normalClosure, reason: '' },
    },
  ];

  return {
    user_connect: ({ person, dialect, channel, id, at }) =>
      dialect === name
        ? inChannel(channel, {
            kind: 'user_add',
            atSeconds: seconds(at),
            user: fieldsOf(person),
            messageId: String(id),
          })
        : [],
    session_open: ({ person, session, first, surroundings, channels, at }) => {
      if (surroundings === undefined) return [];
      const { channel, people } = surroundings;
      const login: Rendering<ServerPacket> = {
        to: { to: 'session', session },
        packets: [
          ...welcome(person, at),
          { kind: 'auth_ok', user: fieldsOf(person), channel: channel.name, maxLength: settings.maxLength },
          { kind: 'context_users', users: people.map(fieldsOf) },
          ...backlog(surroundings),
          { kind: 'context_channels', channels: channels.filter(isText).map(listed) },
        ],
      };
      // A further login is silent but for the refreshed looks (section 6.2).
      return first
        ? [login]
        : [...inChannel(channel.channel, { kind: 'user_update', user: fieldsOf(person) }), login];
    },
    session_close: { silent: 'only the last session of a user matters to others' },
    user_disconnect: ({ person, reason, dialect, channel, id, at }) =>
      dialect === name
        ? inChannel(channel, {
            kind: 'user_remove',
            userId: idOf(person),
            name: nameOf(person),
            reason: reasonOf(reason),
            atSeconds: seconds(at),
            messageId: String(id),
          })
        : [],
    channel_leave: ({ person, channel, id }) =>
      inChannel(channel, { kind: 'channel_user_remove', userId: idOf(person), messageId: String(id) }),
    channel_enter: ({ person, surroundings, id }) => [
      ...inChannel(surroundings.channel.channel, {
        kind: 'channel_user_add',
        user: fieldsOf(person),
        messageId: String(id),
      }),
      {
        to: { to: 'user', user: person.user },
        packets: [
          { kind: 'context_clear', mode: 3 },
          { kind: 'context_users', users: surroundings.people.map(fieldsOf) },
          ...backlog(surroundings),
          { kind: 'channel_switch', channel: surroundings.channel.name },
        ],
      },
    ],
    user_update: ({ before, person, cause, channel, id, at }) => {
      const update: ServerPacket = { kind: 'user_update', user: fieldsOf(person) };
      // Profiles hold much that is not shown here.
      if (cause === 'profile' && JSON.stringify(fieldsOf(before)) === JSON.stringify(update.user)) return [];
      if (cause !== 'nick') return inChannel(channel, update);
      return inChannel(channel, noticePacket('nick', [nameOf(before), nameOf(person)], id, at), update);
    },
    user_kick: forcedOut,
    user_ban: (event) => (event.stayed === name ? [] : forcedOut(event)),
    user_unban: { silent: 'only the issuer is told, in the reply' },
    user_silence: ({ person, id, at }) => [
      { to: { to: 'user', user: person.user }, packets: [noticePacket('silence', [], id, at)] },
    ],
    user_unsilence: ({ person, id, at }) => [
      { to: { to: 'user', user: person.user }, packets: [noticePacket('unsil', [], id, at)] },
    ],
    // Others see packet 3 when the sessions close; the leaver must not come back by reconnecting.
    user_leave: forcedOut,
  } satisfies Partial<RenderTable<ServerPacket>>;
}
