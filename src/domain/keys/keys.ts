import { anyTable } from '../../core/command.js';
import type { Tx } from '../../core/state.js';
import { type Need, table, type View } from '../../core/table.js';
import type { UserId } from '../ids.js';

/** Key packages of a user besides the last resort (Conclave, section 8.3). */
export const regularPackages = 10;

/** Longest key package, in bytes (Conclave, section 5). */
export const keyPackageBytes = 16_384;

/** Keys that others need to bring somebody into an encrypted group. */
export interface KeyPackage {
  /** An id of the series. */
  readonly id: number;
  readonly user: UserId;
  /** Base64. */
  readonly data: string;
}

export const keyPackages = table<KeyPackage, number>({
  name: 'key_packages',
  class: 'archive',
  key: 'integer',
  id: (one) => one.id,
  partition: (one) => one.user,
  passing: true,
});

/** Which key packages somebody has. */
export interface KeyStock {
  readonly user: UserId;
  /** To be given out once each, the oldest first. */
  readonly regular: readonly number[];
  /** Given out when there is no other, and kept. */
  readonly lastResort?: number;
}

export const keyStocks = table({
  name: 'key_stocks',
  class: 'resident',
  key: 'text',
  id: (stock: KeyStock) => stock.user,
});

export const keyTables = [anyTable(keyPackages), anyTable(keyStocks)];

const empty = { regular: [] };

export function stockOf(view: View, user: UserId): Omit<KeyStock, 'user'> {
  return view.get(keyStocks, user) ?? empty;
}

/** The key packages that {@link takePackage} takes for these users, one after the other. */
export function needsPackages(view: View, users: readonly UserId[]): Need[] {
  const taken = new Map<UserId, number>();
  const ids = users.flatMap((user) => {
    const { regular, lastResort } = stockOf(view, user);
    const nth = taken.get(user) ?? 0;
    taken.set(user, nth + 1);
    return regular[nth] ?? lastResort ?? [];
  });
  return ids.length === 0 ? [] : [{ table: keyPackages, ids }];
}

/** Takes the oldest regular package of a user, which nobody else gets; without one the last resort, which stays. */
export function takePackage(tx: Tx, user: UserId): string | undefined {
  const { regular, lastResort } = stockOf(tx, user);
  const [id, ...rest] = regular;
  const found = id ?? lastResort;
  const data = found === undefined ? undefined : tx.get(keyPackages, found)?.data;
  if (id !== undefined) {
    putStock(tx, { user, ...stockOf(tx, user), regular: rest });
    tx.remove(keyPackages, id);
  }
  return data;
}

/** A last resort takes the place of the one before; a regular one is dropped where there are ten. Returns whether it is kept. */
export function addPackage(tx: Tx, one: Omit<KeyPackage, 'id'>, last: boolean): boolean {
  const { user } = one;
  const { regular, lastResort } = stockOf(tx, user);
  if (!last && regular.length >= regularPackages) return false;
  if (last && lastResort !== undefined) tx.remove(keyPackages, lastResort);
  const id = tx.nextId();
  tx.put(keyPackages, { ...one, id });
  if (last) putStock(tx, { user, regular, lastResort: id });
  else putStock(tx, { user, ...stockOf(tx, user), regular: [...regular, id] });
  return true;
}

/** Removes every key package of a user. */
export function forgetPackages(tx: Tx, user: UserId): void {
  if (tx.get(keyStocks, user) === undefined) return;
  tx.remove(keyStocks, user);
  tx.clear(keyPackages, user);
}

function putStock(tx: Tx, stock: KeyStock): void {
  if (stock.regular.length > 0 || stock.lastResort !== undefined) tx.put(keyStocks, stock);
  else tx.remove(keyStocks, stock.user);
}
