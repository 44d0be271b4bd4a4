/**
 * The text rules of Sock Chat: what happens to words between a plain-text core and clients that insert them as HTML.
 * Pure functions. Each one replaces lone surrogates by U+FFFD, since UTF-8 cannot carry them.
 */

// The scan stops at any surrogate, lone or not: without the u flag it takes a third of the time.
const USER_TEXT_SCAN = /[\0\t\n\f<>\uD800-\uDFFF]/;
const USER_TEXT_ALL = /[\0\t\n\f<>]|\p{Cs}/gu;

const USER_TEXT: Readonly<Record<string, string>> = {
  '\t': '    ',
  '\n': ' <br/> ',
  '<': '&lt;',
  '>': '&gt;',
  '\f': '',
  '\0': '',
};

/**
 * Turns a user's plain text into what goes out in packets 2 and 7.1 (section 10): TAB becomes four spaces, `<` and `>`
 * entities, LF ` <br/> `; form feed and NUL vanish. CR, `&` and quotes stay, because clients read BBCode in the result.
 *
 * Not to be applied twice: the break it makes would be escaped.
 */
export function sanitiseText(text: string): string {
  return USER_TEXT_SCAN.test(text)
    ? text.replace(USER_TEXT_ALL, (found) => USER_TEXT[found] ?? '\uFFFD')
    : text;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Writes plain text as an argument of a notice (section 7). The text lands inside HTML that the server's or client's words
 * surround, so all five special characters are escaped; TAB becomes four spaces, LF ` <br/> `; form feed and NUL vanish.
 */
export function escapeNotice(text: string): string {
  return text.replace(/[\0\t\n\f<>&"']|\p{Cs}/gu, (found) => ENTITIES[found] ?? USER_TEXT[found] ?? '\uFFFD');
}

/**
 * Writes a plain name as HTML (section 2.1). Clients insert names as markup, so all five special characters are escaped;
 * control characters (U+0000–U+001F, U+007F–U+009F) are removed.
 */
export function escapeName(name: string): string {
  return name.replace(/[\0-\x1F\x7F-\x9F<>&"']|\p{Cs}/gu, (found) => {
    if (found >= '\uD800') return '\uFFFD';
    return ENTITIES[found] ?? '';
  });
}

const PLAIN: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&nbsp;': '\u00A0',
};

/**
 * Undoes {@link escapeName} and {@link sanitiseText} in a word of a command, or for a client without HTML. Links in lists
 * send their `innerHTML` back, so `/unban a&lt;b` has to find `a<b`. Each entity is decoded once: `&amp;lt;` is `&lt;`.
 *
 * Knows the entities made here and `&nbsp;`, which browsers write; all else stays as it is.
 */
export function decodeEntities(html: string): string {
  return html.includes('&')
    ? html.replace(/&(?:amp|lt|gt|quot|#39|nbsp);/g, (found) => PLAIN[found] ?? found)
    : html;
}

/**
 * The first `max` code points of a text (section 10, maximum length). Never splits a surrogate pair.
 *
 * @param max - code points, 0 or more.
 */
export function cutToCodePoints(text: string, max: number): string {
  // A text never has more code points than code units.
  if (text.length <= max) return text;
  let end = 0;
  for (let taken = 0; taken < max && end < text.length; taken += 1) {
    end += (text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1;
  }
  return text.slice(0, end);
}

const AWAY_LENGTH = 5;

/** One cluster may hold any number of combining marks; five family emoji with skin tones need 55 code points. */
const AWAY_MAX_CODE_POINTS = 64;

/**
 * The tag of an away user (section 8.2), of the first word of why they are: control characters out, trimmed, cut to five
 * grapheme clusters, then upper-cased without another cut, so that `straße` gives `STRASS`.
 *
 * @param reason - what stands behind `/afk`, plain. A first word that is empty or blank gives `AFK`.
 * @param segmenter - null counts code points instead, which is also what happens where `Intl.Segmenter` is missing.
 * @returns plain text of at most 64 code points before upper-casing.
 */
export function awayTag(reason: string, segmenter: Intl.Segmenter | null = graphemeSegmenter()): string {
  const [word = ''] = reason.split(' ', 1);
  const plain = word
    .replace(/[\0-\x1F\x7F-\x9F]/g, '')
    .replace(/\p{Cs}/gu, '\uFFFD')
    .trim();
  if (plain === '') return 'AFK';
  return cutToCodePoints(firstClusters(plain, segmenter), AWAY_MAX_CODE_POINTS).toUpperCase();
}

function firstClusters(text: string, segmenter: Intl.Segmenter | null): string {
  if (segmenter === null) return cutToCodePoints(text, AWAY_LENGTH);
  let taken = 0;
  for (const { index } of segmenter.segment(text)) {
    if (taken === AWAY_LENGTH) return text.slice(0, index);
    taken += 1;
  }
  return text;
}

function graphemeSegmenter(): Intl.Segmenter | null {
  return typeof Intl === 'object' && typeof Intl.Segmenter === 'function'
    ? new Intl.Segmenter('und', { granularity: 'grapheme' })
    : null;
}

/**
 * The nickname in the words behind `/nick` (section 8.3): joined with `_`, without LF, CR, form feed, TAB and the other
 * control characters, which nobody would see in the name, trimmed, then cut.
 *
 * @param words - plain words; empty ones count.
 * @param maxCodePoints - default 15.
 * @returns plain text without the `~`; empty means that the nickname is taken off.
 */
export function cleanNickname(words: readonly string[], maxCodePoints = 15): string {
  const joined = words
    .join('_')
    .replace(/[\0-\x1F\x7F-\x9F]/g, '')
    .replace(/\p{Cs}/gu, '\uFFFD');
  return cutToCodePoints(joined.trim(), maxCodePoints);
}

/** What a display name is made of, all plain text. */
export interface NameParts {
  /** The account name. */
  readonly name: string;
  /** Without the `~`; null or empty when none is set. */
  readonly nickname?: string | null;
  /** From {@link awayTag}; null or empty when present. */
  readonly away?: string | null;
}

/**
 * The display name as it travels (section 2.1): `[&lt;TAG&gt;_][~]name`, the angle brackets as entities because clients
 * insert names as HTML.
 *
 * @example displayName({ name: 'flash', away: 'AWAY' }) // '&lt;AWAY&gt;_flash'
 */
export function displayName({ name, nickname, away }: NameParts): string {
  const shown = nickname ? `~${escapeName(nickname)}` : escapeName(name);
  return away ? `&lt;${escapeName(away)}&gt;_${shown}` : shown;
}

/** One person in a `who` or `whochan` list. */
export interface WhoEntry {
  /** From {@link displayName}. */
  readonly shown: string;
  /** True for the user who asked: shown bold. */
  readonly isRequester?: boolean;
}

/** The HTML argument of `who` and `whochan` (section 7). Empty for nobody. */
export function whoList(people: readonly WhoEntry[]): string {
  return people
    .map((person) => {
      const style = person.isRequester === true ? ' style="font-weight: bold;"' : '';
      return `<a href="javascript:void(0);" onclick="UI.InsertChatText(this.innerHTML);"${style}>${person.shown}</a>`;
    })
    .join(', ');
}

/** The HTML argument of `banlist` (section 7) from plain names and addresses, which it escapes itself. Empty for none. */
export function banList(namesAndAddresses: readonly string[]): string {
  return namesAndAddresses
    .map(
      (entry) =>
        `<a href="javascript:void(0);" onclick="Chat.SendMessageWrapper('/unban '+ this.innerHTML);">${escapeName(entry)}</a>`,
    )
    .join(', ');
}
