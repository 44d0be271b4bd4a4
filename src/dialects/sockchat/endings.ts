import { NO_END } from './packets.js';

export { normalClosure } from '../close-codes.js';

/** When a ban ends on this wire (sections 5 S1.n and S9). */
export function untilSeconds(until: number | null): number {
  return until === null ? NO_END : Math.ceil(until / 1000);
}
