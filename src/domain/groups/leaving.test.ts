import { describe, expect, test } from 'vitest';
import { outcome } from '../../../tests/support/community.js';
import { gathering, hash, sealed } from '../../../tests/support/groups.js';
import { credentials } from '../credentials/credentials.js';
import type { UserId } from '../ids.js';
import { type Group, groups, membersOf } from './groups.js';
import { welcomesOf } from './invites.js';

/** Anna has done everything that leaves a row somewhere; ben and cleo were there. */
function rig(settings: Parameters<typeof gathering>[0] = {}) {
  const chat = gathering(settings);
  const { run, bench } = chat;
  const anna = chat.account('anna', 'Anna A.');
  const [ben, cleo, dora] = ['ben', 'cleo', 'dora'].map((name) => chat.account(name)) as [
    UserId,
    UserId,
    UserId,
  ];
  const own = chat.make(anna, 'own', ben, cleo);
  const bens = chat.make(ben, 'bens', anna);
  const left = chat.make(cleo, 'Left', anna);
  const alone = chat.make(anna, 'alone');
  const open = chat.make(ben, 'open', cleo);
  const shut = chat.make(ben, 'shut', cleo);
  run('group.update', { by: anna, group: own, expirySeconds: 0 });
  run('group.update', { by: ben, group: open, visibility: 'public' });
  run('keys.add', {
    by: anna,
    packages: [
      { data: 'b25l', lastResort: false },
      { data: 'bGFzdA==', lastResort: true },
    ],
    fingerprint: 'f00d',
  });
  run('token.create', { user: anna, hash: 'token-1', dialect: 'sealed' });
  run('token.create', { user: anna, hash: 'token-2', dialect: 'sealed' });
  bench.at += 60_000;
  run('token.use', { hash: 'token-1' });
  run('stream.open', { session: 'stream-1' as never, token: 'token-1' });
  run('group.join', { by: anna, group: open });
  for (const group of [own, bens, left]) chat.say(anna, group);
  chat.say(ben, own);
  chat.say(cleo, left);
  run('group.fetched', { by: anna, group: own, sequence: 4 });
  run('group.leave', { by: anna, group: left });
  run('group.ban', { by: anna, group: own, user: cleo });
  run('group.ban', { by: ben, group: shut, user: anna });
  chat.invite(anna, own, dora);
  chat.invite(cleo, left, anna);
  const leave = (more: object = {}) => run('user.leave', { user: anna, via: 'sealed', ...more });
  return { ...chat, bench, anna, ben, cleo, dora, own, bens, left, alone, open, shut, leave };
}

describe('whoever leaves for good', () => {
  test('leaves no row behind in any table', () => {
    const { traces, anna, leave } = rig();
    const tables = new Set(traces(anna).map((one) => one.split(':')[0]));
    expect([...tables].sort()).toEqual([
      'external_joins',
      'group_bans',
      'group_invites',
      'group_members',
      'group_messages',
      'group_profiles',
      'group_senders',
      'group_welcomes',
      'groups',
      'key_packages',
      'key_stocks',
      'streams',
      'tokens',
      'users',
      'watermarks',
    ]);
    expect(outcome(leave())).toBe('granted');
    expect(traces(anna)).toEqual([]);
    expect(traces('id-anna')).toEqual([]);
    expect(traces('anna')).toEqual([]);
    for (const hash of ['token-1', 'token-2', 'stream-1']) expect(traces(hash)).toEqual([]);
    for (const data of ['b25l', 'bGFzdA==', 'f00d', 'Anna A.']) expect(traces(data)).toEqual([]);
  });

  test('does so only with the hash of the password that was verified', () => {
    const { leave, user, anna, bench, ben } = rig();
    const credential = { realm: 'sealed', key: 'anna', hash };
    expect(outcome(leave({ credential: { ...credential, hash: 'old' } }))).toBe('credentials-stale');
    expect(outcome(leave({ credential: { ...credential, key: 'ben' } }))).toBe('credentials-stale');
    expect(user(anna)).toBeDefined();
    expect(outcome(leave({ credential }))).toBe('granted');
    expect(outcome(leave({ credential }))).toBe('user-unknown');
    expect(bench.read((view) => [...view.all(credentials)].map(({ key }) => key))).not.toContain('anna');
    expect(user(ben)).toBeDefined();
  });

  test('is told of to the members of each group who are left, in the order of names, after the account is gone', () => {
    const { leave, told, bench, anna, ben, own, bens, alone, open, cleo } = rig();
    leave();
    expect(
      told('group_member_remove').map(({ group, cause, to, user }) => [
        group.group,
        cause,
        to,
        user.identity,
      ]),
    ).toEqual([
      [alone, 'left-for-good', [], 'id-anna'],
      [bens, 'left-for-good', [ben], 'id-anna'],
      [open, 'left-for-good', [ben, cleo], 'id-anna'],
      [own, 'left-for-good', [ben], 'id-anna'],
    ]);
    // Neither the invitees of the leaver nor their inviters are told.
    expect(new Set(bench.events.map(({ type }) => type))).toEqual(
      new Set(['user_leave', 'token_end', 'group_member_remove']),
    );
    expect(told('token_end')).toMatchObject([
      { user: anna, tokens: ['token-1', 'token-2'], streams: ['stream-1'] },
    ]);
    expect(told('user_leave')).toMatchObject([{ user_id: 'id-anna', username: 'anna', kept: false }]);
  });

  test('takes along what they said everywhere, and leaves what others said with its numbers', () => {
    const { leave, said, own, bens, left, anna, ben, cleo, say } = rig();
    leave();
    for (const group of [own, bens, left]) expect(said(group).join()).not.toContain(` ${anna} `);
    // Commits of invitations that they had given are theirs as well.
    expect(said(own)).toEqual([`4 ${ben} bWVzc2FnZQ==`]);
    expect(said(bens)).toEqual([`1 ${ben} ${sealed.commit}`]);
    expect(said(left)).toEqual([`1 ${cleo} ${sealed.commit}`, `3 ${cleo} bWVzc2FnZQ==`]);
    expect(say(ben, bens)).toBe(3);
  });

  test('leaves groups as they are, with their names taken, and welcomes that others have yet to take in', () => {
    const { leave, run, bench, own, alone, anna, ben, cleo, account } = rig();
    const { founder, ...before } = bench.read((view) => view.get(groups, own)) as Group;
    expect(founder).toBe(anna);
    leave();
    expect(bench.read((view) => view.get(groups, own))).toEqual(before);
    expect(bench.read((view) => membersOf(view, own))).toMatchObject([{ user: ben, admin: false }]);
    expect(bench.read((view) => membersOf(view, alone))).toEqual([]);
    expect(outcome(run('group.create', { by: ben, name: 'alone' }))).toBe('group-name-taken');
    expect(bench.read((view) => welcomesOf(view, cleo)).map(({ group }) => group)).toContain(own);
    // The bans they gave are lifted.
    run('group.update', { by: ben, group: own, visibility: 'public' });
    const again = account('anna');
    expect(again).not.toBe(anna);
    expect(bench.read((view) => view.count(groups, 'name', 'own'))).toBe(1);
    expect(outcome(run('group.send', { by: again, group: own, data: '' }))).toBe('group-not-member');
  });

  test('is forgotten in groups too when they are banned, though the account is kept', () => {
    const { leave, run, anna, traces, user, told } = rig();
    run('user.ban', { by: 'host', user: anna, until: null });
    expect(told('token_end')).toMatchObject([{ user: anna, tokens: ['token-1', 'token-2'] }]);
    leave();
    expect(told('user_leave')).toMatchObject([{ kept: true }]);
    expect(user(anna)).toMatchObject({ private: true });
    const tables = new Set(traces(anna).map((one) => one.split(':')[0]));
    expect(
      [...tables].filter((name) => /^(group|key|token|external|watermark|stream)/.test(name ?? '')),
    ).toEqual([]);
  });
});
