/** Which account of Conclave each name of this browser has, since asking for one that is not there is an error to the browser. */

const key = 'polylect-playground-accounts';

function load(): Map<string, string> {
  const known = new Map<string, string>();
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(key) ?? '[]');
    for (const row of Array.isArray(stored) ? stored : []) {
      const [name, account] = row as unknown[];
      if (typeof name === 'string' && typeof account === 'string') known.set(name, account);
    }
  } catch {
    // Nothing remembered, or not allowed to.
  }
  return known;
}

/** The account that this name had last; undefined if it had none. */
export function accountOf(name: string): string | undefined {
  return load().get(name);
}

/** Remembers the account of a name. */
export function keepAccount(name: string, account: string): void {
  const known = load();
  known.delete(name);
  known.set(name, account);
  try {
    localStorage.setItem(key, JSON.stringify([...known].slice(-50)));
  } catch {
    // Not remembered, then.
  }
}
