import { Rejection } from '../../../core/rejection.js';
import type { View } from '../../../core/table.js';
import { allows, type Permission } from '../../../domain/access/permissions.js';
import { type Channel, channelByName, isKeptBy } from '../../../domain/channels/channels.js';
import type { DomainConfig } from '../../../domain/config.js';
import type { Commands } from '../../../domain/index.js';
import { type Online, online } from '../../../domain/sessions/online.js';
import { isVisible } from '../../../domain/status/status.js';
import { fold } from '../../../domain/users/names.js';
import { users } from '../../../domain/users/users.js';
import type { Turn } from '../../dialect.js';
import { noticePacket } from '../entries.js';
import type { NoticeId } from '../notices.js';
import type { SockChatSettings } from '../options.js';
import type { ServerPacket } from '../packets.js';
import type { SockChatState } from '../state.js';
import { decodeEntities, sanitiseText } from '../text.js';
import { type Word, wordFor } from '../wording.js';

/** One row of the table of commands (section 8). */
export interface CommandRow {
  /** The name and its aliases, lower case, without the slash. */
  readonly names: readonly string[];
  /** The section that says what it does. */
  readonly section: string;
  /** Every notice it can answer with. */
  readonly notices: readonly NoticeId[];
  run(context: CommandContext): void | Promise<void>;
}

/** What a command works with. Arguments are plain text; they are made into HTML where they are shown. */
export interface CommandContext {
  readonly turn: Turn<ServerPacket, SockChatState>;
  readonly settings: SockChatSettings;
  readonly config: DomainConfig;
  /** Who asks, as they are now. */
  readonly me: Online;
  /** The command's name as typed, lower case and without dots. */
  readonly name: string;
  /** The words behind it, split on single spaces; empty ones are kept (section 8.1). */
  readonly args: readonly string[];
  read<T>(look: (view: View) => T): T;
  may(...anyOf: Permission[]): boolean;
  /** Answers the issuer with a notice. Arguments are HTML. */
  notice(id: NoticeId, ...args: string[]): void;
  /** Not allowed: names the command as typed. */
  notAllowed(): void;
  /**
   * Submits a command; a refusal is worded by `words` (`null`: not at all), or as the dialect words it, and then gives `undefined`.
   * Without a word of its own, `not-permitted` is what {@link CommandContext.notAllowed} says: the right was lost in between.
   */
  submit<T extends keyof Commands & string>(
    type: T,
    input: Commands[T]['input'],
    words?: Words,
  ): Promise<Granted<Commands[T]['result']> | undefined>;
}

/** A command's own words for refusals, by code. */
export interface Words {
  readonly [code: string]: Word;
}

/** The result of a command that was granted. */
export interface Granted<R> {
  readonly result: R;
}

/** The name of the command in a text that starts with a slash (section 8.1). */
export function commandName(text: string): string {
  return (text.slice(1).split(' ', 1)[0] ?? '').replaceAll('.', '').toLowerCase();
}

export function findCommand(table: readonly CommandRow[], name: string): CommandRow | undefined {
  return table.find((row) => row.names.includes(name));
}

/** The channel of a name as far as whoever asks may know of it: there are no kinds but text in this protocol, and lists of roles and traits are nothing it has. */
export function channelCalled({ config, me, read }: CommandContext, name: string): Channel | undefined {
  return read((view) => {
    const channel = channelByName(view, name);
    const isThere = channel?.kind === 'text' && !isKeptBy(view, config, me.user, channel, 'roles', 'grants');
    return isThere ? channel : undefined;
  });
}

export function contextOf(
  turn: Turn<ServerPacket, SockChatState>,
  me: Online,
  text: string,
  settings: SockChatSettings,
  config: DomainConfig,
): CommandContext {
  const [, ...args] = text.slice(1).split(' ');
  const name = commandName(text);
  const notice = (id: NoticeId, ...words: string[]) =>
    turn.reply(noticePacket(id, words, turn.nextId(), turn.now));
  return {
    turn,
    settings,
    config,
    me,
    name,
    args,
    read: (look) => turn.read(look),
    may: (...anyOf) => anyOf.some((permission) => allows(me.person.can, permission)),
    notice,
    notAllowed: () => notice('cmdna', `/${name}`),
    async submit(type, input, words = {}) {
      const decision = await turn.submit(type, input);
      if (!(decision instanceof Rejection)) return { result: decision };
      const { code } = decision;
      const fallback: Words = { 'not-permitted': ['cmdna', `/${name}`] };
      const own = code in words ? words[code] : fallback[code];
      const word = own === undefined ? wordFor(decision) : own;
      if (word !== null) notice(word[0], ...word.slice(1));
      return undefined;
    },
  };
}

/** Whether somebody who is online may be found. */
type Sees = (view: View, row: Online) => boolean;

/** Who is invisible looks to others like somebody who is offline. */
export function seenBy(me: Online): Sees {
  return (view, { user }) => user === me.user || isVisible(view, user);
}

/** Whoever moderates reaches those below them, seen or not: what somebody invisible says is seen. */
export function reachedBy(me: Online): Sees {
  return (view, row) => row.person.rank < me.person.rank || seenBy(me)(view, row);
}

/**
 * Somebody who is online, by account name, nickname or display name, whatever the case (section 8.1). A name that a client took from
 * HTML is understood too.
 */
export function findOnline(view: View, typed: string, sees: Sees): Online | undefined {
  // No name is that long, and looking takes time that grows with the length.
  if (typed.length > longestTypedName) return undefined;
  const plain = decodeEntities(typed);
  return lookUp(view, typed, sees) ?? (plain === typed ? undefined : lookUp(view, plain, sees));
}

/** The person a command of moderation is about, or `undefined` after the issuer was told that there is none (`usernf`, with `User` if nobody was named). */
export function target({ args, me, notice, read }: CommandContext): Online | undefined {
  const typed = args[0] ?? '';
  const found = typed === '' ? undefined : read((view) => findOnline(view, typed, reachedBy(me)));
  if (found === undefined) notice('usernf', typed === '' ? 'User' : sanitiseText(typed));
  return found;
}

/** A display name in HTML: a tag of five clusters, a nickname or handle, each character an entity. */
const longestTypedName = 512;

function lookUp(view: View, typed: string, sees: Sees): Online | undefined {
  const found = lookUpName(view, typed, sees);
  if (found !== undefined || !typed.startsWith('<')) return found;
  // The tag of an away user may itself hold the signs that end it; one that is out of date still finds its user.
  for (let end = typed.indexOf('>_'); end !== -1; end = typed.indexOf('>_', end + 1)) {
    const behind = lookUpName(view, typed.slice(end + 2), sees);
    if (behind !== undefined) return behind;
  }
  return undefined;
}

function lookUpName(view: View, plain: string, sees: Sees): Online | undefined {
  const seen = (row: Online | undefined) => (row !== undefined && sees(view, row) ? row : undefined);
  const nick = seen(view.one(online, 'nick', fold(plain.replace(/^~/u, ''))));
  const user = view.one(users, 'fold', fold(plain));
  // An account name beats a nickname, except where the tilde says which is meant.
  const account = seen(user && view.get(online, user.id));
  return plain.startsWith('~') ? (nick ?? account) : (account ?? nick);
}

/** A time argument in seconds, fractions allowed (section 8.7). `undefined`: none given. `NaN`: not a number. */
export function secondsArgument(word: string | undefined): number | undefined {
  if (word === undefined || word === '') return undefined;
  return /^-?[0-9]+(\.[0-9]+)?$/.test(word) ? Number(word) : Number.NaN;
}

/** Milliseconds since the Unix epoch after so many seconds, rounded up; never beyond the year 9999. */
export function after(now: number, seconds: number): number {
  return Math.min(now + Math.ceil(seconds * 1000), 253_402_300_799_000);
}
