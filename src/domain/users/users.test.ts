import { describe, expect, test } from 'vitest';
import { type Community, community, outcome } from '../../../tests/support/community.js';
import type { MessageId, UserId } from '../ids.js';
import { bans, silences } from '../moderation/bans.js';
import { online, sessionsOf } from '../sessions/online.js';
import { firstOwnNumber, isGone, type User, users } from './users.js';

describe('handles', () => {
  test('follow the name, with a number when it is worn', () => {
    const { join, user } = community();
    const handle = (name: string, id: string) => user(join(name, { id }, { wornName: 'number' }))?.handle;
    expect(handle('Anna Lena', '1')).toBe('Anna_Lena');
    expect(handle('anna lena', '2')).toBe('anna_lena2');
    expect(handle('аnna_lena', '3')).toBe('аnna_lena3');
    expect(handle('Anna_Lena2', '4')).toBe('Anna_Lena22');
  });

  test('never look like the name of the bot', () => {
    const { join, user } = community();
    for (const [id, name] of [
      'ChatBot',
      'chatbot',
      'СhatBоt',
      'Chatb0t',
      'Chat\u200bBot',
      'ＣｈａｔＢｏｔ',
    ].entries()) {
      const handle = user(join(name, { id: `bot${id}` }, { wornName: 'number' }))?.handle ?? '';
      expect(handle).toMatch(/\d$/u);
    }
  });

  test('are never an id of somebody else, in whatever case, but may be the own one', () => {
    const { join, user, run } = community();
    const handle = (name: string, id: string) => user(join(name, { id }, { wornName: 'number' }))?.handle;
    const anna = join('anna', { id: 'Boss-7' });
    expect(handle('boss-7', '1')).toBe('boss-72');
    expect(handle('Boss-7', '2')).toBe('Boss-73');
    expect(handle(anna, '3')).toBe(`${anna}2`);
    expect(outcome(run('user.rename', { by: 'host', user: join('ben'), name: 'BOSS-7' }))).toBe(
      'name-in-use',
    );
    expect(outcome(run('user.rename', { by: 'host', user: anna, name: 'BOSS-7' }))).toBe('granted');
    expect(user(anna)?.handle).toBe('BOSS-7');
  });

  test('are found quickly when thousands wish for the same one', () => {
    const { join, user, bench } = community();
    for (let i = 0; i < 3_000; i++) join('guest', { id: `g${i}` }, { wornName: 'number' });
    const handles = bench.read((view) => [...view.all(users)].map((one) => one.handle));
    expect(new Set(handles).size).toBe(3_000);
    expect(user(join('guest', { id: 'last' }, { wornName: 'number' }))?.handle).toMatch(/^guest\d+$/u);
  });

  test('stay while the name stays, and follow when it changes', () => {
    const { join, user, run } = community();
    const other = join('anna', { id: '1' });
    const anna = join('anna', { id: '2' }, { wornName: 'number' });
    expect(user(anna)?.handle).toBe('anna2');
    run('user.leave', { user: other, via: 'one' });
    expect(user(join('anna', { id: '2' }))?.handle).toBe('anna2');
    expect(user(join('hanna', { id: '2' }))?.handle).toBe('hanna');
  });

  test('somebody may go back to a handle that is only their own', () => {
    const { join, user, run } = community();
    const anna = join('anna');
    run('user.update', { user: anna, identity: { name: 'ANNA' } });
    expect(user(anna)?.handle).toBe('ANNA');
  });

  test.each([
    ['😀', 'name-invalid'],
    ['', 'name-invalid'],
    ['  _-_ ', 'name-invalid'],
    ['x'.repeat(33), 'name-invalid'],
    ['x'.repeat(32), 'x'.repeat(32)],
    ['Anna Banana', 'Anna_Banana'],
    ['Zoë 🌱', 'Zoë_'],
    ['BEN', 'BEN2'],
  ])('are as the host says, who is told where that cannot be: %j', (name, now) => {
    const { join, user, run } = community();
    const [anna] = [join('anna'), join('ben')];
    const answer = run('user.update', { user: anna, identity: { name, rank: 3 } });
    expect(outcome(answer) === 'granted' ? user(anna)?.handle : outcome(answer)).toBe(now);
    if (now === 'name-invalid') expect(user(anna)).toMatchObject({ handle: 'anna', name: 'anna' });
    if (now === 'name-invalid')
      expect(outcome(run('user.rename', { by: 'host', user: anna, name }))).toBe(now);
  });

  test('are made of whatever a login brings, and kept when a host says the same again', () => {
    const { join, user, run } = community();
    const long = join('x'.repeat(50), { id: '1' });
    const sign = join('😀', { id: '2' });
    expect([user(long)?.handle, user(sign)?.handle]).toEqual(['x'.repeat(32), 'user']);
    expect(outcome(run('user.update', { user: sign, identity: { name: '😀', rank: 2 } }))).toBe('granted');
    expect(user(sign)).toMatchObject({ handle: 'user', rank: 2 });
  });
});

describe('a new name that is worn already', () => {
  test('is refused when its wearer is online and the protocol wants that', () => {
    const { open, join, run, bench } = community();
    const anna = join('anna', { id: '1' });
    expect(outcome(open('ANNA', { id: '2' }))).toBe('name-in-use');
    expect(outcome(open('аnna', { id: '3' }))).toBe('name-in-use');
    for (const session of bench.read((view) => sessionsOf(view, anna)))
      run('session.close', { session: session.id, reason: 'leave' });
    expect(outcome(open('ANNA', { id: '2' }))).toBe('granted');
  });

  test('gets a number elsewhere', () => {
    const { open, join } = community();
    join('anna', { id: '1' });
    expect(outcome(open('anna', { id: '2' }, { wornName: 'number' }))).toBe('granted');
  });

  test('is no matter for the same identity', () => {
    const { open, join } = community();
    const first = join('anna', { id: '1' });
    expect(outcome(open('anna', { id: '1' }))).toBe('granted');
    expect(join('anna', { id: '1' })).toBe(first);
  });

  test('is refused too when somebody known comes back with it', () => {
    const { open, join, run } = community();
    join('anna', { id: '1' });
    const ben = join('ben', { id: '2' });
    run('user.kick', { by: 'host', user: ben });
    expect(outcome(open('anna', { id: '2' }))).toBe('name-in-use');
    expect(outcome(open('ben', { id: '2' }))).toBe('granted');
  });
});

describe('numbers', () => {
  test('are the integer that the adapter gave, where it is one', () => {
    const { join, user } = community();
    expect(user(join('a', { id: '73' }))?.number).toBe(73);
    expect(user(join('b', { id: String(firstOwnNumber - 1) }))?.number).toBe(firstOwnNumber - 1);
  });

  test.each(['0', '-1', '01', '1.5', '1e3', ' 7', '٣', String(firstOwnNumber), '99999999999999', 'x'])(
    'start at 2^40 where the id is %j',
    (id) => {
      const { join, user } = community();
      expect(user(join('a', { id }))?.number).toBe(firstOwnNumber);
    },
  );

  test('are never shared with somebody of another provider', () => {
    const { join, user } = community();
    const mine = join('a', { id: '7' });
    const theirs = join('b', { id: '7', provider: 'guests' });
    expect(mine).not.toBe(theirs);
    expect(user(theirs)?.number).toBe(firstOwnNumber);
    expect(user(join('c', { id: 'x' }))?.number).toBe(firstOwnNumber + 1);
  });

  test('are not used again for somebody else after leaving for good', () => {
    const { join, user, run } = community();
    const first = join('a', { id: '7' });
    const own = join('b', { id: 'x' });
    const numbers = [user(first)?.number, user(own)?.number];
    for (const one of [first, own]) run('user.leave', { user: one, via: 'one' });
    expect(user(join('c', { id: '7', provider: 'guests' }))?.number).toBe(firstOwnNumber + 1);
    expect(user(join('d', { id: 'y' }))?.number).toBe(firstOwnNumber + 2);
    const again = join('a', { id: '7' });
    expect(again).not.toBe(first);
    expect(user(again)?.number).toBe(numbers[0]);
  });
});

describe('leaving for good', () => {
  test('ends the sessions, keeps the messages, tells whom it was, and lets the same identity begin anew', () => {
    const { join, run, told, user, channel, bench } = community();
    const anna = join('anna', { id: '7' });
    join('anna', { id: '7' });
    const sent = run('message.send', { by: anna, channel: channel('lounge').id, text: 'hello' });
    expect(run('user.leave', { user: anna, via: 'one' })).toEqual({ kept: false });
    expect(told('user_leave')).toMatchObject([
      { user_id: '7', username: 'anna', user: anna, kept: false, via: 'one' },
    ]);
    expect(told('session_close')).toHaveLength(2);
    expect(told('user_disconnect')).toMatchObject([{ reason: 'leave' }]);
    expect(told('message_delete')).toEqual([]);
    expect(user(anna)).toBeUndefined();
    expect(bench.read((view) => sessionsOf(view, anna))).toEqual([]);
    expect(outcome(run('message.delete', { by: 'host', id: (sent as { id: MessageId }).id }))).toBe(
      'granted',
    );
    expect(join('anna', { id: '7' })).not.toBe(anna);
    expect(outcome(run('user.leave', { user: anna, via: 'one' }))).toBe('user-unknown');
  });

  /** Somebody with all that a record holds, who is banned and leaves for good. */
  function bannedAway(until?: number, dialect?: string) {
    const set = community();
    const profile = { display_name: 'Anna Real', city: 'Riga' };
    const who = { id: '7', rank: 5, roles: ['user'], traits: ['x'], colour: 'red', profile };
    const anna = set.join('anna', who);
    set.run('user.roles', { by: 'host', user: anna, roles: [] });
    set.run('user.silence', { by: 'host', user: anna, until: null });
    const scope = dialect === undefined ? {} : { dialect };
    set.run('user.ban', { by: 'host', user: anna, until: until ?? null, ...scope });
    const taken = set.user(anna);
    expect(set.run('user.leave', { user: anna, via: 'one' })).toEqual({ kept: true });
    return { ...set, anna, taken };
  }

  test('keeps of somebody banned no more than whom the ban means', () => {
    const { anna, user, told, taken, bench } = bannedAway();
    expect(told('user_leave')).toMatchObject([{ kept: true, person: { displayName: 'Anna Real', rank: 5 } }]);
    const { id, provider, identity, name, handle, number, createdAt } = taken as User;
    expect(user(anna)).toEqual({ id, provider, identity, name, handle, number, createdAt, left: true });
    expect(isGone(user(anna))).toBe(true);
    expect(isGone(undefined)).toBe(true);
    expect(bench.read((view) => [view.size(silences as never), view.size(bans as never)])).toEqual([0, 1]);
  });

  test('makes somebody nobody, also when their ban is kept: to all but to bans', () => {
    const { anna, run, told, bench, join, user } = bannedAway();
    const ben = join('ben');
    const by = 'host' as const;
    for (const no of [
      run('user.leave', { user: anna, via: 'one' }),
      run('user.remove', { by, user: anna, via: 'host' }),
      run('user.kick', { by, user: anna }),
      run('user.silence', { by, user: anna, until: null }),
      run('user.unsilence', { by, user: anna }),
      run('user.update', { user: anna, identity: { rank: 2 } }),
      run('user.rename', { by, user: anna, displayName: 'Anna' }),
      run('user.profile', { by, user: anna, profile: { city: 'Oslo' } }),
      run('user.roles', { by, user: anna, roles: [] }),
      run('user.link', { user: anna, identity: { provider: 'p', id: '1' } }),
      run('user.unlink', { user: anna, identity: { provider: 'p', id: '1' } }),
    ])
      expect(outcome(no)).toBe('user-unknown');
    const taken = { provider: 'accounts', id: '7' };
    expect(outcome(run('user.link', { user: ben, identity: taken }))).toBe('identity-in-use');
    const until = bench.at + 1_000;
    expect(outcome(run('user.ban', { by, user: anna, until }))).toBe('granted');
    expect(told('user_ban')).toMatchObject([{ until }]);
    expect(user(join('anna', { id: '8' }))?.handle).toBe('anna2');
  });

  test.each([
    ['is lifted', (set: Community, user: UserId) => set.run('user.unban', { by: 'host', user })],
    [
      'is over and swept away',
      (set: Community) => {
        set.bench.at += 1_000;
        set.run('moderation.purge', {});
      },
    ],
    [
      'is over at the next login',
      (set: Community) => {
        set.bench.at += 1_000;
      },
    ],
  ])('leaves nothing when the ban %s: who comes then is new, under the free handle', (when, end) => {
    const set = bannedAway(1_700_000_001_000);
    const { anna, user, open, join, told, bench } = set;
    expect(outcome(open('anna', { id: '7' }))).toBe('user-banned');
    end(set, anna);
    if (when !== 'is over at the next login') {
      expect(user(anna)).toBeUndefined();
      expect(bench.read((view) => view.size(users as never))).toBe(0);
    }
    const again = join('anna', { id: '7' });
    expect(told('user_join')).toMatchObject([{ person: { user: again } }]);
    expect(told('user_connect')).toHaveLength(1);
    expect(told('user_leave')).toEqual([]);
    expect(again).not.toBe(anna);
    expect(user(anna)).toBeUndefined();
    const { displayName, profile, rank, roles, assigned, left, ...plain } = user(again) as User;
    expect([displayName, profile, rank, roles, assigned, left]).toEqual(Array(6).fill(undefined));
    expect(plain).toMatchObject({ handle: 'anna', number: 7 });
  });

  test('lets somebody who is banned in another dialect only begin anew, with the ban', () => {
    const { anna, user, open, join, told, bench } = bannedAway(undefined, 'two');
    expect(outcome(open('anna', { id: '7' }, { dialect: 'two' }))).toBe('user-banned');
    const again = join('anna', { id: '7' });
    expect(again).not.toBe(anna);
    expect(told('user_join')).toMatchObject([{ person: { user: again, handle: 'anna', number: 7 } }]);
    expect(user(anna)).toBeUndefined();
    expect(outcome(open('anna', { id: '7' }, { dialect: 'two' }))).toBe('user-banned');
    expect(bench.read((view) => [...view.all(bans)].map(({ subject }) => subject))).toEqual([again]);
  });

  test('is not undone by a login that began before it, also of somebody banned elsewhere', () => {
    const { open } = bannedAway(undefined, 'two');
    expect(outcome(open('anna', { id: '7' }, { asked: 0 }))).toBe('user-unknown');
    expect(outcome(open('anna', { id: '7' }, { asked: 1 }))).toBe('granted');
  });

  test('does not keep somebody whose ban is over', () => {
    const { join, run, user, bench } = community();
    const anna = join('anna');
    run('user.ban', { by: 'host', user: anna, until: bench.at + 1_000 });
    bench.at += 1_000;
    expect(run('user.leave', { user: anna, via: 'one' })).toEqual({ kept: false });
    expect(user(anna)).toBeUndefined();
  });

  test('ends temporary channels that end with their owner, and leaves others without one', () => {
    const { join, run, channel, place } = community({
      defaults: { rank: 1, roles: [], traits: [], permissions: ['channel.create', 'channel.permanent'] },
    });
    const anna = join('anna');
    const ben = join('ben');
    run('channel.create', { by: anna, name: 'lasting' });
    run('channel.create', { by: anna, name: 'passing', temporary: 'owner', enter: true });
    run('place.enter', { user: ben, channel: channel('passing').id });
    run('user.leave', { user: anna, via: 'one' });
    expect(() => channel('passing')).toThrow();
    expect(channel('lasting').owner).toBeUndefined();
    expect(place(ben)).toBe('lounge');
  });
});

describe('nicks', () => {
  test('are worn by one person online, and look like nobody else and not like the bot', () => {
    const { join, run } = community();
    const anna = join('anna');
    const ben = join('ben');
    const nick = (user: typeof anna, name?: string) =>
      outcome(run('user.nick', { by: user, user, ...(name === undefined ? {} : { nick: name }) }));
    expect(nick(anna, 'Will')).toBe('granted');
    for (const name of ['will', 'WiIl', 'wi11', 'anna', 'АNNA', 'ChatBot', 'Chatb0t'])
      expect(nick(ben, name)).toBe('name-in-use');
    expect(nick(anna, 'WILL')).toBe('granted');
    expect(nick(anna)).toBe('granted');
    expect(nick(ben, 'will')).toBe('granted');
  });

  test('take no longer to choose among thousands of them', () => {
    const { join, run, bench } = community();
    const wear = (upTo: number) => {
      for (let n = bench.read((view) => view.size(online as never)); n < upTo; n++) {
        const user = join(`p${n}`, { permissions: ['nick.own'] }, { place: false });
        expect(outcome(run('user.nick', { by: user, user, nick: `nick${n}` }))).toBe('granted');
      }
    };
    const anna = join('anna');
    const fastest = () => {
      const took = Array.from({ length: 200 }, (_, n) => {
        const began = performance.now();
        expect(outcome(run('user.nick', { by: anna, user: anna, nick: `queen${n}` }))).toBe('granted');
        return performance.now() - began;
      });
      return took.sort((a, b) => a - b)[20] as number;
    };
    wear(100);
    fastest();
    const few = fastest();
    wear(5_000);
    expect(fastest() / few).toBeLessThan(5);
  });

  test('of others take a permission of their own', () => {
    const { join, run } = community();
    const anna = join('anna');
    const ben = join('ben', { permissions: ['nick.others'] });
    expect(outcome(run('user.nick', { by: anna, user: ben, nick: 'x' }))).toBe('not-permitted');
    expect(outcome(run('user.nick', { by: ben, user: anna, nick: 'x' }))).toBe('granted');
  });

  test('and being away last over a further session, and end with the last one', () => {
    const { join, run, told, bench } = community();
    const anna = join('anna');
    run('user.nick', { by: anna, user: anna, nick: 'queen' });
    run('user.away', { user: anna, reason: 'AFK' });
    join('anna', { colour: 'red' });
    expect(told('session_open')[0]?.person).toMatchObject({ nick: 'queen', away: 'AFK', colour: 'red' });
    for (const session of bench.read((view) => sessionsOf(view, anna)))
      run('session.close', { session: session.id, reason: 'leave' });
    join('anna');
    expect(told('session_open')[0]?.person).not.toHaveProperty('nick');
  });
});

describe('what the host changes', () => {
  test('shows at once, and what is left out stays', () => {
    const { join, run, told, user } = community();
    const anna = join('anna', { colour: 'red', rank: 3 });
    run('user.update', { user: anna, identity: { rank: 7 } });
    expect(told('user_update')).toMatchObject([
      { cause: 'profile', before: { rank: 3 }, person: { rank: 7, colour: 'red' } },
    ]);
    expect(user(anna)).toMatchObject({ rank: 7, colour: 'red' });
    expect(outcome(run('user.update', { user: 'nobody' as never, identity: {} }))).toBe('user-unknown');
  });

  test('is more than what auth says without letting them in, which takes away what it leaves out', () => {
    const { join, run, told, user } = community();
    const anna = join('anna', { colour: 'red', traits: ['staff'] });
    const identity = { provider: 'accounts', id: 'anna', name: 'anna', traits: [] };
    expect(outcome(run('user.renew', { user: anna, identity }))).toBe('granted');
    expect(told('user_update')).toMatchObject([
      { cause: 'profile', before: { traits: ['staff'] }, person: { traits: [] } },
    ]);
    expect(user(anna)).toMatchObject({ traits: [] });
    expect(user(anna)).not.toHaveProperty('colour');
    run('user.renew', { user: anna, identity });
    expect(told('user_update')).toEqual([]);
    expect(outcome(run('user.renew', { user: 'nobody' as never, identity }))).toBe('user-unknown');
  });
});

describe('renaming somebody', () => {
  test('is told with the names before and after and by whom', () => {
    const { join, run, told, user } = community();
    const [mod, ben] = [join('mod', { permissions: ['nick.others'] }), join('ben')];
    expect(outcome(run('user.rename', { by: mod, user: ben, name: 'Benjamin', displayName: 'B' }))).toBe(
      'granted',
    );
    const [event] = told('user_update');
    expect(event).toMatchObject({
      cause: 'name',
      by: mod,
      before: { handle: 'ben' },
      person: { handle: 'Benjamin', displayName: 'B' },
    });
    expect(user(ben)).toMatchObject({ handle: 'Benjamin', name: 'Benjamin', displayName: 'B' });
    run('user.rename', { by: ben, user: ben, displayName: null });
    expect(user(ben)).toMatchObject({ handle: 'Benjamin' });
    expect(user(ben)?.displayName).toBeUndefined();
  });

  test('takes the permission for others, for another name of oneself too, and a name that nobody wears', () => {
    const { join, run } = community();
    const [anna, ben] = [join('anna'), join('ben')];
    expect(outcome(run('user.rename', { by: anna, user: ben, displayName: 'B' }))).toBe('not-permitted');
    expect(outcome(run('user.rename', { by: anna, user: anna, name: 'hanna' }))).toBe('not-permitted');
    expect(outcome(run('user.rename', { by: anna, user: anna, displayName: 'A' }))).toBe('granted');
    expect(outcome(run('user.rename', { by: 'host', user: ben, name: 'Anna' }))).toBe('name-in-use');
    expect(outcome(run('user.rename', { by: 'host', user: ben, name: 'BEN' }))).toBe('granted');
  });
});

describe('somebody silenced', () => {
  test('gives nobody a name, themselves neither, and may take their own away', () => {
    const { join, run, user } = community();
    const anna = join('anna', { permissions: ['nick.own', 'nick.others'] });
    const ben = join('ben', { rank: 0 });
    run('user.rename', { by: anna, user: anna, displayName: 'Anna' });
    run('user.nick', { by: anna, user: anna, nick: 'annie' });
    run('user.silence', { by: 'host', user: anna, until: null });
    const nick = (who: UserId, name?: string) =>
      outcome(run('user.nick', { by: anna, user: who, ...(name === undefined ? {} : { nick: name }) }));
    const rename = (who: UserId, displayName: string | null, name?: string) =>
      outcome(
        run('user.rename', { by: anna, user: who, displayName, ...(name === undefined ? {} : { name }) }),
      );
    expect([nick(anna, 'loud'), nick(ben, 'loud')]).toEqual(['user-silenced', 'user-silenced']);
    expect([rename(anna, 'Loud'), rename(ben, 'Loud')]).toEqual(['user-silenced', 'user-silenced']);
    expect(rename(ben, null, 'loud')).toBe('user-silenced');
    expect(user(anna)?.displayName).toBe('Anna');
    expect([nick(anna, 'annie'), nick(anna), rename(anna, 'Anna'), rename(anna, null)]).toEqual(
      Array(4).fill('granted'),
    );
    expect(outcome(run('user.rename', { by: 'host', user: anna, displayName: 'Anna' }))).toBe('granted');
  });
});
