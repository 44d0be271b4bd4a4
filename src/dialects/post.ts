import type { ChatError } from '../core/errors.js';
import type { Origin } from '../core/event.js';
import type { Logger, Metrics } from '../core/ports.js';
import type { View } from '../core/table.js';
import type { Connection, Transport } from '../delivery/connection.js';
import type { Commands } from '../domain/index.js';
import type { Decision, Dialect } from './dialect.js';

/** What becomes of a command that a connection submitted. */
export interface SubmitOutcome<T extends keyof Commands> {
  /** First of all: the batch that the answer, whichever it is, rests on. */
  rests(basis: number): void;
  /** It is granted; its events follow. */
  first?(result: Commands[T]['result']): void;
  /** It was granted and then taken back. */
  undone(): void;
}

/** What a runner needs of the chat around it. */
export interface RunnerHost {
  now(): number;
  /** Milliseconds that have gone by, whatever was done to the time of day. */
  elapsed(): number;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Makes a connection known to delivery. */
  connect(dialect: number, transport: Transport, address: string | undefined, state: unknown): Connection;
  /** Forgets it. */
  disconnect(connection: Connection): void;
  read<T>(look: (view: View) => T): { value: T; basis: number };
  /** Hooks, then the engine. */
  submit<T extends keyof Commands & string>(
    type: T,
    input: Commands[T]['input'],
    about: { readonly connection: Connection; readonly dialect: string; readonly origin?: Origin },
    outcome: SubmitOutcome<T>,
  ): Decision<T> | Promise<Decision<T>>;
  nextId(): number;
  /** Sends packets at once. */
  send(connection: Connection, packets: readonly unknown[]): void;
  /** Sends packets in their place. */
  leave(connection: Connection, packets: readonly unknown[], basis: number): void;
  /** The batch with which everything granted until now is published. */
  granted(): number;
  /**
   * Keeps a place for packets that `load` fetches once it is reached; `behind`: not before this batch either, unless that is taken back.
   * `done`: they are there, or will not come.
   */
  later(
    connection: Connection,
    load: (upTo: number) => Promise<readonly unknown[]>,
    basis: number,
    behind: number,
    done: () => void,
  ): void;
  /** Closes in its place, behind what the connection was answered. */
  close(connection: Connection, code: number, reason: string, basis: number): void;
  report(error: ChatError, about: { connection?: string; packet?: string }): void;
}

/** Where a connection works: its dialect, the chat around it, and who has to know when it is gone. */
export interface Post {
  readonly dialect: Dialect;
  readonly host: RunnerHost;
  closed(connection: Connection): void;
}
