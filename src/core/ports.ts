import type { Change, Key, Row, TableSpec } from './change.js';

/** A row as storage hands it out. */
export interface StoredRow {
  readonly key: Key;
  /** Partition of an archive row, `''` elsewhere. */
  readonly in: string;
  readonly row: Row;
}

/**
 * Everything one or more decisions changed, stored in one transaction.
 *
 * `n` numbers batches upwards. `after` is the number that must be the newest stored one; it is `n - 1` except
 * after an abandoned batch, whose number is skipped so that a late arrival of it can be told from its successor.
 */
export interface Batch {
  readonly n: number;
  readonly after: number;
  readonly changes: readonly Change[];
}

/**
 * A page of rows of one table, in ascending order of key: numbers by size, text by code point (the order of its UTF-8 bytes).
 * Bounds are exclusive. Without `before`, `after` and `around` the page starts at the oldest row.
 */
export interface Query {
  readonly table: string;
  /** Only this partition. Without it, all rows of the table. */
  readonly in?: string;
  /** Rows with a smaller key; the newest such are taken. */
  readonly before?: Key;
  /** Rows with a larger key; the oldest such are taken, unless `before` is given too. */
  readonly after?: Key;
  /**
   * The row with this key in the middle: up to `limit` rows below it, itself, and up to `limit` above. There need not be such a
   * row. The other conditions hold as well; `skip` is not looked at.
   */
  readonly around?: Key;
  /** Leaves out that many matching rows at the end the page starts from. Default 0. */
  readonly skip?: number;
  readonly filter?: Filter;
  /** 1 to 10,000 rows. */
  readonly limit: number;
}

/** Conditions on top-level fields of a row; all must hold. */
export interface Filter {
  /** Field equals this text, number or boolean. */
  readonly equals?: Readonly<Record<string, string | number | boolean>>;
  /** Field is text that contains this text, ignoring case as `toLowerCase` does. */
  readonly contains?: Readonly<Record<string, string>>;
}

/** What a storage is opened with. */
export interface OpenOptions {
  readonly tables: readonly TableSpec[];
  /**
   * The version of the rows' shapes this code writes. Storage keeps the newest it was opened with and refuses a
   * smaller one with `storage-newer`.
   */
  readonly format: number;
  /** What to do while another process holds the lease: fail with `storage-in-use`, or wait until it is free. */
  readonly takeover: 'refuse' | 'wait';
  /** Ends waiting. */
  readonly signal?: AbortSignal;
  /** To be called once the lease is taken: from there on opening may take `storageOpenMs`. Without the call, an opening that waits may take for ever. */
  leased?(): void;
}

/** What was found by {@link Storage.open}. */
export interface Opened {
  /** Number of the newest committed batch; 0 for new storage. */
  readonly lastCommitted: number;
  /** The format that the rows were written with before this opening; 0 for new storage. */
  readonly format: number;
}

/**
 * Where a chat keeps what must survive. One process at a time has it open.
 *
 * Every promise may reject with anything; the engine treats a rejection as "not known to be done". Rejections with a
 * `ChatError` keep their code: `storage-in-use`, `storage-newer`, `storage-conflict`, `storage-failed`, `storage-closed`, and
 * `options-invalid` for calls that are wrong in themselves: unknown or live tables, keys of the wrong kind, a limit out of range,
 * and NUL or lone surrogates in keys, partitions and ids (rows may hold any text).
 * `contract suites` for implementations are exported from `polylect/testing`.
 */
export interface Storage {
  /** Takes the exclusive lease, creates or migrates what is needed. May be called again after `close`. */
  open(options: OpenOptions): Promise<Opened>;
  /**
   * Applies all changes and records `n`, or does nothing.
   * Resolves at once if `n` is the newest batch stored (the call was repeated). Rejects with `storage-conflict` if the newest
   * is neither `n` nor `after`. May return nothing instead of a promise when it is done at once.
   */
  commit(batch: Batch): Promise<void> | void;
  /** Number of the newest committed batch, asked from the storage itself. */
  lastCommitted(): Promise<number>;
  /** Rows by key, in the order asked; `undefined` where there is none. */
  rows(table: string, keys: readonly Key[]): Promise<(StoredRow | undefined)[]>;
  /** A page of rows, in ascending order of key. */
  query(query: Query): Promise<StoredRow[]>;
  /** How many rows a query without limit would give; `skip` is not looked at. */
  count(query: Omit<Query, 'limit' | 'skip' | 'around'>): Promise<number>;
  /** Opaque bytes that rows point to. Not part of batches: written before the row, swept after it. */
  readonly bodies: Bodies;
  /** Gives the lease back. Later calls reject with `storage-closed`. Safe to call twice. */
  close(): Promise<void>;
}

/** Opaque bytes under ids. An id is used for one body only, also after that is gone. */
export interface Bodies {
  /**
   * Stores bytes under a new id, whole or piece by piece; the next piece is asked for when the one before is taken in, so a large body
   * is never in memory whole. Nothing of it is to be seen before the last piece is stored, not after a crash either. If the pieces
   * throw, rejects with what they threw and keeps nothing. Writing the same id again with the same bytes is fine.
   */
  put(id: string, bytes: Uint8Array | AsyncIterable<Uint8Array>): Promise<void>;
  /** The bytes under an id, or a part of them; `undefined` if there are none. */
  read(id: string, range?: BodyRange): Promise<Body | undefined>;
  /** Removes bytes; ids that are not there are fine. */
  remove(ids: readonly string[]): Promise<void>;
  /** Ids in ascending order of text, after one of them, with the time they were put (ms since the Unix epoch). */
  list(page: { after?: string; limit: number }): Promise<{ id: string; at: number; bytes: number }[]>;
}

/** Makes and checks hashes of passwords. Slow by intent; must not hold up the event loop for long. */
export interface PasswordHasher {
  /** Rejects with `hasher-busy` when too much waits already. */
  hash(password: string): Promise<string>;
  /**
   * Whether a password is the one that was hashed. `rehash`: it is, and the hash should be replaced by a new one. Rejects with
   * `hasher-busy` when too much waits already, and with `hasher-failed` for a hash of a kind it does not know.
   */
  verify(hash: string, password: string): Promise<{ readonly ok: boolean; readonly rehash: boolean }>;
}

/** A hash of bytes that come piece by piece. */
export interface Digest {
  update(bytes: Uint8Array): void;
  /** The hash of all that came, hexadecimal. Once. */
  hex(): string;
}

/** A part of a body: from one byte up to, and without, another. What lies outside the body is left out. */
export interface BodyRange {
  /** Default 0. */
  readonly from?: number;
  /** Default: the end. */
  readonly to?: number;
}

/** A body that is being read. */
export interface Body {
  /** Bytes of the whole body, also when only a part is read. */
  readonly size: number;
  /** The bytes asked for, once, in pieces of at most 1 MiB. Throws `storage-failed` if the body is removed meanwhile. */
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** Time and turns of the event loop. Tests inject their own. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Runs `run` once after `ms`; the returned function cancels. Must not keep the process alive. */
  after(ms: number, run: () => void): () => void;
  /** Runs `run` once this turn of the event loop is over. */
  soon(run: () => void): void;
}

/** Levels and argument order as in pino. The default logger is silent. */
export interface Logger {
  /** What only a developer wants to know. */
  debug(about: object, message: string): void;
  /** What happens in the ordinary course of things. */
  info(about: object, message: string): void;
  /** What is handled but should be looked at. */
  warn(about: object, message: string): void;
  /** What went wrong. */
  error(about: object, message: string): void;
}

/** Counters and gauges. Names are dotted lower-case words; labels are few and bounded. */
export interface Metrics {
  /** Adds to a counter. Default 1. */
  count(name: string, value?: number, labels?: Readonly<Record<string, string>>): void;
  /** Sets a gauge. */
  gauge(name: string, value: number, labels?: Readonly<Record<string, string>>): void;
}
