import { ChatError } from '../../core/errors.js';

export type SqlValue = null | number | string | Uint8Array;
export type SqlRow = Record<string, SqlValue>;

/** The part of `node:sqlite` that is used here; `@photostructure/sqlite` has the same. */
export interface Database {
  exec(sql: string): void;
  prepare(sql: string): Statement;
  close(): void;
}

export interface Statement {
  run(...values: SqlValue[]): unknown;
  get(...values: SqlValue[]): SqlRow | undefined;
  all(...values: SqlValue[]): SqlRow[];
  iterate(...values: SqlValue[]): IterableIterator<SqlRow>;
}

interface Driver {
  DatabaseSync: new (file: string, options?: { timeout?: number; readOnly?: boolean }) => Database;
}

/** Node's own SQLite where it has one (22.13 and later), else the package with the same face. */
export async function loadDriver(): Promise<Driver> {
  const builtin = process.getBuiltinModule?.('node:sqlite') as Driver | undefined;
  if (builtin !== undefined) return builtin;
  try {
    return (await import('@photostructure/sqlite')) as unknown as Driver;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') {
      throw new ChatError('storage-failed', '@photostructure/sqlite does not load', { cause: thrown });
    }
    throw new ChatError(
      'storage-failed',
      `Node ${process.versions.node} has no node:sqlite: install @photostructure/sqlite or use Node 22.13 or later`,
      { cause: thrown },
    );
  }
}

/** Primary result codes of SQLite, see https://sqlite.org/rescode.html */
const busy = 5;
const passing = new Set([busy, /* locked */ 6, /* no memory */ 7, /* input or output */ 10, /* full */ 13]);

/** Somebody else holds the lock. */
export function isBusy(thrown: unknown): boolean {
  return resultCode(thrown) === busy;
}

/** Makes a `storage-failed` of what SQLite threw; worth repeating when the disk is full, failing or locked. */
export function sqlFailure(what: string, thrown: unknown): ChatError {
  if (thrown instanceof ChatError) return thrown;
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  const code = resultCode(thrown);
  const retryable = code !== undefined && passing.has(code);
  return new ChatError('storage-failed', `${what}: ${reason}`, { retryable, cause: thrown });
}

function resultCode(thrown: unknown): number | undefined {
  const { errcode } = (thrown ?? {}) as { errcode?: unknown };
  return typeof errcode === 'number' ? errcode & 0xff : undefined;
}
