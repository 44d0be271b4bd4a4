import assert from 'node:assert/strict';
import type { Change, Key } from '../../core/change.js';
import type { Filter, Query, Storage, StoredRow } from '../../core/ports.js';
import { batch } from './suite.js';

/** Compares a storage with plain maps over random batches and queries. The same seed does the same. */
export async function compareWithModel(storage: Storage, seed: number): Promise<void> {
  const random = randomNumbers(seed);
  const below = (n: number) => Math.floor(random() * n);
  const pick = <T>(from: readonly T[]): T => from[below(from.length)] as T;
  const maybe = <T>(chance: number, value: () => T): T | undefined =>
    random() < chance ? value() : undefined;
  const words = ['Ab', 'bC', 'ä', 'Ä%', '_x', '', 'é\u{1f600}'];
  const textKeys = [...words, '\ue000', '\u{1f600}', 'zz', "'", 'a', 'b', 'c'];
  const partitions = ['p', 'q', "r'"];
  const model: Record<'users' | 'messages', Map<Key, StoredRow>> = { users: new Map(), messages: new Map() };

  const keyOf = (table: 'users' | 'messages') => (table === 'users' ? pick(textKeys) : below(60));
  const randomChange = (): Change => {
    const table = pick(['users', 'messages'] as const);
    const partition = table === 'users' ? '' : pick(partitions);
    const dice = random();
    if (dice < 0.02) return { op: 'clear', table, in: partition };
    if (dice < 0.2) return { op: 'remove', table, key: keyOf(table) };
    const row = { text: pick(words) + pick(words), n: below(3), on: random() < 0.5 };
    return { op: 'put', table, key: keyOf(table), in: partition, row };
  };
  const apply = (change: Change) => {
    const rows = model[change.table as 'users' | 'messages'];
    if (change.op === 'put') rows.set(change.key, { key: change.key, in: change.in, row: change.row });
    else if (change.op === 'remove') rows.delete(change.key);
    else for (const row of [...rows.values()]) if (row.in === change.in) rows.delete(row.key);
  };
  const randomQuery = (): Query => {
    const table = pick(['users', 'messages'] as const);
    const filter = maybe(0.4, () =>
      given<Filter>({
        equals: maybe(0.6, () =>
          given<Record<string, string | number | boolean>>({
            n: maybe(0.5, () => below(3)),
            on: maybe(0.5, () => true),
          }),
        ),
        contains: maybe(0.6, () => ({ text: pick(words).toUpperCase() })),
      }),
    );
    return {
      table,
      limit: pick([1, 2, 5, 20, 10_000]),
      ...given<Omit<Query, 'table' | 'limit'>>({
        in: maybe(0.6, () => (table === 'users' ? '' : pick(partitions))),
        before: maybe(0.4, () => keyOf(table)),
        after: maybe(0.4, () => keyOf(table)),
        around: maybe(0.25, () => keyOf(table)),
        skip: maybe(0.3, () => below(6)),
        filter,
      }),
    };
  };

  for (let n = 1; n <= 60; n++) {
    const changes = Array.from({ length: below(12) }, randomChange);
    for (const change of changes) apply(change);
    await storage.commit(batch(n, changes));
    for (let i = 0; i < 8; i++) {
      const query = randomQuery();
      const rows = [...model[query.table as 'users' | 'messages'].values()];
      const about = `seed ${seed}, batch ${n}: ${JSON.stringify(query)}`;
      assert.deepEqual(await storage.query(query), expectedPage(rows, query), about);
      const { limit: _limit, skip: _skip, around: _around, ...counted } = query;
      assert.equal(await storage.count(counted), matching(rows, counted).length, `count, ${about}`);
    }
  }
}

/** The meaning of {@link Query}, on a plain list. */
function expectedPage(rows: readonly StoredRow[], query: Query): StoredRow[] {
  const { around, before, limit, skip = 0 } = query;
  const found = matching(rows, query);
  if (around !== undefined) {
    const lower = found.filter((row) => byCodePoint(row.key, around) < 0).slice(-limit);
    const middle = found.filter((row) => row.key === around);
    return [...lower, ...middle, ...found.filter((row) => byCodePoint(row.key, around) > 0).slice(0, limit)];
  }
  if (before === undefined) return found.slice(skip, skip + limit);
  return found.slice(0, Math.max(0, found.length - skip)).slice(-limit);
}

function matching(rows: readonly StoredRow[], query: Omit<Query, 'limit'>): StoredRow[] {
  const { before, after, filter } = query;
  return rows
    .filter(
      (row) =>
        (query.in === undefined || row.in === query.in) &&
        (before === undefined || byCodePoint(row.key, before) < 0) &&
        (after === undefined || byCodePoint(row.key, after) > 0) &&
        Object.entries(filter?.equals ?? {}).every(
          ([field, value]) => Reflect.get(row.row, field) === value,
        ) &&
        Object.entries(filter?.contains ?? {}).every(([field, part]) =>
          String(Reflect.get(row.row, field)).toLowerCase().includes(part.toLowerCase()),
        ),
    )
    .sort((a, b) => byCodePoint(a.key, b.key));
}

function byCodePoint(a: Key, b: Key): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const left = Array.from(String(a), (character) => character.codePointAt(0) ?? 0);
  const right = Array.from(String(b), (character) => character.codePointAt(0) ?? 0);
  for (const [i, x] of left.entries()) {
    const y = right[i];
    if (y === undefined) return 1;
    if (x !== y) return x - y;
  }
  return left.length - right.length;
}

/** Leaves out fields without a value. */
function given<T extends object>(fields: { [Name in keyof T]: T[Name] | undefined }): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
