import type { Engine } from '../core/engine.js';
import type { ChatError } from '../core/errors.js';
import type { Origin } from '../core/event.js';
import type { Clock } from '../core/ports.js';
import { Rejection } from '../core/rejection.js';
import type { Decision } from '../dialects/dialect.js';
import type { CommandName, Commands } from '../domain/index.js';
import type { HookedCommand, Settings } from '../options.js';
import { askHook } from './hooks.js';

/** Who is told of an outcome besides the caller. */
export interface Told<T extends CommandName> {
  /** First of all: the batch that the answer, whichever it is, rests on. */
  rests?(basis: number): void;
  /** Before the events of a granted command are queued. */
  first?(result: Commands[T]['result']): void;
  /** The decision was taken back. */
  undone(): void;
}

/** Hands a command to the engine. Answers at once when it is decided in this turn. */
export function decide<T extends CommandName>(
  engine: Engine<Commands>,
  type: T,
  input: Commands[T]['input'],
  told: Told<T>,
  origin?: Origin,
): Decision<T> | Promise<Decision<T>> {
  let now: { decision: Decision<T> } | undefined;
  let later: ((decision: Decision<T>) => void) | undefined;
  engine.submit(
    type,
    input,
    {
      decided: (decision, basis) => {
        now = { decision: decision as Decision<T> };
        told.rests?.(basis);
        if (!(decision instanceof Rejection)) told.first?.(decision as Commands[T]['result']);
      },
      queued: () => {
        if (now !== undefined) later?.(now.decision);
      },
      undone: () => told.undone(),
    },
    origin,
  );
  if (now !== undefined) return now.decision;
  return new Promise((resolve) => {
    later = resolve;
  });
}

/** Where a client's command comes from. */
export interface Sender {
  readonly dialect: string;
  /** Left out for what came by an HTTP route. */
  readonly connection?: string;
  readonly address?: string;
  readonly origin?: Origin;
}

/** The same for a client's command: the host's hook is asked first. */
export function submit<T extends CommandName>(
  engine: Engine<Commands>,
  { hooks, limits }: Pick<Settings, 'hooks' | 'limits'>,
  clock: Clock,
  report: (error: ChatError) => void,
  type: T,
  input: Commands[T]['input'],
  from: Sender,
  told: Told<T>,
): Decision<T> | Promise<Decision<T>> {
  if (hooks.before === undefined || isOwn(type, input)) return decide(engine, type, input, told, from.origin);
  const { origin, ...about } = from;
  const asked = askHook(hooks, { type, input } as HookedCommand, about, clock, limits.hookMs);
  return asked.then((answer) => {
    if (answer.error !== undefined) report(answer.error);
    if (answer.input !== undefined) return decide(engine, type, answer.input as typeof input, told, origin);
    told.rests?.(0);
    return new Rejection('hook-refused');
  });
}

/** What the chat does by itself (a penalty, the end of a dead connection, a token that goes on being good) is no wish of anybody's to be refused. */
function isOwn(type: CommandName, input: object): boolean {
  return (
    type === 'token.use' ||
    type === 'session.close' ||
    type === 'session.limit' ||
    ('by' in input && input.by === 'chat')
  );
}
