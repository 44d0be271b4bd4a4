import { anyTable } from '../../core/command.js';
import type { Need, Table } from '../../core/table.js';
import { table, type View } from '../../core/table.js';
import type { ChannelId, MessageId, UserId } from '../ids.js';
import { roleNamed } from '../roles/roles.js';
import { fold } from '../users/names.js';
import { users } from '../users/users.js';
import type { Message } from './messages.js';

/** Whom a message calls. */
export interface Mentions {
  /** Every `@name`: as the user writes it when known, as typed when not. */
  readonly users: readonly { readonly name: string; readonly user?: UserId }[];
  /** Every `@&role` that there is. */
  readonly roles: readonly string[];
}

/** That a message called somebody, or everybody with a role. */
export interface Ping {
  readonly id: number;
  /** {@link pingsOfUser} or {@link pingsOfRole}. */
  readonly to: string;
  readonly message: MessageId;
  readonly channel: ChannelId;
}

export const pings = table<Ping, number>({
  name: 'pings',
  class: 'archive',
  key: 'integer',
  id: (ping) => ping.id,
  partition: (ping) => ping.to,
});

export const pingTables: Table[] = [anyTable(pings)];

export function pingsOfUser(user: UserId): string {
  return `user:${user}`;
}

export function pingsOfRole(name: string): string {
  return `role:${name}`;
}

const none: Mentions = { users: [], roles: [] };

/** `@name` with the characters that handles have, and `@&role` up to the next space (OriginChats, section 4). */
const called = /@(&)?([\p{L}\p{N}\p{Mn}\p{Mc}_-]+)/gu;

/** Whom a text calls, each once, in the order of the text. */
export function mentionsIn(view: View, text: string): Mentions {
  if (!text.includes('@')) return none;
  const found = new Map<string, { name: string; user?: UserId }>();
  const roles = new Set<string>();
  for (const [, role, name] of text.matchAll(called)) {
    if (name === undefined) continue;
    if (role !== undefined) {
      if (roleNamed(view, name) !== undefined) roles.add(name);
      continue;
    }
    const user = view.one(users, 'fold', fold(name));
    const mention = user === undefined ? { name } : { name: user.handle, user: user.id };
    if (!found.has(mention.name)) found.set(mention.name, mention);
  }
  return { users: [...found.values()], roles: [...roles] };
}

/** The partitions of {@link pings} that a message belongs to, at most `limit`. The author of an answered message is called unless the sender said no. */
export function pingsOf(
  mentions: Mentions,
  message: Pick<Message, 'replyAuthor' | 'ping' | 'author'>,
  limit: number,
): string[] {
  const to = new Set<string>();
  for (const { user } of mentions.users) if (user !== undefined) to.add(pingsOfUser(user));
  for (const role of mentions.roles) to.add(pingsOfRole(role));
  const answered = message.replyAuthor?.user;
  if (answered !== undefined && message.ping !== false) to.add(pingsOfUser(answered));
  if (message.author !== null) to.delete(pingsOfUser(message.author.user));
  return [...to].slice(0, limit);
}

/** Where new rows stand among the newest must be known. */
export function needsPings(partitions: readonly string[]): Need[] {
  return partitions.map((newest) => ({ table: pings as never, newest, limit: 1 }));
}
