/** Start of the id series, 2020-05-02T00:00:00Z in ms: the epoch that Sock Chat servers count from. */
export const idEpochMs = 1_588_377_600_000;

/** The smallest id that may be given out in a millisecond. */
export function firstIdAt(ms: number): number {
  return Math.max(0, ms - idEpochMs) * 256;
}

/** The millisecond, since the Unix epoch, that an id was made in (later than true when the series ran ahead of the clock). */
export function timeOfId(id: number): number {
  return Math.floor(id / 256) + idEpochMs;
}
