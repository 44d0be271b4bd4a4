import type { View } from '../../core/table.js';
import type { UserId } from '../ids.js';
import type { Mentionable } from '../messages/messages.js';
import { users } from './users.js';

/** Somebody by the name they have now; when they are gone, by the last one that is known, or by their id (OriginChats, section 4). */
export function knownAs(view: View, user: UserId, last: string = user): Mentionable {
  return { user, handle: view.get(users, user)?.handle ?? last };
}
