import type { ChannelAction } from '../../domain/access/may.js';
import type { Channel } from '../../domain/channels/channels.js';
import { silenceOf } from '../../domain/moderation/bans.js';
import type { Ask } from './ask.js';
import { refuse } from './refusal.js';

/** What is left to somebody silenced: to look, to read and to belong (section 5). */
const quietly: ReadonlySet<ChannelAction> = new Set(['see', 'read', 'enter']);

/**
 * Refuses those who are silenced whatever makes itself heard in a channel. Here this holds for those as well whom no silence keeps quiet
 * elsewhere, since they may silence others.
 */
export function needsVoice(ask: Ask, channel: Channel, action: ChannelAction): void {
  if (quietly.has(action)) return;
  if (ask.read((view) => silenceOf(view, ask.user, ask.turn.now)) === undefined) return;
  // There the rules refuse it, after what is wrong with the message itself (section 8.5).
  if (channel.direct !== undefined) return;
  refuse('protocol.denied', 'Permission denied.');
}
