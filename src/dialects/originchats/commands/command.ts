import type { Ask } from '../ask.js';
import type { OriginChatsSettings } from '../options.js';

/** One command of the protocol. */
export interface CommandRow {
  readonly cmd: string;
  /** Section of the specification. */
  readonly section: string;
  /** Names under which it is announced in the handshake's `capabilities`; default: its own. */
  readonly capabilities?: readonly string[];
  /** Whether it is announced with these settings; default: always. */
  announced?(settings: OriginChatsSettings): boolean;
  /** Whether somebody who is banned may still use it. */
  readonly whileBanned?: true;
  /** Fields that hold ids of messages. Those of imported messages are looked up before `run`; see `messageIdIn`. */
  readonly messageIds?: readonly string[];
  run(ask: Ask): void | Promise<void>;
}
