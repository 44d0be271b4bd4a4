import type { View } from '../../core/table.js';
import { online } from '../../domain/sessions/online.js';
import type { User } from '../../domain/users/users.js';
import type { StatusShape } from './packets.js';

/** Somebody's status (section 4): whoever is away in another protocol is idle, with the reason. */
export function statusShape(view: View, user: User, isOnline: boolean): StatusShape {
  const away = view.get(online, user.id)?.person.away;
  if (!isOnline) return { status: 'offline', text: '' };
  return away === undefined ? { status: 'online', text: '' } : { status: 'idle', text: away };
}
