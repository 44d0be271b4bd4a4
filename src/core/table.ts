import type { Key, Row, TableSpec } from './change.js';

/**
 * A table of a noun: how its rows are kept, keyed and found.
 *
 * Rows are plain JSON objects that carry their own key; they are replaced, never changed in place.
 */
export interface Table<R extends Row = Row, I extends Key = Key, Ix extends string = string>
  extends TableSpec {
  /** The key inside a row. */
  id(row: R): I;
  /** The partition of an archive row; queries and windows of newest rows are per partition. */
  partition?(row: R): string;
  /**
   * Of an archive table whose rows are read from storage by those who show them, hardly ever by rules: in memory only while a command needs them
   * or storage does not have them. Nothing has to be loaded before it is put or removed, a row that is not there may be removed, and there are no
   * newest rows.
   */
  readonly passing?: true;
  /** Further ways to find rows of a table in memory. `undefined` leaves the row out of that index. */
  readonly indexes?: { readonly [name in Ix]: (row: R) => Key | undefined };
}

/** Declares a table; exists for the inference of its types. */
export function table<R extends Row, I extends Key = string, Ix extends string = never>(
  definition: Table<R, I, Ix>,
): Table<R, I, Ix> {
  return definition;
}

/** Rows that a command must see: by key, or the newest `limit` of a partition. Only archive tables need naming. */
export type Need =
  | { readonly table: Table<never, number, never>; readonly ids: readonly number[] }
  | { readonly table: Table<never, number, never>; readonly newest: string; readonly limit: number };

/** Reading access to the state. Archive rows are there only if a need named them. */
export interface View {
  get<R extends Row, I extends Key, Ix extends string>(table: Table<R, I, Ix>, id: I): R | undefined;
  /** A row if it is in memory by now: for needs that rest on a loaded row. */
  peek<R extends Row, I extends Key, Ix extends string>(table: Table<R, I, Ix>, id: I): R | undefined;
  /** All rows of a table in memory, in no promised order: a rule for which order matters sorts them. */
  all<R extends Row, I extends Key, Ix extends string>(table: Table<R, I, Ix>): Iterable<R>;
  size(table: Table<never, never, never>): number;
  /** Rows with that value of an index, at most `limit` of them, in no promised order. */
  by<R extends Row, I extends Key, Ix extends string>(
    table: Table<R, I, Ix>,
    index: Ix,
    value: Key,
    limit?: number,
  ): R[];
  /** How many {@link View.by} would find. */
  count<R extends Row, I extends Key, Ix extends string>(
    table: Table<R, I, Ix>,
    index: Ix,
    value: Key,
  ): number;
  /** Any one of {@link View.by}. */
  one<R extends Row, I extends Key, Ix extends string>(
    table: Table<R, I, Ix>,
    index: Ix,
    value: Key,
  ): R | undefined;
  /** Up to `limit` newest rows of a partition of an archive table, oldest first. */
  newest<R extends Row, Ix extends string>(
    table: Table<R, number, Ix>,
    partition: string,
    limit: number,
  ): R[];
}
