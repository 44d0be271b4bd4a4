import type { View } from '../../core/table.js';
import type { UserId } from '../../domain/ids.js';
import { isGone, publicUser, type User } from '../../domain/users/users.js';
import { idOf } from '../uuid.js';
import type { Ask } from './ask.js';
import { refuse } from './refusal.js';

/** Ids looked at in one request; the rest is dropped without a word (sections 2 and 5). */
const idsPerRequest = 100;

/** The chat's id of somebody a request names. */
export function userId(uuid: unknown): UserId | undefined {
  return idOf('user', uuid) as UserId | undefined;
}

/** Somebody whom a request names. `kept`: also who left for good and has a record because of a ban. */
export function personIn(ask: Ask, kept = false): UserId {
  const { id } = ask.payload;
  if (id === undefined) return ask.invalid();
  const user = userId(id);
  const record = user === undefined ? undefined : ask.read((view) => publicUser(view, user));
  if (record === undefined || (!kept && isGone(record))) return refuse('user.not_found');
  return record.id;
}

/** The same for commands that are about somebody else (section 5). */
export function otherIn(ask: Ask, kept = false): UserId {
  if (userId(ask.payload.id) === ask.user) return refuse(`${ask.request.action}.self`);
  return personIn(ask, kept);
}

/** As many of a request's list as are looked at. */
export function listIn(ask: Ask, given: unknown): unknown[] {
  return Array.isArray(given) ? given.slice(0, idsPerRequest) : ask.invalid();
}

/** The ids of a request's list that are ids of users, each with the text that it came as. */
export function idsIn(ask: Ask, given: unknown): (readonly [uuid: string, user: UserId])[] {
  return listIn(ask, given).flatMap((uuid) => {
    const user = userId(uuid);
    return user === undefined ? [] : [[uuid as string, user] as const];
  });
}

/**
 * Whether there is or was somebody of this id. Of those who are gone nothing is kept: the checksum of the UUID tells that the chat gave it out,
 * and one that is newer than anything given out so far is not yet anybody's. Ids can be counted up, so nothing tells who is private from an id
 * that is nobody's.
 */
export function wasSomebody(view: View, user: UserId, newest: number): User | 'gone' | undefined {
  return publicUser(view, user) ?? (Number(user) <= newest ? 'gone' : undefined);
}
