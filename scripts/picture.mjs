// Takes the pictures of the README: starts the playground, plays a short scene in its four panes, and writes docs/playground.png and
// docs/playground-dark.png. Needs Chromium at /usr/bin/chromium, or where CHROMIUM says.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const root = fileURLToPath(new URL('..', import.meta.url));
const maxBytes = 400_000;

/** Starts a playground of its own; answers where it is and what ends it. */
async function playground() {
  const data = mkdtempSync(join(tmpdir(), 'polylect-picture-'));
  const child = spawn(process.execPath, ['examples/playground/start.mjs'], {
    cwd: root,
    env: { ...process.env, PORT: '0', DATA: data },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise((resolve, reject) => {
    child.on('exit', () => reject(new Error('the playground ended')));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const found = /http:\/\/\S+/.exec(line)?.[0];
      if (found !== undefined) resolve(found);
    });
  });
  const end = () => {
    child.removeAllListeners('exit');
    child.kill('SIGKILL');
    rmSync(data, { recursive: true, force: true });
  };
  return { url, end };
}

async function play(page) {
  const pane = (key) => page.locator(`#${key}`);
  const field = (key) => pane(key).getByRole('textbox', { name: 'Message' });
  const seen = (key, text) => pane(key).getByRole('log').getByText(text, { exact: true }).waitFor();
  const say = async (key, text) => {
    await field(key).fill(text);
    await field(key).press('Enter');
    await seen(key, text);
  };
  const everywhere = (text) =>
    Promise.all(['sockchat', 'originchats', 'venueless'].map((key) => seen(key, text)));
  await page.getByRole('button', { name: 'Let all in' }).click();
  for (const key of ['sockchat', 'originchats', 'venueless'])
    await page.locator(`#${key}-title`, { hasText: 'lounge' }).waitFor();
  await pane('conclave')
    .getByText(/^sealed in here, epoch/)
    .waitFor();
  // Sock Chat is told of people of other protocols a little later.
  await page.locator('#sockchat-people').getByText('cleo').waitFor();
  await say('sockchat', 'Morning! Are the slides for the talk up yet?');
  await everywhere('Morning! Are the slides for the talk up yet?');
  await say('originchats', 'Nearly. I am putting in the last two figures.');
  await everywhere('Nearly. I am putting in the last two figures.');
  await say('venueless', 'The stream starts at tne, I open the doors a bit before.');
  await everywhere('The stream starts at tne, I open the doors a bit before.');
  await pane('venueless')
    .getByRole('button', { name: /^Edit cleo/ })
    .click();
  await field('venueless').fill('The stream starts at ten, I open the doors a bit before.');
  await field('venueless').press('Enter');
  await everywhere('The stream starts at ten, I open the doors a bit before.');
  await pane('originchats')
    .getByRole('button', { name: /^React to cleo/ })
    .click();
  await page.getByRole('dialog').getByRole('button', { name: '🎉' }).click();
  await pane('venueless')
    .getByRole('button', { name: /^🎉, 1/ })
    .waitFor();
  await say('sockchat', 'Then I get some tea first.');
  await everywhere('Then I get some tea first.');
  await say('conclave', 'In here the server carries every word, and reads none.');
  // What is marked belongs to the event under the pointer.
  await page.locator('#events details', { hasText: 'message_edit' }).hover();
  await page.evaluate(() => document.activeElement?.blur());
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless=new', '--no-sandbox', '--disable-gpu'],
});
try {
  for (const [colorScheme, name] of [
    ['light', 'playground.png'],
    ['dark', 'playground-dark.png'],
  ]) {
    const { url, end } = await playground();
    try {
      const context = await browser.newContext({
        viewport: { width: 1900, height: 1100 },
        colorScheme,
        reducedMotion: 'reduce',
      });
      const page = await context.newPage();
      page.setDefaultTimeout(20_000);
      await page.goto(url);
      await play(page);
      const path = join(root, 'docs', name);
      await page.screenshot({ path });
      await context.close();
      const { size } = statSync(path);
      if (size > maxBytes) throw new Error(`${name} has ${size} bytes, limit ${maxBytes}`);
      console.log(`docs/${name}: ${size} bytes`);
    } finally {
      end();
    }
  }
} finally {
  await browser.close();
}
