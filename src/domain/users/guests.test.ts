import { describe, expect, test } from 'vitest';
import { community } from '../../../tests/support/community.js';
import { domainLimits } from '../config.js';
import type { UserId } from '../ids.js';
import { sessionsOf } from '../sessions/online.js';
import { guestsPerRun } from './guests.js';
import { firstOwnNumber, lastSeen, numbers, users } from './users.js';

const day = 86_400_000;

/** A chat in which guests come and go again. */
function hotel(limits: Partial<typeof domainLimits> = {}) {
  const made = community({
    defaults: {
      rank: 1,
      roles: [],
      traits: [],
      permissions: ['message.send', 'channel.create', 'channel.permanent'],
    },
    limits: { ...domainLimits, ...limits },
  });
  const { bench, join, run } = made;
  const go = (user: UserId) => {
    for (const { id } of bench.read((view) => sessionsOf(view, user)))
      run('session.close', { session: id, reason: 'leave' });
    return user;
  };
  return {
    ...made,
    go,
    stay: (name: string, provider = 'guest') =>
      join(name, { provider }, { place: false, wornName: 'number' }),
    visit: (name: string, provider = 'guest') =>
      go(join(name, { provider }, { place: false, wornName: 'number' })),
    forget: () => run('guests.forget', {}),
    handles: () => bench.read((view) => [...view.all(users)].map((user) => user.handle).sort()),
  };
}

describe('guests', () => {
  test('are forgotten when they were not seen for longer than guestDays', () => {
    const { bench, visit, forget, handles, told } = hotel({ guestDays: 3 });
    const anna = visit('anna');
    bench.at += 3 * day;
    visit('ben');
    expect(forget()).toEqual({ forgotten: 0, more: false });
    bench.at += day;
    expect(forget()).toEqual({ forgotten: 1, more: false });
    expect(told('user_leave')).toMatchObject([
      { user: anna, user_id: 'anna', username: 'anna', kept: false, via: 'chat' },
    ]);
    expect(handles()).toEqual(['ben']);
    expect(bench.read((view) => view.get(lastSeen, anna))).toBeUndefined();
    expect(forget()).toEqual({ forgotten: 0, more: false });
  });

  test('count from when they were last here, however long that was', () => {
    const { bench, visit, stay, go, forget, handles } = hotel({ guestDays: 3 });
    visit('anna');
    const ben = stay('ben');
    bench.at += 10 * day;
    visit('anna');
    forget();
    expect(handles()).toEqual(['anna', 'ben']);
    go(ben);
    bench.at += 3 * day;
    forget();
    expect(handles()).toEqual(['anna', 'ben']);
    bench.at += day;
    forget();
    expect(handles()).toEqual([]);
  });

  test('are guestAccounts at most, and those not seen for longest are forgotten', () => {
    const { bench, visit, forget, handles } = hotel({ guestAccounts: 3 });
    for (const name of ['anna', 'ben', 'cleo']) {
      visit(name);
      bench.at += day;
    }
    visit('anna');
    forget();
    expect(handles()).toEqual(['anna', 'ben', 'cleo']);
    visit('dora');
    expect(forget()).toEqual({ forgotten: 1, more: false });
    expect(handles()).toEqual(['anna', 'cleo', 'dora']);
  });

  test('stay while they are online, banned or silenced, or own a channel, and members always do', () => {
    const { bench, run, join, go, visit, stay, forget, handles } = hotel({ guestDays: 1, guestAccounts: 1 });
    stay('online');
    run('user.ban', { by: 'host', user: visit('banned'), until: null });
    const until = bench.at + 20 * day;
    run('user.silence', { by: 'host', user: visit('silenced'), until });
    const owner = join('owner', { provider: 'guest' });
    run('channel.create', { by: owner, name: 'den' });
    go(owner);
    visit('member', 'accounts');
    visit('passing');
    bench.at += 10 * day;
    forget();
    expect(handles()).toEqual(['banned', 'member', 'online', 'owner', 'silenced']);
    bench.at = until;
    forget();
    expect(handles()).toEqual(['banned', 'member', 'online', 'owner']);
  });

  test('are forgotten some hundred at a time, whoever has to stay among them', () => {
    const { bench, run, visit, stay, forget, handles } = hotel({ guestDays: 1 });
    for (let n = 0; n < guestsPerRun + 10; n++) stay(`online${n}`);
    for (let n = 0; n < 10; n++) run('user.ban', { by: 'host', user: visit(`banned${n}`), until: null });
    for (let n = 0; n < guestsPerRun + 1; n++) visit(`passing${n}`);
    bench.at += 2 * day;
    expect(forget()).toEqual({ forgotten: guestsPerRun, more: true });
    expect(forget()).toEqual({ forgotten: 1, more: false });
    expect(handles()).toHaveLength(guestsPerRun + 20);
  });

  test('leave their handle to others and their messages as they are, and come back as somebody else', () => {
    const { bench, run, join, go, visit, forget, user, channel, told } = hotel({ guestDays: 1 });
    const anna = join('anna', { provider: 'guest' });
    run('message.send', { by: anna, channel: channel('lounge').id, text: 'hello' });
    const before = user(go(anna));
    bench.at += 2 * day;
    forget();
    const other = user(visit('anna', 'accounts'));
    const again = user(visit('anna'));
    expect([before?.handle, other?.handle, again?.handle]).toEqual(['anna', 'anna', 'anna2']);
    expect(new Set([before?.number, other?.number, again?.number]).size).toBe(3);
    join('anna', { provider: 'guest' });
    const past = told('session_open')[0]?.surroundings?.backlog ?? [];
    expect(past.flatMap(({ message }) => message ?? [])).toMatchObject([
      { text: 'hello', author: { user: anna, handle: 'anna' } },
    ]);
  });

  test('have numbers of the chat, so that none has to be kept for them', () => {
    const { bench, visit, forget, user } = hotel({ guestDays: 1 });
    const known = [visit('7'), visit('8')].map((id) => user(id)?.number);
    expect(known).toEqual([firstOwnNumber, firstOwnNumber + 1]);
    bench.at += 2 * day;
    forget();
    expect(user(visit('7'))?.number).toBe(firstOwnNumber + 2);
    expect(user(visit('7', 'accounts'))?.number).toBe(7);
    expect(bench.read((view) => [...view.all(numbers)])).toEqual([{ number: '7', provider: 'accounts' }]);
  });

  test('are only those of the providers that are listed', () => {
    const { bench, join, run } = community({ guestProviders: ['visitor'] });
    join('anna', { provider: 'guest' }, { place: false });
    join('ben', { provider: 'visitor' }, { place: false });
    const marks = bench.read((view) => [...view.all(users)].map((user) => [user.handle, user.guest]));
    expect(marks).toEqual([
      ['anna', undefined],
      ['ben', Math.floor(bench.at / day)],
    ]);
    expect(run('guests.forget', {})).toEqual({ forgotten: 0, more: false });
  });
});
