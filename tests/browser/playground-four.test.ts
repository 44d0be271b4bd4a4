import type { Locator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { hasBrowser, newPerson } from '../support/browser.js';
import { looker } from '../support/page-checks.js';
import { playgroundBench, shots } from '../support/playground-bench.js';

const bench = playgroundBench();

type Key = 'sockchat' | 'originchats' | 'venueless' | 'conclave';
const text: readonly Key[] = ['sockchat', 'originchats', 'venueless'];

function pane(page: Page, key: Key): Locator {
  return page.locator(`#${key}`);
}

function said(page: Page, key: Key, words: string): Locator {
  return pane(page, key).getByRole('log').getByText(words, { exact: true });
}

async function say(page: Page, key: Key, words: string): Promise<void> {
  const field = pane(page, key).getByRole('textbox', { name: 'Message' });
  await field.fill(words);
  await field.press('Enter');
}

function action(page: Page, name: string): Locator {
  return page.locator('#host').getByRole('button', { name, exact: true });
}

/** Who the host does something about. */
async function choose(page: Page, name: string): Promise<void> {
  await page.locator('#somebody label', { hasText: name }).first().click();
}

/** Everybody is in, and can write. */
async function ready(page: Page): Promise<void> {
  for (const key of text)
    await pane(page, key).getByRole('status').filter({ hasText: 'Connected' }).waitFor();
  for (const key of text) await page.locator(`#${key}-title`, { hasText: 'lounge' }).waitFor();
  await pane(page, 'conclave')
    .getByText(/^sealed in here, epoch/)
    .waitFor({ timeout: 30_000 });
}

describe.runIf(hasBrowser)('the first page of the playground', { timeout: 90_000 }, () => {
  it('lets four people in four protocols talk, at one click', async () => {
    const { page, problems } = await newPerson(bench.browser, { viewport: { width: 1900, height: 1100 } });
    await page.goto(bench.playground.url);
    await page.getByRole('button', { name: 'Let all in' }).click();
    await ready(page);
    for (const key of text) {
      await say(page, key, `hello from ${key}`);
      for (const other of text) await said(page, other, `hello from ${key}`).waitFor();
    }
    await say(page, 'conclave', 'between us');
    await said(page, 'conclave', 'between us').waitFor();
    await pane(page, 'conclave').getByText('sealed in here, epoch 1').waitFor();
    for (const key of text) expect(await said(page, key, 'between us').count()).toBe(0);
    expect(await page.locator('#events').textContent()).not.toContain('between us');

    await said(page, 'venueless', 'hello from venueless').hover();
    await pane(page, 'venueless')
      .getByRole('button', { name: /^Edit cleo/ })
      .click();
    await say(page, 'venueless', 'edited in venueless');
    for (const key of text) await said(page, key, 'edited in venueless').waitFor();
    for (const key of text) await said(page, key, 'hello from venueless').waitFor({ state: 'detached' });
    await said(page, 'originchats', 'edited in venueless').hover();
    await pane(page, 'originchats')
      .getByRole('button', { name: /^React to cleo\S*'s message: edited/ })
      .click();
    await page.getByRole('dialog').getByRole('button', { name: '🎉' }).click();
    await pane(page, 'venueless')
      .getByRole('button', { name: /^🎉, 1/ })
      .waitFor();

    const event = page.locator('#events details', { hasText: 'hello from sockchat' }).first();
    expect(await event.locator('.protocol-dot').count()).toBe(3);
    await event.hover();
    for (const key of text) {
      const linked = pane(page, key).locator('.entry.linked');
      expect((await linked.allTextContents())[0], key).toContain('hello from sockchat');
    }
    await page.getByRole('searchbox', { name: 'Only events with' }).fill('reaction');
    expect(await page.locator('#events details:visible .kind').allTextContents()).toEqual(['reaction_add']);
    expect(problems).toEqual([]);
  });

  it('shows what the host does in every pane at once', async () => {
    const { page, problems } = await newPerson(bench.browser, { viewport: { width: 1900, height: 1100 } });
    await page.goto(bench.playground.url);
    await page.getByRole('radio', { name: 'One person on all' }).check({ force: true });
    await page.getByRole('button', { name: 'Come in' }).first().click();
    await ready(page);
    const alex = page.locator('#somebody label', { hasText: 'alex' });
    await expect.poll(() => alex.locator('.protocol-dot').count()).toBe(4);

    await action(page, 'Announce…').click();
    await page.getByRole('dialog').getByLabel('Text').fill('The doors close at six.');
    await page.keyboard.press('Enter');
    for (const key of text) await pane(page, key).getByText('The doors close at six.').first().waitFor();
    await action(page, 'New channel…').click();
    await page.getByRole('dialog').getByLabel('Name').fill('garden');
    await page.keyboard.press('Enter');
    for (const key of text)
      await page.locator(`#${key}-rooms`).getByText('garden').waitFor({ state: 'attached' });

    await choose(page, 'alex');
    await action(page, 'Rename…').click();
    await page.getByRole('dialog').getByLabel('Name').fill('alexandra');
    await page.keyboard.press('Enter');
    await page.locator('#somebody label', { hasText: 'alexandra' }).waitFor();
    await say(page, 'sockchat', 'under another name');
    await pane(page, 'originchats')
      .locator('article', { hasText: 'under another name' })
      .getByText('alexandra')
      .waitFor();

    await choose(page, 'alexandra');
    await action(page, 'Ban').click();
    for (const key of text) await pane(page, key).getByText('Not connected').waitFor();
    await pane(page, 'conclave').getByRole('button', { name: 'Come in' }).waitFor();
    await action(page, 'Unban').click();
    await page.getByText('They may come back.').waitFor();

    await action(page, 'Delete account…').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete account' }).click();
    await page.getByText('The account is gone for good.').waitFor();
    await page.locator('#events details', { hasText: 'user_leave' }).waitFor();
    await page.locator('#somebody label', { hasText: 'alexandra' }).waitFor({ state: 'detached' });
    expect(problems).toEqual([]);
  });

  it('knows after a restart who is silenced and banned, and lets them speak and come back', async () => {
    const before = await newPerson(bench.browser, { viewport: { width: 1900, height: 1100 } });
    await before.page.goto(bench.playground.url);
    await before.page.locator('#originchats-name').fill('silvia');
    await before.page.locator('#originchats-enter').click();
    await choose(before.page, 'silvia');
    await action(before.page, 'Silence').click();
    await before.page.getByText('Silenced: they read').waitFor();
    await action(before.page, 'Ban').click();
    await before.page.getByText('Banned, in every protocol.').waitFor();
    await before.page.context().close();
    await bench.playground.stop('SIGINT');
    await bench.playground.start();

    const { page, problems } = await newPerson(bench.browser, { viewport: { width: 1900, height: 1100 } });
    await page.goto(bench.playground.url);
    const silvia = page.locator('#somebody label', { hasText: 'silvia' });
    await silvia.waitFor();
    expect(await silvia.locator('.tag').allTextContents()).toEqual(['away', 'banned', 'silenced']);
    await choose(page, 'silvia');
    await action(page, 'Unban').click();
    await page.getByText('They may come back.').waitFor();
    await action(page, 'Let speak').click();
    await page.getByText('They may speak again.').waitFor();
    await page.locator('#originchats-name').fill('silvia');
    await page.locator('#originchats-enter').click();
    await expect.poll(() => silvia.locator('.tag').allTextContents()).toEqual([]);

    await choose(page, 'silvia');
    await action(page, 'Rename…').click();
    await page.getByRole('dialog').getByLabel('Name').fill('😀');
    await page.keyboard.press('Enter');
    await page.getByText('Nobody can be called that').waitFor();
    expect(await silvia.count()).toBe(1);
    expect(problems).toEqual([]);
  });

  it('says what somebody is called whose name was taken, what the host is refused, and asks for no account that is not there', async () => {
    const [first, second] = [await newPerson(bench.browser), await newPerson(bench.browser)];
    const asked: string[] = [];
    const comeIn = async (page: Page, key: Key) => {
      await page.locator(`#${key}-name`).fill('gwen');
      await page.locator(`#${key}-enter`).click();
    };
    for (const { page } of [first, second]) {
      page.on('response', (answer) => {
        if (answer.status() === 401) asked.push(answer.url());
      });
      await page.goto(bench.playground.url);
      // One after the other: who is first has the name. On Sock Chat nobody else gets in by it.
      for (const key of [...text, 'conclave'] as const) {
        await comeIn(page, key);
        const isRefused = page === second.page && key === 'sockchat';
        await page
          .locator(isRefused ? `#${key}-login-problem` : `#${key} .pane-who strong`)
          .filter({ hasText: /\w/ })
          .waitFor();
      }
    }
    expect(await first.page.locator('.pane-who').allTextContents()).toEqual(Array(4).fill('as gwen'));
    expect(await second.page.locator('#originchats .pane-who').textContent()).toBe('as gwen2');
    expect(await second.page.locator('#conclave .pane-who').textContent()).toBe('as gwen2');
    await second.page.reload();
    await comeIn(second.page, 'conclave');
    await second.page.locator('#conclave .pane-who').getByText('gwen2').waitFor();
    expect(asked, 'answers that say no').toEqual([]);

    await action(second.page, 'Delete channel…').click();
    const dialog = second.page.getByRole('dialog');
    await dialog.getByLabel('Channel').selectOption({ label: '#lounge' });
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await second.page.getByText('People come in there: it has to stay.').waitFor();
    expect([...first.problems, ...second.problems]).toEqual([]);
  });

  it('takes people from the page to a word in each pane, to the host and back, by the keyboard alone', async () => {
    const { page, problems } = await newPerson(bench.browser);
    await page.goto(bench.playground.url);
    const focusOn = async (is: Locator, key = 'Tab') => {
      for (let count = 0; count < 80; count += 1) {
        if (await is.evaluate((element) => element === document.activeElement)) return;
        await page.keyboard.press(key);
      }
      throw new Error(`the focus does not get to ${is}`);
    };
    await focusOn(page.getByRole('button', { name: 'Let all in' }));
    await page.keyboard.press('Enter');
    await ready(page);
    for (const key of [...text, 'conclave'] as const) {
      await focusOn(pane(page, key).getByRole('textbox', { name: 'Message' }));
      await page.keyboard.type(`typed in ${key}`);
      await page.keyboard.press('Enter');
      await said(page, key, `typed in ${key}`).waitFor();
    }
    const announce = action(page, 'Announce…');
    await focusOn(announce);
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await focusOn(announce);
    await focusOn(pane(page, 'conclave').getByRole('textbox', { name: 'Message' }), 'Shift+Tab');
    // Logged out in a pane, one stays there.
    const rooms = pane(page, 'venueless').getByRole('button', { name: 'Rooms', exact: true });
    await focusOn(rooms, 'Shift+Tab');
    await page.keyboard.press('Enter');
    await focusOn(pane(page, 'venueless').getByRole('button', { name: 'Log out' }));
    await page.keyboard.press('Enter');
    await focusOn(page.locator('#venueless-name'), 'Shift');
    expect(problems).toEqual([]);
  });

  it('leaves the room of the host to the panes, and does so again when it is loaded anew', async () => {
    const { page, problems } = await newPerson(bench.browser);
    await page.goto(bench.playground.url);
    const [host, toggle] = [page.locator('#host'), page.getByRole('button', { name: 'Host', exact: true })];
    const width = async () => (await pane(page, 'sockchat').boundingBox())?.width ?? 0;
    const before = await width();
    expect(await toggle.getAttribute('aria-expanded')).toBe('true');
    await toggle.click();
    expect(await host.isVisible()).toBe(false);
    expect(await width()).toBeGreaterThan(before * 1.2);
    await page.getByRole('radio', { name: 'One person on all' }).check({ force: true });
    await page.reload();
    expect(await toggle.getAttribute('aria-expanded')).toBe('false');
    expect(await host.isVisible()).toBe(false);
    expect(await page.locator('#sockchat-name').inputValue()).toBe('alex');
    await page.getByRole('link', { name: 'Skip to the host' }).focus();
    await page.keyboard.press('Enter');
    await host.waitFor();
    expect(problems).toEqual([]);
  });

  it('lets nobody but its own page act as the host', async () => {
    const { origin } = new URL(bench.playground.url);
    const act = (headers: Record<string, string>) =>
      fetch(`${origin}/host/announce`, {
        method: 'POST',
        headers,
        body: new URLSearchParams({ text: 'mine' }),
      }).then(({ status }) => status);
    const { key } = (await (await fetch(`${origin}/host`)).json()) as { key: string };
    expect(await act({})).toBe(401);
    expect(await act({ 'x-host-key': `${key.slice(1)}x` })).toBe(401);
    expect(await act({ 'x-host-key': key, origin: 'https://elsewhere.example' })).toBe(403);
    expect(await act({ 'x-host-key': key, 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await act({ 'x-host-key': key, origin })).toBe(200);
    const asked = await fetch(`${origin}/host`);
    expect(asked.headers.get('access-control-allow-origin')).toBeNull();
    expect(asked.headers.get('cross-origin-resource-policy')).toBe('same-origin');
  });

  // Seventeen screens are looked at each time, which a busy computer takes its time for.
  it.each(['light', 'dark'] as const)(
    'leaves nothing serious to complain of, and fits, on every width, in %s',
    async (colorScheme) => {
      const { page, problems } = await newPerson(bench.browser, { colorScheme, reducedMotion: 'reduce' });
      const check = await looker(page, `${shots}/four`, colorScheme);
      const sizes = [
        { width: 1900, height: 1100 },
        { width: 1280, height: 800 },
        { width: 900, height: 800 },
        { width: 390, height: 844 },
      ];
      await page.goto(bench.playground.url);
      for (const size of sizes) {
        await page.setViewportSize(size);
        await check('doors');
      }
      await page.setViewportSize(sizes[0] ?? { width: 1900, height: 1100 });
      await page.getByRole('button', { name: 'Let all in' }).click();
      await ready(page);
      const long = `A very long word in ${colorScheme}: ${'donaudampfschifffahrtsgesellschaft'.repeat(4)}`;
      await say(page, 'originchats', long);
      await said(page, 'sockchat', long).waitFor();
      for (const size of sizes) {
        await page.setViewportSize(size);
        await check('panes');
      }
      for (const key of ['OriginChats', 'Venueless', 'Conclave', 'Host']) {
        await page
          .getByRole('navigation', { name: 'Clients and host' })
          .getByRole('button', { name: key })
          .click();
        await check(key.toLowerCase());
      }
      await page.setViewportSize({ width: 1900, height: 1100 });
      for (const view of ['Rooms', 'Wire']) {
        await pane(page, 'sockchat').getByRole('button', { name: view, exact: true }).click();
        await check(`view-${view.toLowerCase()}`);
      }
      expect(problems).toEqual([]);
    },
    240_000,
  );
});
