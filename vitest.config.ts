import { defineConfig } from 'vitest/config';

/** Where to write what was counted, besides printing it: a path, used by `.ci/run`. */
const report = process.env.POLYLECT_TEST_REPORT;

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'tests/**/*.test.ts'],
    testTimeout: 20_000,
    maxWorkers: 2,
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
  },
});
