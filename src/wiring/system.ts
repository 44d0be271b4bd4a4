import type { Clock, Logger, Metrics } from '../core/ports.js';

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

/** The host's logger, whose failures concern nobody else. */
export function guardedLogger(logger: Logger): Logger {
  return {
    debug: (about, message) => quietly(() => logger.debug(about, message)),
    info: (about, message) => quietly(() => logger.info(about, message)),
    warn: (about, message) => quietly(() => logger.warn(about, message)),
    error: (about, message) => quietly(() => logger.error(about, message)),
  };
}

/** The host's metrics, likewise. */
export function guardedMetrics(metrics: Metrics): Metrics {
  return {
    count: (name, value, labels) => quietly(() => metrics.count(name, value, labels)),
    gauge: (name, value, labels) => quietly(() => metrics.gauge(name, value, labels)),
  };
}

/** There is nowhere left to report to. */
function quietly(run: () => void): void {
  try {
    run();
  } catch {}
}
