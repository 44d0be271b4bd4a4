import type { MessageFlags, Permissions } from './packets.js';
import { MESSAGE_FLAGS } from './packets.js';

/**
 * The value types of section 2 and what keeps a field from breaking out of its place.
 *
 * A TAB ends a field, a form feed ends a part of one, and neither can be escaped, so the writers here replace them
 * whatever the caller did before.
 */

/** What stands between the parts of the permissions field (section 2.2). */
export type PermissionSeparator = ' ' | '\f';

// The scans stop at any surrogate, since without the u flag they take a third of the time; in the replacing patterns the
// flag makes \p{Cs} match only surrogates without a partner, which UTF-8 cannot carry.
const TEXT_SCAN = /[\0\t\n\f\uD800-\uDFFF]/;
const TEXT_ALL = /[\0\t\n\f]|\p{Cs}/gu;
const NOTICE_SCAN = /[\0\t\n\uD800-\uDFFF]/;
const NOTICE_ALL = /[\0\t\n]|\p{Cs}/gu;
const LINE_SCAN = /[\0\t\n\f\r\uD800-\uDFFF]/;
const LINE_ALL = /[\0\t\n\f\r]|\p{Cs}/gu;

const inText = (found: string): string => {
  if (found === '\t') return '    ';
  if (found === '\n') return ' <br/> ';
  return found === '\f' || found === '\0' ? '' : '\uFFFD';
};

const inLine = (found: string): string => (found >= '\uD800' ? '\uFFFD' : '');

/**
 * Makes a string fit for the text field of a user's message (section 10): TAB becomes four spaces, LF ` <br/> `, form
 * feed and NUL vanish, a lone surrogate becomes U+FFFD. Sanitised text passes unchanged; `<` and `>` are not touched.
 */
export function textField(text: string): string {
  return TEXT_SCAN.test(text) ? text.replace(TEXT_ALL, inText) : text;
}

/** Like {@link textField}, but keeps the form feeds that separate the parts of a notice (section 7). */
export function noticeField(text: string): string {
  return NOTICE_SCAN.test(text) ? text.replace(NOTICE_ALL, inText) : text;
}

/**
 * Makes a string fit for every other field (sections 1 and 2.1): TAB, LF, CR, form feed and NUL are removed, since no id,
 * name, colour or channel may hold one; a lone surrogate becomes U+FFFD.
 */
export function lineField(text: string): string {
  return LINE_SCAN.test(text) ? text.replace(LINE_ALL, inLine) : text;
}

const INTEGER = /^-?[0-9]{1,16}$/;

/**
 * Reads an integer of section 2: ASCII digits with an optional minus, within ±(2^53 − 1).
 *
 * @returns null for anything else: other notations, spaces, other scripts' digits, minus zero, too many digits.
 */
export function parseInteger(text: string): number | null {
  if (!INTEGER.test(text)) return null;
  const value = Number(text);
  return Number.isSafeInteger(value) && !Object.is(value, -0) ? value : null;
}

/** Writes an integer of section 2. Fractions are cut off, NaN becomes 0, and larger values end at ±(2^53 − 1). */
export function integerField(value: number): string {
  if (Number.isSafeInteger(value)) return `${value}`;
  if (Number.isNaN(value)) return '0';
  return `${Math.trunc(Math.min(Math.max(value, Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER)) + 0}`;
}

/** Writes a boolean of section 2. */
export function boolField(value: boolean): '0' | '1' {
  return value ? '1' : '0';
}

/** Writes the permissions of section 2.2; empty for null. */
export function permissionsField(permissions: Permissions | null, separator: PermissionSeparator): string {
  if (permissions === null) return '';
  const { rank, kick, logs, nick, create } = permissions;
  const s = separator;
  return `${integerField(rank)}${s}${kick ? 1 : 0}${s}${logs ? 1 : 0}${s}${nick ? 1 : 0}${s}${create}`;
}

/** True when a field can only be permissions: either separator occurs in it, or it is empty. */
export function looksLikePermissions(field: string): boolean {
  return field === '' || field.includes(' ') || field.includes('\f');
}

/**
 * Reads permissions with either separator (section 2.2). Parts that are missing count as not allowed, parts after the
 * fifth are ignored, and a create value other than 1 and 2 allows nothing.
 *
 * @returns null for an empty field, `'bad'` when the rank is no integer.
 */
export function parsePermissions(field: string): Permissions | null | 'bad' {
  if (field === '') return null;
  const [rankText = '', kick = '0', logs = '0', nick = '0', create = '0'] = field.split(/[ \f]/, 5);
  const rank = parseInteger(rankText);
  if (rank === null) return 'bad';
  return {
    rank,
    kick: kick !== '0',
    logs: logs !== '0',
    nick: nick !== '0',
    create: create === '2' ? 2 : create === '1' ? 1 : 0,
  };
}

const FLAG_FIELDS: readonly string[] = Array.from({ length: 32 }, (_, bits) =>
  bits.toString(2).padStart(5, '0'),
);

/** Writes the five characters of section 2.3. */
export function flagsField(flags: MessageFlags): string {
  const bits =
    (flags.bold ? 16 : 0) |
    (flags.italic ? 8 : 0) |
    (flags.underline ? 4 : 0) |
    (flags.colon ? 2 : 0) |
    (flags.private ? 1 : 0);
  return FLAG_FIELDS[bits] ?? '10010';
}

const FLAGS = /^[01]{4,}$/;

/**
 * Reads message flags (section 2.3). A field that is absent or empty means `10010`; without a fifth character the message
 * is not private; characters after the fifth are ignored.
 *
 * @returns null when there are fewer than four characters or others than `0` and `1`.
 */
export function parseFlags(field: string | undefined): MessageFlags | null {
  if (field === undefined || field === '') return MESSAGE_FLAGS;
  if (!FLAGS.test(field)) return null;
  return {
    bold: field[0] === '1',
    italic: field[1] === '1',
    underline: field[2] === '1',
    colon: field[3] === '1',
    private: field[4] === '1',
  };
}

const CAPABILITY = /^[A-Z_][A-Z0-9_]+$/;

/** Whether a word can be a capability of the 2021 draft (section 12). */
function isCapability(word: string): boolean {
  return CAPABILITY.test(word);
}

/** Writes capabilities as the 2021 draft has them, joined with spaces; what cannot be one is left out. */
export function capabilitiesField(capabilities: readonly string[]): string {
  return capabilities.filter(isCapability).join(' ');
}

/** Reads {@link capabilitiesField}; what is no capability is left out. */
export function parseCapabilities(field: string): string[] {
  return field.split(' ').filter(isCapability);
}

/** Writes capabilities as the 2025 draft has them, joined with form feeds. It has no grammar for them: any text that is something. */
export function infoField(capabilities: readonly string[]): string {
  return capabilities.map(lineField).filter(isSomething).join('\f');
}

/** Reads {@link infoField}. */
export function parseInfo(field: string): string[] {
  return field.split('\f').filter(isSomething);
}

function isSomething(word: string): boolean {
  return word !== '';
}
