/** For properties of sequences. Apart from the pattern, since the compiler takes this flag for granted only in later targets than Node 20. */
const flag: string = 'v';

/** Every emoji that Unicode recommends for interchange, as this version of Node knows them (UTS #51). */
const emoji = new RegExp('^\\p{RGI_Emoji}$', flag);

/** What is drawn as text unless a selector follows; a skin tone needs none. */
const textual = /((?!\p{Emoji_Presentation})\p{Emoji})(?!\uFE0F|\p{Emoji_Modifier})/gu;

/**
 * A text that is exactly one emoji (section 8.6), fully qualified (UTS #51, ED-18): some clients leave selectors out, and it is the same emoji
 * with them. `undefined`: it is none.
 */
export function emojiIn(text: string): string | undefined {
  if (text.length > longest) return undefined;
  const whole = text.replace(textual, '$1\uFE0F');
  return emoji.test(whole) ? whole : undefined;
}

/** Well above the longest of them, 15 code units (UTS #51, families and couples). */
const longest = 64;
