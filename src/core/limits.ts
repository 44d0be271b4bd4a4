/** Limits of the engine; see `docs/limits.md`. */
export interface EngineLimits {
  /** Changes in one batch; a single decision may hold more. Default 1,000 changes. Beyond it: the next batch is begun. */
  readonly batchChanges: number;
  /** How long storage may take to open, and to read a page of rows at the start; waiting for another process to let go of it does not count. Default 30,000 ms. Beyond it: the chat does not start, `storage-failed`. */
  readonly storageOpenMs: number;
  /** How long storage may take for a batch. Default 5,000 ms. Beyond it: writes are refused with `unavailable`, the batch is tried again. */
  readonly storageTimeoutMs: number;
  /** How long a batch is tried before storage is asked whether it has it. Default 30,000 ms. Beyond it: taken back if storage says no; read-only if it cannot say. */
  readonly storageGiveUpMs: number;
  /** First pause between two tries of a batch; doubles up to `storageRetryMaxMs`. Default 100 ms. */
  readonly storageRetryMs: number;
  /** Longest pause between two tries of a batch. Default 5,000 ms. */
  readonly storageRetryMaxMs: number;
  /** How long changes of lazy tables may wait to be written. Default 2,000 ms. */
  readonly lazyWriteMs: number;
}

export const engineLimits: EngineLimits = {
  batchChanges: 1_000,
  storageOpenMs: 30_000,
  storageTimeoutMs: 5_000,
  storageGiveUpMs: 30_000,
  storageRetryMs: 100,
  storageRetryMaxMs: 5_000,
  lazyWriteMs: 2_000,
};
