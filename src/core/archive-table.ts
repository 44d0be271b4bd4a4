import type { ArchiveLimits } from './archive-limits.js';
import type { Row } from './change.js';
import type { Table } from './table.js';
import { WeighedRows } from './weighed-rows.js';

/** The newest rows of one partition, oldest first. */
interface Window {
  /** Ascending. */
  ids: number[];
  /** Whether the window reaches back to the first row of the partition. */
  complete: boolean;
}

/** The batch that changes of one decision go out with. Its number is set when the decision is accepted. */
export interface BatchMark {
  n: number;
}

/**
 * The part of an archive table that is in memory: windows of newest rows, rows fetched one by one, and every row that
 * storage does not have yet. The copy here always wins over one that arrives from storage.
 */
export class ArchiveTable {
  readonly #rows = new WeighedRows();
  readonly #windows = new Map<string, Window>();
  /** Uncommitted rows and the batch that holds their newest change. */
  readonly #dirty = new Map<number, BatchMark>();
  /** About the bytes of uncommitted rows, as of the last {@link ArchiveTable.settle}. */
  #dirtyBytes = 0;
  /** Partitions cleared, and by which batch: what storage still holds of them is gone already. */
  readonly #cleared = new Map<string, BatchMark>();
  readonly #pins = new Map<number, number>();
  readonly #windowPins = new Map<string, number>();
  readonly #fetched = new Set<number>();

  constructor(
    readonly table: Table,
    private readonly limits: ArchiveLimits,
  ) {}

  /** Newest rows of a partition that stay. */
  get keep(): number {
    return this.limits.archiveNewest;
  }

  has(id: number): boolean {
    return this.#rows.has(id);
  }

  get(id: number): Row | undefined {
    const row = this.#rows.get(id);
    if (row === undefined)
      throw new TypeError(`row ${id} of ${this.table.name} was read but not needed first`);
    return row ?? undefined;
  }

  /** Whether the newest `limit` rows of a partition are in memory. */
  covers(partition: string, limit: number): boolean {
    const window = this.#windows.get(partition);
    return window !== undefined && (window.complete || window.ids.length >= Math.max(limit, 1));
  }

  newest(partition: string, limit: number): Row[] {
    const window = this.#windows.get(partition);
    if (window === undefined)
      throw new TypeError(`newest of ${partition} in ${this.table.name} was read but not needed first`);
    const found: Row[] = [];
    for (const id of window.ids.slice(Math.max(0, window.ids.length - limit))) {
      const row = this.#rows.get(id);
      if (row) found.push(row);
    }
    return found;
  }

  /** Puts or removes a row on behalf of a batch. Returns what undoes it. */
  set(id: number, row: Row | undefined, batch: BatchMark): () => void {
    const before = this.#rows.get(id);
    const beforeDirty = this.#dirty.get(id);
    const known = row ?? before;
    if (known === undefined && !this.table.passing)
      throw new TypeError(`row ${id} of ${this.table.name} was removed but not needed first`);
    const partition = known ? this.#partition(known) : '';
    // Where a new row stands among the newest must be known; one that was there already stays where it is.
    if (row !== undefined && !before && !this.#windows.has(partition) && !this.table.passing) {
      throw new TypeError(`${this.table.name} of ${partition} was written but not needed first`);
    }
    this.#place(id, row ?? null, partition);
    this.#dirty.set(id, batch);
    return () => {
      if (before === undefined) {
        this.#place(id, null, partition);
        this.#rows.delete(id);
      } else {
        this.#place(id, before, partition);
        if (!this.#inWindow(id)) this.#fetched.add(id);
      }
      if (beforeDirty === undefined) this.#dirty.delete(id);
      else this.#dirty.set(id, beforeDirty);
    };
  }

  /** Opens a partition that storage knows nothing of. Returns what undoes it. */
  begin(partition: string): () => void {
    this.#windows.set(partition, { ids: [], complete: true });
    return () => this.#windows.delete(partition);
  }

  /** Forgets every row of a partition. Returns what undoes it. */
  clear(partition: string, batch: BatchMark): () => void {
    const window = this.#windows.get(partition);
    const rows = [...this.#rows].filter(([, row]) => row !== null && this.#partition(row) === partition);
    const dirty = rows.map(([id]) => [id, this.#dirty.get(id)] as const);
    const clearedBefore = this.#cleared.get(partition);
    for (const [id] of rows) {
      this.#rows.set(id, null);
      this.#dirty.set(id, batch);
    }
    if (!this.table.passing) this.#windows.set(partition, { ids: [], complete: true });
    this.#cleared.set(partition, batch);
    return () => {
      // Rows that were looked up meanwhile and taken for gone are there after all.
      for (const [id, row] of this.#rows) if (row === null && !this.#dirty.has(id)) this.#rows.delete(id);
      for (const [id, row] of rows) this.#rows.set(id, row);
      for (const [id, at] of dirty) at === undefined ? this.#dirty.delete(id) : this.#dirty.set(id, at);
      if (window === undefined) this.#windows.delete(partition);
      else this.#windows.set(partition, window);
      if (clearedBefore === undefined) this.#cleared.delete(partition);
      else this.#cleared.set(partition, clearedBefore);
    };
  }

  pin(id: number, by: 1 | -1): void {
    count(this.#pins, id, by);
  }

  /** Keeps the window of a partition whole, whether it is in memory already or on its way. */
  pinWindow(partition: string, by: 1 | -1): void {
    count(this.#windowPins, partition, by);
  }

  /** Rows that are gone here and may still be in storage: a page of the newest rows may hold that many for nothing. */
  get removed(): number {
    let removed = 0;
    for (const id of this.#dirty.keys()) if (this.#rows.get(id) === null) removed++;
    return removed;
  }

  /** Takes in rows that storage gave; `undefined` means that it has none. Rows already here stay as they are. */
  absorb(found: readonly (readonly [number, Row | undefined])[]): void {
    for (const [id, row] of found) {
      if (this.#rows.has(id)) continue;
      const gone = row === undefined || this.#cleared.has(this.#partition(row));
      this.#rows.set(id, gone ? null : row);
      this.#fetched.add(id);
    }
  }

  /** Takes in the newest rows of a partition as storage has them, oldest first. */
  absorbWindow(partition: string, rows: readonly (readonly [number, Row])[], complete: boolean): void {
    if (this.#cleared.has(partition)) return;
    const before = this.#windows.get(partition);
    const ids = new Set<number>();
    for (const [id, row] of rows) {
      if (!this.#rows.has(id)) this.#rows.set(id, row);
      if (this.#rows.get(id) !== null) ids.add(id);
    }
    for (const id of before?.ids ?? []) ids.add(id);
    this.#windows.set(partition, { ids: [...ids].sort((a, b) => a - b), complete });
  }

  /** Lets go of what is committed and no longer needed in memory. No read begun before this batch was stored may be under way. */
  settle(committed: number): void {
    this.#dirtyBytes = 0;
    for (const [id, batch] of this.#dirty) {
      if (batch.n > committed) {
        this.#dirtyBytes += this.#rows.bytesOf(id);
        continue;
      }
      this.#dirty.delete(id);
      if (this.#rows.get(id) === null && !this.#pins.has(id)) this.#rows.delete(id);
      else if (!this.#inWindow(id)) this.#fetched.add(id);
    }
    for (const [partition, batch] of this.#cleared) {
      if (batch.n <= committed) this.#cleared.delete(partition);
    }
    this.#evictFetched();
    this.#evictWindows();
  }

  /** How many rows are in memory. */
  get size(): number {
    return this.#rows.size;
  }

  /** About the bytes of all rows in memory. */
  get bytes(): number {
    return this.#rows.bytes;
  }

  #partition(row: Row): string {
    return this.table.partition?.(row as never) ?? '';
  }

  #place(id: number, row: Row | null, partition: string): void {
    const existed = Boolean(this.#rows.get(id));
    this.#rows.set(id, row);
    const window = this.#windows.get(partition);
    if (window === undefined) return;
    const { ids } = window;
    const at = search(ids, id);
    const there = ids[at] === id;
    if (row === null) {
      if (there) ids.splice(at, 1);
      return;
    }
    // A row older than an incomplete window lies in the part that is not in memory.
    if (there || (at === 0 && !window.complete && (existed || ids.length > 0))) return;
    if (at === ids.length) ids.push(id);
    else ids.splice(at, 0, id);
    if (ids.length >= this.keep * 2 && !this.#windowPins.has(partition)) this.#trim(window);
  }

  #trim(window: Window): void {
    for (const id of window.ids.splice(0, window.ids.length - this.keep)) {
      if (this.#dirty.has(id) || this.#pins.has(id)) this.#fetched.add(id);
      else this.#rows.delete(id);
    }
    window.complete = false;
  }

  #inWindow(id: number): boolean {
    const row = this.#rows.get(id);
    if (!row) return false;
    const ids = this.#windows.get(this.#partition(row))?.ids ?? [];
    return ids[search(ids, id)] === id;
  }

  #evictFetched(): void {
    const most = this.table.passing ? 0 : this.limits.archiveRows;
    for (const id of this.#fetched) {
      if (this.#fetched.size <= most && !this.#tooLarge) return;
      if (this.#dirty.has(id) || this.#pins.has(id)) continue;
      this.#fetched.delete(id);
      if (!this.#inWindow(id)) this.#rows.delete(id);
    }
  }

  #evictWindows(): void {
    for (const [partition, window] of this.#windows) {
      if (this.#windows.size <= this.limits.archivePartitions && !this.#tooLarge) return;
      if (this.#windowPins.has(partition) || this.#cleared.has(partition)) continue;
      if (window.ids.some((id) => this.#dirty.has(id) || this.#pins.has(id))) continue;
      // The last one used is needed again for the next row.
      if (this.#windows.size === 1) break;
      this.#windows.delete(partition);
      for (const id of window.ids) this.#rows.delete(id);
    }
    for (const [partition, window] of this.#windows) {
      if (!this.#tooLarge) return;
      if (!this.#windowPins.has(partition)) this.#shorten(window);
    }
  }

  /** Lets go of the oldest rows of a window, but for its newest, while there are too many bytes. */
  #shorten(window: Window): void {
    const { ids } = window;
    let gone = 0;
    while (gone < ids.length - 1 && this.#tooLarge) {
      const id = ids[gone] as number;
      if (this.#dirty.has(id) || this.#pins.has(id)) break;
      this.#rows.delete(id);
      gone++;
    }
    if (gone === 0) return;
    ids.splice(0, gone);
    window.complete = false;
  }

  /** Whether what could leave memory is more than may stay. */
  get #tooLarge(): boolean {
    return this.#rows.bytes - this.#dirtyBytes > this.limits.archiveBytes;
  }

  /** Marks a partition as used, so that it is evicted last. */
  touch(partition: string): void {
    const window = this.#windows.get(partition);
    if (window === undefined) return;
    const { archivePartitions, archiveBytes } = this.limits;
    if (this.#windows.size < archivePartitions && this.#rows.bytes < archiveBytes / 2) return;
    this.#windows.delete(partition);
    this.#windows.set(partition, window);
  }
}

function count<K>(pins: Map<K, number>, key: K, by: 1 | -1): void {
  const now = (pins.get(key) ?? 0) + by;
  if (now > 0) pins.set(key, now);
  else pins.delete(key);
}

/** Index of the first element not below `id`. */
function search(ids: readonly number[], id: number): number {
  const last = ids.length - 1;
  if (last < 0 || id > (ids[last] as number)) return ids.length;
  let low = 0;
  let high = last;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ids[middle] as number) < id) low = middle + 1;
    else high = middle;
  }
  return low;
}
