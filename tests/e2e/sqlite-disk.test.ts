import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { integrityOf, sqlOf } from '../support/sqlite-check.js';
import { SqliteProcess } from '../support/sqlite-process.js';
import { temporaryFolder } from '../support/temporary-folder.js';

let folder: ReturnType<typeof temporaryFolder>;
let running: SqliteProcess | undefined;

beforeEach(() => {
  folder = temporaryFolder();
});

afterEach(async () => {
  await running?.kill();
  running = undefined;
  folder.remove();
});

const hasLimits = spawnSync('prlimit', ['--version']).status === 0;
const mayMount = canMount();

describe('a disk that takes no more', () => {
  it.skipIf(!hasLimits)(
    'fails the batch, keeps those before, and takes it once files may grow (needs prlimit)',
    async () => {
      const file = join(folder.path, 'chat.sqlite');
      running = new SqliteProcess('fill', file, 'ulimit -S -f 3000');
      await fillAndGoOn(running, file, [/* input or output */ 10], (pid) => {
        execFileSync('prlimit', ['--pid', String(pid), '--fsize=unlimited']);
      });
    },
  );

  it.skipIf(!mayMount)('does the same when the disk is full (needs the right to mount)', async () => {
    const disk = join(folder.path, 'disk');
    mkdirSync(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'none', disk]);
    try {
      const ballast = join(disk, 'ballast');
      writeFileSync(ballast, new Uint8Array(3 << 20));
      const file = join(disk, 'chat.sqlite');
      running = new SqliteProcess('fill', file);
      await fillAndGoOn(running, file, [/* full */ 13, 10], () => rmSync(ballast));
    } finally {
      await running?.kill();
      execFileSync('umount', [disk]);
    }
  });
});

async function fillAndGoOn(
  filling: SqliteProcess,
  file: string,
  codes: number[],
  makeRoom: (pid: number) => void,
): Promise<void> {
  expect(await filling.next()).toMatchObject({ event: 'open' });
  const failed = await filling.next();
  expect(failed).toMatchObject({ event: 'failed', code: 'storage-failed', retryable: true });
  expect(codes).toContain((failed.errcode ?? 0) & 0xff);
  const stored = failed.n - 1;
  expect(stored).toBeGreaterThan(0);
  expect(await filling.next()).toEqual({ event: 'committed', n: stored });
  expect(await filling.next()).toEqual({ event: 'counted', n: 2 * stored });
  makeRoom(filling.child.pid as number);
  filling.say('go on');
  expect(await filling.next()).toEqual({ event: 'committed', n: failed.n });
  expect(await filling.next()).toMatchObject({ event: 'closed' });
  expect(await integrityOf(file)).toBe('ok');
  expect(await sqlOf(file, 'SELECT count(*) AS n FROM messages')).toEqual([{ n: 2 * failed.n }]);
}

function canMount(): boolean {
  const made = temporaryFolder();
  try {
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'none', made.path]).status !== 0) return false;
    execFileSync('umount', [made.path]);
    return true;
  } finally {
    made.remove();
  }
}
