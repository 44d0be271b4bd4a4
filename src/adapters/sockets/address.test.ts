import type { IncomingMessage } from 'node:http';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalAddress } from '../../core/address.js';
import { clientAddress, type ProxyHeader, trustedProxies } from './address.js';

function request(remoteAddress: string | undefined, headers: Record<string, string> = {}) {
  return { socket: { remoteAddress }, headers } as unknown as IncomingMessage;
}

/** The address found for a client of a proxy on this machine, for a value of its header. */
function behind(header: ProxyHeader, value: string, list = ['loopback']) {
  return clientAddress(request('127.0.0.1', { [header]: value }), trustedProxies(list, header));
}

describe('clientAddress', () => {
  it('is the socket’s own, and headers are not believed by default', () => {
    expect(clientAddress(request('203.0.113.5', { 'x-forwarded-for': '1.1.1.1' }))).toBe('203.0.113.5');
    expect(clientAddress(request('::ffff:203.0.113.5'))).toBe('203.0.113.5');
    expect(clientAddress(request('2001:DB8::5'))).toBe('2001:db8::5');
    expect(clientAddress(request(undefined))).toBeUndefined();
  });

  it('does not believe a proxy that is not listed', () => {
    const proxies = trustedProxies(['10.0.0.0/8'], 'x-forwarded-for');
    expect(clientAddress(request('11.0.0.1', { 'x-forwarded-for': '1.1.1.1' }), proxies)).toBe('11.0.0.1');
    expect(clientAddress(request('10.9.0.1', { 'x-forwarded-for': '1.1.1.1' }), proxies)).toBe('1.1.1.1');
    expect(clientAddress(request('::ffff:10.9.0.1', { 'x-forwarded-for': '1.1.1.1' }), proxies)).toBe(
      '1.1.1.1',
    );
    expect(clientAddress(request('10.9.0.1', { forwarded: 'for=1.1.1.1' }), proxies)).toBe('10.9.0.1');
  });

  it('believes a Unix socket where loopback is trusted', () => {
    const headers = { 'x-forwarded-for': '1.1.1.1' };
    expect(clientAddress(request(undefined, headers), trustedProxies(['loopback'], 'x-forwarded-for'))).toBe(
      '1.1.1.1',
    );
    expect(
      clientAddress(request(undefined, headers), trustedProxies(['10.0.0.1'], 'x-forwarded-for')),
    ).toBeUndefined();
  });

  it.each([
    ['1.1.1.1', '1.1.1.1'],
    ['6.6.6.6, 1.1.1.1', '1.1.1.1'],
    ['1.1.1.1, 10.0.0.2', '1.1.1.1'],
    ['6.6.6.6, 1.1.1.1, 10.0.0.3, 10.0.0.2', '1.1.1.1'],
    ['10.0.0.3, 10.0.0.2', '10.0.0.3'],
    ['1.1.1.1:4711', '1.1.1.1'],
    ['[2001:DB8::9]:4711', '2001:db8::9'],
    ['2001:db8::9', '2001:db8::9'],
    ['::ffff:1.1.1.1', '1.1.1.1'],
    ['', '127.0.0.1'],
    ['unknown', '127.0.0.1'],
    ['1.1.1.1, unknown, 10.0.0.2', '10.0.0.2'],
    ['1.1.1.1,', '127.0.0.1'],
    ['<script>', '127.0.0.1'],
    ['[1.1.1.1]', '127.0.0.1'],
    ['[::1', '127.0.0.1'],
    ['1.1.1.1:99999x', '127.0.0.1'],
    ['localhost', '127.0.0.1'],
  ])('reads X-Forwarded-For: %s as %s', (value, address) => {
    expect(behind('x-forwarded-for', value, ['loopback', '10.0.0.0/24'])).toBe(address);
  });

  it.each([
    ['for=1.1.1.1', '1.1.1.1'],
    ['For=1.1.1.1;proto=https;by=203.0.113.43', '1.1.1.1'],
    ['proto=https; for="1.1.1.1:4711"', '1.1.1.1'],
    ['for="[2001:db8:cafe::17]:4711"', '2001:db8:cafe::17'],
    ['for="[2001:db8:cafe::17]"', '2001:db8:cafe::17'],
    ['for=6.6.6.6, for=1.1.1.1', '1.1.1.1'],
    ['for=1.1.1.1, for=10.0.0.2', '1.1.1.1'],
    ['for=6.6.6.6;host="a,b;for=7.7.7.7", for=1.1.1.1;host="c,d;for=8.8.8.8"', '1.1.1.1'],
    ['for="6.6.6.6, for=1.1.1.1', '1.1.1.1'],
    ['for=6.6.6.6;x="\\", for=1.1.1.1', '1.1.1.1'],
    ['host="a\\"b";for=1.1.1.1', '1.1.1.1'],
    ['for=_hidden', '127.0.0.1'],
    ['for=unknown, for=10.0.0.2', '10.0.0.2'],
    ['proto=https', '127.0.0.1'],
    ['for=1.1.1.1;for=2.2.2.2', '127.0.0.1'],
    ['for=', '127.0.0.1'],
    ['for="', '127.0.0.1'],
  ])('reads Forwarded: %s as %s', (value, address) => {
    expect(behind('forwarded', value, ['loopback', '10.0.0.0/24'])).toBe(address);
  });

  it('never makes an address of garbage', () => {
    const noise = fc.stringMatching(/^[ -~]{0,60}$/);
    fc.assert(
      fc.property(noise, fc.constantFrom<ProxyHeader>('forwarded', 'x-forwarded-for'), (value, header) => {
        const address = behind(header, value);
        expect(address === undefined ? undefined : canonicalAddress(address)).toBe(address);
        expect(address).toBeDefined();
      }),
    );
  });

  it('cannot be moved by what a client sends when the proxy adds its own', () => {
    const noise = fc.stringMatching(/^[ -~]{0,60}$/);
    fc.assert(
      fc.property(noise, (value) => {
        expect(behind('x-forwarded-for', `${value}, 1.1.1.1`)).toBe('1.1.1.1');
        expect(behind('forwarded', `${value}, for=1.1.1.1`)).toBe('1.1.1.1');
      }),
    );
  });

  it('takes time that grows with the length only', () => {
    for (const worst of [',', '"', '\\', ';', '"\\', 'for=', ' ']) {
      for (const header of ['forwarded', 'x-forwarded-for'] as const) {
        const once = (length: number) => {
          const before = performance.now();
          behind(header, worst.repeat(length / worst.length));
          return performance.now() - before;
        };
        // The fastest of several: a busy machine makes some slow, but none fast.
        const fastest = (length: number) => Math.min(...Array.from({ length: 5 }, () => once(length)));
        expect(fastest(65_536)).toBeLessThan(40 * fastest(4_096) + 5);
      }
    }
  });
});

it.each(['everybody', '10.0.0.0/33', '10.0.0.0/8/8', '10.0.0.0/', '::1%lo', '1', ''])(
  'refuses %s as a proxy',
  (item) => {
    expect(() => trustedProxies([item], 'x-forwarded-for')).toThrow(/trustProxy/);
  },
);
