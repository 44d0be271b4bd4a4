import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DurableProcess } from '../support/durable-process.js';
import type { SockProbe } from '../support/sock-probe.js';
import { sqlOf } from '../support/sqlite-check.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const connections = 200;
const perSecond = 500;

let folder: ReturnType<typeof temporaryFolder>;
let process: DurableProcess;

beforeEach(() => {
  folder = temporaryFolder();
  process = new DurableProcess({ file: join(folder.path, 'chat.sqlite') });
});

afterEach(async () => {
  await process.kill();
  folder.remove();
});

/** A chat full of people of whom some talk all of the time; and what each was shown to have said. */
async function crowd(): Promise<{ people: SockProbe[]; echoed: string[]; hush(): void }> {
  await process.opened();
  const people: SockProbe[] = [];
  const echoed: string[] = [];
  for (let i = 0; i < connections; i += 20) {
    const some = Array.from({ length: 20 }, (_, k) => process.visit(String(i + k + 1)));
    people.push(...(await Promise.all(some)));
  }
  let n = 0;
  const talkers = people.slice(0, 50);
  for (const one of talkers) {
    one.onPacket = (packet) => {
      if (packet[0] === '2' && packet[2] === one.id) echoed.push(packet[3] ?? '');
    };
  }
  // 50 turns a second, and each turn its share.
  const timer = setInterval(() => {
    for (let k = 0; k < perSecond / 50; k++) {
      const one = talkers[n % talkers.length];
      if (one !== undefined && !one.isClosed) one.say(`message ${n}`);
      n++;
    }
  }, 20);
  const last = people.at(-1) as SockProbe;
  await last.next('talk', (packet) => packet[3] === 'message 500', 20_000);
  return { people, echoed, hush: () => clearInterval(timer) };
}

async function storedTexts(): Promise<Set<unknown>> {
  const rows = await sqlOf(join(folder.path, 'chat.sqlite'), `SELECT row ->> 'text' AS text FROM messages`);
  return new Set(rows.map((row) => row.text));
}

it('tells everybody, loses nothing it has shown and is done in time, under load', {
  timeout: 60_000,
}, async () => {
  const { people, echoed, hush } = await crowd();
  process.ask({ drain: { timeoutMs: 10_000 } });
  const codes = await Promise.all(people.map((one) => one.closed));
  hush();
  const drained = await process.tells('drained');
  expect(new Set(codes)).toEqual(new Set([1012]));
  expect(drained).toMatchObject({ ended: 0, unstored: 0 });
  expect(drained.ms).toBeLessThan(10_000);
  await process.exited;
  const stored = await storedTexts();
  expect(echoed.filter((text) => !stored.has(text))).toEqual([]);
  expect(process.told.filter((one) => one.event === 'error')).toEqual([]);
});

it('lets nobody in from the first moment on, and spreads the ends of connections', {
  timeout: 60_000,
}, async () => {
  const { people, echoed, hush } = await crowd();
  const ends: number[] = [];
  for (const one of people) void one.closed.then(() => ends.push(performance.now()));
  process.ask({ drain: { timeoutMs: 10_000, spreadMs: 2_000 } });
  await Promise.race(people.map((one) => one.closed));
  const refused = await process.visit('999').catch((thrown: unknown) => thrown);
  expect(refused).toBeInstanceOf(Error);
  const staying = people.findLast((one) => !one.isClosed) as SockProbe;
  staying.say('still here');
  await staying.next('its echo', (packet) => packet[3] === 'still here');
  const codes = await Promise.all(people.map((one) => one.closed));
  hush();
  expect(new Set(codes)).toEqual(new Set([1012]));
  expect(await process.tells('drained')).toMatchObject({ ended: 0, unstored: 0 });
  const [first = 0, last = 0] = [ends[0], ends.at(-1)];
  expect(last - first).toBeGreaterThan(1_000);
  // No more than half of them within any quarter of the time.
  for (const at of ends) {
    const near = ends.filter((other) => other >= at && other < at + 500).length;
    expect(near).toBeLessThan(connections / 2 + 1);
  }
  await process.exited;
  const stored = await storedTexts();
  expect(echoed.filter((text) => !stored.has(text))).toEqual([]);
});
