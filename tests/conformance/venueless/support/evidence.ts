import type { Json } from '../../../support/json-probe.js';

/** Codes of the errors that were really received on sockets during this run. Filled by the tests' connections only. */
export const codesReceived = new Set<string>();

/** A client received a frame. */
export function noteReceived(frame: Json): void {
  if (!Array.isArray(frame) || frame[0] !== 'error') return;
  const { code } = frame.at(-1);
  codesReceived.add(code);
}
