import { describe, expect, test } from 'vitest';
import { outcome } from '../../../tests/support/community.js';
import { gathering, sealed } from '../../../tests/support/groups.js';
import type { GroupId, InviteId, UserId, WelcomeId } from '../ids.js';
import { memberOf } from './groups.js';
import { invitesPerRun } from './invite-commands.js';
import { inviteData, invitesInto, invitesTo, welcomeData, welcomesOf } from './invites.js';
import { groupInfos } from './messages.js';

const nobody = 'nobody' as UserId;
const none = 'none' as InviteId;

function rig() {
  const chat = gathering();
  const anna = chat.account('anna');
  const ben = chat.account('ben');
  const cleo = chat.account('cleo');
  const group = chat.make(anna, 'team', ben);
  return { ...chat, anna, ben, cleo, group };
}

describe('invitations', () => {
  test('are kept by admins for those who may come in, one for each', () => {
    const { run, anna, ben, cleo, group, told, bench, said } = rig();
    const before = said(group);
    const add = (by: UserId, user: UserId, more: object = {}, id: GroupId = group) =>
      outcome(run('invite.add', { by, group: id, user, ...sealed, ...more }));
    for (const field of ['commit', 'welcome', 'info'])
      expect(add(ben, nobody, { [field]: '' })).toBe('group-data-missing');
    expect(add(ben, nobody)).toBe('group-not-admin');
    expect(add(anna, nobody, {}, 'nowhere' as GroupId)).toBe('group-not-admin');
    expect(add(anna, nobody)).toBe('user-unknown');
    expect(add(anna, ben)).toBe('group-member-exists');
    expect(add(anna, cleo, { info: 'bGF0ZXI=' })).toBe('granted');
    expect(told('group_invite')).toMatchObject([
      { group: { group, name: 'team' }, inviter: { user: anna }, invitee: { user: cleo } },
    ]);
    expect(bench.events).toHaveLength(1);
    expect(add(anna, cleo)).toBe('invite-exists');
    // Nothing of it holds before it is accepted.
    expect(said(group)).toEqual(before);
    expect(bench.archived(groupInfos)).toEqual([{ number: 1, data: sealed.info }]);
  });

  test('make a member when they are accepted: commit of the inviter, group info, welcome', () => {
    const { run, anna, ben, cleo, group, told, bench, said, invite } = rig();
    run('group.update', { by: anna, group, alias: 'Team' });
    const before = said(group);
    const waiting = invite(anna, group, cleo);
    run('group.commit', { by: anna, group, info: 'bmV3ZXI=' });
    run('group.update', { by: anna, group, alias: 'Crew' });
    const accept = (by: UserId, id = waiting) => run('invite.accept', { by, invite: id });
    expect(outcome(accept(ben, none))).toBe('invite-unknown');
    expect(outcome(accept(ben))).toBe('invite-foreign');
    expect(accept(cleo)).toMatchObject({ sequence: 2 });
    expect(bench.events.map(({ type }) => type)).toEqual([
      'group_member_add',
      'group_welcome',
      'group_update',
    ]);
    expect(told('group_welcome')).toMatchObject([{ group: { group, alias: 'Crew' }, user: { user: cleo } }]);
    expect(told('group_update')).toMatchObject([{ cause: 'commit', to: [anna, ben], by: cleo, sequence: 2 }]);
    expect(said(group)).toEqual([...before, `2 ${anna} ${sealed.commit}`]);
    expect(bench.archived(groupInfos)).toEqual([{ number: 1, data: sealed.info }]);
    expect(bench.read((view) => memberOf(view, group, cleo))).toMatchObject({ admin: false });
    const [welcome] = bench.read((view) => welcomesOf(view, cleo));
    expect(welcome).toMatchObject({ group, alias: 'Crew', user: cleo });
    expect(bench.archived(welcomeData).at(-1)).toEqual({ id: Number(welcome?.id), data: sealed.welcome });
    expect(bench.archived(inviteData)).toEqual([]);
    expect(outcome(accept(cleo))).toBe('invite-unknown');
  });

  test('may be declined by the invitee, which the inviter is told', () => {
    const { run, anna, ben, cleo, group, told, bench, invite } = rig();
    const waiting = invite(anna, group, cleo);
    const decline = (by: UserId, id = waiting) => outcome(run('invite.decline', { by, invite: id }));
    expect(decline(anna, none)).toBe('invite-unknown');
    expect(decline(ben)).toBe('invite-foreign');
    expect(decline(cleo)).toBe('granted');
    expect(told('group_invite_decline')).toMatchObject([
      { group: { group }, inviter: { user: anna }, invitee: { user: cleo }, cancelled: false },
    ]);
    expect(bench.events).toHaveLength(1);
    expect(bench.archived(inviteData)).toEqual([]);
    expect(decline(cleo)).toBe('invite-unknown');
  });

  test('may be cancelled by any admin: the invitee is told, then the inviter', () => {
    const { run, anna, ben, cleo, group, bench, told, invite } = rig();
    invite(anna, group, cleo);
    run('group.promote', { by: anna, group, user: ben });
    run('group.leave', { by: anna, group });
    const cancel = (by: UserId, user: UserId) => outcome(run('invite.cancel', { by, group, user }));
    expect(cancel(anna, nobody)).toBe('group-not-admin');
    expect(cancel(ben, nobody)).toBe('invite-unknown');
    expect(cancel(ben, cleo)).toBe('granted');
    expect(bench.events.map(({ type }) => type)).toEqual(['group_invite_cancel', 'group_invite_decline']);
    expect(told('group_invite_cancel')).toMatchObject([{ invitee: { user: cleo }, by: ben }]);
    expect(told('group_invite_decline')).toMatchObject([{ inviter: { user: anna }, cancelled: true }]);
    expect(bench.archived(inviteData)).toEqual([]);
    expect(cancel(ben, cleo)).toBe('invite-unknown');
  });

  test('are listed oldest first, for whom they are and by group', () => {
    const { bench, make, anna, ben, cleo, group, invite, account } = rig();
    const second = make(ben, 'second');
    const ids = [invite(anna, group, cleo), invite(ben, second, cleo)];
    const dora = invite(anna, group, account('dora'));
    expect(bench.read((view) => invitesTo(view, cleo)).map(({ id }) => id)).toEqual(ids);
    expect(bench.read((view) => invitesInto(view, group)).map(({ id }) => id)).toEqual([ids[0], dora]);
  });

  test('still hold when they are old, and go without a word at the next clean-up', () => {
    const { run, bench, anna, ben, cleo, group, invite, config, account, make } = rig();
    const waiting = invite(anna, group, cleo);
    const others = Array.from({ length: invitesPerRun }, (_, n) => account(`u${n}`));
    const second = make(ben, 'second');
    for (const user of others) invite(ben, second, user);
    bench.at += config.groups.inviteMs;
    expect(run('invite.purge', {})).toEqual({ purged: 0, more: false });
    bench.at += 1;
    expect(outcome(run('invite.decline', { by: cleo, invite: waiting }))).toBe('granted');
    invite(anna, group, cleo);
    const fresh = invite(anna, group, account('fresh'));
    bench.at += config.groups.inviteMs - 1;
    expect(run('invite.purge', {})).toEqual({ purged: invitesPerRun, more: false });
    expect(bench.events).toEqual([]);
    expect(bench.read((view) => invitesInto(view, group)).map(({ id }) => id)).toContain(fresh);
    bench.at += 2;
    expect(run('invite.purge', {})).toEqual({ purged: 2, more: false });
    expect(bench.archived(inviteData)).toEqual([]);
  });
});

describe('welcomes', () => {
  test('wait until the one whom they are for has taken them in', () => {
    const { run, anna, ben, group, bench } = rig();
    const [welcome] = bench.read((view) => welcomesOf(view, ben));
    const accept = (by: UserId, id = welcome?.id as WelcomeId) =>
      outcome(run('welcome.accept', { by, welcome: id }));
    expect(accept(ben, 'none' as WelcomeId)).toBe('welcome-unknown');
    expect(accept(anna)).toBe('welcome-unknown');
    run('group.leave', { by: ben, group });
    expect(accept(ben)).toBe('granted');
    expect(bench.events).toEqual([]);
    expect(bench.archived(welcomeData)).toEqual([]);
    expect(accept(ben)).toBe('welcome-unknown');
  });
});
