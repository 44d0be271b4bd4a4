import type { Ask } from '../ask.js';

/** One command of the protocol. */
export interface CommandRow {
  readonly action: string;
  /** Section of the specification. */
  readonly section: string;
  /** The permission on the world without which it is refused. */
  readonly permission?: string;
  /** Its fields and what they take, for tests that send anything else. */
  readonly fields: Readonly<Record<string, 'uuid' | 'uuids' | 'text' | 'number' | 'flag' | 'object' | 'any'>>;
  run(ask: Ask): void | Promise<void>;
}
