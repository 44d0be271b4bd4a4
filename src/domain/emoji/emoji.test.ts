import { describe, expect, test } from 'vitest';
import { community, everything, outcome } from '../../../tests/support/community.js';
import { domainLimits } from '../config.js';
import type { UserId } from '../ids.js';
import { emojis } from './emoji.js';

const png = { type: 'image/png', body: 'b1' };

describe('emoji', () => {
  test('are added under numbers that are never used again', () => {
    const { run, told } = community();
    const add = (name: string) => run('emoji.add', { by: 'host', name, ...png });
    expect(add('one')).toEqual({ emoji: { id: 1, name: 'one', file: '1.png', type: 'image/png' } });
    expect(told('emoji_add')).toMatchObject([{ emoji: { id: 1, name: 'one' }, by: 'host' }]);
    run('emoji.remove', { by: 'host', id: 1 });
    expect(told('emoji_remove')).toMatchObject([{ emoji: { id: 1, name: 'one', file: '1.png' } }]);
    expect(add('one')).toMatchObject({ emoji: { id: 2 } });
  });

  test('have names of letters, digits and underscores that no other has, whatever the case', () => {
    const { run } = community();
    const add = (name: string) => outcome(run('emoji.add', { by: 'host', name, ...png }));
    for (const name of ['', 'a b', 'ä', 'a-b', 'a\n', '../x', 'x'.repeat(65)])
      expect(add(name)).toBe('emoji-name-invalid');
    expect(add('x'.repeat(64))).toBe('granted');
    expect(add('Party_1')).toBe('granted');
    expect(add('pARTY_1')).toBe('emoji-exists');
    const rename = (id: number, name: string) => outcome(run('emoji.update', { by: 'host', id, name }));
    expect(rename(2, 'party_1')).toBe('granted');
    expect(rename(1, 'PARTY_1')).toBe('emoji-exists');
    expect(rename(1, 'no no')).toBe('emoji-name-invalid');
    expect(rename(9, 'nine')).toBe('emoji-unknown');
  });

  test('have pictures of three types, each under a name of its own', () => {
    const { run, told, bench } = community();
    for (const type of ['image/svg+xml', 'text/html', 'image/webp', '__proto__'])
      expect(outcome(run('emoji.add', { by: 'host', name: 'x', type, body: 'b' }))).toBe('file-type-refused');
    run('emoji.add', { by: 'host', name: 'x', ...png });
    const picture = { type: 'image/gif', body: 'b2' };
    expect(outcome(run('emoji.update', { by: 'host', id: 1, picture }))).toBe('granted');
    const [event] = told('emoji_update');
    expect(event).toMatchObject({ before: { file: '1.png' }, emoji: { name: 'x', type: 'image/gif' } });
    expect(event?.emoji.file).toMatch(/^1-[0-9]+\.gif$/);
    const bad = { type: 'image/svg+xml', body: 'b3' };
    expect(outcome(run('emoji.update', { by: 'host', id: 1, picture: bad }))).toBe('file-type-refused');
    const refers = (body: string) => bench.read((view) => view.one(emojis, 'body', body) !== undefined);
    expect([refers('b1'), refers('b2')]).toEqual([false, true]);
  });

  test('are for those who manage the server', () => {
    const { run, join } = community({ limits: { ...domainLimits, emoji: 1 } });
    const anna = join('anna', { permissions: everything });
    const each = (by: UserId) => [
      outcome(run('emoji.add', { by, name: 'x', ...png })),
      outcome(run('emoji.update', { by, id: 1, name: 'y' })),
      outcome(run('emoji.remove', { by, id: 1 })),
    ];
    expect(each(anna)).toEqual(['not-permitted', 'not-permitted', 'not-permitted']);
    expect(each(join('root', { roles: ['owner'] }))).toEqual(['granted', 'granted', 'granted']);
    run('emoji.add', { by: 'host', name: 'x', ...png });
    expect(outcome(run('emoji.add', { by: 'host', name: 'y', ...png }))).toBe('too-many-emoji');
    expect(outcome(run('emoji.remove', { by: 'host', id: 1 }))).toBe('emoji-unknown');
  });
});
