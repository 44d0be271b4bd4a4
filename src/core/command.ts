import type { Origin } from './event.js';
import type { Rejection } from './rejection.js';
import type { Tx } from './state.js';
import type { Need, Table, View } from './table.js';

/** The commands of a chat: name → what they take and what they answer. All plain data. */
export type CommandMap = { readonly [type: string]: { readonly input: object; readonly result: unknown } };

/** A wish, as data. */
export type Command<M, T extends keyof M = keyof M> = T extends keyof M
  ? M[T] extends { input: infer I }
    ? { readonly type: T } & I
    : never
  : never;

/** What a command answers when it is granted. */
export type Result<M, T extends keyof M> = M[T] extends { result: infer R } ? R : never;

/** How one kind of command is decided. Reads no clock, no random source, does no I/O, never awaits. */
export interface Rule<Input, Out> {
  /** Archive rows that must be in memory. Asked again after loading, so that a need may rest on a loaded row. */
  needs?(view: View, input: Input): readonly Need[];
  /** Grants, by changing and emitting, or refuses; a refusal takes back what was changed. */
  decide(tx: Tx, input: Input): Out | Rejection;
  /** Decided even while storage takes no writes: a dead socket cannot wait. Only for changes of live tables. */
  readonly always?: boolean;
}

export type Rules<M> = {
  readonly [T in keyof M]: M[T] extends { input: infer I; result: infer R } ? Rule<I, R> : never;
};

/** A thing of the chat with its tables and rules. */
export interface Noun {
  readonly name: string;
  readonly tables: readonly Table[];
  readonly rules: { readonly [type: string]: Rule<never, unknown> };
  /** Whether one of its resident rows refers to these bytes. What no noun refers to is swept out of storage. */
  refersTo?(view: View, body: string): boolean;
}

/** Lets a table of known rows stand in the list of a noun. */
export function anyTable(table: object): Table {
  return table as Table;
}

/** A command with its place in the queue: enough to decide it again with the same outcome. */
export interface Stamped {
  readonly type: string;
  readonly input: object;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  /** The first id it may give out. */
  readonly id: number;
  readonly origin?: Origin;
}

/** What becomes of a submitted command. */
export interface Outcome<R> {
  /**
   * Called once, in the turn of the decision, before its events are queued. `basis` is the batch that the answer rests on, for
   * the engine's `leave`; what is submitted in here is decided after it.
   */
  decided(result: R | Rejection, basis: number): void;
  /** Called after its events were queued, in the same turn as `decided`. */
  queued?(): void;
  /** The decision was granted and then taken back: storage does not have it. */
  undone?(): void;
}
