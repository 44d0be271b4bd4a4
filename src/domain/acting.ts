import type { Rejection } from '../core/rejection.js';
import type { Tx } from '../core/state.js';
import type { View } from '../core/table.js';
import type { DomainConfig } from './config.js';
import type { Actor } from './events.js';
import { isSilent } from './moderation/bans.js';
import { type RejectionCode, refuse } from './rejections.js';
import { holds } from './roles/roles.js';
import { online } from './sessions/online.js';
import { type Person, personOf } from './users/person.js';
import { claimsOf, users } from './users/users.js';

/** Who acts, as others see them. `undefined`: the host, the chat itself, or nobody who is known. */
export function personAs(view: View, config: DomainConfig, by: Actor): Person | undefined {
  if (by === 'host' || by === 'chat') return undefined;
  const user = view.get(users, by);
  return view.get(online, by)?.person ?? (user === undefined ? undefined : personOf(view, config, user));
}

/** Refuses those who must keep quiet at this time. */
export function silencedAs(
  view: View,
  config: DomainConfig,
  by: Actor,
  at: number,
): Rejection<RejectionCode> | undefined {
  const user = by === 'host' || by === 'chat' ? undefined : view.get(users, by);
  if (user === undefined || !isSilent(view, user.id, claimsOf(view, config, user).can, at)) return undefined;
  return refuse('user-silenced');
}

/**
 * Refuses those who must keep quiet to show others new words besides messages: a name, or what they say about their status. To take such words
 * away, or to leave what was there, says nothing.
 */
export function mayNotShow(
  tx: Tx,
  config: DomainConfig,
  by: Actor,
  words: string | null | undefined,
  before: string | undefined,
): Rejection<RejectionCode> | undefined {
  return words && words !== before ? silencedAs(tx, config, by, tx.at) : undefined;
}

/** Whether whoever acts holds a role permission. The host and the chat itself hold every one. */
export function holdsAs(view: View, config: DomainConfig, by: Actor, permission: string): boolean {
  if (by === 'host' || by === 'chat') return true;
  const user = view.get(users, by);
  return user !== undefined && holds(view, claimsOf(view, config, user), permission);
}
