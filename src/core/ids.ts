import type { Change } from './change.js';
import { table } from './table.js';

/** Start of the id series, 2020-05-02T00:00:00Z in ms: the epoch that Sock Chat servers count from. */
export const idEpochMs = 1_588_377_600_000;

/** The smallest id that may be given out in a millisecond. */
export function firstIdAt(ms: number): number {
  return Math.max(0, ms - idEpochMs) * 256;
}

/** Core's own table: how far ids may have been given out. */
export const engineTable = table<{ key: 'ids'; ceiling: number }>({
  name: 'engine',
  class: 'resident',
  key: 'text',
  id: (row) => row.key,
});

/** Ids are reserved this far ahead (one minute), so that even ids that were never stored are not given out twice. */
export const reserveIds = 60_000 * 256;

/** The one series of ids. What was given out is stored as a ceiling that is raised in large steps. */
export class IdSeries {
  /** The batch in which the ceiling is raised; `undefined` once it is stored. */
  reservedIn: number | undefined;
  #last: number;
  /** The ceiling that storage has. */
  #stored: number;
  /** The smallest id below it that was not given out. */
  #spare: number;

  constructor(private ceiling: number) {
    this.#last = ceiling;
    this.#stored = ceiling;
    this.#spare = ceiling + 1;
  }

  /** The first id that something decided at `ms` may give out. */
  firstAt(ms: number): number {
    return Math.max(firstIdAt(ms), this.#last + 1);
  }

  /** Notes that ids up to this one were given out. Returns what must be stored before any of them is seen, if anything. */
  use(id: number): { readonly change: Change; readonly undo: () => void } | undefined {
    this.#last = Math.max(this.#last, id);
    if (id < this.#stored) this.#spare = Math.max(this.#spare, id + 1);
    if (this.#last < this.ceiling) return undefined;
    const before = this.ceiling;
    const row = { key: 'ids' as const, ceiling: this.#last + reserveIds };
    this.ceiling = row.ceiling;
    const undo = () => {
      this.ceiling = before;
      this.reservedIn = undefined;
    };
    return { change: { op: 'put', table: engineTable.name, key: row.key, in: '', row }, undo };
  }

  /** Storage has everything up to a batch. */
  stored(committed: number): void {
    if (this.reservedIn === undefined || this.reservedIn > committed) return;
    this.reservedIn = undefined;
    this.#stored = this.ceiling;
    this.#spare = Math.max(this.#spare, this.#last + 1);
  }

  /** An id that may be seen at once, whatever storage does: it is sure not to be given out again. */
  takeSpare(): number | undefined {
    if (this.#spare >= this.#stored) return undefined;
    const id = this.#spare++;
    this.#last = Math.max(this.#last, id);
    return id;
  }
}
