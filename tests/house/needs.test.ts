import { afterEach, expect, it, vi } from 'vitest';
import { needs } from '../support/needs.js';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

it('says nothing when the part is there', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  vi.stubEnv('POLYLECT_REQUIRE_ALL', '1');
  expect(needs('a wheel', true, 'no wheel')).toBe(true);
  expect(warn).not.toHaveBeenCalled();
});

it('skips aloud, once, when the part is missing', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  for (const value of ['', '0']) {
    vi.stubEnv('POLYLECT_REQUIRE_ALL', value);
    expect(needs('a wheel', false, 'the shop was closed')).toBe(false);
  }
  expect(warn.mock.calls).toEqual([['skipped, needs a wheel: the shop was closed']]);
});

it('fails instead of skipping when everything is required', () => {
  vi.stubEnv('POLYLECT_REQUIRE_ALL', '1');
  expect(() => needs('a wheel', false, 'the shop was closed')).toThrow(
    /a wheel is required.*the shop was closed/,
  );
});
