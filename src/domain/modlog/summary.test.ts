import { expect, test } from 'vitest';
import type { Query, StoredRow } from '../../core/ports.js';
import { modlogSummary } from './summary.js';

/** A log with one entry of each of these names, oldest first, all of one category. */
function log(actions: readonly string[]) {
  let queries = 0;
  const rows = actions.map((action, i) => ({ key: i + 1, row: { action } }) as unknown as StoredRow);
  const matching = ({ in: category, filter }: Pick<Query, 'in' | 'filter'>) =>
    category === 'server_management'
      ? rows.filter(({ row }) => (filter?.equals?.action ?? actionOf(row)) === actionOf(row))
      : [];
  return {
    count: async (query: Omit<Query, 'limit'>) => matching(query).length,
    async query({ after = 0, limit, ...query }: Query) {
      queries++;
      return matching(query)
        .filter(({ key }) => key > after)
        .slice(0, limit);
    },
    queries: () => queries,
  };
}

const actionOf = (row: object) => (row as { action: string }).action;
const many = (action: string, count: number) => Array<string>(count).fill(action);
const category = 'server_management';

test('entries are not read as long as counting finds them all', async () => {
  const its = log(many('announcement', 3_000));
  expect(await modlogSummary(its)).toEqual([{ category, action: 'announcement', count: 3_000 }]);
  expect(its.queries()).toBe(0);
});

test('names that the chat does not write are counted page by page, until none is missing', async () => {
  const its = log(['odd', ...many('announcement', 1_500), 'odder', 'odd', ...many('announcement', 4_000)]);
  expect(await modlogSummary(its)).toEqual([
    { category, action: 'announcement', count: 5_500 },
    { category, action: 'odd', count: 2 },
    { category, action: 'odder', count: 1 },
  ]);
  expect(its.queries()).toBe(2);
});

test('no more than the oldest 10,000 of a category are looked through', async () => {
  const its = log([...many('announcement', 10_000), 'missed']);
  expect(await modlogSummary(its)).toEqual([{ category, action: 'announcement', count: 10_000 }]);
  expect(its.queries()).toBe(10);
});
