import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fold, looksLike, makeHandle, maxHandleLength, numbered, shape } from './names.js';

const markup = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '"><svg/onload=alert(1)>',
  "' OR 1=1 --",
  "Robert'); DROP TABLE users;--",
  '$(id)',
  '{{constructor.constructor("x")()}}',
  '%00%0a%0d',
  '../../etc/passwd',
  'C:\\con\\nul',
  '=cmd|"/C calc"!A0',
  '&lt;b&gt;',
  'a\tb',
  'a\fb',
  'a\u0000b',
  'a\r\nb: c',
  '~anna',
  '@everyone',
  '#channel',
  '/kick anna',
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'undefined',
  'null',
  'NaN',
  '-1',
  '0',
  '1e9',
];
const invisible = [
  '\u200b',
  '\u200c\u200d',
  '\u2060',
  '\ufeff',
  '\u00ad',
  '\u034f',
  '\u115f\u1160',
  '\u3164',
  '\uffa0',
  '\ufe0f',
  '\u{e0100}',
  '\u{e0041}\u{e0042}',
  '\u202e',
  '\u2066\u2069',
  '\u061c',
  '\u180e',
  '\u2800',
  '\u00a0\u2003\u3000',
  '\u0000\u001f\u007f\u0085\u009f',
  '\ufff9\ufffb',
  '\ud800',
  '\udfff',
  '\u{10ffff}',
  '\ufdd0',
  '',
  ' ',
  '---',
  '___',
  '\u0301\u0302',
  '\u0489',
];
const scripts = [
  'anna',
  'Анна',
  'Άννα',
  '安娜',
  'アンナ',
  '안나',
  'أنا',
  'חנה',
  'अन्ना',
  'แอนนา',
  'ანა',
  '𝒶𝓃𝓃𝒶',
  'ａｎｎａ',
  'ⓐⓝⓝⓐ',
  'ﬁn',
];

/** 300 and more: each of the above alone, around a name and inside of one. */
const hostile = [
  ...markup,
  ...invisible,
  ...scripts,
  ...[...markup, ...invisible].flatMap((one) => [`${one}anna`, `anna${one}`, `an${one}na`, one.repeat(40)]),
  'a'.repeat(10_000),
  'a\u0301'.repeat(50),
  '👩‍👩‍👧‍👦'.repeat(20),
  'Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘!͖̬̰̙̗̿̋ͥͥ̂ͣ̐́́͜͞',
];

function isHandle(handle: string): boolean {
  return (
    /^[\p{L}\p{N}\p{Mn}\p{Mc}_-]+$/u.test(handle) &&
    /[\p{L}\p{N}]/u.test(handle) &&
    !/\p{Default_Ignorable_Code_Point}/u.test(handle) &&
    !/^\p{M}/u.test(handle) &&
    [...handle].length <= maxHandleLength
  );
}

describe('makeHandle', () => {
  test('gives something visible and harmless for 300 hostile names', () => {
    expect(hostile.length).toBeGreaterThanOrEqual(300);
    expect(hostile.filter((name) => !isHandle(makeHandle(name)))).toEqual([]);
  });

  test('does so for any text, and leaves a handle as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (name) => {
        const handle = makeHandle(name);
        expect(isHandle(handle)).toBe(true);
        expect(makeHandle(handle)).toBe(handle);
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    ['anna', 'anna'],
    ['  Anna Lena ', 'Anna_Lena'],
    ['Zoë', 'Zoë'],
    ['Zoe\u0308', 'Zoë'],
    ['a<b>&"c', 'a_b_c'],
    ['安娜', '安娜'],
    ['अन्ना', 'अन्ना'],
    ['an\u200bna', 'anna'],
    ['\u3164', 'user'],
    ['***', 'user'],
    ['', 'user'],
    ['x'.repeat(40), 'x'.repeat(32)],
    ['𝒶'.repeat(40), '𝒶'.repeat(32)],
  ])('makes of %j the handle %j', (name, handle) => {
    expect(makeHandle(name)).toBe(handle);
  });
});

describe('numbered', () => {
  test('keeps to the longest length', () => {
    expect(numbered('anna', 2)).toBe('anna2');
    expect(numbered('x'.repeat(32), 12)).toBe(`${'x'.repeat(30)}12`);
    expect([...numbered('𝒶'.repeat(32), 100)]).toHaveLength(32);
  });
});

describe('names that could be taken for each other', () => {
  test.each([
    ['anna', 'ANNA'],
    ['anna', 'аnna'],
    ['anna', 'аппа'.replace(/п/gu, 'n')],
    ['ChatBot', 'chatb0t'],
    ['ChatBot', 'СhatBоt'],
    ['ChatBot', 'Ｃhatbot'],
    ['ChatBot', 'Chat\u200bBot'],
    ['ChatBot', 'ChatBot\ufe0f'],
    ['Bill', 'BiIl'],
    ['Bill', 'Bi1l'],
    ['Paul', 'PauI'],
    ['modern', 'rnodern'],
    ['straße', 'STRAẞE'],
    ['straße', 'STRASSE'],
    ['ΟΔΥΣΣΕΥΣ', 'Οδυσσευς'],
    ['Zoë', 'Zoe\u0308'],
    ['pаypal', 'paypal'],
  ])('%j and %j', (one, other) => {
    expect(looksLike(one, other)).toBe(true);
    expect(looksLike(other, one)).toBe(true);
  });

  test.each([
    ['anna', 'hanna'],
    ['mail', 'mall'],
    ['user2', 'user3'],
    ['Ian', 'ian_'],
    ['Zoe', 'Zoé'],
  ])('are not %j and %j', (one, other) => {
    expect(looksLike(one, other)).toBe(false);
  });

  test('are always those that differ in case only', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 20 }), (name) => {
        expect(fold(name.toUpperCase())).toBe(fold(name));
        expect(fold(name.toLowerCase())).toBe(fold(name));
        expect(looksLike(name, name.toUpperCase())).toBe(true);
        expect(shape(name)).toBe(shape(name.normalize('NFD')));
      }),
      { numRuns: 1_000 },
    );
  });
});
