import type { Key, Row } from './change.js';
import type { Table } from './table.js';

type Slot = Key | Set<Key>;

/** Rows of one resident, lazy or live table with their indexes. */
export class MemoryTable {
  readonly rows = new Map<Key, Row>();
  readonly #indexes: { name: string; value: (row: Row) => Key | undefined; slots: Map<Key, Slot> }[] = [];

  constructor(table: Table) {
    for (const [name, value] of Object.entries(table.indexes ?? {})) {
      this.#indexes.push({ name, value, slots: new Map() });
    }
  }

  /** Puts a row, or removes it when `row` is undefined. Returns what was there. */
  set(key: Key, row: Row | undefined): Row | undefined {
    const previous = this.rows.get(key);
    for (const index of this.#indexes) {
      const before = previous === undefined ? undefined : index.value(previous);
      const after = row === undefined ? undefined : index.value(row);
      if (before === after) continue;
      if (before !== undefined) takeOut(index.slots, before, key);
      if (after !== undefined) putIn(index.slots, after, key);
    }
    if (row === undefined) this.rows.delete(key);
    else this.rows.set(key, row);
    return previous;
  }

  by(name: string, value: Key, limit = Number.POSITIVE_INFINITY): Row[] {
    const slot = this.#slot(name, value);
    if (slot === undefined) return [];
    const found: Row[] = [];
    for (const key of slot instanceof Set ? slot : [slot]) {
      if (found.length >= limit) break;
      const row = this.rows.get(key);
      if (row !== undefined) found.push(row);
    }
    return found;
  }

  count(name: string, value: Key): number {
    const slot = this.#slot(name, value);
    if (slot === undefined) return 0;
    return slot instanceof Set ? slot.size : 1;
  }

  one(name: string, value: Key): Row | undefined {
    const slot = this.#slot(name, value);
    if (slot === undefined) return undefined;
    if (!(slot instanceof Set)) return this.rows.get(slot);
    for (const key of slot) return this.rows.get(key);
    return undefined;
  }

  #slot(name: string, value: Key): Slot | undefined {
    const index = this.#indexes.find((one) => one.name === name);
    if (index === undefined) throw new TypeError(`no index ${name}`);
    return index.slots.get(value);
  }
}

/** One key is kept bare, several in a set: most indexes are unique or nearly so. */
function putIn(slots: Map<Key, Slot>, value: Key, key: Key): void {
  const slot = slots.get(value);
  if (slot === undefined) slots.set(value, key);
  else if (slot instanceof Set) slot.add(key);
  else slots.set(value, new Set([slot, key]));
}

function takeOut(slots: Map<Key, Slot>, value: Key, key: Key): void {
  const slot = slots.get(value);
  if (slot instanceof Set) {
    slot.delete(key);
    if (slot.size === 0) slots.delete(value);
  } else if (slot === key) {
    slots.delete(value);
  }
}
