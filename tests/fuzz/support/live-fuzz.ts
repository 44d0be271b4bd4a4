import { afterEach } from 'vitest';
import { StandingClock } from '../../conformance/sockchat/support/clock.js';

export const PACKETS = Number(process.env.POLYLECT_FUZZ_PACKETS ?? 20_000);
export const SEED = Number(process.env.POLYLECT_FUZZ_SEED ?? 20_250_413);

/** What ends after each test of a file. */
interface Ending<S, C> {
  clock: StandingClock;
  server: S | undefined;
  senders: C[];
}

/** A server and those who send to it, at a time that goes on by hand; all of it ends with the test. */
export function liveFuzz<S extends { stop(): Promise<unknown> }, C extends { end(): void }>(): Ending<S, C> {
  const live: Ending<S, C> = { clock: new StandingClock(), server: undefined, senders: [] };
  afterEach(async () => {
    const { clock, server, senders } = live;
    Object.assign(live, { clock: new StandingClock(), server: undefined, senders: [] });
    for (const one of senders) one.end();
    let stopped = false;
    const stopping = server?.stop().finally(() => {
      stopped = true;
    });
    // Closing may wait for time to pass, and here it passes by hand.
    while (server !== undefined && !stopped) await clock.advance(1_000);
    await stopping;
  });
  return live;
}

/** Metrics that count, each under its name and its labels but for the dialect's. */
export function countingMetrics(dialect: string) {
  const counted = new Map<string, number>();
  const metrics = {
    count: (name: string, by = 1, labels: Readonly<Record<string, string>> = {}) => {
      const key = [name, ...Object.values(labels).filter((label) => label !== dialect)].join(' ');
      counted.set(key, (counted.get(key) ?? 0) + by);
    },
    gauge: () => {},
  };
  return { counted, metrics };
}
