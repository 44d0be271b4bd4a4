import { describe, expect, test } from 'vitest';
import { type Community, community, outcome } from '../../../tests/support/community.js';
import type { Rejection } from '../../core/rejection.js';
import type { SessionId, UserId } from '../ids.js';
import type { Commands } from '../index.js';
import { online, sessionsOf } from '../sessions/online.js';
import { linksOf } from './links.js';
import { userOfIdentity, users } from './users.js';

const staff = { provider: 'staff', id: '7' };
const news = { provider: 'news', id: 'a@b' };

/** A login by an identity of the staff's, with all that one may bring. */
const everything = {
  ...staff,
  name: 'Dr Anna',
  colour: 'gold',
  rank: 8,
  roles: ['doctor'],
  traits: ['ward'],
  permissions: ['user.ban'] as const,
  profile: { display_name: 'Doc' },
};

function linked(leads?: boolean): Community & { readonly anna: UserId } {
  const chat = community();
  const anna = chat.join('anna', { rank: 2, colour: 'red', traits: ['plain'] });
  const wish = { user: anna, identity: staff, ...(leads === undefined ? {} : { leads }) };
  expect(outcome(chat.run('user.link', wish))).toBe('granted');
  return { ...chat, anna };
}

const sessionsIn = ({ bench }: Community, user: UserId) =>
  bench.read((view) => sessionsOf(view, user).map(({ id }) => id));
const close = (chat: Community, session: SessionId) =>
  chat.run('session.close', { session, reason: 'leave' });

describe('a further identity', () => {
  test('logs in as the user it is linked to, once with them and by itself', () => {
    const chat = linked();
    const { anna, join, told, bench } = chat;
    expect(told('user_link')).toMatchObject([{ identity: staff, leads: false, person: { user: anna } }]);
    expect(join('Dr Anna', everything)).toBe(anna);
    expect(told('user_connect')).toEqual([]);
    const [first, second] = sessionsIn(chat, anna) as [SessionId, SessionId];
    expect(bench.read((view) => sessionsOf(view, anna).map((one) => one.linked))).toEqual([undefined, staff]);
    close(chat, first);
    expect(told('user_disconnect')).toEqual([]);
    close(chat, second);
    expect(told('user_disconnect')).toHaveLength(1);
    expect(join('Dr Anna', everything)).toBe(anna);
    expect(told('user_connect')).toMatchObject([{ person: { user: anna, handle: 'anna' } }]);
  });

  test('brings nothing but who it is', () => {
    const { anna, join, user, bench } = linked();
    const before = user(anna);
    const person = bench.read((view) => view.get(online, anna)?.person);
    join('Dr Anna', everything);
    expect(user(anna)).toEqual(before);
    expect(bench.read((view) => view.get(online, anna)?.person)).toEqual(person);
  });

  test('is not kept out for a name that it brings and does not get', () => {
    const { anna, join, open } = linked();
    join('Dr Anna', { id: 'else' });
    const opened = open('Dr Anna', everything);
    expect(outcome(opened)).toBe('granted');
    expect(opened).toMatchObject({ user: anna });
  });

  test('that leads says who they are, until the main one does again', () => {
    const { anna, join, user, run, told } = linked(true);
    expect(user(anna)).toMatchObject({ rank: 2, handle: 'anna' });
    join('Dr Anna', everything);
    const led = { name: 'Dr Anna', handle: 'Dr_Anna', colour: 'gold', rank: 8, roles: ['doctor'] };
    expect(user(anna)).toMatchObject({ ...led, displayName: 'Doc', identity: 'anna', provider: 'accounts' });
    join('anna', { rank: 3 });
    expect(user(anna)).toMatchObject(led);
    run('user.link', { user: anna, identity: staff, leads: false });
    expect(user(anna)).toMatchObject({
      rank: 2,
      colour: 'red',
      traits: ['plain'],
      name: 'anna',
      handle: 'anna',
    });
    for (const gone of ['roles', 'permissions']) expect(user(anna)).not.toHaveProperty(gone);
    expect(told('user_update')).toMatchObject([{ cause: 'profile', person: { rank: 2 } }]);
    expect(told('user_link')).toMatchObject([{ leads: false }]);
    join('Dr Anna', everything);
    expect(user(anna)).toMatchObject({ rank: 2 });
    join('anna', { rank: 3 });
    expect(user(anna)).toMatchObject({ rank: 3, handle: 'anna' });
  });

  test('leads alone: what holds again after several is from before the first', () => {
    const { anna, join, user, run, bench } = linked(true);
    join('Dr Anna', everything);
    run('user.link', { user: anna, identity: news, leads: true });
    join('Dr Anna', { ...everything, rank: 9 });
    expect(user(anna)).toMatchObject({ rank: 8, name: 'anna' });
    join('reader', { ...news, rank: 4 });
    expect(user(anna)).toMatchObject({ rank: 4, name: 'reader' });
    expect(bench.read((view) => linksOf(view, anna).map(({ leads }) => leads !== undefined))).toEqual([
      false,
      true,
    ]);
    expect(outcome(run('user.unlink', { user: anna, identity: news }))).toBe('granted');
    expect(user(anna)).toMatchObject({ rank: 2, colour: 'red', handle: 'anna' });
    join('anna', { rank: 3 });
    expect(user(anna)).toMatchObject({ rank: 3 });
  });

  test('that leads leaves what the host says meanwhile, also when it leads no more', () => {
    const { anna, join, user, run } = linked(true);
    join('Dr Anna', everything);
    run('user.update', { user: anna, identity: { rank: 1, permissions: ['user.kick'] } });
    expect(user(anna)).toMatchObject({ rank: 1, permissions: ['user.kick'], colour: 'gold' });
    join('Dr Anna', everything);
    expect(user(anna)).toMatchObject({ rank: 8, permissions: ['user.ban'] });
    run('user.link', { user: anna, identity: staff, leads: false });
    expect(user(anna)).toMatchObject({
      rank: 1,
      permissions: ['user.kick'],
      colour: 'red',
      traits: ['plain'],
    });
  });

  test('that led leaves its name to whoever comes by it next', () => {
    const { anna, join, user, run, told } = linked(true);
    join('Dr Anna', everything);
    told('user_update');
    run('user.unlink', { user: anna, identity: staff });
    expect(user(anna)).toMatchObject({ name: 'anna', handle: 'anna' });
    expect(told('user_update')).toMatchObject([
      { person: { handle: 'anna' }, before: { handle: 'Dr_Anna' } },
    ]);
    expect(user(join('Dr Anna', everything))).toMatchObject({ handle: 'Dr_Anna' });
  });

  test('that led gives back the name from before, with a number where somebody else wears it by now', () => {
    const { join, user, run } = community();
    const anna = join('anna', { id: '31' });
    run('user.link', { user: anna, identity: staff, leads: true });
    join('Dr Anna', everything);
    join('anna', { id: '32' });
    run('user.unlink', { user: anna, identity: staff });
    expect(user(anna)).toMatchObject({ name: 'anna', handle: 'anna2' });
  });

  test('that led takes no name away that the host gave, by either command', () => {
    const { anna, join, user, run } = linked(true);
    join('Dr Anna', everything);
    run('user.update', { user: anna, identity: { name: 'Annika' } });
    run('user.link', { user: anna, identity: staff, leads: false });
    expect(user(anna)).toMatchObject({ name: 'Annika', handle: 'Annika' });
    run('user.link', { user: anna, identity: staff, leads: true });
    join('Dr Anna', everything);
    run('user.rename', { by: 'host', user: anna, name: 'Anneke' });
    join('Dr Anna', everything);
    expect(user(anna)).toMatchObject({ handle: 'Dr_Anna' });
    run('user.unlink', { user: anna, identity: staff });
    expect(user(anna)).toMatchObject({ name: 'Anneke', handle: 'Anneke' });
  });

  test('that led takes no name away that somebody unnamed chose, and leaves unnamed who did not', () => {
    const { join, user, run } = community();
    const stopgap = { unnamed: true } as const;
    const [anna, ben, mia] = ['user-1', 'user-2', 'user-3'].map((name) => join(name, stopgap)) as [
      UserId,
      UserId,
      UserId,
    ];
    run('user.link', { user: anna, identity: staff, leads: true });
    run('user.rename', { by: anna, user: anna, displayName: 'Annika' });
    run('user.unlink', { user: anna, identity: staff });
    expect(user(anna)).toMatchObject({ name: 'Annika', handle: 'Annika' });
    run('user.link', { user: mia, identity: staff, leads: true });
    run('user.profile', { by: mia, user: mia, profile: { display_name: 'Mia' } });
    run('user.unlink', { user: mia, identity: staff });
    expect(user(mia)).toMatchObject({ name: 'Mia', handle: 'Mia' });
    run('user.link', { user: ben, identity: staff, leads: true });
    join('Dr Anna', everything);
    expect(user(ben)).not.toHaveProperty('unnamed');
    run('user.unlink', { user: ben, identity: staff });
    expect(user(ben)).toMatchObject({ name: 'user-2', unnamed: true });
  });

  test('renews nobody whom it does not lead', () => {
    const { anna, run, user } = linked();
    const before = user(anna);
    run('user.renew', { user: anna, identity: everything });
    expect(user(anna)).toBe(before);
  });

  test('of somebody private brings them among the others under a handle of their own', () => {
    const { run, join, user, told } = community();
    join('anna');
    const registration = { realm: 'conclave', login: 'anna', key: 'anna', hash: 'h' };
    const made = run('group.register', {
      ...registration,
      identity: { provider: 'conclave', id: 'u-1', name: 'anna' },
    }) as { user: UserId };
    run('user.link', { user: made.user, identity: staff });
    expect(told('user_link')).toMatchObject([{ person: { private: true } }]);
    expect(join('Dr Anna', everything)).toBe(made.user);
    expect(told('user_appear')).toMatchObject([{ person: { user: made.user, handle: 'anna2' } }]);
    expect(user(made.user)).not.toHaveProperty('private');
  });
});

describe('linking is refused', () => {
  test('where nobody is, or nobody any more', () => {
    const { run, join } = community();
    const link = (user: UserId) => outcome(run('user.link', { user, identity: staff }));
    expect(link('nobody' as UserId)).toBe('user-unknown');
    const anna = join('anna');
    run('user.ban', { by: 'host', user: anna, until: null });
    run('user.leave', { user: anna, via: 'one' });
    expect(link(anna)).toBe('user-unknown');
  });

  test('where the identity is somebody’s: a user of its own, one who is banned and gone, another’s, or the main one', () => {
    const { anna, run, join } = linked();
    const link = (user: UserId, id: string, provider = 'accounts') =>
      outcome(run('user.link', { user, identity: { provider, id } }));
    const ben = join('ben');
    expect(link(anna, 'ben')).toBe('identity-in-use');
    expect(link(anna, 'anna')).toBe('identity-in-use');
    expect(link(ben, staff.id, staff.provider)).toBe('identity-in-use');
    run('user.ban', { by: 'host', user: ben, until: null });
    run('user.leave', { user: ben, via: 'one' });
    expect(link(anna, 'ben')).toBe('identity-in-use');
    expect(link(anna, staff.id, staff.provider)).toBe('granted');
  });

  test('beyond the limit', () => {
    const { anna, run } = linked();
    const answers = Array.from({ length: 10 }, (_, n) =>
      run('user.link', { user: anna, identity: { provider: 'news', id: String(n) } }),
    );
    expect(answers.slice(0, 9).map(outcome)).toEqual(Array(9).fill('granted'));
    const last = answers[9] as Rejection;
    expect([last.code, last.details]).toEqual(['too-many-identities', { limit: 10 }]);
    expect(outcome(run('user.link', { user: anna, identity: staff, leads: true }))).toBe('granted');
  });

  test('an account cannot be registered into a link', () => {
    const { anna, run } = linked();
    run('user.link', { user: anna, identity: { provider: 'local', id: 'ben' } });
    const registration: Commands['credentials.register']['input'] = {
      realm: 'local',
      login: 'ben',
      key: 'ben',
      hash: 'h',
      identity: { provider: 'local', id: 'ben', name: 'ben' },
      wornName: 'number',
    };
    expect(outcome(run('credentials.register', registration))).toBe('name-in-use');
  });
});

describe('unlinking', () => {
  test('ends what was opened by the identity, and with the last session the presence', () => {
    const chat = linked();
    const { anna, join, run, told } = chat;
    join('Dr Anna', everything);
    const [first, second] = sessionsIn(chat, anna) as [SessionId, SessionId];
    expect(run('user.unlink', { user: anna, identity: staff })).toEqual({ ended: [second] });
    expect(told('session_close')).toMatchObject([{ session: second, reason: 'leave' }]);
    expect(told('user_unlink')).toMatchObject([{ identity: staff, ended: [second], person: { user: anna } }]);
    expect(told('user_disconnect')).toEqual([]);
    expect(sessionsIn(chat, anna)).toEqual([first]);
    const doctor = join('Dr Anna', everything);
    expect(doctor).not.toBe(anna);
    run('user.remove', { by: 'host', user: doctor, via: 'host' });
    run('user.link', { user: anna, identity: staff });
    join('Dr Anna', everything);
    close(chat, first);
    run('user.unlink', { user: anna, identity: staff });
    expect(told('user_disconnect')).toMatchObject([{ reason: 'leave', person: { user: anna } }]);
  });

  test('is refused for the main identity, one of somebody else, and where nobody is', () => {
    const { anna, run, join } = linked();
    const ben = join('ben');
    const unlink = (user: UserId, identity: { provider: string; id: string }) =>
      outcome(run('user.unlink', { user, identity }));
    expect(unlink(anna, { provider: 'accounts', id: 'anna' })).toBe('identity-main');
    expect(unlink(ben, staff)).toBe('identity-unknown');
    expect(unlink(anna, news)).toBe('identity-unknown');
    expect(unlink('nobody' as UserId, staff)).toBe('user-unknown');
  });

  test('helps nobody past a ban or a silence', () => {
    const { anna, run } = linked();
    const unlink = () => outcome(run('user.unlink', { user: anna, identity: staff }));
    run('user.silence', { by: 'host', user: anna, until: null });
    expect(unlink()).toBe('user-silenced');
    run('user.ban', { by: 'host', user: anna, until: null });
    expect(unlink()).toBe('user-banned');
    run('user.unban', { by: 'host', user: anna });
    run('user.unsilence', { by: 'host', user: anna });
    expect(unlink()).toBe('granted');
  });
});

describe('somebody with further identities', () => {
  test('is kept out by each of them while they are banned, also after leaving for good', () => {
    const { anna, run, open, told, bench } = linked();
    run('user.ban', { by: 'host', user: anna, until: null });
    const knock = () => [outcome(open('anna')), outcome(open('Dr Anna', everything))];
    expect(knock()).toEqual(['user-banned', 'user-banned']);
    run('user.leave', { user: anna, via: 'one' });
    expect(told('user_leave')).toMatchObject([{ kept: true, user_id: 'anna', linked: [staff] }]);
    expect(knock()).toEqual(['user-banned', 'user-banned']);
    expect(outcome(run('user.unlink', { user: anna, identity: staff }))).toBe('user-unknown');
    run('user.unban', { by: 'host', user: anna });
    expect(bench.read((view) => [linksOf(view, anna), view.get(users, anna)])).toEqual([[], undefined]);
    const [one, other] = [open('anna'), open('Dr Anna', everything)] as { user: UserId }[];
    expect(new Set([anna, one?.user, other?.user]).size).toBe(3);
  });

  test.each([
    ['the main one', 'anna', {}],
    ['a further one', 'Dr Anna', everything],
  ])(
    'comes back by %s where they are not banned as somebody new, with the ban, which holds for the others too',
    (_, name, who) => {
      const { anna, run, open, bench, user, told } = linked();
      run('user.link', { user: anna, identity: news, leads: true });
      run('user.ban', { by: 'host', user: anna, until: null, dialect: 'two' });
      run('user.leave', { user: anna, via: 'one' });
      const { user: again } = open(name, who) as { user: UserId };
      expect(again).not.toBe(anna);
      expect(told('user_join')).toMatchObject([{ person: { user: again } }]);
      const elsewhere = { dialect: 'two', place: false };
      const knock = () =>
        [
          open('anna', {}, elsewhere),
          open('Dr Anna', everything, elsewhere),
          open('reader', news, elsewhere),
        ].map(outcome);
      expect(knock()).toEqual(Array(3).fill('user-banned'));
      expect(bench.read((view) => linksOf(view, anna))).toHaveLength(1);
      expect(user(anna)).toMatchObject({ left: true });
      run('user.unban', { by: 'host', user: again });
      expect(knock().sort()).toEqual(['granted', 'user-banned', 'user-banned']);
      run('user.unban', { by: 'host', user: anna });
      expect(knock()).toEqual(Array(3).fill('granted'));
      expect(user(anna)).toBeUndefined();
    },
  );

  test('leaves for good with all of them, and each may come as somebody new', () => {
    const { anna, run, join, told, bench } = linked();
    run('user.link', { user: anna, identity: news, leads: true });
    run('user.leave', { user: anna, via: 'one' });
    expect(told('user_leave')).toMatchObject([{ kept: false, linked: [staff, news] }]);
    expect(told('user_unlink')).toEqual([]);
    expect(bench.read((view) => [linksOf(view, anna), userOfIdentity(view, staff)])).toEqual([[], undefined]);
    const lives = [join('anna'), join('Dr Anna', everything), join('reader', news)];
    expect(new Set([anna, ...lives]).size).toBe(4);
  });

  test('is forgotten as a guest only if all of them are a guest’s', () => {
    const { run, join, bench } = community();
    const guest = (id: string) => ({ provider: 'guest', id });
    const [kept, gone] = [join('ann', guest('1')), join('ben', guest('2'))];
    for (const user of [kept, gone])
      for (const { id } of bench.read((view) => sessionsOf(view, user)))
        run('session.close', { session: id, reason: 'leave' });
    run('user.link', { user: kept, identity: staff });
    run('user.link', { user: gone, identity: guest('3') });
    bench.at += 40 * 86_400_000;
    expect(run('guests.forget', {})).toMatchObject({ forgotten: 1 });
    expect(bench.read((view) => [view.get(users, kept)?.id, view.get(users, gone)])).toEqual([
      kept,
      undefined,
    ]);
    expect(bench.read((view) => linksOf(view, gone))).toEqual([]);
  });
});
