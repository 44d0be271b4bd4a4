import type { Change, Key, TableSpec } from '../../core/change.js';
import { ChatError } from '../../core/errors.js';
import type { Batch, BodyRange, Query } from '../../core/ports.js';

/** NUL and lone surrogates: databases cut or replace them, and two keys would become one. */
const unstorable = /[\0\p{Surrogate}]/u;

/** The tables an adapter was opened with. Refuses with `options-invalid` whatever does not fit them. */
export class Tables {
  readonly #specs = new Map<string, TableSpec>();

  constructor(specs: readonly TableSpec[]) {
    for (const spec of specs) {
      if (!/^[a-z_]+$/.test(spec.name) || /^(sqlite|polylect)_/.test(spec.name)) {
        throw invalid(`"${spec.name}" cannot be the name of a table`);
      }
      if (this.#specs.has(spec.name)) throw invalid(`table ${spec.name} is listed twice`);
      if (spec.class === 'archive' && spec.key !== 'integer') {
        throw invalid(`table ${spec.name} is an archive, so its keys must be integers`);
      }
      if (spec.class !== 'live') this.#specs.set(spec.name, spec);
    }
  }

  /** All but the live ones. */
  get stored(): TableSpec[] {
    return [...this.#specs.values()];
  }

  checkBatch(batch: Batch): void {
    checkCount('n', batch.n, 1);
    checkCount('after', batch.after, 0);
    if (batch.n <= batch.after) throw invalid(`batch ${batch.n} cannot come after ${batch.after}`);
    for (const change of batch.changes) this.#checkChange(change);
  }

  checkKeys(table: string, keys: readonly Key[]): void {
    const spec = this.#find(table);
    for (const key of keys) checkKey(spec, key);
  }

  checkQuery(query: Omit<Query, 'limit'>): void {
    const spec = this.#find(query.table);
    for (const key of [query.before, query.after, query.around]) {
      if (key !== undefined) checkKey(spec, key);
    }
    if (query.in !== undefined) checkText('in', query.in);
    if (query.skip !== undefined) checkCount('skip', query.skip, 0);
  }

  #checkChange(change: Change): void {
    const spec = this.#find(change.table);
    if (change.op !== 'clear') checkKey(spec, change.key);
    if (change.op === 'remove') return;
    checkText('in', change.in);
    if (spec.class !== 'archive' && change.in !== '') {
      throw invalid(`table ${spec.name} has no partitions, got in: ${JSON.stringify(change.in)}`);
    }
  }

  #find(name: string): TableSpec {
    const spec = this.#specs.get(name);
    if (spec === undefined) throw invalid(`"${name}" is not one of the stored tables`);
    return spec;
  }
}

export function checkLimit(limit: number): void {
  checkCount('limit', limit, 1);
  if (limit > 10_000) throw invalid(`limit is ${limit}, at most 10000`);
}

/** Refuses text that may not be a key, a partition or the id of a body. */
export function checkText(what: string, text: string): void {
  if (typeof text !== 'string') throw invalid(`${what} is a ${typeof text}, must be text`);
  if (unstorable.test(text)) throw invalid(`${what} ${JSON.stringify(text)} has a NUL or half a character`);
}

/** A part of a body of some size, clipped to it. */
export function partOf(size: number, { from = 0, to = size }: BodyRange = {}): { from: number; to: number } {
  checkCount('from', from, 0);
  checkCount('to', to, 0);
  return { from: Math.min(from, size), to: Math.min(to, size) };
}

function checkKey(spec: TableSpec, key: Key): void {
  if (spec.key === 'text') checkText(`key of ${spec.name}`, key as string);
  else if (!Number.isSafeInteger(key)) {
    throw invalid(`key of ${spec.name} is ${JSON.stringify(key)}, must be an integer below 2^53`);
  }
}

function checkCount(what: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least) {
    throw invalid(`${what} is ${String(value)}, must be an integer from ${least}`);
  }
}

function invalid(message: string): ChatError {
  return new ChatError('options-invalid', message);
}
