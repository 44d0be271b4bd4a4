import { asChatError } from '../../core/errors.js';
import type { Rendering } from '../../delivery/deliver.js';
import type { ChannelFacts } from '../../domain/channels/channels.js';
import type { DirectPerson } from '../../domain/directs/directs.js';
import type { ChatEvent, Surroundings } from '../../domain/events.js';
import type { UserId } from '../../domain/ids.js';
import type { Entry, LeaveReason, Line } from '../../domain/lines/lines.js';
import type { Message } from '../../domain/messages/messages.js';
import { pollText } from '../../domain/polls/polls.js';
import type { Person } from '../../domain/users/person.js';
import type { DialectHost, RenderTable } from '../dialect.js';
import { withoutGroups } from '../without-groups.js';
import { encodeNotice, NOTICES, type NoticeId } from './notices.js';
import type { SockChatSettings } from './options.js';
import {
  ACTION_FLAGS,
  BOT_ID,
  type ContextMessagePacket,
  type ListedChannel,
  MESSAGE_FLAGS,
  type MessagePacket,
  NO_END,
  type RemoveReason,
  type ServerPacket,
  TYPING,
  WELCOME_MESSAGE_ID,
  WHISPER_FLAGS,
} from './packets.js';
import { botFields, fieldsOf, idOf, nameOf } from './people.js';
import { sanitiseText } from './text.js';

/** Close code of every ending that the server wants (section 1). */
export const normalClosure = 1000;

/** Whole seconds (section 2, timestamp). */
export function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}

/** When a ban ends on this wire (sections 5 S1.n and S9). */
export function untilSeconds(until: number | null): number {
  return until === null ? NO_END : Math.ceil(until / 1000);
}

/** A notice of section 7 as a live packet. Arguments are HTML already. */
export function noticePacket(
  id: NoticeId,
  args: readonly string[],
  messageId: number,
  at: number,
): MessagePacket {
  return {
    kind: 'message',
    atSeconds: seconds(at),
    userId: BOT_ID,
    text: encodeNotice(NOTICES[id].type, id, args),
    messageId: String(messageId),
    flags: MESSAGE_FLAGS,
  };
}

/** The text of a message on this wire (sections 8.11 and 10). */
function textOf(message: Message): string {
  const text = sanitiseText(message.text === '' ? pollText(message) : message.text);
  if (message.author === null) return encodeNotice('information', 'say', [text]);
  return message.action ? `<i>${text}</i>` : text;
}

function listed(channel: ChannelFacts): ListedChannel {
  return { name: channel.name, hasPassword: channel.hasPassword, isTemporary: channel.temporary };
}

/** Why somebody went, in the words of this protocol. */
function reasonOf(reason: LeaveReason): RemoveReason {
  return reason === 'replaced' ? 'leave' : reason;
}

/** The notice that stands for a line in the backlog (section 7: those marked "backlog only", nick and say). */
function noticeOf(line: Line): string {
  switch (line.kind) {
    case 'connect':
      return encodeNotice('information', 'join', [line.person.handle]);
    case 'disconnect':
      return encodeNotice('information', reasonOf(line.reason), [line.person.handle]);
    case 'enter':
      return encodeNotice('information', 'jchan', [line.person.handle]);
    case 'leave':
      return encodeNotice('information', 'lchan', [line.person.handle]);
    case 'nick':
      return encodeNotice('information', 'nick', [nameOf(line.before), nameOf(line.person)]);
    case 'announcement':
      return encodeNotice('information', 'say', [sanitiseText(line.text)]);
  }
}

/** What viewers of this dialect see of each event (section 5 for the packets, section 6 for the order). */
export function renderTable(
  settings: SockChatSettings,
  host: DialectHost,
  name: string,
): RenderTable<ServerPacket> {
  const bot = botFields(host.config.botName);

  const entry = ({ message, line }: Entry): ContextMessagePacket => {
    if (message !== undefined) {
      const { author, at, id } = message;
      return {
        kind: 'context_message',
        atSeconds: seconds(at),
        user: author === null ? bot : fieldsOf(author),
        text: textOf(message),
        messageId: String(id),
        notify: false,
        flags: message.action ? ACTION_FLAGS : MESSAGE_FLAGS,
      };
    }
    return {
      kind: 'context_message',
      atSeconds: seconds(line.at),
      user: bot,
      text: noticeOf(line),
      messageId: String(line.id),
      notify: false,
      flags: MESSAGE_FLAGS,
    };
  };

  const backlog = ({ backlog }: Surroundings): ContextMessagePacket[] =>
    settings.backlog === 0 ? [] : backlog.slice(-settings.backlog).map(entry);

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

  const inChannel = (channel: string | undefined, ...packets: ServerPacket[]): Rendering<ServerPacket>[] =>
    channel === undefined ? [] : [{ to: { to: 'channel', channel }, packets }];

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

  /** What was said elsewhere in the direct channel of two is a whisper here. Its author may be nobody that the other's client knows. */
  const whispered = (
    { message }: ChatEvent<'message'>,
    people: readonly DirectPerson[],
  ): Rendering<ServerPacket>[] => {
    if (people.length !== 2) return [];
    const packet = { ...entry({ message }), notify: true, flags: WHISPER_FLAGS };
    return people.map(({ user }) => {
      const other = people.find((one) => one.user !== user);
      const own = message.author?.user === user && other !== undefined;
      const name = other?.person === undefined ? other?.handle : nameOf(other.person);
      // Clients cut the first word off again (section 8.10).
      return {
        to: { to: 'user', user },
        packets: [own ? { ...packet, text: `${name} ${packet.text}` } : packet],
      };
    });
  };

  return {
    ...withoutGroups,
    user_appear: { silent: 'an account is nothing this protocol knows of' },
    user_join: { silent: 'an account is nothing this protocol knows of' },
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
    // Clients know the people who sit with them, and some break on the id of anybody else: those come with all that they need.
    message: (event) => {
      const { message, inside, people } = event;
      if (people !== undefined) return event.whisper ? [] : whispered(event, people);
      if (message.author !== null && !inside)
        return inChannel(message.channel, { ...entry({ message }), notify: true });
      return inChannel(message.channel, {
        kind: 'message',
        atSeconds: seconds(message.at),
        userId: message.author === null ? BOT_ID : idOf(message.author),
        text: textOf(message),
        messageId: String(message.id),
        flags: message.action ? ACTION_FLAGS : MESSAGE_FLAGS,
      });
    },
    message_edit: {
      silent: 'a message cannot change in this protocol; who comes later reads what it says now',
    },
    message_delete: ({ id, channel, place }) => {
      const packet: ServerPacket = { kind: 'message_delete', messageId: String(id) };
      return place?.members === undefined ? inChannel(channel, packet) : toViewers(place.members, packet);
    },
    typing: ({ person, channel, at }) => [
      {
        to: { to: 'channel', channel: channel.channel },
        packets: [{ kind: 'typing', channel: channel.name, userId: idOf(person), atSeconds: seconds(at) }],
        feature: TYPING,
        skippable: true,
      },
    ],
    reaction_add: { silent: 'there are no reactions in this protocol' },
    reaction_remove: { silent: 'there are no reactions in this protocol' },
    message_pin: { silent: 'there are no pins in this protocol' },
    whisper: ({ from, to, text, id, copyId, at }) => {
      const common = {
        kind: 'message',
        atSeconds: seconds(at),
        userId: idOf(from),
        flags: WHISPER_FLAGS,
      } as const;
      const plain = sanitiseText(text);
      return [
        { to: { to: 'user', user: to.user }, packets: [{ ...common, text: plain, messageId: String(id) }] },
        // Clients cut the first word off again (section 8.10).
        {
          to: { to: 'user', user: from.user },
          packets: [{ ...common, text: `${nameOf(to)} ${plain}`, messageId: String(copyId) }],
        },
      ];
    },
    subscription_open: { silent: 'channels are not followed one by one in this protocol' },
    subscription_close: { silent: 'channels are not followed one by one in this protocol' },
    member_add: { silent: 'nobody belongs to a channel in this protocol' },
    member_remove: { silent: 'nobody belongs to a channel in this protocol' },
    member_visit: { silent: 'nobody belongs to a channel in this protocol' },
    direct_open: {
      silent: 'direct channels have no list in this protocol: what is said in them is whispered',
    },
    direct_hide: {
      silent: 'direct channels have no list in this protocol: what is said in them is whispered',
    },
    direct_show: {
      silent: 'direct channels have no list in this protocol: what is said in them is whispered',
    },
    direct_remove: {
      silent: 'direct channels have no list in this protocol: what is said in them is whispered',
    },
    user_block: { silent: 'nobody can block anybody in this protocol' },
    user_update: ({ before, person, cause, channel, id, at }) => {
      const update: ServerPacket = { kind: 'user_update', user: fieldsOf(person) };
      // Profiles hold much that is not shown here.
      if (cause === 'profile' && JSON.stringify(fieldsOf(before)) === JSON.stringify(update.user)) return [];
      if (cause !== 'nick') return inChannel(channel, update);
      return inChannel(channel, noticePacket('nick', [nameOf(before), nameOf(person)], id, at), update);
    },
    user_status: { silent: 'who is away is shown by the name, and there is no other state' },
    roles_update: { silent: 'there are no roles in this protocol' },
    user_roles: { silent: 'what roles bring shows in `user_update`' },
    channel_create: ({ channel, seenBy }) =>
      isText(channel) ? toViewers(seenBy, { kind: 'channel_add', ...listed(channel) }) : [],
    channel_update: ({ before, channel, seenBy }) => {
      if (!isText(before))
        return isText(channel) ? toViewers(seenBy, { kind: 'channel_add', ...listed(channel) }) : [];
      return toViewers(
        seenBy,
        isText(channel)
          ? { kind: 'channel_update', oldName: before.name, ...listed(channel) }
          : { kind: 'channel_remove', name: before.name },
      );
    },
    channel_delete: ({ channel, seenBy }) =>
      isText(channel) ? toViewers(seenBy, { kind: 'channel_remove', name: channel.name }) : [],
    attachment_add: { silent: 'shown by the message it is for' },
    attachment_remove: { silent: 'there are no attachments in this protocol, only links to them' },
    emoji_add: { silent: 'pictures belong to the client in this protocol' },
    emoji_update: { silent: 'pictures belong to the client in this protocol' },
    emoji_remove: { silent: 'pictures belong to the client in this protocol' },
    webhook_create: { silent: 'webhooks are managed elsewhere; what they post is shown' },
    webhook_update: { silent: 'webhooks are managed elsewhere; what they post is shown' },
    webhook_remove: { silent: 'webhooks are managed elsewhere; what they post is shown' },
    settings_update: { silent: 'a community has no name in this protocol' },
    channel_move: { silent: 'channels have no order in this protocol' },
    thread_create: { silent: 'there are no threads in this protocol' },
    thread_update: { silent: 'there are no threads in this protocol' },
    thread_delete: { silent: 'there are no threads in this protocol' },
    thread_join: { silent: 'there are no threads in this protocol' },
    thread_leave: { silent: 'there are no threads in this protocol' },
    poll_create: { silent: 'its message was shown, with the question and the options as text' },
    poll_vote: { silent: 'nobody can vote in this protocol' },
    poll_end: { silent: 'nobody can vote in this protocol' },
    read: { silent: 'nobody knows what others have read in this protocol' },
    voice_join: { silent: 'there is no voice in this protocol' },
    voice_leave: { silent: 'there is no voice in this protocol' },
    voice_update: { silent: 'there is no voice in this protocol' },
    slash_add: { silent: 'bots have no commands of their own in this protocol' },
    slash_remove: { silent: 'bots have no commands of their own in this protocol' },
    slash_call: { silent: 'bots have no commands of their own in this protocol' },
    user_kick: forcedOut,
    user_ban: (event) => (event.stayed === name ? [] : forcedOut(event)),
    address_ban: { silent: 'bans of addresses are shown by /bans only' },
    user_unban: { silent: 'only the issuer is told, in the reply' },
    address_unban: { silent: 'only the issuer is told, in the reply' },
    user_silence: ({ person, id, at }) => [
      { to: { to: 'user', user: person.user }, packets: [noticePacket('silence', [], id, at)] },
    ],
    user_unsilence: ({ person, id, at }) => [
      { to: { to: 'user', user: person.user }, packets: [noticePacket('unsil', [], id, at)] },
    ],
    announcement: ({ text, id, at }) => [
      { to: { to: 'everyone' }, packets: [noticePacket('say', [sanitiseText(text)], id, at)] },
    ],
    // Others see packet 3 when the sessions close; the leaver must not come back by reconnecting.
    user_leave: forcedOut,
  };
}

/** The only kind of channel that people sit in. */
function isText({ kind }: ChannelFacts): boolean {
  return kind === 'text';
}

function toViewers(users: readonly UserId[], ...packets: ServerPacket[]): Rendering<ServerPacket>[] {
  return [{ to: { to: 'users', users }, packets }];
}
