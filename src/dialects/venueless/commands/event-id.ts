import type { MessageId } from '../../../domain/ids.js';
import type { Ask } from '../ask.js';

/** The id of an event, whether or not there is one. What is no number that ids could be is refused. */
export function eventIdIn(ask: Ask, given: unknown): MessageId {
  return Number.isSafeInteger(given) && (given as number) >= 0 ? (given as MessageId) : ask.invalid();
}
