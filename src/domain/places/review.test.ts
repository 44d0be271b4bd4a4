import { describe, expect, test } from 'vitest';
import { community, everything, outcome } from '../../../tests/support/community.js';
import type { Access } from '../access/may.js';
import { sessionsOf } from '../sessions/online.js';

const boss = { rank: 9, permissions: everything };
const forMembers: Access['roles'] = { see: ['member'], enter: ['member'], read: ['member'] };
const member = { roles: ['member'] };

/** A chat with a den for members, and people sitting in it. */
function inDen(names: readonly string[], change: Parameters<typeof community>[0] = {}) {
  const set = community(change);
  set.run('channel.create', { by: 'host', name: 'den', roles: forMembers });
  const den = set.channel('den').id;
  const users = names.map((name) => set.join(name, member));
  for (const user of users) expect(outcome(set.run('place.enter', { user, channel: den }))).toBe('granted');
  return { ...set, den, users };
}

describe('who may no longer read where they sit', () => {
  test('is moved to the default channel when the lists of the channel change, in order of arrival', () => {
    const { run, told, bench, place, den, users } = inDen(['zoe', 'anna', 'ben']);
    const [zoe, anna] = users;
    run('user.update', { user: anna as never, identity: { roles: ['member', 'staff'] } });
    run('channel.update', { by: 'host', channel: den, roles: { ...forMembers, read: ['staff'] } });
    expect(users.map((one) => place(one))).toEqual(['lounge', 'den', 'lounge']);
    expect(bench.events.map(({ type }) => type)).toEqual([
      'channel_update',
      ...['channel_leave', 'channel_enter', 'channel_leave', 'channel_enter'],
    ]);
    expect(told('channel_enter').map(({ person }) => person.user)).toEqual([zoe, users[2]]);
  });

  test('is moved when the grants of the channel change', () => {
    const worldRoles = { visitor: ['room:view', 'room:chat.read', 'room:chat.join'] };
    const { run, join, channel, place } = community({ worldRoles });
    const anna = join('anna', { traits: ['vip'] });
    const ben = join('ben');
    run('channel.create', { by: 'host', name: 'stage', grants: { visitor: [] } });
    const stage = channel('stage').id;
    for (const user of [anna, ben]) run('place.enter', { user, channel: stage });
    run('channel.update', { by: 'host', channel: stage, grants: { visitor: ['vip'] } });
    expect([place(anna), place(ben)]).toEqual(['stage', 'lounge']);
  });

  test('is moved when somebody says anew who they are', () => {
    const { run, open, place, users } = inDen(['anna', 'ben', 'cleo']);
    const [anna, ben] = users as [never, never];
    const identity = { provider: 'accounts', id: 'ben', name: 'ben', roles: [] };
    run('user.update', { user: anna, identity: { roles: [] } });
    expect(place(anna)).toBe('lounge');
    run('user.renew', { user: ben, identity });
    expect(place(ben)).toBe('lounge');
    open('cleo', { roles: ['!member'] }, { place: false, dialect: 'two' });
    expect(users.map((one) => place(one))).toEqual(['lounge', 'lounge', 'lounge']);
  });

  test('is moved when they are given other roles', () => {
    const { run, place, users } = inDen(['anna']);
    const [anna] = users as [never];
    run('role.create', { by: 'host', name: 'other' });
    run('user.roles', { by: 'host', user: anna, roles: ['other'] });
    expect(place(anna)).toBe('lounge');
  });

  test('ends a channel that ends with its last person', () => {
    const { run, join, told, bench, channel, place } = community();
    const anna = join('anna', { permissions: ['channel.create'], ...member });
    run('channel.create', { by: anna, name: 'nook', temporary: 'empty', enter: true });
    run('channel.update', { by: 'host', channel: channel('nook').id, roles: { read: ['staff'] } });
    expect(place(anna)).toBe('lounge');
    expect(bench.events.map(({ type }) => type).slice(-1)).toEqual(['channel_delete']);
    expect(told('channel_delete')).toHaveLength(1);
  });
});

describe('who may read', () => {
  test('stays when rank or password of the channel come to keep others out', () => {
    const { run, place, den, users } = inDen(['anna']);
    run('channel.update', { by: 'host', channel: den, rank: 9, password: 'sesame' });
    run('user.update', { user: users[0] as never, identity: { rank: 0 } });
    expect(users.map((one) => place(one))).toEqual(['den']);
  });

  test('does so by lists and grants: to be let in without it is not to be let in', () => {
    const { run, join, channel, place } = community();
    const anna = join('anna', member);
    run('channel.create', { by: 'host', name: 'hall', roles: { see: ['member'], enter: ['member'] } });
    expect(outcome(run('place.enter', { user: anna, channel: channel('hall').id }))).toBe('not-permitted');
    expect(place(anna)).toBe('lounge');
  });
});

describe('the default channel', () => {
  test('has no password, whoever asks for it, and may lose one', () => {
    const { run, join, channel } = community();
    const id = channel('lounge').id;
    const anna = join('anna', boss);
    for (const by of [anna, 'host'] as const) {
      expect(outcome(run('channel.update', { by, channel: id, password: 'sesame' }))).toBe('channel-default');
      expect(outcome(run('channel.update', { by, channel: id, password: null }))).toBe('granted');
    }
  });

  test('takes no session with a place whose user may not read it, and others as before', () => {
    const { run, open, channel } = community();
    run('channel.update', { by: 'host', channel: channel('lounge').id, roles: forMembers });
    expect(outcome(open('anna'))).toBe('not-permitted');
    expect(outcome(open('anna', {}, { place: false }))).toBe('granted');
    expect(outcome(open('ben', member))).toBe('granted');
  });

  test('ends, when it comes to keep somebody from reading, their sessions with a place, wherever they sit', () => {
    const { run, bench, told, channel, place, users, join } = inDen(['anna', 'ben']);
    const [anna, ben] = users as [never, never];
    join('anna', member, { place: false, dialect: 'two' });
    run('user.update', { user: ben, identity: { roles: ['member', 'staff'] } });
    run('channel.update', {
      by: 'host',
      channel: channel('lounge').id,
      roles: { read: ['staff'], see: ['staff'] },
    });
    expect(told('session_close')).toMatchObject([{ user: anna, dialect: 'one', barred: true }]);
    expect([place(anna), place(ben)]).toEqual([undefined, 'den']);
    expect(bench.read((view) => sessionsOf(view, anna)).map(({ dialect }) => dialect)).toEqual(['two']);
  });
});

test('sending a crowd out of a channel asks once for each', () => {
  const crowd = (size: number) => {
    const { run, bench, den, place, users } = inDen(Array.from({ length: size }, (_, i) => `user${i}`));
    run('channel.update', { by: 'host', channel: den, roles: { ...forMembers, read: ['staff'] } });
    expect(new Set(users.map((one) => place(one)))).toEqual(new Set(['lounge']));
    return bench.events.length;
  };
  expect(crowd(200) - 1).toBe(2 * (crowd(100) - 1));
});
