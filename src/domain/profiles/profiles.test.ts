import { describe, expect, test } from 'vitest';
import { community, outcome } from '../../../tests/support/community.js';
import { domainLimits } from '../config.js';
import type { UserId } from '../ids.js';
import { lines } from '../lines/lines.js';
import { memberLines } from '../members/members.js';
import { online } from '../sessions/online.js';
import type { Identity } from '../users/identity.js';
import { clientStateOf, clientStates, profileOf } from './profiles.js';

const stopgap = { provider: 'guest', name: 'guest', unnamed: true } as const;

/** A chat with people who come with profiles. */
function gallery(limits: Partial<typeof domainLimits> = {}) {
  const made = community({ limits: { ...domainLimits, ...limits } });
  const { bench, join, run, user } = made;
  return {
    ...made,
    /** Opens a session as protocols do that know people by a profile. */
    enter: (id: string, identity: Partial<Identity> = {}) =>
      join(id, { id, ...identity }, { dialect: 'two', place: false, wornName: 'number' }),
    set: (who: UserId, profile: object, by: UserId | 'host' = who) =>
      run('user.profile', { by, user: who, profile: profile as Record<string, unknown> }),
    shown: (who: UserId) => profileOf(user(who) as never),
    person: (who: UserId) => bench.read((view) => view.get(online, who))?.person,
    state: (who: UserId) => bench.read((view) => clientStateOf(view, who)),
  };
}

describe('a profile that a user sets', () => {
  test('replaces the whole, with the display name as that of every protocol', () => {
    const { enter, set, shown, user, told } = gallery();
    const anna = enter('anna');
    expect(shown(anna)).toEqual({ display_name: 'anna' });
    expect(outcome(set(anna, { display_name: '  Anna Lena ', avatar: { identicon: 'x' } }))).toBe('granted');
    expect(user(anna)).toMatchObject({ handle: 'anna', displayName: 'Anna Lena', ownProfile: true });
    expect(shown(anna)).toEqual({ display_name: 'Anna Lena', avatar: { identicon: 'x' } });
    expect(told('user_update')).toMatchObject([
      {
        cause: 'profile',
        by: anna,
        before: { handle: 'anna' },
        person: { displayName: 'Anna Lena', profile: { avatar: { identicon: 'x' } } },
        state: {},
      },
    ]);
    for (const display_name of [undefined, '', ' \n', 7, null, ['Anna']]) {
      set(anna, { display_name, greeted: true });
      expect(user(anna)).not.toHaveProperty('displayName');
      expect(shown(anna)).toEqual({ display_name: 'anna', greeted: true });
    }
  });

  test('shows the name that another protocol gives', () => {
    const { enter, set, run, shown } = gallery();
    const anna = enter('anna');
    set(anna, { display_name: 'Anna', greeted: true });
    run('user.rename', { by: 'host', user: anna, displayName: 'Queen' });
    expect(shown(anna)).toEqual({ display_name: 'Queen', greeted: true });
    run('user.rename', { by: anna, user: anna, displayName: null });
    expect(shown(anna)).toEqual({ display_name: 'anna', greeted: true });
  });

  test('is carried by events as the record has it, the same object', () => {
    const { enter, set, person, user } = gallery();
    const anna = enter('anna');
    set(anna, { avatar: { url: 'https://example.org/a.png' } });
    expect(person(anna)?.profile).toBe(user(anna)?.profile);
    const { profile } = user(anna) ?? {};
    enter('anna', { colour: 'red' });
    expect(person(anna)).toMatchObject({ colour: 'red' });
    expect(person(anna)?.profile).toBe(profile);
  });

  test('stays out of what is remembered of comings and goings', () => {
    const { enter, join, set, run, channel, bench, told } = gallery();
    const anna = enter('anna');
    set(anna, { about: 'me' });
    join('anna');
    const { id } = channel('lounge');
    expect(outcome(run('member.join', { user: anna, channel: id }))).toBe('granted');
    expect(told('member_add')).toMatchObject([{ person: { profile: { about: 'me' } } }]);
    const held = bench.read((view) => [
      ...(view.get(lines, id)?.lines ?? []),
      ...view.newest(memberLines, id, 10),
    ]);
    expect(held.length).toBeGreaterThan(0);
    expect(JSON.stringify(held)).not.toContain('about');
  });

  test('is bounded, as its display name is', () => {
    const { enter, set, shown } = gallery({ profileBytes: 40, displayNameLength: 4 });
    const anna = enter('anna');
    expect(outcome(set(anna, { a: 'é'.repeat(16) }))).toBe('granted');
    expect(set(anna, { a: 'é'.repeat(17) })).toMatchObject({
      code: 'profile-too-large',
      details: { limit: 40 },
    });
    expect(outcome(set(anna, { display_name: '😀'.repeat(4) }))).toBe('granted');
    expect(set(anna, { display_name: '😀'.repeat(5) })).toMatchObject({
      code: 'text-too-long',
      details: { limit: 4 },
    });
    expect(shown(anna)).toEqual({ display_name: '😀'.repeat(4) });
  });

  test('is set by others who may rename and are not outranked, and that is logged', () => {
    const { enter, set, shown, told, person } = gallery();
    const [anna, mod] = [enter('anna'), enter('mod', { rank: 5, permissions: ['nick.others'] })];
    const boss = enter('boss', { rank: 9 });
    expect(outcome(set(mod, { x: 1 }, anna))).toBe('not-permitted');
    expect(outcome(set(boss, { x: 1 }, mod))).toBe('user-outranks');
    expect(outcome(set('nobody' as UserId, {}, 'host'))).toBe('user-unknown');
    expect(outcome(set(anna, { display_name: 'Moved', x: 1 }, mod))).toBe('granted');
    expect(shown(anna)).toEqual({ display_name: 'Moved', x: 1 });
    const [event] = told('user_update');
    expect(event).toMatchObject({ by: mod, person: person(anna) as object });
    expect(event).not.toHaveProperty('state');
  });

  test('has no other display name while its owner is silenced, and anything else', () => {
    const { enter, set, run, shown, state } = gallery();
    const anna = enter('anna');
    run('user.silence', { by: 'host', user: anna, until: null });
    const both = { profile: { display_name: 'Loud' }, state: { seen: 1 } };
    expect(outcome(run('user.profile', { by: anna, user: anna, ...both }))).toBe('user-silenced');
    expect([shown(anna), state(anna)]).toEqual([{ display_name: 'anna' }, {}]);
    expect(outcome(set(anna, { display_name: 'anna', bio: 'x' }))).toBe('granted');
    expect(outcome(set(anna, { bio: 'y' }))).toBe('granted');
    expect(outcome(set(anna, { display_name: 'Anna' }, 'host'))).toBe('granted');
    expect(shown(anna)).toEqual({ display_name: 'Anna' });
  });

  test('is set to a first display name by somebody unnamed who is silenced', () => {
    const { enter, set, run } = gallery();
    const gus = enter('gus', stopgap);
    run('user.silence', { by: 'host', user: gus, until: null });
    expect(outcome(set(gus, { display_name: 'Gus' }))).toBe('granted');
    expect(outcome(set(gus, { display_name: 'Gustav' }))).toBe('user-silenced');
  });

  test('takes no __proto__ for more than a name', () => {
    const { enter, set, shown } = gallery();
    const anna = enter('anna');
    set(anna, JSON.parse('{"__proto__":{"display_name":"Eve","x":1},"a":1}'));
    expect(shown(anna)).toMatchObject({ display_name: 'anna', a: 1 });
    expect(shown(anna).x).toBeUndefined();
  });
});

describe('a profile that an identity brings', () => {
  const first = { display_name: 'Anna Lena', fields: { city: 'Rome' } };

  test('is taken with its display name, and follows the identity', () => {
    const { enter, shown, user, person } = gallery();
    const anna = enter('anna', { profile: first });
    expect(user(anna)).toMatchObject({ handle: 'anna', displayName: 'Anna Lena' });
    expect(shown(anna)).toEqual(first);
    expect(person(anna)?.displayName).toBe('Anna Lena');
    enter('anna', { profile: { display_name: 'Anna' } });
    expect(shown(anna)).toEqual({ display_name: 'Anna' });
    enter('anna', { profile: { fields: {} } });
    expect(shown(anna)).toEqual({ display_name: 'anna', fields: {} });
  });

  test('leaves what is there when it brings none', () => {
    const { enter, shown, user } = gallery();
    const anna = enter('anna', { profile: first });
    const before = user(anna);
    enter('anna');
    expect(user(anna)).toBe(before);
    expect(shown(anna)).toEqual(first);
  });

  test('goes over neither a profile nor a display name of the user', () => {
    const { enter, set, run, shown } = gallery();
    const [anna, ben] = [enter('anna', { profile: first }), enter('ben', { profile: first })];
    set(anna, { display_name: 'A' });
    enter('anna', { profile: { display_name: 'Other', x: 1 } });
    expect(shown(anna)).toEqual({ display_name: 'A' });
    run('user.rename', { by: ben, user: ben, displayName: 'B' });
    enter('ben', { profile: { display_name: 'Other', x: 1 } });
    expect(shown(ben)).toEqual({ display_name: 'B', x: 1 });
    run('user.rename', { by: ben, user: ben, displayName: null });
    enter('ben', { profile: { display_name: 'Other', x: 1 } });
    expect(shown(ben)).toEqual({ display_name: 'ben', x: 1 });
  });

  test('has a display name that is too long cut', () => {
    const { enter, shown } = gallery({ displayNameLength: 3 });
    expect(shown(enter('anna', { profile: { display_name: '😀'.repeat(9) } }))).toEqual({
      display_name: '😀'.repeat(3),
    });
  });

  test('goes over that of the user when the host gives it', () => {
    const { enter, set, run, shown } = gallery();
    const anna = enter('anna');
    set(anna, { display_name: 'A', x: 1 });
    run('user.update', { user: anna, identity: { profile: { picture: 'p' } } });
    expect(shown(anna)).toEqual({ display_name: 'A', picture: 'p' });
    enter('anna', { profile: first });
    expect(shown(anna)).toEqual({ display_name: 'A', picture: 'p' });
  });
});

describe('somebody unnamed', () => {
  test('shows no display name until they set one, which makes their name and handle', () => {
    const { enter, set, shown, user, told, person } = gallery();
    enter('ben', { name: 'Anna' });
    const [one, other] = [enter('g1', stopgap), enter('g2', stopgap)];
    expect([one, other].map((each) => user(each)?.handle)).toEqual(['guest', 'guest2']);
    expect(shown(one)).toEqual({});
    expect(person(one)?.unnamed).toBe(true);
    set(one, { greeted: true });
    expect(user(one)).toMatchObject({ handle: 'guest', unnamed: true });
    set(one, { display_name: 'Änna Lena', greeted: true });
    expect(user(one)).toMatchObject({ name: 'Änna Lena', handle: 'Änna_Lena', displayName: 'Änna Lena' });
    expect(user(one)).not.toHaveProperty('unnamed');
    expect(told('user_update')).toMatchObject([
      { before: { handle: 'guest', unnamed: true }, person: { handle: 'Änna_Lena' } },
    ]);
    set(other, { display_name: 'anna' });
    expect(user(other)).toMatchObject({ name: 'anna', handle: 'anna2', displayName: 'anna' });
    set(one, { display_name: 'Bea' });
    expect(user(one)).toMatchObject({ handle: 'Änna_Lena', displayName: 'Bea' });
  });

  test('is named by whatever protocol gives the first name', () => {
    const { enter, run, user } = gallery();
    const [one, other] = [enter('g1', stopgap), enter('g2', stopgap)];
    run('user.rename', { by: one, user: one, displayName: 'Zoe' });
    expect(user(one)).toMatchObject({ name: 'Zoe', handle: 'Zoe', displayName: 'Zoe' });
    run('user.rename', { by: 'host', user: other, name: 'Yan' });
    expect(user(other)).toMatchObject({ name: 'Yan', handle: 'Yan' });
    expect([one, other].some((each) => user(each)?.unnamed)).toBe(false);
  });

  test('never takes a name that looks like the server', () => {
    const { enter, set, user } = gallery();
    const one = enter('g1', stopgap);
    set(one, { display_name: 'ChatBot' });
    expect(user(one)?.handle).toBe('ChatBot2');
  });

  test('is so no more when the same identity comes with a name, and keeps that without one', () => {
    const { enter, user, shown } = gallery();
    const one = enter('g1', stopgap);
    expect(enter('g1', { provider: 'guest', name: 'Ann' })).toBe(one);
    expect(user(one)).toMatchObject({ name: 'Ann', handle: 'Ann' });
    expect(user(one)).not.toHaveProperty('unnamed');
    enter('g1', stopgap);
    expect(user(one)).toMatchObject({ name: 'Ann', handle: 'Ann' });
    expect(shown(one)).toEqual({ display_name: 'Ann' });
  });

  test('is let in under the name they have, whoever wears the stopgap', () => {
    const { enter, set, open, user } = gallery();
    const one = enter('g1', stopgap);
    set(one, { display_name: 'Zoe' });
    enter('g2', stopgap);
    expect(outcome(open('g1', { ...stopgap, id: 'g1' }))).toBe('granted');
    expect(user(one)?.handle).toBe('Zoe');
  });

  test('stays so when the host changes something else about them', () => {
    const { enter, run, user } = gallery();
    const one = enter('g1', stopgap);
    run('user.update', { user: one, identity: { rank: 4 } });
    expect(user(one)).toMatchObject({ rank: 4, handle: 'guest', unnamed: true });
    run('user.update', { user: one, identity: { name: 'Vera' } });
    expect(user(one)).toMatchObject({ handle: 'Vera' });
    expect(user(one)).not.toHaveProperty('unnamed');
  });
});

describe('what clients keep for themselves', () => {
  test('is told with the state alone, or with the profile', () => {
    const { enter, run, state, told, set } = gallery();
    const anna = enter('anna');
    expect(state(anna)).toEqual({});
    expect(outcome(run('user.profile', { by: anna, user: anna, state: { seen: 1 } }))).toBe('granted');
    expect(told('user_update')).toMatchObject([{ cause: 'profile', by: anna, state: { seen: 1 } }]);
    set(anna, { x: 1 });
    expect(told('user_update')).toMatchObject([{ person: { profile: { x: 1 } }, state: { seen: 1 } }]);
    run('user.profile', { by: anna, user: anna, profile: { x: 2 }, state: {} });
    expect(told('user_update')).toMatchObject([{ person: { profile: { x: 2 } }, state: {} }]);
    expect(state(anna)).toEqual({});
  });

  test('is bounded, and nothing of a refused wish is kept', () => {
    const { enter, run, state, shown } = gallery({ clientStateBytes: 20, profileBytes: 20 });
    const anna = enter('anna');
    const wish = (profile: object, mine: object) =>
      run('user.profile', { by: anna, user: anna, profile, state: mine } as never);
    expect(wish({ a: 1 }, { a: 'x'.repeat(13) })).toMatchObject({
      code: 'client-state-too-large',
      details: { limit: 20 },
    });
    expect(outcome(wish({ a: 'x'.repeat(13) }, { a: 1 }))).toBe('profile-too-large');
    expect([state(anna), shown(anna)]).toEqual([{}, { display_name: 'anna' }]);
    expect(outcome(wish({ a: 1 }, { a: 'x'.repeat(12) }))).toBe('granted');
  });

  test('goes with whoever leaves for good, record kept or not', () => {
    const { enter, run, bench } = gallery();
    const [anna, ben] = [enter('anna'), enter('ben')];
    for (const user of [anna, ben]) run('user.profile', { by: user, user, state: { seen: 1 } });
    run('user.ban', { by: 'host', user: ben, until: null });
    for (const user of [anna, ben]) run('user.leave', { user, via: 'two' });
    expect(bench.read((view) => [...view.all(clientStates)])).toEqual([]);
  });
});
