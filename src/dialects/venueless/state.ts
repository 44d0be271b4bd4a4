import type { UserId } from '../../domain/ids.js';

/** What is remembered of a connection. */
export interface VenuelessState {
  /** The world of its address, whether or not there is one. */
  readonly world: string;
  user: UserId | undefined;
  /** When a silence ends that it was opened under: milliseconds since the Unix epoch. Without end: left out. */
  silencedUntil: number | undefined;
  /** The last change of the rooms' crowds that it knows of. */
  crowds: number;
  /** Whose profiles it was sent since it last began or ceased to follow a channel (section 8.4); `undefined`: nobody's. */
  known: Set<string> | undefined;
}
