import { anyTable } from '../../core/command.js';
import type { Tx } from '../../core/state.js';
import type { Need, Table } from '../../core/table.js';
import { table, type View } from '../../core/table.js';
import type { ChannelId, MessageId, UserId } from '../ids.js';
import { roleNamed } from '../roles/roles.js';
import { fold } from '../users/names.js';
import { users } from '../users/users.js';
import type { Mentionable, Message } from './messages.js';

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

/** What called somebody is of no use to anybody else. */
export function forgetPingsOf(tx: Tx, user: UserId): void {
  tx.clear(pings, pingsOfUser(user));
}

export function pingsOfRole(name: string): string {
  return `role:${name}`;
}

const none: Mentions = { users: [], roles: [] };

/**
 * `@name` with the characters that handles have, and `@&role` up to the next space (OriginChats, section 4); not the second half of an address
 * such as `ann@example.org`. Letters of scripts that put no spaces between words may stand before it.
 */
export const calling =
  /(?<![\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{N}_])@(&)?([\p{L}\p{N}\p{Mn}\p{Mc}_-]+)/gu;

/** Whom a text calls, each once, in the order of the text. */
export function mentionsIn(view: View, text: string): Mentions {
  return called(view, text, (name) => {
    const user = view.one(users, 'fold', fold(name));
    return user === undefined ? undefined : { user: user.id, handle: user.handle };
  });
}

/** Whom a message called when it was said, whoever has their names today. Of messages that do not say: whoever has the names today. */
export function mentionsOf(view: View, { text, mentions }: Pick<Message, 'text' | 'mentions'>): Mentions {
  if (mentions === undefined) return mentionsIn(view, text);
  return called(view, text, (name) => mentions.find(({ handle }) => fold(handle) === fold(name)));
}

function called(view: View, text: string, find: (name: string) => Mentionable | undefined): Mentions {
  if (!text.includes('@')) return none;
  const found = new Map<string, { name: string; user?: UserId }>();
  const roles = new Set<string>();
  for (const [, role, name] of text.matchAll(calling)) {
    if (name === undefined) continue;
    if (role !== undefined) {
      if (roleNamed(view, name) !== undefined) roles.add(name);
      continue;
    }
    const one = find(name);
    const mention = one === undefined ? { name } : { name: one.handle, user: one.user };
    if (!found.has(mention.name)) found.set(mention.name, mention);
  }
  return { users: [...found.values()], roles: [...roles] };
}

/** What a message remembers of whom it calls: the first `limit`. Nothing if nobody could be meant. */
export function remembered(text: string, { users }: Mentions, limit: number): Pick<Message, 'mentions'> {
  if (!text.includes('@')) return {};
  const known = users.flatMap(({ name, user }) => (user === undefined ? [] : [{ user, handle: name }]));
  return { mentions: known.slice(0, limit) };
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
