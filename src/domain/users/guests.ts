import { idEpochMs } from '../../core/ids.js';
import type { Tx } from '../../core/state.js';
import type { View } from '../../core/table.js';
import { channels } from '../channels/channels.js';
import type { DomainConfig } from '../config.js';
import { bans, isBannedAnywhere, silenceOf, silences } from '../moderation/bans.js';
import { tell } from '../rules.js';
import { online } from '../sessions/online.js';
import type { Identity } from './identity.js';
import { goForGood, linkedTo } from './leaving.js';
import { links } from './links.js';
import { personOf } from './person.js';
import { forgetUser } from './remains.js';
import { lastSeen, type User, users } from './users.js';

const dayMs = 86_400_000;

/** Guests that one run of `guests.forget` forgets or puts right, at most. */
export const guestsPerRun = 500;

/** Whole days since the Unix epoch. */
export function dayOf(ms: number): number {
  return Math.floor(ms / dayMs);
}

/** Whether an identity is one of those that are forgotten when they stay away. */
export function isGuest(config: DomainConfig, { provider }: Pick<Identity, 'provider'>): boolean {
  return config.guestProviders.includes(provider);
}

/** What marks a record as that of a guest seen at a time. */
export function guestMark(config: DomainConfig, identity: Pick<Identity, 'provider'>, at: number) {
  return isGuest(config, identity) ? { guest: dayOf(at) } : {};
}

/** How many guests have a record. */
export function guestCount(view: View): number {
  return view.count(users, 'guests', 'guest');
}

/**
 * Forgets guests who were not seen for `guestDays`, and those not seen for longest while there are more than `guestAccounts`. Who is online,
 * banned or silenced, owns a channel, or logs in by an identity that is no guest's as well, stays. Returns how many went; `more`: the next run has something to do as well.
 */
export function forgetGuests(tx: Tx, config: DomainConfig): { forgotten: number; more: boolean } {
  const { guestDays, guestAccounts } = config.limits;
  const today = dayOf(tx.at);
  // As many of those who are met may have to stay.
  const staying = [online, bans, silences, channels, links].reduce(
    (sum, one) => sum + tx.size(one as never),
    0,
  );
  let forgotten = 0;
  let left = guestsPerRun;
  for (let day = dayOf(idEpochMs); day <= today; day++) {
    const old = day < today - guestDays;
    if (!old && guestCount(tx) <= guestAccounts) break;
    for (const user of tx.by(users, 'guestDay', day, guestsPerRun + staying)) {
      if (!old && guestCount(tx) <= guestAccounts) break;
      if (left === 0) return { forgotten, more: true };
      const seen = Math.max(day, dayOf(tx.get(lastSeen, user.id)?.at ?? 0));
      if (!isGuest(config, user)) {
        const { guest: _, ...record } = user;
        tx.put(users, record);
      } else if (seen > day && seen <= today) {
        tx.put(users, { ...user, guest: seen });
      } else if (mustStay(tx, config, user)) {
        continue;
      } else {
        forget(tx, config, user);
        forgotten++;
      }
      left--;
    }
  }
  return { forgotten, more: false };
}

function mustStay(tx: Tx, config: DomainConfig, { id }: User): boolean {
  return (
    tx.by(links, 'user', id).some((link) => !isGuest(config, link)) ||
    tx.get(online, id) !== undefined ||
    isBannedAnywhere(tx, id, tx.at) ||
    silenceOf(tx, id, tx.at) !== undefined ||
    tx.one(channels, 'owner', id) !== undefined
  );
}

function forget(tx: Tx, config: DomainConfig, user: User): void {
  tell(tx, 'user_leave', {
    user_id: user.identity,
    ...linkedTo(tx, user.id),
    username: user.handle,
    user: user.id,
    person: personOf(tx, config, user),
    kept: false,
    via: 'chat',
  });
  goForGood(tx, config, user);
  forgetUser(tx, user);
}
