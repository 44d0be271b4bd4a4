import { Rejection } from '../../../core/rejection.js';
import type { Channel } from '../../../domain/channels/channels.js';
import type { CommandName, Commands } from '../../../domain/index.js';
import { banOf } from '../../../domain/moderation/bans.js';
import { ownerRole } from '../../../domain/roles/roles.js';
import { slashSetsOf } from '../../../domain/slash/slash.js';
import { claimsOf, type User } from '../../../domain/users/users.js';
import type { Ask } from '../ask.js';
import { pythonType } from '../codec.js';
import { userNamed } from '../context.js';
import type { Texts } from '../refusal.js';
import { refuse, textFor } from '../refusal.js';
import type { ServerCommand } from '../slash-shapes.js';

/** Arguments of a call, by the names of options. */
type Args = Readonly<Record<string, unknown>>;

/** One of the server's own commands, with what it does. What it answers is said in the channel. */
interface Runnable extends ServerCommand {
  run(ask: Ask, args: Args): Promise<string> | string;
}

const moderators: readonly string[] = ['admin', ownerRole];
const longestNickname = 20;

const nick: Runnable = {
  name: 'nick',
  description: 'Set or clear your display nickname',
  options: [
    {
      name: 'nickname',
      description: 'Your new nickname (leave empty to clear)',
      type: 'str',
      required: false,
    },
  ],
  async run(ask, args) {
    const nickname = textArg(args, 'nickname');
    if ([...nickname].length > longestNickname)
      refuse(`Nickname too long (max ${longestNickname} characters)`);
    if (nickname === '' && ask.self().displayName === undefined)
      return "You don't have a nickname set. Use `/nick <name>` to set one.";
    const displayName = nickname === '' ? null : nickname;
    await act(ask, 'user.rename', { by: ask.user, user: ask.user, displayName });
    return displayName === null ? 'Nickname cleared' : `Nickname set to **${displayName}**`;
  },
};

const mute: Runnable = {
  name: 'mute',
  description: 'Timeout a user (prevent them from sending messages)',
  options: [
    { name: 'username', description: 'The user to mute', type: 'str', required: true },
    { name: 'duration', description: 'Duration in seconds', type: 'int', required: true },
    { name: 'reason', description: 'Reason for the mute', type: 'str', required: false },
  ],
  roles: moderators,
  async run(ask, args) {
    const target = targetOf(ask, args);
    if (isOwner(ask, target)) refuse('Cannot mute the server owner');
    const seconds = durationOf(ask, args);
    const text = reasonOf(args);
    const said = fitting(ask, `🔇 **${target.handle}** has been muted for ${seconds} seconds.`, text);
    const until = ask.turn.now + seconds * 1_000;
    await act(ask, 'user.silence', { by: ask.user, user: target.id, until, anew: true, text }, outranked);
    return said;
  },
};

const help: Runnable = {
  name: 'help',
  description: 'List all available slash commands',
  options: [],
  run(ask) {
    const bots = ask.read((view) => slashSetsOf(view).flatMap(({ commands }) => commands));
    const lines = [...serverCommands, ...bots].map(({ name, description }) => `\`/${name}\` ${description}`);
    const { postContent } = ask.tools.settings;
    let text = '**Available commands:**';
    for (const [index, line] of lines.entries()) {
      const more = `\n… and ${lines.length - index} more`;
      if ([...`${text}\n${line}${more}`].length > postContent) return text + more;
      text += `\n${line}`;
    }
    return text;
  },
};

const ban: Runnable = {
  name: 'ban',
  description: 'Ban a user from the server',
  options: [
    { name: 'username', description: 'The user to ban', type: 'str', required: true },
    { name: 'reason', description: 'Reason for the ban', type: 'str', required: false },
  ],
  roles: moderators,
  async run(ask, args) {
    const target = targetOf(ask, args);
    if (isBanned(ask, target)) refuse(`User '${target.handle}' is already banned`);
    if (isOwner(ask, target)) refuse('Cannot ban the server owner');
    const text = reasonOf(args);
    const said = fitting(ask, `🚫 **${target.handle}** has been banned.`, text);
    await act(ask, 'user.ban', { by: ask.user, user: target.id, until: null, text }, outranked);
    return said;
  },
};

const unmute: Runnable = {
  name: 'unmute',
  description: 'Remove timeout from a user',
  options: [{ name: 'username', description: 'The user to unmute', type: 'str', required: true }],
  roles: moderators,
  async run(ask, args) {
    const target = targetOf(ask, args);
    const done = await ask.turn.submit('user.unsilence', { by: ask.user, user: target.id });
    // Also of somebody who may speak already.
    if (done instanceof Rejection && done.code !== 'user-not-silenced') refuse(textFor(done, outranked));
    return `🔊 **${target.handle}** has been unmuted.`;
  },
};

const unban: Runnable = {
  name: 'unban',
  description: 'Unban a user from the server',
  options: [{ name: 'username', description: 'The user to unban', type: 'str', required: true }],
  roles: moderators,
  async run(ask, args) {
    const target = targetOf(ask, args);
    const texts = { 'user-not-banned': `User '${target.handle}' is not banned` };
    await act(ask, 'user.unban', { by: ask.user, user: target.id }, texts);
    return `✅ **${target.handle}** has been unbanned.`;
  },
};

/** The server's own commands (section 6.8), in the order in which they are listed. */
export const serverCommands: readonly Runnable[] = [nick, mute, help, ban, unmute, unban];

/** Runs one, and says in the channel what came of it. */
export async function runServerCommand(
  ask: Ask,
  command: Runnable,
  channel: Channel,
  args: object,
): Promise<void> {
  const { roles } = command;
  const own = ask.read((view) => claimsOf(view, ask.tools.host.config, ask.self())).roles;
  if (roles !== undefined && !roles.some((role) => own.includes(role)))
    refuse(`Access denied: '${roles[0]}' role required`);
  const text = await command.run(ask, args as Args);
  const interaction = { command: command.name, user: ask.user };
  await ask.submit('message.send', { by: 'host', channel: channel.id, text, interaction });
}

const outranked: Texts = { 'user-outranks': 'You cannot do this to somebody of your rank or above' };

/** Submits what a command does; a refusal ends it. */
async function act<T extends CommandName>(
  ask: Ask,
  type: T,
  input: Commands[T]['input'],
  texts: Texts = {},
): Promise<void> {
  const decision = await ask.turn.submit(type, input);
  if (decision instanceof Rejection) refuse(textFor(decision, texts));
}

function given(args: Args, name: string): unknown {
  return Object.hasOwn(args, name) ? args[name] : undefined;
}

/** An argument that is text; empty if there is none. */
function textArg(args: Args, name: string): string {
  const value = given(args, name) ?? '';
  if (typeof value !== 'string')
    refuse(`Invalid type for argument '${name}': expected str, got ${pythonType(value)}`);
  return value.trim();
}

function targetOf(ask: Ask, args: Args): User {
  const name = textArg(args, 'username');
  if (name === '') refuse('Username is required');
  return ask.read((view) => userNamed(view, name)) ?? refuse(`User '${name}' not found`);
}

function isOwner(ask: Ask, user: User): boolean {
  return ask.read((view) => claimsOf(view, ask.tools.host.config, user)).roles.includes(ownerRole);
}

function isBanned(ask: Ask, user: User): boolean {
  const { dialect } = ask.tools;
  return ask.read((view) => banOf(view, 'user', user.id, dialect, ask.turn.now)) !== undefined;
}

/** Whole seconds, as a number or in digits: clients send what was typed. */
function durationOf(ask: Ask, args: Args): number {
  const value = given(args, 'duration');
  if (value === undefined || value === null || value === '') refuse('Duration is required');
  const seconds = typeof value === 'string' && /^\s*-?\d+\s*$/.test(value) ? Number(value) : value;
  if (typeof seconds !== 'number' || !Number.isSafeInteger(ask.turn.now + seconds * 1_000))
    refuse('Duration must be a valid number');
  return seconds > 0 ? seconds : refuse('Duration must be a positive number');
}

function reasonOf(args: Args): string {
  return textArg(args, 'reason') || 'No reason provided';
}

/** What will be said, which must fit into a message before anything is done. */
function fitting(ask: Ask, outcome: string, reason: string): string {
  const text = `${outcome}\n**Reason:** ${reason}`;
  const most = ask.tools.settings.postContent;
  return [...text].length > most ? refuse(`Message too long. Maximum length is ${most} characters`) : text;
}
