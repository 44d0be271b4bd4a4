import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deeperThan, parseJson } from './json.js';

/** How deep arrays and objects are nested in a value. */
function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

describe('parseJson', () => {
  it('gives what JSON gives, down to the depth that is allowed', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6, stringUnit: 'binary' }), fc.nat(6), (value, most) => {
        const text = JSON.stringify(value);
        const parsed = JSON.parse(text);
        const tooDeep = depthOf(parsed) > most;
        expect(deeperThan(text, most)).toBe(tooDeep);
        expect(parseJson(text, most)).toEqual(tooDeep ? undefined : parsed);
        expect(parseJson(text)).toEqual(parsed);
      }),
    );
  });

  it('does not count brackets in texts, escaped quotes included', () => {
    for (const value of ['[[[', '"[[[', '\\"[[[', '\\\\'])
      expect(parseJson(JSON.stringify([value]), 1)).toEqual([value]);
  });

  it('gives nothing for what is no JSON, and never throws', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseJson(text, 3)));
    for (const text of ['', '{', '[1,]', 'undefined', '"', '[['.repeat(100_000)])
      expect(parseJson(text, 3)).toBeUndefined();
  });
});
