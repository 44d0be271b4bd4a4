import type { CommitterState } from './core/committer.js';

/** How the chat is doing. */
export interface Health {
  /** Whether storage takes writes. */
  readonly storage: CommitterState;
  /** Frames and events that wait for storage. */
  readonly waiting: number;
  readonly connections: number;
  readonly sessions: number;
  /** Number of the newest stored batch. */
  readonly committed: number;
  readonly draining: boolean;
}

/** What {@link Chat.drain} gave up. */
export interface Drained {
  /** Connections that were still open when the time was over. */
  readonly ended: number;
  /** Events and answers that nobody was shown, because storage had not stored what they rest on. */
  readonly unstored: number;
}
