import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { temporaryFolder } from './temporary-folder.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The playground as `npm start` runs it, with its bundle and its data in a folder of its own. */
export class Playground {
  readonly #folder: ReturnType<typeof temporaryFolder>;
  #child: ChildProcess | undefined;
  #output = '';
  url = '';

  private constructor(folder: ReturnType<typeof temporaryFolder>) {
    this.#folder = folder;
  }

  /** Lays out what it needs, so that several do not write their bundles into each other's feet. */
  static prepare(): Playground {
    const folder = temporaryFolder();
    const { path } = folder;
    for (const file of ['package.json', 'entries.json']) cpSync(join(root, file), join(path, file));
    cpSync(join(root, 'examples/playground'), join(path, 'examples/playground'), {
      recursive: true,
      filter: (source) => !source.startsWith(join(root, 'examples/playground/dist')),
    });
    cpSync(join(root, 'examples/encrypted'), join(path, 'examples/encrypted'), { recursive: true });
    for (const shared of ['src', 'node_modules']) symlinkSync(join(root, shared), join(path, shared), 'dir');
    return new Playground(folder);
  }

  /** Starts it; again on the port it had. */
  async start(): Promise<void> {
    const port = this.url === '' ? '0' : new URL(this.url).port;
    const child = spawn(process.execPath, ['examples/playground/start.mjs'], {
      cwd: this.#folder.path,
      env: { ...process.env, PORT: port, DATA: 'data' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#child = child;
    const lines = createInterface({ input: child.stdout });
    const address = new Promise<string>((resolve) => {
      lines.on('line', (line) => {
        this.#output += `${line}\n`;
        const found = /http:\/\/127\.0\.0\.1:\d+\//.exec(line)?.[0];
        if (found !== undefined) resolve(found);
      });
    });
    const failed = once(child, 'exit', { signal: AbortSignal.timeout(30_000) }).then(
      () => Promise.reject(new Error(`the playground ended: ${this.#output}`)),
      () => Promise.reject(new Error(`the playground did not say its address in 30 s: ${this.#output}`)),
    );
    failed.catch(() => {});
    this.url = await Promise.race([address, failed]);
  }

  /** The page of a protocol. The first page is at {@link url} itself. */
  page(protocol: 'sockchat' | 'originchats' | 'venueless' | 'conclave'): string {
    return this.url + protocol;
  }

  /** Ends it, as a crash would or with Ctrl-C. */
  async stop(signal: 'SIGKILL' | 'SIGINT' = 'SIGKILL'): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }

  async remove(): Promise<void> {
    await this.stop();
    this.#folder.remove();
  }
}

/** Logs somebody in, on the page of whichever protocol, and waits until the room is there. */
export async function comeIn(
  page: Page,
  url: string,
  name: string,
  role: 'Moderator' | 'Member',
): Promise<void> {
  await page.goto(url);
  await page.getByRole('textbox', { name: 'Name' }).fill(name);
  await page.getByRole('radio', { name: role }).check();
  await page.getByRole('button', { name: 'Come in' }).click();
  await page.getByRole('status').filter({ hasText: 'Connected' }).waitFor();
  await page.locator('#rooms button').first().waitFor({ state: 'attached' });
}

/** Says something on such a page. */
export async function say(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Message' }).fill(text);
  await page.keyboard.press('Enter');
}

/** What a page does while its server is killed and comes back: keeps what is being written, shows the past again, and goes on. */
export async function crashAndBack(page: Page, playground: Playground): Promise<void> {
  const box = page.getByRole('textbox', { name: 'Message' });
  await say(page, 'before the crash');
  await line(page, 'before the crash').waitFor();
  await playground.stop('SIGKILL');
  await page.getByRole('status').getByText('Reconnecting').waitFor();
  await page.getByText(/Connection lost/).waitFor();
  await say(page, 'a draft');
  await page.getByText('Not sent: there is no connection right now.').waitFor();
  await playground.start();
  await page.getByRole('status').getByText('Connected').waitFor({ timeout: 20_000 });
  await line(page, 'before the crash').waitFor();
  expect(await box.inputValue()).toBe('a draft');
  await box.press('Enter');
  await line(page, 'a draft').waitFor();
}

/** Where a text stands in the conversation. */
export function line(page: Page, text: string): Locator {
  return page.getByRole('log').getByText(text, { exact: true });
}
