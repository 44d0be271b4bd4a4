import type { View } from '../../core/table.js';
import type { DomainConfig } from '../config.js';
import type { UserId } from '../ids.js';
import { online } from '../sessions/online.js';
import { type Person, personOf } from './person.js';
import { users } from './users.js';

/** Somebody as others see them now: with nick and absence while they are online. */
export function personNow(view: View, config: DomainConfig, id: UserId): Person | undefined {
  const user = view.get(users, id);
  return view.get(online, id)?.person ?? (user === undefined ? undefined : personOf(view, config, user));
}
