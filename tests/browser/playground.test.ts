import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { hasBrowser, newPerson } from '../support/browser.js';
import { tabTo } from '../support/page-keyboard.js';
import { comeIn, crashAndBack, line, say } from '../support/playground.js';
import { playgroundBench } from '../support/playground-bench.js';

const bench = playgroundBench();

describe.runIf(hasBrowser)('the playground', { timeout: 60_000 }, () => {
  it('lets two people see each other and talk, and tells one who is sent away', async () => {
    const [ada, bob] = [await newPerson(bench.browser), await newPerson(bench.browser)];
    await comeIn(ada.page, bench.playground.page('sockchat'), 'ada', 'Moderator');
    await comeIn(bob.page, bench.playground.page('sockchat'), 'bob', 'Member');
    const people = (page: Page) => page.locator('#people');
    await people(ada.page).getByRole('button', { name: /^bob/ }).waitFor();
    await people(bob.page).getByRole('button', { name: /^ada/ }).waitFor();
    await line(ada.page, 'bob came in.').waitFor();

    await say(ada.page, 'Hello <b>bob</b> & all');
    await line(bob.page, 'Hello <b>bob</b> & all').waitFor();
    await say(bob.page, '/me waves');
    await ada.page.locator('.message.action', { hasText: 'waves' }).waitFor();
    await say(bob.page, '/afk tea');
    await people(ada.page).getByText('TEA').waitFor();
    await say(bob.page, 'back again');
    await line(ada.page, 'back again').waitFor();
    await people(ada.page).getByText('TEA').waitFor({ state: 'detached' });

    await people(bob.page).getByRole('button', { name: /^ada/ }).click();
    await bob.page.getByRole('menuitem', { name: 'Whisper' }).click();
    await say(bob.page, 'between us');
    await ada.page.locator('.message.private', { hasText: 'between us' }).waitFor();
    await bob.page.locator('.message.private', { hasText: 'you whisper to ada' }).waitFor();
    await bob.page.getByRole('button', { name: 'Stop whispering' }).click();

    await ada.page.getByRole('log').getByText('back again').hover();
    await ada.page.getByRole('button', { name: "Delete bob's message: back again" }).click();
    await ada.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await line(bob.page, 'back again').waitFor({ state: 'detached' });

    await people(ada.page).getByRole('button', { name: /^bob/ }).click();
    await ada.page.getByRole('menuitem', { name: 'Kick' }).click();
    await bob.page.getByRole('alert').getByText('You were sent away. You may come back.').waitFor();
    await line(ada.page, 'bob was sent away.').waitFor();
    expect(await bob.page.getByRole('button', { name: 'Send' }).isDisabled()).toBe(true);
    await bob.page.getByRole('button', { name: 'Log in again' }).click();
    await bob.page.getByRole('status').getByText('Connected').waitFor();
    expect([...ada.problems, ...bob.problems]).toEqual([]);
  });

  it('offers nothing to a member that only moderators may do', async () => {
    const [ada, bob] = [await newPerson(bench.browser), await newPerson(bench.browser)];
    await comeIn(ada.page, bench.playground.page('sockchat'), 'amy', 'Moderator');
    await comeIn(bob.page, bench.playground.page('sockchat'), 'ben', 'Member');
    await bob.page.locator('#people').getByRole('button', { name: /^amy/ }).click();
    expect(await bob.page.getByRole('menuitem').allTextContents()).toEqual(['Whisper', 'Mention']);
    await say(bob.page, '/kick amy');
    await line(bob.page, 'You may not use /kick.').waitFor();
  });

  it('shows the wire packet by packet, without the secret, and what the host hears', async () => {
    const { page } = await newPerson(bench.browser);
    await comeIn(page, bench.playground.page('sockchat'), 'wendy', 'Member');
    const packets = page.getByRole('region', { name: 'Packets' });
    const login = packets.locator('details.out').first();
    expect(await login.textContent()).toContain('(secret)');
    await say(page, 'on the wire');
    const sent = packets.locator('details.out', { hasText: 'on the wire' });
    await sent.locator('summary').click();
    expect(await sent.locator('dd').allTextContents()).toEqual([
      'message',
      expect.stringMatching(/^\d+$/),
      'on the wire',
    ]);
    await packets.locator('details.in', { hasText: 'on the wire' }).waitFor();
    const events = page.getByRole('region', { name: 'Events of the host' });
    await events.locator('details', { hasText: 'on the wire' }).waitFor();
    const secret = await page.evaluate(() => localStorage.getItem('polylect-playground') ?? '');
    const found = /"([0-9a-f]{32})"/.exec(secret)?.[1] ?? 'none';
    expect(await page.locator('body').textContent()).not.toContain(found);
  });

  it('keeps whispers out of the event log that everybody sees', async () => {
    const [ada, bob] = [await newPerson(bench.browser), await newPerson(bench.browser)];
    await comeIn(ada.page, bench.playground.page('sockchat'), 'alma', 'Moderator');
    await comeIn(bob.page, bench.playground.page('sockchat'), 'bert', 'Member');
    await say(bob.page, '/msg alma our secret');
    await ada.page.locator('.message.private', { hasText: 'our secret' }).waitFor();
    const event = bob.page.locator('#host-rows details', { hasText: 'whisper' }).last();
    await event.waitFor();
    expect(await event.textContent()).toContain('(private)');
    expect(await event.textContent()).not.toContain('our secret');
  });

  it('opens rooms, asks for their password and follows the server there', async () => {
    const [ada, bob] = [await newPerson(bench.browser), await newPerson(bench.browser)];
    await comeIn(ada.page, bench.playground.page('sockchat'), 'anna', 'Moderator');
    await comeIn(bob.page, bench.playground.page('sockchat'), 'bill', 'Member');
    await ada.page.getByRole('button', { name: 'New room' }).click();
    await ada.page.getByRole('textbox', { name: 'Name' }).fill('den');
    await ada.page.keyboard.press('Enter');
    await ada.page.getByRole('heading', { name: 'den' }).waitFor();
    await say(ada.page, '/password open sesame');
    await line(ada.page, 'The password of this room was changed.').waitFor();
    const door = bob.page.getByRole('button', { name: /^den password/ });
    await door.click();
    await bob.page.getByLabel('Password').fill('wrong');
    await bob.page.keyboard.press('Enter');
    await line(bob.page, 'That is not the password of #den.').waitFor();
    await door.click();
    await bob.page.getByLabel('Password').fill('open sesame');
    await bob.page.keyboard.press('Enter');
    await bob.page.getByRole('heading', { name: 'den' }).waitFor();
    await ada.page.locator('#people').getByRole('button', { name: /^bill/ }).waitFor();
    await say(ada.page, '/delchan den');
    await bob.page.getByRole('heading', { name: 'lounge' }).waitFor();
  });

  it('comes back by itself when the server was killed, to the same room, with its history', async () => {
    const { page, problems } = await newPerson(bench.browser);
    await comeIn(page, bench.playground.page('sockchat'), 'vera', 'Member');
    await page.getByRole('button', { name: /^workshop/ }).click();
    await page.getByRole('heading', { name: 'workshop' }).waitFor();
    await crashAndBack(page, bench.playground);
    await page.getByRole('heading', { name: 'workshop' }).waitFor();
    expect(problems).toEqual([]);

    const late = await newPerson(bench.browser);
    await bench.playground.stop('SIGINT');
    await bench.playground.start();
    await comeIn(late.page, bench.playground.page('sockchat'), 'late', 'Member');
    await late.page.getByRole('button', { name: /^workshop/ }).click();
    await line(late.page, 'before the crash').waitFor();
  });

  it('says why it does not let somebody in', async () => {
    const [one, other] = [await newPerson(bench.browser), await newPerson(bench.browser)];
    await comeIn(one.page, bench.playground.page('sockchat'), 'twin', 'Member');
    await other.page.goto(bench.playground.page('sockchat'));
    await other.page.getByRole('button', { name: 'Come in' }).click();
    await other.page.getByRole('alert').getByText('Choose a name first.').waitFor();
    await other.page.getByRole('textbox', { name: 'Name' }).fill('twin');
    await other.page.getByRole('button', { name: 'Come in' }).click();
    await other.page
      .getByRole('alert')
      .getByText(/Somebody with that name is here/)
      .waitFor();
  });

  it('can be used with the keyboard alone', async () => {
    const guest = await newPerson(bench.browser);
    await comeIn(guest.page, bench.playground.page('sockchat'), 'guest', 'Member');
    const { page, problems } = await newPerson(bench.browser);
    await page.goto(bench.playground.page('sockchat'));
    const { keyboard } = page;
    const focused = () =>
      page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.id);
    expect(await focused()).toBe('name');
    await keyboard.type('kim');
    await keyboard.press('Tab');
    await keyboard.press('ArrowDown');
    await keyboard.press('ArrowUp');
    await keyboard.press('Enter');
    await page.getByRole('status').getByText('Connected').waitFor();
    await tabTo(page, 'text');
    await keyboard.type('typed only');
    await keyboard.press('Enter');
    await line(page, 'typed only').waitFor();

    await tabTo(page, 'workshop', 'Shift+Tab');
    await keyboard.press('Enter');
    await page.getByRole('heading', { name: 'workshop' }).waitFor();
    await tabTo(page, 'lounge', 'Shift+Tab');
    await keyboard.press('Enter');
    await page.getByRole('heading', { name: 'lounge' }).waitFor();

    const id = (await page.locator('#people button', { hasText: 'guest' }).getAttribute('data-user')) ?? '';
    await tabTo(page, id);
    await keyboard.press('Enter');
    const items = page.getByRole('menuitem');
    await items.first().waitFor();
    const current = () => page.evaluate(() => document.activeElement?.textContent);
    expect(await current()).toBe('Whisper');
    await keyboard.press('ArrowDown');
    expect(await current()).toBe('Mention');
    await keyboard.press('End');
    expect(await current()).toBe('Ban…');
    await keyboard.press('ArrowDown');
    expect(await current()).toBe('Whisper');
    await keyboard.press('Escape');
    expect(await items.count()).toBe(0);
    expect(await page.evaluate(() => (document.activeElement as HTMLElement).dataset.user)).toBe(id);

    await keyboard.press('Enter');
    await keyboard.press('End');
    await keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Ban guest' });
    await dialog.waitFor();
    for (let step = 0; step < 8; step += 1) {
      // Between the last control and the first the browser's own bar has its turn.
      expect(
        await page.evaluate(() => {
          const { activeElement } = document;
          return activeElement === document.body || activeElement?.closest('dialog') !== null;
        }),
      ).toBe(true);
      await keyboard.press('Tab');
    }
    await keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await page.evaluate(() => (document.activeElement as HTMLElement).dataset.user)).toBe(id);
    expect(problems).toEqual([]);
  });

  it('serves its page under strict headers, and nothing else', async () => {
    const page = await fetch(bench.playground.url);
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(policy).not.toMatch(/unsafe|data:|\*/);
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    const other = await Promise.all(
      ['data/playground.sqlite', '..%2f..%2fpackage.json', 'toString', '__proto__', 'page/main.ts'].map(
        (path) => fetch(bench.playground.url + path).then((response) => response.status),
      ),
    );
    expect(other).toEqual([404, 404, 404, 404, 404]);
    expect((await fetch(bench.playground.url, { method: 'POST' })).status).toBe(405);
  });
});
