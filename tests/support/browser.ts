import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { needs } from './needs.js';

const executablePath = '/usr/bin/chromium';

/** Whether there is a browser to test with. */
export const hasBrowser = needs('chromium', existsSync(executablePath), `${executablePath} is missing`);

/** A browser with a new, empty profile. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // Pages that tests put in themselves have no address, and may not reach this computer otherwise.
      '--disable-features=LocalNetworkAccessChecks',
    ],
  });
}

/** A page of somebody with a browser of their own; what goes wrong in it is put into `problems`. */
export async function newPerson(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; problems: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('dialog', (dialog) => {
    problems.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('console', (message) => {
    // A socket that cannot be had is what reconnecting is about.
    const isNetwork = /ERR_|WebSocket connection|Failed to load resource/.test(message.text());
    if (message.type() === 'error' && !isNetwork) problems.push(message.text());
  });
  return { page, problems };
}
