import type { Rejection } from '../core/rejection.js';
import type { Tx } from '../core/state.js';
import type { View } from '../core/table.js';
import { allows, type Permission } from './access/permissions.js';
import type { DomainConfig } from './config.js';
import type { Actor, ChatEvent, EventMap, EventName } from './events.js';
import type { MessageId, UserId } from './ids.js';
import { type RejectionCode, refuse } from './rejections.js';
import { positionOf } from './roles/roles.js';
import { claimsOf, livingUser, type User, users } from './users/users.js';

/** Emits a fact with the command's time. */
export function tell<N extends EventName>(tx: Tx, type: N, facts: EventMap[N]): void {
  const { origin } = tx;
  const event = origin === undefined ? { type, at: tx.at, ...facts } : { type, at: tx.at, origin, ...facts };
  tx.emit(event as ChatEvent);
}

export function nextId(tx: Tx): MessageId {
  return tx.nextId() as MessageId;
}

/** Refuses unless the actor holds one of the permissions. The host and the chat itself may do everything. */
export function lacks(
  view: View,
  config: DomainConfig,
  by: Actor,
  ...anyOf: Permission[]
): Rejection<RejectionCode> | undefined {
  if (by === 'host' || by === 'chat') return undefined;
  const user = livingUser(view, by);
  if (user === undefined) return refuse('user-unknown');
  const { can } = claimsOf(view, config, user);
  return anyOf.some((permission) => allows(can, permission)) ? undefined : refuse('not-permitted');
}

/** Acting on somebody takes a strictly higher rank (Sock Chat, section 11), or at the same rank a higher role. */
export function outranks(view: View, config: DomainConfig, by: Actor, target: User): boolean {
  const user = by === 'host' || by === 'chat' ? undefined : view.get(users, by);
  const theirs = claimsOf(view, config, target);
  if (user === undefined) return rankOf(view, config, by) > theirs.rank;
  const own = claimsOf(view, config, user);
  if (own.rank !== theirs.rank) return own.rank > theirs.rank;
  return positionOf(view, own.roles) < positionOf(view, theirs.roles);
}

export function rankOf(view: View, config: DomainConfig, by: Actor): number {
  if (by === 'host' || by === 'chat') return Number.POSITIVE_INFINITY;
  const user = view.get(users, by);
  return user === undefined ? Number.NEGATIVE_INFINITY : claimsOf(view, config, user).rank;
}

/** Text as ids travel. */
export function asUserId(id: number): UserId {
  return String(id) as UserId;
}
