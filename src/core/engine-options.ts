import type { ArchiveLimits } from './archive-limits.js';
import type { Noun, Stamped } from './command.js';
import type { CommitterState } from './committer.js';
import type { ChatError } from './errors.js';
import type { Event } from './event.js';
import type { EngineLimits } from './limits.js';
import type { Clock, Storage } from './ports.js';

/** What an engine is made of and whom it tells. */
export interface EngineOptions {
  readonly nouns: readonly Noun[];
  readonly storage: Storage;
  readonly clock: Clock;
  /** The one that time limits are measured by. Default: `clock`. */
  readonly steady?: Clock;
  readonly limits: EngineLimits & ArchiveLimits;
  /** `storage`: nothing is shown before it is stored. `memory`: shown at once, stored behind. */
  readonly durability: 'storage' | 'memory';
  /** The version of the rows' shapes. */
  readonly format: number;
  readonly takeover: 'refuse' | 'wait';
  /** Facts that are committed, in order. Called outside of any decision; must not throw. */
  publish(event: Event): void;
  /** All that could be published for now has been. */
  published(): void;
  /** What went wrong on the engine's side: storage that fails, rules that throw. */
  report(error: ChatError): void;
  /** The storage's state changed. */
  storageState(state: CommitterState): void;
  /** Decisions were taken back because storage does not have them; the domain puts live tables right. */
  undone(): void;
  /** Sees every command that had an effect, with its stamp, in order and once that effect holds; for recording runs. */
  record?(command: Stamped): void;
}
