/** What an error frame says (section 1). */
export interface WireError {
  readonly code: string;
  readonly message?: string;
}

/** A refusal, thrown by checks within a handler and answered as an error on the request's id. */
export class Refusal {
  constructor(readonly error: WireError) {}
}

/** Ends a handler with an error. Nothing that a client sent goes into it. */
export function refuse(code: string, message?: string): never {
  throw new Refusal(message === undefined ? { code } : { code, message });
}
