import { afterEach, expect, test } from 'vitest';
import { memory } from '../../../src/adapters/storage/memory.js';
import type { Storage } from '../../../src/core/ports.js';
import { type Member, serve, type VenuelessServer } from './support/server.js';
import { gather, say } from './support/talk.js';

/** Storage in memory that counts the rows written to each table. */
function counted(written: Map<string, number>): Storage {
  const inner = memory();
  return {
    bodies: inner.bodies,
    open: (options) => inner.open(options),
    commit(batch) {
      for (const { table } of batch.changes) written.set(table, (written.get(table) ?? 0) + 1);
      return inner.commit(batch);
    },
    lastCommitted: () => inner.lastCommitted(),
    rows: (table, keys) => inner.rows(table, keys),
    query: (query) => inner.query(query),
    count: (query) => inner.count(query),
    close: () => inner.close(),
  };
}

/** Many who read along (section 9: clients mark each event of the open channel as read). */
export function crowd(): void {
  let server: VenuelessServer;
  afterEach(() => server.stop());

  test('readers who mark every message as read cost no row each', async () => {
    const written = new Map<string, number>();
    server = await serve({ storage: counted(written) });
    const [readers, messages] = [30, 60];
    const anna = await server.arrive('anna');
    const stage = anna.channel('stage');
    const crowd: Member[] = [];
    for (let i = 0; i < readers; i++) crowd.push(await server.arrive(`reader-${i}`));
    await gather(stage, anna, ...crowd);
    written.clear();
    for (let i = 0; i < messages; i++) {
      const { event_id: id } = await say(anna, stage, `${i}`);
      await Promise.all(
        crowd.map(async (one) => {
          await one.probe.until(([name, event]) => name === 'chat.event' && event.event_id === id);
          await one.done('chat.mark_read', { channel: stage, id });
        }),
      );
    }
    const { reads = 0, latest = 0, last_seen: _, messages: stored, ...others } = Object.fromEntries(written);
    // At most one row of a reader's in two seconds, however many messages there are.
    expect(reads).toBeLessThan((readers * messages) / 4);
    expect(latest).toBeLessThanOrEqual(messages);
    expect(stored).toBe(messages);
    // The ids that are kept in reserve are a row a minute.
    expect(Object.values(others).reduce((sum, one) => sum + one, 0)).toBeLessThan(readers);
    const { welcome } = await server.arrive('reader-0');
    expect(Object.keys(welcome['chat.read_pointers'])).toEqual([stage]);
  });
}
