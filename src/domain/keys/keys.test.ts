import { describe, expect, test } from 'vitest';
import { outcome } from '../../../tests/support/community.js';
import { gathering } from '../../../tests/support/groups.js';
import { groupProfiles } from '../groups/groups.js';
import type { UserId } from '../ids.js';
import { keyPackages, keyStocks, regularPackages } from './keys.js';

function rig() {
  const chat = gathering();
  const anna = chat.account('anna');
  const add = (...packages: string[]) =>
    chat.run('keys.add', {
      by: anna,
      packages: packages.map((data) => ({ data, lastResort: data.startsWith('L') })),
    });
  const take = () => {
    const taken = chat.run('keys.take', { user: anna });
    return 'data' in taken ? taken.data : taken.code;
  };
  const stored = () => chat.bench.archived(keyPackages).map(({ data }) => data);
  return { ...chat, anna, add, take, stored };
}

describe('key packages', () => {
  test('are given out once each, the oldest first, and the last resort when there is no other', () => {
    const { add, take, stored } = rig();
    expect(take()).toBe('key-package-none');
    add('L1AA', 'R1AA', 'R2AA');
    add('R3AA');
    expect([take(), take(), take()]).toEqual(['R1AA', 'R2AA', 'R3AA']);
    expect([take(), take()]).toEqual(['L1AA', 'L1AA']);
    expect(stored()).toEqual(['L1AA']);
    add('L2AA');
    expect(stored()).toEqual(['L2AA']);
    expect(take()).toBe('L2AA');
  });

  test('beyond ten are dropped, the last resort apart', () => {
    const { add, take, stored } = rig();
    const many = Array.from({ length: regularPackages }, (_, n) => `R${n}AA`);
    expect(add('L1AA', ...many)).toEqual({ dropped: 0 });
    expect(add('LATE', 'MORE')).toEqual({ dropped: 1 });
    expect(stored()).toHaveLength(11);
    take();
    expect(add('MORE')).toEqual({ dropped: 0 });
    expect(stored()).toEqual([...many.slice(1), 'LATE', 'MORE']);
  });

  test('are stored as far as anybody can be given them, however many come at once', () => {
    const { add, take, stored, bench } = rig();
    add('L1AA', 'R1AA', ...Array.from({ length: 2_000 }, (_, n) => `L${n}BB`), 'L2AA');
    const [first, second] = bench.archived(keyPackages).map(({ id }) => id);
    expect(second).toBe(Number(first) + 1);
    expect(stored()).toEqual(['R1AA', 'L2AA']);
    expect([take(), take()]).toEqual(['R1AA', 'L2AA']);
  });

  test('come with the fingerprint of the signing key, which stays unless there is another', () => {
    const { run, anna, add, bench } = rig();
    const fingerprint = () => bench.read((view) => view.get(groupProfiles, anna)?.fingerprint);
    run('keys.add', { by: anna, packages: [], fingerprint: 'aa' });
    run('keys.add', { by: anna, packages: [], fingerprint: '' });
    add('R1AA');
    expect(fingerprint()).toBe('aa');
    run('keys.reset', { by: anna });
    expect(fingerprint()).toBe('aa');
  });

  test('are checked, all or none', () => {
    const { run, anna, stored, add } = rig();
    const nobody = 'nobody' as UserId;
    expect(outcome(add('R1AA', ''))).toBe('key-package-invalid');
    const whole = Buffer.alloc(16_384).toString('base64');
    expect(outcome(add(whole))).toBe('granted');
    expect(outcome(add('R1AA', `${whole}AAAA`))).toBe('key-package-invalid');
    expect(stored()).toEqual([whole]);
    expect(outcome(run('keys.add', { by: nobody, packages: [] }))).toBe('user-unknown');
    expect(outcome(run('keys.reset', { by: nobody }))).toBe('user-unknown');
    expect(outcome(run('keys.take', { user: nobody }))).toBe('key-package-none');
    expect(anna).toBeDefined();
  });

  test('go all at once', () => {
    const { run, anna, add, take, stored, bench } = rig();
    add('L1AA', 'R1AA');
    run('keys.reset', { by: anna });
    run('keys.reset', { by: anna });
    expect(stored()).toEqual([]);
    expect(bench.read((view) => view.size(keyStocks as never))).toBe(0);
    expect(take()).toBe('key-package-none');
    add('R1AA');
    expect(take()).toBe('R1AA');
    expect(bench.read((view) => view.size(keyStocks as never))).toBe(0);
  });
});
