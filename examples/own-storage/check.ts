import { type Batch, ChatError, type Key, type TableSpec } from 'polylect';

/**
 * Refuses a batch before anything of it is written: `options-invalid` where it is wrong in itself, `storage-conflict` where it does not follow
 * the newest one. A repetition of the newest passes.
 */
export function checkBatch(batch: Batch, tables: readonly TableSpec[], newest: number): void {
  const { n, after, changes } = batch;
  need(
    Number.isSafeInteger(n) && Number.isSafeInteger(after) && after >= 0 && n > after,
    `batch ${n} after ${after}`,
  );
  for (const change of changes) {
    const table = tables.find((one) => one.name === change.table);
    need(table !== undefined, `table ${change.table}`);
    if (change.op !== 'clear') need(fits(table as TableSpec, change.key), `a key of ${change.table}`);
    if (change.op === 'remove') continue;
    need(isText(change.in), `a partition of ${change.table}`);
    need(table?.class === 'archive' || change.in === '', `a partition of ${change.table}, which has none`);
  }
  if (n !== newest && after !== newest)
    throw new ChatError(
      'storage-conflict',
      `batch ${n} comes after ${after}, but the newest stored is ${newest}`,
    );
}

function fits(table: TableSpec, key: Key): boolean {
  return table.key === 'integer' ? Number.isSafeInteger(key) : isText(key);
}

/** Text without NUL and halves of characters, which many databases would cut or replace. */
function isText(value: unknown): boolean {
  return typeof value === 'string' && !/[\0\p{Surrogate}]/u.test(value);
}

function need(holds: boolean, what: string): void {
  if (!holds) throw new ChatError('options-invalid', `${what} cannot be stored`);
}
