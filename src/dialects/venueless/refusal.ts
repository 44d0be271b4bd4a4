/** What an error frame says (section 1). */
export interface WireError {
  readonly code: string;
  readonly message?: string;
}

const message = 'Permission denied.';

/** What lacking a permission on the world is answered with (section 5). */
export const worldDenied: WireError = { code: 'auth.denied', message };

/** What lacking a permission in a room is answered with (section 8). */
export const roomDenied: WireError = { code: 'protocol.denied', message };

/** A refusal, thrown by checks within a handler and answered as an error on the request's id. */
export class Refusal {
  constructor(readonly error: WireError) {}
}

/** Ends a handler with an error. Nothing that a client sent goes into it. */
export function refuse(code: string, message?: string): never {
  throw new Refusal(message === undefined ? { code } : { code, message });
}
