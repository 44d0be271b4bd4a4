import type { ChatEvent } from '../../domain/events.js';
import type { UserId } from '../../domain/ids.js';
import { type Identity, type IdentityRef, identityKey } from '../../domain/users/identity.js';
import { dialectName } from './dialect-name.js';

/** How long pages may take to load anew and log in. Milliseconds. */
const loadingMs = 10_000;

/** Somebody deleted, and how many of their sockets were told to load anew and have not come back yet. */
interface Deleted {
  readonly user: UserId;
  readonly identities: readonly IdentityRef[];
  readonly until: number;
  waiting: number;
}

/**
 * Pages of somebody whom `user.delete` has removed. They are told to load anew (section 5) and so log in again by themselves; that is not
 * to make the account anew, so each of them is turned away once. Whoever logs in after that wants to.
 */
export class Comebacks {
  readonly #deleted = new Map<UserId, Deleted>();
  readonly #byIdentity = new Map<string, Deleted>();

  heard(event: ChatEvent): void {
    if (event.type === 'user_leave' && event.via === dialectName) {
      const { user, person, linked = [], at } = event;
      this.#forget(at);
      const identities = [{ provider: person.provider, id: person.identity }, ...linked];
      const row: Deleted = { user, identities, until: at + loadingMs, waiting: 0 };
      this.#deleted.set(user, row);
      for (const { provider, id } of identities) this.#byIdentity.set(identityKey(provider, id), row);
    } else if (event.type === 'session_close' && event.dialect === dialectName) {
      const row = this.#deleted.get(event.user);
      if (row !== undefined) row.waiting++;
    }
  }

  /** Whether a login is one that a page makes by itself; it does so once. `now`: milliseconds since the Unix epoch. */
  isOne({ provider, id }: Identity, now: number): boolean {
    const row = this.#byIdentity.get(identityKey(provider, id));
    if (row === undefined || now >= row.until || row.waiting === 0) return false;
    row.waiting--;
    return true;
  }

  /** Those deleted first stand first. */
  #forget(now: number): void {
    for (const row of this.#deleted.values()) {
      if (now < row.until) return;
      this.#deleted.delete(row.user);
      for (const { provider, id } of row.identities) {
        const key = identityKey(provider, id);
        if (this.#byIdentity.get(key) === row) this.#byIdentity.delete(key);
      }
    }
  }
}
