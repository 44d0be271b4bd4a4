/** UTF-16 units that the name of a file keeps: what most file systems take. */
const maxName = 255;

/**
 * The name of a file as people are shown it: the last part of a path, without controls, marks that turn text around, and what file systems
 * do not take. It is never the name of a file of ours. What is left of nothing is `file`.
 */
export function cleanFileName(name: string): string {
  const last = name.normalize('NFC').split(/[/\\]/).at(-1) ?? '';
  const clean = last
    .replace(/[\p{Cc}\p{Cs}\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu, '')
    .replace(/[<>:"|?*]/g, '_')
    .replace(/^[.\s]+|[.\s]+$/g, '');
  return shortenedName(clean) || 'file';
}

/** Cut to `most` UTF-16 units in the middle, so that the ending stays. */
export function shortenedName(name: string, most = maxName): string {
  if (name.length <= most) return name;
  const ending = /\.[A-Za-z0-9]{1,16}$/.exec(name)?.[0] ?? '';
  return name.slice(0, most - ending.length).replace(/[\ud800-\udbff]$/, '') + ending;
}
