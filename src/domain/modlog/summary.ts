import type { Storage } from '../../core/ports.js';
import {
  type ModlogCategory,
  type ModlogEntry,
  modlog,
  modlogActions,
  modlogCategories,
  modlogQuery,
} from './modlog.js';

/** How many entries of one name there are in one category. */
export interface ModlogCount {
  readonly category: ModlogCategory;
  /** One of `modlogActions`, or a name that an import has brought along. */
  readonly action: string;
  /** At least 1. */
  readonly count: number;
}

/** Entries that are read at once to find names that this chat does not write itself. */
const atOnce = 1_000;

/** Entries of a category that are read at most, the oldest first, since imports come before all else. Such names in later ones are not counted. */
const mostRead = 10_000;

/** Counts the log by category and action, whatever names it holds. Rejects as the storage does. */
export async function modlogSummary(storage: Pick<Storage, 'query' | 'count'>): Promise<ModlogCount[]> {
  const counts: ModlogCount[] = [];
  for (const category of modlogCategories) {
    const own = new Set<string>();
    let rest = await storage.count(modlogQuery({ category }));
    for (const [action, its] of Object.entries(modlogActions)) {
      if (its !== category) continue;
      own.add(action);
      const count = await storage.count(modlogQuery({ category, action }));
      if (count > 0) counts.push({ category, action, count });
      rest -= count;
    }
    const others = new Map<string, number>();
    let after = 0;
    for (let read = 0; rest > 0 && read < mostRead; read += atOnce) {
      const rows = await storage.query({ table: modlog.name, in: category, after, limit: atOnce });
      for (const { row } of rows) {
        const { action } = row as ModlogEntry;
        if (own.has(action)) continue;
        others.set(action, (others.get(action) ?? 0) + 1);
        rest--;
      }
      const newest = rows.at(-1);
      if (newest === undefined) break;
      after = newest.key as number;
    }
    for (const [action, count] of others) counts.push({ category, action, count });
  }
  return counts;
}
