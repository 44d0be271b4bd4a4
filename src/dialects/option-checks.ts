import { ChatError } from '../core/errors.js';
import { type ConnectionLimits, connectionLimits } from './dialect.js';

/** Checks of a dialect's options. Each throws `options-invalid`, naming the option, the dialect and what the option takes. */
export class OptionChecks {
  constructor(private readonly dialect: string) {}

  need(holds: boolean, option: string, takes: string): asserts holds {
    if (!holds) throw new ChatError('options-invalid', `option ${option} of ${this.dialect} takes ${takes}`);
  }

  /** The options themselves. */
  object(value: unknown): void {
    if (!isRecord(value))
      throw new ChatError('options-invalid', `${this.dialect} takes an object of options`);
  }

  whole(value: unknown, option: string, least: number, most = Number.MAX_SAFE_INTEGER): void {
    const fits = Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most;
    const upTo = most === Number.MAX_SAFE_INTEGER ? '' : ` to ${most}`;
    this.need(fits, option, `a whole number from ${least}${upTo}`);
  }

  /** A misspelt option would do nothing, and nobody would know. `path`: what stands before the names, such as `limits.`. */
  only(given: object, known: object, path = ''): void {
    for (const name of Object.keys(given))
      this.need(Object.hasOwn(known, name), path + name, 'no value: there is no such option');
  }

  /** Limits of a connection, with the dialect's own defaults and those that hold everywhere. */
  limits(given: Partial<ConnectionLimits>, own: Partial<ConnectionLimits> = {}): ConnectionLimits {
    this.need(isRecord(given), 'limits', 'an object');
    this.only(given, connectionLimits, 'limits.');
    for (const [name, value] of Object.entries(given)) {
      const least = name === 'idlePingMs' || name === 'idleTimeoutMs' ? 0 : 1;
      this.whole(value, `limits.${name}`, least, longestTimer);
    }
    return { ...connectionLimits, ...own, ...given };
  }
}

/** The longest that a timer of Node takes, in milliseconds; plenty as a number of bytes or frames too. */
const longestTimer = 2 ** 31 - 1;

/** Whether it is an object with names, and no list. */
export function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
