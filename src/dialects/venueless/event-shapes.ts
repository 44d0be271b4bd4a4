import type { MessageId } from '../../domain/ids.js';
import type { MemberLine } from '../../domain/members/members.js';
import type { Mentions } from '../../domain/messages/mentions.js';
import type { Message } from '../../domain/messages/messages.js';
import { uuidOf } from '../uuid.js';
import { type FilePlace, fileShapes } from './files.js';
import { isoTime, type Look, personShape, reactionsShape } from './shapes.js';
import { bodyOf } from './text.js';

/** The server's own voice, and that of each webhook: a sender that is nobody's account. */
export function voiceOf(message: Pick<Message, 'webhook'>): string {
  return uuidOf('bot', message.webhook?.id ?? 0);
}

/** That sender as somebody to show. */
export function voiceShape({ webhook }: Pick<Message, 'webhook'>, title: string): object {
  const profile = {
    display_name: webhook?.name ?? title,
    ...(webhook?.avatar === undefined ? {} : { avatar: { url: webhook.avatar } }),
  };
  return {
    id: voiceOf({ ...(webhook === undefined ? {} : { webhook }) }),
    profile,
    pretalx_id: null,
    deleted: false,
    badges: [],
    inactive: false,
  };
}

export function senderOf(message: Message): string {
  return message.author === null ? voiceOf(message) : uuidOf('user', message.author.user);
}

/** A message's content (section 7). */
export function contentOf(message: Message, mentions: Mentions, place: FilePlace): object {
  const body = bodyOf(message, mentions);
  const { attachments = [] } = message;
  if (attachments.length === 0) return { type: 'text', body };
  return { type: 'files', files: fileShapes(place, attachments), ...(body === '' ? {} : { body }) };
}

/** A message as an event of its channel (section 7). */
export function messageEvent(message: Message, mentions: Mentions, place: FilePlace): object {
  return {
    event_id: message.id,
    channel: uuidOf('channel', message.channel),
    sender: senderOf(message),
    timestamp: isoTime(message.at),
    event_type: 'channel.message',
    content: contentOf(message, mentions, place),
    edited: message.editedAt === undefined ? null : isoTime(message.editedAt),
    replaces: null,
    reactions: reactionsShape(message),
  };
}

/** What stands for an edit, or for a deletion when there is no content any more (section 8.5). */
export function replacingEvent(
  about: {
    readonly edit: MessageId;
    readonly at: number;
    readonly sender: string;
    readonly replaces: MessageId;
    readonly channel: string;
  },
  content: object = { type: 'deleted' },
): object {
  return {
    event_id: about.edit,
    channel: uuidOf('channel', about.channel),
    sender: about.sender,
    timestamp: isoTime(about.at),
    event_type: 'channel.message',
    content,
    edited: null,
    replaces: about.replaces,
    reactions: {},
  };
}

/** That somebody joined or left (section 7). */
export function memberEvent(
  { id, channel, at, membership, user }: Omit<MemberLine, 'membership'> & { readonly membership: string },
  badges: Look['badges'],
): object {
  return {
    event_id: id,
    channel: uuidOf('channel', channel),
    sender: uuidOf('user', user.user),
    timestamp: isoTime(at),
    event_type: 'channel.member',
    content: { membership, user: personShape(user, badges) },
    edited: null,
    replaces: null,
    reactions: {},
  };
}
