import { describe, expect, test } from 'vitest';
import { outcome } from '../../../tests/support/community.js';
import { gathering, sealed } from '../../../tests/support/groups.js';
import type { GroupId, UserId } from '../ids.js';
import { externalJoins, type Group, groups } from './groups.js';
import {
  groupInfos,
  groupMessageKey,
  groupMessageQuery,
  groupMessages,
  lowestWatermark,
  mayExpire,
  watermarks,
} from './messages.js';
import type { GroupSettings } from './settings.js';

const nobody = 'nobody' as UserId;

function rig(settings: Partial<GroupSettings> = {}) {
  const chat = gathering(settings);
  const anna = chat.account('anna');
  const ben = chat.account('ben');
  const cleo = chat.account('cleo');
  const group = chat.make(anna, 'team', ben, cleo);
  const marks = () =>
    chat.bench.read((view) => [...view.all(watermarks)].map(({ user, sequence }) => [user, sequence]));
  const expire = (expirySeconds: number) => chat.run('group.update', { by: anna, group, expirySeconds });
  const stored = () =>
    chat.bench
      .archived(groupMessages)
      .filter((message) => message.group === group)
      .map(({ sequence, at }) => ({ sequence, at }));
  const purge = () => chat.run('group.purge', { group, messages: stored() });
  const record = () => chat.bench.read((view) => view.get(groups, group)) as Group;
  return { ...chat, anna, ben, cleo, group, marks, expire, stored, purge, record };
}

describe('messages of groups', () => {
  test('are numbered from 1 on, and told to all members but the sender', () => {
    const { run, anna, ben, cleo, said, told, make, say } = rig();
    const group = make(anna, 'other', ben, cleo);
    expect(outcome(run('group.send', { by: nobody, group, data: '' }))).toBe('group-not-member');
    expect(outcome(run('group.send', { by: anna, group: 'x' as GroupId, data: '' }))).toBe(
      'group-not-member',
    );
    expect(run('group.send', { by: ben, group, data: '' })).toEqual({ sequence: 3 });
    expect(told('group_message')).toMatchObject([
      { group: { group }, sequence: 3, sender: { user: ben, identity: 'id-ben' }, to: [anna, cleo] },
    ]);
    expect([say(anna, group), say(ben, group)]).toEqual([4, 5]);
    expect(said(group).map((one) => one.split(' ')[0])).toEqual(['1', '2', '3', '4', '5']);
  });

  test('lie side by side in storage, and a page asks for no more than there may be', () => {
    const group = { number: 2, last: 5 };
    expect(groupMessageKey(group, 5)).toBeLessThan(groupMessageKey({ number: 3 }, 0));
    expect(groupMessageQuery(group, 0, 100)).toEqual({
      table: 'group_messages',
      after: 2 * 2 ** 32,
      limit: 5,
    });
    expect(groupMessageQuery(group, 3, 1)).toMatchObject({ after: 2 * 2 ** 32 + 3, limit: 1 });
    expect(groupMessageQuery(group, -7, 2)).toMatchObject({ after: 2 * 2 ** 32, limit: 2 });
    for (const [after, limit] of [
      [5, 10],
      [6, 10],
      [0, 0],
      [Number.MAX_SAFE_INTEGER, 5],
    ] as const)
      expect(groupMessageQuery(group, after, limit)).toBeUndefined();
  });

  test('come with commits, which are told as such, and with the group info of their time', () => {
    const { run, anna, ben, cleo, group, said, told, bench, record } = rig();
    const commit = (by: UserId, more: object) => outcome(run('group.commit', { by, group, ...more }));
    expect(commit(nobody, {})).toBe('group-not-member');
    expect(commit(ben, {})).toBe('granted');
    expect(bench.events).toEqual([]);
    expect(commit(ben, { info: 'b25seQ==', commit: '', mlsId: '' })).toBe('granted');
    expect(bench.events).toEqual([]);
    expect(bench.archived(groupInfos)).toEqual([{ number: 1, data: 'b25seQ==' }]);
    expect(commit(ben, { commit: 'YQ==', mlsId: 'aa' })).toBe('granted');
    expect(told('group_update')).toMatchObject([{ cause: 'commit', to: [anna, cleo], by: ben, sequence: 3 }]);
    expect(commit(anna, { commit: 'Yg==', mlsId: 'bb' })).toBe('granted');
    expect(record()).toMatchObject({ mlsId: 'aa', last: 4 });
    expect(said(group).slice(2)).toEqual([`3 ${ben} YQ==`, `4 ${anna} Yg==`]);
  });

  test('of those who came by a commit of their own are told as a commit once, then as a new beginning', () => {
    const { run, anna, ben, cleo, group, account, told, bench, make, record } = rig();
    const dora = account('dora');
    const rejoin = (by: UserId, more: object = {}, id = group) =>
      outcome(run('group.rejoin', { by, group: id, ...more }));
    expect(rejoin(dora)).toBe('group-not-member');
    expect(rejoin(anna, {}, make(anna, 'bare'))).toBe('group-info-none');
    run('group.update', { by: anna, group, visibility: 'public' });
    run('group.join', { by: dora, group });
    expect(rejoin(dora, { commit: 'am9pbg==', mlsId: 'aa' })).toBe('granted');
    expect(told('group_update')).toMatchObject([{ cause: 'commit', to: [anna, ben, cleo, dora], by: dora }]);
    expect(rejoin(dora, { commit: 'YW5ldw==', mlsId: 'bb' })).toBe('granted');
    expect(bench.events.map(({ type }) => type)).toEqual(['group_identity_reset']);
    expect(told('group_identity_reset')).toMatchObject([{ user: { user: dora }, to: [anna, ben, cleo] }]);
    expect(record().mlsId).toBe('aa');
    expect(bench.archived(groupInfos)).toEqual([{ number: 1, data: sealed.info }]);
  });

  test('that say that somebody has joined may be missing: the next commit is then a new beginning', () => {
    const { run, anna, group, account, bench } = rig();
    const dora = account('dora');
    run('group.update', { by: anna, group, visibility: 'public' });
    run('group.join', { by: dora, group });
    run('group.rejoin', { by: dora, group });
    expect(bench.events).toEqual([]);
    expect(bench.read((view) => view.size(externalJoins as never))).toBe(0);
    run('group.rejoin', { by: dora, group, commit: 'YW5ldw==' });
    expect(bench.events.map(({ type }) => type)).toEqual(['group_identity_reset']);
  });
});

describe('how far members have fetched', () => {
  test('is noted by sending and fetching, only where messages go once everybody has', () => {
    const { run, anna, ben, cleo, group, say, marks, expire } = rig();
    const fetched = (by: UserId, sequence: number) => outcome(run('group.fetched', { by, group, sequence }));
    say(anna, group);
    fetched(ben, 3);
    expect(marks()).toEqual([]);
    expire(0);
    expect(fetched(nobody, 1)).toBe('group-not-member');
    fetched(ben, 2);
    fetched(ben, 1);
    // Nobody has fetched what is not there yet.
    fetched(cleo, 1_000);
    say(anna, group);
    expect(marks()).toEqual([
      [ben, 2],
      [cleo, 3],
      [anna, 4],
    ]);
    run('group.commit', { by: anna, group, commit: 'YQ==' });
    expect(marks()).toContainEqual([anna, 4]);
  });

  test('stays when they leave, and counts no more', () => {
    const { run, anna, ben, cleo, group, marks, expire, bench, say } = rig();
    expire(0);
    const lowest = () => bench.read((view) => lowestWatermark(view, group));
    for (const [by, sequence] of [
      [anna, 2],
      [ben, 1],
    ] as const)
      run('group.fetched', { by, group, sequence });
    expect(lowest()).toBe(0);
    run('group.fetched', { by: cleo, group, sequence: 2 });
    expect(lowest()).toBe(1);
    run('group.leave', { by: ben, group });
    expect(lowest()).toBe(2);
    expect(marks()).toHaveLength(3);
    say(anna, group);
    run('group.leave', { by: cleo, group });
    run('group.leave', { by: anna, group });
    expect(lowest()).toBe(0);
  });
});

describe('messages that were kept for long enough', () => {
  test('are those older than the group or the chat says, whichever is shorter', () => {
    const { run, anna, group, say, bench, stored, purge, expire, record, config } = rig({
      retentionSeconds: 100,
    });
    expect(mayExpire(config, record())).toBe(true);
    bench.at += 60_000;
    say(anna, group);
    bench.at += 40_000;
    expect(purge()).toEqual({ purged: [] });
    bench.at += 1;
    expect(purge()).toEqual({ purged: [1, 2] });
    expect(bench.events).toEqual([]);
    expire(30);
    expect(purge()).toEqual({ purged: [3] });
    expect(stored()).toEqual([]);
    // Numbers go on.
    expect(say(anna, group)).toBe(4);
    expect(run('group.purge', { group: 'gone' as GroupId, messages: [] })).toEqual({ purged: [] });
  });

  test('are none where nobody says so, and a retention of 0 says nothing', () => {
    for (const retentionSeconds of [-1, 0]) {
      const { bench, purge, record, config } = rig({ retentionSeconds });
      expect(mayExpire(config, record())).toBe(false);
      bench.at += 1e12;
      expect(purge()).toEqual({ purged: [] });
    }
  });

  test('are those that every member has fetched where the group says so', () => {
    const { run, anna, ben, cleo, group, say, purge, expire, record, config } = rig();
    expire(0);
    expect(mayExpire(config, record())).toBe(true);
    say(anna, group);
    run('group.fetched', { by: ben, group, sequence: 3 });
    expect(purge()).toEqual({ purged: [] });
    run('group.fetched', { by: cleo, group, sequence: 2 });
    expect(purge()).toEqual({ purged: [1, 2] });
    run('group.fetched', { by: cleo, group, sequence: 3 });
    expire(-1);
    expect(purge()).toEqual({ purged: [] });
    expire(0);
    expect(purge()).toEqual({ purged: [3] });
  });
});
