import { describe, expect, test } from 'vitest';
import { type Community, community, outcome } from '../../../tests/support/community.js';
import type { ChannelId, SessionId, UserId } from '../ids.js';
import { sessionsOf } from '../sessions/online.js';
import { activeBans, banOf } from './bans.js';

const moderator = {
  rank: 5,
  permissions: ['user.kick', 'user.ban', 'user.silence', 'message.send'] as const,
};

function bansOf({ bench }: Community, user: UserId, dialect: string) {
  return bench.read((view) => banOf(view, 'user', user, dialect, bench.at));
}

describe('who may act on whom', () => {
  const acts = ['user.kick', 'user.ban', 'user.silence', 'user.unsilence'] as const;

  test.each(acts)('%s takes its permission, somebody else, and a rank above theirs', (act) => {
    const { join, run } = community();
    const chief = join('chief', { ...moderator, rank: 6 });
    const equal = join('equal', { rank: 5 });
    const mod = join('mod', moderator);
    const anna = join('anna', { rank: 4 });
    const input = (by: UserId | 'host', user: UserId) => ({ by, user, until: null });
    expect(outcome(run(act, input(anna, mod)))).toBe('not-permitted');
    expect(outcome(run(act, input(mod, mod)))).toBe('user-self');
    expect(outcome(run(act, input(mod, equal)))).toBe('user-outranks');
    expect(outcome(run(act, input(mod, chief)))).toBe('user-outranks');
    expect(outcome(run(act, input(mod, 'nobody' as UserId)))).toBe('user-unknown');
    if (act === 'user.unsilence') run('user.silence', input('host', anna));
    expect(outcome(run(act, input(mod, anna)))).toBe('granted');
    if (act === 'user.unsilence') run('user.silence', input('host', chief));
    expect(outcome(run(act, input('host', chief)))).toBe('granted');
  });

  test.each(['user.ban', 'user.silence', 'user.unsilence', 'user.remove'] as const)(
    '%s among equals reaches everybody but oneself and those above',
    (act) => {
      const { join, run } = community();
      const mod = join('mod', moderator);
      const chief = join('chief', { rank: 6 });
      const equal = join('equal', { rank: 5 });
      const input = (user: UserId) => ({ by: mod, user, until: null, via: 'one', equals: true }) as const;
      if (act === 'user.unsilence') run('user.silence', { by: 'host', user: equal, until: null });
      expect(outcome(run(act, { ...input(equal), by: equal }))).toBe('not-permitted');
      expect(outcome(run(act, input(mod)))).toBe('user-self');
      expect(outcome(run(act, input(chief)))).toBe('user-outranks');
      expect(outcome(run(act, input(equal)))).toBe('granted');
    },
  );

  test('what was decided about a rank holds for those who are offline too', () => {
    const { join, run } = community();
    const mod = join('mod', moderator);
    const chief = join('chief', { rank: 9 });
    run('user.kick', { by: 'host', user: chief });
    expect(outcome(run('user.ban', { by: mod, user: chief, until: null }))).toBe('user-outranks');
    expect(outcome(run('user.kick', { by: 'host', user: chief }))).toBe('user-offline');
  });
});

describe('at the same rank', () => {
  const ruled = () => {
    const set = community();
    const wishes = ['owner', 'admin', 'moderator', 'user'].map((name) => ({
      name,
      permissions: name === 'user' ? [] : ['kick_members', 'ban_members', 'manage_users'],
    }));
    set.run('role.prepare', { wishes });
    const bearer = (name: string, role: string, rank = 1) => {
      const user = set.join(name, { rank });
      set.run('user.roles', { by: 'host', user, roles: [role] });
      return user;
    };
    return { ...set, bearer };
  };

  test('the higher role outranks, but never the higher rank', () => {
    const { run, bearer, join } = ruled();
    const [olga, mia, max, ben] = [
      bearer('olga', 'owner'),
      bearer('mia', 'moderator'),
      bearer('max', 'moderator'),
      bearer('ben', 'user', 2),
    ];
    const kick = (by: UserId, user: UserId) => outcome(run('user.kick', { by, user }));
    expect(kick(mia, olga)).toBe('user-outranks');
    expect(kick(mia, max)).toBe('user-outranks');
    expect(kick(olga, ben)).toBe('user-outranks');
    expect(kick(mia, join('nora'))).toBe('granted');
    expect(kick(olga, mia)).toBe('granted');
  });

  test('the last owner is neither banned nor removed by others, not even by a higher rank', () => {
    const { run, bearer } = ruled();
    const olga = bearer('olga', 'owner');
    const chief = bearer('chief', 'admin', 9);
    expect(outcome(run('user.ban', { by: chief, user: olga, until: null }))).toBe('user-outranks');
    expect(outcome(run('user.remove', { by: chief, user: olga, via: 'one' }))).toBe('last-owner');
    expect(outcome(run('user.kick', { by: chief, user: olga }))).toBe('granted');
    bearer('otto', 'owner');
    expect(outcome(run('user.ban', { by: chief, user: olga, until: null }))).toBe('granted');
  });
});

describe('removing an account', () => {
  test('takes the permission to ban, somebody else, and a rank above theirs', () => {
    const { join, run, user, told } = community();
    const mod = join('mod', moderator);
    const anna = join('anna', { rank: 4 });
    const remove = (by: UserId | 'host', target: UserId) =>
      run('user.remove', { by, user: target, via: 'one' });
    expect(outcome(remove(anna, mod))).toBe('not-permitted');
    expect(outcome(remove(mod, mod))).toBe('user-self');
    expect(outcome(remove(mod, 'nobody' as UserId))).toBe('user-unknown');
    expect(outcome(remove(mod, join('chief', { rank: 5 })))).toBe('user-outranks');
    expect(remove(mod, anna)).toEqual({ kept: false });
    expect(told('user_leave')).toMatchObject([{ username: 'anna', by: mod, via: 'one', kept: false }]);
    expect(told('user_disconnect')).toMatchObject([{ reason: 'leave' }]);
    expect(user(anna)).toBeUndefined();
  });

  test('keeps the record and the ban of somebody who is banned', () => {
    const { join, run, user, open } = community();
    const anna = join('anna');
    run('user.ban', { by: 'host', user: anna, until: null });
    expect(run('user.remove', { by: 'host', user: anna, via: 'host' })).toEqual({ kept: true });
    expect(user(anna)).toBeDefined();
    expect(outcome(open('anna'))).toBe('user-banned');
  });
});

describe('a ban under which a protocol keeps its connections', () => {
  test('takes them out of voice and ends the commands they answer', () => {
    const { join, run, told, bench } = community();
    const anna = join('anna', {}, { place: false });
    const session = bench.read((view) => sessionsOf(view, anna))[0]?.id as SessionId;
    const made = run('channel.create', { by: 'host', name: 'talk', kind: 'voice' });
    const { channel } = made as { channel: ChannelId };
    run('voice.join', { session, user: anna, channel, peer: 'p' });
    const roll = { name: 'roll', description: '', options: [], needsRoles: [], deniesRoles: [] };
    run('slash.register', { session, commands: [{ ...roll, ephemeral: false }] });
    run('user.ban', { by: 'host', user: anna, until: null, stay: 'one' });
    expect(told('voice_leave')).toMatchObject([{ session, inside: [] }]);
    expect(told('slash_remove')).toMatchObject([{ session, commands: ['roll'] }]);
    expect(told('session_close')).toEqual([]);
  });

  test('ends the sessions of the others, and lets the user say nothing until it is lifted', () => {
    const { join, run, told, open, channel } = community();
    const mod = join('mod', moderator);
    const anna = join('anna', { permissions: moderator.permissions }, { dialect: 'one' });
    join('anna', { permissions: moderator.permissions }, { dialect: 'two', place: false });
    run('user.ban', { by: mod, user: anna, until: null, stay: 'two' });
    expect(told('user_ban')).toMatchObject([{ stayed: 'two' }]);
    expect(told('session_close')).toMatchObject([{ dialect: 'one', reason: 'kick' }]);
    expect(told('user_disconnect')).toEqual([]);
    const say = () => outcome(run('message.send', { by: anna, channel: channel('lounge').id, text: 'x' }));
    expect(say()).toBe('user-silenced');
    expect(outcome(run('direct.whisper', { from: anna, to: mod, text: 'x' }))).toBe('user-silenced');
    expect(outcome(open('anna', {}, { dialect: 'two' }))).toBe('user-banned');
    run('user.unban', { by: mod, user: anna });
    expect(say()).toBe('granted');
  });

  test('is kept with the record when the user leaves for good', () => {
    const { join, run, told, open, user } = community();
    const anna = join('anna', {}, { dialect: 'two', place: false });
    run('user.ban', { by: 'host', user: anna, until: null, stay: 'two' });
    expect(run('user.leave', { user: anna, via: 'two' })).toEqual({ kept: true });
    expect(told('user_disconnect')).toHaveLength(1);
    expect(user(anna)).toBeDefined();
    expect(outcome(open('anna', {}, { dialect: 'two' }))).toBe('user-banned');
  });
});

describe('bans', () => {
  test('send away and keep out until they are over, to the millisecond', () => {
    const set = community();
    const { join, run, told, open, bench } = set;
    const anna = join('anna');
    join('anna');
    run('user.ban', { by: 'host', user: anna, until: bench.at + 10_000, text: 'rude' });
    expect(told('user_ban')).toMatchObject([{ until: bench.at + 10_000, text: 'rude', reason: 'kick' }]);
    expect(told('session_close').map((one) => one.reason)).toEqual(['kick', 'kick']);
    expect(told('user_disconnect')).toMatchObject([{ reason: 'kick' }]);
    bench.at += 9_999;
    expect(outcome(open('anna'))).toBe('user-banned');
    bench.at += 1;
    expect(outcome(open('anna'))).toBe('granted');
    expect(bench.read((view) => activeBans(view, bench.at))).toEqual([]);
  });

  test('hold in their dialect only, or everywhere', () => {
    const { join, run, open } = community();
    const anna = join('anna');
    run('user.ban', { by: 'host', user: anna, until: null, dialect: 'one' });
    expect(outcome(open('anna'))).toBe('user-banned');
    expect(outcome(open('anna', {}, { dialect: 'two' }))).toBe('granted');
    run('user.ban', { by: 'host', user: anna, until: null });
    expect(outcome(open('anna', {}, { dialect: 'two' }))).toBe('user-banned');
  });

  test.each([
    ['a kick', 'kick'],
    ['a penalty for flooding', 'flood'],
  ] as const)('%s of one dialect ends the sessions there, for all to see who sit with them', (_, reason) => {
    const { join, run, told, open, bench } = community();
    const mod = join('mod', moderator);
    const anna = join('anna', {}, { dialect: 'one' });
    join('anna', {}, { dialect: 'two', place: false });
    if (reason === 'kick') run('user.kick', { by: mod, user: anna, dialect: 'one' });
    else run('user.ban', { by: 'chat', user: anna, until: bench.at + 1_000, reason, dialect: 'one' });
    expect(told(`user_${reason === 'kick' ? 'kick' : 'ban'}`)).toMatchObject([{ dialect: 'one', reason }]);
    expect(told('session_close')).toMatchObject([{ dialect: 'one', reason }]);
    expect(told('channel_leave')).toMatchObject([{ reason }]);
    expect(told('user_disconnect')).toEqual([]);
    expect(outcome(open('anna', {}, { dialect: 'two' }))).toBe('granted');
    expect(outcome(open('anna', {}, { dialect: 'one' }))).toBe(reason === 'kick' ? 'granted' : 'user-banned');
  });

  test('a kick of a dialect needs a session there', () => {
    const { join, run, told } = community();
    const anna = join('anna', {}, { dialect: 'two', place: false });
    expect(outcome(run('user.kick', { by: 'host', user: anna, dialect: 'one' }))).toBe('user-offline');
    expect(told('session_close')).toEqual([]);
    expect(outcome(run('user.kick', { by: 'host', user: anna }))).toBe('granted');
  });

  test('of which there are several: the longest counts', () => {
    const set = community();
    const { join, run, bench } = set;
    const anna = join('anna');
    run('user.ban', { by: 'host', user: anna, until: bench.at + 5_000, dialect: 'one' });
    run('user.ban', { by: 'host', user: anna, until: bench.at + 1_000 });
    expect(bansOf(set, anna, 'one')?.until).toBe(bench.at + 5_000);
    expect(bansOf(set, anna, 'two')?.until).toBe(bench.at + 1_000);
    run('user.ban', { by: 'host', user: anna, until: null });
    expect(bansOf(set, anna, 'one')?.until).toBeNull();
    run('user.ban', { by: 'host', user: anna, until: bench.at + 1_000 });
    expect(bansOf(set, anna, 'two')?.until).toBe(bench.at + 1_000);
  });

  test('that would be over at once are refused', () => {
    const { join, run, bench } = community();
    const anna = join('anna');
    expect(outcome(run('user.ban', { by: 'host', user: anna, until: bench.at }))).toBe('user-not-banned');
  });

  test('are lifted in every dialect at once', () => {
    const { join, run, open, told } = community();
    const anna = join('anna');
    run('user.ban', { by: 'host', user: anna, until: null, dialect: 'one' });
    run('user.ban', { by: 'host', user: anna, until: null, dialect: 'two' });
    expect(outcome(run('user.unban', { by: 'host', user: anna }))).toBe('granted');
    expect(told('user_unban')).toMatchObject([{ user: anna, name: 'anna', person: { handle: 'anna' } }]);
    expect(outcome(open('anna'))).toBe('granted');
    expect(outcome(open('anna', {}, { dialect: 'two' }))).toBe('granted');
    expect(outcome(run('user.unban', { by: 'host', user: anna }))).toBe('user-not-banned');
  });

  test('of the addresses somebody is connected from keep others from there out as well', () => {
    const { join, run, open, told } = community();
    const anna = join('anna', {}, { address: '10.0.0.1' });
    join('anna', {}, { address: '10.0.0.2' });
    run('user.ban', { by: 'host', user: anna, until: null, addresses: true, addressDialect: 'one' });
    expect(told('user_ban')[0]?.addresses).toEqual(['10.0.0.1', '10.0.0.2']);
    expect(outcome(open('ben', {}, { address: '10.0.0.2' }))).toBe('address-banned');
    expect(outcome(open('ben', {}, { address: '10.0.0.2', dialect: 'two' }))).toBe('granted');
    expect(outcome(open('carl', {}, { address: '10.0.0.3' }))).toBe('granted');
    run('user.unban', { by: 'host', user: anna });
    expect(outcome(open('dora', {}, { address: '10.0.0.1' }))).toBe('address-banned');
    run('address.unban', { by: 'host', address: '10.0.0.1' });
    expect(outcome(open('dora', {}, { address: '10.0.0.1' }))).toBe('granted');
    expect(outcome(run('address.unban', { by: 'host', address: '10.0.0.1' }))).toBe('address-not-banned');
  });

  test('are listed in the order they were given, and purged when they are over', () => {
    const { join, run, bench } = community();
    const people = ['zoe', 'ben', 'anna'].map((name) => join(name));
    for (const [i, user] of people.entries()) {
      bench.at += 10;
      run('user.ban', { by: 'host', user, until: bench.at + 1_000 + i });
    }
    run('user.silence', { by: 'host', user: people[0] as UserId, until: bench.at + 5 });
    expect(bench.read((view) => activeBans(view, bench.at)).map((ban) => ban.name)).toEqual([
      'zoe',
      'ben',
      'anna',
    ]);
    bench.at += 1_001;
    expect(run('moderation.purge', {})).toEqual({ purged: 3 });
    expect(run('moderation.purge', {})).toEqual({ purged: 0 });
  });
});

describe('silence', () => {
  test('stops sending and whispering, reading and entering nowhere, until it is over', () => {
    const { join, run, channel, bench, told } = community();
    const anna = join('anna');
    const ben = join('ben');
    const lounge = channel('lounge').id;
    run('channel.prepare', { wishes: [{ name: 'other' }] });
    run('user.silence', { by: 'host', user: anna, until: bench.at + 1_000, text: 'spam' });
    expect(told('user_silence')).toMatchObject([{ until: bench.at + 1_000, text: 'spam' }]);
    expect(outcome(run('message.send', { by: anna, channel: lounge, text: 'x' }))).toBe('user-silenced');
    expect(outcome(run('direct.whisper', { from: anna, to: ben, text: 'x' }))).toBe('user-silenced');
    expect(outcome(run('place.enter', { user: anna, channel: channel('other').id }))).toBe('granted');
    expect(outcome(run('user.silence', { by: 'host', user: anna, until: null }))).toBe(
      'user-already-silenced',
    );
    bench.at += 1_000;
    expect(outcome(run('message.send', { by: anna, channel: lounge, text: 'x' }))).toBe('granted');
    expect(outcome(run('user.unsilence', { by: 'host', user: anna }))).toBe('user-not-silenced');
    expect(outcome(run('user.silence', { by: 'host', user: anna, until: null }))).toBe('granted');
  });

  test('is given anew with another end where that is asked for', () => {
    const { join, run, channel, bench, told } = community();
    const anna = join('anna');
    run('user.silence', { by: 'host', user: anna, until: null });
    run('user.silence', { by: 'host', user: anna, until: bench.at + 5, anew: true });
    expect(told('user_silence')).toMatchObject([{ until: bench.at + 5 }]);
    bench.at += 5;
    expect(outcome(run('message.send', { by: anna, channel: channel('lounge').id, text: 'x' }))).toBe(
      'granted',
    );
  });

  test('does not touch those who may silence others', () => {
    const { join, run, channel } = community();
    const mod = join('mod', moderator);
    run('user.silence', { by: 'host', user: mod, until: null });
    expect(outcome(run('message.send', { by: mod, channel: channel('lounge').id, text: 'x' }))).toBe(
      'granted',
    );
  });

  test('lasts over going and coming back', () => {
    const { join, run, channel } = community();
    const anna = join('anna');
    run('user.silence', { by: 'host', user: anna, until: null });
    run('user.kick', { by: 'host', user: anna });
    join('anna');
    expect(outcome(run('message.send', { by: anna, channel: channel('lounge').id, text: 'x' }))).toBe(
      'user-silenced',
    );
  });
});
