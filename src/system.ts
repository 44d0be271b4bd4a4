import type { Clock, Logger, Metrics } from './core/ports.js';

/** The process's own clock and event loop. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
  soon: (run) => void setImmediate(run),
};

const nothing = () => {};

export const silent: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };

export const noMetrics: Metrics = { count: nothing, gauge: nothing };
