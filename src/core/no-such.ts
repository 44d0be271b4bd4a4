import { ChatError } from './errors.js';

/** How many letters of two names have no partner in the other. */
function unlike(one: string, other: string): number {
  let rest = other.toLowerCase();
  let alone = 0;
  for (const letter of one.toLowerCase()) {
    const without = rest.replace(letter, '');
    if (without === rest) alone++;
    rest = without;
  }
  return alone + rest.length;
}

/** What to throw for a name that `what` does not take: the text names the one that was meant, if it is but misspelt, else all that there are. */
export function noSuch(what: string, name: string, known: readonly string[]): ChatError {
  const [near] = known
    .map((one) => [one, unlike(name, one)] as const)
    .filter(([, letters]) => letters < 3)
    .sort(([, one], [, other]) => one - other);
  const others = near === undefined ? `, but ${known.join(', ') || 'nothing'}` : `; did you mean ${near[0]}?`;
  return new ChatError('options-invalid', `${what} takes no ${name}${others}`);
}
