import type { Storage } from '../core/ports.js';
import { type ModlogEntry, type ModlogFilter, modlogQuery } from '../domain/modlog/modlog.js';
import { modlogSummary } from '../domain/modlog/summary.js';
import { aText, finite, from, maybe, pageSize, takesParts } from './arguments.js';

/** What of {@link ModlogFilter} is what. */
const filterParts = {
  category: maybe(aText),
  action: maybe(aText),
  actor: maybe(aText),
  target: maybe(aText),
  after: maybe(finite),
};

/** Reading who moderated what. Rejects as the storage does. */
export class ModlogActions {
  constructor(private readonly storage: Pick<Storage, 'query' | 'count'>) {}

  /** A page of entries, the newest first, after leaving out `offset` (default 0) of them. `limit`: 1 to 10,000, default 100. `total`: all that match. */
  async page(
    filter: ModlogFilter = {},
    page: { readonly offset?: number; readonly limit?: number } = {},
  ): Promise<{ readonly entries: readonly ModlogEntry[]; readonly total: number }> {
    takesParts('filter', filter, filterParts);
    takesParts('page', page, { offset: maybe(from(0)), limit: maybe(pageSize) });
    const { offset = 0, limit = 100 } = page;
    const query = modlogQuery(filter);
    const rows = await this.storage.query({ ...query, skip: offset, limit });
    const total = await this.storage.count(query);
    return { entries: rows.map((one) => one.row as ModlogEntry).reverse(), total };
  }

  /**
   * How many entries there are of each action; those of which there are none are left out. Names that an import has brought along are found
   * among the oldest 10,000 entries of each category.
   */
  async summary(): Promise<ReadonlyMap<string, number>> {
    const counts = new Map<string, number>();
    for (const { action, count } of await modlogSummary(this.storage))
      counts.set(action, (counts.get(action) ?? 0) + count);
    return counts;
  }
}
