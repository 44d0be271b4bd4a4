import { describe, expect, test } from 'vitest';
import { community, outcome } from '../../../tests/support/community.js';
import { domainLimits } from '../config.js';
import type { SessionId } from '../ids.js';
import { membershipOf } from '../membership.js';
import { online, sessionsOf } from './online.js';

describe('sessions', () => {
  test('of one identity through several dialects belong to one user, who comes once and goes once', () => {
    const { join, run, told, bench } = community();
    const anna = join('anna');
    expect(told('user_connect')).toHaveLength(1);
    expect(told('user_join')).toHaveLength(1);
    expect(join('anna', {}, { dialect: 'two' })).toBe(anna);
    expect(told('user_connect')).toEqual([]);
    expect(told('session_open')).toMatchObject([{ first: false, dialect: 'two' }]);
    const [first, second] = bench.read((view) => sessionsOf(view, anna));
    run('session.close', { session: first?.id as SessionId, reason: 'leave' });
    expect(told('user_disconnect')).toEqual([]);
    run('session.close', { session: second?.id as SessionId, reason: 'flood' });
    expect(told('user_disconnect')).toMatchObject([{ reason: 'flood' }]);
    expect(outcome(run('session.close', { session: second?.id as SessionId, reason: 'leave' }))).toBe(
      'granted',
    );
    expect(bench.events).toEqual([]);
  });

  test('are limited per user and dialect, and a ban beats the limit', () => {
    const { open, join, run } = community({ limits: { ...domainLimits, sessionsPerUser: 2 } });
    const anna = join('anna');
    join('anna');
    expect(outcome(open('anna'))).toBe('too-many-sessions');
    expect(outcome(open('anna', {}, { dialect: 'two' }))).toBe('granted');
    for (let more = 0; more < 3; more++)
      expect(outcome(open('anna', {}, { dialect: 'two', ownLimit: true }))).toBe('granted');
    run('user.ban', { by: 'host', user: anna, until: null });
    expect(outcome(open('anna'))).toBe('user-banned');
  });

  test('of which a further one comes in where the user is', () => {
    const { join, run, told, place } = community();
    const anna = join('anna');
    run('channel.create', { by: anna, name: 'den', temporary: 'empty', enter: true });
    join('anna');
    expect(told('session_open')[0]?.surroundings?.channel.name).toBe('den');
    expect(place(anna)).toBe('den');
  });

  test('tell everybody what a login brings that is new, and hold for all of theirs', () => {
    const { join, told, run } = community();
    const anna = join('anna', { traits: ['guest'] }, { place: false });
    join('anna', { traits: ['guest'] }, { place: false });
    expect(told('user_update')).toEqual([]);
    join('anna', { traits: ['staff'] }, { place: false });
    const [update, ...more] = told('user_update');
    expect(update).toMatchObject({
      before: { user: anna, traits: ['guest'] },
      person: { traits: ['staff'] },
      cause: 'profile',
    });
    expect(more).toEqual([]);
    expect(update && membershipOf(update).before).toMatchObject([{ do: 'kind', user: anna }]);
    run('user.kick', { by: 'host', user: anna });
    join('anna', { name: 'anne' });
    expect(told('user_update')).toMatchObject([{ before: { handle: 'anna' }, person: { handle: 'anne' } }]);
  });

  test('without a place get one with the first session that sits in a channel', () => {
    const { join, told, place } = community();
    const anna = join('anna', {}, { dialect: 'two', place: false });
    expect(told('session_open')[0]).not.toHaveProperty('surroundings');
    expect(place(anna)).toBeUndefined();
    join('anna');
    expect(place(anna)).toBe('lounge');
    expect(told('channel_enter')).toMatchObject([{ person: { user: anna } }]);
    expect(told('session_open')[0]?.surroundings?.channel.name).toBe('lounge');
  });

  test('put nobody into a channel who has none that sits in one', () => {
    const { join, run, told, place, channel } = community();
    const anna = join('anna', {}, { dialect: 'two', place: false });
    run('channel.create', { by: 'host', name: 'den' });
    expect(outcome(run('place.enter', { user: anna, channel: channel('den').id }))).toBe('user-offline');
    const wish = { by: anna, name: 'nook', temporary: 'empty' } as const;
    expect(outcome(run('channel.create', { ...wish, enter: true }))).toBe('user-offline');
    expect(told('channel_enter')).toEqual([]);
    expect(place(anna)).toBeUndefined();
    expect(outcome(run('channel.create', wish))).toBe('granted');
  });

  test('give the place up with the last one that sits in a channel, whatever else is open', () => {
    const { join, run, told, place, bench } = community();
    const anna = join('anna');
    join('anna', {}, { dialect: 'two', place: false });
    run('channel.create', { by: anna, name: 'den', temporary: 'empty', enter: true });
    told('channel_leave');
    const [first] = bench.read((view) => sessionsOf(view, anna)).filter((one) => one.place);
    run('session.close', { session: first?.id as SessionId, reason: 'leave' });
    expect(told('channel_leave')).toMatchObject([{ person: { user: anna } }]);
    expect(told('channel_delete')).toMatchObject([{ channel: { name: 'den' } }]);
    expect(told('user_disconnect')).toEqual([]);
    expect(place(anna)).toBeUndefined();
    join('anna');
    expect(place(anna)).toBe('lounge');
  });

  test('show what the identity brings now', () => {
    const { join, user, told } = community();
    const anna = join('anna', { colour: 'red', rank: 3 });
    join('anna', { colour: 'blue' });
    expect(user(anna)).toMatchObject({ colour: 'blue' });
    expect(user(anna)).not.toHaveProperty('rank');
    expect(told('session_open')[0]?.person).toMatchObject({ colour: 'blue', rank: 1 });
  });

  test('beyond what a protocol allows end as replaced, the oldest first', () => {
    const { join, run, told, bench } = community({ limits: { ...domainLimits, sessionsPerUser: 12 } });
    const anna = join('anna');
    for (let i = 0; i < 10; i++) join('anna');
    join('anna', {}, { dialect: 'two' });
    const limit = (dialect: string, most: number) => run('session.limit', { user: anna, dialect, most });
    expect(limit('one', 2)).toEqual({ ended: ['s1', 's2', 's3', 's4', 's5', 's6', 's7', 's8', 's9'] });
    expect(told('session_close')).toHaveLength(9);
    expect(told('session_close')[0]).toMatchObject({ user: anna, dialect: 'one', reason: 'replaced' });
    expect(limit('one', 2)).toEqual({ ended: [] });
    expect(limit('two', 0)).toEqual({ ended: [] });
    const left = bench.read((view) => sessionsOf(view, anna)).map(({ id }) => id);
    expect(left).toEqual(['s10', 's11', 's12']);
    expect(told('user_disconnect')).toEqual([]);
    expect(run('session.limit', { user: 'nobody' as never, dialect: 'one', most: 1 })).toEqual({ ended: [] });
  });

  test('are ended in one realm, whatever is open in others', () => {
    const { join, run, bench } = community();
    const anna = join('anna', {}, { realm: 'here' });
    for (const realm of ['there', 'there', 'here']) join('anna', {}, { realm });
    const realms = () => bench.read((view) => sessionsOf(view, anna)).map(({ realm }) => realm);
    run('session.limit', { user: anna, dialect: 'one', realm: 'here', most: 1 });
    expect(realms()).toEqual(['there', 'there', 'here']);
    run('session.limit', { user: anna, dialect: 'one', realm: 'elsewhere', most: 1 });
    expect(realms()).toEqual(['there', 'there', 'here']);
  });

  test('are nothing for reconcile to do while all is well', () => {
    const { join, run, bench } = community();
    const anna = join('anna');
    const before = bench.read((view) => view.get(online, anna));
    expect(run('session.reconcile', {})).toEqual({ closed: [] });
    expect(bench.events).toEqual([]);
    expect(bench.read((view) => view.get(online, anna))).toEqual(before);
  });
});
