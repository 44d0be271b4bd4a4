import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { containsLike } from './like.js';

describe('containsLike', () => {
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
    expect(containsLike(text, pattern)).toBe(expected);
  });

  it('agrees with a regular expression', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'B', 'c'), maxLength: 12 });
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '%', '_'), maxLength: 6 });
    fc.assert(
      fc.property(text, pattern, (one, like) => {
        const asRegExp = new RegExp(like.replaceAll('%', '.*').replaceAll('_', '.'), 'is');
        expect(containsLike(one, like)).toBe(asRegExp.test(one));
      }),
    );
  });

  it('takes no longer for patterns that regular expressions are lost with', () => {
    expect(containsLike('a'.repeat(64), `${'%a'.repeat(4_000)}b`)).toBe(false);
  });
});
