import unhomoglyph from 'unhomoglyph';

/** Longest handle, in code points. */
export const maxHandleLength = 32;

/** Two names with the same fold differ only in case or compatibility forms. By way of capitals, so that `ß` is `SS`. */
export function fold(name: string): string {
  return name.normalize('NFKC').toLowerCase().toUpperCase().toLowerCase().normalize('NFKC');
}

/** Characters that show nothing: fillers, joiners, marks of direction and of variants. */
const unseen = /\p{Default_Ignorable_Code_Point}/gu;

/** Whether any of a text can be seen: a letter, a digit or a sign. The blank pattern of Braille counts as a sign in Unicode, and is none. */
export function isSeen(text: string): boolean {
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(text.replace(unseen, '').replaceAll('\u2800', ''));
}

/** Two names with the same skeleton look alike once case is ignored (Unicode TR 39). */
export function skeleton(name: string): string {
  return unhomoglyph(fold(name.replace(unseen, ''))).toLowerCase();
}

/** Two names with the same shape look alike as they are written: `I` is like `l`, which `i` is not. */
export function shape(name: string): string {
  return unhomoglyph(name.replace(unseen, '').normalize('NFKC')).toLowerCase();
}

/** Whether one name could be taken for the other. */
export function looksLike(one: string, other: string): boolean {
  return skeleton(one) === skeleton(other) || shape(one) === shape(other);
}

/**
 * Makes a handle of whatever name an identity brings: letters and digits of any script, `_` and `-`, 1 to 32 code points.
 * Anything else becomes `_`; nothing usable becomes `user`.
 */
export function makeHandle(name: string): string {
  const cut = [...cleaned(name)].slice(0, maxHandleLength).join('');
  return isNamed(cut) ? cut : 'user';
}

/** Whether a name makes a handle that is whole and says something: nothing is cut off, and some letter or digit is in it. */
export function makesHandle(name: string): boolean {
  const handle = cleaned(name);
  return isNamed(handle) && [...handle].length <= maxHandleLength;
}

function cleaned(name: string): string {
  return name
    .replace(unseen, '')
    .normalize('NFC')
    .trim()
    .replace(/[^\p{L}\p{N}\p{Mn}\p{Mc}_-]+/gu, '_')
    .replace(/^[\p{Mn}\p{Mc}]+/u, '');
}

function isNamed(handle: string): boolean {
  return /[\p{L}\p{N}]/u.test(handle);
}

/** The handle with a number behind it, cut so that it stays within the longest length. */
export function numbered(handle: string, number: number): string {
  const tail = String(number);
  return [...handle].slice(0, maxHandleLength - tail.length).join('') + tail;
}
