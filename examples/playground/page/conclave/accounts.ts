/** Accounts that this tab has been: made up at first, and remembered until it is closed. */

const key = 'polylect-conclave';

export interface Account {
  readonly username: string;
  readonly password: string;
}

/** Who to be in this tab. */
export interface Remembered extends Account {
  /** Whether the server knows them: then they were here before. */
  readonly isKnown: boolean;
}

const words = [
  ['quiet', 'sealed', 'hidden', 'early', 'amber', 'brisk', 'clever', 'gentle', 'lunar', 'mossy'],
  ['otter', 'heron', 'badger', 'falcon', 'marten', 'raven', 'salmon', 'tiger', 'weasel', 'wren'],
] as const;

/** Who this tab was last, or somebody new. */
export function accountOfTab(): Remembered {
  try {
    const { username, password } = JSON.parse(sessionStorage.getItem(key) ?? '{}') as Partial<Account>;
    if (typeof username === 'string' && typeof password === 'string')
      return { username, password, isKnown: true };
  } catch {
    // Nothing remembered, or not allowed to.
  }
  const random = crypto.getRandomValues(new Uint8Array(16));
  const [first, second] = words.map((list, at) => list[(random[at] ?? 0) % list.length]);
  const digits = Array.from(random, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return {
    username: `${first}_${second}_${(random[2] ?? 0) % 100}`,
    password: digits.slice(8),
    isKnown: false,
  };
}

/** Keeps an account for when the page is loaded again; `null`: it is no more. */
export function rememberAccount(account: Account | null): void {
  try {
    if (account === null) sessionStorage.removeItem(key);
    else
      sessionStorage.setItem(key, JSON.stringify({ username: account.username, password: account.password }));
  } catch {
    // Not remembered, then.
  }
}
