import { describe, expect, test } from 'vitest';
import { community, outcome } from '../../../tests/support/community.js';
import { domainLimits } from '../config.js';
import type { UserId } from '../ids.js';
import { subscriptionsOf } from './push.js';

function rig(devicesPerUser = 10) {
  const chat = community({ limits: { ...domainLimits, devicesPerUser } });
  const { run, bench } = chat;
  const subscribe = (by: UserId, device: string, more: object = {}) =>
    run('push.subscribe', {
      by,
      endpoint: `https://push.example/${device}`,
      p256dh: 'BKey_-1=',
      auth: 'secret',
      fingerprint: device,
      ...more,
    });
  const devices = (user: UserId) =>
    bench.read((view) => subscriptionsOf(view, user)).map((one) => one.fingerprint);
  return { ...chat, subscribe, devices };
}

describe('push subscriptions', () => {
  test('are kept for each device, the one used last first', () => {
    const { join, subscribe, devices, bench } = rig();
    const anna = join('anna');
    expect(subscribe(anna, 'phone')).toEqual({
      subscription: {
        user: anna,
        endpoint: 'https://push.example/phone',
        p256dh: 'BKey_-1=',
        auth: 'secret',
        fingerprint: 'phone',
        usedAt: bench.at,
      },
    });
    bench.at += 1;
    subscribe(anna, 'laptop');
    expect(devices(anna)).toEqual(['laptop', 'phone']);
    bench.at += 1;
    subscribe(anna, 'phone');
    expect(devices(anna)).toEqual(['phone', 'laptop']);
  });

  test('are a bounded number for each user: the one unused for longest goes', () => {
    const { join, subscribe, devices, bench } = rig(2);
    const anna = join('anna');
    for (const device of ['one', 'two', 'one', 'three']) {
      bench.at += 1;
      subscribe(anna, device);
    }
    expect(devices(anna)).toEqual(['three', 'one']);
  });

  test('of a device are those of who used it last', () => {
    const { join, subscribe, devices } = rig();
    const anna = join('anna');
    const ben = join('ben');
    subscribe(anna, 'shared');
    subscribe(ben, 'shared');
    expect([devices(anna), devices(ben)]).toEqual([[], ['shared']]);
  });

  test('are ended by their user and by the host', () => {
    const { join, run, subscribe, devices } = rig();
    const anna = join('anna');
    subscribe(anna, 'phone');
    const end = (by: UserId | 'host') =>
      run('push.unsubscribe', { by, endpoint: 'https://push.example/phone' });
    expect(end(join('ben'))).toEqual({ ended: false });
    expect(end(anna)).toEqual({ ended: true });
    expect(end(anna)).toEqual({ ended: false });
    subscribe(anna, 'phone');
    expect(end('host')).toEqual({ ended: true });
    expect(devices(anna)).toEqual([]);
  });

  test('go with a user who leaves for good, also when a ban keeps the record', () => {
    const { join, run, subscribe, devices } = rig();
    const [anna, ben] = [join('anna'), join('ben')];
    subscribe(anna, 'a');
    subscribe(ben, 'b');
    run('user.ban', { by: 'host', user: ben, until: null });
    run('user.leave', { user: anna, via: 'host' });
    run('user.leave', { user: ben, via: 'host' });
    expect([devices(anna), devices(ben)]).toEqual([[], []]);
  });

  test.each([
    ['an address without encryption', { endpoint: 'http://push.example/a' }],
    ['an address that is none', { endpoint: 'https://' }],
    ['an address with a space', { endpoint: 'https://push.example/a b' }],
    ['a long address', { endpoint: `https://${'x'.repeat(2_041)}` }],
    ['no key', { p256dh: '' }],
    ['a key of other characters', { auth: 'a+b' }],
    ['a long key', { auth: 'a'.repeat(129) }],
    ['a long fingerprint', { fingerprint: 'f'.repeat(257) }],
  ])('are refused with %s', (_, more) => {
    const { join, subscribe } = rig();
    expect(outcome(subscribe(join('anna'), 'a', more))).toBe('push-invalid');
  });

  test('are for those who are known', () => {
    expect(outcome(rig().subscribe('nobody' as UserId, 'a'))).toBe('user-unknown');
  });
});
