import type { MessageId } from '../../../domain/ids.js';
import type { Ask } from '../ask.js';

/** A whole number from 0. Anything else is refused. */
export function countIn(ask: Ask, given: unknown): number {
  return Number.isSafeInteger(given) && (given as number) >= 0 ? (given as number) : ask.invalid();
}

/** The id of an event, whether or not there is one. What is no number that ids could be is refused. */
export function eventIdIn(ask: Ask, given: unknown): MessageId {
  return countIn(ask, given) as MessageId;
}
