/** The people this browser has been: a random secret for each name, so that a name stays the same person. */

const key = 'polylect-playground';

/** What may be chosen at the door. */
export type Role = 'moderator' | 'member';

interface Remembered {
  readonly secret: string;
  readonly role: Role;
}

function load(): Map<string, Remembered> {
  const known = new Map<string, Remembered>();
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(key) ?? '[]');
    for (const row of Array.isArray(stored) ? stored : []) {
      const [name, secret, role] = row as unknown[];
      if (typeof name === 'string' && typeof secret === 'string') {
        known.set(name, { secret, role: role === 'moderator' ? 'moderator' : 'member' });
      }
    }
  } catch {
    // Nothing remembered, or not allowed to.
  }
  return known;
}

const identities = load();

/** Somebody to log in as. */
export interface Person extends Remembered {
  readonly name: string;
}

/** The person of this name, made up if they are new here. */
export function personCalled(name: string, role: Role): Person {
  const secret = identities.get(name)?.secret ?? random();
  identities.delete(name);
  identities.set(name, { secret, role });
  try {
    const rows = [...identities].slice(-50).map(([known, about]) => [known, about.secret, about.role]);
    localStorage.setItem(key, JSON.stringify(rows));
  } catch {
    // Not remembered, then.
  }
  return { name, secret, role };
}

/** The role a name had last; the first person of a browser is offered to moderate. */
export function usualRole(name: string): Role {
  return identities.get(name)?.role ?? (identities.size === 0 ? 'moderator' : 'member');
}

/** Who was here last. */
export function lastName(): string {
  return [...identities.keys()].at(-1) ?? '';
}

function random(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
