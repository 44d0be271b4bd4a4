import { anyTable } from '../../core/command.js';
import type { Tx } from '../../core/state.js';
import { table, type View } from '../../core/table.js';
import type { DomainConfig } from '../config.js';
import type { ChannelId, MessageId, SessionId, UserId } from '../ids.js';
import { tell } from '../rules.js';
import { sessions } from '../sessions/online.js';
import { personNow } from '../users/present.js';

/** What an argument of a command may be (OriginChats, section 4). */
export const slashTypes = ['str', 'int', 'float', 'bool', 'enum'] as const;

/** One of {@link slashTypes}. */
export type SlashType = (typeof slashTypes)[number];

/** An argument of a command. */
export interface SlashOption {
  readonly name: string;
  readonly description: string;
  readonly type: SlashType;
  readonly required: boolean;
  /** What an `enum` may be; at least one. */
  readonly choices?: readonly string[];
}

/** A command that a bot answers. */
export interface SlashCommand {
  readonly name: string;
  readonly description: string;
  readonly options: readonly SlashOption[];
  /** Roles a caller must have, every one of them. */
  readonly needsRoles: readonly string[];
  /** Roles of which a caller may have none. */
  readonly deniesRoles: readonly string[];
  /** The bot would like the answer to be seen by the caller only. */
  readonly ephemeral: boolean;
}

/** The commands a session answers. */
export interface SlashSet {
  readonly session: SessionId;
  readonly user: UserId;
  readonly commands: readonly SlashCommand[];
  /** An id of the series: who came first has a name that several sets have. */
  readonly since: MessageId;
}

export const slashSets = table({
  name: 'slash_sets',
  class: 'live',
  key: 'text',
  id: (set: SlashSet) => set.session,
  indexes: { user: (set: SlashSet) => set.user },
});

/** One name of a set, to be found by. */
export const slashNames = table({
  name: 'slash_names',
  class: 'live',
  key: 'text',
  id: (row: { readonly session: SessionId; readonly name: string }) => `${row.session} ${row.name}`,
  indexes: { name: (row) => row.name },
});

/** The last command that somebody called of a bot in a channel. */
export interface SlashCall {
  readonly bot: UserId;
  readonly channel: ChannelId;
  readonly invoker: UserId;
  /** The bot's session that it went to. */
  readonly session: SessionId;
  readonly command: string;
  /** An id of the series. */
  readonly id: MessageId;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
}

export const slashCalls = table({
  name: 'slash_calls',
  class: 'live',
  key: 'text',
  id: (call: SlashCall) => `${call.bot} ${call.channel} ${call.invoker}`,
  indexes: {
    bot: (call: SlashCall) => call.bot,
    place: (call: SlashCall) => `${call.bot} ${call.channel}`,
  },
});

export const slashTables = [anyTable(slashSets), anyTable(slashNames), anyTable(slashCalls)];

/** Every set, the oldest first. */
export function slashSetsOf(view: View): SlashSet[] {
  return [...view.all(slashSets)].sort((a, b) => a.since - b.since);
}

/** The command of that name, and who answers it: of several the one that was registered first. */
export function slashNamed(
  view: View,
  name: string,
): { readonly set: SlashSet; readonly command: SlashCommand } | undefined {
  let found: SlashSet | undefined;
  for (const { session } of view.by(slashNames, 'name', name)) {
    const set = view.get(slashSets, session);
    if (set !== undefined && (found === undefined || set.since < found.since)) found = set;
  }
  const command = found?.commands.find((one) => one.name === name);
  return found === undefined || command === undefined ? undefined : { set: found, command };
}

/**
 * The call that a bot answers in a channel: the newest, of `invoker` if given and of `command` if given, that is not older than `slashCallMs`.
 * For bots that do not say what they answer (OriginChats, section 15). A call may be answered more than once.
 */
export function answeredCall(
  view: View,
  config: Pick<DomainConfig, 'limits'>,
  at: number,
  answer: {
    readonly bot: UserId;
    readonly channel: ChannelId;
    readonly invoker?: UserId;
    readonly command?: string;
  },
): SlashCall | undefined {
  const { bot, channel, invoker, command } = answer;
  let newest: SlashCall | undefined;
  for (const call of view.by(slashCalls, 'place', `${bot} ${channel}`)) {
    if (call.at + config.limits.slashCallMs <= at) continue;
    if (invoker !== undefined && call.invoker !== invoker) continue;
    if (command !== undefined && call.command !== command) continue;
    if (newest === undefined || call.id > newest.id) newest = call;
  }
  return newest;
}

/** Remembers a call, letting go of those that are too old, and of the oldest when there are too many. */
export function rememberCall(tx: Tx, config: DomainConfig, call: SlashCall): void {
  const { slashCallMs, slashCallsPerBot } = config.limits;
  const others = tx
    .by(slashCalls, 'bot', call.bot)
    .filter((one) => slashCalls.id(one) !== slashCalls.id(call))
    .sort((a, b) => a.id - b.id);
  const many = others.length - slashCallsPerBot + 1;
  for (const [index, one] of others.entries())
    if (index < many || one.at + slashCallMs <= call.at) tx.remove(slashCalls, slashCalls.id(one));
  tx.put(slashCalls, call);
}

/** Takes away what a session answers, without telling. Returns the names. */
export function dropSet(tx: Tx, set: SlashSet): string[] {
  for (const { name } of set.commands) tx.remove(slashNames, `${set.session} ${name}`);
  tx.remove(slashSets, set.session);
  return set.commands.map(({ name }) => name);
}

/** A session that ends answers no more; calls that went to it are forgotten. */
export function endSlashOf(tx: Tx, config: DomainConfig, session: SessionId): void {
  const set = tx.get(slashSets, session);
  if (set === undefined) return;
  const commands = dropSet(tx, set);
  for (const call of tx.by(slashCalls, 'bot', set.user))
    if (call.session === session) tx.remove(slashCalls, slashCalls.id(call));
  const person = personNow(tx, config, set.user);
  // Taken back before anybody was told of them.
  if (person !== undefined) tell(tx, 'slash_remove', { person, session, commands });
}

/** Ends the sets of sessions that are not there any more, after decisions were taken back. */
export function reviewSlash(tx: Tx, config: DomainConfig): void {
  for (const { session } of slashSetsOf(tx))
    if (tx.get(sessions, session) === undefined) endSlashOf(tx, config, session);
}
