import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Community, community, outcome } from '../../../tests/support/community.js';
import type { SessionId, UserId } from '../ids.js';
import { fold } from '../users/names.js';
import { users } from '../users/users.js';
import { credentialOf, credentials, identityOf } from './credentials.js';

const hash = '$argon2id$v=19$m=1,t=1,p=1$c2FsdHNhbHQ$aGFzaA';

function register({ run }: Community, login: string, change: object = {}) {
  return run('credentials.register', {
    realm: 'local',
    login,
    key: fold(login),
    hash,
    identity: { provider: 'local', id: `local_${login}`, name: login },
    wornName: 'refuse',
    ...change,
  });
}

/** By case alone. */
const exactly = (login: string) => ({
  realm: 'exact',
  key: login,
  identity: { provider: 'exact', id: login, name: login },
  wornName: 'number',
});

const find = ({ bench }: Community, login: string) =>
  bench.read((view) => credentialOf(view, 'local', fold(login)));

function logIn({ bench, run }: Community, login: string, session: string) {
  const credential = bench.read((view) => credentialOf(view, 'local', fold(login)));
  if (credential === undefined) throw new Error(`no account ${login}`);
  return run('session.open', {
    session: session as SessionId,
    dialect: 'one',
    identity: bench.read((view) => identityOf(view, credential)),
    place: true,
    wornName: 'number',
    credential,
  });
}

describe('registering', () => {
  test('makes the credential and its user together, who is told of', () => {
    const set = community();
    const made = register(set, 'Anna') as { user: UserId };
    expect(set.user(made.user)).toMatchObject({ provider: 'local', identity: 'local_Anna', handle: 'Anna' });
    expect(set.told('user_join')).toMatchObject([{ person: { user: made.user, handle: 'Anna' } }]);
    expect(find(set, 'ANNA')).toEqual({
      realm: 'local',
      key: 'anna',
      login: 'Anna',
      provider: 'local',
      identity: 'local_Anna',
      hash,
    });
  });

  test('refuses a login that is taken, whatever its case, and a name that looks like a worn one', () => {
    const set = community();
    set.join('ben');
    register(set, 'anna');
    for (const login of ['anna', 'ANNA', 'ben', 'Ben', 'bеn', 'ChatBot'])
      expect(outcome(register(set, login))).toBe('name-in-use');
    expect(set.bench.read((view) => view.size(credentials as never))).toBe(1);
    expect(set.bench.read((view) => view.size(users as never))).toBe(2);
  });

  test('refuses an identity that has a user already', () => {
    const set = community();
    set.join('ben', { provider: 'local', id: 'local_anna' });
    expect(outcome(register(set, 'anna'))).toBe('name-in-use');
  });

  test('gives the handle a number where names of the realm are no handles', () => {
    const set = community();
    set.join('anna');
    const made = register(set, 'anna', exactly('anna')) as { user: UserId };
    expect(set.user(made.user)?.handle).toBe('anna2');
  });

  test('keeps realms and their rules of comparison apart', () => {
    const set = community();
    expect(outcome(register(set, 'anna'))).toBe('granted');
    expect(outcome(register(set, 'anna', exactly('anna')))).toBe('granted');
    expect(outcome(register(set, 'Anna', exactly('Anna')))).toBe('granted');
    expect(outcome(register(set, 'Anna', exactly('Anna')))).toBe('name-in-use');
  });

  test('refuses what cannot be a key or an identity', () => {
    const set = community();
    for (const key of ['', 'a\0', '\ud800', 'a'.repeat(201)])
      expect(outcome(register(set, 'anna', { key }))).toBe('login-invalid');
    for (const realm of ['', 'a:b', 'Local'])
      expect(outcome(register(set, 'anna', { realm }))).toBe('login-invalid');
    const identity = { provider: 'local', id: '', name: 'anna' };
    expect(outcome(register(set, 'anna', { identity }))).toBe('login-invalid');
  });
});

describe('replacing a hash', () => {
  const replace = ({ run }: Community, login: string, was: string, next: string) =>
    run('credentials.replace', { realm: 'local', key: fold(login), was, hash: next });

  test('takes the one that was verified', () => {
    const set = community();
    register(set, 'anna');
    expect(outcome(replace(set, 'anna', hash, 'next'))).toBe('granted');
    expect(find(set, 'anna')?.hash).toBe('next');
  });

  test('is refused when it has changed meanwhile, or the account has gone', () => {
    const set = community();
    register(set, 'anna');
    replace(set, 'anna', hash, 'next');
    expect(outcome(replace(set, 'anna', hash, 'late'))).toBe('credentials-stale');
    expect(outcome(replace(set, 'ben', hash, 'late'))).toBe('credentials-stale');
    expect(find(set, 'anna')?.hash).toBe('next');
  });
});

describe('logging in', () => {
  test('opens a session of the account, with what the chat has changed about it since', () => {
    const set = community();
    const { user } = register(set, 'anna') as { user: UserId };
    set.run('user.update', { user, identity: { rank: 7, colour: 'red' } });
    expect(logIn(set, 'anna', 'a')).toMatchObject({ user, first: true });
    expect(set.told('user_join')).toEqual([]);
    expect(set.user(user)).toMatchObject({ rank: 7, colour: 'red' });
  });

  test('is refused when the hash was replaced while it was verified', () => {
    const set = community();
    register(set, 'anna');
    const opening = {
      session: 'a' as SessionId,
      dialect: 'one',
      identity: { provider: 'local', id: 'local_anna', name: 'anna' },
      place: true,
      wornName: 'number',
      credential: { realm: 'local', key: 'anna', hash },
    } as const;
    set.run('credentials.replace', { realm: 'local', key: 'anna', was: hash, hash: 'next' });
    expect(outcome(set.run('session.open', opening))).toBe('credentials-stale');
  });
});

describe('leaving for good', () => {
  test('takes the credential along, and the login is free again', () => {
    const set = community();
    const { user } = register(set, 'anna') as { user: UserId };
    set.run('user.leave', { user, via: 'one' });
    expect(find(set, 'anna')).toBeUndefined();
    const again = register(set, 'anna') as { user: UserId };
    expect(again.user).not.toBe(user);
  });

  test.each([
    ['of everybody', {}],
    ['of a private user', { ...exactly('anna'), private: true }],
  ])(
    'takes the credential %s along who is banned, and nobody takes the login before the ban is over',
    (_, change) => {
      const set = community();
      const again = () => register(set, 'anna', { ...change, identity: { ...identity, id: 'another' } });
      const identity = { provider: 'own', id: 'one', name: 'anna' };
      const { user } = register(set, 'anna', { ...change, identity }) as { user: UserId };
      set.run('user.ban', { by: 'host', user, until: null });
      set.run('user.leave', { user, via: 'one' });
      expect(set.bench.read((view) => view.size(credentials as never))).toBe(0);
      expect(outcome(again())).toBe('name-in-use');
      set.run('user.unban', { by: 'host', user });
      expect(set.user(user)).toBeUndefined();
      expect((again() as { user: UserId }).user).not.toBe(user);
    },
  );
});

test('whatever is registered, every account has a user of its own and every handle one wearer', () => {
  const logins = fc.constantFrom('anna', 'Anna', 'аnna', 'anna2', 'ben', 'l', 'I', '_', 'ß', 'ss');
  const step = fc.tuple(logins, fc.boolean(), fc.boolean());
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const set = community();
      for (const [login, exact, leave] of steps) {
        const made = register(set, login, exact ? exactly(login) : {}) as { user?: UserId };
        if (leave && made.user !== undefined) set.run('user.leave', { user: made.user, via: 'one' });
      }
      set.bench.read((view) => {
        const owners = [...view.all(credentials)].map((row) => `${row.provider} ${row.identity}`);
        expect(new Set(owners).size).toBe(owners.length);
        expect([...view.all(users)].map((user) => `${user.provider} ${user.identity}`).sort()).toEqual(
          owners.sort(),
        );
        const handles = [...view.all(users)].map((user) => fold(user.handle));
        expect(new Set(handles).size).toBe(handles.length);
      });
    }),
    { numRuns: 50 },
  );
});

describe('registering with a session', () => {
  const opening = (set: Community, session: string, login: string, change: object = {}) =>
    set.run('session.open', {
      session: session as SessionId,
      dialect: 'one',
      identity: { provider: 'local', id: `local_${login}`, name: login },
      place: true,
      wornName: 'number',
      register: { realm: 'local', key: fold(login), login, hash },
      ...change,
    });

  test('makes the account and opens its session in one decision, told in this order', () => {
    const set = community();
    expect(opening(set, 'a', 'anna')).toMatchObject({ first: true });
    const order = (type: 'user_join' | 'user_connect') => set.told(type).length;
    expect([order('user_join'), order('user_connect')]).toEqual([1, 1]);
    expect(find(set, 'anna')?.hash).toBe(hash);
  });

  test('is refused where the name is taken, or the address is kept out, and leaves nothing behind', () => {
    const set = community();
    set.join('ben');
    expect(outcome(opening(set, 'a', 'ben'))).toBe('name-in-use');
    set.run('address.ban', { by: 'host', address: '192.0.2.7', until: null });
    expect(outcome(opening(set, 'b', 'anna', { address: '192.0.2.7' }))).toBe('address-banned');
    expect(find(set, 'anna')).toBeUndefined();
    expect(outcome(opening(set, 'c', 'anna'))).toBe('granted');
    expect(outcome(opening(set, 'd', 'ANNA'))).toBe('name-in-use');
  });
});
