import type { View } from '../../core/table.js';
import type { UserId } from '../../domain/ids.js';
import { shownStatus, statusOf } from '../../domain/status/status.js';
import type { StatusShape } from './packets.js';

/** A user's status as somebody sees it (section 4): who is invisible is so to themselves and offline to others. */
export function statusShape(view: View, user: UserId, seenBy: UserId): StatusShape {
  const { status, text } = statusOf(view, user);
  return seenBy === user ? { status, text } : shownStatus({ status, text });
}
