/** What this tab was left with, for when it is loaded again. */

const key = 'polylect-playground-front';

interface Remembered {
  /** Whether one person comes in everywhere. */
  readonly isOnePerson: boolean;
  readonly isHostShown: boolean;
  /** The part on show where only one fits. */
  readonly show: string;
}

/** What was remembered of it. */
export function remembered(): Partial<Remembered> {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? '{}') as Partial<Remembered>;
  } catch {
    return {};
  }
}

/** Remembers something besides the rest. */
export function remember(more: Partial<Remembered>): void {
  try {
    sessionStorage.setItem(key, JSON.stringify({ ...remembered(), ...more }));
  } catch {
    // Not remembered, then.
  }
}
