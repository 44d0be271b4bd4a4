import type { Tx } from '../../core/state.js';
import type { DomainConfig } from '../config.js';
import { reviewAccess } from '../places/review.js';
import type { Person } from './person.js';
import { showAnew } from './shown.js';
import { type User, users } from './users.js';

/** Somebody else has said anew who a user is: stored, told, and what it costs them where they are done. Needs what `needsHomeOf` says. */
export function become(tx: Tx, config: DomainConfig, record: User, next: User): Person {
  if (next !== record) tx.put(users, next);
  const person = showAnew(tx, config, record, next, 'profile');
  reviewAccess(tx, config, { user: record.id });
  return person;
}
