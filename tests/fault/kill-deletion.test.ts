import { createHash, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { sqlite } from '../../src/adapters/storage/sqlite.js';
import { createChat } from '../../src/chat.js';
import { DeleteAccountRequest, encode } from '../../src/dialects/conclave/codec.js';
import { conclave } from '../../src/dialects/conclave/index.js';
import type { UserId } from '../../src/index.js';
import { cheapHasher } from '../support/cheap-hasher.js';
import { DurableProcess } from '../support/durable-process.js';
import { sealed } from '../support/groups.js';
import { randomFrom } from '../support/random.js';
import { integrityOf } from '../support/sqlite-check.js';
import { rowsIn, rowsOf } from '../support/sqlite-rows.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const kills = Number(process.env.POLYLECT_DELETION_KILLS ?? 8);
const seed = Number(process.env.POLYLECT_SEED ?? Math.floor(Math.random() * 1e9));
const random = randomFrom(seed);
const folder = temporaryFolder();
const file = join(folder.path, 'chat.sqlite');
const started: DurableProcess[] = [];

afterAll(async () => {
  for (const process of started) await process.kill();
  folder.remove();
});

/** Somebody to be deleted: their token, and what tells their rows. */
interface Doomed {
  readonly token: string;
  readonly marks: readonly string[];
}

/** A file with people who have something in every table. */
async function populate(count: number): Promise<Doomed[]> {
  const chat = await createChat({
    storage: sqlite({ file }),
    auth: () => null,
    hasher: cheapHasher(),
    dialects: [conclave()],
  });
  const account = async (name: string) => {
    const identity = { provider: 'conclave', id: randomUUID(), name };
    const hash = '$cheap$password123';
    const about = { realm: 'conclave', login: name, key: name, hash, identity, alias: `${name} as called` };
    return { user: (await chat.run('group.register', about)).user, identity: identity.id };
  };
  const bring = async (by: UserId, group: never, user: UserId) => {
    const { invite } = await chat.run('invite.add', { by, group, user, ...sealed });
    await chat.run('invite.accept', { by: user, invite });
  };
  const { user: host } = await account('host');
  const { user: guest } = await account('guest');
  const { group: shared } = await chat.run('group.create', { by: host, name: 'shared' });
  const { group: left } = await chat.run('group.create', { by: host, name: 'left' });
  const { group: shut } = await chat.run('group.create', { by: host, name: 'shut' });
  const { group: open } = await chat.run('group.create', { by: host, name: 'open' });
  await chat.run('group.update', { by: host, group: open, visibility: 'public' });
  await chat.run('group.commit', { by: host, group: open, info: sealed.info });
  await chat.run('group.update', { by: host, group: shared, expirySeconds: 0 });
  const all: Doomed[] = [];
  for (let i = 0; i < count; i++) {
    const { user, identity } = await account(`user${i}`);
    const { group: own } = await chat.run('group.create', { by: user, name: `own${i}` });
    await bring(user, own as never, host);
    await bring(host, shared as never, user);
    await bring(host, left as never, user);
    const groups = [own, shared, left];
    const data = Buffer.alloc(2_000, i).toString('base64');
    await Promise.all(
      Array.from({ length: 60 }, (_, n) =>
        chat.run('group.send', { by: user, group: groups[n % 3] as never, data }),
      ),
    );
    await chat.run('group.fetched', { by: user, group: shared, sequence: 1 });
    await chat.run('group.leave', { by: user, group: left });
    await chat.run('group.join', { by: user, group: open });
    await chat.run('group.ban', { by: host, group: shut, user });
    await chat.run('group.ban', { by: user, group: own, user: guest });
    await chat.run('invite.add', { by: host, group: left, user, ...sealed });
    const packages = [0, 1, 2].map((n) => ({ data: 'a2V5', lastResort: n === 0 }));
    await chat.run('keys.add', { by: user, packages, fingerprint: `print${i}` });
    const token = `token-${i}-${randomUUID()}`;
    const hash = createHash('sha256').update(token).digest('hex');
    await chat.run('token.create', { user, hash, dialect: 'conclave' });
    all.push({ token, marks: [`"${user}"`, `:${user}`, identity, hash] });
  }
  await chat.close();
  return all;
}

/** The process of a round, which waits until the one before it is dead. */
function standBy(round: number): DurableProcess {
  const marks = join(folder.path, `marks-${round}`);
  const synchronous = round % 2 === 0 ? 'full' : 'normal';
  const process = new DurableProcess({ file, marks, synchronous, takeover: 'wait' });
  started.push(process);
  return process;
}

const lagging = /^(token_uses|watermarks) /;

/** Rows of somebody; those that may lag apart. */
function rowsAbout(rows: readonly string[], { marks }: Doomed) {
  const own = rows.filter((row) => marks.some((mark) => row.includes(mark)));
  return { firm: own.filter((row) => !lagging.test(row)), lagging: own.filter((row) => lagging.test(row)) };
}

/** Tables of which each row goes with one of the other. */
const pairs = [
  ['group_invites', 'group_invite_data'],
  ['group_welcomes', 'group_welcome_data'],
  ['users', 'credentials'],
] as const;

/** Sends the request; the status, or nothing if the process died before it answered. */
async function expunge(url: string, { token }: Doomed): Promise<number | undefined> {
  const body = encode(DeleteAccountRequest, { password: 'password123' });
  const headers = { authorization: `Bearer ${token}` };
  return fetch(`${url}/delete-account`, { method: 'POST', headers, body: body as BodyInit }).then(
    ({ status }) => status,
    () => undefined,
  );
}

it(
  `an account is deleted wholly or not at all in ${kills} kills in the middle of it (POLYLECT_SEED=${seed})`,
  async () => {
    const doomed = await populate(kills);
    const figures = { deleted: 0, kept: 0, answered: 0 };
    const remaining: Doomed[] = [];
    let before = await rowsOf(file);
    let next = standBy(0);
    for (const [round, one] of doomed.entries()) {
      const process = next;
      await process.opened();
      next = standBy(round + 1);
      let status: Promise<number | undefined>;
      if (random.chance(0.7)) {
        // With the batch in the hands of storage.
        process.ask({ dieAfter: random.below(20_000) });
        await new Promise((resolve) => setTimeout(resolve, 20));
        status = expunge(process.conclaveUrl, one);
        await process.exited;
      } else {
        status = expunge(process.conclaveUrl, one);
        await new Promise((resolve) => setTimeout(resolve, random.below(80)));
        await process.kill();
      }
      const answer = await status;
      const after = await rowsOf(file);
      expect(await integrityOf(file)).toBe('ok');
      const [was, is] = [rowsAbout(before, one), rowsAbout(after, one)];
      expect(was.firm.length).toBeGreaterThan(70);
      if (is.firm.length > 0) expect(is.firm, `of round ${round} something is gone`).toEqual(was.firm);
      if (answer !== undefined) expect([answer, is.firm]).toEqual([200, []]);
      if (is.firm.length > 0) remaining.push(one);
      figures[is.firm.length > 0 ? 'kept' : 'deleted']++;
      if (answer !== undefined) figures.answered++;
      for (const [table, other] of pairs)
        expect(rowsIn(after, other).length, other).toBe(rowsIn(after, table).length);
      // Nobody else lost anything.
      const others = (rows: readonly string[]) =>
        doomed.slice(round + 1).flatMap((each) => rowsAbout(rows, each).firm);
      expect(others(after)).toEqual(others(before));
      before = after;
    }
    // Those who were kept can still be deleted; what may lag goes with the clean-up at the start.
    await next.opened();
    for (const one of remaining) expect(await expunge(next.conclaveUrl, one)).toBe(200);
    const late = performance.now() + 15_000;
    let left: string[];
    do {
      await new Promise((resolve) => setTimeout(resolve, 500));
      const rows = await rowsOf(file);
      left = doomed.flatMap((one) => Object.values(rowsAbout(rows, one)).flat());
    } while (left.length > 0 && performance.now() < late);
    expect(left).toEqual([]);
    console.log(JSON.stringify({ kills, seed, ...figures }));
    if (kills >= 50) expect(Math.min(figures.deleted, figures.kept)).toBeGreaterThan(0);
  },
  60_000 + kills * 20_000,
);
