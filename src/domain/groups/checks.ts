import type { Rejection } from '../../core/rejection.js';
import type { View } from '../../core/table.js';
import type { GroupId, UserId } from '../ids.js';
import { type RejectionCode, refuse } from '../rejections.js';
import { livingUser } from '../users/users.js';
import { memberOf } from './groups.js';

/** Longest name of a group or of an account, and longest alias, in bytes of UTF-8 (Conclave, section 5). */
export const groupNameBytes = 64;

type No = Rejection<RejectionCode> | undefined;

/** Refuses whoever does not belong to a group; a group that is not there is answered the same (Conclave, section 3). */
export function notMember(view: View, group: GroupId, by: UserId): No {
  return memberOf(view, group, by) === undefined ? refuse('group-not-member') : undefined;
}

/** Refuses whoever is no admin of a group, or if it is not there. */
export function notAdmin(view: View, group: GroupId, by: UserId): No {
  return memberOf(view, group, by)?.admin ? undefined : refuse('group-not-admin');
}

/** Refuses a target that is no user. */
export function notUser(view: View, user: UserId): No {
  return livingUser(view, user) === undefined ? refuse('user-unknown') : undefined;
}

/** What is wrong with a name of a group or of an account, in the order in which it is looked at. */
export function nameFault(name: string): 'missing' | 'long' | 'form' | undefined {
  if (name === '') return 'missing';
  if (bytesOf(name) > groupNameBytes) return 'long';
  return /^[A-Za-z0-9][A-Za-z0-9_]*$/.test(name) ? undefined : 'form';
}

/** What is wrong with an alias: too long, or with control characters of ASCII. */
export function aliasFault(alias: string): 'long' | 'form' | undefined {
  if (bytesOf(alias) > groupNameBytes) return 'long';
  return /[\u0000-\u001f\u007f]/.test(alias) ? 'form' : undefined;
}

export function badName(name: string): No {
  const fault = nameFault(name);
  return fault === undefined ? undefined : refuse('group-name-invalid', { fault });
}

export function badAlias(alias: string): No {
  const fault = aliasFault(alias);
  return fault === undefined ? undefined : refuse('group-alias-invalid', { fault });
}

/** Bytes of a text as UTF-8. */
function bytesOf(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const point = character.codePointAt(0) as number;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return bytes;
}
