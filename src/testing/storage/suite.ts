import assert from 'node:assert/strict';
import type { Change, Key, TableSpec } from '../../core/change.js';
import { ChatError, type ErrorCode } from '../../core/errors.js';
import type { Batch, BodyRange, OpenOptions, Storage } from '../../core/ports.js';

/** What the suite needs of a test runner; vitest, jest and `node:test` have it. */
export interface Runner {
  /** Opens a group of tests. */
  describe(name: string, body: () => void): unknown;
  /** Declares a test. */
  it(name: string, body: () => Promise<void>): unknown;
}

/** One fresh storage to be tested. */
export interface StorageUnderTest {
  /** New, empty, not opened. */
  readonly storage: Storage;
  /** Another handle on the same data, as a second process would have it. May be the same object. Without it those tests are left out. */
  again?(): Storage;
  /** Clears away. Called after `close` of all handles. */
  dispose?(): void | Promise<void>;
}

/** The tables that the suite opens storage with. */
export const contractTables: readonly TableSpec[] = [
  { name: 'users', class: 'resident', key: 'text' },
  { name: 'read_marks', class: 'lazy', key: 'text' },
  { name: 'messages', class: 'archive', key: 'integer' },
  { name: 'votes', class: 'archive', key: 'integer' },
  { name: 'sessions', class: 'live', key: 'text' },
];

/** One test on a storage, which is closed and cleared away afterwards. */
export type StorageTest = (
  name: string,
  body: (storage: Storage, made: StorageUnderTest) => Promise<void>,
) => unknown;

/** A part of the suite. */
export type Part = (describe: Runner['describe'], test: StorageTest, unopened: StorageTest) => void;

export const hostile = [
  `'; DROP TABLE users; --`,
  `" OR ""="`,
  '%_',
  '%',
  '_',
  '\\',
  '?1',
  '$key',
  ' ',
  '',
  'a\nb',
  '\u202e',
  '\u{1f600}',
  '\uffff',
  'null',
  '0',
  '1e3',
  '__proto__',
  'constructor',
  'x'.repeat(5000),
];

export function opening(change: Partial<OpenOptions> = {}): OpenOptions {
  return { tables: contractTables, format: 1, takeover: 'refuse', ...change };
}

export function batch(n: number, changes: readonly Change[]): Batch {
  return { n, after: n - 1, changes };
}

export function put(table: string, key: Key, row: object, partition = ''): Change {
  return { op: 'put', table, key, in: partition, row };
}

export function numbers(from: number, to: number): Change[] {
  return Array.from({ length: to - from + 1 }, (_, i) => put('messages', from + i, { n: from + i }, 'c'));
}

export async function texts(storage: Storage, table: string): Promise<Key[]> {
  return (await storage.query({ table, limit: 1000 })).map((row) => row.key);
}

/** A whole body, or a part of it. */
export async function plain(
  storage: Storage,
  id: string,
  range?: BodyRange,
): Promise<Uint8Array | undefined> {
  const body = await storage.bodies.read(id, range);
  if (body === undefined) return undefined;
  const bytes: number[] = [];
  for await (const piece of body.bytes) {
    assert.ok(piece.length <= 2 ** 20, `a piece has ${piece.length} bytes`);
    for (const byte of piece) bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}

export async function refused(code: ErrorCode, call: () => unknown): Promise<ChatError> {
  try {
    await call();
  } catch (thrown) {
    assert.ok(thrown instanceof ChatError, `${code} expected, got ${String(thrown)}`);
    assert.equal(thrown.code, code, thrown.message);
    return thrown;
  }
  return assert.fail(`${code} expected, but it was done`);
}
