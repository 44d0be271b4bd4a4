import type { Row } from './change.js';

/** Rows by id that know about how many bytes they are together. `null`: known not to exist. */
export class WeighedRows {
  readonly #rows = new Map<number, Row | null>();
  readonly #bytes = new Map<number, number>();
  /** About the bytes of all rows. */
  bytes = 0;

  get size(): number {
    return this.#rows.size;
  }

  has(id: number): boolean {
    return this.#rows.has(id);
  }

  get(id: number): Row | null | undefined {
    return this.#rows.get(id);
  }

  /** About the bytes of one row; 0 if it is not here. */
  bytesOf(id: number): number {
    return this.#bytes.get(id) ?? 0;
  }

  set(id: number, row: Row | null): void {
    if (row === null) {
      this.#forget(id);
    } else if (row !== this.#rows.get(id)) {
      const bytes = jsonBytes(row);
      this.bytes += bytes - this.bytesOf(id);
      this.#bytes.set(id, bytes);
    }
    this.#rows.set(id, row);
  }

  delete(id: number): void {
    this.#forget(id);
    this.#rows.delete(id);
  }

  [Symbol.iterator](): IterableIterator<[number, Row | null]> {
    return this.#rows[Symbol.iterator]();
  }

  #forget(id: number): void {
    this.bytes -= this.bytesOf(id);
    this.#bytes.delete(id);
  }
}

/** About how long the JSON of a value is, without making it. */
export function jsonBytes(value: unknown): number {
  if (typeof value === 'string') return value.length + 3;
  if (typeof value !== 'object' || value === null) return 8;
  let bytes = 2;
  if (Array.isArray(value)) for (const one of value) bytes += jsonBytes(one);
  else
    for (const name in value) bytes += name.length + 3 + jsonBytes((value as Record<string, unknown>)[name]);
  return bytes;
}
