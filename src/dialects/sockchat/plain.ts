import { decodeNotice } from './notices.js';
import { decodeEntities } from './text.js';

/**
 * From the HTML that servers send to plain text, for interfaces without HTML (section 14). What comes out may hold `<`
 * and `>`: it is to be shown as text, never inserted as markup.
 */

const BREAK = / ?<br ?\/?> ?/g;

/**
 * The text of a message as its author typed it: section 10 undone. Only `&lt;` and `&gt;` are decoded, because servers
 * escape nothing else there; so `&amp;` that somebody typed stays as it is.
 */
export function plainText(html: string): string {
  return html.replace(BREAK, '\n').replace(/&([lg])t;/g, (_, which: string) => (which === 'l' ? '<' : '>'));
}

/** The text of an action, without the `<i>` around it (section 8.11). */
export function plainAction(html: string): string {
  const inner = /^<i>(.*)<\/i>$/s.exec(html);
  return plainText(inner?.[1] ?? html);
}

/** A name, or an argument of a notice: tags removed, then every entity decoded once. */
export function plainWords(html: string): string {
  return decodeEntities(html.replace(BREAK, '\n').replace(/<[^>]*>/g, ''));
}

/** A display name (section 2.1) taken apart; everything plain. */
export interface PlainName {
  /** All of it, `<AFK>_~nick`. */
  readonly name: string;
  /** Without away tag and `~`: what commands find the user by. */
  readonly bareName: string;
  /** The away tag; null when present. */
  readonly away: string | null;
  readonly hasNickname: boolean;
}

/** Takes a display name apart (section 2.1). */
export function plainName(html: string): PlainName {
  // Some servers print the brackets of the tag raw.
  const name = plainWords(html.replace(/^<([^<>]+)>_/, '&lt;$1&gt;_'));
  const parts = /^<([^>]+)>_(.*)$/s.exec(name);
  const rest = parts?.[2] ?? name;
  const hasNickname = rest.length > 1 && rest.startsWith('~');
  return { name, bareName: hasNickname ? rest.slice(1) : rest, away: parts?.[1] ?? null, hasNickname };
}

/** A notice (section 7) in plain text. */
export interface PlainNotice {
  readonly type: 'information' | 'error';
  /** A `NoticeId` from servers of version 1; others are possible. */
  readonly id: string;
  readonly args: readonly string[];
  /** The names or addresses in the lists of `who`, `whochan` and `banlist`; empty for others. */
  readonly names: readonly string[];
}

/** Reads the text of a message by the server; what is no notice comes out as `say`. */
export function plainNotice(text: string): PlainNotice {
  const result = decodeNotice(text);
  if (!result.ok) return { type: 'information', id: 'say', args: [plainText(text)], names: [] };
  const { type, id, args } = result.notice;
  const isList = id === 'who' || id === 'whochan' || id === 'banlist';
  const links = isList ? (args.at(-1) ?? '').matchAll(/<a [^>]*>([^<]*)<\/a>/g) : [];
  return {
    type,
    id,
    args: args.map(id === 'say' ? plainText : plainWords),
    names: Array.from(links, (link) => decodeEntities(link[1] ?? '')),
  };
}
