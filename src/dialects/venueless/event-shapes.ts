import type { Actor } from '../../domain/events.js';
import type { MessageId } from '../../domain/ids.js';
import type { MemberLine } from '../../domain/members/members.js';
import { embedTexts } from '../../domain/messages/embeds.js';
import type { Mentions } from '../../domain/messages/mentions.js';
import type { Mentionable, Message } from '../../domain/messages/messages.js';
import { uuidOf } from '../uuid.js';
import { type FilePlace, fileShapes } from './files.js';
import { isoTime, reactionsShape } from './shapes.js';
import { bodyOf } from './text.js';
import { ownVoice, type Voices } from './voices.js';

/** A message's content (section 7). Its embeds are said in words below the text. */
export function contentOf(message: Message, mentions: Mentions, place: FilePlace): object {
  const { attachments = [] } = message;
  const said = message.text === '' ? [] : [bodyOf(message, mentions)];
  const body = [...said, ...embedTexts(message)].join('\n');
  if (attachments.length === 0) return { type: 'text', body };
  return { type: 'files', files: fileShapes(place, attachments), ...(body === '' ? {} : { body }) };
}

/** A message as an event of its channel (section 7). */
export function messageEvent(
  message: Message,
  mentions: Mentions,
  { settings, voices }: { readonly settings: FilePlace; readonly voices: Voices },
): object {
  const { author } = message;
  return {
    event_id: message.id,
    channel: uuidOf('channel', message.channel),
    sender: author === null ? voices.idOf(message) : uuidOf('user', author.user),
    timestamp: isoTime(message.at),
    event_type: 'channel.message',
    content: contentOf(message, mentions, settings),
    edited: message.editedAt === undefined ? null : isoTime(message.editedAt),
    replaces: null,
    reactions: reactionsShape(message),
  };
}

/** Who edited or deleted a message: for the host and the chat itself that is the server's own voice. */
export function reviserOf(by: Actor): string {
  return by === 'host' || by === 'chat' ? ownVoice : uuidOf('user', by);
}

/** A change of a message: what was made of it, by whom, when and under which id. */
export interface Change {
  readonly edit: MessageId;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly sender: string;
  readonly replaces: MessageId;
  readonly channel: string;
}

/** What stands for an edit, or for a deletion when there is no content any more (section 8.5). */
export function replacingEvent(about: Change, content: object = { type: 'deleted' }): object {
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
  { id, channel, at, membership, user }: Omit<MemberLine, 'user'> & { readonly user: Mentionable },
  shape: object,
): object {
  return {
    event_id: id,
    channel: uuidOf('channel', channel),
    sender: uuidOf('user', user.user),
    timestamp: isoTime(at),
    event_type: 'channel.member',
    content: { membership, user: shape },
    edited: null,
    replaces: null,
    reactions: {},
  };
}
