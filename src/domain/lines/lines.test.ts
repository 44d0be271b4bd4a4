import { expect, test } from 'vitest';
import { community } from '../../../tests/support/community.js';
import { domainLimits } from '../config.js';
import { lines } from './lines.js';

test.each([1, 2, 50])('a channel remembers its newest %i lines and no more', (keep) => {
  const { run, channel, bench } = community({ limits: { ...domainLimits, linesPerChannel: keep } });
  for (let i = 0; i <= keep; i++) run('announce', { by: 'host', text: `line ${i}` });
  const kept = bench.read((view) => view.get(lines, channel('lounge').id))?.lines ?? [];
  expect(kept.map((line) => 'text' in line && line.text)).toEqual(
    Array.from({ length: keep }, (_, i) => `line ${i + 1}`),
  );
});
