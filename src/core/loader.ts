import type { Key, Row } from './change.js';
import { ChatError } from './errors.js';
import type { Clock, Storage, StoredRow } from './ports.js';
import type { Load, State } from './state.js';
import { late, within } from './within.js';

/** A rule may find out this many times that it needs further rows. */
export const maxLoads = 8;

/** Reads archive rows into memory. */
export class Loader {
  /** Newest batch stored when a read began, oldest read first. */
  readonly #reads = new Set<{ readonly since: number }>();

  constructor(
    private readonly storage: Storage,
    private readonly state: State,
    private readonly clock: Clock,
    private readonly timeoutMs: number,
  ) {}

  /**
   * The newest batch that every read under way is sure to have seen, `committed` if there is none. Memory must hold what later
   * batches changed until those reads are over: what they bring may be older.
   */
  bound(committed: number): number {
    for (const read of this.#reads) return Math.min(read.since, committed);
    return committed;
  }

  /** Rejects, and takes nothing in, if storage fails or takes too long. `committed`: the newest batch stored. */
  async load(loads: readonly Load[], committed: number): Promise<void> {
    const read = { since: committed };
    this.#reads.add(read);
    try {
      const reading = Promise.all(loads.map((load) => this.#read(load)));
      const found = await within(this.clock, this.timeoutMs, reading);
      if (found === late) {
        throw new ChatError('storage-failed', `no answer in ${this.timeoutMs} ms`, { retryable: true });
      }
      for (const take of found) take();
    } finally {
      this.#reads.delete(read);
    }
  }

  /** Reads, and returns what takes the rows in. */
  async #read(load: Load): Promise<() => void> {
    const { name } = load.table;
    const archive = this.state.archive(name);
    if ('ids' in load) {
      const rows = await this.storage.rows(name, load.ids);
      return () => archive.absorb(load.ids.map((id, i) => [id, rows[i]?.row]));
    }
    const limit = Math.min(10_000, archive.keep + archive.removed);
    const rows = await this.storage.query({
      table: name,
      in: load.window,
      before: Number.MAX_SAFE_INTEGER,
      limit,
    });
    const found = rows.map((one): readonly [number, Row] => [one.key as number, one.row]);
    return () => archive.absorbWindow(load.window, found, rows.length < limit);
  }
}

/** Reads a whole table into memory at start. */
export async function fillTable(query: Storage['query'], state: State, table: string): Promise<void> {
  const limit = 10_000;
  let after: Key | undefined;
  for (;;) {
    const page: StoredRow[] = await query({
      table,
      limit,
      ...(after === undefined ? {} : { after }),
    });
    state.fill(table, page);
    if (page.length < limit) return;
    after = page[page.length - 1]?.key;
  }
}
