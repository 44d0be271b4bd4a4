import type { UserId } from '../../domain/ids.js';
import { userOfConclaveId, uuidOfBytes } from './ids.js';
import type { Call } from './operation.js';
import { invalid } from './refusal.js';

/**
 * Whom bytes of a message mean: an id that no user has if nobody has these. Throws a refusal, in the name of the field, if they are no UUID.
 */
export function targetOf(call: Call<unknown>, bytes: Uint8Array, field: 'user_id' | 'invitee_id'): UserId {
  const uuid = uuidOfBytes(bytes);
  if (uuid === undefined) throw invalid(`invalid ${field}`);
  return call.read((view) => userOfConclaveId(view, uuid)?.id) ?? (uuid as UserId);
}
