import type { Rendering } from '../../delivery/deliver.js';
import type { DirectPerson } from '../../domain/directs/directs.js';
import type { MessageId } from '../../domain/ids.js';
import type { Message } from '../../domain/messages/messages.js';
import { shownIdOf } from '../../domain/messages/shown-ids.js';
import type { RenderTable } from '../dialect.js';
import type { Company } from './company.js';
import { entryPacket, noticePacket, type Showing, seconds, textOf } from './entries.js';
import { ACTION_FLAGS, BOT_ID, MESSAGE_FLAGS, type ServerPacket, TYPING, WHISPER_FLAGS } from './packets.js';
import { fieldsOf, idOf, nameOf } from './people.js';
import { sanitiseText } from './text.js';
import { inChannel, toUsers } from './to-whom.js';

/** What is said, and what becomes of it (section 5, S2 and S6). */
export function renderMessages(company: Company, showing: Showing) {
  return {
    // Some clients break on the id of somebody whom they do not know: those come with all that is shown of them.
    message: (event) => {
      const { message, people } = event;
      if (people !== undefined) return event.whisper ? [] : whispered(message, people, showing, true);
      if (message.author !== null && !company.knows(message.channel, message.author.user))
        return inChannel(message.channel, { ...entryPacket({ message }, showing), notify: true });
      return inChannel(message.channel, {
        kind: 'message',
        atSeconds: seconds(message.at),
        userId: message.author === null ? BOT_ID : idOf(message.author),
        text: textOf(message, showing),
        messageId: String(message.id),
        flags: message.action ? ACTION_FLAGS : MESSAGE_FLAGS,
      });
    },
    // A message cannot change in this protocol. Of one that is not among the newest nothing is shown; who comes later reads what it says now.
    message_edit: ({ message, renewed, people }) => {
      if (renewed === undefined) return [];
      const before = forgotten(renewed.from);
      if (people === undefined) return inChannel(message.channel, before, entryPacket({ message }, showing));
      return whispered(message, people, showing, false).map((one) => ({
        ...one,
        packets: [before, ...one.packets],
      }));
    },
    message_delete: ({ id, channel, message, place }) => {
      const packet = forgotten(message === undefined ? id : shownIdOf(message));
      const { members } = place ?? {};
      if (members === undefined) return inChannel(channel, packet);
      return members.length === 2 ? toUsers(members, packet) : [];
    },
    typing: ({ person, channel, at }) =>
      company.knows(channel.channel, person.user)
        ? [
            {
              to: { to: 'channel', channel: channel.channel },
              packets: [
                { kind: 'typing', channel: channel.name, userId: idOf(person), atSeconds: seconds(at) },
              ],
              feature: TYPING,
              skippable: true,
            },
          ]
        : [],
    whisper: ({ from, to, text, id, copyId, at }) => {
      const plain = sanitiseText(text);
      const common = { atSeconds: seconds(at), text: plain, messageId: String(id), flags: WHISPER_FLAGS };
      const live = { kind: 'message', ...common, userId: idOf(from) } as const;
      const stranger = { kind: 'context_message', ...common, user: fieldsOf(from), notify: true } as const;
      return [
        { to: { to: 'user', user: to.user }, packets: [company.meets(to.user, from.user) ? live : stranger] },
        // Clients cut the first word off again (section 8.10).
        {
          to: { to: 'user', user: from.user },
          packets: [{ ...live, text: `${nameOf(to)} ${plain}`, messageId: String(copyId) }],
        },
      ];
    },
    announcement: ({ text, id, at }) => [
      { to: { to: 'everyone' }, packets: [noticePacket('say', [sanitiseText(text)], id, at)] },
    ],
  } satisfies Partial<RenderTable<ServerPacket>>;
}

function forgotten(id: MessageId): ServerPacket {
  return { kind: 'message_delete', messageId: String(id) };
}

/** What was said elsewhere in the direct channel of two is a whisper here. Its author may be nobody that the other's client knows. */
function whispered(
  message: Message,
  people: readonly DirectPerson[],
  showing: Showing,
  notify: boolean,
): Rendering<ServerPacket>[] {
  if (people.length !== 2) return [];
  const packet = { ...entryPacket({ message }, showing), notify, flags: WHISPER_FLAGS };
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
}
