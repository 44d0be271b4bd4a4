import type { DecodeFailure } from './decode.js';
import { textField } from './fields.js';

/** Information or error: the first part of a notice (section 7), `0` or `1` on the wire. */
export type NoticeType = 'information' | 'error';

/** One row of {@link NOTICES}. */
export interface NoticeRow {
  readonly type: NoticeType;
  /** Names of the arguments, in order. */
  readonly args: readonly string[];
  /** What emits it; empty when version 1 only defines it and no server sends it. */
  readonly emittedBy: string;
}

/**
 * Every notice of section 7. Arguments are HTML: plain words go through `escapeNotice` or `escapeName` first.
 * Ids that are only known inside clients are not listed.
 */
export const NOTICES = {
  say: { type: 'information', args: ['text'], emittedBy: '/say; welcome lines in 7.1' },
  silence: { type: 'information', args: [], emittedBy: '/silence, to the target' },
  unsil: { type: 'information', args: [], emittedBy: '/unsilence, to the target' },
  silok: { type: 'information', args: ['displayName'], emittedBy: '/silence' },
  usilok: { type: 'information', args: ['displayName'], emittedBy: '/unsilence' },
  flwarn: { type: 'information', args: [], emittedBy: 'flood protection, section 9' },
  unban: { type: 'information', args: ['nameOrAddress'], emittedBy: '/unban, /unbanip' },
  banlist: { type: 'information', args: ['list'], emittedBy: '/bans' },
  who: { type: 'information', args: ['list'], emittedBy: '/who' },
  whochan: { type: 'information', args: ['channel', 'list'], emittedBy: '/who with a channel' },
  join: { type: 'information', args: ['name'], emittedBy: 'backlog line of packet 1.#' },
  leave: { type: 'information', args: ['name'], emittedBy: 'backlog line of packet 3' },
  kick: { type: 'information', args: ['name'], emittedBy: 'backlog line of packet 3' },
  flood: { type: 'information', args: ['name'], emittedBy: 'backlog line of packet 3' },
  timeout: { type: 'information', args: ['name'], emittedBy: 'backlog line of packet 3' },
  jchan: { type: 'information', args: ['name'], emittedBy: 'backlog line of packet 5.0' },
  lchan: { type: 'information', args: ['name'], emittedBy: 'backlog line of packet 5.1' },
  nick: { type: 'information', args: ['oldDisplayName', 'newDisplayName'], emittedBy: '/nick' },
  crchan: { type: 'information', args: ['channel'], emittedBy: '/create' },
  delchan: { type: 'information', args: ['channel'], emittedBy: '/delchan' },
  cpwdchan: { type: 'information', args: [], emittedBy: '/password' },
  cprivchan: { type: 'information', args: [], emittedBy: '/rank' },
  ipaddr: { type: 'information', args: ['name', 'address'], emittedBy: '/ip' },
  welcome: { type: 'information', args: ['text'], emittedBy: '' },
  generr: { type: 'error', args: [], emittedBy: 'any failure without an id of its own' },
  nocmd: { type: 'error', args: ['command'], emittedBy: 'an unknown command, without its slash' },
  cmdna: { type: 'error', args: ['slashCommand'], emittedBy: 'a command that is not allowed' },
  cmderr: { type: 'error', args: [], emittedBy: 'a command with wrong arguments' },
  usernf: { type: 'error', args: ['name'], emittedBy: 'a command about a user who is not online' },
  rankerr: { type: 'error', args: [], emittedBy: '/create, /rank' },
  silself: { type: 'error', args: [], emittedBy: '/silence' },
  silperr: { type: 'error', args: [], emittedBy: '/silence' },
  silerr: { type: 'error', args: [], emittedBy: '/silence' },
  usilperr: { type: 'error', args: [], emittedBy: '/unsilence' },
  usilerr: { type: 'error', args: [], emittedBy: '/unsilence' },
  delerr: { type: 'error', args: [], emittedBy: '/delmsg' },
  kickna: { type: 'error', args: ['name'], emittedBy: '/kick, /ban' },
  notban: { type: 'error', args: ['nameOrAddress'], emittedBy: '/unban, /unbanip' },
  whoerr: { type: 'error', args: ['channel'], emittedBy: '/who with a channel' },
  nochan: { type: 'error', args: ['channel'], emittedBy: '/join, /who, /delchan' },
  samechan: { type: 'error', args: ['channel'], emittedBy: '/join' },
  ipchan: { type: 'error', args: ['channel'], emittedBy: '/join, rank too low' },
  ipwchan: { type: 'error', args: ['channel'], emittedBy: '/join, wrong password' },
  nopwchan: { type: 'error', args: ['channel'], emittedBy: '/join, no password given' },
  inchan: { type: 'error', args: [], emittedBy: '/create' },
  nischan: { type: 'error', args: ['channel'], emittedBy: '/create' },
  ndchan: { type: 'error', args: ['channel'], emittedBy: '/delchan' },
  namchan: { type: 'error', args: ['channel'], emittedBy: '' },
  nameinuse: { type: 'error', args: ['name'], emittedBy: '/nick' },
} as const satisfies Readonly<Record<string, NoticeRow>>;

/** An id of section 7. */
export type NoticeId = keyof typeof NOTICES;

/** A notice as a client reads one. */
export interface Notice {
  readonly type: NoticeType;
  /** A {@link NoticeId} from servers of version 1; clients must survive others. */
  readonly id: string;
  /** HTML, in the order of {@link NOTICES}. */
  readonly args: readonly string[];
}

/** What {@link decodeNotice} answers; `at` counts the parts from 0. */
export type NoticeResult = { readonly ok: true; readonly notice: Notice } | DecodeFailure;

/**
 * Writes the text field of a notice (section 7): the parts joined with form feeds, nothing behind the last one.
 *
 * No argument can become two: form feeds and NULs in one vanish, TAB becomes four spaces, LF ` <br/> `, a lone surrogate
 * U+FFFD. Markup is left alone, because lists are markup.
 *
 * @param id - a {@link NoticeId}, or a host's own word.
 * @example encodeNotice('error', 'cmdna', ['/kick']) // '1\fcmdna\f/kick'
 */
export function encodeNotice(type: NoticeType, id: string, args: readonly string[] = []): string {
  let text = `${type === 'error' ? '1' : '0'}\f${textField(id)}`;
  for (const arg of args) text += `\f${textField(arg)}`;
  return text;
}

/**
 * Reads the text of a message by the server (section 7). Never throws.
 *
 * One empty argument at the end is dropped: one server generation puts a form feed behind everything, so an empty list
 * and no list cannot be told apart.
 *
 * @returns `bad-value` when the type is neither `0` nor `1`, `missing-field` without an id.
 */
export function decodeNotice(text: string): NoticeResult {
  const [type, id, ...args] = text.split('\f');
  if (type !== '0' && type !== '1') return { ok: false, code: 'bad-value', at: 0 };
  if (id === undefined || id === '') return { ok: false, code: 'missing-field', at: 1 };
  if (args.at(-1) === '') args.pop();
  return { ok: true, notice: { type: type === '1' ? 'error' : 'information', id, args } };
}
