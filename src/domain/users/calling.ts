import type { Tx } from '../../core/state.js';
import type { DomainConfig } from '../config.js';
import { freeHandle, type User, wishedHandle } from './users.js';

/**
 * The record with this display name, or without one. The first one of somebody unnamed becomes their name as well, with a handle made of it.
 */
export function callBy(tx: Tx, config: DomainConfig, user: User, displayName: string | undefined): User {
  const { displayName: _, ...plain } = user;
  if (displayName === undefined) return plain;
  const { unnamed, ...named } = plain;
  if (!unnamed) return { ...named, displayName };
  const handle = freeHandle(tx, wishedHandle({ name: displayName }), config, user.id);
  return { ...named, name: displayName, handle, displayName };
}
