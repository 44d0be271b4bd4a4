import { archiveLimits } from '../../src/core/archive-limits.js';
import type { Noun, Rules, Stamped } from '../../src/core/command.js';
import { anyTable } from '../../src/core/command.js';
import type { CommitterState } from '../../src/core/committer.js';
import { Engine } from '../../src/core/engine.js';
import type { EngineOptions } from '../../src/core/engine-options.js';
import type { ChatError } from '../../src/core/errors.js';
import type { Event } from '../../src/core/event.js';
import { engineLimits } from '../../src/core/limits.js';
import { Rejection } from '../../src/core/rejection.js';
import { table } from '../../src/core/table.js';
import { FaultyStorage, type Plan } from '../../src/testing/faulty-storage.js';
import { ManualClock } from '../../src/testing/manual-clock.js';

export interface Thing {
  readonly key: string;
  readonly colour: string;
}
export interface Note {
  readonly id: number;
  readonly box: string;
  readonly count: number;
}

export const things = table({
  name: 'things',
  class: 'resident',
  key: 'text',
  id: (row: Thing) => row.key,
  indexes: { colour: (row: Thing) => row.colour },
});
export const notes = table<Note, number>({
  name: 'notes',
  class: 'archive',
  key: 'integer',
  id: (row) => row.id,
  partition: (row) => row.box,
});
export const marks = table({
  name: 'marks',
  class: 'lazy',
  key: 'text',
  id: (row: { readonly key: string; readonly at: number }) => row.key,
});
export const seats = table({
  name: 'seats',
  class: 'live',
  key: 'text',
  id: (row: { readonly key: string; readonly on: string }) => row.key,
});

export interface ToyCommands {
  'thing.put': { input: Thing; result: { readonly id: number } };
  'thing.many': { input: { readonly count: number; readonly prefix: string }; result: undefined };
  'thing.boom': { input: Thing; result: undefined };
  'thing.both': { input: Thing; result: undefined };
  'thing.refuse': { input: Thing; result: undefined };
  'thing.drop': { input: { readonly key: string }; result: undefined };
  'note.add': { input: { readonly box: string }; result: { readonly id: number } };
  'note.bump': { input: { readonly id: number }; result: { readonly count: number } };
  'note.drop': { input: { readonly id: number }; result: undefined };
  'note.newest': { input: { readonly box: string; readonly limit: number }; result: readonly Note[] };
  'box.open': { input: { readonly box: string }; result: undefined };
  'box.clear': { input: { readonly box: string }; result: undefined };
  'mark.set': { input: { readonly key: string; readonly at: number }; result: undefined };
  'seat.take': { input: { readonly key: string; readonly on: string }; result: undefined };
  'seat.make': { input: { readonly key: string; readonly on: string }; result: undefined };
  'seat.drop': { input: { readonly key: string }; result: undefined };
  'seat.leave': { input: { readonly key: string }; result: { readonly left: boolean } };
  say: { input: { readonly text: string }; result: undefined };
}

const rules: Rules<ToyCommands> = {
  'thing.put': {
    decide(tx, row) {
      const id = tx.nextId();
      tx.put(things, { key: row.key, colour: row.colour });
      tx.emit({ type: `put ${row.key}`, at: tx.at });
      return { id };
    },
  },
  'thing.many': {
    decide(tx, { count, prefix }) {
      for (let i = 0; i < count; i++) tx.put(things, { key: `${prefix}${i}`, colour: 'grey' });
      return undefined;
    },
  },
  'thing.boom': {
    decide(tx, row) {
      tx.put(things, row);
      tx.emit({ type: 'boom', at: tx.at });
      throw new Error('a bug');
    },
  },
  'thing.both': {
    decide(tx, row) {
      tx.put(things, row);
      tx.emit({ type: 'first', at: tx.at });
      tx.emit({ type: 'second', at: tx.at });
      return undefined;
    },
  },
  'thing.refuse': {
    decide(tx, row) {
      tx.put(things, row);
      tx.emit({ type: 'refused', at: tx.at });
      return new Rejection('no');
    },
  },
  'thing.drop': {
    decide(tx, { key }) {
      tx.remove(things, key);
      tx.remove(marks, key);
      return undefined;
    },
  },
  'note.add': {
    needs: (_, { box }) => [{ table: notes as never, newest: box, limit: 1 }],
    decide(tx, { box }) {
      const id = tx.nextId();
      tx.put(notes, { id, box, count: 0 });
      tx.emit({ type: `note ${box}`, at: tx.at });
      return { id };
    },
  },
  'note.bump': {
    needs: (_, { id }) => [{ table: notes as never, ids: [id] }],
    decide(tx, { id }) {
      const note = tx.get(notes, id);
      if (note === undefined) return new Rejection('unknown');
      // A row can only be written where its partition is open; a reaction on an old row needs no window.
      tx.put(notes, { ...note, count: note.count + 1 });
      tx.emit({ type: `bump ${note.count + 1}`, at: tx.at });
      return { count: note.count + 1 };
    },
  },
  'note.drop': {
    needs: (_, { id }) => [{ table: notes as never, ids: [id] }],
    decide(tx, { id }) {
      if (tx.get(notes, id) === undefined) return new Rejection('unknown');
      tx.remove(notes, id);
      return undefined;
    },
  },
  'note.newest': {
    needs: (_, { box, limit }) => [{ table: notes as never, newest: box, limit }],
    decide: (tx, { box, limit }) => tx.newest(notes, box, limit),
  },
  'box.open': {
    decide(tx, { box }) {
      tx.put(things, { key: box, colour: 'box' });
      tx.begin(notes, box);
      return undefined;
    },
  },
  'box.clear': {
    decide(tx, { box }) {
      tx.clear(notes, box);
      return undefined;
    },
  },
  'mark.set': {
    decide(tx, row) {
      tx.put(marks, { key: row.key, at: row.at });
      return undefined;
    },
  },
  'seat.take': {
    decide(tx, { key, on }) {
      if (tx.get(things, on) === undefined) return new Rejection('nothing-there');
      tx.put(seats, { key, on });
      tx.put(marks, { key, at: tx.at });
      tx.emit({ type: `seat ${key} on ${on}`, at: tx.at });
      return undefined;
    },
  },
  'seat.make': {
    decide(tx, { key, on }) {
      if (tx.get(things, on) === undefined) tx.put(things, { key: on, colour: 'made' });
      tx.put(seats, { key, on });
      return undefined;
    },
  },
  'seat.drop': {
    always: true,
    decide(tx, { key }) {
      const seat = tx.get(seats, key);
      if (seat === undefined) return undefined;
      tx.remove(seats, key);
      tx.remove(things, seat.on);
      tx.emit({ type: `dropped ${key} with ${seat.on}`, at: tx.at });
      return undefined;
    },
  },
  'seat.leave': {
    always: true,
    decide(tx, { key }) {
      const left = tx.get(seats, key) !== undefined;
      if (left) {
        tx.remove(seats, key);
        tx.put(marks, { key, at: tx.at });
        tx.emit({ type: `left ${key}`, at: tx.at });
      }
      return { left };
    },
  },
  say: {
    decide(tx, { text }) {
      tx.emit({ type: `say ${text}`, at: tx.at });
      return undefined;
    },
  },
};

export const toys: Noun = {
  name: 'toys',
  tables: [anyTable(things), anyTable(notes), anyTable(marks), anyTable(seats)],
  rules: rules as Noun['rules'],
};

/** What became of one command, as its sender saw it. */
export interface Asked {
  result?: unknown;
  basis?: number;
  undone: boolean;
  queued: boolean;
}

export interface Rig {
  readonly engine: Engine<ToyCommands>;
  readonly storage: FaultyStorage;
  readonly clock: ManualClock;
  /** Events and answers in the order they left. */
  readonly left: string[];
  readonly errors: ChatError[];
  readonly states: CommitterState[];
  readonly undone: number[];
  readonly recorded: Stamped[];
  ask<T extends keyof ToyCommands>(type: T, input: ToyCommands[T]['input']): Asked;
  /** As {@link Rig.ask}, with an answer that leaves in its place as `answer <name>`. */
  tell<T extends keyof ToyCommands>(type: T, input: ToyCommands[T]['input'], name: string): Asked;
}

export interface RigOptions {
  readonly plan?: Plan;
  readonly storage?: FaultyStorage;
  readonly clock?: ManualClock;
  readonly durability?: EngineOptions['durability'];
  publish?(event: Event): void;
  readonly limits?: Partial<EngineOptions['limits']>;
}

/** An engine over a toy noun, a storage that fails on demand and a clock that stands still. */
export async function rig(options: RigOptions = {}): Promise<Rig> {
  const clock = options.clock ?? new ManualClock();
  const storage = options.storage ?? new FaultyStorage(clock, options.plan);
  const left: string[] = [];
  const errors: ChatError[] = [];
  const states: CommitterState[] = [];
  const undone: number[] = [];
  const recorded: Stamped[] = [];
  const engine = await Engine.open<ToyCommands>({
    nouns: [toys],
    storage,
    clock,
    limits: { ...engineLimits, ...archiveLimits, ...options.limits },
    durability: options.durability ?? 'storage',
    format: 1,
    takeover: 'refuse',
    publish: (event: Event) => {
      left.push(event.type);
      options.publish?.(event);
    },
    published: () => {},
    report: (error) => errors.push(error),
    storageState: (state) => states.push(state),
    undone: () => undone.push(clock.now()),
    record: (command) => recorded.push(command),
  });
  const send = (type: keyof ToyCommands, input: object, name?: string): Asked => {
    const asked: Asked = { undone: false, queued: false };
    engine.submit(type, input, {
      decided: (result, basis) => {
        asked.result = result;
        asked.basis = basis;
      },
      queued: () => {
        asked.queued = true;
        if (name !== undefined) engine.leave(() => left.push(`answer ${name}`), asked.basis);
      },
      undone: () => {
        asked.undone = true;
        if (name !== undefined) left.push(`lost ${name}`);
      },
    });
    return asked;
  };
  return {
    engine,
    storage,
    clock,
    left,
    errors,
    states,
    undone,
    recorded,
    ask: (type, input) => send(type, input),
    tell: (type, input, name) => send(type, input, name),
  };
}

/** The code of a rejection, or what was answered instead. */
export function codeOf(result: unknown): unknown {
  return result instanceof Rejection ? result.code : result;
}

/** Everything in memory, rows of each table by key. */
export function sorted(dump: Record<string, object[]>): Record<string, object[]> {
  const text = (row: object) => JSON.stringify(row);
  return Object.fromEntries(
    Object.entries(dump).map(([name, rows]) => [
      name,
      [...rows].sort((a, b) => (text(a) < text(b) ? -1 : 1)),
    ]),
  );
}
