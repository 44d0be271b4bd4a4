import type { View } from '../../core/table.js';
import { type User, users } from './users.js';

/** Up to `limit` users, the longest known first, whose ids come after one. Looks at everybody once and sorts none but those it answers with. */
export function usersAfter(view: View, after: number, limit: number): User[] {
  const page: User[] = [];
  for (const user of view.all(users)) {
    const id = Number(user.id);
    if (id <= after || id > Number(page[limit - 1]?.id ?? Number.POSITIVE_INFINITY)) continue;
    const larger = page.findLastIndex((one) => Number(one.id) < id) + 1;
    page.splice(larger, 0, user);
    page.length = Math.min(page.length, limit);
  }
  return page;
}
