/** Codes of {@link ChatError}. Each has a heading in `docs/errors.md`. */
export const errorCodes = [
  'options-invalid',
  'storage-in-use',
  'storage-newer',
  'storage-failed',
  'storage-conflict',
  'storage-diverged',
  'storage-closed',
  'unavailable',
  'rejected',
  'hook-failed',
  'hook-timeout',
  'listener-failed',
  'handler-failed',
  'auth-failed',
  'hasher-busy',
  'hasher-failed',
  'slow-reader',
  'slot-timeout',
  'chat-closed',
  'internal',
] as const;

/** One of {@link errorCodes}. */
export type ErrorCode = (typeof errorCodes)[number];

/**
 * The one error class of the library. Match on `code`, never on the text.
 *
 * `retryable` says whether the same call may succeed later without a change on the caller's side.
 */
export class ChatError extends Error {
  readonly code: ErrorCode;
  readonly retryable: boolean;

  constructor(code: ErrorCode, message: string, options: { retryable?: boolean; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'ChatError';
    this.code = code;
    this.retryable = options.retryable ?? false;
  }
}

/** Wraps whatever was thrown into a {@link ChatError}, leaving one that already is alone. */
export function asChatError(code: ErrorCode, message: string, thrown: unknown): ChatError {
  return thrown instanceof ChatError ? thrown : new ChatError(code, message, { cause: thrown });
}
