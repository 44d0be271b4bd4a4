import { describe, expect, test } from 'vitest';
import { community, everything, outcome } from '../../../tests/support/community.js';
import { domainLimits as limits } from '../config.js';
import type { ChannelId, MessageId, UserId } from '../ids.js';
import { sessionsOf } from '../sessions/online.js';

const boss = { rank: 9, permissions: everything };

describe('making a channel', () => {
  test.each([
    ['lounge', 'channel-exists'],
    ['LOUNGE', 'channel-exists'],
    ['', 'channel-name-invalid'],
    ['a b', 'channel-name-invalid'],
    ['a\tb', 'channel-name-invalid'],
    ['<b>', 'channel-name-invalid'],
    ['x'.repeat(31), 'channel-name-invalid'],
    ['x'.repeat(30), 'granted'],
    ['Κανάλι-1_ß', 'granted'],
  ])('called %j gives %s', (name, code) => {
    const { join, run } = community();
    expect(outcome(run('channel.create', { by: join('anna', boss), name }))).toBe(code);
  });

  test('takes permission, more of it for a lasting one, and no rank above the own', () => {
    const { join, run } = community();
    const anna = join('anna', { permissions: ['channel.create'] });
    const ben = join('ben', { permissions: [] });
    expect(outcome(run('channel.create', { by: ben, name: 'b', temporary: 'empty' }))).toBe('not-permitted');
    expect(outcome(run('channel.create', { by: anna, name: 'a' }))).toBe('not-permitted');
    expect(outcome(run('channel.create', { by: anna, name: 'a', temporary: 'empty', rank: 2 }))).toBe(
      'rank-too-high',
    );
    expect(outcome(run('channel.create', { by: anna, name: 'a', temporary: 'empty', rank: 1 }))).toBe(
      'granted',
    );
  });

  test('is limited per user', () => {
    const { join, run } = community({ limits: { ...limits, channelsPerUser: 2 } });
    const anna = join('anna', boss);
    for (const name of ['a', 'b']) expect(outcome(run('channel.create', { by: anna, name }))).toBe('granted');
    expect(outcome(run('channel.create', { by: anna, name: 'c' }))).toBe('too-many-channels');
    expect(outcome(run('channel.create', { by: 'host', name: 'c' }))).toBe('granted');
  });

  test('tells those who may see it', () => {
    const { join, run, told } = community();
    const anna = join('anna', boss);
    join('ben');
    run('channel.create', { by: anna, name: 'staff', rank: 5 });
    expect(told('channel_create')).toMatchObject([{ channel: { name: 'staff', rank: 5 }, seenBy: [anna] }]);
  });
});

describe('a temporary channel', () => {
  function setUp(temporary: 'empty' | 'owner') {
    const set = community();
    const anna = set.join('anna');
    const ben = set.join('ben');
    set.run('channel.create', { by: anna, name: 'den', temporary, enter: true });
    const den = set.channel('den').id;
    expect(set.place(anna)).toBe('den');
    const lounge = set.channel('lounge').id;
    return { ...set, anna, ben, den, lounge };
  }

  test('of the policy empty ends with the last person, not with its owner', () => {
    const { run, anna, ben, den, lounge, told, place } = setUp('empty');
    run('place.enter', { user: ben, channel: den });
    run('place.enter', { user: anna, channel: lounge });
    expect(told('channel_delete')).toEqual([]);
    run('place.enter', { user: ben, channel: lounge });
    expect(told('channel_delete')).toMatchObject([{ channel: { name: 'den' }, by: 'chat' }]);
    expect(place(ben)).toBe('lounge');
  });

  test('of the policy empty ends when the last person goes offline', () => {
    const { run, anna, told, bench } = setUp('empty');
    for (const session of bench.read((view) => sessionsOf(view, anna)))
      run('session.close', { session: session.id, reason: 'timeout' });
    expect(told('channel_delete')).toHaveLength(1);
    expect(told('user_disconnect')).toMatchObject([{ reason: 'timeout' }]);
  });

  test('of the policy owner ends when its owner moves on, and everybody is moved to the default channel', () => {
    const { run, anna, ben, den, lounge, told, place } = setUp('owner');
    run('place.enter', { user: ben, channel: den });
    run('place.enter', { user: anna, channel: lounge });
    expect(told('channel_delete')).toHaveLength(1);
    expect(told('channel_enter').map((one) => one.person.user)).toEqual([anna, ben]);
    expect(place(ben)).toBe('lounge');
  });

  test('of the policy owner stays when others go', () => {
    const { run, ben, den, lounge, told } = setUp('owner');
    run('place.enter', { user: ben, channel: den });
    run('place.enter', { user: ben, channel: lounge });
    expect(told('channel_delete')).toEqual([]);
  });

  test('of the policy owner ends when its owner goes offline from elsewhere', () => {
    const { join, run, channel } = community();
    const anna = join('anna');
    run('channel.create', { by: anna, name: 'den', temporary: 'owner' });
    run('user.kick', { by: 'host', user: anna });
    expect(() => channel('den')).toThrow();
  });

  test('that nobody is in any more is ended at the next start, one in use is not', () => {
    const { run, channel, join } = setUp('empty');
    run('channel.create', { by: join('carl'), name: 'left', temporary: 'empty' });
    run('channel.prepare', { wishes: [] });
    expect(() => channel('left')).toThrow();
    expect(channel('den').name).toBe('den');
  });

  test('gives way to one of its name that must be there', () => {
    const { run, channel, join } = setUp('empty');
    run('channel.create', { by: join('carl'), name: 'staff', temporary: 'empty' });
    run('channel.prepare', { wishes: [{ name: 'staff', rank: 9 }] });
    expect(channel('staff')).toMatchObject({ access: { rank: 9 } });
    expect(channel('staff')).not.toHaveProperty('temporary');
    expect(channel('staff')).not.toHaveProperty('owner');
  });
});

describe('ending a channel', () => {
  test('moves everybody in order of arrival, then tells those who saw it, and forgets its messages', () => {
    const { join, run, told, channel, bench } = community();
    const anna = join('anna', boss);
    const others = ['zoe', 'ben', 'carl'].map((name) => join(name));
    run('channel.create', { by: anna, name: 'den' });
    const den = channel('den').id;
    for (const user of [...others].reverse()) run('place.enter', { user, channel: den });
    const sent = run('message.send', { by: others[0] as UserId, channel: den, text: 'x' }) as {
      id: MessageId;
    };
    expect(outcome(run('channel.delete', { by: anna, channel: den }))).toBe('granted');
    expect(bench.events.map((event) => event.type)).toEqual([
      ...others.flatMap(() => ['channel_leave', 'channel_enter']),
      'channel_delete',
    ]);
    expect(told('channel_enter').map((one) => one.person.user)).toEqual([...others].reverse());
    expect(told('channel_delete')[0]?.seenBy).toEqual([anna, ...others].sort());
    expect(outcome(run('message.delete', { by: 'host', id: sent.id }))).toBe('message-unknown');
    expect(outcome(run('message.send', { by: anna, channel: den, text: 'x' }))).toBe('channel-unknown');
  });

  test('takes permission or ownership, and never the default channel', () => {
    const { join, run, channel } = community();
    const anna = join('anna', { permissions: ['channel.create', 'channel.permanent'] });
    const ben = join('ben', { permissions: [] });
    run('channel.create', { by: anna, name: 'den' });
    expect(outcome(run('channel.delete', { by: ben, channel: channel('den').id }))).toBe('not-permitted');
    expect(outcome(run('channel.delete', { by: anna, channel: channel('den').id }))).toBe('granted');
    expect(outcome(run('channel.delete', { by: 'host', channel: channel('lounge').id }))).toBe(
      'channel-default',
    );
    expect(outcome(run('channel.delete', { by: 'host', channel: 'x' as ChannelId }))).toBe('channel-unknown');
  });
});

describe('changing a channel', () => {
  test('keeps what is left out, and a password is taken away with null', () => {
    const { join, run, channel } = community();
    const anna = join('anna', boss);
    run('channel.create', { by: anna, name: 'den', rank: 3, password: 'sesame' });
    const { id, access } = channel('den');
    run('channel.update', { by: 'host', channel: id, name: 'cave' });
    expect(channel('cave').access).toEqual(access);
    run('channel.update', { by: anna, channel: id, rank: 0 });
    expect(channel('cave').access).toEqual({ password: access.password });
    run('channel.update', { by: anna, channel: id, password: 'new' });
    expect(channel('cave').access.password).not.toEqual(access.password);
    run('channel.update', { by: anna, channel: id, password: null });
    expect(channel('cave').access).toEqual({});
  });

  test('never renames the default channel, and no two channels get the same name', () => {
    const { run, channel } = community();
    run('channel.create', { by: 'host', name: 'den' });
    const rename = (from: string, name: string) =>
      outcome(run('channel.update', { by: 'host', channel: channel(from).id, name }));
    expect(rename('lounge', 'hall')).toBe('channel-default');
    expect(rename('lounge', 'Lounge')).toBe('granted');
    expect(rename('den', 'LOUNGE')).toBe('channel-exists');
    expect(rename('den', 'DEN')).toBe('granted');
    expect(rename('den', 'a b')).toBe('channel-name-invalid');
  });

  test('takes permission or ownership, and no rank above the own', () => {
    const { join, run, channel } = community();
    const anna = join('anna', { permissions: ['channel.create', 'channel.permanent'], rank: 3 });
    const ben = join('ben', { permissions: ['channel.rank'], rank: 3 });
    run('channel.create', { by: anna, name: 'den' });
    const id = channel('den').id;
    expect(outcome(run('channel.update', { by: anna, channel: id, rank: 4 }))).toBe('rank-too-high');
    expect(outcome(run('channel.update', { by: anna, channel: id, rank: 3, password: 'x' }))).toBe('granted');
    expect(outcome(run('channel.update', { by: ben, channel: id, rank: 2 }))).toBe('granted');
    expect(outcome(run('channel.update', { by: ben, channel: id, password: null }))).toBe('not-permitted');
    expect(outcome(run('channel.update', { by: anna, channel: id, name: 'x' }))).toBe('not-permitted');
  });
});

describe('entering', () => {
  test('takes the password once: whoever is inside stays inside', () => {
    const { join, run, channel } = community();
    const anna = join('anna');
    run('channel.create', { by: 'host', name: 'den', password: 'sesame' });
    const den = channel('den').id;
    const enter = (password?: string) =>
      outcome(
        run('place.enter', { user: anna, channel: den, ...(password === undefined ? {} : { password }) }),
      );
    expect(enter()).toBe('channel-password-missing');
    expect(enter('x')).toBe('channel-password-wrong');
    expect(outcome(run('message.send', { by: anna, channel: den, text: 'x' }))).toBe(
      'channel-password-missing',
    );
    expect(enter('sesame')).toBe('granted');
    expect(enter('sesame')).toBe('channel-same');
    expect(outcome(run('message.send', { by: anna, channel: den, text: 'x' }))).toBe('granted');
    run('place.enter', { user: anna, channel: channel('lounge').id });
    expect(enter()).toBe('channel-password-missing');
  });

  test('shows who is there, by rank and then arrival, and the recent past', () => {
    const { join, run, told, channel } = community();
    const people = [
      ['anna', 1],
      ['ben', 5],
      ['carl', 1],
    ] as const;
    for (const [name, rank] of people) join(name, { rank });
    run('message.send', { by: 'host', channel: channel('lounge').id, text: 'welcome' });
    join('dora');
    const { surroundings } = told('session_open')[0] ?? {};
    expect(surroundings?.people.map((person) => person.handle)).toEqual(['ben', 'anna', 'carl']);
    expect(surroundings?.backlog.map((entry) => entry.message?.text ?? entry.line?.kind)).toEqual([
      'connect',
      'connect',
      'connect',
      'welcome',
      'connect',
    ]);
  });
});
