import type { View } from '../../core/table.js';
import type { ChannelAction } from '../../domain/access/may.js';
import type { UserId } from '../../domain/ids.js';
import { isBannedEverywhere, silenceOf } from '../../domain/moderation/bans.js';

/** What is left in rooms to somebody silenced: to look, to read and to belong (section 5, "Effects of moderation"). */
export const leftToSilenced: ReadonlySet<ChannelAction> = new Set(['see', 'read', 'enter']);

/**
 * Whether somebody is kept from this in every room. Here a silence holds for those as well whom none keeps quiet elsewhere, since they may
 * silence others; and who is banned and has stayed connected is silent.
 */
export function isKeptFrom(view: View, user: UserId, action: ChannelAction, at: number): boolean {
  if (leftToSilenced.has(action)) return false;
  return silenceOf(view, user, at) !== undefined || isBannedEverywhere(view, user, at);
}
