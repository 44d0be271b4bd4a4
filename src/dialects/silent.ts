import type { EventName } from '../domain/events.js';

/** Rows for events that are not shown, each with the reason. */
export function silent<N extends EventName>(
  reason: string,
  names: readonly N[],
): { readonly [K in N]: { readonly silent: string } } {
  return Object.fromEntries(names.map((name) => [name, { silent: reason }])) as never;
}
