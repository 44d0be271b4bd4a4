import type { Key, Row } from '../../../src/core/change.js';
import type { FaultyStorage } from '../../../src/testing/faulty-storage.js';

/** What a storage has committed, followed batch by batch: asking costs the same however much there is. */
export class StoredRows {
  readonly #tables = new Map<string, Map<Key, { readonly in: string; readonly row: Row }>>();
  /** What was ever put, also what was removed since. Of messages the ids are enough. */
  readonly #ever = new Map<string, Map<Key, Row | undefined>>();
  #newest = 0;
  #storage: FaultyStorage;

  /** `storage`: one that holds nothing yet. `tables`: those that are to be looked at, besides messages. */
  constructor(storage: FaultyStorage, tables: readonly string[]) {
    this.#storage = storage;
    for (const name of ['messages', ...tables]) {
      this.#tables.set(name, new Map());
      this.#ever.set(name, new Map());
    }
  }

  /** Goes on with a copy of what was followed until now. */
  goOn(copy: FaultyStorage): void {
    this.#follow();
    this.#storage = copy;
  }

  /** The rows of a table, by key. Only of tables that were named. */
  table(name: string): ReadonlyMap<Key, { readonly in: string; readonly row: Row }> {
    this.#follow();
    const table = this.#tables.get(name);
    if (table === undefined) throw new Error(`${name} is not followed`);
    return table;
  }

  has(table: string, key: Key): boolean {
    return this.table(table).has(key);
  }

  /** The id of the newest message that was ever committed. */
  get newestMessage(): number {
    this.#follow();
    return this.#newest;
  }

  /** Whether a message was ever committed. */
  wasStored(message: number): boolean {
    return this.everHad('messages', message);
  }

  /** Whether a row was ever committed. */
  everHad(table: string, key: Key): boolean {
    this.table(table);
    return this.#ever.get(table)?.has(key) === true;
  }

  /** A row as it was committed last, also if it was removed since; of messages there are none. */
  lastOf(table: string, key: Key): Row | undefined {
    this.table(table);
    return this.#ever.get(table)?.get(key);
  }

  /** Takes in what was committed since, and lets the storage forget how it came about. */
  #follow(): void {
    const { stored, tried } = this.#storage;
    if (stored.length === 0) return;
    for (const { changes } of stored.splice(0)) {
      for (const change of changes) {
        const table = this.#tables.get(change.table);
        if (table === undefined) continue;
        const isMessage = change.table === 'messages';
        if (change.op === 'put') {
          table.set(change.key, { in: change.in, row: change.row });
          this.#ever.get(change.table)?.set(change.key, isMessage ? undefined : change.row);
          if (isMessage) this.#newest = Math.max(this.#newest, change.key as number);
        } else if (change.op === 'remove') table.delete(change.key);
        else for (const [key, row] of table) if (row.in === change.in) table.delete(key);
      }
    }
    tried.length = 0;
  }
}
