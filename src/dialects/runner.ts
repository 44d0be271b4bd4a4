import { asChatError } from '../core/errors.js';
import type { Connection, Receiver, Transport } from '../delivery/connection.js';
import type { Dialect, GoodbyeReason, Taken } from './dialect.js';
import type { RunnerHost } from './post.js';
import { RunningLink } from './running-link.js';

/** Runs one dialect: takes in frames, lets them be handled strictly in turn, and keeps the limits of a connection. */
export class Runner {
  readonly dialect: Dialect;
  readonly #links = new Map<Connection, RunningLink>();

  constructor(
    dialect: Dialect<never, never, never>,
    readonly index: number,
    readonly host: RunnerHost,
  ) {
    this.dialect = dialect as unknown as Dialect;
  }

  /** A socket is open. `undefined`: it cannot be taken in. */
  opened(transport: Transport, address: string | undefined, realm: string | undefined): Receiver | undefined {
    if (this.dialect.state === undefined) return undefined;
    let state: unknown;
    try {
      state = this.dialect.state({ address, elapsed: this.host.elapsed(), realm });
    } catch (thrown) {
      this.host.report(asChatError('handler-failed', 'a connection could not be taken in', thrown), {});
      return undefined;
    }
    return this.take(transport, address, state);
  }

  /** A transport is open, and this is what the dialect remembers of it. */
  take(transport: Transport, address: string | undefined, state: unknown): Taken {
    const connection = this.host.connect(this.index, transport, address, state);
    const link = new RunningLink(this, connection);
    this.#links.set(connection, link);
    link.open();
    return link;
  }

  /** A transport is gone. */
  closed(connection: Connection): void {
    this.#links.delete(connection);
    this.host.disconnect(connection);
  }

  /** About once a second. */
  sweep(): void {
    for (const link of this.#links.values()) link.sweep();
    try {
      this.dialect.sweep?.(this.host.elapsed());
    } catch (thrown) {
      this.host.report(asChatError('handler-failed', 'the sweep of a dialect threw', thrown), {});
    }
  }

  /** Tells a connection in its own words that it is over, and closes it. */
  goodbyeTo(connection: Connection, reason: GoodbyeReason): void {
    this.#links.get(connection)?.goodbye(reason);
  }
}
