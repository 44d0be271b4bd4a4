import { describe, expect, it } from 'vitest';
import { originRule } from './origin.js';

const rule = originRule(['https://good.example', 'https://münchen.example', 'https://ported.example:8443']);

describe('originRule', () => {
  it.each<[string, string | undefined, boolean]>([
    ['missing', undefined, true],
    ['the same host', 'https://chat.example', true],
    ['the same host with the scheme’s own port', 'https://chat.example:443', true],
    ['listed', 'https://good.example', true],
    ['listed, in other case', 'HTTPS://Good.Example', true],
    ['listed, international', 'https://xn--mnchen-3ya.example', true],
    ['listed, with its port', 'https://ported.example:8443', true],
    ['null', 'null', false],
    ['empty', '', false],
    ['foreign', 'https://evil.example', false],
    ['listed as a prefix', 'https://good.example.evil.example', false],
    ['listed as a suffix', 'https://evilgood.example', false],
    ['the own host as a prefix', 'https://chat.example.evil.example', false],
    ['a name below a listed one', 'https://www.good.example', false],
    ['another port', 'https://good.example:8443', false],
    ['another port of the same host', 'https://chat.example:8443', false],
    ['no port where one is listed', 'https://ported.example', false],
    ['another scheme', 'http://good.example', false],
    ['a look-alike', 'https://gооd.example', false],
    ['another international name', 'https://munchen.example', false],
    ['a user name in front', 'https://good.example@evil.example', false],
    ['a path behind', 'https://evil.example/https://good.example', false],
    ['two at once', 'https://evil.example, https://good.example', false],
    ['a backslash', 'https://evil.example\\good.example', false],
    ['a final dot', 'https://good.example.', false],
    ['not an origin', 'good.example', false],
  ])('%s', (_, origin, allowed) => {
    expect(rule({ host: 'chat.example', ...(origin === undefined ? {} : { origin }) })).toBe(allowed);
  });

  it('compares ports of the same host too', () => {
    const own = originRule();
    expect(own({ host: 'localhost:3000', origin: 'http://localhost:3000' })).toBe(true);
    expect(own({ host: 'localhost:3000', origin: 'http://localhost:3001' })).toBe(false);
    expect(own({ host: '[::1]:3000', origin: 'http://[::1]:3000' })).toBe(true);
    expect(own({ host: 'evil.example/', origin: 'http://evil.example' })).toBe(false);
    expect(own({ origin: 'http://localhost' })).toBe(false);
  });

  it('takes null and other schemes only when listed', () => {
    const odd = originRule(['null', 'capacitor://localhost']);
    expect(odd({ host: 'a', origin: 'null' })).toBe(true);
    expect(odd({ host: 'a', origin: 'capacitor://localhost' })).toBe(true);
    expect(odd({ host: 'a', origin: 'http://localhost' })).toBe(false);
  });

  it('lets everybody in only when told so', () => {
    expect(originRule('*')({ host: 'a', origin: 'https://evil.example' })).toBe(true);
  });

  it.each([['https://good.example/'], ['good.example'], ['*'], ['https://*.example'], [7 as never]])(
    'refuses %s in the list',
    (item) => {
      expect(() => originRule([item])).toThrow(/origins/);
    },
  );

  it('takes time that grows with the length only', () => {
    for (const worst of ['a', '.', ':', '/', '-', 'é']) {
      const once = (length: number) => {
        const before = performance.now();
        rule({ host: worst.repeat(length), origin: worst.repeat(length) });
        rule({ host: 'a', origin: `https://${worst.repeat(length)}` });
        return performance.now() - before;
      };
      // The fastest of several: a busy machine makes some slow, but none fast.
      const fastest = (length: number) => Math.min(...Array.from({ length: 5 }, () => once(length)));
      expect(fastest(65_536)).toBeLessThan(40 * fastest(4_096) + 5);
    }
  });
});
