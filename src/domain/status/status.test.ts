import { describe, expect, test } from 'vitest';
import { community, outcome } from '../../../tests/support/community.js';
import { domainLimits } from '../config.js';
import type { SessionId, UserId } from '../ids.js';
import { sessionsOf } from '../sessions/online.js';
import { isVisible, type StatusKind, shownStatus, statuses, statusKinds, statusOf } from './status.js';

function people() {
  const set = community();
  const anna = set.join('anna');
  return {
    ...set,
    anna,
    choose: (status: StatusKind, text?: string) =>
      set.run('status.set', { user: anna, status, ...(text === undefined ? {} : { text }) }),
    status: () => set.bench.read((view) => statusOf(view, anna)),
    visible: () => set.bench.read((view) => isVisible(view, anna)),
    close: () => set.run('session.close', { session: 's1' as SessionId, reason: 'leave' }),
  };
}

describe('a status', () => {
  test('is online without a text until something else is chosen', () => {
    const { status, visible } = people();
    expect(status()).toEqual({ status: 'online', text: '' });
    expect(visible()).toBe(true);
  });

  test.each(statusKinds)('can be %s, and everybody may know what it was before', (kind) => {
    const { choose, status, told } = people();
    expect(choose(kind, 'lunch')).toEqual({ status: { status: kind, text: 'lunch' } });
    expect(told('user_status')).toMatchObject([
      {
        person: { handle: 'anna' },
        before: { status: 'online', text: '' },
        status: { status: kind, text: 'lunch' },
      },
    ]);
    expect(status()).toEqual({ status: kind, text: 'lunch' });
  });

  test('is refused when it is none, when its text is too long, and for nobody', () => {
    const { choose, run, status } = people();
    const limit = domainLimits.statusTextLength;
    expect(outcome(choose('busy' as StatusKind))).toBe('status-invalid');
    expect(outcome(choose('idle', 'x'.repeat(limit + 1)))).toBe('status-invalid');
    expect(outcome(run('status.set', { user: 'nobody' as UserId, status: 'idle' }))).toBe('user-unknown');
    expect(status()).toEqual({ status: 'online', text: '' });
    expect(outcome(choose('idle', '😀'.repeat(limit)))).toBe('granted');
  });

  test('is offline, with its text, while there is no session, and as it was chosen afterwards', () => {
    const { choose, status, visible, close, open, told } = people();
    choose('dnd', 'work');
    close();
    expect(told('user_disconnect')).toMatchObject([{ status: { status: 'dnd', text: 'work' } }]);
    expect(status()).toEqual({ status: 'offline', text: 'work' });
    expect(visible()).toBe(false);
    open('anna');
    expect(told('user_connect')).toMatchObject([{ status: { status: 'dnd', text: 'work' } }]);
    expect(status()).toEqual({ status: 'dnd', text: 'work' });
  });

  test('is idle with the reason while somebody is away', () => {
    const { choose, run, status, told, anna } = people();
    choose('dnd', 'work');
    run('user.away', { user: anna, reason: 'AFK' });
    expect(told('user_status')).toMatchObject([
      { person: { away: 'AFK' }, before: { status: 'dnd' }, status: { status: 'idle', text: 'AFK' } },
    ]);
    expect(status()).toEqual({ status: 'idle', text: 'AFK' });
    run('user.away', { user: anna, reason: 'AFK' });
    expect(told('user_status')).toEqual([]);
    run('user.away', { user: anna });
    expect(told('user_status')).toMatchObject([{ status: { status: 'dnd', text: 'work' } }]);
  });

  test('idle is being away, and so is a reason: one fact, which the last word about it ends', () => {
    const { choose, run, status, told, anna } = people();
    const away = () => told('user_update').map(({ cause, person }) => [cause, person.away]);
    choose('idle', 'tea time');
    expect(away()).toEqual([['away', 'tea time']]);
    choose('idle', 'tea time');
    expect(away()).toEqual([]);
    run('user.away', { user: anna });
    expect(away()).toEqual([['away', undefined]]);
    expect(told('user_status')).toMatchObject([{ before: { status: 'idle' }, status: { status: 'online' } }]);
    expect(status()).toEqual({ status: 'online', text: '' });
    choose('idle');
    expect(away()).toEqual([['away', '']]);
    choose('online', 'here');
    expect(away()).toEqual([['away', undefined]]);
    run('user.away', { user: anna, reason: 'lunch' });
    choose('dnd', 'work');
    expect(away()).toEqual([['away', undefined]]);
    expect(status()).toEqual({ status: 'dnd', text: 'work' });
  });

  test('idle is kept, so who comes back is away still; a reason is not', () => {
    const { choose, run, status, told, anna, open, bench } = people();
    const leave = () => {
      for (const { id } of bench.read((view) => sessionsOf(view, anna)))
        run('session.close', { session: id, reason: 'leave' });
    };
    choose('idle', 'tea');
    leave();
    open('anna');
    expect(told('user_connect')[0]?.person.away).toBe('tea');
    choose('online');
    run('user.away', { user: anna, reason: 'lunch' });
    leave();
    open('anna');
    expect(told('user_connect')[0]?.person).not.toHaveProperty('away');
    expect(status().status).toBe('online');
  });

  test('and the reason of somebody who is away have one limit', () => {
    const { run, anna } = people();
    const reason = '😀'.repeat(domainLimits.statusTextLength);
    expect(outcome(run('user.away', { user: anna, reason }))).toBe('granted');
    expect(outcome(run('user.away', { user: anna, reason: `${reason}x` }))).toBe('status-invalid');
  });

  test('goes with who leaves for good', () => {
    const { choose, run, anna, bench, open, status } = people();
    choose('dnd');
    run('user.leave', { user: anna, via: 'one' });
    expect(bench.read((view) => view.size(statuses as never))).toBe(0);
    open('anna');
    expect(status()).toEqual({ status: 'offline', text: '' });
  });
});

describe('somebody silenced', () => {
  function silenced() {
    const set = people();
    set.choose('idle', 'lunch');
    set.run('user.silence', { by: 'host', user: set.anna, until: null });
    return set;
  }

  test('says nothing new about their status, but may have any, keep its text and take it away', () => {
    const { choose, status } = silenced();
    expect(outcome(choose('online', 'look at me'))).toBe('user-silenced');
    expect(status()).toEqual({ status: 'idle', text: 'lunch' });
    expect(outcome(choose('dnd', 'lunch'))).toBe('granted');
    for (const kind of statusKinds) expect(outcome(choose(kind))).toBe('granted');
    expect(outcome(choose('idle', 'lunch'))).toBe('user-silenced');
  });

  test('gives no reason for being away, and may come back', () => {
    const set = community();
    const anna = set.join('anna');
    const away = (reason?: string) =>
      outcome(set.run('user.away', { user: anna, ...(reason === undefined ? {} : { reason }) }));
    expect(away('AFK')).toBe('granted');
    set.run('user.silence', { by: 'host', user: anna, until: null });
    expect([away('shouting'), away('AFK'), away()]).toEqual(['user-silenced', 'granted', 'granted']);
  });

  test('speaks of it again when that is over, and whoever may silence others always does', () => {
    const { choose, run, anna, join } = silenced();
    run('user.unsilence', { by: 'host', user: anna });
    expect(outcome(choose('online', 'back'))).toBe('granted');
    const mod = join('mod', { permissions: ['user.silence'] });
    run('user.silence', { by: 'host', user: mod, until: null });
    expect(outcome(run('status.set', { user: mod, status: 'idle', text: 'tea' }))).toBe('granted');
  });
});

describe('somebody invisible', () => {
  test('is there for themselves and offline for others', () => {
    const { choose, status, visible } = people();
    choose('invisible', 'hidden');
    expect(visible()).toBe(false);
    expect(status()).toEqual({ status: 'invisible', text: 'hidden' });
    expect(shownStatus(status())).toEqual({ status: 'offline', text: 'hidden' });
    expect(shownStatus({ status: 'dnd', text: '' })).toEqual({ status: 'dnd', text: '' });
  });

  test('is not given away by being away', () => {
    const { choose, run, status, told, anna, visible } = people();
    choose('invisible');
    run('user.away', { user: anna, reason: 'AFK' });
    expect(told('user_status')).toEqual([]);
    expect(status().status).toBe('invisible');
    expect(visible()).toBe(false);
  });
});
