import { ErrorCode } from './gen/messages.js';

/** Why a request is not granted: the status and the fields of the `ErrorResponse`. Thrown by operations, caught where they are run. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: ErrorCode,
    message: string,
    /** After how many milliseconds it may be tried again. */
    readonly retryMs?: number,
  ) {
    super(message);
  }
}

/** Malformed or missing input, or a wish that the state does not allow. */
export function badRequest(message: string): Refusal {
  return new Refusal(400, ErrorCode.INPUT_BAD_REQUEST, message);
}

/** A rule about the form of something is broken (section 5). */
export function invalid(message: string): Refusal {
  return new Refusal(400, ErrorCode.INPUT_VALIDATION, message);
}

/** No good session, or a wrong password (section 3). */
export function unauthorized(message: string): Refusal {
  return new Refusal(401, ErrorCode.AUTH_TOKEN_EXPIRED, message);
}

export function notFound(message: string): Refusal {
  return new Refusal(404, ErrorCode.RESOURCE_NOT_FOUND, message);
}

export function conflict(message: string): Refusal {
  return new Refusal(409, ErrorCode.RESOURCE_CONFLICT, message);
}

export function forbidden(message: string): Refusal {
  return new Refusal(403, ErrorCode.RESOURCE_FORBIDDEN, message);
}

/** Too often; so many milliseconds later it may be tried again. Its code is that of the book (section 15). */
export function tooMany(retryMs: number): Refusal {
  return new Refusal(429, ErrorCode.UNSPECIFIED, 'too many requests', retryMs);
}

/** Nothing is wrong with the request. */
export function unavailable(): Refusal {
  return new Refusal(503, ErrorCode.UNSPECIFIED, 'service unavailable', 1_000);
}
