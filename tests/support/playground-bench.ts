import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { hasBrowser, launchBrowser } from './browser.js';
import { Playground } from './playground.js';

/** Where pictures go that are made to be looked at. */
export const shots = fileURLToPath(new URL('../browser/shots', import.meta.url));

/** A playground and a browser, of the tests in one file. */
export interface PlaygroundBench {
  readonly playground: Playground;
  readonly browser: Browser;
}

/** Has a playground running and a browser open for the tests of the file; everybody is sent home after each. */
export function playgroundBench(): PlaygroundBench {
  let playground: Playground | undefined;
  let browser: Browser | undefined;
  beforeAll(async () => {
    if (!hasBrowser) return;
    mkdirSync(shots, { recursive: true });
    playground = Playground.prepare();
    [browser] = await Promise.all([launchBrowser(), playground.start()]);
  }, 120_000);
  afterEach(async () => {
    await Promise.all((browser?.contexts() ?? []).map((context) => context.close()));
  });
  afterAll(async () => {
    await browser?.close();
    await playground?.remove();
  });
  const there = <T>(part: T | undefined): T => {
    if (part === undefined) throw new Error('the bench is not set up');
    return part;
  };
  return {
    get playground() {
      return there(playground);
    },
    get browser() {
      return there(browser);
    },
  };
}
