import type { Clock } from '../core/ports.js';
import type { Audiences } from '../delivery/audiences.js';
import type { Runner } from '../dialects/runner.js';
import type { Drained } from '../health.js';
import { spread } from './spread.js';

/** What of a chat comes to an end. */
export interface Ending {
  readonly clock: Clock;
  readonly audiences: Audiences;
  readonly runners: readonly Runner[];
  /** Waits at most so long for writes, and closes the storage. Resolves with what was given up. */
  shut(timeoutMs: number): Promise<number>;
}

/** Says goodbye on every connection, spread over `spreadMs`, and waits for them and for storage until `timeoutMs` have passed. */
export async function endAll(chat: Ending, timeoutMs: number, spreadMs: number): Promise<Drained> {
  const { clock, audiences, runners } = chat;
  const until = clock.now() + timeoutMs;
  const pause = (ms: number) => new Promise<void>((resolve) => void clock.after(ms, resolve));
  const open = [...audiences.all()];
  const goodbye = (one: (typeof open)[number]) => runners[one.dialect]?.goodbyeTo(one, 'drain');
  await spread(open, Math.min(spreadMs, timeoutMs), goodbye, pause);
  while (audiences.size > 0 && clock.now() < until) await pause(10);
  const ended = audiences.size;
  for (const connection of audiences.all()) connection.transport.terminate();
  return { ended, unstored: await chat.shut(Math.max(1_000, until - clock.now())) };
}
