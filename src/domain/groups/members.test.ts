import { describe, expect, test } from 'vitest';
import { outcome } from '../../../tests/support/community.js';
import { gathering, sealed } from '../../../tests/support/groups.js';
import type { GroupId, UserId } from '../ids.js';
import { keyPackages } from '../keys/keys.js';
import { groupBansOf, groups, memberOf, membersOf } from './groups.js';
import { inviteOf } from './invites.js';
import { groupInfos } from './messages.js';
import type { GroupSettings } from './settings.js';

const nobody = 'nobody' as UserId;
const nowhere = 'nowhere' as GroupId;

function rig(settings: Partial<GroupSettings> = {}) {
  const chat = gathering(settings);
  const anna = chat.account('anna');
  const ben = chat.account('ben');
  const cleo = chat.account('cleo');
  const group = chat.make(anna, 'team', ben, cleo);
  const admins = () =>
    chat.bench.read((view) => membersOf(view, group).filter(({ admin }) => admin)).map(({ user }) => user);
  const members = () => chat.bench.read((view) => membersOf(view, group)).map(({ user }) => user);
  return { ...chat, anna, ben, cleo, group, admins, members };
}

describe('key packages of those to be invited', () => {
  test('are taken for admins, all or none', () => {
    const { run, anna, ben, group, account, bench } = rig();
    const [dora, emil] = [account('dora'), account('emil')];
    const take = (by: UserId, users: UserId[], id = group) => run('group.keys', { by, group: id, users });
    expect(outcome(take(ben, []))).toBe('group-users-none');
    expect(outcome(take(ben, [nobody]))).toBe('group-not-admin');
    expect(outcome(take(anna, [nobody], nowhere))).toBe('group-not-admin');
    expect(outcome(take(anna, [anna, nobody, ben]))).toBe('user-unknown');
    expect(outcome(take(anna, [anna, ben, nobody]))).toBe('group-member-exists');
    run('keys.add', { by: dora, packages: [{ data: 'ZG9yYQ==', lastResort: false }] });
    expect(outcome(take(anna, [dora, emil]))).toBe('key-package-none');
    expect(bench.archived(keyPackages)).toHaveLength(1);
    expect(take(anna, [anna, dora])).toEqual({ packages: [{ user: dora, data: 'ZG9yYQ==' }] });
    expect(bench.events).toEqual([]);
    expect(outcome(take(anna, [dora]))).toBe('key-package-none');
  });
});

describe('members', () => {
  test('are taken out by admins, with a commit of the admin, and told like those who stay', () => {
    const { run, anna, ben, cleo, group, said, told, bench, members } = rig();
    const before = said(group);
    const expel = (by: UserId, user: UserId, more: object = {}) =>
      outcome(run('group.expel', { by, group, user, ...more }));
    expect(expel(ben, nobody)).toBe('group-not-admin');
    expect(expel(anna, nobody)).toBe('user-unknown');
    expect(outcome(run('group.expel', { by: anna, group: nowhere, user: nobody }))).toBe('group-not-admin');
    expect(expel(anna, ben, { commit: 'b3V0', info: 'bmV3' })).toBe('granted');
    expect(told('group_member_remove')).toMatchObject([
      { user: { user: ben }, cause: 'remove', to: [anna, cleo, ben], by: anna },
    ]);
    expect(bench.events).toHaveLength(1);
    expect(said(group)).toEqual([...before, `3 ${anna} b3V0`]);
    expect(bench.archived(groupInfos)).toEqual([{ number: 1, data: 'bmV3' }]);
    expect(expel(anna, ben)).toBe('group-member-none');
    // Even the last admin, by themselves.
    expect(expel(anna, anna)).toBe('granted');
    expect(told('group_member_remove')).toMatchObject([{ cause: 'remove', to: [cleo, anna] }]);
    expect(members()).toEqual([cleo]);
  });

  test('leave, which those who stay are told, and the last one leaves an empty group', () => {
    const { run, anna, ben, cleo, group, said, told, bench } = rig();
    expect(outcome(run('group.leave', { by: nobody, group }))).toBe('group-not-member');
    expect(outcome(run('group.leave', { by: ben, group, commit: 'Ynll' }))).toBe('granted');
    expect(told('group_member_remove')).toMatchObject([
      { user: { user: ben }, cause: 'leave', to: [anna, cleo], by: ben },
    ]);
    expect(said(group).at(-1)).toBe(`3 ${ben} Ynll`);
    run('group.leave', { by: anna, group });
    run('group.leave', { by: cleo, group });
    expect(told('group_member_remove')).toMatchObject([{ to: [] }]);
    expect(bench.read((view) => view.get(groups, group))).toMatchObject({ name: 'team' });
    expect(outcome(run('group.leave', { by: cleo, group }))).toBe('group-not-member');
  });

  test('are promoted and demoted by admins, but for the last one', () => {
    const { run, anna, ben, cleo, group, told, admins } = rig();
    const act = (verb: 'promote' | 'demote', by: UserId, user: UserId) =>
      outcome(run(`group.${verb}`, { by, group, user }));
    for (const verb of ['promote', 'demote'] as const) {
      expect(act(verb, ben, nobody)).toBe('group-not-admin');
      expect(act(verb, anna, nobody)).toBe('user-unknown');
    }
    expect(act('promote', anna, anna)).toBe('group-admin-exists');
    expect(act('demote', anna, ben)).toBe('group-admin-none');
    expect(act('demote', anna, anna)).toBe('group-last-admin');
    expect(act('promote', anna, ben)).toBe('granted');
    expect(told('group_update')).toMatchObject([
      { cause: 'role', to: [anna, ben, cleo], by: anna, user: { user: ben }, admin: true },
    ]);
    expect(act('demote', ben, anna)).toBe('granted');
    expect(told('group_update')).toMatchObject([{ cause: 'role', to: [anna, ben, cleo], admin: false }]);
    expect(admins()).toEqual([ben]);
    run('group.leave', { by: cleo, group });
    expect(act('promote', ben, cleo)).toBe('group-member-none');
    expect(act('demote', ben, cleo)).toBe('group-admin-none');
  });

  test('are banned: taken out if they are in, their invitation gone, and kept out', () => {
    const { run, anna, ben, cleo, group, said, told, bench, account, invite } = rig();
    const dora = account('dora');
    const ban = (by: UserId, user: UserId, more: object = {}) =>
      outcome(run('group.ban', { by, group, user, ...more }));
    const unban = (by: UserId, user: UserId) => outcome(run('group.unban', { by, group, user }));
    expect(ban(ben, nobody)).toBe('group-not-admin');
    expect(ban(anna, nobody)).toBe('user-unknown');
    expect(ban(anna, ben, { commit: 'b3V0', info: 'bmV3' })).toBe('granted');
    expect(told('group_member_remove')).toMatchObject([{ cause: 'ban', to: [anna, cleo, ben], by: anna }]);
    expect(said(group).at(-1)).toBe(`3 ${anna} b3V0`);
    expect(ban(anna, ben)).toBe('group-ban-exists');
    const waiting = invite(anna, group, dora);
    bench.at += 1_000;
    // Who is not in it: nothing is stored, and no member is told.
    expect(ban(anna, dora, { commit: 'b3V0', info: 'b3RoZXI=' })).toBe('granted');
    expect(bench.events.map(({ type }) => type)).toEqual(['group_ban']);
    expect(said(group)).toHaveLength(3);
    expect(outcome(run('invite.accept', { by: dora, invite: waiting }))).toBe('invite-unknown');
    expect(bench.read((view) => inviteOf(view, group, dora))).toBeUndefined();
    expect(bench.read((view) => groupBansOf(view, group)).map(({ user, by }) => [user, by])).toEqual([
      [ben, anna],
      [dora, anna],
    ]);
    expect(outcome(run('invite.add', { by: anna, group, user: dora, ...sealed }))).toBe('group-banned');
    expect(unban(cleo, nobody)).toBe('group-not-admin');
    expect(unban(anna, nobody)).toBe('user-unknown');
    expect(unban(anna, cleo)).toBe('group-ban-none');
    expect(unban(anna, dora)).toBe('granted');
    expect(told('group_ban')).toMatchObject([{ user: { user: dora }, on: false }]);
    expect(outcome(run('invite.add', { by: anna, group, user: dora, ...sealed }))).toBe('granted');
  });
});

describe('a group whose last admin goes', () => {
  const ways = {
    leaves: (chat: ReturnType<typeof rig>) => chat.run('group.leave', { by: chat.anna, group: chat.group }),
    'is taken out': (chat: ReturnType<typeof rig>) =>
      chat.run('group.expel', { by: chat.anna, group: chat.group, user: chat.anna }),
    'is banned': (chat: ReturnType<typeof rig>) =>
      chat.run('group.ban', { by: chat.anna, group: chat.group, user: chat.anna }),
    'leaves for good': (chat: ReturnType<typeof rig>) =>
      chat.run('user.leave', { user: chat.anna, via: 'sealed' }),
  };

  test.each(Object.entries(ways))('and %s stays without one, unless the eldest is to follow', (_, go) => {
    const plain = rig();
    go(plain);
    expect(plain.admins()).toEqual([]);
    expect(plain.told('group_update')).toEqual([]);
    const wished = rig({ promoteSuccessor: true });
    go(wished);
    expect(wished.admins()).toEqual([wished.ben]);
    const told = wished.bench.events.map(({ type }) => type);
    expect(told.indexOf('group_update')).toBeGreaterThan(told.indexOf('group_member_remove'));
    expect(wished.told('group_update')).toMatchObject([
      { cause: 'role', to: [wished.ben, wished.cleo], by: 'chat', user: { user: wished.ben }, admin: true },
    ]);
  });

  test.each(Object.entries(ways))('as its last member and %s stays, unless it is to go', (_, go) => {
    for (const dropEmptyGroups of [false, true]) {
      const chat = rig({ dropEmptyGroups });
      for (const by of [chat.ben, chat.cleo]) chat.run('group.leave', { by, group: chat.group });
      go(chat);
      expect(chat.bench.read((view) => view.get(groups, chat.group)) === undefined).toBe(dropEmptyGroups);
      expect(chat.told('group_delete').map(({ to }) => to)).toEqual(dropEmptyGroups ? [[]] : []);
      if (dropEmptyGroups) expect(chat.traces(chat.group)).toEqual([]);
    }
  });

  test('promotes nobody while there is another', () => {
    const chat = rig({ promoteSuccessor: true });
    chat.run('group.promote', { by: chat.anna, group: chat.group, user: chat.cleo });
    chat.run('group.leave', { by: chat.anna, group: chat.group });
    expect(chat.admins()).toEqual([chat.cleo]);
    expect(chat.bench.read((view) => memberOf(view, chat.group, chat.anna))).toBeUndefined();
  });
});
