import { expect, it } from 'vitest';
import { memory } from '../../src/adapters/storage/memory.js';
import { createChat } from '../../src/chat.js';
import type { SessionId } from '../../src/domain/ids.js';
import { ManualClock } from '../../src/testing/manual-clock.js';
import { echo } from '../support/echo-dialect.js';

/** Lets time pass until something is done. */
async function during<T>(clock: ManualClock, work: Promise<T>): Promise<T> {
  let done = false;
  const ended = work.finally(() => {
    done = true;
  });
  while (!done) await clock.advance(1);
  return ended;
}

it('guests who stay away are forgotten some hundred a second, those from before a restart too', async () => {
  const storage = memory();
  const start = 1_700_000_000_000;
  const open = async (at: number) => {
    const clock = new ManualClock(at);
    const limits = { guestDays: 1, guestAccounts: 700 };
    const creating = createChat({ storage, clock, limits, dialects: [echo()], auth: () => null });
    const chat = await during(clock, creating);
    const left: string[] = [];
    chat.on('user_leave', ({ user_id, via }) => left.push(`${user_id} ${via}`));
    const close = () => during(clock, chat.close());
    return { chat, left, clock, close };
  };

  const first = await open(start);
  for (let n = 0; n < 1_500; n++) {
    const session = `s${n}` as SessionId;
    const identity = { provider: 'guest', id: `g${n}`, name: `guest${n}` };
    const opening = { session, dialect: 'echo', identity, place: false, wornName: 'number' } as const;
    void first.chat.run('session.open', opening);
    void first.chat.run('session.close', { session, reason: 'leave' });
  }
  await first.close();

  const second = await open(start + 60_000);
  await second.clock.advance(1_000);
  expect(second.left).toHaveLength(500);
  await second.clock.advance(2_000);
  expect(second.left).toEqual(Array.from({ length: 800 }, (_, n) => `g${n} chat`));
  expect(second.chat.users.byIdentity('guest', 'g799')).toBeUndefined();
  expect(second.chat.users.byIdentity('guest', 'g800')).toBeDefined();
  await second.close();

  const third = await open(start + 3 * 86_400_000);
  await third.clock.advance(5_000);
  expect(third.left).toHaveLength(700);
  await third.close();
});
