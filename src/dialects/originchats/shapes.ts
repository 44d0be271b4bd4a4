import type { View } from '../../core/table.js';
import type { Attachment } from '../../domain/attachments/attachments.js';
import type { ChannelFacts } from '../../domain/channels/channels.js';
import type { UserId } from '../../domain/ids.js';
import type { Mentions } from '../../domain/messages/mentions.js';
import type { Latest, Mentionable, Message } from '../../domain/messages/messages.js';
import { roleNamed } from '../../domain/roles/roles.js';
import type { ThreadFacts } from '../../domain/threads/threads.js';
import { users } from '../../domain/users/users.js';
import { isWebLink } from './links.js';
import type { OriginChatsSettings } from './options.js';
import type { AttachmentShape, MessageShape, PingsShape } from './packets.js';

/** The author of what the server itself says (section 4). */
export const systemAuthor = 'originChats';

/** Times are Unix seconds with fractions (section 1). */
export function seconds(ms: number): number {
  return ms / 1000;
}

/** How a remembered person is called now; whoever is gone keeps the name they had. */
export type NameOf = (person: Mentionable) => string;

/** The name that was remembered: for events, which are told while it is current. */
export const asTold: NameOf = ({ handle }) => handle;

/** The present name of whoever is still there. */
export function presentName(view: View): NameOf {
  return ({ user, handle }) => view.get(users, user)?.handle ?? handle;
}

/** The colour of the first role of somebody's list (section 4). */
export function colourOf(view: View, roles: readonly string[]): string | null {
  const [first] = roles;
  return first === undefined ? null : (roleNamed(view, first)?.colour ?? null);
}

/** A message as history and events show it (section 4). */
export function messageShape(message: Message, nameOf: NameOf, url: string): MessageShape {
  const { author, webhook, interaction, replyTo, replyAuthor } = message;
  return {
    user: author === null ? systemAuthor : nameOf(author),
    content: contentOf(message),
    timestamp: seconds(message.at),
    id: String(message.id),
    ...(replyTo === undefined
      ? {}
      : {
          reply_to: {
            id: String(replyTo),
            user: replyAuthor === undefined ? systemAuthor : nameOf(replyAuthor),
          },
        }),
    ...(message.ping === undefined ? {} : { ping: message.ping }),
    ...(message.edited ? { edited: true } : {}),
    ...(message.embeds === undefined ? {} : { embeds: message.embeds }),
    ...(message.attachments === undefined
      ? {}
      : { attachments: message.attachments.map((one) => attachmentShape(one, url)) }),
    ...(message.reactions === undefined ? {} : { reactions: reactionsOf(message, nameOf) }),
    ...(webhook === undefined
      ? {}
      : { webhook: { id: webhook.id, name: webhook.name, avatar: webhook.avatar ?? null } }),
    pinned: message.pinned ?? false,
    type: 'message',
    interaction:
      interaction === undefined ? null : { command: interaction.command, username: nameOf(interaction.user) },
  };
}

/** What somebody does is set in italics; marks of markup in it are taken for what they are. */
function contentOf({ text, action }: Message): string {
  return action ? `*${text.replace(/[\\*_]/g, '\\$&')}*` : text;
}

function reactionsOf({ reactions = [] }: Message, nameOf: NameOf): Record<string, string[]> {
  // A map of emoji that clients chose: without a prototype that one of them could name.
  const shown: Record<string, string[]> = Object.create(null);
  for (const { emoji, by } of reactions) shown[emoji] = by.map(nameOf);
  return shown;
}

export function pingsShape(mentions: Mentions, message: Message, nameOf: NameOf): PingsShape {
  const answered = message.replyAuthor;
  return {
    users: mentions.users.map((one) => one.name),
    roles: mentions.roles,
    replies: answered === undefined || message.ping === false ? [] : [nameOf(answered)],
  };
}

function fileUrl(url: string, id: string): string {
  return `${url}/attachments/${id}`;
}

/** Where everybody can read a file, if `server.url` says where the server is. */
export function fileLink(
  { server: { url = '' }, attachments }: OriginChatsSettings,
  id: string,
): string | undefined {
  return attachments.enabled && isWebLink(url) ? fileUrl(url, id) : undefined;
}

export function attachmentShape(
  { id, name, type, size, width, height, expiresAt, permanent }: Attachment,
  url: string,
): AttachmentShape {
  return {
    id,
    name,
    mime_type: type,
    size,
    url: fileUrl(url, id),
    expires_at: expiresAt === undefined ? null : seconds(expiresAt),
    permanent: permanent ?? expiresAt === undefined,
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
  };
}

/** A thread (section 4). */
export function threadShape({
  channel,
  state,
  creator,
  participants,
  latest,
  createdAt,
}: ThreadFacts): object {
  return {
    id: channel.channel,
    name: channel.name,
    parent_channel: placeOf(channel).channel,
    created_by: creator.handle,
    created_at: seconds(createdAt),
    locked: state.locked,
    archived: state.archived,
    participants: participants.map(({ handle }) => handle),
    ...newestShape(latest),
  };
}

/** The newest message of a channel or thread, as lists show it. */
export function newestShape(newest: Latest | undefined): object {
  return {
    last_message: newest === undefined ? null : seconds(newest.at),
    last_message_id: newest === undefined ? null : String(newest.id),
  };
}

/** How frames say where something is: the channel's name, or the forum's with the thread (section 6.1). */
export function placeOf(channel: ChannelFacts): {
  readonly channel: string;
  readonly thread_id: string | null;
} {
  return channel.parent === undefined
    ? { channel: channel.name, thread_id: null }
    : { channel: channel.parent.name, thread_id: channel.channel };
}

/** The same where frames of channels leave `thread_id` out. */
export function shortPlaceOf(channel: ChannelFacts): {
  readonly channel: string;
  readonly thread_id?: string;
} {
  const { channel: name, thread_id } = placeOf(channel);
  return thread_id === null ? { channel: name } : { channel: name, thread_id };
}

/** The name of a user by internal id, for lists. */
export function nameById(view: View, user: UserId): string {
  return view.get(users, user)?.handle ?? user;
}
