import { expect, test } from 'vitest';
import { community, everything, outcome } from '../../../tests/support/community.js';
import { settingsOf } from './settings.js';

test('settings are empty until somebody sets them, and keep what is left out', () => {
  const { run, bench, told } = community();
  const update = (more: object) => run('settings.update', { by: 'host', ...more });
  expect(bench.read(settingsOf)).toEqual({});
  expect(update({ name: 'Den', icon: 'i' })).toEqual({ settings: { name: 'Den', icon: 'i' } });
  expect(told('settings_update')).toMatchObject([{ before: {}, settings: { name: 'Den' }, by: 'host' }]);
  update({ icon: null, banner: 'b' });
  expect(bench.read(settingsOf)).toEqual({ name: 'Den', banner: 'b' });
  update({});
  expect(told('settings_update')).toEqual([]);
  expect(bench.read(settingsOf)).toEqual({ name: 'Den', banner: 'b' });
});

test('settings are for those who manage the server, and bounded', () => {
  const { run, join } = community();
  const anna = join('anna', { permissions: everything });
  const root = join('root', { roles: ['owner'] });
  expect(outcome(run('settings.update', { by: anna, name: 'x' }))).toBe('not-permitted');
  expect(outcome(run('settings.update', { by: root, name: '' }))).toBe('settings-name-invalid');
  expect(outcome(run('settings.update', { by: root, name: 'x'.repeat(257) }))).toBe('text-too-long');
  expect(outcome(run('settings.update', { by: root, icon: 'x'.repeat(2_049) }))).toBe('text-too-long');
  expect(outcome(run('settings.update', { by: root, banner: 'x'.repeat(2_049) }))).toBe('text-too-long');
  expect(outcome(run('settings.update', { by: root, name: 'x'.repeat(256) }))).toBe('granted');
});
