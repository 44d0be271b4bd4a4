import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { DurableProcess } from '../support/durable-process.js';
import { randomFrom } from '../support/random.js';
import { sqlOf } from '../support/sqlite-check.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { type Acknowledged, Writers } from '../support/writers.js';

const kills = Number(process.env.POLYLECT_KILLS ?? 30);
const seed = Number(process.env.POLYLECT_SEED ?? Math.floor(Math.random() * 1e9));
const random = randomFrom(seed);
const folder = temporaryFolder();
const file = join(folder.path, 'chat.sqlite');

afterAll(async () => {
  for (const process of started) await process.kill();
  folder.remove();
});

const started: DurableProcess[] = [];

/** The process of a round. It waits until the one before it is dead, and then finds what that has left behind. */
function standBy(round: number): { readonly process: DurableProcess; readonly marks: string } {
  const marks = join(folder.path, `marks-${round}`);
  const synchronous = round % 2 === 0 ? 'full' : 'normal';
  const process = new DurableProcess({ file, marks, synchronous, takeover: 'wait' });
  started.push(process);
  return { process, marks };
}

/** What the file holds of one round, and how much it holds of those before. */
interface Found {
  readonly committed: number;
  readonly earlier: number;
  readonly integrity: string;
  readonly messages: readonly { readonly key: number; readonly text: string }[];
}

async function look(mark: number): Promise<Found> {
  const [whole] = await sqlOf(
    file,
    `SELECT (SELECT value FROM polylect_meta WHERE name = 'committed') AS committed,
       (SELECT count(*) FROM messages WHERE key <= ?) AS earlier,
       (SELECT group_concat(integrity_check) FROM pragma_integrity_check) AS integrity`,
    mark,
  );
  const rows = await sqlOf(
    file,
    `SELECT key, row ->> 'text' AS text FROM messages WHERE key > ? ORDER BY key`,
    mark,
  );
  return {
    committed: Number(whole?.committed),
    earlier: Number(whole?.earlier),
    integrity: String(whole?.integrity),
    messages: rows.map(({ key, text }) => ({ key: Number(key), text: String(text) })),
  };
}

/** Every acknowledged message is there under its id, none is there twice, and of each client there is an unbroken beginning. */
function checkMessages(round: number, { messages }: Acknowledged, found: Found): void {
  const stored = new Map(found.messages.map((one) => [one.key, one.text]));
  const lost = [...messages].filter(([id, text]) => stored.get(id) !== text);
  expect(lost, 'acknowledged and lost').toEqual([]);
  expect(new Set(stored.values()).size, 'stored twice').toBe(found.messages.length);
  for (let client = 0; client < 4; client++) {
    const start = `${round}.${client}.`;
    const numbers = [...stored.values()].filter((text) => text.startsWith(start));
    expect(
      numbers.every((text, n) => text === `${start}${n}`),
      `order of client ${client}`,
    ).toBe(true);
  }
}

async function checkRest(told: Pick<Acknowledged, 'channels' | 'accounts' | 'bans'>): Promise<void> {
  const names = (await sqlOf(file, `SELECT row ->> 'name' AS name FROM channels`)).map((row) => row.name);
  expect(told.channels.filter((name) => !names.includes(name))).toEqual([]);
  const users = (await sqlOf(file, `SELECT key, row ->> 'identity' AS id FROM users`)).map((row) => row.id);
  expect(told.accounts.filter((id) => !users.includes(id))).toEqual([]);
  expect(new Set(users).size).toBe(users.length);
  const banned = await sqlOf(
    file,
    `SELECT u.row ->> 'identity' AS id FROM bans b JOIN users u ON u.key = b.row ->> 'subject'`,
  );
  expect(told.bans.filter((id) => !banned.some((row) => row.id === id))).toEqual([]);
}

it(
  `loses nothing that was acknowledged in ${kills} kills at random moments (POLYLECT_SEED=${seed})`,
  async () => {
    const all = { channels: [] as string[], accounts: [] as string[], bans: [] as string[] };
    const figures = { acknowledged: 0, inFlight: 0, landed: 0 };
    let next = standBy(0);
    let mark = 0;
    let stored = 0;
    let newest = 0;
    for (let round = 0; round < kills; round++) {
      const { process, marks } = next;
      await process.opened();
      next = standBy(round + 1);
      const writers = new Writers(process, round);
      await writers.start();
      await writers.enough(500 + random.below(1_500));
      if (random.chance(0.5)) await process.kill();
      else process.ask({ dieAfter: random.below(2_000) });
      await process.exited;
      await writers.over();

      const told = writers.acknowledged;
      const found = await look(mark);
      expect(found.integrity).toBe('ok');
      expect(told.messages.size).toBeGreaterThanOrEqual(500);
      expect(found.earlier, 'messages of earlier rounds').toBe(stored);
      checkMessages(round, told, found);
      expect(told.wrong).toEqual([]);
      const ids = [...told.ids.keys(), ...found.messages.map((one) => one.key)];
      expect(
        ids.reduce((a, b) => Math.min(a, b)),
        'ids given out again',
      ).toBeGreaterThan(newest);

      const notes = readFileSync(marks);
      const [handed, done] = [notes.readDoubleLE(0), notes.length < 16 ? 0 : notes.readDoubleLE(8)];
      if (handed > done) figures.inFlight++;
      if (handed > done && found.committed === handed) figures.landed++;
      expect([done, handed]).toContain(found.committed);
      newest = ids.reduce((a, b) => Math.max(a, b), newest);
      mark = found.messages.at(-1)?.key ?? mark;
      stored += found.messages.length;
      figures.acknowledged += told.messages.size;
      all.channels.push(...told.channels);
      all.accounts.push(...told.accounts);
      all.bans.push(...told.bans);
    }
    await next.process.kill();
    await checkRest(all);
    const counts = { channels: all.channels.length, accounts: all.accounts.length, bans: all.bans.length };
    console.log(JSON.stringify({ kills, seed, ...figures, stored, ...counts }));
    expect(figures.inFlight).toBeGreaterThanOrEqual(Math.ceil(kills / 3));
    for (const count of Object.values(counts)) expect(count).toBeGreaterThan(0);
  },
  60_000 + kills * 20_000,
);
