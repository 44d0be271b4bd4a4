import type { Ask } from './ask.js';

/** Free JSON that a request brings in a field; `undefined` if it has no such field. Refuses what is no object. */
export function objectIn(ask: Ask, field: string): Readonly<Record<string, unknown>> | undefined {
  const given = ask.payload[field];
  if (given === undefined) return undefined;
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return ask.invalid();
  return given as Readonly<Record<string, unknown>>;
}
