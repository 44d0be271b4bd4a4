import { sha256 } from '../adapters/hashing/sha256.js';
import type { Engine } from '../core/engine.js';
import type { ChatError } from '../core/errors.js';
import type { Clock, Logger, Metrics } from '../core/ports.js';
import { Rejection, unavailable } from '../core/rejection.js';
import type { RequestOrigin, Transport } from '../delivery/connection.js';
import type { Rendering } from '../delivery/deliver.js';
import type { Decision, DialectHost, Taken } from '../dialects/dialect.js';
import type { DomainConfig } from '../domain/config.js';
import type { CommandName, Commands } from '../domain/index.js';
import type { Settings } from '../options.js';
import { authenticate } from './authenticate.js';
import { passwordsOf } from './passwords.js';
import { decide, submit } from './submit.js';

/** The parts of a chat that dialects are given. */
export interface DialectParts {
  readonly settings: Settings;
  readonly clock: Clock;
  /** The one that time limits are measured by. */
  readonly steady: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly config: DomainConfig;
  /** Not there yet while the chat is made. */
  engine(): Engine<Commands>;
  /** `undefined` while the chat drains. */
  take(dialect: string, transport: Transport, address: string | undefined, state: unknown): Taken | undefined;
  /** Answers with the bytes handed out. */
  tell(dialect: string, renderings: readonly Rendering<unknown>[]): number;
  report(error: ChatError): void;
  inOwnTask(task: () => void): void;
}

/** What a dialect is given when it starts. */
export function dialectHost(parts: DialectParts, dialect: string): DialectHost {
  const { settings, clock, steady, logger, metrics, config, report } = parts;
  return {
    clock,
    steady,
    logger,
    metrics,
    config,
    authenticate: (credentials, context) => authenticate(settings, clock, report, credentials, context),
    passwords: passwordsOf(settings.hasher),
    read: (look) => parts.engine().read(look).value,
    show: async (look) => {
      const { value, basis } = parts.engine().read(look);
      await parts.engine().stored(basis);
      return value;
    },
    archive: settings.storage,
    bodies: settings.storage.bodies,
    fileLink: (file) => {
      for (const { fileLink } of settings.dialects) {
        const link = fileLink?.(file);
        if (link !== undefined) return link;
      }
      return undefined;
    },
    nextId: () => parts.engine().takeId(),
    submit: (type, input, from) => submitted(parts, dialect, type, input, from),
    published: () => parts.engine().settled(),
    sha256,
    accept: (transport, { address, state }) => parts.take(dialect, transport, address, state),
    tell: (renderings) => parts.tell(dialect, renderings),
    report,
    inOwnTask: parts.inOwnTask,
  };
}

async function submitted<T extends CommandName>(
  parts: DialectParts,
  dialect: string,
  type: T,
  input: Commands[T]['input'],
  { address }: Partial<RequestOrigin> = {},
): Promise<Decision<T>> {
  const { settings, clock, report } = parts;
  const engine = parts.engine();
  let basis = 0;
  const told = {
    rests: (on: number) => {
      basis = on;
    },
    undone: () => {},
  };
  const asHost = 'by' in input && input.by === 'host';
  const from = { dialect, ...(address === undefined ? {} : { address }) };
  const decision = await (asHost
    ? decide(engine, type, input, told)
    : submit(engine, settings, clock, report, type, input, from, told));
  // What was granted keeps its place behind the events that it caused; a refusal has none.
  const shown = decision instanceof Rejection ? engine.stored(basis) : engine.settled(basis);
  return shown.then(
    () => decision,
    () => new Rejection(unavailable),
  );
}
