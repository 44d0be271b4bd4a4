import { describe, expect, it } from 'vitest';
import { hasBrowser, newPerson } from '../support/browser.js';
import { looker } from '../support/page-checks.js';
import { tabTo } from '../support/page-keyboard.js';
import { comeIn, crashAndBack, line, say } from '../support/playground.js';
import { playgroundBench, shots } from '../support/playground-bench.js';

const bench = playgroundBench();

const origin = () => bench.playground.page('originchats');

describe.runIf(hasBrowser)('the playground in two protocols', { timeout: 90_000 }, () => {
  it('lets somebody in Sock Chat and somebody in OriginChats talk to each other', async () => {
    const [sock, other] = [await newPerson(bench.browser), await newPerson(bench.browser)];
    await comeIn(sock.page, bench.playground.page('sockchat'), 'ada', 'Moderator');
    await comeIn(other.page, origin(), 'bob', 'Member');
    await other.page.getByRole('heading', { name: 'lounge' }).waitFor();
    await other.page.locator('#people').getByText('ada').waitFor();

    await say(sock.page, 'Hello <b>bob</b> & all');
    await line(other.page, 'Hello <b>bob</b> & all').waitFor();
    await say(other.page, 'Hello <i>ada</i> & all');
    await line(sock.page, 'Hello <i>ada</i> & all').waitFor();
    const author = sock.page.getByRole('log').locator('article', { hasText: 'Hello <i>ada</i>' });
    expect(await author.locator('.author').textContent()).toBe('bob');

    const third = await newPerson(bench.browser);
    await comeIn(third.page, origin(), 'cy', 'Member');
    await line(third.page, 'Hello <b>bob</b> & all').waitFor();
    await third.page.getByRole('textbox', { name: 'Message' }).pressSequentially('hm');
    await other.page.getByText('cy is typing …').waitFor();
    await other.page.getByRole('log').getByText('Hello <b>bob</b> & all').hover();
    await other.page.getByRole('button', { name: "React to ada's message: Hello <b>bob</b> & all" }).click();
    await other.page.getByRole('dialog').getByRole('button', { name: '🎉' }).click();
    const mark = third.page.getByRole('button', { name: '🎉, 1: bob' });
    await mark.click();
    await other.page.getByRole('button', { name: '🎉, 2: bob, cy', pressed: true }).click();
    await third.page.getByRole('button', { name: '🎉, 1: cy', pressed: true }).waitFor();

    await sock.page.getByRole('log').getByText('Hello <i>ada</i> & all').hover();
    await sock.page.getByRole('button', { name: "Delete bob's message: Hello <i>ada</i> & all" }).click();
    await sock.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await line(other.page, 'Hello <i>ada</i> & all').waitFor({ state: 'detached' });
    expect([...sock.problems, ...other.problems, ...third.problems]).toEqual([]);
  });

  it('shows the frames without the secret, and what the host hears', async () => {
    const { page } = await newPerson(bench.browser);
    await comeIn(page, origin(), 'wendy', 'Member');
    const packets = page.getByRole('region', { name: 'Packets' });
    await packets.locator('details.out', { hasText: '(validator)' }).waitFor();
    await say(page, 'on the wire');
    const came = packets.locator('details.in', { hasText: 'on the wire' });
    await came.locator('summary').click();
    expect(await came.locator('dd').allTextContents()).toEqual(
      expect.arrayContaining(['message_new', 'wendy', 'on the wire', 'lounge']),
    );
    await page
      .getByRole('region', { name: 'Events of the host' })
      .locator('details', { hasText: 'on the wire' })
      .waitFor();
    const secret = await page.evaluate(() => localStorage.getItem('polylect-playground') ?? '');
    const found = /"([0-9a-f]{32})"/.exec(secret)?.[1] ?? 'none';
    expect(await page.locator('body').textContent()).not.toContain(found);
  });

  it('comes back by itself when the server was killed, with its history', async () => {
    const { page, problems } = await newPerson(bench.browser);
    await comeIn(page, origin(), 'vera', 'Member');
    await page.getByRole('button', { name: /workshop/ }).click();
    await page.getByRole('heading', { name: 'workshop' }).waitFor();
    await crashAndBack(page, bench.playground);
    expect(problems).toEqual([]);
  });

  it('can be used with the keyboard alone', async () => {
    const { page, problems } = await newPerson(bench.browser);
    await page.goto(bench.playground.page('sockchat'));
    const { keyboard } = page;
    await tabTo(page, 'OriginChats', 'Shift+Tab');
    await keyboard.press('Enter');
    await page.waitForURL(/originchats$/);
    await keyboard.type('kim');
    await keyboard.press('Enter');
    await page.getByRole('status').getByText('Connected').waitFor();
    await tabTo(page, 'text');
    await keyboard.type('typed only');
    await keyboard.press('Enter');
    await line(page, 'typed only').waitFor();
    await tabTo(page, "React to kim's message: typed only", 'Shift+Tab');
    await keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'React' }).waitFor();
    await keyboard.press('Enter');
    await page.getByRole('button', { name: '👍, 1: kim', pressed: true }).waitFor();
    await tabTo(page, 'workshop', 'Shift+Tab');
    await keyboard.press('Enter');
    await page.getByRole('heading', { name: 'workshop' }).waitFor();
    expect(problems).toEqual([]);
  });

  it.each(['light', 'dark'] as const)(
    'leaves nothing serious to complain of, and fits, on every width, in %s',
    async (colorScheme) => {
      const { page, problems } = await newPerson(bench.browser, { colorScheme, reducedMotion: 'reduce' });
      const check = await looker(page, `${shots}/originchats`, colorScheme);
      await page.goto(origin());
      await check('login');
      await comeIn(page, origin(), `Bartholomew_the_Longwinded_${colorScheme}`, 'Moderator');
      const other = await newPerson(bench.browser);
      await comeIn(other.page, bench.playground.page('sockchat'), `ada-${colorScheme}`, 'Member');
      await say(other.page, 'Good morning from the other protocol!');
      await say(page, `A very long word: ${'donaudampfschifffahrtsgesellschaft'.repeat(5)}`);
      await say(page, 'Looks right from here. <b>No markup</b> & no surprises.');
      await page
        .getByRole('button', { name: /^React to ada/ })
        .last()
        .click();
      await check('react');
      await page.getByRole('dialog').getByRole('button', { name: '👍' }).click();
      await page
        .getByRole('button', { name: /^👍, 1/ })
        .last()
        .waitFor();
      await page.locator('#wire-rows summary').last().click();
      for (const width of [1280, 1900, 900]) {
        await page.setViewportSize({ width, height: 800 });
        await check('chat');
      }
      await page.setViewportSize({ width: 390, height: 844 });
      for (const tab of ['Chat', 'Channels', 'Wire', 'Host']) {
        await page.getByRole('button', { name: tab, exact: true }).click();
        await check(tab.toLowerCase());
      }
      expect(problems).toEqual([]);
    },
  );
});
