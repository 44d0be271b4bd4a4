import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import entries from './entries.json' with { type: 'json' };

/** Where to write what was counted, besides printing it: a path, used by `.ci/run`. */
const report = process.env.POLYLECT_TEST_REPORT;

/** Examples import the package by name; tests run them against the source. */
const alias = Object.entries<string>(entries.exports).map(([subpath, source]) => ({
  find: new RegExp(`^polylect${subpath.slice(1)}$`),
  replacement: fileURLToPath(new URL(source, import.meta.url)),
}));

export default defineConfig({
  resolve: { alias },
  test: {
    include: ['src/**/*.test.ts', 'tests/**/*.test.ts'],
    testTimeout: 20_000,
    maxWorkers: 2,
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
  },
});
