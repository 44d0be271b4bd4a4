import type { Tx } from '../../core/state.js';
import type { UserId } from '../ids.js';
import { type GroupProfile, groupProfiles } from './groups.js';

/** Sets parts of what members of groups are called; an `alias` of `null` clears it, what is left out stays. */
export function setProfile(
  tx: Tx,
  user: UserId,
  change: { readonly alias?: string | null; readonly fingerprint?: string },
): void {
  const before = tx.get(groupProfiles, user);
  const alias = change.alias === undefined ? before?.alias : (change.alias ?? undefined);
  const fingerprint = change.fingerprint ?? before?.fingerprint;
  const profile: GroupProfile = {
    user,
    ...(alias === undefined ? {} : { alias }),
    ...(fingerprint === undefined ? {} : { fingerprint }),
  };
  if (alias !== undefined || fingerprint !== undefined) tx.put(groupProfiles, profile);
  else if (before !== undefined) tx.remove(groupProfiles, user);
}
