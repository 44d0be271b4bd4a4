import { type ArchiveLimits, archiveLimits } from './core/archive-limits.js';
import { ChatError } from './core/errors.js';
import { type EngineLimits, engineLimits } from './core/limits.js';
import type { Clock, Logger, Metrics, PasswordHasher, Storage } from './core/ports.js';
import { type DeliveryLimits, deliveryLimits } from './delivery/outboxes.js';
import type { DialectDefinition } from './dialects/dialect.js';
import { type Permission, permissions } from './domain/access/permissions.js';
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
import { channelParts, roleParts, takesParts } from './host/arguments.js';

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

const known = new Set([
  'storage',
  'auth',
  'dialects',
  'hasher',
  'channels',
  'defaultChannel',
  'roles',
  'defaults',
  'guestProviders',
  'botName',
  'limits',
  'modlogDays',
  'groups',
  'hooks',
  'durability',
  'takeover',
  'signal',
  'clock',
  'logger',
  'metrics',
]);

/** Checks options and fills in defaults. Throws `options-invalid`, naming the option and what it takes. */
export function settle(options: ChatOptions): Settings {
  if (typeof options !== 'object' || options === null) throw invalid('createChat takes an object of options');
  for (const name of Object.keys(options)) if (!known.has(name)) throw invalid(`there is no option ${name}`);
  need(
    typeof options.storage?.commit === 'function',
    'storage',
    'a storage such as sqlite({ file }) or memory()',
  );
  need(typeof options.auth === 'function', 'auth', 'a function from credentials to an identity or a refusal');
  need(
    Array.isArray(options.dialects) && options.dialects.length > 0,
    'dialects',
    'a list with at least one dialect, such as [sockchat()]',
  );
  const names = options.dialects.map((dialect) => dialect?.name);
  for (const dialect of options.dialects)
    need(typeof dialect?.create === 'function', 'dialects', 'dialects, such as sockchat()');
  need(new Set(names).size === names.length, 'dialects', 'each dialect once');
  const { hasher } = options;
  const hashes = hasher === undefined || typeof hasher?.verify === 'function';
  need(hashes, 'hasher', 'a password hasher such as argon2()');
  const needing = options.dialects.find((dialect) => dialect.needsHasher)?.name;
  const why = `a password hasher such as argon2(): ${needing} has accounts with passwords`;
  need(hasher !== undefined || needing === undefined, 'hasher', why);
  const limits = limitsOf(options.limits ?? {});
  const channels = options.channels ?? [{ name: 'lounge' }];
  need(Array.isArray(channels) && channels.length > 0, 'channels', 'a list of at least one { name }');
  for (const wish of channels) checkChannel(wish, limits);
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
  const { guestProviders = ['guest'] } = options;
  need(
    Array.isArray(guestProviders) && guestProviders.every((one) => typeof one === 'string'),
    'guestProviders',
    'a list of texts',
  );
  const { durability = 'storage', takeover = 'refuse', botName = 'ChatBot', hooks = {} } = options;
  need(durability === 'storage' || durability === 'memory', 'durability', "'storage' or 'memory'");
  need(takeover === 'refuse' || takeover === 'wait', 'takeover', "'refuse' or 'wait'");
  need(typeof botName === 'string' && botName.length > 0, 'botName', 'a name');
  need(hooks.before === undefined || typeof hooks.before === 'function', 'hooks', '{ before: function }');
  return {
    storage: options.storage,
    auth: options.auth,
    dialects: options.dialects,
    hasher,
    channels,
    defaultChannel,
    roles: rolesOf(options, limits),
    defaults: defaultsOf(options.defaults ?? {}),
    guestProviders,
    botName,
    limits,
    modlogDays: daysOf(options.modlogDays ?? {}),
    groups: groupsOf(
      Object.assign({}, ...options.dialects.map((one) => one.groups ?? {}), options.groups ?? {}),
    ),
    hooks,
    durability,
    takeover,
    signal: options.signal,
    clock: options.clock,
    logger: options.logger,
    metrics: options.metrics,
  };
}

function checkChannel(wish: ChannelWish, limits: ChatLimits): void {
  takesParts('option channels', wish, channelParts);
  const rule = `names of 1 to ${limits.channelNameLength} letters, digits, _ or -`;
  need(isChannelName(wish.name, limits.channelNameLength), 'channels', rule);
}

function rolesOf({ roles, dialects }: ChatOptions, limits: ChatLimits): readonly RoleWish[] {
  const wishes = roles ?? dialects.find((one) => one.roles !== undefined)?.roles ?? [];
  need(Array.isArray(wishes) && wishes.length <= limits.rolesPerChat, 'roles', 'a list of { name, … }');
  for (const wish of wishes) takesParts('option roles', wish, roleParts);
  const named = wishes.every(({ name }) => isRoleName(name, limits.roleNameLength));
  need(named, 'roles', `names of 1 to ${limits.roleNameLength} characters that do not begin with !`);
  need(new Set(wishes.map(({ name }) => name)).size === wishes.length, 'roles', 'each name once');
  return wishes;
}

function defaultsOf(given: Partial<IdentityDefaults>): IdentityDefaults {
  const defaults: IdentityDefaults = {
    rank: given.rank ?? 0,
    roles: given.roles ?? ['user'],
    traits: given.traits ?? [],
    permissions: given.permissions ?? [
      'message.send',
      'message.edit.own',
      'message.delete.own',
      'direct.send',
    ],
  };
  for (const part of Object.keys(given))
    need(Object.hasOwn(defaults, part), `defaults.${part}`, 'no value: there is no such part');
  need(Number.isSafeInteger(defaults.rank), 'defaults.rank', 'an integer');
  for (const part of ['roles', 'traits', 'permissions'] as const) {
    const list: unknown = defaults[part];
    const texts = Array.isArray(list) && list.every((one) => typeof one === 'string');
    need(texts, `defaults.${part}`, 'a list of texts');
  }
  const strange = defaults.permissions.find((one: Permission) => !permissions.includes(one));
  need(strange === undefined, 'defaults.permissions', `permissions, of which ${String(strange)} is none`);
  return defaults;
}

function limitsOf(given: Partial<ChatLimits>): ChatLimits {
  for (const [name, value] of Object.entries(given)) {
    need(Object.hasOwn(chatLimits, name), `limits.${name}`, 'no value: there is no such limit');
    // Timers take no more.
    const fits = Number.isSafeInteger(value) && value > 0 && value < 2 ** 31;
    need(fits, `limits.${name}`, 'a whole number from 1 to 2147483647');
  }
  return { ...chatLimits, ...given };
}

function daysOf(given: Partial<ModlogDays>): ModlogDays {
  for (const [name, value] of Object.entries(given)) {
    need(Object.hasOwn(modlogDays, name), `modlogDays.${name}`, 'no value: there is no such category');
    need(Number.isSafeInteger(value) && value >= 0, `modlogDays.${name}`, 'a whole number of days');
  }
  return { ...modlogDays, ...given };
}

function need(holds: boolean, option: string, takes: string): asserts holds {
  if (!holds) throw invalid(`option ${option} takes ${takes}`);
}

function invalid(message: string): ChatError {
  return new ChatError('options-invalid', message);
}

function groupsOf(given: Partial<GroupSettings>): GroupSettings {
  for (const [name, value] of Object.entries(given)) {
    need(Object.hasOwn(groupSettings, name), `groups.${name}`, 'no value: there is no such setting');
    const [fits, rule] =
      typeof groupSettings[name as keyof GroupSettings] === 'boolean'
        ? [typeof value === 'boolean', 'true or false']
        : name === 'retentionSeconds'
          ? [Number.isSafeInteger(value) && Number(value) >= -1, 'a whole number from -1']
          : [Number.isSafeInteger(value) && Number(value) > 0, 'a whole number from 1'];
    need(fits === true, `groups.${name}`, String(rule));
  }
  return { ...groupSettings, ...given };
}
