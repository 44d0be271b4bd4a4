/**
 * Whether a text contains what a pattern stands for, as SQL's LIKE with `%` around it has it: `%` is anything, `_` any one character, and letters of
 * ASCII are the same in either case (section 8.4). In time proportional to the product of the lengths, whatever the pattern.
 */
export function containsLike(text: string, pattern: string): boolean {
  const from = folded(text);
  const like = folded(`%${pattern}%`);
  let at = 0;
  let next = 0;
  /** Behind the last `%`, and where what it stands for ends. */
  let star = -1;
  let taken = 0;
  while (at < from.length) {
    if (like[next] === '%') {
      star = ++next;
      taken = at;
    } else if (like[next] === '_' || like[next] === from[at]) {
      at++;
      next++;
    } else {
      // There always is one: the pattern begins with it.
      next = star;
      at = ++taken;
    }
  }
  while (like[next] === '%') next++;
  return next === like.length;
}

/** Characters, with A to Z as a to z. */
function folded(text: string): string[] {
  return [...text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())];
}
