/** How much of an archive table, such as the messages, stays in memory; see `docs/limits.md`. */
export interface ArchiveLimits {
  /** Newest rows of each partition in use, such as a channel; it may grow to twice as many before it is cut back. Default 200 rows. Beyond it: read from storage when needed. */
  readonly archiveNewest: number;
  /** Partitions in use. Default 500 partitions. Beyond it: the one not used for longest leaves memory. */
  readonly archivePartitions: number;
  /** Rows that were looked up by their id. Default 10,000 rows. Beyond it: the one looked up first leaves memory. */
  readonly archiveRows: number;
  /** Characters of the JSON of all rows of one table that are stored and not in use just now. Default 67,108,864 bytes. Beyond it: rows that were looked up leave memory, then partitions not used for longest, then the oldest rows of the others. */
  readonly archiveBytes: number;
}

export const archiveLimits: ArchiveLimits = {
  archiveNewest: 200,
  archivePartitions: 500,
  archiveRows: 10_000,
  archiveBytes: 67_108_864,
};
