/** A part of the tables that is not there yet. */
export type Coming = string;

/** Parts that tests may wait for; whoever brings one takes its name away. */
export const coming: ReadonlySet<Coming> = new Set();
