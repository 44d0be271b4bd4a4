import { Rejection } from '../../core/rejection.js';
import { allows } from '../../domain/access/permissions.js';
import type { DomainConfig } from '../../domain/config.js';
import { isSilent } from '../../domain/moderation/bans.js';
import { type Online, online } from '../../domain/sessions/online.js';
import type { Decision, Turn } from '../dialect.js';
import { type CommandRow, commandName, contextOf, findCommand, type Words } from './commands/command.js';
import { noticePacket } from './entries.js';
import type { SockChatSettings } from './options.js';
import type { ClientMessagePacket, ServerPacket } from './packets.js';
import type { SockChatState } from './state.js';
import { cutToCodePoints, sanitiseText } from './text.js';
import { unheard, wordFor } from './wording.js';

/** What messages are handled with. */
export interface Saying {
  readonly settings: SockChatSettings;
  readonly config: DomainConfig;
  readonly commands: readonly CommandRow[];
  /** Tells the host's metrics that a command of the table was typed, by this name. */
  typed(name: string): void;
  /** Tells the host's metrics that a packet was dropped in silence. */
  ignored(reason: 'wrong-user' | 'no-channel' | 'not-allowed' | 'empty' | 'silenced'): void;
}

/** Packet 2 (section 4): what is dropped, what ends being away, what is a command, and what is said. */
export function say(
  turn: Turn<ServerPacket, SockChatState>,
  packet: ClientMessagePacket,
  saying: Saying,
): void | Promise<void> {
  const { user, id } = turn.connection.state;
  if (user === undefined || packet.userId !== id) return saying.ignored('wrong-user');
  const me = turn.read((view) => view.get(online, user));
  if (me?.channel === undefined) return saying.ignored('no-channel');
  if (!allows(me.person.can, 'message.send')) return saying.ignored('not-allowed');
  // Form feeds and NULs never go out again (section 10), so they are nothing to say either.
  const text = cutToCodePoints(packet.text, saying.settings.maxLength)
    .replace(/[\0\f]/g, '')
    .trim();
  if (text === '') return saying.ignored('empty');
  const isCommand = text.startsWith('/');
  const silent = turn.read((view) => isSilent(view, user, me.person.can, turn.now));
  // A silenced user may only change channels (section 8.9).
  if (silent && !(isCommand && commandName(text) === 'join')) return saying.ignored('silenced');
  if (me.person.away !== undefined) {
    const back = turn.submit('user.away', { user });
    if (back instanceof Promise) return back.then((decision) => proceed(decision, turn, me, text, saying));
    return proceed(back, turn, me, text, saying);
  }
  return isCommand ? run(turn, me, text, saying) : send(turn, me, text);
}

function proceed(
  back: Decision<'user.away'>,
  turn: Turn<ServerPacket, SockChatState>,
  before: Online,
  text: string,
  saying: Saying,
): void | Promise<void> {
  if (back instanceof Rejection) return refuse(turn, back);
  const me = turn.read((view) => view.get(online, before.user));
  if (me === undefined) return;
  return text.startsWith('/') ? run(turn, me, text, saying) : send(turn, me, text);
}

function send(turn: Turn<ServerPacket, SockChatState>, me: Online, text: string): void | Promise<void> {
  if (me.channel === undefined) return;
  const decision = turn.submit('message.send', { by: me.user, channel: me.channel, text, inside: true });
  if (decision instanceof Promise) return decision.then((later) => refuse(turn, later, unheard));
  return refuse(turn, decision, unheard);
}

/** Tells the sender what was refused, if this protocol has words for it. */
function refuse(turn: Turn<ServerPacket, SockChatState>, decision: unknown, words: Words = {}): void {
  if (!(decision instanceof Rejection)) return;
  const own = words[decision.code];
  const word = own === undefined ? wordFor(decision) : own;
  if (word === null) return;
  const [id, ...args] = word;
  turn.reply(noticePacket(id, args, turn.nextId(), turn.now));
}

function run(
  turn: Turn<ServerPacket, SockChatState>,
  me: Online,
  text: string,
  saying: Saying,
): void | Promise<void> {
  const context = contextOf(turn, me, text, saying.settings, saying.config);
  const command = findCommand(saying.commands, context.name);
  if (command === undefined) return context.notice('nocmd', sanitiseText(context.name));
  saying.typed(context.name);
  return command.run(context);
}
