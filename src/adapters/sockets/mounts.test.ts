import { expect, it } from 'vitest';
import { mountAbove, mountAt, settleMounts } from './mounts.js';

const chat = { limitsOf: (dialect: string) => (dialect === 'gone' ? undefined : { frameBytes: 1 }) };
const mounts = settleMounts(chat, { a: '/a', b: '/b/', ab: '/a/b', root: '/' });

it.each([
  ['/a', 'a', 'a'],
  ['/a/', 'a', 'a'],
  ['/a?x=/b', 'a', 'a'],
  ['/b', 'b', 'b'],
  ['/a/b', 'ab', 'ab'],
  ['/a/c', undefined, 'a'],
  ['/a/b/c', undefined, 'ab'],
  ['/', 'root', 'root'],
  ['/ab', undefined, 'root'],
  ['/A', undefined, 'root'],
  ['//a', undefined, 'root'],
  ['/a//', undefined, 'a'],
])('finds for %s the WebSockets of %s and the routes of %s', (url, at, above) => {
  expect(mountAt(mounts, url)?.dialect).toBe(at);
  expect(mountAbove(mounts, url)?.dialect).toBe(above);
});

it('asks nobody where nothing is mounted above', () => {
  expect(mountAbove(settleMounts(chat, { a: '/a' }), '/b')).toBeUndefined();
});

it.each([
  [{ gone: '/x' }, /gone/],
  [{ a: 'x' }, /mount a/],
  [{ a: '/x?y' }, /mount a/],
  [{ a: 7 as never }, /mount a/],
  [{ a: '/x', b: '/x/' }, /a and b/],
  [{}, /at least one/],
])('refuses %j', (given, why) => {
  expect(() => settleMounts(chat, given as Record<string, string>)).toThrow(
    expect.objectContaining({ code: 'options-invalid', message: expect.stringMatching(why) }),
  );
});
