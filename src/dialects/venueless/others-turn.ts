import type { DialectHost } from '../dialect.js';

/** Ends the turn in the middle of something long, so that others have theirs. */
export function othersTurn({ clock }: Pick<DialectHost, 'clock'>): Promise<void> {
  return new Promise((resolve) => clock.soon(resolve));
}
