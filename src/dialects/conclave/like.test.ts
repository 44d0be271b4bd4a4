import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { likeMatcher } from './like.js';

describe('likeMatcher', () => {
  it.each([
    ['rust', '', true],
    ['rust', 'us', true],
    ['RUST', 'us', true],
    ['rust', 'r%t', true],
    ['rust', 'r_t', false],
    ['rust', 'r__t', true],
    ['rust', '%%', true],
    ['rust', '_____', false],
    ['', '%', true],
    ['', '_', false],
    ['aaab', 'a%ab', true],
    ['É', 'é', false],
  ])('%s contains %s: %s', (text, pattern, expected) => {
    expect(likeMatcher(pattern)(text)).toBe(expected);
  });

  it('agrees with a regular expression', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'B', 'c'), maxLength: 12 });
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '%', '_'), maxLength: 6 });
    fc.assert(
      fc.property(text, pattern, (one, like) => {
        const asRegExp = new RegExp(like.replaceAll('%', '.*').replaceAll('_', '.'), 'is');
        expect(likeMatcher(like)(one)).toBe(asRegExp.test(one));
      }),
    );
  });

  it('takes no longer for patterns that regular expressions are lost with', () => {
    expect(likeMatcher(`${'%a'.repeat(30)}b`)('a'.repeat(64))).toBe(false);
    expect(likeMatcher(`${'%a'.repeat(4_000)}b`)('a'.repeat(64))).toBe(false);
  });

  it('takes no longer for a text, however long the pattern is', () => {
    const took = (pattern: string) => {
      const isLike = likeMatcher(pattern);
      const start = performance.now();
      for (let i = 0; i < 10_000; i++) isLike('a'.repeat(64));
      return performance.now() - start;
    };
    took('a');
    const usual = took(`${'%a'.repeat(30)}b`);
    for (const long of ['%'.repeat(16_000), '_%'.repeat(8_000), 'a'.repeat(16_000)])
      expect(took(long)).toBeLessThan(usual * 3);
  });
});
