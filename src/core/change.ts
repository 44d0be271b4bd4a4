/** The key of a row inside its table: text, or an integer below 2^53 for archive tables. */
export type Key = string | number;

/** A stored row: plain JSON data, never changed in place. */
export type Row = object;

/**
 * How a table is kept.
 *
 * - `resident`: all rows in memory, written with the batch that decided them.
 * - `lazy`: like resident, but writes are coalesced per key and may lag (at most 2 s by default); a crash may lose that much.
 *   Removals do not lag.
 * - `archive`: rows in storage; the newest of each partition in use stay in memory. Keys are integers.
 * - `live`: never stored.
 */
export type TableClass = 'resident' | 'lazy' | 'archive' | 'live';

/** What storage has to know of a table. */
export interface TableSpec {
  /** Lower-case letters and underscores; a name of a table in SQL. */
  readonly name: string;
  readonly class: TableClass;
  readonly key: 'text' | 'integer';
}

/** One step of a batch. The steps of a batch are applied in order, all or none. */
export type Change =
  | {
      readonly op: 'put';
      readonly table: string;
      readonly key: Key;
      /** The partition, for archive rows (a channel's id); `''` elsewhere. */
      readonly in: string;
      readonly row: Row;
    }
  | { readonly op: 'remove'; readonly table: string; readonly key: Key }
  /** Removes every row of one partition. */
  | { readonly op: 'clear'; readonly table: string; readonly in: string };
