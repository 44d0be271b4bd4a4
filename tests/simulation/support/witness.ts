import type { ChatEvent } from '../../../src/domain/events.js';
import type { SocketClient } from './clients.js';
import type { Rig } from './rig.js';

/** Holds one part of a chat against what clients are shown and what the host is told. */
export abstract class Witness {
  constructor(
    protected readonly rig: Rig,
    /** Says that something is wrong. */
    protected readonly flaw: (text: string) => void,
  ) {}

  /** A client has read a frame. */
  frame(_client: SocketClient, _text: string, _packet: unknown): void {}

  told(_event: ChatEvent): void {}

  /** After every step. */
  check(): void {}

  /** Now and then, if all that was decided is stored. */
  checkRows(): void {}

  /** Another life of the chat has begun, and all clients are gone. */
  reborn(): void {}
}
