import { describe, expect, test } from 'vitest';
import { emojiIn } from './emoji.js';

describe('one emoji', () => {
  test.each([
    ['a face', '😀'],
    ['a heart that asks to be drawn as one', '❤️'],
    ['a heart that does not', '❤'],
    ['a thumb with a skin tone', '👍🏽'],
    ['a hand with a skin tone and no selector', '☝🏿'],
    ['a flag', '🇮🇹'],
    ['a flag made of tags', '🏴󠁧󠁢󠁳󠁣󠁴󠁿'],
    ['a keycap', '3️⃣'],
    ['a keycap without its selector', '#⃣'],
    ['a family', '👩‍👩‍👧‍👦'],
    ['a couple with two skin tones', '👩🏻‍❤️‍💋‍👨🏿'],
    ['an eye in a bubble without selectors', '👁‍🗨'],
    ['a profession', '🧑🏾‍🚀'],
    ['a sign that is drawn as text elsewhere', '©'],
  ])('%s', (_, text) => expect(emojiIn(text)).toBeDefined());

  test.each([
    ['nothing', ''],
    ['a letter', 'a'],
    ['a digit', '3'],
    ['a digit with a selector alone', '3️'],
    ['a name of one', ':heart:'],
    ['two faces', '😀😀'],
    ['a face and a letter', '😀a'],
    ['a face and a space', '😀 '],
    ['a face and the end of a line', '😀\n'],
    ['two flags', '🇮🇹🇩🇪'],
    ['half a flag', '🇮'],
    ['letters that are no flag', '🇦🇦'],
    ['a joiner', '\u200D'],
    ['a face that is joined to nothing', '😀\u200D'],
    ['a skin tone on what has no skin', '🍕🏽'],
    ['a heart that asks to be text', '❤\uFE0E'],
    ['half of a pair', '\uD83D'],
    ['very many', '😀'.repeat(10_000)],
  ])('not %s', (_, text) => expect(emojiIn(text)).toBeUndefined());

  test.each([
    ['a heart', '❤', '❤️'],
    ['a keycap', '#⃣', '#️⃣'],
    ['an eye in a bubble', '👁‍🗨', '👁️‍🗨️'],
    ['a hand with a skin tone, which needs none', '☝🏿', '☝🏿'],
  ])('%s is the same with its selectors and without', (_, bare, whole) => {
    expect(emojiIn(bare)).toBe(whole);
    expect(emojiIn(whole)).toBe(whole);
  });
});
