import type { ErrorCode } from './gen/messages.js';

/** What the server refused, or an answer that could not be had or understood. */
export class ConclaveError extends Error {
  override readonly name: string = 'ConclaveError';

  constructor(
    /** That of HTTP. 0: there was no answer, and whether it was done is not known; `cause` says more. */
    readonly status: number,
    /** `undefined` where the answer was no message of the protocol, such as that of a proxy. */
    readonly code: ErrorCode | undefined,
    /** The server's words, where it had some. */
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
