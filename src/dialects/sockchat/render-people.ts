import { asChatError } from '../../core/errors.js';
import type { Rendering } from '../../delivery/deliver.js';
import type { ChatEvent, Surroundings } from '../../domain/events.js';
import type { ChannelId } from '../../domain/ids.js';
import type { Person } from '../../domain/users/person.js';
import type { DialectHost, RenderTable } from '../dialect.js';
import { holdsIn } from '../scope.js';
import type { Company } from './company.js';
import { normalClosure, untilSeconds } from './endings.js';
import { entryPacket, noticePacket, reasonOf, type Showing, seconds } from './entries.js';
import { encodeNotice } from './notices.js';
import type { SockChatSettings } from './options.js';
import {
  type ContextMessagePacket,
  MESSAGE_FLAGS,
  type ServerPacket,
  WELCOME_MESSAGE_ID,
} from './packets.js';
import { fieldsOf, idOf, isAlike, nameOf } from './people.js';
import { isText, listed } from './render-channels.js';
import { sanitiseText } from './text.js';
import { inChannel } from './to-whom.js';

/**
 * Who comes, moves, looks different and goes (section 5 for the packets, section 6 for the order). Of somebody whom viewers do not know nothing is
 * said but to themselves. `name`: the dialect's own.
 */
export function renderPeople(
  settings: SockChatSettings,
  host: DialectHost,
  company: Company,
  name: string,
  showing: Showing,
) {
  const backlog = ({ backlog }: Surroundings): ContextMessagePacket[] =>
    settings.backlog === 0
      ? []
      : backlog.slice(-settings.backlog).map((entry) => entryPacket(entry, showing));

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
      user: showing.bot,
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

  const userList = ({ channel, people }: Surroundings, { user }: Person): ServerPacket => ({
    kind: 'context_users',
    users: company.list(channel, people, user),
  });

  /** Packets about somebody for those who sit with them, or for themselves where those do not know them. */
  const about = (
    { user }: Person,
    channel: ChannelId | undefined,
    ...packets: ServerPacket[]
  ): Rendering<ServerPacket>[] => {
    if (channel === undefined) return [];
    return company.knows(channel, user)
      ? inChannel(channel, ...packets)
      : [{ to: { to: 'user', user }, packets }];
  };

  const updated = (person: Person): ServerPacket => ({ kind: 'user_update', user: fieldsOf(person) });

  /** Somebody comes into a channel. Who is in everybody's list there already, by another protocol, may merely look different. */
  const arrival = (person: Person, channel: ChannelId, hidden: boolean, packet: ServerPacket) => {
    if (hidden) return [];
    const listed = company.listed(channel, person);
    if (listed === 'alike') return [];
    return inChannel(channel, listed === 'no' ? packet : updated(person));
  };

  const added = ({ person, id, at }: ChatEvent<'user_connect'>): ServerPacket => ({
    kind: 'user_add',
    atSeconds: seconds(at),
    user: fieldsOf(person),
    messageId: String(id),
  });

  const removed = ({
    person,
    reason,
    id,
    at,
  }: Pick<ChatEvent<'user_disconnect'>, 'person' | 'reason' | 'id' | 'at'>): ServerPacket => ({
    kind: 'user_remove',
    userId: idOf(person),
    name: nameOf(person),
    reason: reasonOf(reason),
    atSeconds: seconds(at),
    messageId: String(id),
  });

  return {
    user_connect: (event) => {
      const { person, channel, status } = event;
      const hidden = status.status === 'invisible';
      if (channel !== undefined) return arrival(person, channel, hidden, added(event));
      return company.announced(person, hidden).flatMap((one) => inChannel(one, added(event)));
    },
    // What a further login brings is told by `user_update`; all else of it is silent (section 6.2).
    session_open: ({ person, session, surroundings, channels, at }) => {
      if (surroundings === undefined) return [];
      const packets: ServerPacket[] = [
        ...welcome(person, at),
        {
          kind: 'auth_ok',
          user: fieldsOf(person),
          channel: surroundings.channel.name,
          maxLength: settings.maxLength,
        },
        userList(surroundings, person),
        ...backlog(surroundings),
        { kind: 'context_channels', channels: channels.filter(isText).map(listed) },
      ];
      return [{ to: { to: 'session', session }, packets }];
    },
    session_close: { silent: 'only the last session of a user matters to others' },
    user_disconnect: (event) => {
      const { person, channel } = event;
      const known = channel === undefined || !company.knows(channel, person.user) ? [] : [channel];
      return [...known, ...company.missed(person.user)].flatMap((one) => inChannel(one, removed(event)));
    },
    channel_leave: (event) => {
      const { person, channel, id, reason } = event;
      if (!company.knows(channel, person.user)) return [];
      // Who was sent away is gone, though they may be seen by another protocol later.
      if (reason !== undefined) return inChannel(channel, removed({ ...event, reason }));
      if (company.stays(channel, person.user)) return [];
      return inChannel(channel, { kind: 'channel_user_remove', userId: idOf(person), messageId: String(id) });
    },
    channel_enter: ({ person, surroundings, id }) => [
      ...arrival(person, surroundings.channel.channel, company.hides(person.user), {
        kind: 'channel_user_add',
        user: fieldsOf(person),
        messageId: String(id),
      }),
      {
        to: { to: 'user', user: person.user },
        packets: [
          { kind: 'context_clear', mode: 3 },
          userList(surroundings, person),
          ...backlog(surroundings),
          { kind: 'channel_switch', channel: surroundings.channel.name },
        ],
      },
    ],
    user_update: ({ before, person, cause, channel, id, at }) => {
      // Profiles and roles hold much that is not shown here, and names that are no keys are not shown either.
      if (cause !== 'nick' && isAlike(fieldsOf(before), fieldsOf(person))) return [];
      const nick = noticePacket('nick', [nameOf(before), nameOf(person)], id, at);
      return about(person, channel, ...(cause === 'nick' ? [nick] : []), updated(person));
    },
    user_kick: (event) => (holdsIn(event, name) ? forcedOut(event) : []),
    user_ban: (event) => (event.stayed === name || !holdsIn(event, name) ? [] : forcedOut(event)),
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
