import { anyTable } from '../../core/command.js';
import type { Tx } from '../../core/state.js';
import { table, type View } from '../../core/table.js';
import { type IdentityRef, identityKey } from './identity.js';

/** That an identity has left for good a short while ago. */
export interface Departure {
  /** `identityKey`, or {@link newest}. */
  readonly key: string;
  /** How many identities had left by then since the chat was opened. */
  readonly count: number;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
}

/** Whoever was being let in while they left is not to be made an account anew: nobody asked for that. Kept for as long as such a login may take. */
export const departures = table({
  name: 'departures',
  class: 'live',
  key: 'text',
  id: ({ key }: Departure) => key,
});

export const departureTables = [anyTable(departures)];

/** The key of the row with the count of all; no identity has it. */
const newest = '';

/** Longer than a login may take with any settings that make sense. */
const keptMs = 60_000;

/** How many identities have left so far; what a login that begins now is held against. */
export function departuresSoFar(view: View): number {
  return view.get(departures, newest)?.count ?? 0;
}

/** Notes that these have left just now. */
export function noteDeparture(tx: Tx, identities: readonly IdentityRef[]): void {
  // In the order in which they were put there.
  for (const { key, at } of tx.all(departures)) {
    if (key === newest) continue;
    if (at > tx.at - keptMs) break;
    tx.remove(departures, key);
  }
  let count = departuresSoFar(tx);
  for (const { provider, id } of identities) {
    const key = identityKey(provider, id);
    tx.remove(departures, key);
    tx.put(departures, { key, count: ++count, at: tx.at });
  }
  tx.put(departures, { key: newest, count, at: tx.at });
}

/** Whether an identity has left since there were `count` departures. */
export function hasLeftSince(view: View, { provider, id }: IdentityRef, count: number): boolean {
  return (view.get(departures, identityKey(provider, id))?.count ?? 0) > count;
}
