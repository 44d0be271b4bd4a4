import type { Key } from '../../core/change.js';

/**
 * Orders keys as databases do: numbers by size, text by code point. JavaScript's own order of text differs: it puts the
 * halves of characters above U+FFFF before U+E000.
 */
export function compareKeys(a: Key, b: Key): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const left = String(a);
  const right = String(b);
  const shorter = Math.min(left.length, right.length);
  for (let i = 0; i < shorter; i++) {
    const x = left.charCodeAt(i);
    const y = right.charCodeAt(i);
    if (x !== y) return isHalf(x) === isHalf(y) ? x - y : isHalf(x) ? 1 : -1;
  }
  return left.length - right.length;

  function isHalf(unit: number): boolean {
    // U+E000 to U+FFFF sort above halves as units, below them as characters; everything lower than a half is lower anyway.
    return unit >= 0xd800 && unit <= 0xdfff;
  }
}

export function lesser(key: Key, other: Key | undefined): Key {
  return other !== undefined && compareKeys(other, key) < 0 ? other : key;
}

export function greater(key: Key, other: Key | undefined): Key {
  return other !== undefined && compareKeys(other, key) > 0 ? other : key;
}

export function isBetween(key: Key, after: Key | undefined, before: Key | undefined): boolean {
  return (
    (after === undefined || compareKeys(after, key) < 0) &&
    (before === undefined || compareKeys(key, before) < 0)
  );
}

/** A set of keys that is walked in order. Cheap when keys mostly come in rising. */
export class OrderedKeys {
  readonly #keys = new Set<Key>();
  /** Nothing while it has to be sorted anew. */
  #sorted: Key[] | undefined = [];

  get size(): number {
    return this.#keys.size;
  }

  add(key: Key): void {
    if (this.#keys.has(key)) return;
    this.#keys.add(key);
    const last = this.#sorted?.at(-1);
    if (last === undefined || compareKeys(last, key) < 0) this.#sorted?.push(key);
    else this.#sorted = undefined;
  }

  remove(key: Key): void {
    if (!this.#keys.delete(key) || this.#sorted === undefined) return;
    this.#sorted.splice(this.#below(this.#sorted, key), 1);
  }

  /** Keys larger than `after` and smaller than `before`, rising. */
  *rising(after: Key | undefined, before: Key | undefined): Generator<Key> {
    const [keys, from, to] = this.#range(after, before);
    for (let i = from; i < to; i++) yield keys[i] as Key;
  }

  /** The same keys, falling. */
  *falling(after: Key | undefined, before: Key | undefined): Generator<Key> {
    const [keys, from, to] = this.#range(after, before);
    for (let i = to - 1; i >= from; i--) yield keys[i] as Key;
  }

  /** How many keys lie between. */
  between(after: Key | undefined, before: Key | undefined): number {
    const [, from, to] = this.#range(after, before);
    return Math.max(0, to - from);
  }

  #range(after: Key | undefined, before: Key | undefined): [Key[], number, number] {
    this.#sorted ??= [...this.#keys].sort(compareKeys);
    const keys = this.#sorted;
    const from = after === undefined ? 0 : this.#below(keys, after) + (this.#keys.has(after) ? 1 : 0);
    return [keys, from, before === undefined ? keys.length : this.#below(keys, before)];
  }

  /** How many keys are smaller than this one. */
  #below(keys: readonly Key[], key: Key): number {
    let low = 0;
    let high = keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareKeys(keys[middle] as Key, key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
