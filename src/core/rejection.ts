/**
 * A typed refusal: the wish was understood and is not granted. Returned by rules, never thrown.
 *
 * `code` is one of the chat's closed list; `details` holds what a dialect needs to word it.
 */
export class Rejection<Code extends string = string> {
  readonly code: Code;
  readonly details: Readonly<Record<string, string | number>>;

  constructor(code: Code, details: Readonly<Record<string, string | number>> = {}) {
    this.code = code;
    this.details = details;
  }
}

/** The engine's own refusal: storage does not take writes at the moment. Worth trying again. */
export const unavailable = 'unavailable';
