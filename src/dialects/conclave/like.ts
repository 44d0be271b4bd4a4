/**
 * Tells of texts whether they contain what a pattern stands for, as SQL's LIKE with `%` around it has it: `%` is anything, `_` any one character, and
 * letters of ASCII are the same in either case (section 8.4). However long the pattern is, a text takes time proportional to the square of its own length.
 */
export function likeMatcher(pattern: string): (text: string) => boolean {
  const like = folded(`%${pattern}%`.replace(/%+/g, '%'));
  const least = like.filter((one) => one !== '%').length;
  return (text) => {
    const from = folded(text);
    return least <= from.length && matches(from, like);
  };
}

function matches(from: readonly string[], like: readonly string[]): boolean {
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
