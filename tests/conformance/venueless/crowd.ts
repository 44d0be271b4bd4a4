import { afterEach, expect, test } from 'vitest';
import { memory } from '../../../src/adapters/storage/memory.js';
import type { Storage } from '../../../src/core/ports.js';
import { StandingClock } from '../sockchat/support/clock.js';
import { type Member, serve, type VenuelessServer } from './support/server.js';
import { say } from './support/talk.js';

/** What storage was given to write. */
class Written {
  commits = 0;
  readonly rows = new Map<string, number>();

  of(table: string): number {
    return this.rows.get(table) ?? 0;
  }

  /** Storage in memory that counts here. */
  storage(): Storage {
    const inner = memory();
    return {
      bodies: inner.bodies,
      open: (options) => inner.open(options),
      commit: (batch) => {
        this.commits++;
        for (const { table } of batch.changes) this.rows.set(table, this.of(table) + 1);
        return inner.commit(batch);
      },
      lastCommitted: () => inner.lastCommitted(),
      rows: (table, keys) => inner.rows(table, keys),
      query: (query) => inner.query(query),
      count: (query) => inner.count(query),
      close: () => inner.close(),
    };
  }

  clear(): void {
    this.commits = 0;
    this.rows.clear();
  }
}

const readers = 1_000;
/** How long what was read may wait to be written (`limits.lazyWriteMs`). */
const lazyMs = 2_000;

/** Many who read along (section 9: clients mark each event of the open channel as read). */
export function crowd(): void {
  let server: VenuelessServer;
  let clock: StandingClock;
  afterEach(async () => {
    let stopped = false;
    const stopping = server.stop().finally(() => {
      stopped = true;
    });
    while (!stopped) await clock.advance(1_000);
    await stopping;
  });

  test('a thousand readers who mark every message as read cost a row each in two seconds, however many the messages', async () => {
    const written = new Written();
    clock = new StandingClock();
    server = await serve({ storage: written.storage(), clock });
    const anna = await server.arrive('anna');
    const stage = anna.channel('stage');
    await anna.done('chat.join', { channel: stage });
    const audience: Member[] = [];
    for (let i = 0; i < readers; i++) audience.push(await server.arrive(`reader-${i}`));
    await Promise.all(audience.map((one) => one.done('chat.subscribe', { channel: stage })));
    await clock.advance(lazyMs);

    /** Messages that everybody marks as read, all within two seconds; what that took to write, and what those two seconds bring. */
    const talk = async (messages: number) => {
      written.clear();
      for (let i = 0; i < messages; i++) {
        const { event_id: id } = await say(anna, stage, `${i}`);
        await Promise.all(
          audience.map(async (one) => {
            await one.probe.until(([name, event]) => name === 'chat.event' && event.event_id === id);
            await one.done('chat.mark_read', { channel: stage, id });
          }),
        );
      }
      const meanwhile = { commits: written.commits, ...Object.fromEntries(written.rows) };
      written.clear();
      await clock.advance(lazyMs);
      return { meanwhile, afterwards: { commits: written.commits, ...Object.fromEntries(written.rows) } };
    };

    const [few, many] = [await talk(2), await talk(8)];
    // While they read, a message is all that is written, once; that a thousand mark it costs nothing.
    expect(few.meanwhile).toEqual({ commits: 2, messages: 2 });
    expect(many.meanwhile).toEqual({ commits: 8, messages: 8 });
    // Then a row for each of them, whatever the number of messages.
    expect(few.afterwards).toMatchObject({ reads: readers, latest: 1 });
    expect(many.afterwards).toEqual(few.afterwards);
    expect(many.afterwards.commits).toBeLessThan(10);
    const { welcome } = await server.arrive('reader-0');
    expect(Object.keys(welcome['chat.read_pointers'])).toEqual([stage]);
  }, 60_000);
}
