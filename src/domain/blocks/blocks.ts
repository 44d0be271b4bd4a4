import { anyTable } from '../../core/command.js';
import type { Tx } from '../../core/state.js';
import { table, type View } from '../../core/table.js';
import type { UserId } from '../ids.js';

/** That somebody wants to hear nothing more from somebody else where only the two of them, or few, would hear it. */
export interface Block {
  readonly by: UserId;
  readonly user: UserId;
}

export const blocks = table({
  name: 'blocks',
  class: 'resident',
  key: 'text',
  id: ({ by, user }: Block) => blockKey(by, user),
  indexes: { by: (block: Block) => block.by, user: (block: Block) => block.user },
});

export const blockTables = [anyTable(blocks)];

export function blockKey(by: UserId, user: UserId): string {
  return `${by} ${user}`;
}

/** Whether the first has blocked the second. */
export function isBlocked(view: View, by: UserId, user: UserId): boolean {
  return view.get(blocks, blockKey(by, user)) !== undefined;
}

/** Whether any of them has blocked any other of them. */
export function anyBlocks(view: View, users: readonly UserId[]): boolean {
  return users.some(
    (by) => view.count(blocks, 'by', by) > 0 && users.some((user) => isBlocked(view, by, user)),
  );
}

/** Whether any of these has blocked a user. */
export function isBlockedByAny(view: View, users: readonly UserId[], user: UserId): boolean {
  return view.count(blocks, 'user', user) > 0 && users.some((by) => isBlocked(view, by, user));
}

/** Whom a user has blocked. */
export function blockedBy(view: View, by: UserId): UserId[] {
  return view
    .by(blocks, 'by', by)
    .map(({ user }) => user)
    .sort((a, b) => Number(a) - Number(b));
}

/** The blocks of somebody who leaves for good. */
export function forgetOwnBlocks(tx: Tx, user: UserId): void {
  for (const block of tx.by(blocks, 'by', user)) tx.remove(blocks, blockKey(block.by, block.user));
}

/** The blocks of somebody whose record goes: the same identity may come back as another user. */
export function forgetBlocksOf(tx: Tx, user: UserId): void {
  for (const block of tx.by(blocks, 'user', user)) tx.remove(blocks, blockKey(block.by, block.user));
}
