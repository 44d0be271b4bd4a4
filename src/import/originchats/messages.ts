import { isUtf8 } from 'node:buffer';
import type { View } from '../../core/table.js';
import type { Attachment } from '../../domain/attachments/attachments.js';
import type { DomainConfig } from '../../domain/config.js';
import type { ChannelId, MessageId } from '../../domain/ids.js';
import { mentionsIn, pingsOf } from '../../domain/messages/mentions.js';
import type { Message, Reaction } from '../../domain/messages/messages.js';
import { type Fields, isDeeper, isFields, msOf, textOf } from './folder.js';
import type { People } from './people.js';
import type { FileRecord } from './records.js';
import type { Report } from './report.js';

/** The author of what the server itself says (section 4). */
const systemAuthor = 'originChats';

/** Arrays and objects of an embed may be nested this deep. */
const maxDepth = 32;

/** A record of a file of messages that is one, as far as that can be seen. */
export interface RawMessage {
  readonly line: number;
  readonly fields: Fields;
  /** About the bytes of the row. */
  readonly bytes: number;
  /** Bytes of the file up to its end. */
  readonly read: number;
  /** Milliseconds since the Unix epoch. */
  readonly at: number | undefined;
}

/** Parses one record; `undefined` if it is no message, which is remarked. */
export function rawMessage(
  { at: line, bytes, read }: FileRecord,
  file: string,
  report: Report,
): RawMessage | undefined {
  const skip = (why: string) => {
    report.skip({ file, line, why });
    return undefined;
  };
  if (bytes === undefined) return skip('is too long');
  let fields: unknown;
  try {
    fields = JSON.parse(bytes.toString('utf8'));
  } catch {
    return skip('is not JSON');
  }
  if (!isFields(fields)) return skip('is not an object');
  if (typeof fields.content !== 'string' && !Array.isArray(fields.attachments))
    return skip('has neither content nor attachments');
  if (typeof fields.user !== 'string') return skip('has no author');
  if (!isUtf8(bytes)) report.change({ file, line, why: 'has bytes that are no UTF-8, now U+FFFD' });
  return { line, fields, bytes: bytes.length, read, at: msOf(fields.timestamp) };
}

/** What messages refer to. */
export interface Surroundings {
  readonly people: People;
  readonly config: DomainConfig;
  readonly view: View;
  /** The new id of a message of the same channel. */
  readonly answered: (alias: string) => number | undefined;
  /** What is known of a file by its id. */
  readonly attachment: (id: string) => Attachment | undefined;
  /** The poll that a message shows, by the message's old id. */
  readonly pollOf: (alias: string) => string | undefined;
}

/** A message as it is stored, and the partitions of pings that it belongs to. */
export function messageOf(
  raw: RawMessage,
  id: MessageId,
  channel: ChannelId,
  at: number,
  around: Surroundings,
  remark: (why: string) => void,
): { readonly message: Message; readonly pings: readonly string[] } {
  const { fields } = raw;
  const { people, view, config } = around;
  const user = fields.user as string;
  const text = typeof fields.content === 'string' ? fields.content : '';
  const alias = textOf(fields.id);
  const isSystem = user === systemAuthor || isFields(fields.webhook);
  const message: Message = {
    id,
    channel,
    at,
    author: isSystem ? null : people.author(user),
    text,
    ...answerOf(fields, around, remark),
    ...(typeof fields.ping === 'boolean' ? { ping: fields.ping } : {}),
    ...(fields.edited === true ? { edited: true } : {}),
    ...listed('embeds', embedsOf(fields.embeds, alias, around, remark)),
    ...listed('attachments', attachmentsOf(fields.attachments, around)),
    ...listed('reactions', reactionsOf(fields.reactions, people)),
    ...(fields.pinned === true ? { pinned: true } : {}),
    ...webhookOf(fields.webhook),
    ...interactionOf(fields.interaction, people),
    ...(alias === undefined ? {} : { alias }),
  };
  const isCalling = text.includes('@') || message.replyAuthor !== undefined;
  const pings = isCalling
    ? pingsOf(mentionsIn(view, text), message, config.limits.mentionsPerMessage)
    : noPings;
  return { message, pings };
}

const noPings: readonly string[] = [];

function listed<Name extends string, Item>(name: Name, list: readonly Item[]) {
  return (list.length === 0 ? {} : { [name]: list }) as { readonly [name in Name]?: readonly Item[] };
}

function answerOf(
  { reply_to: given }: Fields,
  { people, answered }: Surroundings,
  remark: (why: string) => void,
): Partial<Message> {
  const reply = isFields(given) ? given : { id: given };
  const alias = textOf(reply.id);
  if (alias === undefined) return {};
  const replyTo = answered(alias) as MessageId | undefined;
  if (replyTo === undefined) {
    remark('answers a message that is gone, now none');
    return {};
  }
  const author = textOf(reply.user);
  const isSystem = author === undefined || author === systemAuthor;
  return { replyTo, ...(isSystem ? {} : { replyAuthor: people.mentionable(author) }) };
}

function embedsOf(
  given: unknown,
  alias: string | undefined,
  { pollOf }: Surroundings,
  remark: (why: string) => void,
): Fields[] {
  if (!Array.isArray(given)) return [];
  const poll = alias === undefined ? undefined : pollOf(alias);
  const embeds: Fields[] = [];
  for (const one of given) {
    if (!isFields(one) || isDeeper(one, maxDepth)) remark('has an embed that is none, now without it');
    // Clients find the poll of an embed by this id, which the original left out (section 15).
    else if (poll !== undefined && isFields(one.poll))
      embeds.push({ ...one, poll: { ...one.poll, id: poll } });
    else embeds.push(one);
  }
  return embeds;
}

function attachmentsOf(given: unknown, { attachment }: Surroundings): Attachment[] {
  if (!Array.isArray(given)) return [];
  return given.filter(isFields).flatMap((one) => {
    const id = textOf(one.id);
    if (id === undefined) return [];
    return [attachment(id) ?? shownAttachment(id, one)];
  });
}

/** A file of which only the message tells. */
function shownAttachment(id: string, given: Fields): Attachment {
  const { width, height, size } = given;
  const expiresAt = msOf(given.expires_at);
  return {
    id,
    name: textOf(given.name) ?? 'file',
    type: textOf(given.mime_type) ?? 'application/octet-stream',
    size: typeof size === 'number' && size >= 0 ? size : 0,
    ...(typeof width === 'number' ? { width } : {}),
    ...(typeof height === 'number' ? { height } : {}),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
}

function reactionsOf(given: unknown, people: People): Reaction[] {
  if (!isFields(given)) return [];
  const reactions: Reaction[] = [];
  for (const [emoji, list] of Object.entries(given)) {
    const ids = Array.isArray(list) ? list.filter((one): one is string => typeof one === 'string') : [];
    if (ids.length > 0)
      reactions.push({ emoji, by: [...new Set(ids)].map((one) => people.mentionable(one)) });
  }
  return reactions;
}

function webhookOf(given: unknown): Partial<Message> {
  if (!isFields(given)) return {};
  const { id, name, avatar } = given;
  const look = typeof avatar === 'string' ? { avatar } : {};
  return { webhook: { id: String(id ?? ''), name: String(name ?? ''), ...look } };
}

function interactionOf(given: unknown, people: People): Partial<Message> {
  if (!isFields(given)) return {};
  const command = textOf(given.command);
  const name = textOf(given.username);
  if (command === undefined || name === undefined) return {};
  const user = people.mentionable(people.named(name) ?? name);
  return { interaction: { command, user: user.handle === user.user ? { ...user, handle: name } : user } };
}
