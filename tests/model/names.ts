import type { Person, Signature } from './facts.js';

/** Names that people wish for: those of others, such as look like them, and some of nobody. */
export const wishes = ['rex', 'Rex', 'zoe', 'z\u043e\u0435', 'ann', 'BEN', 'cleo', 'mia', 'ivo', 'una'];

/** Two names are one if they differ in case or by letters that look the same. */
export function alike(one: string, other: string): boolean {
  const plain = (name: string) => name.replaceAll('\u043e', 'o').replaceAll('\u0435', 'e').toLowerCase();
  return plain(one) === plain(other);
}

/** How Sock Chat shows somebody. */
export function shownAs({ nick, handle }: Person): string {
  return nick === undefined ? handle : `~${nick}`;
}

export function signatureOf({ name, life, handle }: Person): Signature {
  return { name, life, handle };
}

export function isBy({ name, life }: Signature, person: Pick<Person, 'name' | 'life'>): boolean {
  return name === person.name && life === person.life;
}

/** Whether an account may have a name: nobody's handle is like it, and it is nobody's id. */
export function isFree(people: Iterable<Person>, name: string, but: Person): boolean {
  return [...people].every((one) => {
    const isId = one.name.toLowerCase() === name.toLowerCase();
    return one === but || !one.known || !(alike(one.handle, name) || isId);
  });
}

/** What is wrong with the handle that somebody was given: it is their name, or that and a number where somebody else has it. */
export function flawOf(people: readonly Person[], person: Person, given: string): string | undefined {
  const { named } = person;
  if (isFree(people, named, person))
    return given === named ? undefined : `${named} is nobody's, and ${person.name} is ${given}`;
  const isNumbered = given.startsWith(named) && /^[1-9]\d*$/.test(given.slice(named.length));
  if (isNumbered && isFree(people, given, person)) return undefined;
  return `${named} is somebody's, and ${person.name} is ${given}`;
}
