import { isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressKey, canonicalAddress, isLoopback } from './address.js';

describe('canonicalAddress', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:C000:0201', '192.0.2.1'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::', '::'],
  ])('writes %s as %s', (text, address) => {
    expect(canonicalAddress(text)).toBe(address);
  });

  it.each([
    '',
    'localhost',
    '1.2.3',
    '01.2.3.4',
    '256.1.1.1',
    '1.2.3.4.',
    '1.2.3.4:80',
    '[::1]',
    '::1]/x',
    ':::',
    '1::2::3',
    '2001:db8::/64',
    'unknown',
    `${'f'.repeat(70_000)}:`,
  ])('takes %s for no address', (text) => {
    expect(canonicalAddress(text)).toBeUndefined();
  });

  it('takes exactly what Node takes for an address', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string({ maxLength: 20 })), (text) => {
        const plain = text.split('%', 1)[0] as string;
        expect(canonicalAddress(text) !== undefined).toBe(isIP(text) === 4 || isIP(plain) === 6);
      }),
    );
  });
});

describe('addressKey', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:db8::9', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['1::', '1:0:0:0::/64'],
    ['::2:3:4:5:6:7', '0:0:2:3::/64'],
    ['2001:0DB8:0001:0002::/64', '2001:db8:1:2::/64'],
    ['no address: at all', 'no address: at all'],
  ])('of %s is %s', (address, key) => {
    expect(addressKey(address)).toBe(key);
    expect(addressKey(key)).toBe(key);
  });

  it('is the same for all of one network and for no two', () => {
    const groups = fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 8, maxLength: 8 });
    const text = (list: number[]) => list.map((one) => one.toString(16)).join(':');
    fc.assert(
      fc.property(groups, groups, (one, other) => {
        const moved = [...one.slice(0, 4), ...other.slice(4)];
        if (one.slice(0, 5).every((part) => part === 0) || moved.slice(0, 5).every((part) => part === 0))
          return;
        expect(addressKey(text(moved))).toBe(addressKey(text(one)));
        const same = one.slice(0, 4).every((part, i) => part === other[i]);
        expect(addressKey(text(other)) === addressKey(text(one))).toBe(same);
      }),
    );
  });
});

it('knows what is this machine', () => {
  expect(['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1'].every(isLoopback)).toBe(true);
  expect(['128.0.0.1', '::2', '10.0.0.1', '127.evil.example'].some(isLoopback)).toBe(false);
});
