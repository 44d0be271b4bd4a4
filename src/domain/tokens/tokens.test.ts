import { describe, expect, test } from 'vitest';
import { outcome } from '../../../tests/support/community.js';
import { gathering, hash } from '../../../tests/support/groups.js';
import { domainLimits } from '../config.js';
import { groupSettings } from '../groups/settings.js';
import type { SessionId, UserId } from '../ids.js';
import { tokensPerRun } from './commands.js';
import { liveToken, streams, tokens, tokenUses } from './tokens.js';

const { tokenMs } = groupSettings;

function rig(change: Parameters<typeof gathering>[1] = {}) {
  const chat = gathering({}, change);
  const anna = chat.account('anna');
  const create = (text: string, more: object = {}) =>
    chat.run('token.create', { user: anna, hash: text, dialect: 'sealed', ...more });
  const use = (text: string) => outcome(chat.run('token.use', { hash: text }));
  const all = () => chat.bench.read((view) => [...view.all(tokens)].map((token) => token.hash));
  const open = (session: string, token: string) =>
    chat.run('stream.open', { session: session as SessionId, token });
  const heard = () => chat.bench.read((view) => [...view.all(streams)].map(({ session }) => session));
  return { ...chat, anna, create, use, all, open, heard };
}

describe('tokens', () => {
  test('are good for their time after they were last used', () => {
    const { create, use, run, bench, anna } = rig();
    expect(create('t')).toEqual({ expiresAt: bench.at + tokenMs });
    bench.at += tokenMs - 1;
    expect(run('token.use', { hash: 't' })).toEqual({ user: anna });
    expect(bench.events).toEqual([]);
    bench.at += tokenMs - 1;
    expect(bench.read((view) => liveToken(view, 't', bench.at))).toMatchObject({ user: anna });
    expect(use('t')).toBe('granted');
    bench.at += tokenMs;
    expect(use('t')).toBe('token-unknown');
    expect(use('other')).toBe('token-unknown');
    expect(bench.read((view) => liveToken(view, 't', bench.at))).toBeUndefined();
  });

  test('are written once a minute however often they are used, or once in a hundredth of their time', () => {
    for (const [ttl, pause] of [
      [tokenMs, 60_000],
      [10_000, 100],
    ] as const) {
      const { create, use, bench } = rig({ groups: { ...groupSettings, tokenMs: ttl } });
      const expiry = () => bench.read((view) => view.get(tokenUses, 't')?.expiresAt);
      create('t');
      for (let at = 0; at < pause; at += pause / 10) {
        expect(use('t')).toBe('granted');
        bench.at += pause / 10;
      }
      expect(expiry()).toBeUndefined();
      expect(use('t')).toBe('granted');
      expect(expiry()).toBe(bench.at + ttl);
    }
  });

  test('are given to those whose password was verified, unless they are banned without end', () => {
    const { create, run, anna, bench } = rig();
    const credential = { realm: 'sealed', key: 'anna', hash };
    expect(outcome(create('t', { user: 'nobody' as UserId }))).toBe('user-unknown');
    expect(outcome(create('t', { credential: { ...credential, hash: 'old' } }))).toBe('credentials-stale');
    run('user.ban', { by: 'host', user: anna, until: null, dialect: 'other' });
    run('user.silence', { by: 'host', user: anna, until: null });
    run('user.ban', { by: 'host', user: anna, until: bench.at + 1_000 });
    expect(outcome(create('t', { credential }))).toBe('granted');
    expect(outcome(create('t'))).toBe('id-in-use');
    run('user.ban', { by: 'host', user: anna, until: null });
    expect(outcome(create('u', { credential }))).toBe('user-banned');
  });

  test('end with a ban without end, those of its protocol with one that holds only there', () => {
    const { create, run, anna, bench, all, told } = rig();
    create('t');
    create('u', { dialect: 'other' });
    run('user.ban', { by: 'host', user: anna, until: bench.at + 1_000 });
    run('user.kick', { by: 'host', user: anna });
    expect(all()).toEqual(['t', 'u']);
    run('user.ban', { by: 'host', user: anna, until: null, dialect: 'other' });
    expect(all()).toEqual(['t']);
    run('user.ban', { by: 'host', user: anna, until: null });
    expect(told('token_end')).toMatchObject([{ user: anna, tokens: ['t'], streams: [] }]);
    expect(all()).toEqual([]);
  });

  test('end one by one, all together, and with another password', () => {
    const { create, run, anna, all, use, told, bench } = rig();
    for (const text of ['t', 'u', 'v']) create(text);
    use('t');
    run('token.end', { hash: 't' });
    run('token.end', { hash: 't' });
    expect(bench.events).toEqual([]);
    expect(all()).toEqual(['u', 'v']);
    const replace = (was: string, now: string, endTokens: boolean) =>
      outcome(run('credentials.replace', { realm: 'sealed', key: 'anna', was, hash: now, endTokens }));
    expect(replace('wrong', 'new', true)).toBe('credentials-stale');
    expect(replace(hash, 'rehashed', false)).toBe('granted');
    expect(all()).toEqual(['u', 'v']);
    expect(replace('rehashed', 'other', true)).toBe('granted');
    expect(told('token_end')).toMatchObject([{ tokens: ['u', 'v'] }]);
    expect(bench.read((view) => view.size(tokenUses as never))).toBe(0);
    create('w');
    run('tokens.end', { user: anna });
    expect(all()).toEqual([]);
  });

  test('are as many as may be good at once: the one that would expire first ends', () => {
    const { create, use, all, told, bench } = rig({ limits: { ...domainLimits, tokensPerUser: 2 } });
    create('t');
    create('u');
    bench.at += 60_000;
    use('t');
    create('v');
    expect(told('token_end')).toMatchObject([{ tokens: ['u'] }]);
    expect(all()).toEqual(['t', 'v']);
  });

  test('are let go of when they are over, some hundred at once', () => {
    const { create, run, bench, all, told, account } = rig();
    for (let n = 0; n <= tokensPerRun; n++) create(`t${n}`);
    bench.at += 1;
    create('u', { user: account('ben') });
    expect(run('token.purge', {})).toEqual({ purged: 0, more: false });
    bench.at += tokenMs - 1;
    expect(run('token.purge', {})).toEqual({ purged: tokensPerRun, more: true });
    expect(run('token.purge', {})).toEqual({ purged: 1, more: false });
    expect(told('token_end')).toHaveLength(1);
    expect(all()).toEqual(['u']);
  });
});

describe('streams', () => {
  test('are opened with a good token, and make nobody present', () => {
    const { create, open, anna, told, bench, run } = rig();
    create('t');
    expect(open('s', 't')).toEqual({ user: anna });
    expect(told('stream_open')).toMatchObject([{ session: 's', user: anna, token: 't' }]);
    expect(bench.events).toHaveLength(1);
    expect(outcome(run('user.kick', { by: 'host', user: anna }))).toBe('user-offline');
    bench.at += tokenMs;
    expect(outcome(open('u', 't'))).toBe('token-unknown');
  });

  test('end with their connection, and with their token', () => {
    const { create, open, run, told, heard, bench } = rig();
    create('t');
    create('u');
    for (const [session, token] of [
      ['a', 't'],
      ['b', 't'],
      ['c', 'u'],
      ['d', 't'],
    ] as const)
      open(session, token);
    run('session.close', { session: 'd' as SessionId, reason: 'leave' });
    expect(told('stream_close')).toMatchObject([{ session: 'd' }]);
    run('session.close', { session: 'd' as SessionId, reason: 'leave' });
    expect(bench.events).toEqual([]);
    run('token.end', { hash: 't' });
    expect(told('token_end')).toMatchObject([{ tokens: ['t'], streams: ['a', 'b'] }]);
    expect(heard()).toEqual(['c']);
    expect(run('session.reconcile', {})).toEqual({ closed: [] });
  });
});
