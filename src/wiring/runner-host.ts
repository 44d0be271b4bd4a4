import type { Engine } from '../core/engine.js';
import { asChatError, type ChatError } from '../core/errors.js';
import type { Clock, Logger, Metrics } from '../core/ports.js';
import { Rejection, unavailable } from '../core/rejection.js';
import { Answers } from '../delivery/answers.js';
import type { Audiences } from '../delivery/audiences.js';
import { Connection } from '../delivery/connection.js';
import type { Delivery } from '../delivery/deliver.js';
import type { Outboxes } from '../delivery/outboxes.js';
import type { RunnerHost } from '../dialects/post.js';
import type { Commands } from '../domain/index.js';
import type { Settings } from '../options.js';
import { submit } from './submit.js';

/** The parts of a chat that connections at work stand on. */
export interface RunnerParts {
  readonly settings: Settings;
  readonly clock: Clock;
  /** The one that time limits are measured by. */
  readonly steady: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly audiences: Audiences;
  readonly outboxes: Outboxes;
  readonly delivery: Delivery;
  /** Not there yet while the chat is made. */
  engine(): Engine<Commands>;
  gone(connection: Connection): void;
  /** Words a refusal of a dialect. */
  refused(dialect: number, rejection: Rejection): readonly unknown[];
  report(error: ChatError, about: { readonly connection?: string; readonly packet?: string }): void;
}

/** What runners need of the chat around them. */
export function runnerHost(parts: RunnerParts): RunnerHost {
  const { settings, clock, steady, audiences, outboxes, delivery, report } = parts;
  const answers = new Answers(steady, settings.limits, outboxes);
  let nextConnection = 1;
  const send = (connection: Connection, packets: readonly unknown[]) => {
    for (const frame of delivery.frames(connection.dialect, packets)) outboxes.send(connection, frame);
  };
  return {
    now: () => clock.now(),
    elapsed: () => steady.now(),
    logger: parts.logger,
    metrics: parts.metrics,
    connect: (dialect, transport, address, state) => {
      const connection = new Connection(
        String(nextConnection++),
        dialect,
        transport,
        address,
        steady.now(),
        state,
      );
      audiences.add(connection);
      return connection;
    },
    disconnect: parts.gone,
    read: (look) => parts.engine().read(look),
    submit: (type, input, { connection, ...from }, told) => {
      const { id, address } = connection;
      const sender = { ...from, connection: id, ...(address === undefined ? {} : { address }) };
      const failed = (error: ChatError) => report(error, { connection: id });
      return submit(parts.engine(), settings, clock, failed, type, input, sender, told);
    },
    nextId: () => parts.engine().takeId(),
    send,
    leave: (connection, packets, basis) => {
      connection.unsent++;
      const sent = () => {
        connection.unsent--;
        send(connection, packets);
      };
      const drop = () => {
        connection.unsent--;
      };
      parts.engine().leave(sent, basis, drop);
    },
    granted: () => parts.engine().outstanding,
    later: (connection, load, basis, behind, done) => {
      connection.unsent++;
      const start = () => {
        connection.unsent--;
        const upTo = parts.engine().published;
        const fetch = async () => {
          try {
            return delivery.frames(connection.dialect, await load(upTo));
          } catch (thrown) {
            report(asChatError('handler-failed', 'an answer could not be fetched', thrown), {
              connection: connection.id,
            });
            return delivery.frames(
              connection.dialect,
              parts.refused(connection.dialect, new Rejection(unavailable)),
            );
          }
        };
        answers.add(connection, fetch, done);
      };
      const drop = () => {
        connection.unsent--;
        // What goes on from here may not get in between what is taken back.
        clock.soon(done);
      };
      const engine = parts.engine();
      if (behind <= basis) return engine.leave(start, basis, drop);
      // What it stands behind was taken back, or is decided anew and no longer waited for.
      const alone = () => (basis <= engine.committed ? engine.leave(start, basis, drop) : drop());
      engine.leave(start, behind, alone);
    },
    close: (connection, code, reason, basis) => {
      // Behind what it was answered before, which may still wait for storage.
      const inPlace = connection.unsent > 0 ? undefined : basis;
      parts.engine().leave(() => outboxes.close(connection, code, reason), inPlace);
    },
    report,
  };
}
