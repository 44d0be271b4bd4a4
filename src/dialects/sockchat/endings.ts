import { NO_END } from './packets.js';

/** Close code of every ending that the server wants (section 1). */
export const normalClosure = 1000;

/** When a ban ends on this wire (sections 5 S1.n and S9). */
export function untilSeconds(until: number | null): number {
  return until === null ? NO_END : Math.ceil(until / 1000);
}
