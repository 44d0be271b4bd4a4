import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, type TestContext, test } from 'vitest';
import { FaultyStorage } from '../../../src/testing/faulty-storage.js';
import { ROOT } from '../../house/support/entries.js';
import { filesBelow } from '../../house/support/files.js';
import { StandingClock } from '../sockchat/support/clock.js';
import { codesReceived } from './support/evidence.js';
import { serve } from './support/server.js';
import { text } from './support/talk.js';

/** Codes that no client of this protocol is sent, and why. */
const unreachable: Readonly<Record<string, string>> = {
  'user.self': 'commands about somebody else answer their own `.self` before the rules are asked (section 5)',
};

/** Where the sources name a code: as what is refused, in an error's shape, in a choice of two, with its message, and those of logins. */
const named = [
  /\brefuse\(\s*(['`])(.+?)\1/g,
  /\bcode: (['`])([^'`]+)\1/g,
  /\bcode = .* \? (`)(.+?)\1 : /g,
  /\bcode = .* : (')(.+?)\1;/g,
  /\[(')([a-z.]+)\1, 'Unknown /g,
  /(')(auth\.[a-z_]+)\1/g,
];

/** Every code that the sources have. What is made of a command or of its namespace begins with `*`. */
function codesInSources(): string[] {
  const found = new Set<string>();
  for (const path of filesBelow('src/dialects/venueless', '.ts')) {
    // Answers of HTTP have codes of their own, and the client reads codes and sends none.
    if (/\/http\/|\/client[^/]*$|\.test\.ts$/.test(path)) continue;
    const source = readFileSync(join(ROOT, path), 'utf8');
    for (const place of named)
      for (const [, , code = ''] of source.matchAll(place)) found.add(code.replace(/^\$\{.*\}/, '*'));
  }
  return [...found].sort();
}

function wasReceived(code: string): boolean {
  return code.startsWith('*')
    ? [...codesReceived].some((one) => one.endsWith(code.slice(1)))
    : codesReceived.has(code);
}

/** With some of the tests left out or failed, codes are missing for no reason of the server's. */
function wholeRun({ task, skip }: TestContext): void {
  const testsOf = (tasks: typeof task.file.tasks): (typeof task)[] =>
    tasks.flatMap((one) => (one.type === 'suite' ? testsOf(one.tasks) : [one]));
  const ran = testsOf(task.file.tasks).every(
    (one) => one.suite === task.suite || one.result?.state === 'pass',
  );
  if (!ran) skip('the codes are of a whole run in which every test passed');
}

/** Codes of errors: that of storage that takes nothing, and whether each one there is has been sent to somebody. */
export function errorCodes(): void {
  test('while storage takes nothing writes are answered as unavailable, and reads as ever', async () => {
    const clock = new StandingClock();
    const storage = new FaultyStorage(clock);
    const served = await serve({ storage, clock });
    try {
      const anna = await served.arrive('anna');
      const stage = anna.channel('stage');
      await anna.done('chat.join', { channel: stage });
      storage.plan = (call) => (call === 'commit' ? 'hangs' : 'ok');
      anna.send(['chat.send', 'slow', text(stage, 'slow')]);
      while (served.chat.health().storage === 'open') await clock.advance(1_000);
      for (const [action, payload] of [
        ['chat.send', text(stage, 'refused')],
        ['chat.leave', { channel: stage }],
        ['user.update', { profile: { display_name: 'Other' } }],
      ] as const)
        expect(await anna.refused(action, payload)).toEqual({ code: 'server.unavailable' });
      expect((await anna.done('user.fetch', { id: anna.id })).profile).toEqual({ display_name: 'anna' });
      expect(anna.probe.closedWith).toBeUndefined();
    } finally {
      storage.plan = () => 'ok';
      storage.release();
      let stopped = false;
      const stopping = served.stop().finally(() => {
        stopped = true;
      });
      while (!stopped) await clock.advance(1_000);
      await stopping;
    }
  });

  describe('of the sources', () => {
    const codes = codesInSources();

    test('are found', () => {
      expect(codes.length).toBeGreaterThan(25);
      expect(codes.filter((code) => !/^(\*|[a-z]+)(\.[a-z_]+)+$/.test(code))).toEqual([]);
    });

    for (const code of codes)
      test(`${code} was ${code in unreachable ? 'never ' : ''}received by a client`, (context) => {
        wholeRun(context);
        expect(wasReceived(code)).toBe(!(code in unreachable));
      });
  });
}
