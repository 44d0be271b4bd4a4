import type { Noun } from '../core/command.js';
import type { Engine } from '../core/engine.js';
import { asChatError, type ChatError } from '../core/errors.js';
import type { Bodies } from '../core/ports.js';
import { Rejection } from '../core/rejection.js';
import type { View } from '../core/table.js';
import { uploads } from '../domain/attachments/attachments.js';
import type { Commands } from '../domain/index.js';

/** How often files are looked after, in ms. */
const everyMs = 10_000;
/** Bodies younger than that may still wait for their row, in ms. */
const graceMs = 60_000;
/** By how much the time of day may run ahead of the time that goes by from one call to the next before it was set forward, in ms. */
const aheadMs = 1_000;
/** Bodies looked at in one run. */
const bodiesPerRun = 1_000;

/**
 * Lets go of files: of uploads that are over or were never shown, and of bytes in storage that no row refers to, a minute or more after they
 * were put. Each run does a bounded part of it, the next goes on from there.
 */
export class FileUpkeep {
  readonly #engine: Pick<Engine<Commands>, 'read' | 'submit' | 'settled' | 'storageState'>;
  readonly #bodies: Bodies;
  readonly #nouns: readonly Noun[];
  readonly #report: (error: ChatError) => void;
  #nextAt = 0;
  /** How far the time of day was ahead of the time that goes by. */
  #ahead = Number.NEGATIVE_INFINITY;
  /** Nothing is swept before, in time that goes by. */
  #sweepAt = 0;
  #after: string | undefined;
  #running = false;

  constructor(
    engine: Pick<Engine<Commands>, 'read' | 'submit' | 'settled' | 'storageState'>,
    bodies: Bodies,
    nouns: readonly Noun[],
    report: (error: ChatError) => void,
  ) {
    this.#engine = engine;
    this.#bodies = bodies;
    this.#nouns = nouns;
    this.#report = report;
  }

  /** Called by the sweeper. `now`: milliseconds since the Unix epoch. `elapsed`: milliseconds gone by, whatever is done to the clock. */
  run(now: number, elapsed: number): void {
    // Bodies that still wait for their row look old when the clock is set forward. Of the time before the first call nothing is known.
    if (now - elapsed > this.#ahead + aheadMs) this.#sweepAt = elapsed + graceMs;
    this.#ahead = now - elapsed;
    if (elapsed < this.#nextAt || this.#running || this.#engine.storageState !== 'open') return;
    this.#nextAt = elapsed + everyMs;
    if (this.#engine.read((view) => view.size(uploads as never)).value > 0) this.#expire();
    if (elapsed < this.#sweepAt) return;
    this.#running = true;
    this.#sweep(now)
      .catch((thrown) => {
        const error = asChatError('storage-failed', 'bodies could not be swept', thrown);
        // The chat was closed meanwhile; the next one goes on.
        if (error.code !== 'storage-closed') this.#report(error);
      })
      .finally(() => {
        this.#running = false;
      });
  }

  #expire(): void {
    const again = (result: Commands['upload.expire']['result'] | Rejection) => {
      if (!(result instanceof Rejection) && result.more) this.#nextAt = 0;
    };
    this.#engine.submit('upload.expire', {}, { decided: again });
  }

  async #sweep(now: number): Promise<void> {
    const after = this.#after === undefined ? {} : { after: this.#after };
    const page = await this.#bodies.list({ ...after, limit: bodiesPerRun });
    this.#after = page.length < bodiesPerRun ? undefined : page.at(-1)?.id;
    const old = page.filter((body) => body.at + graceMs <= now).map((body) => body.id);
    const { value: loose, basis } = this.#engine.read((view) => old.filter((id) => !this.#isUsed(view, id)));
    if (loose.length === 0) return;
    // A removal that storage does not have yet may be taken back, and the row needs its bytes then.
    const stored = await this.#engine.settled(basis).then(
      () => true,
      () => false,
    );
    if (stored) await this.#bodies.remove(loose);
  }

  #isUsed(view: View, id: string): boolean {
    return this.#nouns.some((noun) => noun.refersTo?.(view, id));
  }
}
