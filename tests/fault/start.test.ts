import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { heapUsed } from '../support/heap.js';
import { addAccounts, addMessages, openChat } from '../support/prefilled.js';
import { temporaryFolder } from '../support/temporary-folder.js';

let folder: ReturnType<typeof temporaryFolder>;

beforeEach(() => {
  folder = temporaryFolder();
});

afterEach(() => folder.remove());

/** The shortest of three starts, in ms. */
async function startMs(file: string): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 3; i++) {
    const began = performance.now();
    const chat = await openChat(file);
    best = Math.min(best, performance.now() - began);
    await chat.close();
  }
  return best;
}

describe('starting', () => {
  it('takes no longer over many stored messages than over none', { timeout: 60_000 }, async () => {
    const [empty, full] = [join(folder.path, 'empty.sqlite'), join(folder.path, 'full.sqlite')];
    for (const file of [empty, full]) await (await openChat(file)).close();
    await addMessages(full, 200_000);
    const [short, long] = [await startMs(empty), await startMs(full)];
    expect(long).toBeLessThan(2_000);
    expect(long).toBeLessThan(3 * short + 200);
  });

  it('keeps an account in about one KiB', { timeout: 60_000 }, async () => {
    const sizes: number[] = [];
    for (const accounts of [2_000, 22_000]) {
      const file = join(folder.path, `${accounts}.sqlite`);
      await (await openChat(file)).close();
      await addAccounts(file, accounts);
      const before = heapUsed();
      const chat = await openChat(file);
      sizes.push(heapUsed() - before);
      expect(chat.users.byIdentity('test', String(accounts))?.handle).toBe(`user${accounts}`);
      await chat.close();
    }
    const [small = 0, large = 0] = sizes;
    expect((large - small) / 20_000).toBeLessThan(1_280);
  });
});
