import { archiveLimits } from '../core/archive-limits.js';
import type { Key, Row } from '../core/change.js';
import type { Noun, Result, Rule } from '../core/command.js';
import type { Event } from '../core/event.js';
import { firstIdAt } from '../core/ids.js';
import { Rejection } from '../core/rejection.js';
import { Reader, State, Tx } from '../core/state.js';
import type { Table, View } from '../core/table.js';

/** Decides commands of some nouns one by one over a state in memory: no storage, no queue, no clock of its own. */
export class RuleBench<M> {
  /** When the next command is decided: milliseconds since the Unix epoch. */
  at: number;
  /** What the last granted command told. */
  events: Event[] = [];
  readonly #state: State;
  readonly #rules = new Map<string, Rule<never, unknown>>();
  /** Rows of archive tables, as storage would have them: table → key → partition and row. */
  readonly #archived = new Map<string, Map<Key, { readonly in: string; readonly row: Row }>>();
  #lastId = 0;

  constructor(nouns: readonly Noun[], at = 1_700_000_000_000) {
    this.at = at;
    this.#state = new State(
      nouns.flatMap((noun) => noun.tables),
      archiveLimits,
    );
    for (const noun of nouns)
      for (const [type, rule] of Object.entries(noun.rules)) this.#rules.set(type, rule);
  }

  /** A refused command leaves no trace. A rule that throws throws here. */
  run<T extends keyof M & string>(
    type: T,
    input: M[T] extends { input: infer I } ? I : never,
  ): Result<M, T> | Rejection {
    const rule = this.#rules.get(type);
    if (rule === undefined) throw new TypeError(`no rule for ${type}`);
    for (const load of this.#state.missing(rule.needs?.(new Reader(this.#state), input as never) ?? [])) {
      const archive = this.#state.archive(load.table.name);
      if ('ids' in load) archive.absorb(load.ids.map((id) => [id, undefined]));
      else archive.absorbWindow(load.window, [], true);
    }
    const tx = new Tx(this.#state, this.at, Math.max(firstIdAt(this.at), this.#lastId + 1));
    const result = rule.decide(tx, input as never);
    const draft = tx.finish();
    if (result instanceof Rejection) {
      draft.undo();
      return result;
    }
    this.#lastId = Math.max(this.#lastId, draft.lastId ?? 0);
    this.events = [...draft.events];
    for (const change of draft.changes) {
      const rows = this.#archived.get(change.table) ?? new Map();
      this.#archived.set(change.table, rows);
      if (change.op === 'put') rows.set(change.key, { in: change.in, row: change.row });
      else if (change.op === 'remove') rows.delete(change.key);
      else for (const [key, one] of rows) if (one.in === change.in) rows.delete(key);
    }
    return result as Result<M, T>;
  }

  /** All rows of an archive table, in the order of their keys. */
  archived<R extends Row>(table: Table<R, number, never>): R[] {
    const rows = [...(this.#archived.get(table.name) ?? [])];
    return rows.sort(([a], [b]) => Number(a) - Number(b)).map(([, { row }]) => row as R);
  }

  read<T>(look: (view: View) => T): T {
    return look(new Reader(this.#state));
  }
}
