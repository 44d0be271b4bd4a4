import type { GoodbyeReason } from './dialect.js';

/** Close code of an end that is no fault (RFC 6455, section 7.4.1). */
export const normalClosure = 1000;

/** RFC 6455, section 7.4.1, and IANA's registry: service restart, policy violation. */
const codes: Readonly<Partial<Record<GoodbyeReason, number>>> = {
  drain: 1012,
  'login-flood': 1008,
  'login-timeout': 1008,
};

/** The close code of an end that the server wants. */
export function closeCodeOf(reason: GoodbyeReason): number {
  return codes[reason] ?? normalClosure;
}
