import type { Storage } from '../core/ports.js';
import {
  type ModlogAction,
  type ModlogEntry,
  type ModlogFilter,
  modlogActions,
  modlogQuery,
} from '../domain/modlog/modlog.js';

/** Reading who moderated what. Rejects as the storage does. */
export class ModlogActions {
  constructor(private readonly storage: Pick<Storage, 'query' | 'count'>) {}

  /** A page of entries, the newest first, after leaving out `offset` (default 0) of them. `limit`: 1 to 10,000, default 100. `total`: all that match. */
  async page(
    filter: ModlogFilter = {},
    { offset = 0, limit = 100 }: { readonly offset?: number; readonly limit?: number } = {},
  ): Promise<{ readonly entries: readonly ModlogEntry[]; readonly total: number }> {
    const query = modlogQuery(filter);
    const rows = await this.storage.query({ ...query, skip: offset, limit });
    const total = await this.storage.count(query);
    return { entries: rows.map((one) => one.row as ModlogEntry).reverse(), total };
  }

  /** How many entries there are of each action; those of which there are none are left out. */
  async summary(): Promise<ReadonlyMap<ModlogAction, number>> {
    const counts = new Map<ModlogAction, number>();
    for (const action of Object.keys(modlogActions) as ModlogAction[]) {
      const count = await this.storage.count(modlogQuery({ action, category: modlogActions[action] }));
      if (count > 0) counts.set(action, count);
    }
    return counts;
  }
}
