import { type ArchiveLimits, archiveLimits } from './core/archive-limits.js';
import { ChatError } from './core/errors.js';
import { type EngineLimits, engineLimits } from './core/limits.js';
import type { Clock, Logger, Metrics, PasswordHasher, Storage } from './core/ports.js';
import { type DeliveryLimits, deliveryLimits } from './delivery/outboxes.js';
import type { DialectDefinition } from './dialects/dialect.js';
import { permissions } from './domain/access/permissions.js';
import type { Auth } from './domain/auth.js';
import { isChannelName } from './domain/channels/channels.js';
import type { ChannelWish } from './domain/channels/commands.js';
import { type DomainLimits, domainLimits } from './domain/config.js';
import { type GroupSettings, groupSettings } from './domain/groups/settings.js';
import type { CommandName, Commands } from './domain/index.js';
import { type ModlogDays, modlogDays } from './domain/modlog/modlog.js';
import type { RoleWish } from './domain/roles/commands.js';
import { isRoleName } from './domain/roles/roles.js';
import type { IdentityDefaults } from './domain/users/identity.js';
import { fold } from './domain/users/names.js';
import {
  aFunction,
  allOf,
  aText,
  channelParts,
  flag,
  from,
  having,
  integer,
  type Kinds,
  knows,
  listOf,
  maybe,
  oneOf,
  roleParts,
  someOf,
  someText,
  takes,
  texts,
  withParts,
} from './host/arguments.js';
import { worldOf } from './wiring/world.js';

/** Limits that belong to the chat as a whole; see `docs/limits.md`. */
export interface ChatLimits extends EngineLimits, ArchiveLimits, DomainLimits, DeliveryLimits {
  /** How long auth may take. Default 10,000 ms. Beyond it: refused. */
  readonly authMs: number;
  /** How long a hook may take. Default 10,000 ms. Beyond it: refused. */
  readonly hookMs: number;
}

export const chatLimits: ChatLimits = {
  ...engineLimits,
  ...archiveLimits,
  ...domainLimits,
  ...deliveryLimits,
  authMs: 10_000,
  hookMs: 10_000,
};

/** A command as hooks see it: its name and what it asks for. */
export type HookedCommand<T extends CommandName = CommandName> = T extends CommandName
  ? { readonly type: T; readonly input: Commands[T]['input'] }
  : never;

/** `true`, nothing: go on. `false`: refuse. A command of the same type: go on with that one instead. */
export type HookAnswer = boolean | undefined | null | HookedCommand;

/** Functions of the host that are asked, not told. */
export interface Hooks {
  /**
   * Asked before a client's command is decided. Commands of the host skip it, and so does `token.use`.
   * One that throws, or takes longer than `hookMs`, refuses and is reported. What came by an HTTP route has no `connection`.
   */
  before?(
    command: HookedCommand,
    about: { readonly dialect: string; readonly connection?: string; readonly address?: string },
  ): HookAnswer | Promise<HookAnswer>;
}

/** What {@link createChat} takes. */
export interface ChatOptions {
  /** Where the chat keeps what must survive. */
  readonly storage: Storage;
  /** Says who somebody is. */
  readonly auth: Auth;
  /** The protocols spoken; at least one. */
  readonly dialects: readonly DialectDefinition[];
  /** Hashes the passwords of local accounts, such as `argon2()`. Needed by dialects that have such accounts, and used by no other. */
  readonly hasher?: PasswordHasher;
  /**
   * Channels that must be there; those that are not are made. One that is keeps what was changed about it since: use
   * `chat.channels.update` for that. The first is where people start, unless `defaultChannel` says otherwise, and has no password. Default: one
   * called `lounge`.
   */
  readonly channels?: readonly ChannelWish[];
  readonly defaultChannel?: string;
  /**
   * Roles that a new chat begins with, the highest first; a chat that ever had roles keeps what it has. `owner` may do everything. Default: those
   * of the first of `dialects` that brings some, else none.
   */
  readonly roles?: readonly RoleWish[];
  /** What an identity that does not say is given. Default: rank 0, role `user`, may send, edit and delete own messages, and open direct channels. */
  readonly defaults?: Partial<IdentityDefaults>;
  /**
   * Providers whose users are guests: those who stay away are forgotten, see `guestDays` and `guestAccounts`, unless they are banned or
   * silenced or own a channel. Accounts made while their provider was not listed count from their next login on. Default `['guest']`.
   */
  readonly guestProviders?: readonly string[];
  /** The name of the server's own voice. Default `ChatBot`. */
  readonly botName?: string;
  readonly limits?: Partial<ChatLimits>;
  /**
   * How many days acts of moderation are remembered, by category; 0: not at all. Default: 365 for `user_moderation` and `role_management`, 180 for
   * `channel_management` and `server_management`, 90 for `message_moderation`.
   */
  readonly modlogDays?: Partial<ModlogDays>;
  /** How encrypted groups are kept. Default: as Conclave's own server does, see {@link GroupSettings}. */
  readonly groups?: Partial<GroupSettings>;
  readonly hooks?: Hooks;
  /** `storage`: nothing is shown before it is stored. `memory`: shown at once and stored behind; a crash may lose what was shown. Default `storage`. */
  readonly durability?: 'storage' | 'memory';
  /** What to do while another process has the storage open. Default `refuse`. */
  readonly takeover?: 'refuse' | 'wait';
  /** Ends waiting for a takeover. */
  readonly signal?: AbortSignal;
  /** Default: the system's. */
  readonly clock?: Clock;
  /** Default: silent. */
  readonly logger?: Logger;
  /** Default: none. */
  readonly metrics?: Metrics;
}

/** Options with every default filled in. */
export interface Settings {
  readonly storage: Storage;
  readonly auth: Auth;
  readonly dialects: readonly DialectDefinition[];
  readonly hasher: PasswordHasher | undefined;
  readonly channels: readonly ChannelWish[];
  readonly defaultChannel: string;
  readonly roles: readonly RoleWish[];
  readonly defaults: IdentityDefaults;
  readonly guestProviders: readonly string[];
  readonly botName: string;
  readonly limits: ChatLimits;
  readonly modlogDays: ModlogDays;
  readonly groups: GroupSettings;
  readonly hooks: Hooks;
  readonly durability: 'storage' | 'memory';
  readonly takeover: 'refuse' | 'wait';
  readonly signal: AbortSignal | undefined;
  readonly clock: Clock | undefined;
  readonly logger: Logger | undefined;
  readonly metrics: Metrics | undefined;
}

const dialectList = someOf('a list with at least one dialect, such as [sockchat()]', [
  'a dialect, such as sockchat()',
  (value) => {
    const { name, create } = Object(value) as Partial<DialectDefinition>;
    return typeof name === 'string' && typeof create === 'function';
  },
]);

/** What each option takes, in a chat with these world roles. */
const kindsIn = (worldRoles: object): Kinds => ({
  storage: having(
    'a storage such as sqlite({ file }) or memory()',
    ...['open', 'commit', 'lastCommitted', 'rows', 'query', 'count', 'close'],
  ),
  auth: ['a function from credentials to an identity or a refusal', (value) => typeof value === 'function'],
  dialects: dialectList,
  hasher: maybe(having('a password hasher such as argon2()', 'hash', 'verify')),
  channels: maybe(someOf('a list of at least one { name }', withParts(channelParts(worldRoles)))),
  defaultChannel: maybe(aText),
  roles: maybe(listOf('a list of { name, … }', withParts(roleParts))),
  defaults: maybe(
    withParts({
      rank: maybe(integer),
      roles: maybe(texts),
      traits: maybe(texts),
      permissions: maybe([
        `a list of ${permissions.join(', ')}`,
        (value) => Array.isArray(value) && value.every((one) => permissions.includes(one)),
      ]),
    }),
  ),
  guestProviders: maybe(texts),
  botName: maybe(someText),
  // Timers take no more.
  limits: maybe(allOf(Object.keys(chatLimits), from(1, 2 ** 31 - 1))),
  modlogDays: maybe(allOf(Object.keys(modlogDays), from(0))),
  groups: maybe(
    withParts({
      ...allOf(['tokenMs', 'inviteMs', 'cleanUpMs'], from(1))[2],
      ...allOf(['promoteSuccessor', 'dropEmptyGroups'], flag)[2],
      retentionSeconds: maybe(from(-1)),
    }),
  ),
  hooks: maybe(withParts({ before: maybe(aFunction) })),
  durability: maybe(oneOf('storage', 'memory')),
  takeover: maybe(oneOf('refuse', 'wait')),
  signal: maybe(having('an AbortSignal', 'addEventListener', 'removeEventListener')),
  clock: maybe(having('a clock', 'now', 'after', 'soon')),
  logger: maybe(having('a logger', 'debug', 'info', 'warn', 'error')),
  metrics: maybe(having('metrics', 'count', 'gauge')),
});

const bodies = having('bodies', 'put', 'read', 'remove', 'list');

/** Checks options and fills in defaults. Throws `options-invalid`, naming the option and what it takes. */
export function settle(options: ChatOptions): Settings {
  if (typeof options !== 'object' || options === null) throw invalid('createChat takes an object of options');
  knows('createChat', options, kindsIn({}));
  takes(options, { dialects: dialectList }, 'option ');
  takes(options, kindsIn(worldOf(options.dialects).worldRoles), 'option ');
  takes(options.storage, { bodies }, 'option storage.');
  const names = options.dialects.map(({ name }) => name);
  need(new Set(names).size === names.length, 'dialects', 'each dialect once');
  const { hasher } = options;
  const needing = options.dialects.find((dialect) => dialect.needsHasher)?.name;
  const why = `a password hasher such as argon2(): ${needing} has accounts with passwords`;
  need(hasher !== undefined || needing === undefined, 'hasher', why);
  const limits = { ...chatLimits, ...given(options.limits) };
  const { channels = [{ name: 'lounge' }] } = options;
  const rule = `names of 1 to ${limits.channelNameLength} letters, digits, _ or -`;
  need(
    channels.every(({ name }) => isChannelName(name, limits.channelNameLength)),
    'channels',
    rule,
  );
  const folded = new Set(channels.map(({ name }) => fold(name)));
  need(folded.size === channels.length, 'channels', 'each name once');
  const defaultChannel = options.defaultChannel ?? channels[0]?.name ?? '';
  need(
    channels.some((one) => one.name === defaultChannel && (one.kind ?? 'text') === 'text'),
    'defaultChannel',
    'the name of one of `channels` that is a text channel',
  );
  const locked = channels.some((one) => one.name === defaultChannel && one.password);
  need(!locked, 'channels', 'no password for the default channel: people find themselves there');
  const { guestProviders = ['guest'], botName = 'ChatBot', hooks = {} } = options;
  const { durability = 'storage', takeover = 'refuse' } = options;
  return {
    storage: options.storage,
    auth: options.auth,
    dialects: options.dialects,
    hasher,
    channels,
    defaultChannel,
    roles: rolesOf(options, limits),
    defaults: { ...identityDefaults, ...given(options.defaults) },
    guestProviders,
    botName,
    limits,
    modlogDays: { ...modlogDays, ...given(options.modlogDays) },
    groups: groupsOf(options),
    hooks,
    durability,
    takeover,
    signal: options.signal,
    clock: options.clock,
    logger: options.logger,
    metrics: options.metrics,
  };
}

const identityDefaults: IdentityDefaults = {
  rank: 0,
  roles: ['user'],
  traits: [],
  permissions: ['message.send', 'message.edit.own', 'message.delete.own', 'direct.send'],
};

/** Without what is `undefined`, so that defaults hold for it. */
function given<T extends object>(parts: Partial<T> = {}): Partial<T> {
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined)) as Partial<T>;
}

function rolesOf({ roles, dialects }: ChatOptions, limits: ChatLimits): readonly RoleWish[] {
  const wishes = roles ?? dialects.find((one) => one.roles !== undefined)?.roles ?? [];
  need(wishes.length <= limits.rolesPerChat, 'roles', `at most ${limits.rolesPerChat}`);
  const named = wishes.every(({ name }) => isRoleName(name, limits.roleNameLength));
  need(named, 'roles', `names of 1 to ${limits.roleNameLength} characters that do not begin with !`);
  need(new Set(wishes.map(({ name }) => name)).size === wishes.length, 'roles', 'each name once');
  return wishes;
}

/** The host's own settings go over those that the dialects bring. */
function groupsOf({ dialects, groups }: ChatOptions): GroupSettings {
  const brought = dialects.map((one) => given(one.groups));
  return Object.assign({ ...groupSettings }, ...brought, given(groups));
}

function need(holds: boolean, option: string, takes: string): asserts holds {
  if (!holds) throw invalid(`option ${option} takes ${takes}`);
}

function invalid(message: string): ChatError {
  return new ChatError('options-invalid', message);
}
