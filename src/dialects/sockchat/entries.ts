import type { Entry, LeaveReason, Line } from '../../domain/lines/lines.js';
import { embedTexts } from '../../domain/messages/embeds.js';
import type { Message } from '../../domain/messages/messages.js';
import { shownIdOf } from '../../domain/messages/shown-ids.js';
import type { DialectHost } from '../dialect.js';
import { encodeNotice, NOTICES, type NoticeId } from './notices.js';
import {
  ACTION_FLAGS,
  BOT_ID,
  type ContextMessagePacket,
  MESSAGE_FLAGS,
  type MessagePacket,
  type RemoveReason,
  type UserFields,
} from './packets.js';
import { fieldsOf, nameOf } from './people.js';
import { sanitiseText } from './text.js';

/** Whole seconds (section 2, timestamp). */
export function seconds(ms: number): number {
  return Math.floor(ms / 1000);
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

/** What a message is shown with. */
export interface Showing {
  /** The server's own voice. */
  readonly bot: UserFields;
  /** As in `DialectHost`. */
  readonly fileLink: DialectHost['fileLink'];
}

/** The text of a message on this wire (sections 8.11 and 10): what it says, a line for each file, and its embeds in words; of a webhook, its name in front. */
export function textOf(message: Message, { fileLink }: Pick<Showing, 'fileLink'>): string {
  const { attachments = [], webhook } = message;
  const lines = [
    message.text,
    ...attachments.map((file) => fileLink(file) ?? file.name),
    ...embedTexts(message),
  ];
  const said = lines.filter((line) => line !== '').join('\n');
  // The server's voice has one name here, and names of people are keys: whose words these are stands in front.
  const text = sanitiseText(webhook === undefined ? said : `${webhook.name.replace(/\s+/g, ' ')}: ${said}`);
  if (message.author === null) return encodeNotice('information', 'say', [text]);
  return message.action ? `<i>${text}</i>` : text;
}

/** Why somebody went, in the words of this protocol. */
export function reasonOf(reason: LeaveReason): RemoveReason {
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

/** One piece of a channel's past (section 5, S7.1). */
export function entryPacket({ message, line }: Entry, showing: Showing): ContextMessagePacket {
  const { bot } = showing;
  if (message !== undefined) {
    const { author, at } = message;
    return {
      kind: 'context_message',
      atSeconds: seconds(at),
      user: author === null ? bot : fieldsOf(author),
      text: textOf(message, showing),
      messageId: String(shownIdOf(message)),
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
}
