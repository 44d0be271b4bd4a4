import { anyTable } from '../../core/command.js';
import { firstIdAt } from '../../core/ids.js';
import type { Query } from '../../core/ports.js';
import type { Tx } from '../../core/state.js';
import { type Need, table } from '../../core/table.js';
import type { DomainConfig } from '../config.js';
import type { Actor } from '../events.js';
import type { UserId } from '../ids.js';
import { users } from '../users/users.js';

/** What is logged, in the words of OriginChats where it has one, and the category that it belongs to (OriginChats, section 6.6). */
export const modlogActions = {
  user_kick: 'user_moderation',
  user_ban: 'user_moderation',
  user_unban: 'user_moderation',
  address_ban: 'user_moderation',
  address_unban: 'user_moderation',
  user_timeout: 'user_moderation',
  user_untimeout: 'user_moderation',
  user_delete: 'user_moderation',
  user_roles_set: 'user_moderation',
  user_update: 'user_moderation',
  role_create: 'role_management',
  role_update: 'role_management',
  role_delete: 'role_management',
  role_reorder: 'role_management',
  self_role_add: 'role_management',
  self_role_remove: 'role_management',
  channel_create: 'channel_management',
  channel_update: 'channel_management',
  channel_move: 'channel_management',
  channel_delete: 'channel_management',
  message_edit: 'message_moderation',
  message_delete: 'message_moderation',
  message_pin: 'message_moderation',
  message_unpin: 'message_moderation',
  announcement: 'server_management',
  server_update: 'server_management',
  emoji_add: 'server_management',
  emoji_update: 'server_management',
  emoji_delete: 'server_management',
  webhook_create: 'server_management',
  webhook_update: 'server_management',
  webhook_regenerate: 'server_management',
  webhook_delete: 'server_management',
  plugins_reload: 'server_management',
} as const;

/** The name of something that is logged. */
export type ModlogAction = keyof typeof modlogActions;

/** What a logged act belongs to; entries are kept for a time of their own per category. */
export type ModlogCategory = (typeof modlogActions)[ModlogAction];

/** How long entries are kept, in days. 0: such acts are not logged. */
export type ModlogDays = Readonly<Record<ModlogCategory, number>>;

/** As OriginChats has it (section 10). */
export const modlogDays: ModlogDays = {
  user_moderation: 365,
  role_management: 365,
  channel_management: 180,
  message_moderation: 90,
  server_management: 180,
};

export const modlogCategories = Object.keys(modlogDays) as ModlogCategory[];

/** One act of moderation. Names are as they were then. */
export interface ModlogEntry {
  readonly id: number;
  readonly category: ModlogCategory;
  readonly action: ModlogAction;
  readonly actor: Actor;
  /** The handle; left out for the host. */
  readonly actorName?: string;
  /** The user it was done to, or whose message it was. */
  readonly target?: UserId;
  readonly targetName?: string;
  /** They were private then: other protocols do not show them, unless they have come among the others since. */
  readonly private?: true;
  /** Free JSON that says more: `until` and `at` in milliseconds, channels, roles and messages by id. No addresses and no texts of messages. */
  readonly details: Readonly<Record<string, unknown>>;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
}

export const modlog = table<ModlogEntry, number>({
  name: 'modlog',
  class: 'archive',
  key: 'integer',
  id: (entry) => entry.id,
  partition: (entry) => entry.category,
});

export const modlogTables = [anyTable(modlog)];

/** What a rule must need that calls {@link log} with one of these actions. */
export function needsLog(action: ModlogAction): Need[] {
  return [{ table: modlog as never, newest: modlogActions[action], limit: 1 }];
}

/** `private`: they are, or were until they left for good just now. */
interface LogTarget {
  readonly user: UserId;
  readonly name: string;
  readonly private?: true | undefined;
}

/** Writes down what somebody did. The chat's own doings are none of anybody's acts. */
export function log(
  tx: Tx,
  config: DomainConfig,
  by: Actor,
  action: ModlogAction,
  about: { readonly target?: LogTarget } & Record<string, unknown> = {},
): void {
  const category = modlogActions[action];
  if (by === 'chat' || config.modlogDays[category] === 0) return;
  const actorName = by === 'host' ? undefined : tx.get(users, by)?.handle;
  const { target, ...details } = about;
  const isPrivate = target?.private || (target !== undefined && tx.get(users, target.user)?.private);
  tx.put(modlog, {
    id: tx.nextId(),
    category,
    action,
    actor: by,
    ...(actorName === undefined ? {} : { actorName }),
    ...(target === undefined ? {} : { target: target.user, targetName: target.name }),
    ...(isPrivate ? { private: true } : {}),
    details: Object.fromEntries(Object.entries(details).filter(([, value]) => value !== undefined)),
    at: tx.at,
  });
}

/** Whether an entry has been kept for long enough. */
export function isPast(config: Pick<DomainConfig, 'modlogDays'>, entry: ModlogEntry, at: number): boolean {
  return entry.at + config.modlogDays[entry.category] * 86_400_000 <= at;
}

/** Which entries are wanted; all conditions must hold. */
export interface ModlogFilter {
  readonly category?: ModlogCategory;
  /** One of {@link modlogActions}, or a name that an import has brought along. */
  readonly action?: string;
  readonly actor?: Actor;
  readonly target?: UserId;
  /** Only later ones: milliseconds since the Unix epoch. */
  readonly after?: number;
}

/** What to ask storage for the newest entries, with all that match for `count`. Rows come oldest first. */
export function modlogQuery(filter: ModlogFilter): Omit<Query, 'limit'> {
  const { category, after, action, actor, target } = filter;
  const equals = {
    ...(action === undefined ? {} : { action }),
    ...(actor === undefined ? {} : { actor }),
    ...(target === undefined ? {} : { target }),
  };
  return {
    table: modlog.name,
    before: Number.MAX_SAFE_INTEGER,
    ...(category === undefined ? {} : { in: category }),
    ...(after === undefined ? {} : { after: firstIdAt(Math.floor(after) + 1) - 1 }),
    filter: { equals },
  };
}
