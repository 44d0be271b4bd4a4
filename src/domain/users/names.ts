import unhomoglyph from 'unhomoglyph';

/** Longest handle, in code points. */
export const maxHandleLength = 32;

/** Two names with the same fold differ only in case or compatibility forms. */
export function fold(name: string): string {
  return name.normalize('NFKC').toLowerCase().normalize('NFKC');
}

/** Two names with the same skeleton look alike (Unicode TR 39, case ignored). */
export function skeleton(name: string): string {
  return unhomoglyph(fold(name)).toLowerCase();
}

/**
 * Makes a handle of whatever name an identity brings: letters and digits of any script, `_` and `-`, 1 to 32 code points.
 * Anything else becomes `_`; nothing usable becomes `user`.
 */
export function makeHandle(name: string): string {
  const cleaned = name
    .normalize('NFC')
    .trim()
    .replace(/[^\p{L}\p{N}\p{Mn}\p{Mc}_-]+/gu, '_')
    .replace(/^[\p{Mn}\p{Mc}]+/u, '');
  const cut = [...cleaned].slice(0, maxHandleLength).join('');
  return /[\p{L}\p{N}]/u.test(cut) ? cut : 'user';
}

/** The handle with a number behind it, cut so that it stays within the longest length. */
export function numbered(handle: string, number: number): string {
  const tail = String(number);
  return [...handle].slice(0, maxHandleLength - tail.length).join('') + tail;
}
