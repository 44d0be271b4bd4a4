import { asChatError, type ChatError } from '../core/errors.js';
import type { Clock, Storage } from '../core/ports.js';
import { late, within } from '../core/within.js';
import type { DomainConfig } from '../domain/config.js';
import type { Commands } from '../domain/index.js';
import { isPast, type ModlogEntry, modlog, modlogCategories } from '../domain/modlog/modlog.js';

/** What purging stands on. */
export interface Ground {
  readonly clock: Clock;
  readonly storage: Pick<Storage, 'query'>;
  readonly storageTimeoutMs: number;
  readonly config: Pick<DomainConfig, 'modlogDays'>;
  submit<T extends keyof Commands>(type: T, input: Commands[T]['input']): void;
  report(error: ChatError): void;
}

/** Entries of each category of the log that are let go at once. */
const entriesAtOnce = 100;

/** How often it looks for them, in ms. */
const everyMs = 60_000;

/** Lets go of what the log of moderation has kept for long enough, once a minute. */
export class Purge {
  #nextAt = 0;
  #stopped = false;

  constructor(private readonly ground: Ground) {}

  /** Called by the sweeper. `now`: milliseconds since the Unix epoch. `elapsed`: milliseconds gone by, whatever is done to the clock. */
  run(now: number, elapsed: number): void {
    if (elapsed < this.#nextAt) return;
    this.#nextAt = elapsed + everyMs;
    const { report } = this.ground;
    this.#purgeLog(now).catch((thrown: unknown) => {
      if (!this.#stopped)
        report(asChatError('storage-failed', 'the log of moderation was not purged', thrown));
    });
  }

  /** Storage is about to be closed. */
  stop(): void {
    this.#stopped = true;
  }

  /** The oldest entries of each category, as far as they have been kept for long enough. */
  async #purgeLog(now: number): Promise<void> {
    const { clock, storage, storageTimeoutMs, config, submit } = this.ground;
    for (const category of modlogCategories) {
      const oldest = storage.query({ table: modlog.name, in: category, limit: entriesAtOnce });
      const rows = await within(clock, storageTimeoutMs, oldest);
      // The engine tells of a storage that does not answer; a minute later this is tried again.
      if (rows === late || this.#stopped) return;
      const ids = rows
        .filter(({ row }) => isPast(config, row as ModlogEntry, now))
        .map(({ key }) => key as number);
      if (ids.length > 0) submit('modlog.purge', { ids });
    }
  }
}
