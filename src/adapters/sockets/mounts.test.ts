import { describe, expect, it } from 'vitest';
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
  expect(mountAt(mounts, url)?.mount.dialect).toBe(at);
  expect(mountAbove(mounts, url)?.dialect).toBe(above);
});

describe('mounts with realms', () => {
  const chat = {
    limitsOf: (dialect: string) => ({ frameBytes: 1, realms: dialect.startsWith('realms') }),
  };
  const realms = settleMounts(chat, {
    realms: '/ws/world/',
    plain: '/ws/world/plain',
    deep: '/ws/world/a/b',
  });
  const rooted = settleMounts(chat, { realms: '/', 'realms-below': '/below', plain: '/plain' });
  const asked = (mounts: ReturnType<typeof settleMounts>, url: string) => {
    const { mount, realm } = mountAt(mounts, url) ?? {};
    return mount && [mount.dialect, realm];
  };

  it.each([
    ['/ws/world/demo/', ['realms', 'demo']],
    ['/ws/world/demo', ['realms', 'demo']],
    ['/ws/world/demo/?x=/y', ['realms', 'demo']],
    ['/ws/world/a%20%C3%A9', ['realms', 'a é']],
    [`/ws/world/${'x'.repeat(200)}`, ['realms', 'x'.repeat(200)]],
    [`/ws/world/${'x'.repeat(201)}`, undefined],
    ['/ws/world/%', undefined],
    ['/ws/world/%ff', undefined],
    ['/ws/world', undefined],
    ['/ws/world/', undefined],
    ['/ws/world//', undefined],
    ['/ws/world//demo', undefined],
    ['/ws/world/demo//', undefined],
    ['/ws/world/demo/more', undefined],
    ['/ws/worlds/demo', undefined],
    ['/ws/world/plain', ['plain', undefined]],
    ['/ws/world/a/b/', ['deep', undefined]],
  ])('takes WebSockets one segment below, and nowhere else: %s', (url, found) => {
    expect(asked(realms, url)).toEqual(found);
  });

  it.each([
    ['/demo/', ['realms', 'demo']],
    ['/demo', ['realms', 'demo']],
    ['/', undefined],
    ['//demo', undefined],
    ['/plain/', ['plain', undefined]],
    ['/below', undefined],
    ['/below/demo', ['realms-below', 'demo']],
    ['/demo/more', undefined],
  ])('may be at the root, and leave to others what is mounted deeper: %s', (url, found) => {
    expect(asked(rooted, url)).toEqual(found);
  });

  it('have their routes where they are mounted and below', () => {
    for (const [url, dialect] of [
      ['/ws/world', 'realms'],
      ['/ws/world/demo/upload', 'realms'],
      ['/ws/world/plain/x', 'plain'],
      ['/ws', undefined],
    ] as const)
      expect(mountAbove(realms, url)?.dialect).toBe(dialect);
  });
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
