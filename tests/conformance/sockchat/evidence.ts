import { describe, expect, it, type TestContext } from 'vitest';
import { commandTable } from '../../../src/dialects/sockchat/commands/index.js';
import { NOTICES, type NoticeId, type NoticeRow } from '../../../src/dialects/sockchat/notices.js';
import { settings } from '../../../src/dialects/sockchat/options.js';
import { PACKETS } from '../../../src/dialects/sockchat/packet-table.js';
import { foreignRefusals, wording } from '../../../src/dialects/sockchat/wording.js';
import { type RejectionCode, rejectionCodes } from '../../../src/domain/rejections.js';
import { evidence } from './support/evidence.js';

/** Notices that this server never sends, and why. */
const unsent: { readonly [id in NoticeId]?: string } = {
  welcome: 'welcome lines use `say`, which every client can show (section 6.1)',
  namchan: 'defined, but nothing answers with it: who may not change a channel gets cmdna (section 8.13)',
};

/** Refusals that no client of this protocol can bring about, and why. */
const unreachable: { readonly [code in RejectionCode]?: string } = {
  'chat-closed': 'the chat refuses like this only after every connection was told goodbye',
  'user-banned': 'decided for logins only, which answer 1.n joinfail',
  'too-many-sessions': 'decided for logins only, which answer 1.n sockfail',
  'address-banned': 'asked before the adapter, without a command: 1.n joinfail',
};

/** With some of the tests left out or failed, evidence is missing for no reason of the server's. */
function wholeRun({ task, skip }: TestContext): void {
  const tests = task.file.tasks.flatMap((one) => (one.type === 'suite' ? one.tasks : [one]));
  const ran = tests.every((one) => one === task || one.suite === task.suite || one.result?.state === 'pass');
  if (!ran) skip('the evidence is of a whole run in which every test passed');
}

const rows = commandTable('sockchat', settings({}));

describe('evidence from the wire', () => {
  for (const { section, direction, kind } of PACKETS)
    it(`[sockchat ${section}] ${kind} was sent by a ${direction}`, (context) => {
      wholeRun(context);
      expect([...(direction === 'client' ? evidence.sent : evidence.received)]).toContain(kind);
    });

  for (const word of [
    ...['authfail', 'userfail', 'sockfail', 'joinfail'].map((reason) => `auth_fail ${reason}`),
    ...['leave', 'timeout', 'kick', 'flood'].map((reason) => `user_remove ${reason}`),
    ...['true', 'false'].map((banned) => `forced_disconnect ${banned}`),
  ])
    it(`[sockchat 5] ${word} was received`, (context) => {
      wholeRun(context);
      expect([...evidence.words]).toContain(word);
    });

  for (const [id, row] of Object.entries<NoticeRow>(NOTICES))
    it(`[sockchat 7] the notice ${id} was ${id in unsent ? 'never ' : ''}received`, (context) => {
      wholeRun(context);
      expect(evidence.notices.has(id)).toBe(!(id in unsent));
      // The reason is in the list above, and the table of notices agrees.
      expect(id in unsent).toBe(row.emittedBy === '');
    });

  for (const { names, section, notices } of rows) {
    for (const name of names)
      it(`[sockchat ${section}] /${name} was typed and something came of it`, (context) => {
        wholeRun(context);
        expect(evidence.commands.get(name)?.size ?? 0).toBeGreaterThan(0);
      });
    for (const notice of notices)
      it(`[sockchat ${section}] /${names[0]} was answered with ${notice}`, (context) => {
        wholeRun(context);
        const seen = names.flatMap((name) => [...(evidence.commands.get(name) ?? [])]);
        expect(seen).toContain(notice);
      });
  }

  const own = rejectionCodes.filter((code) => !(foreignRefusals as readonly string[]).includes(code));
  for (const code of own)
    it(`[sockchat 7] the refusal ${code} ${code in unreachable ? 'cannot reach a client' : 'was provoked'}`, (context) => {
      wholeRun(context);
      const seen = evidence.refusals.get(code);
      if (code in unreachable) expect(seen).toBeUndefined();
      else if (wording[code]({}) === null) expect(seen).toBeDefined();
      else expect(seen).toBe('worded');
    });

  it('[sockchat 7] no notice came that the table does not have', (context) => {
    wholeRun(context);
    expect([...evidence.notices].filter((id) => !(id in NOTICES))).toEqual([]);
  });
});
