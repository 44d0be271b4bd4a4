import { expect, it } from 'vitest';
import { community } from '../../../../tests/support/community.js';
import { findOnline } from './command.js';

const { bench } = community();
const fastest = (typed: string) => {
  const once = () => {
    const before = performance.now();
    bench.read((view) => findOnline(view, typed, () => true));
    return performance.now() - before;
  };
  return Math.min(...Array.from({ length: 5 }, once));
};

it('a name that is longer than any name can be is not looked for, however it is made', () => {
  const ligatures = `<${'>_\ufdfa'.repeat(1_250)}`;
  // One letter that stands for eighteen: what looking for all of it costs.
  expect(fastest(ligatures)).toBeLessThan(fastest(`<${'>_\ufdfa'.repeat(160)}`) + 1);
});
